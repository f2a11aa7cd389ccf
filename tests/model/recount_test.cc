// Goal: no path that changes a ticket leaves a running count behind. Method: random histories in
// random slices, with documents that change what is counted; after each op that leaves no job under
// way, and at the end, every query against a naive recount.
#include <gtest/gtest.h>

#include "tests/model/recount.h"

namespace vencer::model {
namespace {

constexpr std::uint64_t kSets = 4;
constexpr std::uint64_t kHistories = 250;  // of each set

// What the story's documents count by: always both closed attributes, or now this, now that.
void choose_counts(Story& story, Dice& dice, bool change) {
  for (TenantSpec& document : story.documents) {
    document.events_on = kChattyEvents;  // the recount listens to them
    document.count_by = {0, 1};
    if (change) document.count_by = dice.of<std::vector<AttributeId>>({{}, {1}, {1, 0}, {0}});
  }
}

void play(std::uint64_t seed) {
  Dice dice(seed);
  Story story = make_story(seed);
  const bool change = dice.percent(30);
  choose_counts(story, dice, change);
  Machine machine(story.settings);
  Recount recount(machine);
  if (change) recount.leave_out_values();
  const auto settle = [&](std::size_t op) {
    recount.listen(machine.take_events());
    if (machine.state().background_pending()) return;
    EXPECT_EQ(recount.differ(dice), "") << "seed " << seed << ", after op " << op;
  };
  for (std::size_t i = 0; i < story.ops.size() && !testing::Test::HasFailure(); ++i) {
    const Op& op = story.ops[i];
    if (dice.percent(70)) machine.advance(op.at, dice.below(5));
    settle(i);
    if (op.kind == Op::Kind::document) {
      machine.background(op.at, UINT64_MAX);
      recount.listen(machine.take_events());
      machine.document(story.documents[op.document], op.at);
    } else if (op.kind == Op::Kind::command && machine.state().tenant(1) != nullptr) {
      machine.command(op);
      recount.listen(machine.take_events());  // at once: of an import it looks at the ticket
    }
    if (dice.percent(60)) machine.background(op.at, dice.below(3));
    settle(i);
  }
  const TimeMs end = machine.state().now() + kAfterwards;
  machine.background(end, UINT64_MAX);
  while (machine.advance(end, 3) > 0 && !testing::Test::HasFailure()) settle(story.ops.size());
  settle(story.ops.size());
}

class RecountTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RecountTest, queries_answer_what_the_tickets_say) {
  for (std::uint64_t i = 0; i < kHistories && !HasFailure(); ++i) {
    play(GetParam() * kHistories + i);
  }
}

INSTANTIATE_TEST_SUITE_P(sets, RecountTest, testing::Range<std::uint64_t>(0, kSets));

}  // namespace
}  // namespace vencer::model
