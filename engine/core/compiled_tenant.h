// CompiledTenant: a tenant document in force: its spec, its calendars ready to compute with, and
// the layout of its tickets' blocks.
//
// Cost: made once per document; look-ups O(1), choosing a target O(attributes that its rules look
// at). Thread: the shard's; const after construction.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/calendar_store.h"
#include "engine/core/clock.h"
#include "engine/core/clock_reach.h"
#include "engine/core/constraints.h"
#include "engine/core/count_by.h"
#include "engine/core/tenant.h"

namespace vencer {

// Where things lie in a ticket's block: open attributes 8 bytes each, closed ones 2 or, of at most
// 255 values, 1; then the clocks, then a word for each digest that asks on which days something
// happened (day_cell.h).
struct BlockLayout {
  struct Field {
    std::uint16_t offset_bytes;
    std::uint8_t bytes;  // 1, 2 or 8
  };
  std::vector<Field> attributes;
  std::uint32_t clocks_offset_cells = 0;
  std::uint32_t days_offset_cells = 0;
  std::uint32_t day_cells = 0;
  std::vector<std::uint8_t> day_cell;  // by digest; kNoId8: it needs none
  std::uint32_t cells = 1;
};

// What an attribute may be given, side by side with those of the others: a command names many.
struct AttributeIntake {
  Value last = 0;               // the greatest value; of an open one, any
  bool known = false;           // and not retired
  bool retired_values = false;  // some of its values are: the document says which
};

class CompiledTenant {
 public:
  // invalid_document if a calendar cannot be compiled.
  static Result<std::unique_ptr<CompiledTenant>> make(TenantId id, const TenantSpec& spec,
                                                      CalendarStore& calendars);

  TenantId id() const { return id_; }
  const TenantSpec& spec() const { return spec_; }
  const BlockLayout& layout() const { return layout_; }
  const Calendar& calendar(CalendarId id) const { return *calendars_[id]; }
  std::span<const std::shared_ptr<const Calendar>> calendars() const { return calendars_; }
  std::size_t clock_count() const { return spec_.clocks.size(); }
  bool event_on(EventType type) const {
    return (event_bit(type) & kChattyEvents) == 0 || (event_bit(type) & spec_.events_on) != 0;
  }
  // By attribute; one more id than there are is unknown.
  const AttributeIntake& attribute_intake(AttributeId id) const {
    return intake_[std::min<std::size_t>(id, spec_.attributes.size())];
  }
  // Those that say who works on a ticket, a bit each.
  std::uint32_t assigning_attributes() const { return assigning_attributes_; }
  // Attributes that any rule in force looks at.
  std::uint32_t matched_attributes() const { return matched_attributes_; }
  const ConstraintIndex& constraints() const { return constraints_; }
  // The attribute that names a ticket's customer; kNoId8: there is none.
  AttributeId customer_attribute() const { return customer_attribute_; }
  const ClockReach& clock_reach() const { return clock_reach_; }
  // Clocks with a run_while, a bit each.
  std::uint32_t run_while_clocks() const { return run_while_clocks_; }
  // Clocks in force of kind promise: those that light, dues and verdicts are about.
  std::uint32_t promises() const { return promises_; }
  const CountBy& count_by() const { return count_by_; }
  bool is_window(ClockId clock) const { return (windows_ >> clock & 1) != 0; }
  // Of category closed or cancelled.
  bool is_final(StatusId status) const { return (final_statuses_ >> status & 1) != 0; }

  // The target that the first matching rule gives to a clock; nullptr: none applies. `rule` says
  // which.
  const TargetSpec* choose(const std::uint64_t* block, ClockId clock, RuleId* rule) const;
  // StepId of step `position` of a ladder when it hangs on this clock.
  StepId step_id(ClockId clock, std::uint8_t ladder, std::size_t position) const {
    return step_ids_[clock][ladder][position];
  }

 private:
  CompiledTenant() = default;
  TenantId id_ = kNoTenant;
  TenantSpec spec_;
  BlockLayout layout_;
  std::vector<std::shared_ptr<const Calendar>> calendars_;
  std::array<AttributeIntake, limits::attributes_max + 1> intake_{};
  std::uint32_t assigning_attributes_ = 0;
  std::uint32_t matched_attributes_ = 0;
  ConstraintIndex constraints_;
  AttributeId customer_attribute_ = kNoId8;
  ClockReach clock_reach_;
  std::uint32_t run_while_clocks_ = 0;
  std::uint32_t promises_ = 0;
  CountBy count_by_;
  std::uint32_t windows_ = 0;
  std::uint64_t final_statuses_ = 0;

  // The rules in force that name a clock, in the document's order, a bit each: for each attribute
  // that they look at, a mask of those that its value lets through. What all masks let through
  // matches; so a table of hundreds of rules costs no more than its attributes.
  struct Candidate {
    RuleId rule;
    const TargetSpec* target;
    std::vector<const MatchSpec*> rest;  // of attributes without a column
  };
  struct Column {
    AttributeId attribute;
    std::uint32_t masks;  // of value 0, in ClockRules::masks; `words` each
  };
  struct ClockRules {
    std::vector<Candidate> candidates;
    std::vector<Column> columns;
    std::size_t words = 0;  // of a mask
    std::vector<std::uint64_t> masks;
  };
  void compile_rules();
  static void add_column(const TenantSpec& spec, AttributeId attribute, ClockRules* rules);
  std::vector<ClockRules> rules_;  // by clock
  std::vector<std::vector<std::vector<StepId>>> step_ids_;
};

// Attributes of a ticket in its block. 0: not set.
inline Value get_attribute(const BlockLayout& layout, const std::uint64_t* block,
                           AttributeId attribute) {
  const BlockLayout::Field field = layout.attributes[attribute];
  const char* at = reinterpret_cast<const char*>(block) + field.offset_bytes;
  if (field.bytes == 1) return static_cast<unsigned char>(*at);
  if (field.bytes == 8) return block[field.offset_bytes / 8];
  std::uint16_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
inline void set_attribute(const BlockLayout& layout, std::uint64_t* block, AttributeId attribute,
                          Value value) {
  const BlockLayout::Field field = layout.attributes[attribute];
  char* at = reinterpret_cast<char*>(block) + field.offset_bytes;
  if (field.bytes == 1) {
    *at = static_cast<char>(value);
  } else if (field.bytes == 8) {
    block[field.offset_bytes / 8] = value;
  } else {
    const auto narrow = static_cast<std::uint16_t>(value);
    std::memcpy(at, &narrow, sizeof narrow);
  }
}

inline ClockState* clocks_of(const BlockLayout& layout, std::uint64_t* block) {
  return reinterpret_cast<ClockState*>(block + layout.clocks_offset_cells);
}
inline const ClockState* clocks_of(const BlockLayout& layout, const std::uint64_t* block) {
  return reinterpret_cast<const ClockState*>(block + layout.clocks_offset_cells);
}

// nullptr: the digest needs none.
inline const std::uint64_t* day_cell_of(const BlockLayout& layout, const std::uint64_t* block,
                                        std::size_t digest) {
  const std::uint8_t cell = layout.day_cell[digest];
  return cell == kNoId8 ? nullptr : block + layout.days_offset_cells + cell;
}
inline std::uint64_t* day_cell_of(const BlockLayout& layout, std::uint64_t* block,
                                  std::size_t digest) {
  const std::uint8_t cell = layout.day_cell[digest];
  return cell == kNoId8 ? nullptr : block + layout.days_offset_cells + cell;
}
// To a block of the next document: what a digest that still counts the same has counted.
void move_day_cells(const CompiledTenant& from, const std::uint64_t* old, const CompiledTenant& to,
                    std::uint64_t* fresh);

bool holds(const MatchSpec& match, Value value);
// Do all of `when` hold? An attribute that the layout does not have (a ticket still under the
// document before) is not set.
bool matches(const BlockLayout& layout, const std::uint64_t* block,
             const std::vector<MatchSpec>& when);

// The target that the first matching rule gives to a clock; nullptr: none applies.
struct Choice {
  RuleId rule = kNoId16;
  const TargetSpec* target = nullptr;
  CalendarId calendar = kAlwaysOpen;
};
Choice choose_target(const CompiledTenant& tenant, const std::uint64_t* block, ClockId clock);

}  // namespace vencer
