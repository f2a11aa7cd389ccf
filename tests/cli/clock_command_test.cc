// `vencer clock accept` and what `vencer info` says of a server's clock and disk, with the real
// programs. (A clock that is really off: tests/unit/server/accept_clock_test.cc drives it.)
#include "tests/cli/commands_fixture.h"

namespace vencer::testing {
namespace {

constexpr const char* kDocument = R"(
format = 1
tenant = "mesa"
status = [["Nuevo", "new"], ["Listo", "resolved"]]
)";

class ClockCommand : public CommandsFixture {};

TEST_F(ClockCommand, WhereTheClockIsFollowedNothingHappens) {
  start(kDocument, {"--partitions", "2"});
  const json info = done({"info", "-o", "json"});
  ASSERT_EQ(info["partitions"].size(), 2u);
  for (const json& partition : info["partitions"]) {
    EXPECT_EQ(partition["clock_suspect"], false);
    EXPECT_TRUE(partition["wall_lead_ms"].is_number());
    EXPECT_EQ(partition["disk"], "fine");
  }
  EXPECT_EQ(vencer({"info", "-o", "table"}).out.find("TROUBLE"), std::string::npos);
  const json accepted = done({"clock", "accept", "-o", "json"});
  ASSERT_EQ(accepted["partitions"].size(), 2u);
  EXPECT_EQ(accepted["partitions"][1]["partition"], 1);
  EXPECT_EQ(accepted["partitions"][1]["was_suspect"], false);
  const CommandResultText told = vencer({"clock", "accept", "-o", "table"});
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_NE(told.out.find("was followed already"), std::string::npos) << told.out;
}

TEST_F(ClockCommand, ThereIsNoneToAcceptWithClockInput) {
  start(kDocument, {"--clock", "input"});
  const CommandResultText refused = vencer({"clock", "accept"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("no wall clock to accept"), std::string::npos) << refused.err;
  EXPECT_NE(vencer({"clock", "accept", "--help"}).out.find("clock_suspect"), std::string::npos);
}

}  // namespace
}  // namespace vencer::testing
