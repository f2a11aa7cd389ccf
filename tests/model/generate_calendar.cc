// Calendars for random stories: a few that people have, and random ones in zones made up, whose
// clocks are put forward and back where it hurts: at midnight, by half an hour, by a whole day.
#include <algorithm>

#include "engine/core/limits.h"
#include "tests/model/story.h"

namespace vencer::model {
namespace {

constexpr std::int64_t kDayS = 86'400;

// 2026's changes only: all that a story sees.
ZoneSpec madrid() {
  return {"Europe/Madrid", 3600, {{1'774'746'000, 7200}, {1'792'890'000, 3600}}};
}
ZoneSpec santiago() {
  return {"America/Santiago", -10'800, {{1'775'358'000, -14'400}, {1'788'667'200, -10'800}}};
}

CalendarSpec usual(std::uint64_t which) {
  CalendarSpec calendar;
  if (which == 0) {
    calendar.name = "office with breaks, Madrid";
    calendar.zone = madrid();
    for (int day = 0; day < 5; ++day) {
      calendar.weekly[day] = {{9 * 60, 18 * 60}};
      calendar.breaks[day] = {{13 * 60, 14 * 60}};
    }
    calendar.holidays = {civil_day(2026, 4, 3)};
    calendar.special = {{civil_day(2026, 3, 31), {{10 * 60, 12 * 60}}}};
  } else if (which == 1) {
    calendar.name = "two shifts, UTC";
    calendar.zone = {"UTC", 0, {}};
    for (auto& day : calendar.weekly) day = {{6 * 60, 12 * 60}, {13 * 60, 21 * 60}};
  } else if (which == 2) {
    calendar.name = "nights, Santiago";
    calendar.zone = santiago();
    for (auto& day : calendar.weekly) day = {{22 * 60, 6 * 60}};
    calendar.breaks[5] = {{23 * 60 + 30, 30}};
    calendar.yearly_holidays = {{4, 1}};
  } else {
    calendar.name = "small hours, Madrid";
    calendar.zone = madrid();
    for (auto& day : calendar.weekly) day = {{90, 150}, {10 * 60, 14 * 60}};
    calendar.weekly[6] = {{120, 180}, {23 * 60, 1440}};
  }
  return calendar;
}

// Changes some days apart, at a local midnight or an hour around it, by half an hour, an hour, two,
// or across the date line.
ZoneSpec some_zone(Dice& dice) {
  ZoneSpec zone;
  std::int32_t offset = static_cast<std::int32_t>(dice.between(-22, 22)) * 1800;
  zone.initial_offset_s = offset;
  std::int64_t day = kStoryBegin / 1000 / kDayS - dice.between(0, 3);
  for (std::int64_t n = dice.between(0, 4); n > 0; --n) {
    day += dice.between(2, 9);
    const std::int64_t local = day * kDayS + dice.of<std::int64_t>({0, 0, 0, 1, 2, 3, -1}) * 3600;
    const std::int64_t at = local - offset;
    const auto jump = dice.of<std::int32_t>({1800, 3600, 3600, 7200, 86'400});
    std::int32_t next = offset + (dice.percent(50) ? jump : -jump);
    if (std::abs(next) > 12 * 3600 + 1800) next = offset > 0 ? offset - jump : offset + jump;
    zone.transitions.push_back({at, next});
    offset = next;
  }
  return zone;
}

ShiftSpec some_shift(Dice& dice) {
  const auto start = static_cast<std::int16_t>(dice.between(0, 47) * 30);
  const auto minutes = dice.of<std::int16_t>({30, 60, 90, 240, 480, 540, 720, 1200});
  auto end = static_cast<std::int16_t>(start + minutes);
  if (end > 1440) end = static_cast<std::int16_t>(end - 1440);
  if (dice.percent(10)) end = 1440;
  return {start, end};
}

std::vector<ShiftSpec> some_shifts(Dice& dice) {
  std::vector<ShiftSpec> shifts;
  for (std::int64_t n = dice.between(1, 2); n > 0; --n) shifts.push_back(some_shift(dice));
  return shifts;
}

CalendarSpec random_calendar(std::uint64_t which) {
  Dice dice(which * 977 + 5);
  CalendarSpec calendar;
  calendar.name = "random " + std::to_string(which);
  calendar.zone = some_zone(dice);
  calendar.zone.name = calendar.name;
  const std::vector<ShiftSpec> every_day = some_shifts(dice);
  for (auto& day : calendar.weekly) {
    if (dice.percent(15)) continue;
    day = dice.percent(60) ? every_day : some_shifts(dice);
  }
  calendar.weekly[dice.below(7)] = every_day;
  for (auto& day : calendar.breaks) {
    if (dice.percent(20)) day = {some_shift(dice)};
  }
  const CivilDay first = civil_day(2026, 3, 26);
  for (CivilDay day = first; day < first + 20; ++day) {
    if (dice.percent(6)) calendar.holidays.push_back(day);
    if (dice.percent(6)) {
      calendar.special.push_back(
          {day, dice.percent(30) ? std::vector<ShiftSpec>{} : some_shifts(dice)});
    }
  }
  if (dice.percent(30)) {
    calendar.yearly_holidays = {{4, static_cast<std::uint8_t>(dice.between(1, 20))}};
  }
  return calendar;
}

}  // namespace

// Few, and always the same, so that each is compiled and resolved once.
CalendarSpec some_calendar(Dice& dice) {
  constexpr std::uint64_t kRandom = 60;
  if (on(Feature::calendars) && dice.percent(60)) return random_calendar(dice.below(kRandom));
  return usual(dice.below(4));
}

}  // namespace vencer::model
