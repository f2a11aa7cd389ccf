// Goal: a wall clock that is too far off is shown to whoever says hello, and followed once it is
// accepted; what is accepted is in the log with the answer. Method: a server in this process, whose
// clock the test moves.
#include <algorithm>

#include "net/client/client.h"
#include "test_server.h"

namespace vencer::testing {
namespace {

constexpr DurationMs kHour = 3'600'000;

const wire::PartitionInfo* partition_of(const Received& hello, std::uint32_t number) {
  return hello.as<wire::HelloReply>(wire::FrameType::hello_reply)->partitions()->Get(number);
}

TEST(AcceptClock, FollowedFromThenOnAndInTheLog) {
  TestServer server;
  server.start();
  Peer peer(server.port());
  const TenantId tenant = greet(peer);
  ASSERT_EQ(results_of(peer.ask(commands_frame(3, tenant, {{.key = 1, .priority = 1}})))[0].code(),
            wire::ErrorCode::ok);
  server.set_wall_lead(kHour);
  const Received before = peer.ask(hello_frame(4));
  EXPECT_TRUE(partition_of(before, 0)->clock_suspect());
  EXPECT_EQ(partition_of(before, 0)->wall_lead_ms(), kHour);

  peer.send(subscribe_frame(5, tenant, wire::SubscribeFrom::now));
  peer.receive().as<wire::SubscribeReply>(wire::FrameType::subscribe_reply);
  peer.send(accept_clock_frame(6));
  std::vector<std::string> events;
  bool answered = false;
  while (!answered) {  // the events of what fell due on the way come on the same connection
    const Received frame = peer.receive();
    if (frame.header.correlation != 6) continue;
    const auto* reply = frame.as<wire::ClockReply>(wire::FrameType::clock_reply);
    EXPECT_TRUE(reply->was_suspect());
    EXPECT_EQ(reply->wall_lead_ms(), kHour);
    EXPECT_EQ(reply->now(), kStart + kHour);
    answered = true;
  }
  Peer other(server.port());
  const Received after = other.ask(hello_frame(7));
  EXPECT_FALSE(partition_of(after, 0)->clock_suspect());
  EXPECT_EQ(partition_of(after, 0)->wall_lead_ms(), 0);
  const auto again = other.ask(accept_clock_frame(8));
  EXPECT_FALSE(again.as<wire::ClockReply>(wire::FrameType::clock_reply)->was_suspect());
  server.crash();
  server.start();
  EXPECT_EQ(server.server().partition().machine().now(), kStart + kHour) << "it was durable";
}

TEST(AcceptClock, EveryPartitionByTheClient) {
  TestServer server;
  server.config.partitions = 2;
  server.start();
  server.set_wall_lead(-kHour);
  ClientOptions options;
  options.endpoint = server.server().address();
  auto client = Client::connect(options);
  ASSERT_TRUE(client.ok()) << client.error().message;
  ASSERT_EQ(client->hello().partitions.size(), 2u);
  EXPECT_TRUE(client->hello().partitions[1].clock_suspect);
  EXPECT_EQ(client->hello().partitions[1].wall_lead_ms, -kHour);
  EXPECT_EQ(client->hello().partitions[1].disk, PartitionHello::Disk::fine);
  const auto replies = client->accept_clock();
  ASSERT_TRUE(replies.ok()) << replies.error().message;
  ASSERT_EQ(replies->size(), 2u);
  EXPECT_EQ((*replies)[0].wall_lead_ms, -kHour);
  EXPECT_EQ((*replies)[1].partition, 1u);
  for (const ClockReply& reply : *replies) EXPECT_EQ(reply.now, kStart);  // never back
  ASSERT_TRUE(client->refresh().ok());
  EXPECT_FALSE(client->hello().partitions[0].clock_suspect);
}

TEST(AcceptClock, ThereIsNoneWhereCommandsSayTheTime) {
  TestServer server;
  server.config.clock = ClockSource::input;
  server.start();
  server.set_wall_lead(kHour);
  Peer peer(server.port());
  EXPECT_FALSE(partition_of(peer.ask(hello_frame(1)), 0)->clock_suspect());
  EXPECT_EQ(peer.ask(accept_clock_frame(2)).failure()->code(),
            wire::ErrorCode::not_in_this_clock_mode);
  EXPECT_EQ(peer.ask(accept_clock_frame(3, 9)).failure()->code(), wire::ErrorCode::unknown_value);
}

}  // namespace
}  // namespace vencer::testing
