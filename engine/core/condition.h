// Conditions (pause_while, run_while, while_in): does it hold of a ticket as it stands, or as it
// will be after a change that is not made yet?
//
// Cost: a bit test for statuses and levels; one attribute read for each value named.
#pragma once

#include "engine/core/engine.h"

namespace vencer {

template <typename ValueOf>
bool holds(const ConditionSpec& condition, StatusId status, LevelId level, ValueOf&& value_of) {
  if ((condition.statuses >> status & 1) != 0 || (condition.levels >> level & 1) != 0) return true;
  for (const AttributeValue& wanted : condition.values) {
    if (value_of(wanted.attribute) == wanted.value) return true;
  }
  return false;
}

inline bool holds(const TicketRef& ref, const ConditionSpec& condition) {
  return holds(condition, ref.ticket.status, ref.ticket.level, [&](AttributeId attribute) {
    return get_attribute(ref.tenant.layout(), ref.block, attribute);
  });
}

inline Value value_after(const TicketRef& ref, const Change& change, AttributeId attribute) {
  for (std::size_t i = change.attributes.size(); i-- > 0;) {
    if (change.attributes[i].attribute == attribute) return change.attributes[i].value;
  }
  return get_attribute(ref.tenant.layout(), ref.block, attribute);
}

inline bool holds_after(const TicketRef& ref, const Change& change,
                        const ConditionSpec& condition) {
  return holds(condition, change.status == kNoId8 ? ref.ticket.status : change.status,
               change.level == 0 ? ref.ticket.level : change.level,
               [&](AttributeId attribute) { return value_after(ref, change, attribute); });
}

// Clocks whose run_while holds now, a bit each.
inline std::uint32_t run_conditions(const TicketRef& ref) {
  std::uint32_t held = 0;
  for (std::uint32_t left = ref.tenant.run_while_clocks(); left != 0; left &= left - 1) {
    const auto id = static_cast<unsigned>(__builtin_ctz(left));
    if (holds(ref, ref.spec().clocks[id].run_while)) held |= 1u << id;
  }
  return held;
}

}  // namespace vencer
