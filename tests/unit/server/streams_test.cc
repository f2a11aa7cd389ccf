// Subscriptions: where they begin, what they filter, what a slow one gets, and which epoch.
#include "test_server.h"

namespace vencer::testing {
namespace {

std::uint64_t mask(wire::EventType type) {
  return 1ull << static_cast<int>(type);
}

class Streams : public ::testing::Test {
 protected:
  void start() {
    server_.config.capacity = 100'000;
    server_.start();
    desk_ = std::make_unique<Peer>(server_.port());
    tenant_ = greet(*desk_);
  }
  void create(std::uint64_t first, std::uint64_t count) {
    std::vector<TestCommand> commands;
    for (std::uint64_t i = 0; i < count; ++i) commands.push_back({.key = first + i, .priority = 2});
    const auto results = results_of(desk_->ask(commands_frame(5, tenant_, commands)));
    for (const auto& result : results) ASSERT_EQ(result.code(), wire::ErrorCode::ok);
  }
  Received subscribe(Peer& peer, wire::SubscribeFrom from, std::uint64_t sequence = 0,
                     std::uint64_t types = 0, std::uint64_t epoch = 0) {
    peer.ask(hello_frame(1));
    return peer.ask(subscribe_frame(2, tenant_, from, sequence, types, epoch));
  }

  TestServer server_;
  std::unique_ptr<Peer> desk_;
  TenantId tenant_ = kNoTenant;
};

TEST_F(Streams, FromNowFromTheEarliestAndFromASequence) {
  start();
  create(1, 3);  // events 2, 3, 4
  Peer now(server_.port());
  EXPECT_EQ(subscribe(now, wire::SubscribeFrom::now)
                .as<wire::SubscribeReply>(wire::FrameType::subscribe_reply)
                ->next_sequence(),
            5u);
  Peer earliest(server_.port());
  subscribe(earliest, wire::SubscribeFrom::earliest);
  EXPECT_EQ(read_events(earliest, 4).back(), "4 created 3 at 0");
  Peer middle(server_.port());
  subscribe(middle, wire::SubscribeFrom::sequence, 3);
  EXPECT_EQ(read_events(middle, 2).front(), "3 created 2 at 0");
  create(9, 1);
  EXPECT_EQ(read_events(now, 1), std::vector<std::string>{"5 created 9 at 0"});
  EXPECT_EQ(read_events(earliest, 1), std::vector<std::string>{"5 created 9 at 0"});
}

TEST_F(Streams, RefusesWhatIsNotInTheStream) {
  start();
  Peer future(server_.port());
  EXPECT_EQ(subscribe(future, wire::SubscribeFrom::sequence, 50).failure()->code(),
            wire::ErrorCode::epoch_changed);
  Peer other_epoch(server_.port());
  const Received refused = subscribe(other_epoch, wire::SubscribeFrom::sequence, 1, 0, 8);
  EXPECT_EQ(refused.failure()->code(), wire::ErrorCode::epoch_changed);
  EXPECT_EQ(refused.failure()->first_sequence(), 1u);
  EXPECT_EQ(refused.failure()->epoch(), 1u);
}

TEST_F(Streams, FilteredSubscriberLearnsHowFarTheStreamIs) {
  start();
  Peer peer(server_.port());
  subscribe(peer, wire::SubscribeFrom::now, 0, mask(wire::EventType::breached));
  create(1, 10);
  const Received heartbeat = peer.receive();
  const auto* events = heartbeat.as<wire::Events>(wire::FrameType::events);
  EXPECT_TRUE(events->events() == nullptr || events->events()->size() == 0);
  EXPECT_EQ(events->next_sequence(), 12u);
}

TEST_F(Streams, SlowSubscriberCostsBoundedMemoryAndLosesNothing) {
  server_.config.outbound_bytes_max = 64 << 10;
  server_.config.recent_event_bytes = 64 << 10;  // it must read from disk
  start();
  Peer slow(server_.port(), 4096);
  subscribe(slow, wire::SubscribeFrom::now);
  constexpr std::uint64_t kCreated = 60'000;
  for (std::uint64_t i = 0; i < kCreated; i += 2'000) create(i, 2'000);
  const auto events = read_events(slow, kCreated);
  EXPECT_EQ(events.front(), "2 created 0 at 0");
  for (std::uint64_t i = 0; i < kCreated; ++i) {
    ASSERT_EQ(events[i], std::to_string(i + 2) + " created " + std::to_string(i) + " at 0");
  }
}

TEST_F(Streams, TooSlowForTheRetentionIsToldWhatIsGone) {
  server_.config.outbound_bytes_max = 64 << 10;
  server_.config.recent_event_bytes = 64 << 10;
  server_.config.event_segment_bytes = 64 << 10;
  server_.config.event_retention_bytes = 128 << 10;
  start();
  Peer slow(server_.port(), 4096);
  subscribe(slow, wire::SubscribeFrom::now);
  std::uint64_t created = 0;
  for (; created < 90'000; created += 2'000) create(created, 2'000);
  std::uint64_t next = 2;
  for (;;) {
    const Received frame = slow.receive();
    if (frame.type() == wire::FrameType::error) {
      EXPECT_EQ(frame.failure()->code(), wire::ErrorCode::events_gone);
      EXPECT_GT(frame.failure()->first_sequence(), next);
      break;
    }
    for (const wire::Event* event : *frame.as<wire::Events>(wire::FrameType::events)->events()) {
      ASSERT_EQ(event->sequence(), next++);
      ASSERT_LT(next, created);
    }
  }
}

TEST_F(Streams, UnsubscribeEndsOne) {
  start();
  Peer peer(server_.port());
  subscribe(peer, wire::SubscribeFrom::now);
  peer.send(subscribe_frame(3, tenant_, wire::SubscribeFrom::now));
  peer.receive();
  EXPECT_EQ(peer.ask(unsubscribe_frame(2)).header.correlation, 2u);
  create(1, 1);
  EXPECT_EQ(peer.receive().header.correlation, 3u);
  // One event came once: what comes next is the answer to this.
  EXPECT_EQ(peer.ask(hello_frame(4)).header.correlation, 4u);
}

TEST_F(Streams, UncleanStopWithoutDurabilityBeginsANewEpoch) {
  server_.config.durability = Durability::none;
  start();
  create(1, 1);
  desk_.reset();
  server_.restart_after_crash();
  Peer peer(server_.port());
  EXPECT_EQ(subscribe(peer, wire::SubscribeFrom::sequence, 1, 0, 1).failure()->code(),
            wire::ErrorCode::epoch_changed);
  EXPECT_EQ(peer.ask(subscribe_frame(3, 0, wire::SubscribeFrom::earliest, 0, 0, 2))
                .as<wire::SubscribeReply>(wire::FrameType::subscribe_reply)
                ->epoch(),
            2u);
  server_.stop();
  server_.start();  // a clean stop keeps the epoch
  Peer after(server_.port());
  EXPECT_EQ(subscribe(after, wire::SubscribeFrom::earliest, 0, 0, 2)
                .as<wire::SubscribeReply>(wire::FrameType::subscribe_reply)
                ->epoch(),
            2u);
}

}  // namespace
}  // namespace vencer::testing
