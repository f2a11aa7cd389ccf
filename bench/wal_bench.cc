// Ways to bring a group of the log to the disk, in VENCER_BENCH_DIR (default: the current
// directory, which must be on the disk that is meant): appended and synced, overwritten in place
// and synced, written with O_DIRECT|O_DSYNC as the log does, and through the log itself. Reports
// the median of a few hundred writes each: the mean of a shared disk says little.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/crc32c.h"
#include "engine/log/wal.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kFileBytes = 64 << 20;

std::string directory() {
  const char* named = std::getenv("VENCER_BENCH_DIR");
  return std::string(named != nullptr ? named : ".") + "/wal_bench.tmp";
}

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
std::unique_ptr<char, Free> block(std::size_t bytes) {
  std::unique_ptr<char, Free> memory(static_cast<char*>(std::aligned_alloc(4096, bytes)));
  std::memset(memory.get(), 0x5a, bytes);
  return memory;
}

// Runs `write` under manual timing and adds percentiles.
template <typename Write>
void measure(benchmark::State& state, std::size_t bytes, Write write) {
  std::vector<double> micros;
  for (auto _ : state) {
    const auto begin = Clock::now();
    if (!write()) {
      state.SkipWithError("a write failed");
      break;
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    state.SetIterationTime(seconds);
    micros.push_back(seconds * 1e6);
  }
  if (micros.empty()) return;
  std::sort(micros.begin(), micros.end());
  state.counters["p50_us"] = micros[micros.size() / 2];
  state.counters["p99_us"] = micros[micros.size() * 99 / 100];
  state.counters["MB/s_at_p50"] = static_cast<double>(bytes) / micros[micros.size() / 2];
}

enum class Way { append_fdatasync, overwrite_fdatasync, direct_dsync };

void raw(benchmark::State& state, Way way) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  std::filesystem::create_directories(directory());
  const std::string path = directory() + "/raw";
  const auto memory = block(std::max<std::size_t>(bytes, 1 << 20));
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (way != Way::append_fdatasync) {
    for (std::size_t at = 0; at < kFileBytes; at += 1 << 20) {
      if (::pwrite(fd, memory.get(), 1 << 20, static_cast<off_t>(at)) != 1 << 20) break;
    }
    ::fsync(fd);
  }
  if (way == Way::direct_dsync) {
    ::close(fd);
    fd = ::open(path.c_str(), O_RDWR | O_DIRECT | O_DSYNC);
  }
  std::size_t at = 0;
  measure(state, bytes, [&] {
    if (::pwrite(fd, memory.get(), bytes, static_cast<off_t>(at)) != static_cast<ssize_t>(bytes)) {
      return false;
    }
    at += bytes;
    if (at + bytes > kFileBytes) at = 0;
    return way == Way::direct_dsync || ::fdatasync(fd) == 0;
  });
  ::close(fd);
  std::filesystem::remove_all(directory());
}

void log_submit(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  std::filesystem::remove_all(directory());
  const auto storage = vencer::make_posix_storage();
  vencer::WalOptions options;
  options.directory = directory();
  options.create = true;
  vencer::WalRecovery recovery;
  auto wal = vencer::Wal::open(
      *storage, options, [](const vencer::StepRecord&) { return vencer::ok_status(); }, &recovery);
  if (!wal) {
    state.SkipWithError(wal.error().message.c_str());
    return;
  }
  const std::vector<std::byte> payload(bytes - 256);
  vencer::Group group;
  vencer::StepRecord step;
  step.payload = payload;
  group.append(step);
  measure(state, bytes, [&] { return (*wal)->submit(group).ok(); });
  state.SetLabel(storage->write_method(directory()));
  wal->reset();
  std::filesystem::remove_all(directory());
}

void checksum(benchmark::State& state) {
  const std::vector<std::byte> bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(vencer::crc32c(0, bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void sizes(benchmark::internal::Benchmark* bench, int iterations) {
  for (const int bytes : {4 << 10, 64 << 10, 1 << 20}) bench->Arg(bytes);
  bench->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(iterations);
}
void few(benchmark::internal::Benchmark* bench) {
  sizes(bench, 300);
}
void within_a_segment(benchmark::internal::Benchmark* bench) {
  sizes(bench, 60);
}

BENCHMARK_CAPTURE(raw, append_fdatasync, Way::append_fdatasync)->Apply(few);
BENCHMARK_CAPTURE(raw, overwrite_fdatasync, Way::overwrite_fdatasync)->Apply(few);
BENCHMARK_CAPTURE(raw, overwrite_direct_dsync, Way::direct_dsync)->Apply(few);
BENCHMARK(log_submit)->Apply(within_a_segment);
BENCHMARK(checksum)->Arg(104)->Arg(4 << 10)->Arg(64 << 10);

}  // namespace
