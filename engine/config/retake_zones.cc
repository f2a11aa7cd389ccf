#include "engine/config/retake_zones.h"

#include "engine/config/zone.h"

namespace vencer {

ZoneSource installed_zones() {
  return {load_zone_anew, tzdata_version()};
}

Result<RetakenZones> retake_zones(const TenantSpec& spec, const ZoneSource& source) {
  RetakenZones retaken{spec, true};
  for (CalendarSpec& calendar : retaken.spec.calendars) {
    if (calendar.always_open) continue;
    Result<ZoneSpec> zone = source.load(calendar.zone.name);
    if (!zone) return zone.error();
    if (*zone == calendar.zone) continue;
    calendar.zone = std::move(zone).value();
    retaken.unchanged = false;
    // Its hours have not changed, but what is committed must compile on every machine.
    if (const auto compiled = Calendar::compile(calendar); !compiled) return compiled.error();
  }
  if (retaken.unchanged) return retaken;
  retaken.spec.version = spec.version + 1;
  retaken.spec.tzdata = source.release;
  return retaken;
}

}  // namespace vencer
