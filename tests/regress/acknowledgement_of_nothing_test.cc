// An acknowledgement that stops the very clock it would hold said that it holds until 1970.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(AcknowledgementOfNothing, says_no_instant) {
  TenantSpec spec = desk_document();
  spec.clocks[kFirstResponse].stop.activities = bit_of(BuiltinActivity::acknowledged);
  spec.clocks[kResolution].start = {};
  Desk desk(spec);
  desk.create(kT0, 1);
  EXPECT_EQ(desk.command(kT0 + kMinuteMs, command_of(CommandKind::acknowledge, 1)).code, Errc::ok);
  EXPECT_EQ(desk.last(EventType::acknowledged).event.due, kNever);
}

}  // namespace
}  // namespace vencer::test
