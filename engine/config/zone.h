// Zones of the tz database, read once into a ZoneSpec: the only place of the engine that knows
// names of zones. What is compiled from it carries its transitions along and never asks again, so a
// replay on another machine, with another tzdata, gives the same instants.
//
// Cost: load_zone some 0.2 ms, the first time for a name more (a file).  Thread: any.
// Lifetime: load_zone reads a zone's file once per process; load_zone_anew each time, and leaves
// its memory (some 50 kB) behind: for an operator's command only.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/calendar.h"
#include "engine/core/result.h"

namespace vencer {

// The zone with all its transitions from 1970 (a little before) to limits::time_max_ms. A name is
// one of the IANA database ("America/Santiago", "UTC"), case matters. Errc::invalid_document for
// any other, "localtime" and file paths among them: a document must mean the same on any machine.
Result<ZoneSpec> load_zone(std::string_view iana_name);

// The same as the files of the database are now, also if this process has read the zone before.
Result<ZoneSpec> load_zone_anew(std::string_view iana_name);

// The release that load_zone reads from, as "2026f"; "unknown" if its files do not tell.
std::string tzdata_version();

}  // namespace vencer
