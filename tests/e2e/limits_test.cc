// Goal: what a machine has run out of, or a peer does that no client would, is refused clearly and
// stops nothing: file descriptors, connections, bytes that trickle, memory at the start.
//
// Method: a real vencerd, plain sockets beside a client that wants its answers all the while.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/wire/frame.h"
#include "net/client/request_frames.h"
#include "tests/e2e/crash_load.h"
#include "tests/e2e/faults.h"

namespace vencer::testing {
namespace {

constexpr int kExitCannotStart = 1;

// A connection that sends what it is told to.
class Plain {
 public:
  explicit Plain(const std::string& endpoint) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    if (socket_ < 0) return;
    (void)::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Plain() {
    if (socket_ >= 0) ::close(socket_);
  }
  Plain(Plain&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_) {}
  Plain& operator=(Plain&&) = delete;

  bool connected() const { return connected_; }
  bool send(std::span<const std::byte> bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // The type of the next frame, read whole; nothing if the connection ends before.
  std::optional<std::uint16_t> receive() {
    std::byte bytes[kFrameHeaderBytes];
    if (!read_whole(bytes)) return std::nullopt;
    const FrameHeader header = decode_frame_header(bytes);
    std::vector<std::byte> body(header.length);
    if (!read_whole(body)) return std::nullopt;
    return header.type;
  }

 private:
  bool read_whole(std::span<std::byte> into) {
    while (!into.empty()) {
      const ssize_t got = ::recv(socket_, into.data(), into.size(), 0);
      if (got <= 0) return false;
      into = into.subspan(static_cast<std::size_t>(got));
    }
    return true;
  }
  int socket_;
  bool connected_ = false;
};

constexpr std::uint16_t kHelloReply = 2;
constexpr std::uint16_t kError = 12;

std::vector<std::byte> hello() {
  ClientOptions options;
  options.tenant = "crash";
  return hello_frame(options);
}

// As many descriptors as this process may have; the servers that it starts inherit that.
std::uint64_t raise_descriptors() {
  rlimit limit{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  return limit.rlim_cur;
}

class Limits : public ::testing::Test {
 protected:
  Limits() : data_(folder_.path() / "data"), load_(folder_.path(), 1) {}

  // A client that works: its commands are answered and in the log.
  void expect_service(const Server& server, std::uint64_t ticket) {
    Client client = connect(server.endpoint(), "crash");
    CommandFrame frame(client.names()->tenant);
    frame.create(number_key(ticket), kNoId8, {});
    const auto reply = client.send(frame);
    ASSERT_TRUE(reply.ok()) << reply.error().message;
    EXPECT_EQ(reply->outcomes[0].code, Errc::ok);
  }

  TemporaryFolder folder_;
  const std::filesystem::path data_;
  CrashLoad load_;
};

TEST_F(Limits, TenThousandIdleConnections) {
  const std::uint64_t descriptors = raise_descriptors();
  const std::uint64_t idle = std::min<std::uint64_t>(10'000, descriptors - 500);
  if (idle < 10'000) {
    std::printf("%llu connections only: this machine allows a process %llu descriptors\n",
                static_cast<unsigned long long>(idle),
                static_cast<unsigned long long>(descriptors));
  }
  Server server(data_, {"--connections", std::to_string(idle + 2)});
  load_.put_tenant(server);
  const std::vector<std::byte> greeting = hello();
  std::vector<Plain> connections;
  for (std::uint64_t i = 0; i < idle; ++i) {
    connections.emplace_back(server.endpoint());
    ASSERT_TRUE(connections.back().connected() && connections.back().send(greeting)) << i;
    ASSERT_EQ(connections.back().receive(), kHelloReply) << i;
  }
  expect_service(server, 1);
  {
    Client held = connect(server.endpoint(), "crash");
    Client last = connect(server.endpoint(), "crash");
    Plain refused(server.endpoint());
    ASSERT_TRUE(refused.connected());
    EXPECT_EQ(refused.receive(), kError);
    EXPECT_EQ(refused.receive(), std::nullopt);
  }
  connections.clear();
  expect_service(server, 2);
  EXPECT_EQ(server.stop(), 0);
}

// Descriptors that connections may have are counted out at the start, so that no number of them
// takes the log's.
TEST_F(Limits, ConnectionsLeaveTheLogItsDescriptors) {
  constexpr std::uint64_t kDescriptors = 160;
  Faults faults(data_);
  faults->descriptors = kDescriptors;
  Server server(data_, {"--segment-bytes", "16MiB"}, {faults.environment()});
  ASSERT_FALSE(server.endpoint().empty()) << server.log();
  EXPECT_NE(server.log().find("fewer connections"), std::string::npos) << server.log();
  load_.put_tenant(server);
  expect_service(server, 1);
  Client worker = connect(server.endpoint(), "crash");
  const std::vector<std::byte> greeting = hello();
  std::vector<Plain> taken;
  bool refused = false;
  for (std::uint64_t i = 0; i < 2 * kDescriptors; ++i) {
    taken.emplace_back(server.endpoint());
    ASSERT_TRUE(taken.back().connected()) << i;
    refused |= !taken.back().send(greeting) || taken.back().receive() != kHelloReply;
  }
  EXPECT_TRUE(refused);
  // Segments are made and opened meanwhile, and events read back from their files.
  CommandFrame frame(worker.names()->tenant);
  for (std::uint64_t i = 0; i < 40; ++i) {
    frame.clear();
    for (std::uint64_t ticket = 0; ticket < 8000; ++ticket) {
      frame.activity(number_key(1), worker.names()->activity_id("agent_reply").value());
    }
    const auto reply = worker.send(frame);
    ASSERT_TRUE(reply.ok()) << reply.error().message << server.log();
  }
  taken.clear();
  expect_service(server, 7);
  EXPECT_EQ(server.stop(), 0) << server.log();
}

TEST_F(Limits, BytesThatTrickleHoldUpNobody) {
  Server server(data_);
  load_.put_tenant(server);
  Plain slow(server.endpoint());
  ASSERT_TRUE(slow.connected());
  Client client = connect(server.endpoint(), "crash");
  std::vector<std::byte> bytes = hello();
  CommandFrame frame(client.names()->tenant);
  for (std::uint64_t ticket = 1; ticket <= 20; ++ticket) {
    frame.create(number_key(100 + ticket), kNoId8, {});
  }
  const std::span<const std::byte> commands = frame.bytes();
  bytes.insert(bytes.end(), commands.begin(), commands.end());
  std::size_t sent = 0;
  for (const std::byte& each : bytes) {
    ASSERT_TRUE(slow.send({&each, 1}));
    if (++sent % 256 == 0) expect_service(server, sent);
  }
  EXPECT_EQ(slow.receive(), kHelloReply);
  EXPECT_EQ(slow.receive(), 4);  // commands_reply
  EXPECT_TRUE(client.get(number_key(120)).ok());
  EXPECT_EQ(server.stop(), 0);
}

// A replay that meets it is on threads of its own, of each partition; its abort would name the step
// that it was at and advise to skip it.
TEST_F(Limits, NoMemoryForWhatIsThereIsARefusal) {
  Faults faults(data_);
  const std::vector<std::string> two = {"--partitions", "2"};
  {
    Server server(data_, two, {faults.environment()});
    load_.put_tenant(server);
    expect_service(server, 1);
    EXPECT_EQ(server.stop(), 0);
  }
  faults->mapping_max = 1 << 20;
  {
    Server server(data_, two, {faults.environment()});
    ASSERT_TRUE(server.endpoint().empty()) << "it found memory elsewhere";
    EXPECT_EQ(server.process().wait(), kExitCannotStart) << server.log();
    EXPECT_NE(server.log().find("not enough memory"), std::string::npos) << server.log();
    EXPECT_EQ(server.log().find("skip-step"), std::string::npos) << server.log();
  }
  faults.calm();
  Server server(data_, two, {faults.environment()});
  ASSERT_FALSE(server.endpoint().empty()) << server.log();
  expect_service(server, 2);
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Limits, NoMemoryAtTheStartIsARefusal) {
  Faults faults(data_);
  faults->mapping_max = 1 << 20;
  {
    Server server(data_, {}, {faults.environment()});
    ASSERT_TRUE(server.endpoint().empty()) << "it found memory elsewhere";
    EXPECT_EQ(server.process().wait(), kExitCannotStart) << server.log();
    EXPECT_NE(server.log().find("not enough memory"), std::string::npos) << server.log();
  }
  faults.calm();
  Server server(data_, {}, {faults.environment()});
  ASSERT_FALSE(server.endpoint().empty()) << server.log();
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace vencer::testing
