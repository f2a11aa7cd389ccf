// What queries are asked and answer with, as plain data: for core, codecs and clients.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/limits.h"
#include "engine/core/types.h"

namespace vencer {

enum class ClockPhase : std::uint8_t;  // state_machine.h

inline constexpr std::size_t kLights = 4;

// As MatchSpec: the ticket's value is among these, or is not.
struct QueryMatch {
  AttributeId attribute = 0;
  bool negated = false;
  std::vector<Value> values;
};

// What a ticket and its clock must be. An empty mask means any.
struct QueryFilter {
  std::uint64_t statuses = 0;
  std::uint32_t clocks = 0;
  std::vector<QueryMatch> when;
};

struct ClockRow {
  TicketKey key;
  std::uint32_t version = 0;
  StatusId status = 0;
  LevelId level = 0;
  Light light = Light::none;
  ClockId clock = 0;
  ClockPhase phase{};
  bool breached = false;
  TimeMs due = kNever;
  DurationMs target_ms = 0;
  DurationMs elapsed_ms = 0;
  std::vector<AttributeValue> attributes;
};

// Where a page stopped; the default is before all.
struct DueCursor {
  TimeMs at = INT64_MIN;
  Slot slot = 0;
  ClockId clock = 0;
};

struct NextDueQuery {
  TenantId tenant = kNoTenant;
  QueryFilter filter;
  AttributeId order = kNoId8;  // among equal dues, ascending; a ticket without a value comes last
  TimeMs until = kNever;       // dues up to this
  std::size_t limit = 100;     // rows, 1 .. query_rows_max
  DueCursor cursor;            // of the page before
};
// The first `limit` among the tickets looked at, by (due, order, key, clock). complete: nothing
// further can be among the first `limit`. Else: dues before `found_to` are all in this page and
// those before it; go on from `cursor` and merge.
struct NextDuePage {
  std::vector<ClockRow> rows;
  bool complete = false;
  bool reevaluating = false;
  DueCursor cursor;
  TimeMs found_to = kNever;
  std::uint32_t looked_at = 0;
};

struct OverdueQuery {
  TenantId tenant = kNoTenant;
  QueryFilter filter;
  std::size_t limit = 100;
  DueCursor cursor;
};
// By (due, slot, clock), oldest first.
struct OverduePage {
  std::vector<ClockRow> rows;
  bool complete = false;
  bool reevaluating = false;
  DueCursor cursor;
  std::uint64_t overdue = 0;  // of the tenant, whatever the filter
};

struct CountsRow {
  std::array<Value, limits::count_by_max> values{};  // of the attributes asked for, in their order
  std::array<std::uint64_t, kLights> lights{};
};
// Met, missed and percentiles of one clock, for one value or all, of one day or a span.
struct AttainmentRow {
  ClockId clock = 0;
  Value value = 0;       // of the attribute asked for; 0 otherwise, and where it is not set
  std::int32_t day = 0;  // local, counted from 1970-01-01; 0 if the days were not asked for singly
  std::uint64_t met = 0;
  std::uint64_t missed = 0;
  DurationMs p50_ms = 0, p90_ms = 0, p95_ms = 0, p99_ms = 0;
};

struct AttainmentQuery {
  std::uint32_t clocks = 0;        // 0: all
  AttributeId by = kNoId8;         // none: not by value
  std::int32_t first = INT32_MIN;  // both ends count
  std::int32_t last = INT32_MAX;
  bool by_day = false;
};

}  // namespace vencer
