// What the subcommands that show one ticket have in common.
#pragma once

#include <string>

#include "net/client/client.h"
#include "tools/vencer/json.h"

namespace vencer::cli {

// The fields of a clock that every such object has, its due last.
void clock_fields(JsonWriter& json, const TicketClock& clock, const Names& names);
// "intervals": when it ran.
void intervals_field(JsonWriter& json, const TicketClock& clock);
// "time_in_status": [{"day": "2026-06-01", "status": "En línea", "ms": 7200000}, ...]; nothing for
// a ticket whose document does not ask for it.
void time_in_status_field(JsonWriter& json, const Ticket& ticket, const Names& names);
// "2026-06-01: En línea 2h, Almuerzo 1h", a line a day.
std::vector<std::string> time_in_status_lines(const Ticket& ticket, const Names& names);

// "2026-06-01", of a day counted from 1970-01-01.
std::string day_text(std::int32_t day);

}  // namespace vencer::cli
