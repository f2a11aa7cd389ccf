#include "engine/core/clock_reach.h"

#include "engine/core/engine.h"

namespace vencer {

ClockReach::ClockReach(const TenantSpec& spec, std::uint32_t matched) {
  for (std::size_t i = 0; i < spec.clocks.size(); ++i) {
    const ClockSpec& clock = spec.clocks[i];
    const std::uint32_t bit = 1u << i;
    for (const TriggerSpec* trigger : {&clock.start, &clock.stop, &clock.cancel, &clock.reset}) {
      take(*trigger, bit);
    }
    take(clock.pause_while, bit);
    take(clock.run_while, bit);
    for (std::size_t status = 0; status < spec.statuses.size(); ++status) {
      if ((clock.pause_while.statuses >> status & 1) != 0) statuses_[status].pauses |= bit;
      if ((clock.run_while.statuses >> status & 1) != 0) statuses_[status].runs |= bit;
    }
    if (clock.pause_while.levels != 0 || !clock.pause_while.values.empty()) pause_elsewhere_ |= bit;
    if (clock.on_change != OnChange::restart) continue;
    for (std::uint32_t left = matched; left != 0; left &= left - 1) {
      attributes_[static_cast<std::size_t>(std::countr_zero(left))] |= bit;
    }
  }
  for (std::size_t status = 0; status < spec.statuses.size(); ++status) {
    statuses_[status].done = is_done(spec.statuses[status].category) ? kAll : 0;
  }
  for (std::size_t i = 0; i < activities_.size(); ++i) {
    if (activities_[i] != 0) named_activities_ |= std::uint64_t{1} << i;
  }
  for (std::size_t i = 0; i < attributes_.size(); ++i) {
    if (attributes_[i] != 0) named_attributes_ |= 1u << i;
  }
}

// Set, changed or become: all of them at least set.
void ClockReach::take(const TriggerSpec& trigger, std::uint32_t clock) {
  for (std::size_t i = 0; i < statuses_.size(); ++i) {
    if ((trigger.statuses >> i & 1) != 0) statuses_[i].triggered |= clock;
  }
  for (std::size_t i = 0; i < activities_.size(); ++i) {
    if ((trigger.activities >> i & 1) != 0) activities_[i] |= clock;
  }
  const std::uint32_t attributes = trigger.attributes_set | trigger.attributes_changed;
  for (std::size_t i = 0; i < attributes_.size(); ++i) {
    if ((attributes >> i & 1) != 0) attributes_[i] |= clock;
  }
  for (const AttributeValue& value : trigger.became) attributes_[value.attribute] |= clock;
}

void ClockReach::take(const ConditionSpec& condition, std::uint32_t clock) {
  for (const AttributeValue& value : condition.values) attributes_[value.attribute] |= clock;
}

}  // namespace vencer
