#include "engine/config/shifts.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config/civil_words.h"

namespace vencer::config {
namespace {

// The value, or an error at the cursor.
template <typename T>
std::optional<T> take(const Cursor& at, Result<T> parsed) {
  if (parsed) return std::move(parsed).value();
  at.error(parsed.error().message);
  return std::nullopt;
}

std::vector<ShiftSpec> read_shifts(const Cursor& list) {
  std::vector<ShiftSpec> shifts;
  const std::vector<Cursor> items = list.items();
  if (items.size() > shifts_per_day_max) {
    list.error(fmt::format("{} openings a day; at most {}", items.size(), shifts_per_day_max));
    return shifts;
  }
  for (const Cursor& item : items) {
    const auto text = item.string("09:00-18:00");
    const auto shift = text ? take(item, parse_shift(*text)) : std::nullopt;
    if (shift) shifts.push_back(*shift);
  }
  return shifts;
}

void read_range(const Cursor& at, std::string_view text, std::size_t slash, Holidays& into) {
  const auto from = take(at, parse_date(text.substr(0, slash)));
  const auto to = take(at, parse_date(text.substr(slash + 1)));
  if (!from || !to) return;
  if (*to < *from) {
    at.error(fmt::format("{} ends before it begins", quoted(text)));
  } else if (*to - *from >= holiday_range_days_max) {
    at.error(fmt::format("{} has {} days; a range may have {}", quoted(text), *to - *from + 1,
                         holiday_range_days_max));
  } else {
    for (CivilDay day = *from; day <= *to; ++day) into.days.push_back(day);
  }
}

void read_holiday(const Cursor& at, Holidays& into) {
  const std::string& text = at.node().text;
  if (at.kind() != NodeKind::date && at.kind() != NodeKind::string) {
    at.error(
        fmt::format("must be a date 2026-04-03, a yearly day \"12-25\" or a range "
                    "\"2026-09-18/2026-09-19\", is {}",
                    at.found()));
  } else if (const std::size_t slash = text.find('/'); slash != std::string::npos) {
    read_range(at, text, slash, into);
  } else if (text.size() == 5) {
    const auto day = take(at, parse_yearly(text));
    if (day) into.yearly.push_back(*day);
  } else {
    const auto day = take(at, parse_date(text));
    if (day) into.days.push_back(*day);
  }
}

void sort_unique(std::vector<CivilDay>& days) {
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
}

}  // namespace

void read_week(const Cursor& table, std::vector<ShiftSpec> (&week)[7]) {
  bool named[7] = {};
  for (const Cursor& member : table.members()) {
    Result<std::vector<int>> days = parse_weekdays(member.key());
    if (!days) {
      member.key_error(days.error().message);
      continue;
    }
    const std::vector<ShiftSpec> shifts = read_shifts(member);
    for (const int day : *days) {
      if (named[day]) {
        member.key_error(fmt::format("{} names a day that another key names; give each day once",
                                     quoted(member.key())));
        break;
      }
      named[day] = true;
      week[day] = shifts;
    }
  }
}

Holidays read_holidays(const Cursor& list) {
  // Ranges are expanded and may repeat each other: kept small on the way.
  constexpr std::size_t kExpandedMax = 1 << 18;
  Holidays holidays;
  for (const Cursor& item : list.items()) {
    read_holiday(item, holidays);
    if (holidays.days.size() > kExpandedMax) sort_unique(holidays.days);
  }
  sort_unique(holidays.days);
  return holidays;
}

std::vector<SpecialDay> read_special_days(const Cursor& table) {
  std::vector<SpecialDay> special;
  for (const Cursor& member : table.members()) {
    Result<CivilDay> day = parse_date(member.key());
    if (!day) member.key_error(day.error().message);
    std::vector<ShiftSpec> shifts = read_shifts(member);
    if (day) special.push_back({*day, std::move(shifts)});
  }
  std::sort(special.begin(), special.end(),
            [](const SpecialDay& a, const SpecialDay& b) { return a.day < b.day; });
  return special;
}

}  // namespace vencer::config
