#include <gtest/gtest.h>
#include <vencer_generated.h>

#include "net/client/client.h"
#include "tests/unit/client/fake_server.h"

namespace vencer {
namespace {

using test::FakePeer;
using test::FakeServer;
using test::Request;

constexpr auto type_of = [](const Request& request) {
  return static_cast<wire::FrameType>(request.header.type);
};

Client connected(const FakeServer& server, ClientOptions options = {}) {
  options.endpoint = server.endpoint();
  if (options.tenant.empty()) options.tenant = "zen";
  Result<Client> client = Client::connect(options);
  EXPECT_TRUE(client.ok()) << (client.ok() ? "" : client.error().message);
  return std::move(client).value();
}

TEST(Client, SaysHelloAndKnowsTheNames) {
  std::string named, token;
  FakeServer server([&](FakePeer& peer) {
    const Request hello = peer.greet(41);
    named = decode_hello(hello.body).tenant;
    token = decode_hello(hello.body).token;
    peer.until_closed();
  });
  {
    Client client = connected(server, {.token = "secret"});
    EXPECT_EQ(client.hello().server, "fake 1");
    EXPECT_EQ(client.hello().last_number, 41u);
    EXPECT_TRUE(client.hello().durable);
    const auto names = client.names();
    EXPECT_EQ(names->tenant, 7u);
    EXPECT_EQ(names->status_name(1), "Resuelto");
    EXPECT_FALSE(client.lost().has_value());
  }
  server.wait();
  EXPECT_EQ(named, "zen");
  EXPECT_EQ(token, "secret");
}

TEST(Client, NamesBothWays) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    peer.until_closed();
  });
  const Client client = connected(server);
  const Names& names = *client.names();
  EXPECT_EQ(*names.status_id("Resuelto"), 1);
  EXPECT_EQ(names.status_id("Viejo").error().code, Errc::unknown_status);  // retired
  EXPECT_NE(names.status_id("x").error().message.find("Nuevo, Resuelto"), std::string::npos);
  EXPECT_EQ(*names.level_id("Nivel 2"), 2);
  EXPECT_EQ(names.level_name(2), "Nivel 2");
  EXPECT_EQ(names.level_name(0), "");
  EXPECT_EQ(*names.activity_id("agent_reply"), 2);
  EXPECT_TRUE(names.activities[0].reserved);
  EXPECT_EQ(*names.attribute_value("plan", "Soporte + Cloud"), (AttributeValue{0, 2}));
  EXPECT_EQ(*names.attribute_value("plan", "Cloud"), (AttributeValue{0, 1}));  // an alias
  EXPECT_EQ(*names.attribute_value("plan", ""), (AttributeValue{0, 0}));
  EXPECT_EQ(names.attribute_value("plan", "x").error().code, Errc::unknown_value);
  EXPECT_EQ(names.attribute_value("x", "x").error().code, Errc::unknown_attribute);
  EXPECT_EQ(*names.attribute_value("customer", "12"), (AttributeValue{1, 12}));
  EXPECT_EQ(names.value_text(0, 2), "Soporte + Cloud");
  EXPECT_EQ(names.value_text(1, 12), "12");
  EXPECT_EQ(names.step_name(0, 0), "75%");
  EXPECT_EQ(names.step_name(0, 9), "#9");
  EXPECT_EQ(names.step_name(9, 1), "#1");
  EXPECT_EQ(names.status_name(200), "#200");
  EXPECT_EQ(names.status_name(kNoId8), "");
  EXPECT_EQ(*names.recipient_id("guardia"), 0);
  EXPECT_EQ(names.recipient_name(0), "guardia");
  EXPECT_EQ(names.clock_id("x").error().code, Errc::unknown_clock);
}

TEST(Client, CommandsCarryIds) {
  std::vector<Command> seen;
  std::vector<AttributeValue> attributes;
  FakeServer server([&](FakePeer& peer) {
    peer.greet();
    CommandBatch batch;
    while (const Request request = peer.read()) {
      batch.decode(request.body);
      seen.push_back(batch.commands[0]);
      if (!batch.commands[0].attributes.empty()) {
        attributes.assign(batch.commands[0].attributes.begin(), batch.commands[0].attributes.end());
      }
      peer.answer_commands(request);
    }
  });
  {
    Client client = connected(server);
    const auto reply =
        client.create("T-1", {{"plan", "Soporte + Cloud"}, {"customer", "5"}}, "Resuelto");
    ASSERT_TRUE(reply.ok()) << reply.error().message;
    EXPECT_EQ(reply->version, 3u);
    EXPECT_EQ(reply->event_sequence, 5u);
    EXPECT_TRUE(client.set_status("T-1", "Nuevo").ok());
    EXPECT_TRUE(client.set_attributes("T-1", {{"plan", ""}}, {.occurred_at = 9}).ok());
    EXPECT_TRUE(client.activity("T-1", "agent_reply").ok());
    EXPECT_TRUE(client.escalate("T-1", "Nivel 2", "guardia").ok());
    EXPECT_TRUE(client.acknowledge("T-1", "resolution", 60'000).ok());
    // What the names do not know never leaves.
    EXPECT_EQ(client.set_status("T-1", "x").error().code, Errc::unknown_status);
    EXPECT_EQ(client.create("", {}).error().code, Errc::invalid_key);
  }
  server.wait();
  ASSERT_EQ(seen.size(), 6u);
  EXPECT_EQ(seen[0].key, text_key("T-1"));
  EXPECT_EQ(seen[0].status, 1);
  EXPECT_EQ(seen[1].status, 0);
  EXPECT_EQ(seen[2].occurred_at, 9);
  EXPECT_EQ(attributes, (std::vector<AttributeValue>{{0, 0}}));
  EXPECT_EQ(seen[3].activity, 2);
  EXPECT_EQ(seen[4].level, 2);
  EXPECT_EQ(seen[4].recipient, 0);
  EXPECT_EQ(seen[5].clock, 0);
  EXPECT_EQ(seen[5].timeout_ms, 60'000);
}

TEST(Client, RefusalsAreErrors) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    peer.accept_commands(Errc::ticket_exists);
    peer.accept_commands(Errc::closed_for_good);
    const Request request = peer.read();
    const std::vector<std::string> lines = {"a.toml:1:2: x", "a.toml:3:4: y"};
    Bytes out;
    encode_failure(request.header.correlation, {Errc::invalid_document, "2 faults", lines, 0, 0},
                   out);
    peer.send(out);
    peer.until_closed();
  });
  Client client = connected(server);
  const Error exists = client.create("T-1").error();
  EXPECT_EQ(exists.code, Errc::ticket_exists);
  EXPECT_EQ(exists.message, "ticket T-1: it exists already (ticket_exists)");
  EXPECT_EQ(client.set_status("T-1", "Nuevo").error().code, Errc::closed_for_good);
  const Error faults = client.put_tenant("x", "a.toml").error();
  EXPECT_EQ(faults.code, Errc::invalid_document);
  EXPECT_EQ(faults.message, "2 faults\na.toml:1:2: x\na.toml:3:4: y");
}

TEST(Client, OtherCalls) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    Bytes out;
    Request request = peer.read();
    const PutTenantRequest put = decode_put_tenant(request.body);
    const std::vector<std::string> warnings = {std::string(put.file) + " " + std::string(put.text)};
    encode_put_tenant_reply(request.header.correlation, 9, 4, false, "other", warnings, out);
    request = (peer.send(out), out.clear(), peer.read());
    TicketView view;
    view.key = decode_get_ticket(request.body).key;
    view.version = 8;
    view.attributes = {{0, 2}};
    view.clocks.resize(1);
    view.clocks[0].clock = 0;
    view.clocks[0].due = 55;
    view.clocks[0].intervals = {{1, 2}, {3, kNever}};
    view.time_in_status = {{20'605, 2, 1000}, {20'606, 1, 2000}};
    encode_ticket_reply(request.header.correlation, view, {100, 1, 5, 1}, out);
    request = (peer.send(out), out.clear(), peer.read());
    encode_advance_reply(request.header.correlation, {decode_advance(request.body), 1, 6, 1}, 3,
                         out);
    peer.send(out);
    peer.until_closed();
  });
  Client client = connected(server);
  const auto put = client.put_tenant("text", "a.toml", true);
  ASSERT_TRUE(put.ok());
  EXPECT_EQ(put->tenant, 9u);
  EXPECT_EQ(put->version, 4u);
  EXPECT_EQ(put->warnings, std::vector<std::string>{"a.toml text"});
  const auto ticket = client.get("4711");
  ASSERT_TRUE(ticket.ok());
  EXPECT_EQ(ticket->key, number_key(4711));
  EXPECT_EQ(ticket->version, 8u);
  EXPECT_EQ(ticket->attributes[0], (AttributeValue{0, 2}));
  EXPECT_EQ(ticket->clocks[0].due, 55);
  EXPECT_EQ(ticket->clocks[0].next_at, kNever);
  EXPECT_EQ(ticket->clocks[0].intervals[1].from, 3);
  ASSERT_EQ(ticket->time_in_status.size(), 2u);
  EXPECT_EQ(ticket->time_in_status[1].day, 20'606);
  EXPECT_EQ(ticket->time_in_status[1].status, 1);
  EXPECT_EQ(ticket->time_in_status[1].ms, 2000);
  const auto advanced = client.advance(777);
  ASSERT_TRUE(advanced.ok());
  EXPECT_EQ(advanced->now, 777);
  EXPECT_EQ(advanced->fired, 3u);
}

// Goal: a producer's numbers go up by one with every command, from the Hello's on; a refusal uses
// one up; after a frame that was refused as a whole the client asks which one is next.
TEST(Client, ProducerNumbers) {
  std::vector<std::uint64_t> numbers;
  FakeServer server([&](FakePeer& peer) {
    peer.greet(10);
    std::uint64_t last = 10;
    for (int i = 0; i < 6;) {
      const Request request = peer.read();
      if (type_of(request) == wire::FrameType::hello) {
        peer.answer_hello(request, last);
        continue;
      }
      CommandBatch batch;
      batch.decode(request.body);
      EXPECT_EQ(batch.producer, (ProducerId{2, 1}));
      numbers.push_back(batch.first_number);
      if (i == 2) {
        Bytes out;
        encode_failure(request.header.correlation, {Errc::overloaded, "", {}, 0, 0}, out);
        peer.send(out);
      } else {
        peer.answer_commands(request, i == 1 ? Errc::ticket_exists : i == 4 ? Errc::gap : Errc::ok);
        if (i != 4) last = batch.first_number;
      }
      ++i;
    }
    peer.until_closed();
  });
  {
    Client client = connected(server, {.producer = {2, 1}});
    EXPECT_TRUE(client.create("1").ok());
    EXPECT_EQ(client.create("1").error().code, Errc::ticket_exists);
    EXPECT_EQ(client.create("2").error().code, Errc::overloaded);
    EXPECT_TRUE(client.create("2").ok());
    EXPECT_EQ(client.create("3").error().code, Errc::gap);
    EXPECT_TRUE(client.create("3").ok());
  }
  server.wait();
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{11, 12, 13, 13, 14, 14}));
}

}  // namespace
}  // namespace vencer
