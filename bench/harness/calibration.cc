#include "bench/harness/calibration.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "bench/harness/child.h"

namespace vencer::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kSyncFileBlocks = 4096;  // 16 MiB, gone through in order
constexpr std::size_t kReadPiece = 1u << 20;
constexpr std::size_t kReadFilePieces = 256;

double seconds_since(SteadyClock::time_point from) {
  return std::chrono::duration<double>(SteadyClock::now() - from).count();
}

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Block = std::unique_ptr<std::byte, Free>;
Block aligned_block(std::size_t bytes) {
  Block block(static_cast<std::byte*>(std::aligned_alloc(kBlock, bytes)));
  std::memset(block.get(), 0x5a, bytes);
  return block;
}

// Times one call after another for so long; p50 and p99 in microseconds.
template <typename Call>
void measure(double seconds, Call&& call, double& p5, double& p50, double& p99) {
  std::vector<double> times;
  const auto began = SteadyClock::now();
  while (seconds_since(began) < seconds) {
    const auto from = SteadyClock::now();
    if (!call()) break;
    times.push_back(seconds_since(from) * 1e6);
  }
  if (times.empty()) return;
  std::sort(times.begin(), times.end());
  p5 = times[times.size() / 20];
  p50 = times[times.size() / 2];
  p99 = times[times.size() * 99 / 100];
}

void no_delay(int socket_file) {
  const int on = 1;
  setsockopt(socket_file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// Two connected sockets of loopback; false if they could not be had.
bool connected_pair(int& one, int& other) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const at = reinterpret_cast<sockaddr*>(&address);
  bool good = listener >= 0 && bind(listener, at, length) == 0 && listen(listener, 1) == 0 &&
              getsockname(listener, at, &length) == 0;
  one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  good = good && connect(one, at, length) == 0;
  other = good ? accept(listener, nullptr, nullptr) : -1;
  close(listener);
  return good && other >= 0;
}

void ping_pong(double seconds, Calibration& into) {
  int near = -1, far = -1;
  if (connected_pair(near, far)) {
    no_delay(near);
    no_delay(far);
    std::jthread echo([far] {
      char byte = 0;
      while (read(far, &byte, 1) == 1 && write(far, &byte, 1) == 1) {
      }
    });
    char byte = 'v';
    double unused = 0;
    measure(
        seconds, [&] { return write(near, &byte, 1) == 1 && read(near, &byte, 1) == 1; }, unused,
        into.ping_pong_us, into.ping_pong_p99_us);
    shutdown(near, SHUT_RDWR);
  }
  close(near);
  close(far);
}

void sync_write(const fs::path& folder, double seconds, Calibration& into) {
  const fs::path file = folder / "sync";
  int out = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const Block block = aligned_block(kBlock);
  for (std::size_t i = 0; i < kSyncFileBlocks; ++i) {
    if (write(out, block.get(), kBlock) != static_cast<ssize_t>(kBlock)) break;
  }
  fsync(out);
  close(out);
  out = open(file.c_str(), O_WRONLY | O_DIRECT | O_DSYNC | O_CLOEXEC);
  if (out < 0) out = open(file.c_str(), O_WRONLY | O_DSYNC | O_CLOEXEC);  // e.g. tmpfs
  std::size_t at = 0;
  measure(
      seconds,
      [&] {
        const auto offset = static_cast<off_t>(at++ % kSyncFileBlocks * kBlock);
        return pwrite(out, block.get(), kBlock, offset) == static_cast<ssize_t>(kBlock);
      },
      into.sync_write_p5_us, into.sync_write_us, into.sync_write_p99_us);
  close(out);
  fs::remove(file);
}

double scratch_read_rate(const fs::path& folder) {
  const fs::path file = folder / "read";
  const int out = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const Block piece = aligned_block(kReadPiece);
  for (std::size_t i = 0; i < kReadFilePieces; ++i) {
    if (write(out, piece.get(), kReadPiece) != static_cast<ssize_t>(kReadPiece)) break;
  }
  fsync(out);
  close(out);
  const double rate = read_rate(file);
  fs::remove(file);
  return rate;
}

}  // namespace

double read_rate(const fs::path& file) {
  int in = open(file.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC);
  if (in < 0) in = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return 0;
  const Block piece = aligned_block(kReadPiece);
  const auto from = SteadyClock::now();
  double bytes = 0;
  for (ssize_t got = 0; (got = read(in, piece.get(), kReadPiece)) > 0;) {
    bytes += static_cast<double>(got);
  }
  close(in);
  const double seconds = seconds_since(from);
  return seconds > 0 ? bytes / seconds : 0;
}

Calibration calibrate(const fs::path& scratch, double seconds_each) {
  const ScratchFolder folder(scratch);
  Calibration result;
  ping_pong(seconds_each, result);
  sync_write(folder.path(), seconds_each, result);
  result.read_bytes_per_second = scratch_read_rate(folder.path());
  return result;
}

std::string to_text(const Calibration& c) {
  return fmt::format(
      "TCP ping-pong p50 {:.1f} us (p99 {:.0f}), 4 KiB O_DSYNC write p50 {:.0f} us (p99 {:.0f}), "
      "sequential read {:.2f} GB/s",
      c.ping_pong_us, c.ping_pong_p99_us, c.sync_write_us, c.sync_write_p99_us,
      c.read_bytes_per_second / 1e9);
}

std::string disturbed(const Calibration& c) {
  if (c.sync_write_us < 4 * c.sync_write_p5_us) return {};
  return fmt::format("the machine is too busy: a 4 KiB O_DSYNC write took {:.0f} us, p5 {:.0f} us",
                     c.sync_write_us, c.sync_write_p5_us);
}

}  // namespace vencer::bench
