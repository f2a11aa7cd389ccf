// Readers of what names something that another section declares: a status, a calendar, who is told.
//
// Each gives nothing, after an error, when there is none such.
#pragma once

#include <optional>

#include "engine/config/compilation.h"

namespace vencer::config {

std::optional<StatusId> read_status_name(const Compilation& c, const Cursor& at);
std::optional<AttributeId> read_attribute_name(const Compilation& c, const Cursor& at);
std::optional<AttributeId> read_closed_attribute(const Compilation& c, const Cursor& at);
std::optional<CalendarId> read_calendar_name(const Compilation& c, const Cursor& at);
std::optional<RecipientId> read_recipient_name(const Compilation& c, const Cursor& at);

// "Backlog" or ["Backlog", "Análisis"], as bits; 0 after an error.
std::uint64_t read_status_names(const Compilation& c, const Cursor& at);
std::uint16_t read_level_names(const Compilation& c, const Cursor& at);
// ["agent_reply", "internal_note"], as bits.
std::uint64_t read_activity_names(const Compilation& c, const Cursor& list);

// A whole number from `min` to `max`.
std::optional<std::int64_t> read_number(const Cursor& at, std::int64_t min, std::int64_t max);

// { status = "En riesgo", priority = "Urgente" }: what a step or the end of a window sets.
SetSpec read_set(const Compilation& c, const Cursor& table);

}  // namespace vencer::config
