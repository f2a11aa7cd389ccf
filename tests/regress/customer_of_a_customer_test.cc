// The end of a customer's contract, where the customer was put with the attribute "customer" too:
// the event listed that attribute twice, with what was put and with the customer itself.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(CustomerOfACustomer, its_contract_expires_as_its_own) {
  constexpr AttributeId kCustomer = 2;
  TenantSpec spec = desk_document();
  spec.attributes.push_back({"customer", true, AttributeRole::customer, {}, {}, {}, false});
  ASSERT_EQ(spec.attributes[kCustomer].name, "customer");
  Desk desk(spec);
  const AttributeValue other[] = {{kPriority, 1}, {kCustomer, 9}};
  Command put = command_of(CommandKind::put_customer, 7);
  put.attributes = other;
  put.contract_until = kT0 + kHourMs;
  ASSERT_EQ(desk.command(kT0, put).code, Errc::ok);
  desk.advance(kT0 + 2 * kHourMs);
  const auto expired = desk.last(EventType::contract_expired);
  EXPECT_EQ(expired.event.customer, 7u);
  const std::vector<AttributeValue> own = {{kPriority, 1}, {kCustomer, 7}};
  EXPECT_EQ(expired.attributes, own);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
