// Goal: a deleted tenant answers nothing, leaves nothing, and its name can be taken anew.
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

StepOutcome remove(Desk& desk, TimeMs now, TenantId tenant) {
  Step step;
  step.kind = StepKind::delete_tenant;
  step.now = now;
  step.tenant = tenant;
  return desk.apply(step);
}

void work_off(Desk& desk, TimeMs now, std::uint64_t slice) {
  while (desk.machine.background_pending()) {
    Step step;
    step.kind = StepKind::background;
    step.now = now;
    step.limit = slice;
    ASSERT_GT(desk.apply(step).done, 0u);
  }
}

StepOutcome send(Desk& desk, TimeMs now, TenantId tenant, std::uint64_t key, CommandKind kind) {
  Command command;
  command.kind = kind;
  command.key = {key, 0, KeyKind::number};
  const AttributeValue urgent[] = {{kPriority, 1}};
  if (kind == CommandKind::create) command.attributes = urgent;
  Step step;
  step.kind = StepKind::commands;
  step.now = now;
  step.tenant = tenant;
  step.commands = {&command, 1};
  return desk.apply(step);
}

TEST(DeleteTenant, AtOnceThereIsNothingToAskOfIt) {
  Desk desk;
  desk.create(kT0, 1);
  EXPECT_EQ(remove(desk, kT0, 2).code, Errc::unknown_tenant);
  desk.told();
  EXPECT_EQ(remove(desk, kT0 + 1, 1).code, Errc::ok);
  EXPECT_EQ(desk.machine.find_tenant("desk"), kNoTenant);
  EXPECT_EQ(desk.machine.tenant(1), nullptr);
  EXPECT_EQ(desk.machine.find_ticket(1, {1, 0, KeyKind::number}), kNoSlot);
  EXPECT_EQ(desk.machine.open_ticket_count(), 0u);
  EXPECT_EQ(send(desk, kT0 + 1, 1, 2, CommandKind::create).code, Errc::unknown_tenant);
  EXPECT_EQ(remove(desk, kT0 + 1, 1).code, Errc::unknown_tenant) << "only once";
  desk.advance(kT0 + 9 * kHourMs);
  EXPECT_EQ(desk.told(), "") << "its deadlines are nobody's";
  desk.expect_replay();
}

TEST(DeleteTenant, ItsTicketsAndTimersLeaveInSlicesOfAnySize) {
  for (const std::uint64_t slice : {1u, 3u, 1000u}) {
    Desk desk;
    TenantSpec other = desk_document();
    other.name = "other";
    ASSERT_EQ(desk.put(kT0, other).tenant, 2u);
    for (std::uint64_t key = 1; key <= 10; ++key) {
      send(desk, kT0, 1, key, CommandKind::create);
      send(desk, kT0, 2, key, CommandKind::create);
    }
    desk.status(kT0, 4, kClosed);  // strips while the tenant leaves, or leaves first
    Command customer;
    customer.kind = CommandKind::put_customer;
    customer.key = {7, 0, KeyKind::number};
    customer.contract_until = kT0 + kHourMs;
    desk.command(kT0, customer);
    TenantSpec next = desk_document();  // in the middle of a re-evaluation
    next.version = 2;
    next.source_hash = 2;
    ASSERT_EQ(desk.put(kT0 + 1, next).code, Errc::ok);
    desk.priority(kT0 + 1, 2, 2);
    desk.told();
    ASSERT_EQ(remove(desk, kT0 + 2, 1).code, Errc::ok);
    desk.advance(kT0 + 3 * kHourMs, 2);
    work_off(desk, kT0 + 3 * kHourMs, slice);
    desk.advance(kT0 + 3 * kHourMs);
    EXPECT_EQ(desk.machine.ticket_count(), 10u);
    EXPECT_EQ(desk.machine.open_ticket_count(), 10u);
    for (const Seen& seen : desk.sink.seen) {
      EXPECT_TRUE(seen.event.tenant == 2 || seen.event.emitted <= kT0 + 1);
    }
    desk.expect_replay();
  }
}

TEST(DeleteTenant, ItsNameIsFreeAndItsIdIsNot) {
  Desk desk;
  desk.create(kT0, 1);
  remove(desk, kT0 + 1, 1);
  EXPECT_EQ(desk.put(kT0 + 2, desk_document()).tenant, 2u);
  EXPECT_EQ(desk.machine.find_tenant("desk"), 2u);
  EXPECT_EQ(send(desk, kT0 + 2, 2, 1, CommandKind::create).code, Errc::ok);
  EXPECT_EQ(desk.sink.results.back().code, Errc::ok) << "the old one's key is another's";
  work_off(desk, kT0 + 3, 1);
  EXPECT_EQ(desk.machine.ticket_count(), 1u);
  EXPECT_EQ(desk.machine.view(desk.machine.find_ticket(2, {1, 0, KeyKind::number})).tenant, 2u);
  desk.expect_replay();
}

TEST(Document, MayNotShrinkAListOfIds) {
  TenantSpec spec = desk_document();
  spec.recipients = {{"n1", {}, false, false}};
  spec.constraints.resize(1);
  Desk desk(spec);
  const auto refused = [&](auto&& shrink) {
    TenantSpec next = spec;
    next.version = 2;
    shrink(next);
    return desk.put(kT0, next).code == Errc::invalid_document;
  };
  EXPECT_TRUE(refused([](TenantSpec& next) { next.rules.pop_back(); }));
  EXPECT_TRUE(refused([](TenantSpec& next) { next.ladders.pop_back(); }));
  EXPECT_TRUE(refused([](TenantSpec& next) { next.levels.pop_back(); }));
  EXPECT_TRUE(refused([](TenantSpec& next) { next.recipients.pop_back(); }));
  EXPECT_TRUE(refused([](TenantSpec& next) { next.constraints.pop_back(); }));
  EXPECT_TRUE(refused([](TenantSpec& next) { next.clocks[kResolution].step_names.pop_back(); }));
  EXPECT_TRUE(refused([](TenantSpec& next) { next.attributes[kPriority].values.pop_back(); }));
  EXPECT_TRUE(refused([](TenantSpec& next) { next.attributes[kPriority].open = true; }));
  EXPECT_FALSE(refused([](TenantSpec&) {}));
}

}  // namespace
}  // namespace vencer::test
