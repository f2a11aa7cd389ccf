// The state machine alone, on one thread, no log and no socket, at N open tickets: create (policy,
// calendar, two clocks, wheel, index), status change between open statuses, and pause_and_reopen of
// the tenant of the figures (tenants/desk.toml); create_plain of one whose four rules and calendar
// cost next to nothing; and the latter's storm of breaches.
//
// Peer: the floor of one durable command in a bare prototype is about 125 ns, of which index,
// ticket and wheel are 53 (28 + 15 + 10). Run: bench/core_bench --benchmark_repetitions=5
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <memory>

#include "bench/core_desk.h"
#include "bench/figures_document.h"

namespace vencer {
namespace {

using namespace bench;

// Of the machine, free for a process that fills its tables.
bool has_room_for(std::uint64_t tickets) {
  constexpr std::uint64_t kBytesEach = 210;
  const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_AVPHYS_PAGES));
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) > tickets * kBytesEach;
}

void create_tickets(benchmark::State& state, const TenantSpec& spec) {
  if (!has_room_for(static_cast<std::uint64_t>(state.range(0)))) {
    state.SkipWithError("the machine has not that much memory free");
    return;
  }
  CoreDesk desk(static_cast<std::uint64_t>(state.range(0)), spec);
  std::uint64_t left = 1 << 22;
  for (auto _ : state) {
    desk.create_batch();
    if ((left -= kBatch) < kBatch) state.SkipWithError("more iterations than capacity");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBatch));
  if (desk.sink.refused > 0) state.SkipWithError("a command was refused");
}
void create(benchmark::State& state) {
  create_tickets(state, figures_document());
}
BENCHMARK(create)->Arg(1 << 20)->Arg(10 << 20)->Arg(100 << 20)->Iterations(20'000)->Unit(
    benchmark::kMicrosecond);
void create_plain(benchmark::State& state) {
  create_tickets(state, plain_document());
}
BENCHMARK(create_plain)
    ->Arg(1 << 20)
    ->Arg(10 << 20)
    ->Iterations(20'000)
    ->Unit(benchmark::kMicrosecond);

void status_change(benchmark::State& state) {
  CoreDesk desk(static_cast<std::uint64_t>(state.range(0)), figures_document());
  StatusId status = 1;
  for (auto _ : state) desk.status_batch(status ^= 1);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBatch));
  if (desk.sink.refused > 0) state.SkipWithError("a command was refused");
}
BENCHMARK(status_change)
    ->Arg(1 << 20)
    ->Arg(10 << 20)
    ->Iterations(20'000)
    ->Unit(benchmark::kMicrosecond);

// Clocks pause, go on, stop and are continued: their runs grow by half an interval a change.
void pause_and_reopen(benchmark::State& state) {
  CoreDesk desk(static_cast<std::uint64_t>(state.range(0)), figures_document());
  constexpr StatusId kOpen = 1, kPending = 3, kResolved = 4;
  constexpr StatusId kTurns[] = {kPending, kOpen, kResolved, kOpen};
  std::size_t turn = 0;
  for (auto _ : state) desk.status_batch(kTurns[turn++ % std::size(kTurns)]);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBatch));
  if (desk.sink.refused > 0) state.SkipWithError("a command was refused");
}
BENCHMARK(pause_and_reopen)
    ->Arg(1 << 18)
    ->Arg(1 << 20)
    ->Arg(10 << 20)
    ->Iterations(40'000)
    ->Unit(benchmark::kMicrosecond);

// One iteration: a million tickets, all that falls due within a day, fired. Items are timers.
void storm(benchmark::State& state) {
  std::uint64_t fired = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto desk = std::make_unique<CoreDesk>(1 << 20);
    state.ResumeTiming();
    Step step;
    step.kind = StepKind::advance;
    step.now = kT0 + limits::kDay;
    step.limit = UINT64_MAX;
    fired += desk->machine.apply(step, desk->sink).done;
    state.PauseTiming();
    state.counters["events"] = static_cast<double>(desk->sink.last);
    desk.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(fired));
}
BENCHMARK(storm)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vencer
