// What starts, stops and pauses each clock, and the opening hours in which it counts.
#include <fmt/format.h>

#include "tools/vencer/explain.h"

namespace vencer::cli {
namespace {

std::string time_of_day(int minute) {
  return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

std::string shifts_text(const std::vector<ShiftSpec>& shifts) {
  std::vector<std::string> parts;
  for (const ShiftSpec& shift : shifts) {
    parts.push_back(
        fmt::format("{}-{}", time_of_day(shift.start_minute), time_of_day(shift.end_minute)));
  }
  return joined(parts, "and");
}

// "Mon-Fri 09:00-18:00; Sat 10:00-13:00": days with the same hours together.
std::string week_text(const std::vector<ShiftSpec> (&week)[7]) {
  constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  std::vector<std::string> parts;
  for (int day = 0; day < 7;) {
    int last = day;
    while (last < 6 && week[last + 1] == week[day]) ++last;
    const std::string to = last > day ? fmt::format("-{}", kDays[last]) : std::string();
    if (!week[day].empty()) {
      parts.push_back(fmt::format("{}{} {}", kDays[day], to, shifts_text(week[day])));
    }
    day = last + 1;
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

void add_when(std::vector<std::string>& says, std::string_view what, const std::string& when) {
  if (!when.empty()) says.push_back(fmt::format("{} {}.", what, when));
}

std::string rule_change_text(OnChange on_change) {
  switch (on_change) {
    case OnChange::recompute:
      return "When another rule comes to apply, it counts as if it had from the start.";
    case OnChange::keep:
      return "When another rule comes to apply, what was counted stays; the rest is its.";
    case OnChange::restart:
      return "When another rule comes to apply, it starts anew.";
  }
  return "";
}

ExplainedEntry explain_clock(const Phrases& phrases, const ClockSpec& clock) {
  ExplainedEntry entry{clock.name, {}};
  std::vector<std::string>& says = entry.says;
  const bool window = clock.kind == ClockKind::window;
  if (window) says.push_back("A window: its end is no breach.");
  add_when(says, "Starts when", phrases.happenings(clock.start));
  add_when(says, "Runs while", phrases.conditions(clock.run_while));
  add_when(says, "Stops when", phrases.happenings(clock.stop));
  add_when(says, "Stands still while", phrases.conditions(clock.pause_while));
  add_when(says, "Begins again when", phrases.happenings(clock.reset));
  add_when(says, "Is called off when", phrases.happenings(clock.cancel));
  add_when(says, "At its end sets", phrases.sets(clock.at_end));
  says.push_back(clock.each_cycle ? "Each start after a stop is a new cycle."
                                  : "Once a ticket: a start after its stop changes nothing.");
  says.push_back(clock.fresh_on_reopen ? "A reopened ticket gets the whole time again."
                                       : "A reopened ticket goes on with the time left.");
  says.push_back(rule_change_text(clock.on_change));
  return entry;
}

}  // namespace

ExplainedSection explain_calendars(const Phrases& phrases) {
  ExplainedSection section{"calendars", {}};
  for (const CalendarSpec& calendar : phrases.spec().calendars) {
    if (calendar.always_open) continue;
    ExplainedEntry entry{calendar.name, {}};
    entry.says.push_back(fmt::format("{} ({}).", week_text(calendar.weekly), calendar.zone.name));
    add_when(entry.says, "Breaks:", week_text(calendar.breaks));
    const std::size_t holidays = calendar.holidays.size() + calendar.yearly_holidays.size();
    if (holidays > 0) {
      entry.says.push_back(fmt::format("Closed on {} holidays, {} of them each year.", holidays,
                                       calendar.yearly_holidays.size()));
    }
    if (!calendar.special.empty()) {
      entry.says.push_back(fmt::format("Other hours on {} days.", calendar.special.size()));
    }
    section.entries.push_back(std::move(entry));
  }
  return section;
}

ExplainedSection explain_clocks(const Phrases& phrases) {
  ExplainedSection section{"clocks", {}};
  for (const ClockSpec& clock : phrases.spec().clocks) {
    if (!clock.retired) section.entries.push_back(explain_clock(phrases, clock));
  }
  return section;
}

}  // namespace vencer::cli
