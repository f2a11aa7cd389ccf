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
  priority = 4,
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

// Happenings that trigger a clock or a constraint: sets as bit masks over ids. Any of them is
// enough.
struct TriggerSpec {
  std::uint64_t activities = 0;          // recorded
  std::uint64_t statuses = 0;            // entered (a category stands as its statuses)
  std::uint32_t attributes_set = 0;      // set by a command or a step, changed or not
  std::uint32_t attributes_changed = 0;  // to another value
  std::uint16_t levels = 0;              // entered; bit n = level n
  std::vector<AttributeValue> became;    // changed to just this value
  friend bool operator==(const TriggerSpec&, const TriggerSpec&) = default;
  bool empty() const {
    return activities == 0 && statuses == 0 && attributes_set == 0 && attributes_changed == 0 &&
           levels == 0 && became.empty();
  }
};

// What holds or does not, of a ticket as it stands: any of these is enough.
struct ConditionSpec {
  std::uint64_t statuses = 0;
  std::uint16_t levels = 0;            // bit n = level n
  std::vector<AttributeValue> values;  // the attribute has this value (0: it has none)
  friend bool operator==(const ConditionSpec&, const ConditionSpec&) = default;
  bool empty() const { return statuses == 0 && levels == 0 && values.empty(); }
};

// What a step, the end of a window or a matrix sets.
struct SetSpec {
  StatusId status = kNoId8;
  std::vector<AttributeValue> attributes;
  friend bool operator==(const SetSpec&, const SetSpec&) = default;
  bool empty() const { return status == kNoId8 && attributes.empty(); }
};

enum class OnChange : std::uint8_t { recompute = 0, keep = 1, restart = 2 };

// promise: breach, light, attainment. window: at its end come clock_expired and what it sets.
enum class ClockKind : std::uint8_t { promise = 0, window = 1 };

struct ClockSpec {
  std::string name;
  ClockKind kind = ClockKind::promise;
  TriggerSpec start, stop, reset, cancel;
  ConditionSpec pause_while;  // it stands still while this holds
  ConditionSpec run_while;  // not empty: starts when it comes to hold, stops when it no longer does
  SetSpec at_end;           // window: set at its end
  bool each_cycle = false;  // cycles = "each": a start after a stop opens the next cycle
  bool fresh_on_reopen = false;  // reopen = "fresh"; else continues with the remaining time
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

//   open_time      target_ms of open time
//   business_days  the close of business day `days` (1: the first after the start's local date);
//                  a pause moves it by the business days whose close lies in it
//   close_of_day   the first close of a business day after the start; a pause moves it likewise
//   instant        `instant`, whatever pauses
//   ticket         the ticket's own due_at; none, as long as it has none
enum class TargetKind : std::uint8_t {
  open_time = 0,
  business_days = 1,
  close_of_day = 2,
  instant = 3,
  ticket = 4
};

struct TargetSpec {
  ClockId clock = 0;
  DurationMs target_ms = 0;           // open_time
  CalendarId calendar = kAlwaysOpen;  // where calendar_by says no other
  LadderId ladder = kNoId16;
  TargetKind kind = TargetKind::open_time;
  std::uint32_t days = 0;
  TimeMs instant = kNever;
  AttributeId calendar_by = kNoId8;        // closed attribute that names the calendar ...
  std::vector<CalendarId> calendars = {};  // ... [value - 1]; kNoId16 or no such place: `calendar`
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
  std::vector<AttributeValue> set_attributes;  // 0 clears
  DurationMs every_ms = 0;                     // repeats: after the first, `times` more
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
  std::vector<RouteSpec>
      routes;             // the first open one that leads to somebody, at most recipient_routes_max
  bool everyone = false;  // all that are open, not only the first
  bool retired = false;
  friend bool operator==(const RecipientSpec&, const RecipientSpec&) = default;
};

// Fills `sets` from two closed attributes where the ticket brings no value of its own: at creation,
// and when a row or column changes while the ticket still has what the matrix gave.
struct MatrixSpec {
  AttributeId sets = kNoId8;  // none: no matrix
  AttributeId row = kNoId8;
  AttributeId column = kNoId8;
  std::uint16_t columns = 0;
  std::vector<Value> cells;  // [(row value - 1) * columns + column value - 1]; 0: nothing
  friend bool operator==(const MatrixSpec&, const MatrixSpec&) = default;
};

// What must be so for a change to be taken. Looked at when `on` happens and, after the change, all
// of `when` hold. A change that breaks one is refused whole (Errc::constraint names it).
//   forbidden  the change itself
//   only       all of `match` must hold and, if `calendar` is named, it must be open now
//   needs      all of `activities` must have been recorded before
//   actors     the command's actor must be among `actors`
//   limit      at most `max` tickets with the same value of `per` in one of `statuses` (and `when`)
// Ladder steps and ends of windows are bound by forbidden, only and limit, not by needs and actors.
enum class ConstraintKind : std::uint8_t {
  forbidden = 0,
  only = 1,
  needs = 2,
  actors = 3,
  limit = 4
};

struct ConstraintSpec {
  std::string name;
  ConstraintKind kind = ConstraintKind::forbidden;
  bool on_create = false;
  bool on_merge = false;
  TriggerSpec on;               // as of the change
  std::vector<MatchSpec> when;  // of the ticket after the change
  ConditionSpec while_in;  // not empty: and this holds after the change ("Soporte" in "Backlog")
  std::vector<MatchSpec> match;  // only
  CalendarId calendar = kNoId16;
  std::uint64_t activities = 0;       // needs
  std::vector<std::uint64_t> actors;  // actors, ascending
  AttributeId per = kNoId8;           // limit
  std::uint64_t statuses = 0;         // limit
  std::uint32_t max = 0;              // limit
  bool retired = false;
  friend bool operator==(const ConstraintSpec&, const ConstraintSpec&) = default;
};

// Customers: what is copied into a customer's new tickets, and what a missing contract does.
enum class ContractRule : std::uint8_t { ignore = 0, flag = 1, refuse = 2 };
struct CustomersSpec {
  std::uint32_t defaults = 0;  // attributes that a ticket takes from its customer, a bit each
  ContractRule contract = ContractRule::ignore;
  RecipientId recipient = kNoId16;  // of contract_expired and contract_missing
  friend bool operator==(const CustomersSpec&, const CustomersSpec&) = default;
};

// Mass incident: `count` tickets alike within a sliding window (both ends count).
struct DetectorSpec {
  std::string name;
  std::vector<MatchSpec> when;
  std::vector<AttributeId> alike;  // at most detector_alike_max
  std::uint32_t count = 0;
  DurationMs within_ms = 0;
  DurationMs quiet_ms = 0;  // silent until so long without a new one
  RecipientId recipient = kNoId16;
  bool on_escalated = false;  // counts escalations instead of creations
  bool retired = false;
  friend bool operator==(const DetectorSpec&, const DetectorSpec&) = default;
};

enum class DigestList : std::uint8_t {
  overdue = 0,
  due_within = 1,         // `span_ms` from the digest's instant
  not_updated_today = 2,  // none of `activities` since the local midnight
  answered_yesterday = 3  // one of `activities` on the previous local civil day
};
enum class DigestTime : std::uint8_t { first_open = 0, local_time = 1 };
struct DigestSpec {
  std::string name;
  DigestTime at = DigestTime::first_open;
  CalendarId calendar = kAlwaysOpen;  // its business days, its zone
  std::int32_t minute = 0;            // local_time: minutes after midnight
  bool every_day = false;             // else business days only
  DigestList list = DigestList::overdue;
  DurationMs span_ms = 0;
  std::uint64_t activities = 0;
  std::vector<MatchSpec> when;
  RecipientId recipient = kNoId16;
  bool retired = false;
  friend bool operator==(const DigestSpec&, const DigestSpec&) = default;
};

// So long before (negative) or after a calendar opens or closes its business day.
struct CalendarEventSpec {
  std::string name;
  CalendarId calendar = kAlwaysOpen;
  bool at_close = false;  // else at its opening
  DurationMs offset_ms = 0;
  RecipientId recipient = kNoId16;
  bool retired = false;
  friend bool operator==(const CalendarEventSpec&, const CalendarEventSpec&) = default;
};

// Tickets that keep how long they were in each status on each local day ("agent" tickets).
struct TimeInStatusSpec {
  bool on = false;
  std::vector<MatchSpec> when;
  CalendarId calendar = kAlwaysOpen;  // whose local days
  friend bool operator==(const TimeInStatusSpec&, const TimeInStatusSpec&) = default;
};

struct QuotaSpec {
  std::uint64_t tickets = 0;              // 0: as many as the partition holds
  std::uint32_t commands_per_second = 0;  // 0: no limit; a second's worth may come at once
  friend bool operator==(const QuotaSpec&, const QuotaSpec&) = default;
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
  MatrixSpec matrix;
  std::vector<ConstraintSpec> constraints;
  CustomersSpec customers;
  std::vector<DetectorSpec> detectors;
  std::vector<DigestSpec> digests;
  std::vector<CalendarEventSpec> calendar_events;
  TimeInStatusSpec time_in_status;
  QuotaSpec quota;
  std::vector<AttributeId> count_by;  // closed; counts and attainment are kept by these
  ClockId reopen_clock =
      kNoId8;  // window in which a ticket can be reopened; its end closes for good
  StatusId merged_status = kNoId8;          // of a duplicate; none: the first of category cancelled
  RecipientId created_recipient = kNoId16;  // who is told of a new ticket
  bool survey_at_close = false;             // survey_due when a ticket is closed for good
  StatusId initial_status = 0;
  StatusId closed_status = kNoId8;  // reserved
  std::uint64_t events_on = 0;      // chatty event types that are on; bit = EventType
  StatusId survey_status = kNoId8;  // entering it emits survey_due, once a ticket
  DurationMs keep_closed_ms = 0;
  DurationMs keep_keys_ms = 0;
  friend bool operator==(const TenantSpec&, const TenantSpec&) = default;
};

}  // namespace vencer
