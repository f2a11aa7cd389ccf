// TenantSpec: the content of a compiled tenant document, as plain data.
//
// engine/config makes it from TOML; engine/wire turns it into the FlatBuffer that the log holds
// (schema/tenant.fbs) and back; Tenant (below) is what the state machine runs on. Ids are positions
// in these lists. Names are append-only: a name that a later document drops stays in its place,
// marked retired, and comes back to life under the same id if it is named again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/calendar.h"
#include "engine/core/types.h"

namespace vencer {

// Activities that every tenant has, in this order, as ids 0..8. "derived" ones are recorded by the
// engine only; a command that names one is refused (activity_reserved).
enum class BuiltinActivity : ActivityId {
  created = 0,  // derived
  customer_reply = 1,
  agent_reply = 2,
  internal_note = 3,
  assigned = 4,        // by a command, and when the attribute "agent" or "team" changes
  status_changed = 5,  // derived
  escalated = 6,       // derived
  acknowledged = 7,    // derived
  reopened = 8,        // derived
};
inline constexpr ActivityId kBuiltinActivities = 9;
inline constexpr const char* kBuiltinActivityNames[kBuiltinActivities] = {
    "created",        "customer_reply", "agent_reply",  "internal_note", "assigned",
    "status_changed", "escalated",      "acknowledged", "reopened"};
// Recorded by the engine only.
inline constexpr bool is_derived(ActivityId activity) {
  switch (static_cast<BuiltinActivity>(activity)) {
    case BuiltinActivity::created:
    case BuiltinActivity::status_changed:
    case BuiltinActivity::escalated:
    case BuiltinActivity::acknowledged:
    case BuiltinActivity::reopened:
      return true;
    default:
      return false;
  }
}

struct StatusSpec {
  std::string name;
  StatusCategory category = StatusCategory::open;
  bool retired = false;
  friend bool operator==(const StatusSpec&, const StatusSpec&) = default;
};

struct ActivitySpec {
  std::string name;
  bool retired = false;
  friend bool operator==(const ActivitySpec&, const ActivitySpec&) = default;
};

// What an attribute is for beyond being matched on.
enum class AttributeRole : std::uint8_t {
  plain = 0,
  agent = 1,
  team = 2,
  customer = 3,
  priority = 4
};

struct AttributeAlias {
  std::string alias;
  Value value;
  friend bool operator==(const AttributeAlias&, const AttributeAlias&) = default;
};

struct AttributeSpec {
  std::string name;
  bool open = false;  // open: any 64-bit key of the producer
  AttributeRole role = AttributeRole::plain;
  std::vector<std::string> values;  // closed: value v is values[v - 1]
  std::vector<bool> value_retired;  // same length
  std::vector<AttributeAlias> aliases;
  bool retired = false;
  friend bool operator==(const AttributeSpec&, const AttributeSpec&) = default;
};

// Happenings that trigger a clock: sets as bit masks over ids.
struct TriggerSpec {
  std::uint64_t activities = 0;      // recorded
  std::uint64_t statuses = 0;        // entered (a category stands as its statuses)
  std::uint32_t attributes_set = 0;  // set by a command or a step, changed or not
  std::uint16_t levels = 0;          // entered; bit n = level n
  friend bool operator==(const TriggerSpec&, const TriggerSpec&) = default;
};

enum class OnChange : std::uint8_t { recompute = 0, keep = 1, restart = 2 };

struct ClockSpec {
  std::string name;
  TriggerSpec start, stop, reset, cancel;
  std::uint64_t pause_while = 0;  // statuses in which it pauses
  std::uint64_t run_while = 0;    // not 0: starts on entering one of these, stops on leaving them
  bool each_cycle = false;        // cycles = "each": a start after a stop opens the next cycle
  bool fresh_on_reopen = false;   // reopen = "fresh"; else continues with the remaining time
  OnChange on_change = OnChange::recompute;
  std::vector<std::string> step_names;  // append-only; a StepId is a position here
  bool retired = false;
  friend bool operator==(const ClockSpec&, const ClockSpec&) = default;
};

// Holds when the ticket's value of the attribute is among `values` (or is not, if negated). A
// ticket without a value (0) matches only what is negated or names 0.
struct MatchSpec {
  AttributeId attribute = 0;
  bool negated = false;
  std::vector<Value> values;
  friend bool operator==(const MatchSpec&, const MatchSpec&) = default;
};

struct TargetSpec {
  ClockId clock = 0;
  DurationMs target_ms = 0;
  CalendarId calendar = kAlwaysOpen;
  LadderId ladder = kNoId16;
  friend bool operator==(const TargetSpec&, const TargetSpec&) = default;
};

// One rule: if all of `when` hold, its targets apply to the clocks they name. For each clock the
// first rule (in `order` of the document) that matches and names it wins.
struct RuleSpec {
  std::string name;  // the path of its cell: "tabla/Soporte Cloud/Urgente"
  std::vector<MatchSpec> when;
  std::vector<TargetSpec> targets;
  bool retired = false;
  friend bool operator==(const RuleSpec&, const RuleSpec&) = default;
};

enum class StepAnchor : std::uint8_t { percent = 0, before_due = 1, after_due = 2 };

struct LadderStepSpec {
  std::string name;  // default: its offset as written ("75%", "-30m", "due", "+2h")
  StepAnchor anchor = StepAnchor::percent;
  std::uint32_t percent_milli = 0;  // 75 % = 75'000
  DurationMs offset_ms = 0;         // before or after due; 0 with after_due: at due
  CalendarId calendar = kNoId16;    // in which an offset after due is counted; none: the clock's
  bool warn = false;                // event warning (else escalated)
  LevelId level = 0;                // 0: none
  RecipientId recipient = kNoId16;
  StatusId set_status = kNoId8;
  std::vector<AttributeValue> set_attributes;
  DurationMs every_ms = 0;  // repeats: after the first, `times` more
  std::uint32_t times = 0;
  friend bool operator==(const LadderStepSpec&, const LadderStepSpec&) = default;
};

struct LadderSpec {
  std::string name;
  DurationMs acknowledge_ms = 0;  // how long an acknowledgement holds; 0: until the clock stops
  std::vector<LadderStepSpec> steps;
  bool retired = false;
  friend bool operator==(const LadderSpec&, const LadderSpec&) = default;
};

struct RouteSpec {
  CalendarId calendar = kAlwaysOpen;  // taken if this calendar is open at `emitted`
  AttributeId attribute = kNoId8;     // "attribute:agent": the ticket's value
  std::string to;                     // else a name, for the consumer
  std::string via;
  friend bool operator==(const RouteSpec&, const RouteSpec&) = default;
};

struct RecipientSpec {
  std::string name;
  std::vector<RouteSpec> routes;  // the first open one
  bool retired = false;
  friend bool operator==(const RecipientSpec&, const RecipientSpec&) = default;
};

struct TenantSpec {
  std::string name;
  std::uint32_t version = 0;      // 1, 2, 3 ...: which document of this tenant it is
  std::uint64_t source_hash = 0;  // of the TOML text: the same text again is no new version
  std::string tzdata;             // release the zones were taken from, for `why`
  std::vector<StatusSpec> statuses;
  std::vector<std::string> levels;  // level n is levels[n - 1]
  std::vector<ActivitySpec> activities;
  std::vector<AttributeSpec> attributes;
  std::vector<CalendarSpec> calendars;  // [0] is "24x7"
  std::vector<ClockSpec> clocks;        // their order is the order of equal deadlines
  std::vector<RuleSpec> rules;
  std::vector<RuleId> rule_order;  // rules in force, first match first
  std::vector<LadderSpec> ladders;
  std::vector<RecipientSpec> recipients;
  StatusId initial_status = 0;
  StatusId closed_status = kNoId8;  // reserved for windows that close
  std::uint64_t events_on = 0;      // chatty event types that are on; bit = EventType
  StatusId survey_status = kNoId8;  // entering it emits survey_due, once a ticket
  DurationMs keep_closed_ms = 0;
  DurationMs keep_keys_ms = 0;
  friend bool operator==(const TenantSpec&, const TenantSpec&) = default;
};

}  // namespace vencer
