// Goal: a command that breaks a constraint changes nothing and names it; time's changes are told as
// refused. Method: digest and event sequence before and after; limits against a naive count.
#include <map>
#include <random>

#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr AttributeId kCategory = 2, kCustomer = 3, kImpact = 4;
constexpr Value kSupport = 1, kChange = 2;
constexpr ActivityId kEvidence = kBuiltinActivities, kApproval = kBuiltinActivities + 1;

AttributeSpec closed(const char* name, std::vector<std::string> values) {
  const std::size_t count = values.size();
  return {name, false, AttributeRole::plain, std::move(values), std::vector<bool>(count),
          {},   false};
}

TenantSpec document(std::vector<ConstraintSpec> constraints) {
  TenantSpec spec = desk_document();
  spec.attributes.push_back(closed("category", {"Soporte", "Cambio"}));
  spec.attributes.push_back({"customer", true, AttributeRole::customer, {}, {}, {}, false});
  spec.attributes.push_back(closed("impact", {"Alto", "Bajo"}));
  spec.activities.push_back({"evidence", false});
  spec.activities.push_back({"approval", false});
  spec.constraints = std::move(constraints);
  return spec;
}

ConstraintSpec no_pending_support() {
  ConstraintSpec constraint;
  constraint.name = "soporte sin espera";
  constraint.on_create = true;
  constraint.on.statuses = 1u << kPending;
  constraint.on.attributes_changed = 1u << kCategory;
  constraint.when = {{kCategory, false, {kSupport}}};
  constraint.while_in.statuses = 1u << kPending;
  return constraint;
}

Command on(std::uint64_t key, CommandKind kind) {
  Command command;
  command.kind = kind;
  command.key = {key, 0, KeyKind::number};
  return command;
}

Command create_of(std::uint64_t key, std::span<const AttributeValue> attributes) {
  Command command = on(key, CommandKind::create);
  command.attributes = attributes;
  return command;
}

Command set_of(std::uint64_t key, std::span<const AttributeValue> attributes) {
  Command command = on(key, CommandKind::set_attributes);
  command.attributes = attributes;
  return command;
}

// The command is refused by constraint `id` and nothing changes.
void expect_refused(Desk& desk, TimeMs now, const Command& command, std::uint8_t id) {
  desk.advance(now);
  const std::uint64_t digest = desk.machine.digest();
  const CommandResult result = desk.command(now, command);
  EXPECT_EQ(result.code, Errc::constraint);
  EXPECT_EQ(result.detail, id);
  EXPECT_EQ(desk.machine.digest(), digest);
}

TEST(Constraints, StatusForbiddenForAClassIsCheckedOnBothKindsOfChangeAndAtCreation) {
  Desk desk(document({no_pending_support()}));
  const AttributeValue support[] = {{kCategory, kSupport}}, change[] = {{kCategory, kChange}};
  EXPECT_EQ(desk.command(kT0, create_of(1, support)).code, Errc::ok);
  Command wait = on(1, CommandKind::set_status);
  wait.status = kPending;
  expect_refused(desk, kT0 + 1, wait, 0);
  EXPECT_EQ(desk.command(kT0 + 2, create_of(2, change)).code, Errc::ok);
  EXPECT_EQ(desk.status(kT0 + 3, 2, kPending).code, Errc::ok);
  expect_refused(desk, kT0 + 4, set_of(2, support), 0);
  Command born_waiting = create_of(3, support);
  born_waiting.status = kPending;
  expect_refused(desk, kT0 + 5, born_waiting, 0);
  EXPECT_EQ(desk.machine.find_ticket(1, {3, 0, KeyKind::number}), kNoSlot);
  EXPECT_EQ(desk.status(kT0 + 6, 2, kOpen).code, Errc::ok);
  desk.expect_replay();
}

TEST(Constraints, LevelNeedsActivitiesAndAnActor) {
  ConstraintSpec needs;
  needs.kind = ConstraintKind::needs;
  needs.on.levels = 1u << 2;
  needs.activities = 1ull << kEvidence | 1ull << kApproval;
  ConstraintSpec actors;
  actors.kind = ConstraintKind::actors;
  actors.on.activities = 1ull << kApproval;
  actors.actors = {101, 102};
  Desk desk(document({needs, actors}));
  desk.create(kT0, 1);
  expect_refused(desk, kT0, on(1, CommandKind::escalate), 0);
  Command act = on(1, CommandKind::activity);
  act.activity = kEvidence;
  EXPECT_EQ(desk.command(kT0, act).code, Errc::ok);
  expect_refused(desk, kT0, on(1, CommandKind::escalate), 0);
  act.activity = kApproval;
  act.actor = 103;
  expect_refused(desk, kT0, act, 1);
  act.actor = 102;
  EXPECT_EQ(desk.command(kT0, act).code, Errc::ok);
  EXPECT_EQ(desk.command(kT0, on(1, CommandKind::escalate)).code, Errc::ok);
  // Steps are not bound by what commands need: the ladder still raises.
  desk.create(kT0, 2);
  desk.advance(kT0 + 4 * kHourMs + 1);
  EXPECT_EQ(desk.ticket(2).level, 2);
  desk.expect_replay();
}

TEST(Constraints, OnlyWithACalendarGoesByWhenItHappened) {
  TenantSpec spec = document({});
  CalendarSpec office;
  office.name = "oficina";
  office.zone.name = "UTC";
  for (auto& day : office.weekly) day = {{9 * 60, 18 * 60}};
  spec.calendars.push_back(office);
  ConstraintSpec only;
  only.kind = ConstraintKind::only;
  only.on_create = true;
  only.when = {{kCategory, false, {kSupport}}};
  only.match = {{kImpact, false, {1}}};
  only.calendar = 1;
  spec.constraints = {only};
  Desk desk(spec);
  const AttributeValue good[] = {{kCategory, kSupport}, {kImpact, 1}};
  const AttributeValue bad[] = {{kCategory, kSupport}, {kImpact, 2}};
  const AttributeValue other[] = {{kCategory, kChange}};
  expect_refused(desk, kT0, create_of(1, bad), 0);
  EXPECT_EQ(desk.command(kT0, create_of(1, good)).code, Errc::ok);  // 13:00
  const TimeMs late = kT0 + 6 * kHourMs;
  expect_refused(desk, late, create_of(2, good), 0);
  Command earlier = create_of(2, good);
  earlier.occurred_at = late - 2 * kHourMs;
  EXPECT_EQ(desk.command(late, earlier).code, Errc::ok);
  EXPECT_EQ(desk.command(late, create_of(3, other)).code, Errc::ok);
  desk.expect_replay();
}

TEST(Constraints, AStepThatMayNotSetIsRefusedByName) {
  ConstraintSpec no_urgent;
  no_urgent.on.attributes_changed = 1u << kPriority;
  no_urgent.on.levels = 1u << 2;
  no_urgent.when = {{kCategory, false, {kSupport}}};
  TenantSpec spec = document({ConstraintSpec{}, no_urgent});
  spec.constraints[0].retired = true;
  Desk desk(spec);
  const AttributeValue normal[] = {{kPriority, 2}}, support[] = {{kCategory, kSupport}};
  desk.command(kT0, create_of(1, normal));
  desk.command(kT0, set_of(1, support));
  desk.told();
  desk.advance(kT0 + 8 * kHourMs + 1);
  // Told, but not raised.
  EXPECT_EQ(desk.last(EventType::escalated).event.level, 1);
  EXPECT_EQ(desk.last(EventType::step_refused).event.subject, 1);
  EXPECT_EQ(desk.ticket(1).level, 1);
  desk.advance(kT0 + 10 * kHourMs + 1);
  EXPECT_EQ(desk.ticket(1).level, 3) << "only level 2 is bound";
  EXPECT_EQ(desk.last(EventType::step_refused).event.due, kT0 + 10 * kHourMs);
  EXPECT_EQ(desk.ticket(1).attributes[0], (AttributeValue{kPriority, 2}));
  desk.expect_replay();
}

TEST(Constraints, MergeIsOneOfTheHappenings) {
  ConstraintSpec told_first;
  told_first.kind = ConstraintKind::needs;
  told_first.on_merge = true;
  told_first.activities = 1ull << kEvidence;
  Desk desk(document({told_first}));
  desk.create(kT0, 1);
  desk.create(kT0, 2);
  Command merge = on(2, CommandKind::merge);
  merge.other = {1, 0, KeyKind::number};
  expect_refused(desk, kT0, merge, 0);
  EXPECT_EQ(desk.status(kT0, 1, kCancelled).code, Errc::ok) << "cancelling is not merging";
}

ConstraintSpec one_change_at_a_time(std::uint32_t max) {
  ConstraintSpec limit;
  limit.kind = ConstraintKind::limit;
  limit.on_create = true;
  limit.on.statuses = 1u << kOpen | 1u << kPending;
  limit.on.attributes_changed = 1u << kCategory | 1u << kCustomer;
  limit.when = {{kCategory, false, {kChange}}};
  limit.per = kCustomer;
  limit.statuses = 1u << kOpen | 1u << kPending;
  limit.max = max;
  return limit;
}

struct Plain {
  Value category = 0, customer = 0;
  StatusId status = kNew;
  bool counts() const {
    return category == kChange && customer != 0 && (status == kOpen || status == kPending);
  }
};

// The same limit, recounted from scratch.
bool fits(const std::map<std::uint64_t, Plain>& tickets, std::uint64_t key, const Plain& after,
          std::uint32_t max) {
  const auto before = tickets.find(key);
  if (!after.counts()) return true;
  if (before != tickets.end() && before->second.counts() &&
      before->second.customer == after.customer) {
    return true;
  }
  std::uint32_t others = 0;
  for (const auto& [other, ticket] : tickets) {
    if (other != key && ticket.counts() && ticket.customer == after.customer) ++others;
  }
  return others < max;
}

TEST(Constraints, LimitsAgreeWithANaiveCount) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 dice(seed);
    const auto roll = [&](std::uint32_t sides) { return dice() % sides; };
    TenantSpec spec = document({one_change_at_a_time(2)});
    Desk desk(spec);
    std::map<std::uint64_t, Plain> tickets;
    TimeMs now = kT0;
    int refused = 0;
    for (int i = 0; i < 400; ++i, now += 1000) {
      if (i == 200) {  // a document that counts alike keeps the counts, also while it is brought
        spec.version = 2;
        spec.source_hash = 2;
        ASSERT_EQ(desk.put(now, spec).code, Errc::ok);
      }
      const std::uint64_t key = 1 + roll(40);
      const auto found = tickets.find(key);
      if (found != tickets.end() && found->second.status == kCancelled) continue;
      Plain after = found == tickets.end() ? Plain{} : found->second;
      AttributeValue set[2] = {{kCategory, 1 + roll(2)}, {kCustomer, roll(4)}};
      Command command;
      if (found == tickets.end() || roll(2) == 0) {
        command = found == tickets.end() ? create_of(key, set) : set_of(key, set);
        after.category = set[0].value;
        after.customer = set[1].value;
        if (found == tickets.end()) after.status = kNew;
      } else {
        const StatusId to[] = {kNew, kOpen, kPending, kResolved, kCancelled};
        command = on(key, CommandKind::set_status);
        command.status = after.status = to[roll(roll(8) == 0 ? 5 : 4)];
      }
      const bool fit = fits(tickets, key, after, 2);
      const CommandResult result = desk.command(now, command);
      ASSERT_EQ(result.code, fit ? Errc::ok : Errc::constraint) << "seed " << seed << ", " << i;
      if (fit) tickets[key] = after;
      refused += fit ? 0 : 1;
    }
    EXPECT_GT(refused, 3);
    desk.expect_replay();
  }
}

TEST(Constraints, ALimitThatCountsOtherwiseIsRecountedAsTicketsComeToTheDocument) {
  TenantSpec spec = document({one_change_at_a_time(1)});
  Desk desk(spec);
  const AttributeValue change[] = {{kCategory, kChange}, {kCustomer, 7}};
  for (std::uint64_t key = 1; key <= 3; ++key) desk.command(kT0, create_of(key, change));
  EXPECT_EQ(desk.status(kT0, 1, kOpen).code, Errc::ok);
  EXPECT_EQ(desk.status(kT0, 2, kOpen).code, Errc::constraint);
  spec.version = 2;
  spec.constraints[0].statuses = 1u << kOpen;  // no longer those that wait
  ASSERT_EQ(desk.put(kT0, spec).code, Errc::ok);
  Step slice;
  slice.kind = StepKind::background;
  slice.now = kT0;
  slice.limit = UINT64_MAX;
  desk.apply(slice);
  EXPECT_EQ(desk.status(kT0, 2, kPending).code, Errc::ok);
  EXPECT_EQ(desk.status(kT0, 2, kOpen).code, Errc::constraint);
  EXPECT_EQ(desk.status(kT0, 1, kResolved).code, Errc::ok);
  EXPECT_EQ(desk.status(kT0, 2, kOpen).code, Errc::ok);
  EXPECT_EQ(desk.status(kT0, 2, kCancelled).code, Errc::ok);
  EXPECT_EQ(desk.status(kT0, 3, kOpen).code, Errc::ok) << "what left is no longer counted";
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
