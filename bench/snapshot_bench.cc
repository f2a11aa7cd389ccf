// Snapshots in the core, on one thread, no disk: what a ticket costs when it is walked, copied
// ahead of a change and restored, at N open tickets of 8 attributes and 2 clocks; what begin costs.
//
// Goals: a walk of about 100 ns a ticket, in slices of 100 us; restore 400 ns a ticket, reading
// left out. Run: bench/snapshot_bench --benchmark_repetitions=3
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "bench/core_desk.h"
#include "engine/core/snapshot.h"
#include "engine/wire/step_codec.h"

namespace vencer {
namespace {

using namespace bench;

class WireDocuments final : public SnapshotDocuments {
 public:
  void encode(const TenantSpec& document, std::vector<std::byte>* out) const override {
    const std::vector<std::byte> bytes = encode_tenant(document);
    out->insert(out->end(), bytes.begin(), bytes.end());
  }
  Result<TenantSpec> decode(std::span<const std::byte> bytes) const override {
    const std::vector<std::byte> aligned(bytes.begin(), bytes.end());
    return decode_tenant(aligned);
  }
};

constexpr std::size_t kSlice = 1000;
constexpr std::size_t kChunk = std::size_t{1} << 20;

double us_since(std::chrono::steady_clock::time_point from) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - from).count();
}

void begin(benchmark::State& state) {
  CoreDesk desk(static_cast<std::uint64_t>(state.range(0)));
  const WireDocuments documents;
  std::vector<std::byte> out;
  for (auto _ : state) {
    out.clear();
    desk.machine.begin_snapshot(documents, &out);
    state.PauseTiming();
    desk.machine.abandon_snapshot();
    state.ResumeTiming();
  }
}
BENCHMARK(begin)->Arg(10 << 20)->Iterations(100)->Unit(benchmark::kMicrosecond);

// Items are tickets; the slices' times are told beside.
void walk(benchmark::State& state) {
  CoreDesk desk(static_cast<std::uint64_t>(state.range(0)));
  const WireDocuments documents;
  std::vector<std::byte> out;
  std::vector<double> slices_us;
  std::uint64_t bytes = 0;
  for (auto _ : state) {
    out.clear();
    desk.machine.begin_snapshot(documents, &out);
    for (bool done = false; !done; out.clear()) {
      const auto from = std::chrono::steady_clock::now();
      done = desk.machine.snapshot_slice(kSlice, &out);
      slices_us.push_back(us_since(from));
      bytes += out.size();
    }
  }
  std::sort(slices_us.begin(), slices_us.end());
  const auto tickets = static_cast<std::int64_t>(desk.created) * state.iterations();
  state.SetItemsProcessed(tickets);
  state.counters["bytes_a_ticket"] = static_cast<double>(bytes) / static_cast<double>(tickets);
  state.counters["slice_p50_us"] = slices_us[slices_us.size() / 2];
  state.counters["slice_p999_us"] = slices_us[slices_us.size() * 999 / 1000];
  state.counters["slice_max_us"] = slices_us.back();
}
BENCHMARK(walk)->Arg(1 << 20)->Arg(10 << 20)->Iterations(3)->Unit(benchmark::kMillisecond);

// As status_change of core_bench, 64 commands an iteration; saving = 1: nearly all of them of
// tickets that were not walked yet.
void change(benchmark::State& state) {
  CoreDesk desk(static_cast<std::uint64_t>(state.range(0)));
  const WireDocuments documents;
  std::vector<std::byte> out;
  if (state.range(1) != 0) desk.machine.begin_snapshot(documents, &out);
  StatusId status = 1;
  for (auto _ : state) {
    desk.status_batch(status ^= 1);
    if (desk.machine.snapshot_backlog_bytes() < kChunk) continue;
    desk.machine.snapshot_slice(1, &out);
    out.clear();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBatch));
}
BENCHMARK(change)
    ->ArgNames({"tickets", "saving"})
    ->Args({10 << 20, 0})
    ->Args({10 << 20, 1})
    ->Iterations(20'000)
    ->Unit(benchmark::kMicrosecond);

void restore(benchmark::State& state) {
  const WireDocuments documents;
  std::vector<std::byte> bytes;
  std::uint64_t tickets = 0;
  {
    CoreDesk desk(static_cast<std::uint64_t>(state.range(0)));
    tickets = desk.created;
    bytes.reserve(tickets * 128);
    desk.machine.begin_snapshot(documents, &bytes);
    while (!desk.machine.snapshot_slice(kSlice, &bytes)) {
    }
  }
  for (auto _ : state) {
    const auto pages = std::make_shared<HugePages>();
    const PagePopulator populating(pages);
    auto machine = std::make_unique<StateMachine>(std::make_shared<CalendarStore>(), pages);
    SnapshotReader reader(machine.get(), documents, bytes.size());
    const std::span<const std::byte> all(bytes);
    for (std::size_t at = 0; at < bytes.size(); at += kChunk) {
      const Status fed = reader.feed(all.subspan(at, std::min(kChunk, bytes.size() - at)));
      if (!fed.ok()) return state.SkipWithError(fed.error().message.c_str());
    }
    const Status whole = reader.finish();
    if (!whole.ok()) return state.SkipWithError(whole.error().message.c_str());
    state.PauseTiming();
    if (machine->open_ticket_count() != tickets) state.SkipWithError("tickets are missing");
    machine.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(tickets) * state.iterations());
}
BENCHMARK(restore)->Arg(1 << 20)->Arg(10 << 20)->Iterations(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vencer
