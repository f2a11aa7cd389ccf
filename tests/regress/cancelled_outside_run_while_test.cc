// A cancelled ticket's clock that runs in open statuses only: leaving them came before the
// cancellation, and was told and counted as a promise met.
#include "tests/regress/regress.h"

namespace vencer::test {
namespace {

TEST(CancelledOutsideRunWhile, is_no_promise_met) {
  TenantSpec spec = with_steps({});
  StatusSpec cancelled;
  cancelled.name = "cancelled";
  cancelled.category = StatusCategory::cancelled;
  spec.statuses.push_back(cancelled);
  const auto status = static_cast<StatusId>(spec.statuses.size() - 1);
  spec.clocks[kResolution].run_while.statuses = 1ull << 0 | 1ull << kOpen;
  spec.events_on = 0;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.told();
  desk.status(kT0 + kHourMs, 1, status);
  EXPECT_EQ(desk.told().find("clock_met"), std::string::npos);
  EXPECT_EQ(desk.clock(1, kResolution).phase, ClockPhase::cancelled);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
