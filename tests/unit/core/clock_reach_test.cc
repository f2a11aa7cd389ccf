// ClockReach beside triggers and conditions as they are evaluated: what a change can move is in
// reach.
#include "engine/core/clock_reach.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/core/condition.h"
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr std::size_t kStatuses = 6, kActivities = 20, kAttributes = 4, kClocks = 3;
constexpr Value kValues = 3;

struct Draw {
  std::mt19937 random{7};
  std::size_t below(std::size_t end) { return random() % end; }
  // Few bits, mostly none.
  template <typename Mask>
  Mask few(std::size_t bits) {
    Mask mask = 0;
    while (below(3) == 0) mask = static_cast<Mask>(mask | Mask{1} << below(bits));
    return mask;
  }
  std::vector<AttributeValue> values() {
    std::vector<AttributeValue> some;
    while (below(3) == 0) {
      some.push_back({static_cast<AttributeId>(below(kAttributes)), below(kValues + 1)});
    }
    return some;
  }
  TriggerSpec trigger() {
    TriggerSpec spec;
    spec.activities = few<std::uint64_t>(kActivities);
    spec.statuses = few<std::uint64_t>(kStatuses);
    spec.attributes_set = few<std::uint32_t>(kAttributes);
    spec.attributes_changed = few<std::uint32_t>(kAttributes);
    spec.became = values();
    return spec;
  }
  ConditionSpec condition() {
    ConditionSpec spec;
    spec.statuses = few<std::uint64_t>(kStatuses);
    spec.values = values();
    return spec;
  }
  TenantSpec document() {
    TenantSpec spec;
    for (std::size_t i = 0; i < kStatuses; ++i) {
      StatusSpec& status = spec.statuses.emplace_back();
      status.category = static_cast<StatusCategory>(below(6));
    }
    for (std::size_t i = 0; i < kClocks; ++i) {
      ClockSpec& clock = spec.clocks.emplace_back();
      clock.start = trigger();
      clock.stop = trigger();
      clock.cancel = trigger();
      clock.reset = trigger();
      clock.pause_while = condition();
      clock.run_while = condition();
      clock.on_change = static_cast<OnChange>(below(3));
    }
    return spec;
  }
};

struct Ticket {
  StatusId status = 0;
  Value values[kAttributes] = {};
  bool meets(const ConditionSpec& condition) const {
    return holds(condition, status, LevelId{0}, [this](AttributeId id) { return values[id]; });
  }
};

TEST(ClockReach, what_a_change_can_move_is_in_reach) {
  Draw draw;
  std::uint64_t moved = 0, left = 0;
  for (int round = 0; round < 20'000; ++round) {
    const TenantSpec spec = draw.document();
    const auto matched = draw.few<std::uint32_t>(kAttributes);
    const ClockReach reach(spec, matched);
    Ticket before;
    before.status = static_cast<StatusId>(draw.below(kStatuses));
    for (Value& value : before.values) value = draw.below(kValues + 1);
    Ticket after = before;
    if (draw.below(2) == 0) after.status = static_cast<StatusId>(draw.below(kStatuses));
    const std::vector<AttributeValue> set = draw.values();

    Happenings h;
    h.activities = draw.few<std::uint64_t>(kActivities);
    h.set_to = set;
    for (const AttributeValue& value : set) {
      h.attributes_set |= 1u << value.attribute;
      if (before.values[value.attribute] != value.value) {
        h.attributes_changed |= 1u << value.attribute;
      }
      after.values[value.attribute] = value.value;
    }
    if (after.status != before.status) h.statuses = 1ull << after.status;
    const auto done = [&spec](StatusId status) { return is_done(spec.statuses[status].category); };

    std::uint32_t reached =
        reach.by_activities(h.activities) | reach.by_attributes(h.attributes_set);
    if (h.statuses != 0) reached |= reach.by_status(before.status, after.status);
    for (std::size_t i = 0; i < kClocks; ++i) {
      const ClockSpec& clock = spec.clocks[i];
      const bool restarts =
          clock.on_change == OnChange::restart && (h.attributes_changed & matched) != 0;
      const bool moves = h.trigger(clock.start) || h.trigger(clock.stop) ||
                         h.trigger(clock.cancel) || h.trigger(clock.reset) || restarts ||
                         before.meets(clock.pause_while) != after.meets(clock.pause_while) ||
                         before.meets(clock.run_while) != after.meets(clock.run_while) ||
                         (h.statuses != 0 && (done(before.status) || done(after.status)));
      EXPECT_TRUE(!moves || (reached >> i & 1) != 0) << "round " << round << ", clock " << i;
      if (after.meets(clock.pause_while)) {
        EXPECT_NE(reach.may_pause_in(after.status) >> i & 1, 0u);
      }
      ++((reached >> i & 1) != 0 ? moved : left);
    }
  }
  // Else nothing would be saved.
  EXPECT_GT(moved, 10'000u);
  EXPECT_GT(left, 10'000u);
}

TEST(ClockReach, most_changes_move_no_clock) {
  const ClockReach reach(desk_document(), 1u << kPriority);
  EXPECT_EQ(reach.by_status(kNew, kOpen), 0u);
  EXPECT_EQ(reach.by_status(kOpen, kPending), 1u << kResolution);
  EXPECT_EQ(reach.by_status(kPending, kOpen), 1u << kResolution);
  EXPECT_EQ(reach.by_status(kOpen, kResolved), ClockReach::kAll);
  EXPECT_EQ(reach.by_status(kResolved, kOpen), ClockReach::kAll);
  const auto bit = [](BuiltinActivity activity) {
    return std::uint64_t{1} << static_cast<unsigned>(activity);
  };
  EXPECT_EQ(reach.by_activities(bit(BuiltinActivity::agent_reply)), 1u << kFirstResponse);
  EXPECT_EQ(reach.by_activities(bit(BuiltinActivity::status_changed)), 0u);
  EXPECT_EQ(reach.by_attributes(1u << kPriority), 0u);
}

}  // namespace
}  // namespace vencer::test
