#include "engine/core/calendar_spec.h"

#include <chrono>

namespace vencer {

CivilDay civil_day(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  return static_cast<CivilDay>(std::chrono::sys_days{date}.time_since_epoch().count());
}

CivilDate civil_date(CivilDay day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

}  // namespace vencer
