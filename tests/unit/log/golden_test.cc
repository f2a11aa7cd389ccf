// The format holds still: files committed under tests/golden/log must be readable by every later
// build, and this build must still write the same bytes. To make them anew after a deliberate
// change of format version: VENCER_WRITE_GOLDEN=1 log_test --gtest_filter='Golden*', and say so in
// the commit.
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/log/event_log.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/wal.h"
#include "engine/log/wal_format.h"
#include "engine/log/wal_reader.h"
#include "engine/log/wal_verify.h"
#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

namespace fs = std::filesystem;
using testing::OwnedStep;
using testing::TempDirectory;

const std::string kGolden = VENCER_SOURCE_DIR "/tests/golden/log";

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::byte> bytes_of(const char* text) {
  const auto bytes = std::as_bytes(std::span(text, std::strlen(text)));
  return {bytes.begin(), bytes.end()};
}

WalOptions wal_options(const std::string& directory) {
  WalOptions o;
  o.directory = directory;
  o.partition = 7;
  o.segment_bytes = 16 << 10;
  o.create = true;
  o.identity_high = 0x0123456789abcdef;
  o.identity_low = 0xfedcba9876543210;
  return o;
}

std::vector<OwnedStep> golden_steps() {
  return {{1, 0, 1'700'000'000'000, 0, 0, bytes_of("settings")},
          {2, 3, 1'700'000'000'001, 42, 0, bytes_of("a frame of commands")},
          {3, 0, 1'700'000'000'250, 0, 5, {}}};
}

void make_wal(Storage& storage, const std::string& directory) {
  WalRecovery recovery;
  std::vector<OwnedStep> none;
  auto wal = Wal::open(storage, wal_options(directory), testing::collect(&none), &recovery);
  ASSERT_TRUE(wal.ok()) << wal.error().message;
  const auto steps = golden_steps();
  Group group;
  group.append(steps[0].record());
  group.append(steps[1].record());
  ASSERT_TRUE((*wal)->submit(group).ok());
  group.clear();
  group.append(steps[2].record());
  ASSERT_TRUE((*wal)->submit(group).ok());
  ASSERT_TRUE((*wal)->seal().ok());
}

// Segments of version 2 (wal_format.h): files that held other groups before. Two groups of 6,000
// bytes fill one; behind group 4 the first goes round, behind group 6 the second.
constexpr std::uint64_t kRecycledGroups = 8;

OwnedStep recycled_step(std::uint64_t group) {
  return {static_cast<std::uint8_t>(2),
          3,
          static_cast<TimeMs>(1'700'000'000'000 + group),
          42,
          0,
          std::vector<std::byte>(6000, static_cast<std::byte>(group))};
}

// Where a snapshot would stand, and what is to be read from there.
void make_recycled_wal(Storage& storage, const std::string& directory, WalPosition* start) {
  WalOptions options = wal_options(directory);
  options.segment_bytes = 5 * wal::kBlockBytes;
  options.spare_segments = 1;
  WalRecovery recovery;
  std::vector<OwnedStep> none;
  auto wal = Wal::open(storage, options, testing::collect(&none), &recovery);
  ASSERT_TRUE(wal.ok()) << wal.error().message;
  Group group;
  for (std::uint64_t number = 1; number <= kRecycledGroups; ++number) {
    group.clear();
    group.append(recycled_step(number).record());
    const auto position = (*wal)->submit(group);
    ASSERT_TRUE(position.ok()) << position.error().message;
    if (number == 6) *start = *position;
    ASSERT_TRUE((*wal)->release_below(number < 2 ? 0 : number - 1).ok());
    while (true) {
      const auto more = (*wal)->prepare_next_segment();
      ASSERT_TRUE(more.ok()) << more.error().message;
      if (!*more) break;
    }
  }
  ASSERT_TRUE((*wal)->seal().ok());
}

EventLogOptions event_options(const std::string& directory) {
  EventLogOptions o;
  o.directory = directory;
  o.partition = 7;
  o.identity_high = 0x0123456789abcdef;
  o.identity_low = 0xfedcba9876543210;
  return o;
}

const std::vector<std::vector<std::byte>> kEvents = {bytes_of("x"), bytes_of("12345678"),
                                                     bytes_of("the third event")};

void make_events(Storage& storage, const std::string& directory) {
  auto log = EventLog::open(storage, event_options(directory));
  ASSERT_TRUE(log.ok()) << log.error().message;
  ASSERT_TRUE((*log)->finish_replay().ok());
  for (std::uint64_t i = 0; i < kEvents.size(); ++i) {
    const EventBytes event{i + 1, kEvents[i]};
    ASSERT_TRUE((*log)->append({&event, 1}).ok());
  }
}

snapshot::FileHeader snapshot_header() {
  snapshot::FileHeader header;
  header.partition = 7;
  header.identity_high = 0x0123456789abcdef;
  header.identity_low = 0xfedcba9876543210;
  header.semantics_version = 1;
  header.chain = 0x9abcdef0;
  header.group = 3;
  header.epoch = 1;
  header.event_sequence = 3;
  header.now = 1'700'000'000'250;
  return header;
}

void make_snapshot(Storage& storage, const std::string& directory) {
  auto writer = snapshot::SnapshotWriter::start(storage, directory, snapshot_header());
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  ASSERT_TRUE((*writer)->add(bytes_of("the first block")).ok());
  ASSERT_TRUE((*writer)->add(std::vector<std::byte>(5000, std::byte{0x5a})).ok());
  ASSERT_TRUE((*writer)->finish(2, 0x01020304).ok());
}

class GoldenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("VENCER_WRITE_GOLDEN") == nullptr) return;
    fs::remove_all(kGolden);
    fs::create_directories(kGolden);
    make_wal(*storage_, kGolden + "/wal");
    WalPosition start;
    make_recycled_wal(*storage_, kGolden + "/wal-recycled", &start);
    make_events(*storage_, kGolden + "/events");
    make_snapshot(*storage_, kGolden + "/snapshots");
  }
  // A copy that may be written to: opening a log starts a new segment.
  std::string copy(const char* name) {
    fs::copy(kGolden + "/" + name, directory_.path() + "/" + name, fs::copy_options::recursive);
    return directory_.path() + "/" + name;
  }
  void expect_same_files(const std::string& made, const std::string& golden,
                         std::size_t expected = 1) {
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(golden)) {
      const std::string name = entry.path().filename();
      EXPECT_TRUE(slurp(made + "/" + name) == slurp(entry.path())) << name << " differs";
      ++files;
    }
    EXPECT_EQ(files, expected);
  }

  TempDirectory directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
};

TEST_F(GoldenTest, ThisBuildWritesTheSameLog) {
  make_wal(*storage_, directory_.path() + "/made");
  expect_same_files(directory_.path() + "/made", kGolden + "/wal");
}

TEST_F(GoldenTest, ThisBuildReadsTheLog) {
  WalRecovery recovery;
  std::vector<OwnedStep> steps;
  auto wal = Wal::open(*storage_, wal_options(copy("wal")), testing::collect(&steps), &recovery);
  ASSERT_TRUE(wal.ok()) << wal.error().message;
  EXPECT_EQ(steps, golden_steps());
  EXPECT_TRUE(recovery.clean);
  EXPECT_EQ(recovery.last_group, 3u);
  EXPECT_EQ(recovery.proven_group, 2u);
  EXPECT_EQ(recovery.identity_high, 0x0123456789abcdefu);
}

TEST_F(GoldenTest, ThisBuildWritesTheSameLogInRecycledSegments) {
  WalPosition start;
  make_recycled_wal(*storage_, directory_.path() + "/made", &start);
  const auto names = storage_->list(kGolden + "/wal-recycled");
  ASSERT_TRUE(names.ok());
  expect_same_files(directory_.path() + "/made", kGolden + "/wal-recycled", names->size());
}

TEST_F(GoldenTest, ThisBuildReadsTheLogInRecycledSegments) {
  WalOptions options = wal_options(copy("wal-recycled"));
  make_recycled_wal(*storage_, directory_.path() + "/made", &options.start);
  std::size_t recycled = 0;
  auto segments = wal::load_segments(*storage_, options.directory, options.partition);
  ASSERT_TRUE(segments.ok()) << segments.error().message;
  for (const auto& segment : *segments) {
    recycled += segment.header.recycled();
    EXPECT_EQ(segment.header.format_version, segment.header.recycled() ? 2u : 1u);
  }
  EXPECT_GT(recycled, 0u);
  WalRecovery recovery;
  std::vector<OwnedStep> steps;
  auto wal = Wal::open(*storage_, options, testing::collect(&steps), &recovery);
  ASSERT_TRUE(wal.ok()) << wal.error().message;
  EXPECT_EQ(steps, (std::vector<OwnedStep>{recycled_step(7), recycled_step(8)}));
  EXPECT_TRUE(recovery.clean);
}

TEST_F(GoldenTest, VerifySaysWhatIsThere) {
  std::string report;
  const auto good = verify_wal(*storage_, kGolden + "/wal",
                               [&](const std::string& line) { report += line + "\n"; });
  ASSERT_TRUE(good.ok()) << good.error().message;
  EXPECT_TRUE(*good);
  for (const char* part : {"log 0123456789abcdeffedcba9876543210, partition 7",
                           "3 groups, 3 steps, 12288 bytes read", "verdict: clean"}) {
    EXPECT_NE(report.find(part), std::string::npos) << report;
  }
  const std::string broken = copy("wal");
  std::fstream file(broken + "/wal-0000000000000001.seg",
                    std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(4096 + 200);
  file.put('!');
  file.close();
  report.clear();
  const auto bad =
      verify_wal(*storage_, broken, [&](const std::string& line) { report += line + "\n"; });
  ASSERT_TRUE(bad.ok()) << bad.error().message;
  EXPECT_FALSE(*bad);
  EXPECT_NE(report.find("the header of group 3, 0 steps, durable 2"), std::string::npos) << report;
  EXPECT_NE(report.find("DAMAGED"), std::string::npos) << report;
}

TEST_F(GoldenTest, ThisBuildWritesTheSameEvents) {
  make_events(*storage_, directory_.path() + "/made");
  expect_same_files(directory_.path() + "/made", kGolden + "/events");
}

TEST_F(GoldenTest, ThisBuildReadsTheEvents) {
  auto log = EventLog::open(*storage_, event_options(copy("events")));
  ASSERT_TRUE(log.ok()) << log.error().message;
  for (std::uint64_t i = 0; i < kEvents.size(); ++i) {
    ASSERT_TRUE((*log)->replay({i + 1, kEvents[i]}).ok());
  }
  ASSERT_TRUE((*log)->finish_replay().ok());
  EXPECT_EQ((*log)->replay_compared(), 3u);
  const auto batch = (*log)->read_from(1, 1000);
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ(batch->records.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(std::ranges::equal(batch->records[i], kEvents[i]));
}

TEST_F(GoldenTest, ThisBuildWritesTheSameSnapshot) {
  make_snapshot(*storage_, directory_.path() + "/made");
  expect_same_files(directory_.path() + "/made", kGolden + "/snapshots");
}

TEST_F(GoldenTest, ThisBuildReadsTheSnapshot) {
  const auto info =
      snapshot::look_at_snapshot(*storage_, kGolden + "/snapshots/" + snapshot::file_name(3));
  ASSERT_TRUE(info.ok()) << info.error().message;
  EXPECT_EQ(info->header.chain, 0x9abcdef0u);
  EXPECT_EQ(info->header.now, 1'700'000'000'250);
  EXPECT_EQ(info->trailer.tickets, 2u);
  EXPECT_EQ(info->trailer.event_crc, 0x01020304u);
  std::vector<std::size_t> sizes;
  const Status read = snapshot::read_snapshot(
      *storage_, *info, true, [&](std::span<const std::byte> payload, std::uint64_t) -> Status {
        sizes.push_back(payload.size());
        return ok_status();
      });
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(sizes, (std::vector<std::size_t>{15, 5000}));
}

}  // namespace
}  // namespace vencer
