// Goal: a full disk refuses commands with disk_full and stops nothing else: time goes on and
// breaches come; commands are taken again when there is room; nothing acknowledged is lost.
//
// Method: a real vencerd on a disk that is small, once by the shim (fault_shim.cc: always
// possible), once by a file system made for the test (a tmpfs: needs the right to mount, skipped
// loudly without). Its log is filled until it refuses.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <mutex>
#include <set>

#include "tests/e2e/faults.h"
#include "tests/support/process.h"
#include "tests/support/stream.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kSmallBytes = 96 * kMiB;
constexpr std::size_t kCommandsOfAFrame = 8000;
constexpr std::uint64_t kFramesMax = 2000;
constexpr std::string_view kTenant = R"(format = 1
tenant = "full"
status = [["New", "new"], ["Solved", "resolved"], ["Closed", "closed"]]
activity = ["note"]
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved", "category:closed"]
[[policy]]
name = "all"
target = { resolution = "2s" }
calendar = "24x7"
)";

class SmallDisk {
 public:
  virtual ~SmallDisk() = default;
  virtual std::string refusal() const { return {}; }  // why there is no such disk here
  virtual std::filesystem::path data() const = 0;
  virtual std::vector<std::string> environment() const { return {}; }
  virtual void use_up() = 0;  // to the last byte
  virtual void make_room() = 0;
};

class ShimDisk final : public SmallDisk {
 public:
  ShimDisk() : faults_(data()) { faults_->disk_bytes = kSmallBytes; }
  std::filesystem::path data() const override { return folder_.path() / "data"; }
  std::vector<std::string> environment() const override { return faults_.environment(); }
  void use_up() override { faults_->disk_bytes = 0; }
  void make_room() override { faults_.calm(); }

 private:
  TemporaryFolder folder_;
  Faults faults_;
};

class MountedDisk final : public SmallDisk {
 public:
  MountedDisk() { mounted_ = mount(0); }
  ~MountedDisk() override {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  std::string refusal() const override { return refusal_; }
  std::filesystem::path data() const override { return folder_.path() / "data"; }
  void use_up() override {
    std::ofstream ballast(folder_.path() / "ballast", std::ios::binary);
    const std::string block(4096, 'x');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void make_room() override { EXPECT_TRUE(mount(MS_REMOUNT)) << refusal_; }

 private:
  bool mount(unsigned long flags) {
    const std::uint64_t bytes = flags == 0 ? kSmallBytes : 4 * kSmallBytes;
    const std::string size = "size=" + std::to_string(bytes);
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", flags, size.c_str()) == 0) return true;
    refusal_ = std::string("no file system could be mounted: ") + std::strerror(errno);
    return false;
  }
  TemporaryFolder folder_;
  bool mounted_ = false;
  std::string refusal_;
};

// Tickets that are breached, as they are told.
class Breaches {
 public:
  void add(const Event& event) {
    const std::lock_guard lock(mutex_);
    if (event.type == EventType::breached) breached_.insert(event.ticket.low);
    changed_.notify_all();
  }
  void wait_for(std::uint64_t ticket) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return breached_.contains(ticket); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::uint64_t> breached_;
};

// A new ticket and many commands about it; what became of the frame.
Errc send_ticket(Client& client, std::uint64_t ticket) {
  CommandFrame frame(client.names()->tenant);
  frame.create(number_key(ticket), kNoId8, {});
  const ActivityId note = client.names()->activity_id("note").value();
  for (std::size_t i = 1; i < kCommandsOfAFrame; ++i) frame.activity(number_key(ticket), note);
  const auto reply = client.send(frame);
  if (!reply.ok()) return reply.error().code;
  for (const CommandOutcome& outcome : reply->outcomes) {
    if (outcome.code != Errc::ok) return outcome.code;
  }
  return Errc::ok;
}

void fill_and_go_on(SmallDisk& disk) {
  std::set<std::uint64_t> accepted, refused;
  {
    Server server(disk.data(), {"--segment-bytes", "16MiB"}, {disk.environment()});
    ASSERT_FALSE(server.endpoint().empty()) << server.log();
    {
      Client admin = connect(server.endpoint(), "");
      const auto put = admin.put_tenant(kTenant, "full.toml");
      ASSERT_TRUE(put.ok()) << put.error().message;
    }
    Breaches breaches;
    Client subscriber = connect(server.endpoint(), "full");
    EventHandlers handlers;
    handlers.events = [&](const EventBatch& batch) {
      for (const Event& event : batch.events) breaches.add(event);
    };
    ASSERT_TRUE(subscriber.subscribe({}, std::move(handlers)).ok());
    Client client = connect(server.endpoint(), "full");
    std::uint64_t ticket = 0;
    Errc code = Errc::ok;
    while (code == Errc::ok && ticket < kFramesMax) {
      code = send_ticket(client, ++ticket);
      (code == Errc::ok ? accepted : refused).insert(ticket);
    }
    ASSERT_EQ(code, Errc::disk_full) << to_string(code) << '\n' << server.log();
    ASSERT_GT(accepted.size(), 1u);
    disk.use_up();  // no segment fitted; now no event does either
    const std::uint64_t last = *accepted.rbegin();

    breaches.wait_for(last);  // that of the last one falls due now, on a full disk
    EXPECT_EQ(send_ticket(client, ++ticket), Errc::disk_full);
    refused.insert(ticket);
    EXPECT_TRUE(client.get(number_key(last)).ok());
    EXPECT_NE(server.log().find("disk"), std::string::npos);

    disk.make_room();
    do {
      code = send_ticket(client, ++ticket);
      (code == Errc::ok ? accepted : refused).insert(ticket);
    } while (code == Errc::disk_full);
    EXPECT_EQ(code, Errc::ok) << to_string(code) << '\n' << server.log();
    breaches.wait_for(ticket);
    server.kill_hard();
  }
  Server again(disk.data(), {"--segment-bytes", "16MiB"}, {disk.environment()});
  ASSERT_FALSE(again.endpoint().empty()) << again.log();
  Client client = connect(again.endpoint(), "full");
  for (const std::uint64_t ticket : accepted) {
    const auto found = client.get(number_key(ticket));
    ASSERT_TRUE(found.ok()) << ticket << ": " << found.error().message;
    EXPECT_EQ(found->version, kCommandsOfAFrame) << ticket;
  }
  for (const std::uint64_t ticket : refused) {
    EXPECT_FALSE(client.get(number_key(ticket)).ok()) << ticket;
  }
  EXPECT_EQ(again.stop(), 0) << again.log();
}

TEST(DiskFull, CommandsAreRefusedAndTimeGoesOn) {
  ShimDisk disk;
  fill_and_go_on(disk);
}

TEST(DiskFull, OnAFileSystemThatIsFull) {
  MountedDisk disk;
  if (!disk.refusal().empty()) GTEST_SKIP() << disk.refusal();
  fill_and_go_on(disk);
}

// A stop that finds no room to be noted is no failure: all that was acknowledged is in the log.
TEST(DiskFull, AStopSaysSoAndLosesNothing) {
  ShimDisk disk;
  std::set<std::uint64_t> accepted;
  {
    Server server(disk.data(), {"--segment-bytes", "16MiB"}, {disk.environment()});
    ASSERT_FALSE(server.endpoint().empty()) << server.log();
    ASSERT_TRUE(connect(server.endpoint(), "").put_tenant(kTenant, "full.toml").ok());
    {
      Client client = connect(server.endpoint(), "full");
      for (std::uint64_t ticket = 1; ticket <= kFramesMax; ++ticket) {
        if (send_ticket(client, ticket) != Errc::ok) break;
        accepted.insert(ticket);
      }
      ASSERT_GT(accepted.size(), 1u);
      disk.use_up();
      ASSERT_TRUE(client.refresh().ok());
      EXPECT_NE(client.hello().partitions.at(0).disk, PartitionHello::Disk::fine);
    }
    EXPECT_EQ(server.stop(), 0) << server.log();
    EXPECT_NE(server.log().find("the disk is full, so that this could not be noted"),
              std::string::npos)
        << server.log();
  }
  disk.make_room();
  Server again(disk.data(), {"--segment-bytes", "16MiB"}, {disk.environment()});
  ASSERT_FALSE(again.endpoint().empty()) << again.log();
  Client client = connect(again.endpoint(), "full");
  for (const std::uint64_t ticket : accepted) {
    const auto found = client.get(number_key(ticket));
    ASSERT_TRUE(found.ok()) << ticket << ": " << found.error().message;
  }
  EXPECT_EQ(again.stop(), 0) << again.log();
}

}  // namespace
}  // namespace vencer::testing
