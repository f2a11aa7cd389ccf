// Every limit of the engine in one file, related to each other at compile time.
//
// "logged": a value that can change a result is part of the settings step (step.h) and read from
// there, so that a replay on another build decides alike; what stands here is its default or bound.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/core/types.h"

namespace vencer::limits {

inline constexpr DurationMs kSecond = 1000;
inline constexpr DurationMs kMinute = 60 * kSecond;
inline constexpr DurationMs kHour = 60 * kMinute;
inline constexpr DurationMs kDay = 24 * kHour;

// --- Time ---------------------------------------------------------------------------------------
// Instants the engine accepts: 1970 to 2400. Calendars are compiled for this span.
inline constexpr TimeMs time_min_ms = 0;
inline constexpr TimeMs time_max_ms = 13'569'465'600'000;       // 2400-01-01
inline constexpr DurationMs target_max_ms = 36'525LL * kDay;    // 100 years
inline constexpr DurationMs skew_max_default_ms = 5 * kSecond;  // logged
inline constexpr DurationMs clock_step_max_ms = 5 * kMinute;    // the wall clock may lead by
inline constexpr DurationMs clock_step_at_start_max_ms = 30 * kDay;

// --- Tenant document ----------------------------------------------------------------------------
inline constexpr std::size_t document_bytes_max = 1 << 20;
inline constexpr std::size_t rules_max = 256;  // as written in force; retired names do not count
inline constexpr std::size_t rule_ids_max = 4096;  // all rules ever named in a tenant
inline constexpr std::size_t attributes_max = 32;
inline constexpr std::size_t attribute_values_max = 65'535;  // of a closed attribute
inline constexpr std::size_t statuses_max = 64;
inline constexpr std::size_t activities_max = 64;
inline constexpr std::size_t levels_max = 15;
inline constexpr std::size_t clocks_max = 32;
inline constexpr std::size_t steps_max = 16;  // a clock
inline constexpr std::size_t calendars_max = 1024;
inline constexpr std::size_t ladders_max = 255;  // a clock keeps 8 bits
inline constexpr std::size_t recipients_max = 1024;
inline constexpr std::size_t name_bytes_max = 256;
inline constexpr std::size_t run_intervals_max = 1024;  // a clock and cycle
inline constexpr std::uint32_t repeats_max = 100;
inline constexpr DurationMs repeat_every_min_ms = kMinute;
inline constexpr int automatic_changes_max = 8;  // of a cascade, then cascade_stopped
// Automatic changes of a ticket less than this apart are of one cascade (take_change.cc).
inline constexpr DurationMs cascade_gap_ms = kSecond;
inline constexpr DurationMs keep_closed_default_ms = 7 * kDay;
inline constexpr DurationMs keep_keys_default_ms = 90 * kDay;
inline constexpr std::size_t tenants_max = 4096;
inline constexpr std::size_t recipient_routes_max = 16;
inline constexpr std::size_t constraints_max = 255;  // CommandResult::detail names one
inline constexpr std::size_t actors_max = 1024;      // of a constraint
inline constexpr std::size_t detectors_max = 64;
inline constexpr std::size_t detector_alike_max = 4;
inline constexpr std::size_t detector_count_max = 1000;
inline constexpr std::size_t detector_tickets_max = 65'536;  // remembered by one
inline constexpr std::size_t mass_incident_rows_max = 64;
inline constexpr std::size_t digests_max = 16;
inline constexpr std::size_t digest_rows_max = 200;
inline constexpr DurationMs missed_max_ms = 31 * kDay;  // older digests and calendar events: untold
inline constexpr std::size_t calendar_events_max = 64;
inline constexpr std::size_t count_by_max = 3;
inline constexpr std::size_t count_cells_max = 65'536;   // product of (values + 1) of count_by
inline constexpr std::size_t matrix_cells_max = 65'536;  // values of its row * of its column
inline constexpr std::uint32_t business_days_max = 36'525;
inline constexpr std::size_t attainment_days = 92;
inline constexpr std::size_t time_in_status_days = 92;
inline constexpr DurationMs forecast_bucket_ms = 5 * kMinute;
inline constexpr std::size_t forecast_buckets = 576;      // 48 hours
inline constexpr std::size_t query_tickets_max = 10'000;  // looked at for one answer
inline constexpr std::size_t query_rows_max = 10'000;     // in one answer
inline constexpr std::size_t export_tickets_max = 1000;   // in one answer
inline constexpr std::size_t attainment_rows_max = 4096;  // in one answer
inline constexpr std::size_t links_max = 100'000;         // incidents of a problem
inline constexpr std::size_t reason_bytes_max = 200;
inline constexpr std::size_t link_depth_max = 1000;      // tickets looked at for a circle
inline constexpr std::size_t fan_out_max = 64;           // told at once; more in the background
inline constexpr std::size_t mutes_max = 256;            // of a tenant, at a time
inline constexpr std::uint32_t customers_max = 1 << 24;  // of a partition

// --- Partition ----------------------------------------------------------------------------------
inline constexpr std::uint32_t tickets_default = 1 << 20;     // logged (capacity)
inline constexpr std::uint32_t tickets_max = (1u << 28) - 1;  // a TimerId keeps 28 bits for a slot
inline constexpr std::size_t producers_default = 4096;        // logged
inline constexpr std::size_t producer_results = 1024;         // remembered per producer
inline constexpr std::uint32_t partitions_max = 64;           // of a process

// --- Wire ---------------------------------------------------------------------------------------
inline constexpr std::size_t frame_bytes_max = 4 << 20;  // body of one frame
inline constexpr std::size_t commands_per_frame_max = 16'384;
inline constexpr std::size_t attributes_per_command_max = attributes_max;

// --- Log ----------------------------------------------------------------------------------------
inline constexpr std::size_t group_bytes_max = 8 << 20;
inline constexpr std::size_t groups_in_flight_max = 3;
inline constexpr DurationMs seal_after_ms = 10;
inline constexpr std::uint32_t slice_default = 4096;  // timers worked off between two batches

static_assert(statuses_max <= 64 && activities_max <= 64, "sets of them are 64-bit masks");
static_assert(attributes_max <= 32 && clocks_max <= 32, "sets of them are 32-bit masks");
static_assert(levels_max < 16, "sets of levels are 16-bit masks");
static_assert(steps_max <= 16, "the steps that fired are a 16-bit mask");
static_assert(customers_max < (1u << 28), "a TimerId keeps 28 bits for a slot");
static_assert(frame_bytes_max < group_bytes_max, "any frame fits in a group");

}  // namespace vencer::limits
