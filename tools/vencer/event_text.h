// An event as a JSON object and as a row of a table.
//
// JSON: sequence, epoch, partition, type, tenant, ticket, emitted, due, at (ISO-8601 with
// milliseconds and
// *_ms), lag_ms, clock, cycle, rule, step, level, recipient {name, to, via, routes [{to, via}] if
// everyone is told}, light, status, status_before, activity, version, actor, target_ms, elapsed_ms,
// overrun_ms, subject (the detector, digest, calendar event or constraint), link, other, customer,
// count, overdue, rows
// [{ticket, due, clock, light, status}], reason, muted, attributes {name: value}. What an event
// does not have is left out.
#pragma once

#include <string>
#include <vector>

#include "engine/core/event.h"
#include "engine/core/result.h"
#include "net/client/names.h"

namespace vencer::cli {

// "warning,breached"; none for "". An error for a word that names no type.
Result<std::vector<EventType>> parse_event_types(const std::string& text);

std::string event_json(const Event& event, std::uint64_t epoch, const Names& names);

// tenants: with a column for the tenant.
std::string event_table_head(bool tenants);
// color: ANSI, by light.
std::string event_row(const Event& event, const Names& names, bool color, bool tenants);

}  // namespace vencer::cli
