// Goal: what happens around a command: matrix, quiet import, mutes, quotas, who is told.
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr AttributeId kImpact = 2, kUrgency = 3;

// priority from impact x urgency: Urgente, Normal / Normal, nothing.
TenantSpec document() {
  TenantSpec spec = desk_document();
  for (const char* name : {"impact", "urgency"}) {
    spec.attributes.push_back(
        {name, false, AttributeRole::plain, {"Alto", "Bajo"}, {false, false}, {}, false});
  }
  spec.matrix = {kPriority, kImpact, kUrgency, 2, {1, 2, 2, 0}};
  return spec;
}

Command of(std::uint64_t key, CommandKind kind, std::span<const AttributeValue> attributes = {}) {
  Command command;
  command.kind = kind;
  command.key = {key, 0, KeyKind::number};
  command.attributes = attributes;
  return command;
}

Value priority_of(const Desk& desk, std::uint64_t key) {
  const TicketView view = desk.ticket(key);
  return !view.attributes.empty() && view.attributes[0].attribute == kPriority
             ? view.attributes[0].value
             : 0;
}

TEST(Matrix, FillsPriorityWhereTheTicketBringsNone) {
  Desk desk(document());
  const AttributeValue high[] = {{kImpact, 1}, {kUrgency, 1}};
  const AttributeValue own[] = {{kImpact, 1}, {kUrgency, 1}, {kPriority, 3}};
  const AttributeValue half[] = {{kImpact, 1}};
  desk.command(kT0, of(1, CommandKind::create, high));
  desk.command(kT0, of(2, CommandKind::create, own));
  desk.command(kT0, of(3, CommandKind::create, half));
  EXPECT_EQ(priority_of(desk, 1), 1u);
  EXPECT_EQ(priority_of(desk, 2), 3u);
  EXPECT_EQ(priority_of(desk, 3), 0u);
  EXPECT_EQ(desk.clock(1, kResolution).target_ms, 4 * kHourMs);
  const AttributeValue urgency[] = {{kUrgency, 2}};
  desk.command(kT0, of(3, CommandKind::set_attributes, urgency));
  EXPECT_EQ(priority_of(desk, 3), 2u) << "it had what the matrix gave: nothing";
  desk.expect_replay();
}

TEST(Matrix, FollowsRowAndColumnUntilSomebodySetsTheValue) {
  Desk desk(document());
  const AttributeValue high[] = {{kImpact, 1}, {kUrgency, 1}};
  desk.command(kT0, of(1, CommandKind::create, high));
  const AttributeValue low_impact[] = {{kImpact, 2}}, low_urgency[] = {{kUrgency, 2}},
                       high_impact[] = {{kImpact, 1}};
  desk.command(kT0 + 1, of(1, CommandKind::set_attributes, low_impact));
  EXPECT_EQ(priority_of(desk, 1), 2u);
  EXPECT_EQ(desk.clock(1, kResolution).target_ms, 8 * kHourMs);
  desk.command(kT0 + 2, of(1, CommandKind::set_attributes, low_urgency));
  EXPECT_EQ(priority_of(desk, 1), 0u) << "a combination without a cell";
  desk.command(kT0 + 3, of(1, CommandKind::set_attributes, high_impact));
  EXPECT_EQ(priority_of(desk, 1), 2u);
  desk.priority(kT0 + 4, 1, 1);
  desk.command(kT0 + 5, of(1, CommandKind::set_attributes, low_impact));
  EXPECT_EQ(priority_of(desk, 1), 1u) << "set by hand: stays";
  desk.expect_replay();
}

TEST(Quiet, AnImportTellsNothingButItself) {
  Desk desk;
  const AttributeValue urgent[] = {{kPriority, 1}};
  Command import = of(1, CommandKind::create, urgent);
  import.quiet = true;
  import.occurred_at = kT0 - 3 * kHourMs - 30 * kMinuteMs;  // the warning at 75 % has passed
  ASSERT_EQ(desk.command(kT0, import).code, Errc::ok);
  EXPECT_EQ(desk.told(), "imported");
  EXPECT_EQ(desk.ticket(1).light, Light::red) << "first_response was due after an hour";
  EXPECT_EQ(desk.last(EventType::imported).event.light, Light::red);
  EXPECT_EQ(desk.machine.event_sequence(), desk.last(EventType::imported).event.sequence);
  desk.advance(kT0 + kHourMs);
  EXPECT_NE(desk.told().find("breached"), std::string::npos) << "like any other from here on";
  desk.expect_replay();
}

TEST(Mute, OfATenantOrAValueEndsByItself) {
  Desk desk;
  Command mute = of(0, CommandKind::mute);
  mute.attribute = kAgent;
  mute.value = 9;
  mute.until = kT0 + 100;
  ASSERT_EQ(desk.command(kT0, mute).code, Errc::ok);
  const AttributeValue his[] = {{kAgent, 9}}, hers[] = {{kAgent, 8}};
  desk.command(kT0, of(1, CommandKind::create, his));
  EXPECT_TRUE(desk.last(EventType::created).event.muted);
  desk.command(kT0, of(2, CommandKind::create, hers));
  EXPECT_FALSE(desk.last(EventType::created).event.muted);
  desk.command(kT0 + 99, of(3, CommandKind::create, his));
  EXPECT_TRUE(desk.last(EventType::created).event.muted);
  desk.command(kT0 + 100, of(4, CommandKind::create, his));
  EXPECT_FALSE(desk.last(EventType::created).event.muted);

  mute.attribute = kNoId8;
  mute.until = kT0 + 300;
  ASSERT_EQ(desk.command(kT0 + 200, mute).code, Errc::ok);
  desk.command(kT0 + 200, of(5, CommandKind::create, hers));
  EXPECT_TRUE(desk.last(EventType::created).event.muted);
  mute.until = kT0 + 201;  // not after now: ends it
  ASSERT_EQ(desk.command(kT0 + 201, mute).code, Errc::ok);
  desk.command(kT0 + 201, of(6, CommandKind::create, hers));
  EXPECT_FALSE(desk.last(EventType::created).event.muted);
  desk.expect_replay();
}

TEST(Mute, BadOnesAreRefused) {
  Desk desk;
  Command mute = of(0, CommandKind::mute);
  EXPECT_EQ(desk.command(kT0, mute).code, Errc::time_out_of_range);
  mute.until = kT0 + 1;
  mute.attribute = 9;
  EXPECT_EQ(desk.command(kT0, mute).code, Errc::unknown_attribute);
  mute.attribute = kPriority;
  EXPECT_EQ(desk.command(kT0, mute).code, Errc::unknown_value);
  mute.attribute = kAgent;
  for (std::size_t i = 1; i <= limits::mutes_max; ++i) {
    mute.value = i;
    ASSERT_EQ(desk.command(kT0, mute).code, Errc::ok);
  }
  mute.value = limits::mutes_max + 1;
  EXPECT_EQ(desk.command(kT0, mute).code, Errc::limit);
  EXPECT_EQ(desk.command(kT0 + 1, mute).code, Errc::ok) << "the others have ended";
}

TEST(Quota, OfOpenTickets) {
  TenantSpec spec = desk_document();
  spec.quota.tickets = 2;
  Desk desk(spec);
  EXPECT_EQ(desk.create(kT0, 1).code, Errc::ok);
  EXPECT_EQ(desk.create(kT0, 2).code, Errc::ok);
  const std::uint64_t digest = desk.machine.digest();
  EXPECT_EQ(desk.create(kT0, 3).code, Errc::quota);
  EXPECT_EQ(desk.machine.digest(), digest);
  EXPECT_EQ(desk.status(kT0, 1, kClosed).code, Errc::ok);
  EXPECT_EQ(desk.create(kT0, 3).code, Errc::ok);
  desk.expect_replay();
}

TEST(Quota, OfCommandsPerSecondGoesByEngineTime) {
  TenantSpec spec = desk_document();
  spec.quota.commands_per_second = 3;
  Desk desk(spec);
  for (std::uint64_t key = 1; key <= 3; ++key) {
    EXPECT_EQ(desk.create(kT0, key).code, Errc::ok) << "a second's worth at once";
  }
  EXPECT_EQ(desk.create(kT0, 4).code, Errc::quota);
  EXPECT_EQ(desk.create(kT0 + 333, 4).code, Errc::quota) << "999 thousandths of a command";
  EXPECT_EQ(desk.create(kT0 + 334, 4).code, Errc::ok);
  EXPECT_EQ(desk.create(kT0 + 334, 5).code, Errc::quota);
  const TimeMs later = kT0 + kHourMs;
  for (std::uint64_t key = 5; key <= 7; ++key) EXPECT_EQ(desk.create(later, key).code, Errc::ok);
  EXPECT_EQ(desk.create(later, 8).code, Errc::quota) << "an idle hour saves up no more";
  desk.expect_replay();
}

TEST(Attributes, GivenTwiceAreRefused) {
  Desk desk;
  Command create = of(1, CommandKind::create);
  const AttributeValue twice[] = {{kPriority, 1}, {kAgent, 77}, {kPriority, 1}};
  create.attributes = twice;
  const CommandResult result = desk.command(kT0, create);
  EXPECT_EQ(result.code, Errc::attribute_twice);
  EXPECT_EQ(result.detail, kPriority);
  EXPECT_EQ(desk.create(kT0, 1).code, Errc::ok);
}

TEST(Recipients, EveryoneMeansAllRoutesThatAreOpen) {
  TenantSpec spec = desk_document();
  CalendarSpec nights;
  nights.name = "noche";
  nights.zone.name = "UTC";
  for (auto& day : nights.weekly) day = {{22 * 60, 6 * 60}};
  spec.calendars.push_back(nights);
  const RouteSpec slack{kAlwaysOpen, kNoId8, "slack", "slack"},
      turno{1, kNoId8, "turno", "telefono"}, correo{kAlwaysOpen, kNoId8, "correo", "correo"};
  spec.recipients = {{"n2", {turno, slack, correo}, true, false},
                     {"n1", {turno, slack, correo}, false, false}};
  spec.created_recipient = 0;
  Desk desk(spec);
  desk.create(kT0, 1);
  const Event& created = desk.last(EventType::created).event;
  EXPECT_EQ(created.recipient, 0);
  EXPECT_EQ(created.route, 1);
  EXPECT_EQ(created.routes, 0b110);
  Command escalate = of(1, CommandKind::escalate);
  escalate.recipient = 1;
  desk.command(kT0, escalate);
  EXPECT_EQ(desk.last(EventType::escalated).event.route, 1);
  EXPECT_EQ(desk.last(EventType::escalated).event.routes, 0);
}

TEST(Recipients, ARouteToAnAttributeThatTheTicketLacksLeadsToNobody) {
  TenantSpec spec = desk_document();
  const RouteSpec agent{kAlwaysOpen, kAgent, "", "correo"},
      turno{kAlwaysOpen, kNoId8, "turno", "telefono"};
  spec.recipients = {{"uno", {agent, turno}, false, false},
                     {"todos", {agent, turno}, true, false},
                     {"agente", {agent}, false, false}};
  spec.created_recipient = 1;
  Desk desk(spec);
  const auto route_of = [&](RecipientId recipient, std::uint64_t key) {
    Command escalate = of(key, CommandKind::escalate);
    escalate.recipient = recipient;
    EXPECT_EQ(desk.command(kT0, escalate).code, Errc::ok);
    return desk.last(EventType::escalated).event.route;
  };
  desk.create(kT0, 1);
  EXPECT_EQ(desk.last(EventType::created).event.route, 1);
  EXPECT_EQ(desk.last(EventType::created).event.routes, 0b10);
  EXPECT_EQ(route_of(0, 1), 1) << "the next route";
  EXPECT_EQ(route_of(2, 1), kNoId8) << "there is none";
  Command create = of(2, CommandKind::create);
  const AttributeValue attributes[] = {{kPriority, 1}, {kAgent, 77}};
  create.attributes = attributes;
  ASSERT_EQ(desk.command(kT0, create).code, Errc::ok);
  EXPECT_EQ(desk.last(EventType::created).event.routes, 0b11);
  EXPECT_EQ(route_of(0, 2), 0);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
