// The timing wheel against its rivals in one harness: insert, cancel, reschedule, expire, storm
// fire.
//
// Rivals do the same job: one timer per id, handed over in the order of (deadline, id).
//   heap  : std::priority_queue, lazy cancel by an array of live deadlines
//   btree : absl::btree_set<(deadline, id)> and an array of live deadlines
// Horizons are those of SLAs: 1 minute to 30 days ahead, as often short as long (log-uniform).
// The wheel has its memory from huge pages, as in a server; the rivals from the heap. For insert
// the memory is warm: each structure was filled and emptied once before. One iteration is one pass
// over all timers; look at ns_per_timer (median of --benchmark_repetitions) and bytes_per_timer.
//
//   wheel_bench --benchmark_filter=/1000000 --benchmark_repetitions=5
#include <absl/container/btree_set.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <numeric>
#include <optional>
#include <queue>
#include <random>
#include <utility>
#include <vector>

#include "engine/core/timing_wheel.h"
#include "engine/runtime/page_populator.h"

namespace vencer {
namespace {

constexpr TimeMs kStart = 1'700'000'000'000;
using limits::kDay;
using limits::kHour;
using limits::kMinute;
using limits::kSecond;

// CPU time of the thread: what a neighbour on the same core takes is left out.
double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

class Wheel {
 public:
  explicit Wheel(std::uint32_t) : wheel_(kStart, pages_) {}
  void schedule(TimerId id, TimeMs deadline) { wheel_.schedule(id, deadline); }
  void cancel(TimerId id) { wheel_.cancel(id); }
  void prefetch(TimerId id) const { wheel_.prefetch(id); }
  std::optional<Timer> pop_due(TimeMs now) { return wheel_.pop_due(now); }
  std::size_t bytes() const { return wheel_.memory_bytes(); }

 private:
  const std::shared_ptr<HugePages> pages_ = std::make_shared<HugePages>();  // as in a server
  PagePopulator populating_{pages_};
  TimingWheel wheel_;
};

class Heap {
 public:
  explicit Heap(std::uint32_t ids) : live_(ids, kNever) {}
  void schedule(TimerId id, TimeMs deadline) {
    live_[id] = deadline;
    heap_.push(Timer{deadline, id});
  }
  void cancel(TimerId id) { live_[id] = kNever; }
  std::optional<Timer> pop_due(TimeMs now) {
    while (!heap_.empty() && heap_.top().deadline <= now) {
      const Timer top = heap_.top();
      heap_.pop();
      if (live_[top.id] != top.deadline) continue;
      live_[top.id] = kNever;
      return top;
    }
    return std::nullopt;
  }
  std::size_t bytes() const { return heap_.size() * sizeof(Timer) + live_.size() * sizeof(TimeMs); }

 private:
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> heap_;
  std::vector<TimeMs> live_;
};

class Btree {
 public:
  explicit Btree(std::uint32_t ids) : live_(ids, kNever) {}
  void schedule(TimerId id, TimeMs deadline) {
    cancel(id);
    live_[id] = deadline;
    set_.insert(Timer{deadline, id});
  }
  void cancel(TimerId id) {
    if (live_[id] != kNever) set_.erase(Timer{std::exchange(live_[id], kNever), id});
  }
  std::optional<Timer> pop_due(TimeMs now) {
    if (set_.empty() || set_.begin()->deadline > now) return std::nullopt;
    const Timer first = *set_.begin();
    set_.erase(set_.begin());
    live_[first.id] = kNever;
    return first;
  }
  // Nodes of 256 bytes hold 15 timers and are three quarters full.
  std::size_t bytes() const {
    return set_.size() * 256 * 4 / 15 / 3 + live_.size() * sizeof(TimeMs);
  }

 private:
  absl::btree_set<Timer, std::less<>> set_;
  std::vector<TimeMs> live_;
};

struct Workload {
  explicit Workload(std::uint32_t count) : deadlines(count), moved(count), shuffled(count) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> log_horizon(std::log(kMinute), std::log(30 * kDay));
    for (auto& d : deadlines) d = kStart + static_cast<TimeMs>(std::exp(log_horizon(random)));
    for (auto& d : moved) d = kStart + static_cast<TimeMs>(std::exp(log_horizon(random)));
    std::iota(shuffled.begin(), shuffled.end(), 0u);
    std::shuffle(shuffled.begin(), shuffled.end(), random);
  }
  std::vector<TimeMs> deadlines;  // by id
  std::vector<TimeMs> moved;      // of shuffled[i]: half of them earlier
  std::vector<TimerId> shuffled;
};

const Workload& workload(std::uint32_t count) {
  static std::optional<Workload> kept;
  if (!kept || kept->deadlines.size() != count) kept.emplace(count);
  return *kept;
}

template <class Work>
void timed(benchmark::State& state, std::uint32_t count, Work&& work) {
  const double start = cpu_seconds();
  work();
  const double took = cpu_seconds() - start;
  state.SetIterationTime(took);
  state.counters["ns_per_timer"] = took * 1e9 / count;
}

template <class Rival>
void pop_all(Rival& rival, TimeMs now, std::uint32_t expected) {
  std::uint32_t fired = 0;
  while (const auto timer = rival.pop_due(now)) fired += timer->deadline <= now;
  if (fired != expected) std::abort();
}

template <class Rival>
void fill(Rival& rival, const Workload& load, DurationMs later = 0) {
  for (TimerId id = 0; id < load.deadlines.size(); ++id) {
    rival.schedule(id, load.deadlines[id] + later);
  }
}

template <class Rival>
void insert(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    Rival rival(count);
    fill(rival, workload(count));
    pop_all(rival, kStart + 30 * kDay, count);
    timed(state, count, [&] { fill(rival, workload(count), 30 * kDay); });
    state.counters["bytes_per_timer"] = static_cast<double>(rival.bytes()) / count;
  }
}

// In random order of ids. With kAhead > 0 as in a batch of commands, where ids are known ahead.
template <std::size_t kAhead, class Rival, class Work>
void each_shuffled(Rival& rival, const Workload& load, Work&& work) {
  const std::size_t count = load.shuffled.size();
  for (std::size_t i = 0; i < count; ++i) {
    if constexpr (kAhead > 0) {
      if (i + kAhead < count) rival.prefetch(load.shuffled[i + kAhead]);
    }
    work(i);
  }
}

template <class Rival, std::size_t kAhead = 0>
void cancel(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const Workload& load = workload(count);
  for (auto _ : state) {
    Rival rival(count);
    fill(rival, load);
    timed(state, count, [&] {
      each_shuffled<kAhead>(rival, load, [&](std::size_t i) { rival.cancel(load.shuffled[i]); });
    });
  }
}

template <class Rival, std::size_t kAhead = 0>
void reschedule(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const Workload& load = workload(count);
  for (auto _ : state) {
    Rival rival(count);
    fill(rival, load);
    timed(state, count, [&] {
      each_shuffled<kAhead>(
          rival, load, [&](std::size_t i) { rival.schedule(load.shuffled[i], load.moved[i]); });
    });
    state.counters["bytes_per_timer"] = static_cast<double>(rival.bytes()) / count;
  }
}

// The clock goes through the 30 days a second at a time.
template <class Rival>
void expire(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    Rival rival(count);
    fill(rival, workload(count));
    timed(state, count, [&] {
      std::uint32_t fired = 0;
      for (TimeMs now = kStart; fired < count; now += kSecond) {
        while (rival.pop_due(now)) ++fired;
      }
    });
  }
}

// All timers within one second, eight hours ahead, met at once.
template <class Rival>
void storm(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const Workload& load = workload(count);
  const TimeMs at = kStart + 8 * kHour;
  for (auto _ : state) {
    Rival rival(count);
    for (const TimerId id : load.shuffled) rival.schedule(id, at + load.deadlines[id] % kSecond);
    timed(state, count, [&] { pop_all(rival, at + kSecond, count); });
  }
}

// All timers at one millisecond.
template <class Rival>
void equal_storm(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const Workload& load = workload(count);
  const TimeMs at = kStart + 8 * kHour;
  for (auto _ : state) {
    Rival rival(count);
    for (const TimerId id : load.shuffled) rival.schedule(id, at);
    timed(state, count, [&] { pop_all(rival, at, count); });
  }
}

void sizes(benchmark::internal::Benchmark* b) {
  b->Arg(1'000'000)->Arg(10'000'000)->UseManualTime()->Iterations(1);
}

// The rivals would take minutes and the memory of the machine.
void sizes_of_wheel(benchmark::internal::Benchmark* b) {
  sizes(b);
  b->Arg(100'000'000);
}

#define VENCER_TIMER_BENCH(work)                 \
  BENCHMARK(work<Wheel>)->Apply(sizes_of_wheel); \
  BENCHMARK(work<Heap>)->Apply(sizes);           \
  BENCHMARK(work<Btree>)->Apply(sizes)

VENCER_TIMER_BENCH(insert);
VENCER_TIMER_BENCH(cancel);
BENCHMARK(cancel<Wheel, 16>)->Apply(sizes_of_wheel);
VENCER_TIMER_BENCH(reschedule);
BENCHMARK(reschedule<Wheel, 16>)->Apply(sizes_of_wheel);
VENCER_TIMER_BENCH(expire);
VENCER_TIMER_BENCH(storm);
VENCER_TIMER_BENCH(equal_storm);

}  // namespace
}  // namespace vencer
