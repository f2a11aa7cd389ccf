// Goal: the synthetic desk is the same for the same seed and looks like a desk. Method: a day of
// it, counted.
#include <gtest/gtest.h>

#include <map>

#include "tools/desk/desk_script.h"

namespace vencer {
namespace {

using Kind = DeskAction::Kind;

TEST(DeskScript, TheSameSeedGivesTheSameDesk) {
  DeskScript one(5, 0.7), same(5, 0.7), other(6, 0.7);
  bool differs = false;
  for (int i = 0; i < 5000; ++i) {
    const DeskAction a = one.next(), b = same.next(), c = other.next();
    ASSERT_EQ(std::tie(a.at, a.ticket, a.kind, a.draw), std::tie(b.at, b.ticket, b.kind, b.draw));
    differs = differs || a.at != c.at;
  }
  EXPECT_TRUE(differs);
}

TEST(DeskScript, ActionsComeInOrderAndAfterTheirTicketsCreation) {
  DeskScript script(1, 2);
  std::map<std::uint64_t, std::map<Kind, int>> tickets;
  DurationMs before = 0;
  for (DeskAction action = script.next(); action.at < 4 * 3600 * 1000; action = script.next()) {
    ASSERT_GE(action.at, before);
    before = action.at;
    if (action.kind != Kind::create) {
      ASSERT_TRUE(tickets.contains(action.ticket));
    }
    ++tickets[action.ticket][action.kind];
  }
  const auto share = [&](Kind kind) {
    double with = 0;
    for (auto& [ticket, actions] : tickets) with += actions[kind] > 0;
    return with / static_cast<double>(tickets.size());
  };
  EXPECT_GT(tickets.size(), 4u * 3600 * 2);  // bursts come on top
  EXPECT_EQ(share(Kind::create), 1);
  EXPECT_NEAR(share(Kind::agent_reply), 0.88, 0.02);
  EXPECT_NEAR(share(Kind::wait), 0.88 * 0.35, 0.02);
  EXPECT_NEAR(share(Kind::reassign), 0.44, 0.02);
  EXPECT_NEAR(share(Kind::raise), 0.044, 0.01);
  EXPECT_GT(share(Kind::resolve), 0.97);  // the last ones are still open
}

}  // namespace
}  // namespace vencer
