#include "tools/vencer/ticket_words.h"

#include <fmt/format.h>

#include "engine/core/limits.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {

void clock_fields(JsonWriter& json, const TicketClock& clock, const Names& names) {
  json.field("clock", names.clock_name(clock.clock));
  json.field("phase", to_string(clock.phase)).field("cycle", clock.cycle);
  json.field("breached", clock.breached);
  json.field_if("rule", names.rule_name(clock.rule));
  if (clock.rule != kNoId16) json.field("target_ms", clock.target_ms);
  json.field_if("calendar", names.calendar_name(clock.calendar));
  json.field_if("ladder", names.ladder_name(clock.ladder));
  json.field("elapsed_ms", clock.elapsed_ms);
  time_field(json, "due", clock.due);
}

void intervals_field(JsonWriter& json, const TicketClock& clock) {
  json.key("intervals").begin_array();
  for (const TicketClock::Interval& interval : clock.intervals) {
    json.begin_object();
    time_field(json, "from", interval.from);
    time_field(json, "to", interval.to);
    json.end_object();
  }
  json.end_array();
}

void time_in_status_field(JsonWriter& json, const Ticket& ticket, const Names& names) {
  if (ticket.time_in_status.empty()) return;
  json.key("time_in_status").begin_array();
  for (const StatusDay& row : ticket.time_in_status) {
    json.begin_object().field("day", day_text(row.day));
    json.field("status", names.status_name(row.status)).field("ms", row.ms).end_object();
  }
  json.end_array();
}

std::vector<std::string> time_in_status_lines(const Ticket& ticket, const Names& names) {
  std::vector<std::string> lines;
  const StatusDay* before = nullptr;
  for (const StatusDay& row : ticket.time_in_status) {
    if (before == nullptr || before->day != row.day) {
      lines.push_back(day_text(row.day) + ":");
    } else {
      lines.back() += ",";
    }
    lines.back() += fmt::format(" {} {}", names.status_name(row.status), duration_text(row.ms));
    before = &row;
  }
  return lines;
}

std::string day_text(std::int32_t day) {
  return time_text(day * limits::kDay).substr(0, 10);
}

}  // namespace vencer::cli
