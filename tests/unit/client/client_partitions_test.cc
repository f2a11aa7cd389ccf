// A server of several partitions, as the client sees it.
#include <gtest/gtest.h>

#include <array>
#include <future>
#include <map>

#include "engine/wire/event_record.h"
#include "engine/wire/tenant_id.h"
#include "net/client/client.h"
#include "tests/unit/client/fake_server.h"

namespace vencer::test {
namespace {

constexpr TenantId kNumber = 7;  // of a tenant in each partition

// Reads a Hello, and tells the names of that tenant in `partition`.
void greet(FakePeer& peer, std::uint32_t partition = 0) {
  const std::array<PartitionSummary, 2> partitions = {
      {{.epoch = 1, .first_sequence = 1, .last_sequence = 9, .tenants = 3},
       {.epoch = 4, .first_sequence = 2, .last_sequence = 7, .tenants = 1}}};
  ServerInfo info;
  info.epoch = 1;
  info.partition = partition;
  info.partitions = partitions;
  Bytes out;
  const TenantSpec names = small_tenant();
  encode_hello_reply(peer.read().header.correlation, info, kNumber, &names, out);
  peer.send(out);
}

void start_stream(FakePeer& peer, const Request& request, std::uint32_t partition,
                  std::uint64_t next) {
  Bytes out;
  encode_subscribe_reply(request.header.correlation, {partition, 4, next, 1}, out);
  peer.send(out);
}

void send_event(FakePeer& peer, std::uint64_t correlation, std::uint32_t partition,
                std::uint64_t sequence) {
  Event event;
  event.sequence = sequence;
  event.type = EventType::created;
  event.tenant = kNumber;
  event.ticket = {1, 0, KeyKind::number};
  Bytes record, out;
  encode_event_record(event, record);
  const std::span<const std::byte> records[] = {record};
  encode_events(correlation, partition, 4, records, sequence + 1, out);
  peer.send(out);
}

TEST(ClientPartitions, OneStreamOfEachAndAnEndOfAll) {
  SubscribeRequest asked[2];
  FakeServer server([&](FakePeer& peer) {
    greet(peer);
    const Request first = peer.read();
    asked[0] = decode_subscribe(first.body);
    start_stream(peer, first, 0, 10);
    const Request second = peer.read();
    asked[1] = decode_subscribe(second.body);
    start_stream(peer, second, 1, 5);
    send_event(peer, second.header.correlation, 1, 5);
    greet(peer, 1);  // an event of a tenant that the client does not know yet
    send_event(peer, first.header.correlation, 0, 10);
    send_event(peer, second.header.correlation, 1, 6);
    Bytes out;
    encode_failure(second.header.correlation, {Errc::events_gone, "too slow", {}, 4, 8}, out);
    peer.send(out);
    send_event(peer, first.header.correlation, 0, 11);  // behind the end: nobody's
    peer.until_closed();
  });
  std::map<std::uint32_t, std::vector<std::uint64_t>> seen;
  std::promise<Error> ended;
  {
    auto client = Client::connect({.endpoint = server.endpoint(), .tenant = "zen"});
    ASSERT_TRUE(client.ok()) << client.error().message;
    ASSERT_EQ(client->hello().partitions.size(), 2u);
    EXPECT_EQ(client->hello().partitions[1].epoch, 4u);
    EXPECT_EQ(client->hello().partitions[1].last_sequence, 7u);
    EXPECT_EQ(client->hello().partitions[0].tenants, 3u);
    const auto streams = client->subscribe_everywhere(
        {}, {{.partition = 1, .epoch = 4, .sequence = 5}},
        {[&](const EventBatch& batch) {
           for (const Event& event : batch.events) {
             EXPECT_EQ(event.tenant, wire_tenant(batch.partition, kNumber));
             seen[batch.partition].push_back(event.sequence);
           }
         },
         [&](const Error& error) { ended.set_value(error); }});
    ASSERT_TRUE(streams.ok()) << streams.error().message;
    ASSERT_EQ(streams->size(), 2u);
    EXPECT_EQ((*streams)[1].partition, 1u);
    EXPECT_EQ((*streams)[1].next_sequence, 5u);
    EXPECT_EQ(ended.get_future().get().message, "partition 1: too slow");
  }
  server.wait();
  EXPECT_EQ(seen[0], (std::vector<std::uint64_t>{10}));
  EXPECT_EQ(seen[1], (std::vector<std::uint64_t>{5, 6}));
  EXPECT_EQ(asked[0].from, SubscribeFrom::now);
  EXPECT_EQ(asked[0].partition, 0u);
  EXPECT_EQ(asked[1].from, SubscribeFrom::sequence);
  EXPECT_EQ(asked[1].sequence, 5u);
  EXPECT_EQ(asked[1].epoch, 4u);
  EXPECT_EQ(asked[1].partition, 1u);
}

TEST(ClientPartitions, APositionOfNoPartitionIsRefused) {
  FakeServer server([&](FakePeer& peer) {
    greet(peer);
    peer.until_closed();
  });
  auto client = Client::connect({.endpoint = server.endpoint(), .tenant = "zen"});
  ASSERT_TRUE(client.ok());
  const auto streams = client->subscribe_everywhere({}, {{.partition = 2}}, {});
  ASSERT_FALSE(streams.ok());
  EXPECT_EQ(streams.error().message, "there is no partition 2; the last one is 1");
}

TEST(ClientPartitions, AdvanceMovesAllOfThem) {
  FakeServer server([&](FakePeer& peer) {
    greet(peer);
    for (std::uint32_t partition = 0; partition < 2; ++partition) {
      const Request request = peer.read();
      ReplyStamp stamp;
      stamp.now = decode_advance(request.body);
      stamp.event_sequence = 5 + partition;
      Bytes out;
      encode_advance_reply(request.header.correlation, stamp, 10 + partition, out);
      peer.send(out);
    }
    peer.until_closed();
  });
  auto client = Client::connect({.endpoint = server.endpoint(), .tenant = "zen"});
  ASSERT_TRUE(client.ok());
  const auto reply = client->advance(1234);
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  EXPECT_EQ(reply->now, 1234);
  EXPECT_EQ(reply->fired, 21u);
  EXPECT_EQ(reply->event_sequence, 5u);
}

}  // namespace
}  // namespace vencer::test
