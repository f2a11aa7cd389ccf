// [calendar.NAME]: when a desk is open.
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/sections.h"
#include "engine/config/shifts.h"
#include "engine/config/zone.h"

namespace vencer::config {
namespace {

void read_zone(Compilation&, const Cursor& at, CalendarSpec& calendar) {
  const auto name = at.string("America/Santiago");
  if (!name) return;
  Result<ZoneSpec> zone = load_zone(*name);
  if (zone) {
    calendar.zone = std::move(zone).value();
  } else {
    at.error(zone.error().message);
  }
}

void read_weekly(Compilation&, const Cursor& table, CalendarSpec& calendar) {
  read_week(table, calendar.weekly);
}

void read_breaks(Compilation&, const Cursor& table, CalendarSpec& calendar) {
  read_week(table, calendar.breaks);
}

void read_holidays(Compilation&, const Cursor& list, CalendarSpec& calendar) {
  Holidays holidays = config::read_holidays(list);
  calendar.holidays = std::move(holidays.days);
  calendar.yearly_holidays = std::move(holidays.yearly);
}

void read_holidays_ics(Compilation& c, const Cursor& list, CalendarSpec& calendar) {
  const std::vector<CivilDay> days = read_holiday_files(c, list);
  calendar.holidays.insert(calendar.holidays.end(), days.begin(), days.end());
  std::sort(calendar.holidays.begin(), calendar.holidays.end());
  calendar.holidays.erase(std::unique(calendar.holidays.begin(), calendar.holidays.end()),
                          calendar.holidays.end());
}

void read_special(Compilation&, const Cursor& table, CalendarSpec& calendar) {
  calendar.special = read_special_days(table);
}

constexpr Key<CalendarSpec> kKeys[] = {
    {{"zone", Need::required}, read_zone},
    {{"weekly", Need::required}, read_weekly},
    {{"breaks", Need::optional}, read_breaks},
    {{"holidays", Need::optional}, read_holidays},
    {{"holidays_ics", Need::optional}, read_holidays_ics},  // adds to those
    {{"special", Need::optional}, read_special},
};

void read_calendar(Compilation& c, const Cursor& at, TenantSpec& spec) {
  CalendarSpec* calendar = c.declare(c.calendars, spec.calendars, at, at.key());
  if (calendar == nullptr) return;
  const auto id = static_cast<CalendarId>(calendar - spec.calendars.data());
  c.calendar_places.insert_or_assign(id, at);
  CalendarSpec fresh;
  fresh.name = at.key();
  const std::size_t faults = c.diagnostics.error_count();
  read_keys(c, at, std::span<const Key<CalendarSpec>>(kKeys), fresh);
  *calendar = std::move(fresh);
  if (c.diagnostics.error_count() > faults) return;
  const Result<Calendar> compiled = Calendar::compile(*calendar);
  if (!compiled.ok()) at.error(compiled.error().message);
}

}  // namespace

void read_calendars(Compilation& c, const Cursor& table, TenantSpec& spec) {
  if (table.kind() != NodeKind::table) c.calendars.doubt();
  for (const Cursor& member : table.members()) read_calendar(c, member, spec);
}

void list_calendar_keys(KeyRows& rows) {
  list_keys(rows, "calendar.*.", std::span<const Key<CalendarSpec>>(kKeys));
}

}  // namespace vencer::config
