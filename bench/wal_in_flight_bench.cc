// One, two or three groups of the log on their way to the disk at once, in VENCER_BENCH_DIR (see
// wal_bench.cc): by threads that write synchronously, handed over to one thread, or by the
// log's own WriteRing (skipped where the kernel refuses io_uring). All with O_DIRECT|O_DSYNC over
// blocks that were written before. p50 and p99 are of one write, from its begin to its end.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <semaphore>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "engine/log/write_ring.h"

namespace vencer {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kFileBytes = 64 << 20;
constexpr int kWrites = 200;  // a round

double micros(Clock::time_point from) {
  return std::chrono::duration<double, std::micro>(Clock::now() - from).count();
}

// A file of written blocks, and memory to write from, a slice for each write under way.
class Ground {
 public:
  Ground() {
    const char* named = std::getenv("VENCER_BENCH_DIR");
    path_ = std::string(named != nullptr ? named : ".") + "/wal_in_flight.tmp";
    memory_ = static_cast<char*>(std::aligned_alloc(4096, 3 << 20));
    std::memset(memory_, 0x5a, 3 << 20);
    int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    for (std::size_t at = 0; at < kFileBytes; at += 1 << 20) {
      if (::pwrite(fd, memory_, 1 << 20, static_cast<off_t>(at)) != 1 << 20) break;
    }
    ::fsync(fd);
    ::close(fd);
    fd_ = ::open(path_.c_str(), O_RDWR | O_DIRECT | O_DSYNC);
  }
  ~Ground() {
    ::close(fd_);
    std::filesystem::remove(path_);
    std::free(memory_);
  }
  int fd() const { return fd_; }
  char* memory(std::size_t lane) const { return memory_ + (lane << 20); }
  off_t place(int write, std::size_t bytes) const {
    return static_cast<off_t>(static_cast<std::size_t>(write) % (kFileBytes / bytes) * bytes);
  }
  bool write(int number, std::size_t lane, std::size_t bytes) const {
    return ::pwrite(fd_, memory(lane), bytes, place(number, bytes)) == static_cast<ssize_t>(bytes);
  }

 private:
  std::string path_;
  char* memory_ = nullptr;
  int fd_ = -1;
};

void report(benchmark::State& state, std::vector<double>& took, std::size_t bytes) {
  if (took.empty()) return;
  std::sort(took.begin(), took.end());
  state.counters["p50_us"] = took[took.size() / 2];
  state.counters["p99_us"] = took[took.size() * 99 / 100];
  state.SetItemsProcessed(static_cast<std::int64_t>(took.size()));
  state.SetBytesProcessed(static_cast<std::int64_t>(took.size() * bytes));
}

void threads(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const auto lanes = static_cast<std::size_t>(state.range(1));
  const Ground ground;
  std::vector<std::vector<double>> took(lanes);
  for (auto _ : state) {
    std::atomic<int> next{0};
    std::vector<std::thread> all;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      all.emplace_back([&, lane] {
        for (int i = next++; i < kWrites; i = next++) {
          const auto begin = Clock::now();
          if (!ground.write(i, lane, bytes)) return;
          took[lane].push_back(micros(begin));
        }
      });
    }
    for (std::thread& one : all) one.join();
  }
  std::vector<double> together;
  for (const auto& lane : took) together.insert(together.end(), lane.begin(), lane.end());
  report(state, together, bytes);
}

void handed_over(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const Ground ground;
  std::binary_semaphore go{0}, done{0};
  std::atomic<int> number{0};
  std::thread writer([&] {
    for (go.acquire(); number >= 0; go.acquire()) {
      (void)ground.write(number, 0, bytes);
      done.release();
    }
  });
  std::vector<double> took;
  for (auto _ : state) {
    for (int i = 0; i < kWrites; ++i) {
      const auto begin = Clock::now();
      number = i;
      go.release();
      done.acquire();
      took.push_back(micros(begin));
    }
  }
  number = -1;
  go.release();
  writer.join();
  report(state, took, bytes);
}

void uring(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const int depth = static_cast<int>(state.range(1));
  const Ground ground;
  const auto ring = WriteRing::make(-1);
  if (ring == nullptr) {
    state.SkipWithError("io_uring is refused here");
    return;
  }
  std::vector<double> took;
  std::vector<Clock::time_point> begun(kWrites);
  for (auto _ : state) {
    for (int sent = 0, done = 0; done < kWrites;) {
      bool good = true;
      for (; sent < kWrites && sent - done < depth; ++sent) {
        begun[static_cast<std::size_t>(sent)] = Clock::now();
        const auto* memory = ground.memory(static_cast<std::size_t>(sent % depth));
        good = good && ring->begin(ground.fd(), static_cast<std::uint64_t>(sent),
                                   static_cast<std::uint64_t>(ground.place(sent, bytes)),
                                   std::as_bytes(std::span(memory, bytes)));
      }
      if (good) ring->wait();
      for (WriteRing::Finished one; ring->take(&one); ++done) {
        good = good && one.result == static_cast<int>(bytes);
        took.push_back(micros(begun[one.token]));
      }
      if (!good) {
        state.SkipWithError("a write failed");
        return;
      }
    }
  }
  report(state, took, bytes);
}

void ways(benchmark::internal::Benchmark* bench) {
  for (const int bytes : {4 << 10, 64 << 10, 1 << 20}) {
    for (const int depth : {1, 2, 3}) bench->Args({bytes, depth});
  }
  bench->ArgNames({"bytes", "in_flight"})->UseRealTime()->Unit(benchmark::kMillisecond);
  bench->Iterations(3);
}

BENCHMARK(threads)->Apply(ways);
BENCHMARK(uring)->Apply(ways);
BENCHMARK(handed_over)
    ->Arg(4 << 10)
    ->Arg(64 << 10)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);

}  // namespace
}  // namespace vencer
