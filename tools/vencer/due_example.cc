#include "tools/vencer/due_example.h"

#include <fmt/format.h>

#include "engine/core/ladder.h"
#include "engine/core/limits.h"
#include "tools/vencer/times.h"

namespace vencer::cli {

Result<ExampleTime> parse_example_time(std::string_view text) {
  const std::size_t clock = text.find_first_of("Tt ");
  // A day alone is a local one; a plain number is UTC.
  const bool utc = clock == std::string_view::npos
                       ? text.find('-') == std::string_view::npos
                       : text.find_first_of("Zz+-", clock) != std::string_view::npos;
  const bool needs_zone = !utc && clock != std::string_view::npos;
  const Result<TimeMs> time = parse_time(needs_zone ? std::string(text) + "Z" : std::string(text));
  if (!time) return time.error();
  return ExampleTime{*time, !utc};
}

ExampleTime monday_at_ten(TimeMs now) {
  // 1970-01-05 was a Monday.
  constexpr std::int64_t kFirstMonday = 4;
  const std::int64_t day = now / limits::kDay;
  const std::int64_t weeks = (day - kFirstMonday) / 7 + 1;
  return {(kFirstMonday + 7 * weeks) * limits::kDay + 10 * limits::kHour, true};
}

DueExamples::Compiled& DueExamples::compiled(CalendarId calendar) {
  const auto known = calendars_.find(calendar);
  if (known != calendars_.end()) return known->second;
  const CalendarSpec& spec = spec_.calendars[calendar];
  // A document that compiled has calendars that compile.
  Calendar made = spec.always_open ? Calendar::always_open() : Calendar::compile(spec).value();
  return calendars_.emplace(calendar, Compiled{std::move(made), LocalTime(spec.zone)})
      .first->second;
}

TimeMs DueExamples::start(CalendarId calendar) {
  return at_.local ? compiled(calendar).local.first_at(at_.ms) : at_.ms;
}

TimeMs DueExamples::due(const TargetSpec& target, CalendarId calendar) {
  const Calendar& open = compiled(calendar).calendar;
  const TimeMs from = start(calendar);
  switch (target.kind) {
    case TargetKind::open_time:
      return open.add(from, target.target_ms);
    case TargetKind::business_days:
      return open.business_due(from, target.days);
    case TargetKind::close_of_day:
      return open.close_of_day(from);
    case TargetKind::instant:
      return target.instant;
    case TargetKind::ticket:
      return kNever;
  }
  return kNever;
}

TimeMs DueExamples::step(const TargetSpec& target, CalendarId calendar,
                         const LadderStepSpec& step) {
  const TimeMs at = due(target, calendar);
  if (at == kNever) return kNever;
  const Calendar& open = compiled(calendar).calendar;
  if (step.anchor == StepAnchor::after_due) {
    const CalendarId in = step.calendar == kNoId16 ? calendar : step.calendar;
    return compiled(in).calendar.add(at, step.offset_ms);
  }
  const TimeMs from = start(calendar);
  const DurationMs whole =
      target.kind == TargetKind::open_time ? target.target_ms : open.between(from, at);
  return open.add(from, step_threshold(step, whole));
}

std::string DueExamples::text(CalendarId calendar, TimeMs at) {
  constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  if (at == kNever) return "never";
  const LocalMs local = compiled(calendar).local.local(at);
  const auto day = static_cast<CivilDay>(local / limits::kDay);
  const DurationMs in_day = local % limits::kDay;
  const CivilDate date = civil_date(day);
  std::string text =
      fmt::format("{} {:04}-{:02}-{:02} {:02}:{:02}", kDays[day % 7], date.year, date.month,
                  date.day, in_day / limits::kHour, in_day / limits::kMinute % 60);
  const DurationMs rest = in_day % limits::kMinute;
  if (rest != 0) text += fmt::format(":{:02}", rest / limits::kSecond);
  if (rest % limits::kSecond != 0) text += fmt::format(".{:03}", rest % limits::kSecond);
  return text;
}

std::string DueExamples::zone(CalendarId calendar) const {
  const CalendarSpec& spec = spec_.calendars[calendar];
  return spec.always_open ? "UTC" : spec.zone.name;
}

}  // namespace vencer::cli
