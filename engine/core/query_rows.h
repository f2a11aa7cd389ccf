// What queries are asked and answer with, as plain data: for core, codecs and clients.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/core/limits.h"
#include "engine/core/state_machine.h"
#include "engine/core/tenant.h"
#include "engine/core/types.h"

namespace vencer {

inline constexpr std::size_t kLights = 4;

// What a ticket and its clock must be. An empty mask means any.
struct QueryFilter {
  std::uint64_t statuses = 0;
  std::uint32_t clocks = 0;
  std::vector<MatchSpec> when;
};

struct ClockRow {
  TicketKey key;
  std::uint32_t version = 0;
  StatusId status = 0;
  LevelId level = 0;
  Light light = Light::none;
  ClockId clock = 0;
  ClockPhase phase = ClockPhase::idle;
  bool breached = false;
  TimeMs due = kNever;
  DurationMs target_ms = 0;
  DurationMs elapsed_ms = 0;
  std::vector<AttributeValue> attributes;
};

struct CountsRow {
  std::array<Value, limits::count_by_max> values{};  // of the attributes asked for, in their order
  std::array<std::uint64_t, kLights> lights{};
};
// Met, missed and percentiles of one clock, for one value or all, of one day or a span.
struct AttainmentRow {
  ClockId clock = 0;
  Value value = 0;   // of the attribute asked for; 0 otherwise, and where it is not set
  CivilDay day = 0;  // 0 if the days were not asked for singly
  std::uint64_t met = 0;
  std::uint64_t missed = 0;
  DurationMs p50_ms = 0, p90_ms = 0, p95_ms = 0, p99_ms = 0;
};

struct AttainmentQuery {
  std::uint32_t clocks = 0;    // 0: all
  AttributeId by = kNoId8;     // none: not by value
  CivilDay first = INT32_MIN;  // both ends count
  CivilDay last = INT32_MAX;
  bool by_day = false;
};

}  // namespace vencer
