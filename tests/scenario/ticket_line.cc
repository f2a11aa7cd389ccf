#include <absl/time/civil_time.h>
#include <fmt/format.h>

#include "net/client/key.h"
#include "tests/scenario/line.h"

namespace vencer::scenario {
namespace {

std::string word_of(const std::string& text, const Wording& wording) {
  const auto word = wording.words.find(text);
  return word == wording.words.end() ? text : word->second;
}

void add_clock(Line& line, const TicketClock& clock, const Wording& wording) {
  const std::string name = wording.names.clock_name(clock.clock);
  const auto add = [&](const char* field, std::string value) {
    line.fields.emplace_back(fmt::format("{}.{}", name, field), std::move(value));
  };
  line.fields.emplace_back(name, to_string(clock.phase));
  add("cycle", std::to_string(clock.cycle));
  if (clock.breached) add("breached", "true");
  if (clock.rule != kNoId16) {
    add("rule", wording.names.rule_name(clock.rule));
    add("calendar", wording.names.calendar_name(clock.calendar));
    add("target", span_text(clock.target_ms));
  }
  if (clock.due != kNever) add("due", wording.local.text(clock.due));
  add("elapsed", span_text(clock.elapsed_ms));
  if (clock.next_at != kNever) add("next_at", wording.local.text(clock.next_at));
  std::string ran;
  for (const TicketClock::Interval& interval : clock.intervals) {
    const std::string to = interval.to == kNever ? "now" : wording.local.text(interval.to);
    ran +=
        fmt::format("{}{} to {}", ran.empty() ? "" : ", ", wording.local.text(interval.from), to);
  }
  if (!ran.empty()) add("ran", ran);
  if (clock.acknowledged_until != 0) {
    add("acknowledged_until", wording.local.text(clock.acknowledged_until));
  }
}

// A field a day: "2026-06-01=En línea 3h30m, Almuerzo 1h".
void add_status_days(Line& line, const std::vector<StatusDay>& rows, const Names& names) {
  std::string day;
  for (const StatusDay& row : rows) {
    const std::string part = fmt::format("{} {}", names.status_name(row.status), span_text(row.ms));
    const std::string own = absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + row.day);
    if (own == day) {
      line.fields.back().second += ", " + part;
    } else {
      line.fields.emplace_back(own, part);
    }
    day = own;
  }
}

}  // namespace

Line ticket_line(std::string_view key, const Ticket& ticket, const Wording& wording) {
  Line line;
  line.head = std::string(key);
  const auto add = [&](const char* name, std::string value) {
    line.fields.emplace_back(name, std::move(value));
  };
  add("version", std::to_string(ticket.version));
  add("status", wording.names.status_name(ticket.status));
  if (ticket.level != 0) add("level", wording.names.level_name(ticket.level));
  add("light", std::string(to_string(ticket.light)));
  if (ticket.closed_for_good) add("closed_for_good", "true");
  for (const AttributeValue& value : ticket.attributes) {
    line.fields.emplace_back(
        fmt::format(".{}", wording.names.attribute_name(value.attribute)),
        word_of(wording.names.value_text(value.attribute, value.value), wording));
  }
  for (const TicketClock& clock : ticket.clocks) add_clock(line, clock, wording);
  add_status_days(line, ticket.time_in_status, wording.names);
  return line;
}

}  // namespace vencer::scenario
