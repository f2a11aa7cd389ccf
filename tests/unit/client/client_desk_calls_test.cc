// The rarer commands: what leaves for each call, and what a refusal of the desk's own rules says.
#include <gtest/gtest.h>
#include <vencer_generated.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "engine/wire/event_record.h"
#include "net/client/client.h"
#include "tests/unit/client/fake_server.h"

namespace vencer {
namespace {

using test::FakePeer;
using test::FakeServer;
using test::Request;

// small_tenant() with somebody to assign to and a rule to break.
TenantSpec desk() {
  TenantSpec tenant = test::small_tenant();
  tenant.attributes[1].role = AttributeRole::customer;
  AttributeSpec agent;
  agent.name = "agent";
  agent.open = true;
  agent.role = AttributeRole::agent;
  AttributeSpec team;
  team.name = "team";
  team.role = AttributeRole::team;
  team.values = {"N1", "N2"};
  team.value_retired = {false, false};
  tenant.attributes.push_back(agent);
  tenant.attributes.push_back(team);
  tenant.constraints.resize(2);
  tenant.constraints[1].name = "evidencia antes del Nivel 2";
  tenant.detectors.resize(1);
  tenant.detectors[0].name = "masivo";
  tenant.recipients[0].everyone = true;
  return tenant;
}

Client connected(const FakeServer& server) {
  Result<Client> client = Client::connect({.endpoint = server.endpoint(), .tenant = "zen"});
  EXPECT_TRUE(client.ok()) << (client.ok() ? "" : client.error().message);
  return std::move(client).value();
}

// A server that takes one command, and what it was.
class OneCommand {
 public:
  OneCommand()
      : server_([this](FakePeer& peer) {
          peer.greet(0, &tenant_);
          request_ = peer.accept_commands();
          peer.until_closed();
        }) {}
  template <typename Call>
  Command sent_by(const Call& call) {
    {
      Client client = connected(server_);
      const auto reply = call(client);
      EXPECT_TRUE(reply.ok()) << (reply.ok() ? "" : reply.error().message);
    }
    server_.wait();
    EXPECT_EQ(batch_.decode(request_.body), Errc::ok);
    return batch_.commands.empty() ? Command() : batch_.commands[0];
  }

 private:
  const TenantSpec tenant_ = desk();
  Request request_;
  CommandBatch batch_;
  FakeServer server_;
};

TEST(DeskCalls, CreateWithMore) {
  OneCommand one;
  const Command sent = one.sent_by([](Client& client) {
    return client.create("T-1", {{"plan", "Cloud"}}, "", {},
                         {.start_at = 5, .due_at = 6, .quiet = true});
  });
  EXPECT_EQ(sent.kind, CommandKind::create);
  EXPECT_EQ(sent.start_at, 5);
  EXPECT_EQ(sent.due_at, 6);
  EXPECT_TRUE(sent.quiet);
  EXPECT_EQ(sent.attributes.size(), 1u);
}

TEST(DeskCalls, StatusUntil) {
  OneCommand one;
  const Command sent = one.sent_by(
      [](Client& client) { return client.set_status_until("T-1", "Resuelto", 77, "Nuevo"); });
  EXPECT_EQ(sent.kind, CommandKind::set_status);
  EXPECT_EQ(sent.status, 1);
  EXPECT_EQ(sent.until, 77);
  EXPECT_EQ(sent.then_status, 0);
}

TEST(DeskCalls, AssignSetsTheAttributesOfTheRoles) {
  OneCommand one;
  const Command sent = one.sent_by([](Client& client) { return client.assign("T-1", "12", "N2"); });
  EXPECT_EQ(sent.kind, CommandKind::set_attributes);
  ASSERT_EQ(sent.attributes.size(), 2u);
  EXPECT_EQ(sent.attributes[0], (AttributeValue{2, 12}));
  EXPECT_EQ(sent.attributes[1], (AttributeValue{3, 2}));
}

TEST(DeskCalls, AssignToNobodyClears) {
  OneCommand one;
  const Command sent =
      one.sent_by([](Client& client) { return client.assign("T-1", std::nullopt, ""); });
  ASSERT_EQ(sent.attributes.size(), 1u);
  EXPECT_EQ(sent.attributes[0], (AttributeValue{3, 0}));
}

TEST(DeskCalls, Merge) {
  OneCommand one;
  const Command sent = one.sent_by([](Client& client) { return client.merge("T-1", "T-2"); });
  EXPECT_EQ(sent.kind, CommandKind::merge);
  EXPECT_EQ(sent.other, text_key("T-2"));
}

TEST(DeskCalls, Link) {
  OneCommand one;
  const Command sent =
      one.sent_by([](Client& client) { return client.link("T-1", LinkKind::problem, "5"); });
  EXPECT_EQ(sent.kind, CommandKind::link);
  EXPECT_EQ(sent.link, LinkKind::problem);
  EXPECT_EQ(sent.other, number_key(5));
}

TEST(DeskCalls, Extend) {
  OneCommand one;
  const Command sent = one.sent_by([](Client& client) {
    return client.extend("T-1", "resolution", -60'000, "espera al proveedor", {.actor = 3});
  });
  EXPECT_EQ(sent.kind, CommandKind::extend);
  EXPECT_EQ(sent.clock, 0);
  EXPECT_EQ(sent.by_ms, -60'000);
  EXPECT_EQ(sent.reason, "espera al proveedor");
  EXPECT_EQ(sent.actor, 3u);
}

TEST(DeskCalls, SetDueAndCancel) {
  OneCommand due, none, cancel;
  EXPECT_EQ(due.sent_by([](Client& client) { return client.set_due("T-1", 99); }).due_at, 99);
  const Command cleared =
      none.sent_by([](Client& client) { return client.set_due("T-1", kNever, "resolution"); });
  EXPECT_EQ(cleared.kind, CommandKind::set_due);
  EXPECT_EQ(cleared.due_at, kNever);
  EXPECT_EQ(cleared.clock, 0);
  EXPECT_EQ(cancel.sent_by([](Client& client) { return client.cancel("T-1"); }).kind,
            CommandKind::cancel);
}

TEST(DeskCalls, PutCustomerNamesItAsTicketsDo) {
  OneCommand one;
  Value value = 0;
  const Command sent = one.sent_by([&](Client& client) {
    value = client.names()->attribute_value("customer", "acme").value().value;
    return client.put_customer("acme", {{"plan", "Cloud"}}, 55, true);
  });
  EXPECT_EQ(sent.kind, CommandKind::put_customer);
  EXPECT_EQ(sent.key, number_key(value));
  EXPECT_EQ(sent.contract_until, 55);
  EXPECT_TRUE(sent.reapply);
  EXPECT_EQ(sent.attributes.size(), 1u);
}

TEST(DeskCalls, MuteAndUnmute) {
  OneCommand one, whole;
  const Command sent =
      one.sent_by([](Client& client) { return client.mute(500, "plan", "Soporte + Cloud"); });
  EXPECT_EQ(sent.kind, CommandKind::mute);
  EXPECT_EQ(sent.attribute, 0);
  EXPECT_EQ(sent.value, 2u);
  EXPECT_EQ(sent.until, 500);
  const Command ended = whole.sent_by([](Client& client) { return client.unmute(); });
  EXPECT_EQ(ended.attribute, kNoId8);
  EXPECT_EQ(ended.until, 0);
}

TEST(DeskCalls, WhatTheNamesDoNotKnowNeverLeaves) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();  // small_tenant: nobody to assign to
    peer.until_closed();
  });
  Client client = connected(server);
  EXPECT_EQ(client.assign("T-1", "5").error().code, Errc::unknown_attribute);
  EXPECT_EQ(client.merge("T-1", "").error().code, Errc::invalid_key);
  EXPECT_EQ(client.extend("T-1", "x", 5).error().code, Errc::unknown_clock);
  EXPECT_EQ(client.extend("T-1", "resolution", 5, std::string(201, 'x')).error().code, Errc::limit);
  EXPECT_EQ(client.mute(5, "plan", "x").error().code, Errc::unknown_value);
  EXPECT_EQ(client.set_status_until("T-1", "Nuevo", 5, "x").error().code, Errc::unknown_status);
}

// Refusals of this detail, each with its own sentence.
TEST(DeskCalls, RefusalsNameTheRule) {
  const TenantSpec tenant = desk();
  FakeServer server([&](FakePeer& peer) {
    peer.greet(0, &tenant);
    for (const Errc code : {Errc::constraint, Errc::contract_missing}) {
      const Request request = peer.read();
      const CommandResult refused[] = {{code, 1, false, false, 0}};
      Bytes out;
      encode_commands_reply(request.header.correlation, refused, {1, 1, 1, 1}, out);
      peer.send(out);
    }
    peer.until_closed();
  });
  Client client = connected(server);
  EXPECT_EQ(client.escalate("T-1").error().message,
            "ticket T-1: refused by constraint 'evidencia antes del Nivel 2' (constraint)");
  EXPECT_EQ(client.create("T-1").error().message,
            "ticket T-1: its customer has no contract in force (contract_missing)");
}

// What each says, and of the second ticket which one it is.
TEST(DeskCalls, RefusalsSayWhatWouldBeRight) {
  const TenantSpec tenant = desk();
  const std::vector<CommandResult> refusals = {{Errc::unknown_ticket, 0, false, false, 0},
                                               {Errc::unknown_ticket, 0, false, false, 3},
                                               {Errc::invalid_link, 0, false, false, 3},
                                               {Errc::quota, 0, false, false, 3},
                                               {Errc::unknown_status, kNoId8, false, false, 3},
                                               {Errc::unknown_status, 1, false, false, 3},
                                               {Errc::unknown_level, 9, false, false, 3},
                                               {Errc::time_out_of_range, 0, false, false, 3}};
  FakeServer server([&](FakePeer& peer) {
    peer.greet(0, &tenant);
    for (const CommandResult& refusal : refusals) {
      const Request request = peer.read();
      Bytes out;
      encode_commands_reply(request.header.correlation, {&refusal, 1}, {1, 1, 1, 1}, out);
      peer.send(out);
    }
    peer.until_closed();
  });
  Client client = connected(server);
  const auto said = [](const Result<CommandReply>& reply) { return reply.error().message; };
  EXPECT_EQ(said(client.merge("T-1", "T-2")),
            "ticket T-1: there is no such ticket (unknown_ticket)");
  EXPECT_EQ(said(client.link("T-1", LinkKind::related, "T-9")),
            "ticket T-1: there is no such other ticket: T-9 (unknown_ticket)");
  EXPECT_EQ(said(client.merge("T-1", "T-1")),
            "ticket T-1: a ticket can't be linked to itself, twice, or in a circle (invalid_link)");
  EXPECT_EQ(said(client.cancel("T-1")),
            "ticket T-1: the tenant's quota of open tickets or of commands a second is used up "
            "(quota)");
  EXPECT_EQ(said(client.cancel("T-1")),
            "ticket T-1: the tenant has no status of category cancelled (unknown_status)");
  EXPECT_EQ(said(client.set_status("T-1", "Resuelto")),
            "ticket T-1: the tenant has no status 'Resuelto' any more (unknown_status)");
  EXPECT_EQ(said(client.escalate("T-1")), "ticket T-1: there is no level 9: the last is '" +
                                              tenant.levels.back() + "' (unknown_level)");
  EXPECT_EQ(said(client.set_status_until("T-1", "Resuelto", 5)),
            "ticket T-1: a time lies outside 1970 to 2400, or one that must come is not after now "
            "(time_out_of_range)");
}

TEST(DeskCalls, DeleteTenant) {
  std::string name;
  FakeServer server([&](FakePeer& peer) {
    peer.greet();
    const Request request = peer.read();
    name = decode_delete_tenant(request.body);
    Bytes out;
    encode_delete_tenant_reply(request.header.correlation, 7, 12, out);
    peer.send(out);
    peer.until_closed();
  });
  {
    Client client = connected(server);
    const auto reply = client.delete_tenant("zen");
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->tenant, 7u);
    EXPECT_EQ(reply->open_tickets, 12u);
  }
  server.wait();
  EXPECT_EQ(name, "zen");
}

TEST(DeskCalls, EventsComeWithAllTheyTell) {
  Event sent;
  sent.sequence = 9;
  sent.type = EventType::mass_incident;
  sent.tenant = 7;
  sent.subject = 0;
  sent.routes = 5;
  sent.recipient = 0;
  sent.muted = true;
  sent.count = 2;
  sent.other = number_key(3);
  const std::vector<EventRow> rows = {{number_key(1), 5, 0, Light::red, 1}, {text_key("b")}};
  sent.rows = rows;
  sent.reason = "porque";
  const TenantSpec tenant = desk();
  FakeServer server([&](FakePeer& peer) {
    peer.greet(0, &tenant);
    const Request request = peer.read();
    Bytes out, record;
    encode_subscribe_reply(request.header.correlation, {0, 1, 9, 1}, out);
    encode_event_record(sent, record);
    const std::span<const std::byte> records[] = {record};
    encode_events(request.header.correlation, 0, 1, records, 10, out);
    peer.send(out);
    peer.until_closed();
  });
  Client client = connected(server);
  std::promise<void> seen;
  const auto stream = client.subscribe(
      {}, {[&](const EventBatch& batch) {
             ASSERT_EQ(batch.events.size(), 1u);
             const Event& event = batch.events[0];
             EXPECT_EQ(client.names()->subject_name(event.type, event.subject), "masivo");
             EXPECT_EQ(event.routes, 5);
             EXPECT_TRUE(event.muted);
             EXPECT_EQ(event.count, 2u);
             EXPECT_EQ(event.other, number_key(3));
             EXPECT_EQ(event.reason, "porque");
             EXPECT_TRUE(std::ranges::equal(event.rows, rows));
             seen.set_value();
           },
           {}});
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ(seen.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_TRUE(client.names()->recipients[0].everyone);
}

}  // namespace
}  // namespace vencer
