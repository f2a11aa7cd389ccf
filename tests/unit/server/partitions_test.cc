// Several partitions behind one port: where frames go, in which order answers come, whose events.
#include <algorithm>
#include <map>

#include "engine/wire/tenant_id.h"
#include "test_server.h"

namespace vencer::testing {
namespace {

std::string document_of(const std::string& tenant) {
  std::string text = kDocument;
  const std::string name = "tenant = \"zen\"";
  return text.replace(text.find(name), name.size(), "tenant = \"" + tenant + "\"");
}

struct Layout {
  Placement placement;
  std::uint32_t io_threads;  // 0: one for each partition
};

class Partitions : public ::testing::TestWithParam<Layout> {
 protected:
  Partitions() : server_(GetParam().placement) {
    server_.config.io_threads = GetParam().io_threads;
    server_.config.partitions = 2;
  }
  // Tenants "a" in partition 0, "b" in partition 1.
  void start() {
    server_.start();
    desk_ = std::make_unique<Peer>(server_.port());
    desk_->ask(hello_frame(1)).as<wire::HelloReply>(wire::FrameType::hello_reply);
    a_ = put("a");
    b_ = put("b");
  }
  TenantId put(const std::string& tenant) {
    const Received put = desk_->ask(put_tenant_frame(2, document_of(tenant)));
    return put.as<wire::PutTenantReply>(wire::FrameType::put_tenant_reply)->tenant();
  }

  TestServer server_;
  std::unique_ptr<Peer> desk_;
  TenantId a_ = kNoTenant, b_ = kNoTenant;
};

TEST_P(Partitions, OneConnectionTalksToAllOfThem) {
  start();
  EXPECT_EQ(a_, wire_tenant(0, 1));
  EXPECT_EQ(b_, wire_tenant(1, 1));
  // One write: frames of both in turns, so that one read holds frames for both.
  constexpr std::uint64_t kFrames = 100;
  Buffer all;
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    const TenantId tenant = i % 3 == 0 ? b_ : a_;
    const Buffer frame = commands_frame(10 + i, tenant, {{.key = 1000 + i, .priority = 2}});
    all.insert(all.end(), frame.begin(), frame.end());
  }
  desk_->send(all);
  std::map<std::uint32_t, std::vector<std::uint64_t>> order;
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    const Received reply = desk_->receive();
    const std::uint64_t sent = reply.header.correlation - 10;
    ASSERT_EQ(results_of(reply)[0].code(), wire::ErrorCode::ok);
    order[sent % 3 == 0 ? 1 : 0].push_back(sent);
  }
  for (const auto& [partition, sent] : order) {
    EXPECT_TRUE(std::is_sorted(sent.begin(), sent.end())) << partition;
  }
  EXPECT_EQ(order[1].size(), (kFrames + 2) / 3);
  EXPECT_EQ(order[0].size() + order[1].size(), kFrames);
  const Received ticket = desk_->ask(get_ticket_frame(5, b_, 1000));
  EXPECT_EQ(ticket.as<wire::TicketReply>(wire::FrameType::ticket_reply)->tenant(), b_);
  EXPECT_EQ(desk_->ask(get_ticket_frame(6, a_, 1000)).failure()->code(),
            wire::ErrorCode::unknown_ticket);
}

TEST_P(Partitions, AHelloGoesToTheTenantsPartition) {
  start();
  const Received named = desk_->ask(hello_frame(3, "b"));
  const auto* hello = named.as<wire::HelloReply>(wire::FrameType::hello_reply);
  EXPECT_EQ(hello->partition(), 1u);
  EXPECT_EQ(hello->tenant()->id(), b_);
  EXPECT_EQ(hello->partitions()->size(), 2u);
  EXPECT_EQ(desk_->ask(hello_frame(4, "nobody")).failure()->code(),
            wire::ErrorCode::unknown_tenant);
}

TEST_P(Partitions, EachHasItsOwnStream) {
  start();
  ASSERT_EQ(results_of(desk_->ask(commands_frame(3, b_, {{.key = 7, .priority = 2}})))[0].code(),
            wire::ErrorCode::ok);
  // Every tenant of a partition; a tenant is in its own, whatever is asked for.
  for (const auto& [tenant, partition] :
       {std::pair<TenantId, std::uint32_t>{0, 1}, {b_, 0}, {b_, 1}}) {
    Peer board(server_.port());
    board.ask(hello_frame(1));
    const Received begun =
        board.ask(subscribe_frame(2, tenant, wire::SubscribeFrom::earliest, 0, 0, 0, partition));
    EXPECT_EQ(begun.as<wire::SubscribeReply>(wire::FrameType::subscribe_reply)->partition(), 1u);
    for (std::uint64_t next = 1; next <= 2;) {
      const Received frame = board.receive();
      const auto* events = frame.as<wire::Events>(wire::FrameType::events);
      EXPECT_EQ(events->partition(), 1u);
      for (const wire::Event* event : *events->events()) {
        EXPECT_EQ(event->sequence(), next++);
        EXPECT_EQ(event->tenant(), b_);
      }
    }
  }
  // Both on one connection, and on from a sequence.
  Peer board(server_.port());
  board.ask(hello_frame(1));
  board.ask(subscribe_frame(2, 0, wire::SubscribeFrom::now));
  board.ask(subscribe_frame(3, 0, wire::SubscribeFrom::sequence, 2, 0, 0, 1));
  EXPECT_EQ(read_events(board, 1), (std::vector<std::string>{"2 created 7 at 0"}));
  desk_->ask(commands_frame(4, a_, {{.key = 8, .priority = 2}}));
  EXPECT_EQ(read_events(board, 1), (std::vector<std::string>{"2 created 8 at 0"}));
}

TEST_P(Partitions, WhatThereIsNotIsRefusedHere) {
  start();
  const TenantId beyond = wire_tenant(2, 1);
  EXPECT_EQ(desk_->ask(commands_frame(3, beyond, {{.key = 1}})).failure()->code(),
            wire::ErrorCode::unknown_tenant);
  EXPECT_EQ(desk_->ask(get_ticket_frame(4, wire_tenant(1, 2), 1)).failure()->code(),
            wire::ErrorCode::unknown_tenant);
  // A partition and no number is no tenant, and not every tenant either.
  EXPECT_EQ(desk_->ask(subscribe_frame(5, 1u << 16, wire::SubscribeFrom::now)).failure()->code(),
            wire::ErrorCode::unknown_tenant);
  const Received refused = desk_->ask(subscribe_frame(6, 0, wire::SubscribeFrom::now, 0, 0, 0, 2));
  EXPECT_EQ(refused.failure()->code(), wire::ErrorCode::unknown_value);
  EXPECT_EQ(refused.failure()->message()->str(), "there is no partition 2; the last one is 1");
  // The connection stands.
  EXPECT_EQ(results_of(desk_->ask(commands_frame(7, b_, {{.key = 1, .priority = 1}})))[0].code(),
            wire::ErrorCode::ok);
}

TEST_P(Partitions, AllComeBackAfterACrash) {
  start();
  for (const TenantId tenant : {a_, b_}) {
    desk_->ask(commands_frame(3, tenant, {{.key = 7, .priority = 1}}));
  }
  server_.set_time(kStart + 10'001);  // all of them warn, and breach
  std::vector<std::vector<std::string>> seen;
  for (int life = 0; life < 2; ++life) {
    for (std::uint32_t partition = 0; partition < 2; ++partition) {
      Peer board(server_.port());
      board.ask(hello_frame(1));
      board.ask(subscribe_frame(2, 0, wire::SubscribeFrom::earliest, 0, 0, 0, partition));
      seen.push_back(read_events(board, 4));
    }
    if (life == 0) server_.restart_after_crash();
  }
  EXPECT_EQ(seen[0], seen[2]);
  EXPECT_EQ(seen[1], seen[3]);
  EXPECT_TRUE(server_.fatal().empty());
}

TEST_P(Partitions, CleanStopSealsAllOfThem) {
  start();
  desk_->ask(commands_frame(3, b_, {{.key = 7, .priority = 1}}));
  desk_->end_sending();
  server_.stop();
  server_.start();
  for (std::uint32_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(server_.server().partition(i).wal_recovery().clean) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, Partitions,
                         ::testing::Values(Layout{Placement::shared, 0},
                                           Layout{Placement::commit, 0},
                                           Layout{Placement::separate, 0},
                                           Layout{Placement::commit, 1},
                                           Layout{Placement::shared, 3}));

// Time is a partition's: each is moved for itself.
TEST(PartitionsOfInputTime, AreAdvancedOneByOne) {
  TestServer server;
  server.config.partitions = 2;
  server.config.clock = ClockSource::input;
  server.start();
  Peer desk(server.port());
  desk.ask(hello_frame(1));
  const Received first = desk.ask(advance_frame(2, 5'000, 1));
  const auto* moved = first.as<wire::AdvanceReply>(wire::FrameType::advance_reply);
  EXPECT_EQ(moved->now(), 5'000);
  EXPECT_EQ(moved->partition(), 1u);
  EXPECT_EQ(server.server().partitions().size(), 2u);
  const Received other = desk.ask(advance_frame(3, 1'000, 0));
  EXPECT_EQ(other.as<wire::AdvanceReply>(wire::FrameType::advance_reply)->now(), 1'000);
  EXPECT_EQ(desk.ask(advance_frame(4, 1'000, 9)).failure()->code(), wire::ErrorCode::unknown_value);
}

}  // namespace
}  // namespace vencer::testing
