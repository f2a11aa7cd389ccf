// Calendar: add and between at one hour to ten years, on a calendar like zen's (Monday to Friday
// 09:00-18:00, America/Santiago, holidays).
//
// Peer: the zone library's own look-up (absl, one At and one FromCivil), which any way of counting
// open time without compiled tables needs at least once. It does not grow with the distance because
// it counts nothing; a walk over days would.
// Method: 4,096 random instants within ten years in turn, so that branches and cache lines are not
// those of one instant. Figures are for calls in a row that do not wait for each other. Google
// Benchmark of Debian always says that it was built as DEBUG; that is its own code, not ours.
#include <absl/time/time.h>
#include <benchmark/benchmark.h>

#include <array>
#include <random>

#include "engine/config/zone.h"
#include "engine/core/calendar.h"
#include "engine/core/limits.h"

namespace vencer {
namespace {

constexpr std::size_t kStarts = 4096;  // a power of two

CalendarSpec zen_like() {
  CalendarSpec spec;
  spec.name = "zen-like";
  spec.zone = load_zone("America/Santiago").value();
  for (int day = 0; day < 5; ++day) spec.weekly[day] = {{9 * 60, 18 * 60}};
  spec.holidays = {civil_day(2026, 4, 3), civil_day(2026, 9, 18), civil_day(2026, 12, 8)};
  spec.yearly_holidays = {{1, 1}, {5, 1}, {5, 21}, {9, 18}, {9, 19}, {12, 8}, {12, 25}};
  return spec;
}

// Auckland's office hours lie on two days of UTC, and lunch makes that three openings a day.
CalendarSpec split_shifts() {
  CalendarSpec spec = zen_like();
  spec.zone = load_zone("Pacific/Auckland").value();
  for (int day = 0; day < 5; ++day) spec.weekly[day] = {{9 * 60, 13 * 60}, {14 * 60, 18 * 60}};
  return spec;
}

const std::array<TimeMs, kStarts>& starts() {
  static const auto instants = [] {
    std::mt19937_64 random(7);
    std::array<TimeMs, kStarts> made{};
    const TimeMs first = civil_day(2026, 1, 1) * limits::kDay;
    for (TimeMs& each : made) {
      each = first + static_cast<TimeMs>(random() % (3650 * limits::kDay));
    }
    return made;
  }();
  return instants;
}

// Wall-clock distances; `add` is asked for the share of it that is open (45 of 168 hours).
void distances(benchmark::internal::Benchmark* bench) {
  bench->ArgName("hours")->Arg(1)->Arg(7 * 24)->Arg(365 * 24)->Arg(3652 * 24);
}

void between(benchmark::State& state, const CalendarSpec& spec) {
  const Calendar calendar = Calendar::compile(spec).value();
  const DurationMs distance = state.range(0) * limits::kHour;
  std::size_t i = 0;
  for (auto _ : state) {
    const TimeMs from = starts()[i++ % kStarts];
    benchmark::DoNotOptimize(calendar.between(from, from + distance));
  }
}

void add(benchmark::State& state, const CalendarSpec& spec) {
  const Calendar calendar = Calendar::compile(spec).value();
  const DurationMs open_ms = state.range(0) * limits::kHour * 45 / 168;
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.add(starts()[i++ % kStarts], open_ms));
  }
}

void peer_zone_lookup(benchmark::State& state) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("America/Santiago", &zone)) return state.SkipWithError("no zone");
  std::size_t i = 0;
  for (auto _ : state) {
    const auto local = zone.At(absl::FromUnixMillis(starts()[i++ % kStarts]));
    benchmark::DoNotOptimize(absl::FromCivil(local.cs, zone));
  }
}

void compile(benchmark::State& state, const CalendarSpec& spec) {
  for (auto _ : state) benchmark::DoNotOptimize(Calendar::compile(spec));
}

void zone(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(load_zone("America/Santiago"));
}

BENCHMARK_CAPTURE(between, zen_like, zen_like())->Apply(distances);
BENCHMARK_CAPTURE(add, zen_like, zen_like())->Apply(distances);
BENCHMARK_CAPTURE(between, split_shifts, split_shifts())->Apply(distances);
BENCHMARK_CAPTURE(add, split_shifts, split_shifts())->Apply(distances);
BENCHMARK(peer_zone_lookup);
BENCHMARK_CAPTURE(compile, zen_like, zen_like())->Unit(benchmark::kMicrosecond);
BENCHMARK(zone)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vencer
