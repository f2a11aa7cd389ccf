// Event: what the engine tells the world. One plain struct for all types; a field that a type does
// not use keeps its "none" value. Numbers of EventType are on the wire and in event segments:
// append only.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/core/command.h"
#include "engine/core/types.h"

namespace vencer {

enum class EventType : std::uint8_t {
  created = 1,
  status_changed = 2,  // chatty: off unless the tenant asks
  assigned = 3,
  activity_recorded = 4,  // chatty
  clock_started = 5,      // chatty
  clock_paused = 6,       // chatty
  clock_resumed = 7,      // chatty
  clock_met = 8,
  clock_missed = 9,
  clock_cancelled = 10,
  clock_expired = 11,
  warning = 12,
  breached = 13,
  breach_cleared = 14,
  breach_retracted = 15,
  deadline_extended = 16,
  escalated = 17,
  acknowledged = 18,
  step_refused = 19,
  cascade_stopped = 20,
  light_changed = 21,  // chatty
  reopened = 22,
  closed = 23,
  survey_due = 24,
  merged = 25,
  linked = 26,
  problem_resolved = 27,
  mass_incident = 28,
  digest = 29,
  calendar_event = 30,
  contract_expired = 31,
  contract_missing = 32,
  config_applied = 33,
  imported = 34,
};
inline constexpr int kEventTypes = 35;

inline constexpr std::uint64_t event_bit(EventType type) {
  return 1ull << static_cast<unsigned>(type);
}
inline constexpr std::uint64_t kChattyEvents =
    event_bit(EventType::status_changed) | event_bit(EventType::activity_recorded) |
    event_bit(EventType::clock_started) | event_bit(EventType::clock_paused) |
    event_bit(EventType::clock_resumed) | event_bit(EventType::light_changed);

// "clock_met"; "unknown" for a number that this build does not know.
std::string_view to_string(EventType type);

// One line of a digest, one ticket of a mass incident, one incident of a problem.
struct EventRow {
  TicketKey ticket;
  TimeMs due = kNever;
  ClockId clock = kNoId8;
  Light light = Light::none;
  StatusId status = kNoId8;
  friend bool operator==(const EventRow&, const EventRow&) = default;
};

struct Event {
  std::uint64_t sequence = 0;  // 1, 2, 3 ... in the partition, no gap
  TimeMs emitted = 0;          // logged time of the step that caused it
  TimeMs due = kNever;         // the instant it is about: due of a clock, of a step
  TimeMs at = kNever;          // effective instant at the desk, where it differs from emitted
  TenantId tenant = kNoTenant;
  TicketKey ticket;
  EventType type = EventType::created;
  std::uint32_t version = 0;  // of the ticket after the change; config_applied: of the document
  ClockId clock = kNoId8;
  StepId step = kNoId8;
  StatusId status = kNoId8;  // the ticket's, after the change
  StatusId status_before = kNoId8;
  ActivityId activity = kNoId8;
  LevelId level = 0;  // the ticket's, after the change
  Light light = Light::none;
  std::uint8_t route = kNoId8;  // which route of the recipient is told
  std::uint16_t cycle = 0;
  RuleId rule = kNoId16;
  RecipientId recipient = kNoId16;
  std::uint64_t actor = 0;
  DurationMs target_ms = 0;
  DurationMs elapsed_ms = 0;
  DurationMs overrun_ms = 0;
  std::uint16_t routes = 0;  // which routes are to be told (recipient "everyone"); 0: only `route`
  std::uint16_t subject = kNoId16;  // which detector, digest, calendar event or constraint
  bool muted = false;               // to be kept, not to be shouted
  LinkKind link = LinkKind::none;   // linked
  TicketKey other;                  // merged: the survivor; linked, problem_resolved: the problem
  std::uint64_t customer = 0;       // contract_expired, contract_missing
  std::uint64_t count = 0;    // mass_incident: tickets in the window; digest: all that qualify
  std::uint64_t overdue = 0;  // digest: how many of them are overdue
  // All attributes that are set, ascending by id: for routing. Valid during the sink's call only,
  // as are the two below.
  std::span<const AttributeValue> attributes;
  std::span<const EventRow> rows;  // mass_incident: at most 64; digest: the first 200
  std::string_view reason;         // deadline_extended
};

}  // namespace vencer
