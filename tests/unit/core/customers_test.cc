// Goal: what customers bring to their tickets, and what a missing contract does.
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr AttributeId kPlan = 2, kCustomer = 3;
constexpr Value kAcme = 77;

TenantSpec document(ContractRule rule = ContractRule::ignore) {
  TenantSpec spec = desk_document();
  spec.attributes.push_back(
      {"plan", false, AttributeRole::plain, {"Cloud", "+ Cloud"}, {false, false}, {}, false});
  spec.attributes.push_back({"customer", true, AttributeRole::customer, {}, {}, {}, false});
  spec.customers.defaults = 1u << kPlan | 1u << kAgent;
  spec.customers.contract = rule;
  spec.recipients = {{"ventas", {{kAlwaysOpen, kNoId8, "ventas", "correo"}}, false, false}};
  spec.customers.recipient = 0;
  return spec;
}

Command put(std::uint64_t customer, std::span<const AttributeValue> attributes = {},
            TimeMs until = kNever) {
  Command command;
  command.kind = CommandKind::put_customer;
  command.key = {customer, 0, KeyKind::number};
  command.attributes = attributes;
  command.contract_until = until;
  return command;
}

Command create(std::uint64_t key, std::span<const AttributeValue> attributes) {
  Command command;
  command.kind = CommandKind::create;
  command.key = {key, 0, KeyKind::number};
  command.attributes = attributes;
  return command;
}

Value value(const Desk& desk, std::uint64_t key, AttributeId attribute) {
  for (const AttributeValue& set : desk.ticket(key).attributes) {
    if (set.attribute == attribute) return set.value;
  }
  return 0;
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

constexpr AttributeValue kOfAcme[] = {{kCustomer, kAcme}};

TEST(Customers, TheirValuesGoIntoTheirNewTicketsWhereThoseBringNone) {
  Desk desk(document());
  const AttributeValue has[] = {{kPlan, 2}, {kAgent, 9}, {kPriority, 1}};
  ASSERT_EQ(desk.command(kT0, put(kAcme, has)).code, Errc::ok);
  const AttributeValue own_plan[] = {{kCustomer, kAcme}, {kPlan, 1}};
  desk.command(kT0, create(1, kOfAcme));
  desk.command(kT0, create(2, own_plan));
  EXPECT_EQ(value(desk, 1, kPlan), 2u);
  EXPECT_EQ(value(desk, 1, kAgent), 9u);
  EXPECT_EQ(value(desk, 1, kPriority), 0u) << "not among the defaults";
  EXPECT_EQ(value(desk, 2, kPlan), 1u);
  EXPECT_EQ(value(desk, 2, kAgent), 9u);
  // A later put names what it changes; 0 clears.
  const AttributeValue cleared[] = {{kAgent, 0}};
  desk.command(kT0, put(kAcme, cleared));
  desk.command(kT0, create(3, kOfAcme));
  EXPECT_EQ(value(desk, 3, kPlan), 2u);
  EXPECT_EQ(value(desk, 3, kAgent), 0u);
  desk.expect_replay();
}

TEST(Customers, ReapplyReachesTheirOpenTicketsInSlices) {
  for (const std::uint64_t slice : {1u, 1000u}) {
    Desk desk(document());
    const AttributeValue other[] = {{kCustomer, 5}};
    desk.command(kT0, create(1, kOfAcme));
    desk.command(kT0, create(2, other));
    desk.command(kT0, create(3, kOfAcme));
    desk.status(kT0, 3, kClosed);
    const AttributeValue has[] = {{kPlan, 2}, {kAgent, 9}};
    Command command = put(kAcme, has);
    command.reapply = true;
    desk.command(kT0 + 1, command);
    desk.command(kT0 + 1, command);  // joins the job that has not begun
    const std::uint32_t version = desk.ticket(1).version;
    desk.told();
    work_off(desk, kT0 + 2, slice);
    EXPECT_EQ(desk.told(), "assigned");
    EXPECT_EQ(value(desk, 1, kPlan), 2u);
    EXPECT_EQ(desk.ticket(1).changed_at, kT0 + 1);
    EXPECT_EQ(desk.ticket(1).version, version + 1);
    EXPECT_EQ(value(desk, 2, kPlan), 0u);
    EXPECT_EQ(value(desk, 3, kPlan), 0u);
    desk.expect_replay();
  }
}

TEST(Customers, ContractExpiresOnceItIsPassed) {
  Desk desk(document(ContractRule::flag));
  desk.command(kT0, put(kAcme, {}, kT0 + kHourMs));
  desk.command(kT0, put(5, {}, kT0 - 1));  // over already: did not end here
  desk.advance(kT0 + kHourMs);
  EXPECT_EQ(desk.told(), "");
  desk.advance(kT0 + kHourMs + 1);
  EXPECT_EQ(desk.told(), "contract_expired");
  const Event& event = desk.last(EventType::contract_expired).event;
  EXPECT_EQ(event.customer, kAcme);
  EXPECT_EQ(event.due, kT0 + kHourMs);
  EXPECT_EQ(event.recipient, 0);
  EXPECT_EQ(event.route, 0);
  desk.command(kT0 + 2 * kHourMs, put(kAcme, {}, kT0 + kHourMs));
  desk.advance(kT0 + 3 * kHourMs);
  EXPECT_EQ(desk.told(), "") << "told once";
  desk.command(kT0 + 3 * kHourMs, put(kAcme, {}, kT0 + 4 * kHourMs));
  desk.command(kT0 + 3 * kHourMs, put(kAcme, {}, kNever));  // renewed
  desk.advance(kT0 + 9 * kHourMs);
  EXPECT_EQ(desk.told(), "");
  desk.expect_replay();
}

TEST(Customers, AnEndThatWaitsToBeWorkedOffIsToldBeforeItIsRenewed) {
  Desk desk(document());
  desk.command(kT0, put(kAcme, {}, kT0 + 10));
  desk.command(kT0 + 100, put(kAcme, {}, kNever));
  EXPECT_EQ(desk.told(), "contract_expired");
  desk.expect_replay();
}

TEST(Customers, WithoutAContractInForceATicketIsFlagged) {
  Desk desk(document(ContractRule::flag));
  desk.command(kT0, put(kAcme, {}, kT0 + kHourMs));
  desk.told();
  const AttributeValue unknown[] = {{kCustomer, 5}};
  const AttributeValue nobody[] = {{kPlan, 1}};
  desk.command(kT0 + kHourMs, create(1, kOfAcme));
  desk.command(kT0 + kHourMs, create(2, nobody));
  EXPECT_EQ(desk.told().find("contract_missing"), std::string::npos);
  desk.command(kT0 + kHourMs, create(3, unknown));
  EXPECT_EQ(desk.last(EventType::contract_missing).event.ticket.low, 3u);
  EXPECT_EQ(desk.told().find("created"), 0u) << "after the ticket itself";
  desk.command(kT0 + kHourMs + 1, create(4, kOfAcme));
  EXPECT_EQ(desk.last(EventType::contract_missing).event.customer, kAcme);
  desk.expect_replay();
}

TEST(Customers, WithoutAContractInForceATicketIsRefused) {
  Desk desk(document(ContractRule::refuse));
  desk.command(kT0, put(kAcme, {}, 0));
  const std::uint64_t digest = desk.machine.digest();
  EXPECT_EQ(desk.command(kT0, create(1, kOfAcme)).code, Errc::contract_missing);
  EXPECT_EQ(desk.machine.digest(), digest);
  desk.command(kT0, put(kAcme));
  EXPECT_EQ(desk.command(kT0, create(1, kOfAcme)).code, Errc::ok);
  desk.expect_replay();
}

TEST(Customers, BadOnesAreRefused) {
  Desk desk(document());
  EXPECT_EQ(desk.command(kT0, put(0)).code, Errc::invalid_key);
  EXPECT_EQ(desk.command(kT0, put(1, {}, -1)).code, Errc::time_out_of_range);
  const AttributeValue unknown[] = {{kPlan, 9}};
  EXPECT_EQ(desk.command(kT0, put(1, unknown)).code, Errc::unknown_value);
}

}  // namespace
}  // namespace vencer::test
