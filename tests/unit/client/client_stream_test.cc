#include <gtest/gtest.h>
#include <vencer_generated.h>

#include <future>
#include <mutex>

#include "engine/wire/event_record.h"
#include "net/client/client.h"
#include "tests/unit/client/fake_server.h"

namespace vencer {
namespace {

using test::FakePeer;
using test::FakeServer;
using test::Request;

Client connected(const FakeServer& server) {
  Result<Client> client = Client::connect({.endpoint = server.endpoint(), .tenant = "zen"});
  EXPECT_TRUE(client.ok());
  return std::move(client).value();
}

Event event(std::uint64_t sequence, EventType type = EventType::created) {
  Event made;
  made.sequence = sequence;
  made.emitted = static_cast<TimeMs>(sequence * 10);
  made.tenant = 7;
  made.ticket = {sequence, 0, KeyKind::number};
  made.type = type;
  return made;
}

void send_events(FakePeer& peer, std::uint64_t correlation, const std::vector<Event>& events) {
  std::vector<Bytes> records(events.size());
  std::vector<std::span<const std::byte>> spans;
  for (std::size_t i = 0; i < events.size(); ++i) {
    encode_event_record(events[i], records[i]);
    spans.push_back(records[i]);
  }
  Bytes out;
  encode_events(correlation, 0, 1, spans, events.empty() ? 1 : events.back().sequence + 1, out);
  peer.send(out);
}

void start_stream(FakePeer& peer, const Request& request, std::uint64_t next = 1) {
  Bytes out;
  encode_subscribe_reply(request.header.correlation, {0, 1, next, 1}, out);
  peer.send(out);
}

TEST(ClientStream, EventsInOrderThenTheEnd) {
  SubscribeRequest asked;
  FakeServer server([&](FakePeer& peer) {
    peer.greet();
    const Request request = peer.read();
    asked = decode_subscribe(request.body);
    start_stream(peer, request, 5);
    const AttributeValue attributes[] = {{0, 2}, {1, 99}};
    Event breach = event(5, EventType::breached);
    breach.attributes = attributes;
    send_events(peer, request.header.correlation, {breach, event(6)});
    send_events(peer, request.header.correlation, {event(7)});
    Bytes out;
    encode_failure(request.header.correlation, {Errc::events_gone, "too slow", {}, 1, 3}, out);
    peer.send(out);
    send_events(peer, request.header.correlation, {event(8)});  // behind the end: nobody's
    peer.until_closed();
  });
  std::vector<std::uint64_t> sequences;
  std::uint64_t value = 0, next = 0;
  std::promise<Error> ended;
  {
    Client client = connected(server);
    const auto info = client.subscribe({.from = SubscribeOptions::From::sequence,
                                        .sequence = 5,
                                        .epoch = 1,
                                        .types = {EventType::breached}},
                                       {[&](const EventBatch& batch) {
                                          for (const Event& e : batch.events)
                                            sequences.push_back(e.sequence);
                                          if (batch.events[0].sequence == 5)
                                            value = batch.events[0].attributes[1].value;
                                          next = batch.next_sequence;
                                        },
                                        [&](const Error& error) { ended.set_value(error); }});
    ASSERT_TRUE(info.ok()) << info.error().message;
    EXPECT_EQ(info->next_sequence, 5u);
    const Error end = ended.get_future().get();
    EXPECT_EQ(end.code, Errc::events_gone);
    EXPECT_EQ(end.message, "too slow");
    EXPECT_EQ(sequences, (std::vector<std::uint64_t>{5, 6, 7}));
    EXPECT_EQ(value, 99u);
    EXPECT_EQ(next, 8u);
  }
  server.wait();
  EXPECT_EQ(asked.tenant, 7u);
  EXPECT_EQ(asked.from, SubscribeFrom::sequence);
  EXPECT_EQ(asked.sequence, 5u);
  EXPECT_EQ(asked.epoch, 1u);
  EXPECT_EQ(asked.types, event_bit(EventType::breached));
}

TEST(ClientStream, RefusedSubscription) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    Bytes out;
    encode_failure(peer.read().header.correlation, {Errc::epoch_changed, "epoch 2 now", {}, 2, 9},
                   out);
    peer.send(out);
    peer.until_closed();
  });
  Client client = connected(server);
  const auto info = client.subscribe(
      {}, {[](const EventBatch&) { ADD_FAILURE(); }, [](const Error&) { ADD_FAILURE(); }});
  ASSERT_FALSE(info.ok());
  EXPECT_EQ(info.error().code, Errc::epoch_changed);
}

TEST(ClientStream, LostConnectionEndsIt) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    const Request request = peer.read();
    start_stream(peer, request);
    send_events(peer, request.header.correlation, {event(1)});
  });
  Client client = connected(server);
  std::promise<Error> ended;
  ASSERT_TRUE(client.subscribe({}, {{}, [&](const Error& error) { ended.set_value(error); }}).ok());
  EXPECT_EQ(ended.get_future().get().code, Errc::unreachable);
}

TEST(ClientStream, BrokenEventsEndIt) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    const Request request = peer.read();
    start_stream(peer, request);
    Bytes out;
    encode_events(request.header.correlation, 0, 1, {}, 5, out);
    for (std::size_t i = kFrameHeaderBytes; i < out.size(); ++i) out[i] = std::byte{0x5a};
    peer.send(out);
    peer.until_closed();
  });
  Client client = connected(server);
  std::promise<Error> ended;
  ASSERT_TRUE(client.subscribe({}, {{}, [&](const Error& error) { ended.set_value(error); }}).ok());
  EXPECT_EQ(ended.get_future().get().code, Errc::invalid_flatbuffer);
  EXPECT_FALSE(client.lost().has_value());  // frames are whole: the connection stands
}

TEST(ClientStream, NothingAfterUnsubscribe) {
  FakeServer server([&](FakePeer& peer) {
    peer.greet();
    const Request request = peer.read();
    start_stream(peer, request);
    send_events(peer, request.header.correlation, {event(1)});
    const Request end = peer.read();
    EXPECT_EQ(static_cast<wire::FrameType>(end.header.type), wire::FrameType::unsubscribe);
    EXPECT_EQ(end.header.correlation, request.header.correlation);
    send_events(peer, request.header.correlation, {event(2)});
    start_stream(peer, request);  // the answer
    peer.accept_commands();
    peer.until_closed();
  });
  Client client = connected(server);
  std::promise<void> first;
  int batches = 0;
  const auto info = client.subscribe({}, {[&](const EventBatch&) {
                                            if (++batches == 1) first.set_value();
                                          },
                                          [](const Error&) { ADD_FAILURE(); }});
  ASSERT_TRUE(info.ok());
  first.get_future().wait();
  ASSERT_TRUE(client.unsubscribe(info->id).ok());
  EXPECT_TRUE(
      client.activity("1", "agent_reply").ok());  // what came before it has been read by now
  EXPECT_EQ(batches, 1);
}

// Goal: a handler never sees an id that the names do not know. Method: a document with a new status
// comes in the middle of a batch; the server answers the Hello only after it has sent more events.
TEST(ClientStream, NamesKeepUpWithDocuments) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    const Request request = peer.read();
    start_stream(peer, request);
    Event applied = event(2, EventType::config_applied);
    applied.version = 2;
    Event renamed = event(3, EventType::status_changed);
    renamed.status = 3;
    send_events(peer, request.header.correlation, {event(1), applied, renamed});
    send_events(peer, request.header.correlation, {renamed});
    const Request hello = peer.read();
    EXPECT_EQ(static_cast<wire::FrameType>(hello.header.type), wire::FrameType::hello);
    TenantSpec tenant = test::small_tenant();
    tenant.version = 2;
    tenant.statuses.push_back({"Fresco", StatusCategory::open, false});
    peer.answer_hello(hello, 0, &tenant);
    peer.until_closed();
  });
  Client client = connected(server);
  std::vector<std::string> seen;
  std::promise<void> four;
  const auto info = client.subscribe(
      {}, {[&](const EventBatch& batch) {
             for (const Event& e : batch.events) {
               seen.push_back(std::to_string(e.sequence) + client.names()->status_name(e.status));
               if (seen.size() == 4) four.set_value();
             }
           },
           {}});
  ASSERT_TRUE(info.ok());
  four.get_future().wait();
  ASSERT_TRUE(client.unsubscribe(info->id).ok());
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "2", "3Fresco", "3Fresco"}));
}

// Goal: in a stream of every tenant each event's names are there before it comes; a tenant that is
// no more is asked for once.
TEST(ClientStream, NamesOfEveryTenant) {
  std::vector<TenantId> asked;
  FakeServer server([&](FakePeer& peer) {
    peer.greet();
    const Request request = peer.read();
    start_stream(peer, request);
    const auto of = [](std::uint64_t sequence, TenantId tenant, StatusId status) {
      Event made = event(sequence);
      made.tenant = tenant;
      made.status = status;
      return made;
    };
    send_events(peer, request.header.correlation,
                {of(1, 7, 0), of(2, 8, 3), of(3, 9, 0), of(4, 8, 3), of(5, 9, 0)});
    for (const bool known : {true, false}) {
      const Request hello = peer.read();
      asked.push_back(decode_hello(hello.body).tenant_id);
      EXPECT_TRUE(decode_hello(hello.body).tenant.empty());
      TenantSpec tenant = test::small_tenant();
      tenant.statuses.push_back({"Fresco", StatusCategory::open, false});
      Bytes out;
      if (known) {
        encode_hello_reply(hello.header.correlation, {}, 8, &tenant, out);
      } else {
        encode_failure(hello.header.correlation, {Errc::unknown_tenant, "none", {}, 0, 0}, out);
      }
      peer.send(out);
    }
    peer.until_closed();
  });
  {
    Client client = connected(server);
    std::vector<std::string> seen;
    std::promise<void> five;
    const auto info =
        client.subscribe({.every_tenant = true}, {[&](const EventBatch& batch) {
                                                    for (const Event& e : batch.events) {
                                                      const auto names = client.names_of(e.tenant);
                                                      seen.push_back(std::to_string(e.sequence) +
                                                                     names->status_name(e.status));
                                                      if (seen.size() == 5) five.set_value();
                                                    }
                                                  },
                                                  {}});
    ASSERT_TRUE(info.ok());
    five.get_future().wait();
    ASSERT_TRUE(client.unsubscribe(info->id).ok());
    EXPECT_EQ(seen, (std::vector<std::string>{"1Nuevo", "2Fresco", "3#0", "4Fresco", "5#0"}));
    EXPECT_EQ(client.names_of(7)->tenant, 7u);
    EXPECT_EQ(client.names_of(9)->tenant, kNoTenant);
  }
  server.wait();
  EXPECT_EQ(asked, (std::vector<TenantId>{8, 9}));
}

}  // namespace
}  // namespace vencer
