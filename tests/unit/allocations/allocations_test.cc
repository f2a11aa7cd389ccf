// Goal: no allocation per command, from socket to reply. Method: a real server in this process, a
// client that allocates nothing, every operator new counted; a million commands of a warm server.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "tests/unit/allocations/counted_new.h"
#include "tests/unit/server/test_server.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kTickets = 1024;
constexpr std::size_t kFrame = 128;

// Sends frames that were made before and reads replies into the same place.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // A frame of commands. One at a time: how many share a group depends on the machine, and so
  // when buffers are as large as they get.
  void ask(const Buffer& frame) {
    send(frame);
    refused_ += receive() != wire::FrameType::commands_reply;
    const auto* reply = flatbuffers::GetRoot<wire::CommandsReply>(reply_.data());
    for (const wire::CommandResult* result : *reply->results()) {
      refused_ += result->code() != wire::ErrorCode::ok;
      ++answered_;
    }
  }
  void send(const Buffer& frame) {
    for (std::size_t at = 0; at < frame.size();) {
      const ssize_t sent = ::send(socket_, frame.data() + at, frame.size() - at, 0);
      if (sent <= 0) std::abort();
      at += static_cast<std::size_t>(sent);
    }
  }
  // The reply's type; its body is in reply_.
  wire::FrameType receive() {
    FrameHeader header;
    read(&header, sizeof header);
    if (header.length > reply_.size()) std::abort();
    read(reply_.data(), header.length);
    return static_cast<wire::FrameType>(header.type);
  }
  std::uint64_t answered() const { return answered_; }
  std::uint64_t refused() const { return refused_; }

 private:
  void read(void* into, std::size_t bytes) {
    if (::recv(socket_, into, bytes, MSG_WAITALL) != static_cast<ssize_t>(bytes)) std::abort();
  }
  int socket_;
  std::uint64_t answered_ = 0, refused_ = 0;
  alignas(8) std::array<std::uint8_t, 64 << 10> reply_;
};

// Over all tickets, in frames: what `make` gives for each.
template <typename Make>
void add_frames(std::vector<Buffer>& frames, TenantId tenant, Make&& make) {
  for (std::uint64_t first = 1; first <= kTickets; first += kFrame) {
    std::vector<TestCommand> commands;
    for (std::uint64_t key = first; key < first + kFrame; ++key) {
      commands.push_back(make(key));
      commands.back().key = key;
    }
    frames.push_back(commands_frame(7, tenant, commands));
  }
}

std::size_t spare_segments(const std::string& data) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("spare-") && name.ends_with(".seg")) ++count;
  }
  return count;
}

void no_allocation(Placement placement, std::uint32_t partitions = 1,
                   std::uint32_t groups_in_flight = 1) {
  TestServer server(placement);
  server.config.partitions = partitions;
  ASSERT_TRUE(server.config.placement.add("zen", std::to_string(partitions - 1)).ok());
  // Where groups fly they are synced; else a frame need not wait for the disk each time.
  server.config.durability = groups_in_flight > 1 ? Durability::sync : Durability::none;
  server.config.groups_in_flight = groups_in_flight;
  server.config.segment_bytes = std::uint64_t{512}
                                << 20;  // a new one allocates: once in 4 M commands
  server.start();
  Peer peer(server.port());
  const TenantId tenant = greet(peer);
  std::vector<Buffer> creation, frames;
  add_frames(creation, tenant, [](std::uint64_t) { return TestCommand{.priority = 1}; });
  const auto status = wire::CommandBody::SetStatusCommand;
  const auto attributes = wire::CommandBody::SetAttributesCommand;
  const auto set = [&](std::uint8_t to) {
    add_frames(frames, tenant,
               [&](std::uint64_t) { return TestCommand{.body = status, .status = to}; });
  };
  set(1);
  add_frames(frames, tenant, [&](std::uint64_t key) {
    return TestCommand{.body = attributes, .priority = 1 + key % 2};
  });
  set(0);
  add_frames(frames, tenant, [&](std::uint64_t key) {
    return TestCommand{.body = attributes, .priority = 2 - key % 2};
  });

  Client client(server.port());
  client.send(hello_frame(1, "zen"));
  ASSERT_EQ(client.receive(), wire::FrameType::hello_reply);
  for (const Buffer& frame : creation) client.ask(frame);
  const auto play = [&](std::uint64_t commands) {
    for (const std::uint64_t until = client.answered() + commands; client.answered() < until;) {
      for (const Buffer& frame : frames) client.ask(frame);
    }
  };
  // Spare log segments are made beside the commands, after a start: maintenance is to be at rest.
  while (spare_segments(server.config.data) < 2 * partitions) play(10'000);
  play(200'000);  // warm
  const std::uint64_t before = allocations_so_far();
  play(1'000'000);
  EXPECT_EQ(allocations_so_far() - before, 0u);
  EXPECT_EQ(client.refused(), 0u);
}

TEST(Allocations, NoneInAMillionCommandsOnOneThread) {
  no_allocation(Placement::shared);
}

TEST(Allocations, NoneInAMillionCommandsWithAThreadForTheLog) {
  no_allocation(Placement::commit);
}

TEST(Allocations, NoneInAMillionCommandsWithAThreadForEachRole) {
  no_allocation(Placement::separate);
}

TEST(Allocations, NoneInAMillionCommandsWithThreeGroupsInFlight) {
  no_allocation(Placement::commit, 1, 3);
}

// The tenant lives in the second one, whichever worker has the connection.
TEST(Allocations, NoneInAMillionCommandsOfTheSecondPartition) {
  no_allocation(Placement::commit, 2);
}

}  // namespace
}  // namespace vencer::testing
