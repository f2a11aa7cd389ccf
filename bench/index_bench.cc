// The ticket index against boost::unordered_flat_map: insert, hit, miss, and how long the longest
// single insert takes.
//
// The index keeps tag and slot and compares keys in a slab of 64-byte tickets; the map keeps the
// keys itself (40 bytes an entry). Both hash alike. Keys are numbers in random order. Growth is
// part of insert. One iteration is one pass over all keys: look at ns_per_key. hit<Index, 16> asks
// for memory 16 keys ahead, as a batch of commands does.
//
//   index_bench --benchmark_filter=/1000000 --benchmark_repetitions=5
#include <benchmark/benchmark.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <ctime>
#include <numeric>
#include <random>
#include <vector>

#include "engine/core/ticket_index.h"

namespace vencer {
namespace {

// CPU time of the thread: what a neighbour on the same core takes is left out.
double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct alignas(64) Ticket {
  TicketKey key;
  TenantId tenant;
};

class Index {
 public:
  explicit Index(std::uint32_t count) : index_(count), tickets_(count) {}
  void insert(const TicketKey& key, Slot slot) {
    tickets_[slot] = Ticket{key, 1};
    index_.insert(TicketIndex::hash(1, key), slot);
  }
  Slot find(const TicketKey& key) const {
    return index_.find(TicketIndex::hash(1, key), [&](Slot slot) {
      return tickets_[slot].key == key && tickets_[slot].tenant == 1;
    });
  }
  void prefetch(const TicketKey& key) const { index_.prefetch(TicketIndex::hash(1, key)); }
  std::size_t bytes() const { return index_.memory_bytes(); }

 private:
  TicketIndex index_;
  std::vector<Ticket> tickets_;
};

class FlatMap {
 public:
  explicit FlatMap(std::uint32_t) {}
  void insert(const TicketKey& key, Slot slot) { map_.emplace(Name{key, 1}, slot); }
  Slot find(const TicketKey& key) const {
    const auto it = map_.find(Name{key, 1});
    return it == map_.end() ? kNoSlot : it->second;
  }
  std::size_t bytes() const { return map_.bucket_count() * (sizeof(Name) + 8) * 16 / 15; }

 private:
  struct Name {
    TicketKey key;
    TenantId tenant;
    bool operator==(const Name&) const = default;
  };
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Name& n) const { return TicketIndex::hash(n.tenant, n.key); }
  };
  boost::unordered_flat_map<Name, Slot, Hash> map_;
};

// 2 * count numbers in random order; the first half is inserted.
const std::vector<TicketKey>& keys(std::uint32_t count) {
  static std::vector<TicketKey> kept;
  if (kept.size() == 2 * std::size_t{count}) return kept;
  kept.resize(2 * std::size_t{count});
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = TicketKey{1000 + i, 0, KeyKind::number};
  std::shuffle(kept.begin(), kept.end(), std::mt19937_64(5));
  return kept;
}

template <class Rival>
void fill(Rival& rival, std::uint32_t count) {
  for (Slot slot = 0; slot < count; ++slot) rival.insert(keys(count)[slot], slot);
}

template <class Work>
void timed(benchmark::State& state, Work&& work) {
  const double start = cpu_seconds();
  work();
  const double took = cpu_seconds() - start;
  state.SetIterationTime(took);
  state.counters["ns_per_key"] = took * 1e9 / static_cast<double>(state.range(0));
}

template <class Rival, std::size_t kAhead = 0>
void insert(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const auto& all = keys(count);
  for (auto _ : state) {
    Rival rival(count);
    timed(state, [&] {
      for (Slot slot = 0; slot < count; ++slot) {
        if constexpr (kAhead > 0) rival.prefetch(all[slot + kAhead]);
        rival.insert(all[slot], slot);
      }
    });
    state.counters["bytes_per_key"] = static_cast<double>(rival.bytes()) / count;
  }
}

template <class Rival>
void longest_insert(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const auto& all = keys(count);
  for (auto _ : state) {
    Rival rival(count);
    double longest = 0;
    for (Slot slot = 0; slot < count; ++slot) {
      const double start = cpu_seconds();
      rival.insert(all[slot], slot);
      longest = std::max(longest, cpu_seconds() - start);
    }
    state.SetIterationTime(longest);
  }
}

template <class Rival, std::size_t kAhead, bool kHit>
void look_up(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  static std::vector<TicketKey> wanted;
  wanted.assign(keys(count).begin() + (kHit ? 0 : count),
                keys(count).begin() + (kHit ? count : 2 * count));
  std::shuffle(wanted.begin(), wanted.end(), std::mt19937_64(6));
  Rival rival(count);
  fill(rival, count);
  for (auto _ : state) {
    std::uint32_t found = 0;
    timed(state, [&] {
      for (std::size_t i = 0; i < count; ++i) {
        if constexpr (kAhead > 0)
          rival.prefetch(wanted[std::min<std::size_t>(i + kAhead, count - 1)]);
        found += rival.find(wanted[i]) != kNoSlot;
      }
    });
    if (found != (kHit ? count : 0)) std::abort();
  }
}

template <class Rival, std::size_t kAhead = 0>
void hit(benchmark::State& state) {
  look_up<Rival, kAhead, true>(state);
}
template <class Rival, std::size_t kAhead = 0>
void miss(benchmark::State& state) {
  look_up<Rival, kAhead, false>(state);
}

void sizes(benchmark::internal::Benchmark* b) {
  b->Arg(1'000'000)->Arg(10'000'000)->UseManualTime()->Iterations(1);
}

BENCHMARK(insert<Index>)->Apply(sizes);
BENCHMARK(insert<Index, 16>)->Apply(sizes);
BENCHMARK(insert<FlatMap>)->Apply(sizes);
BENCHMARK(longest_insert<Index>)->Apply(sizes);
BENCHMARK(longest_insert<FlatMap>)->Apply(sizes);
BENCHMARK(hit<Index>)->Apply(sizes);
BENCHMARK(hit<Index, 16>)->Apply(sizes);
BENCHMARK(hit<FlatMap>)->Apply(sizes);
BENCHMARK(miss<Index>)->Apply(sizes);
BENCHMARK(miss<Index, 16>)->Apply(sizes);
BENCHMARK(miss<FlatMap>)->Apply(sizes);

}  // namespace
}  // namespace vencer
