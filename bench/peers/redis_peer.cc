// Redis: deadlines in one sorted set; a Lua script takes out and returns what is due.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <optional>
#include <stdexcept>

#include "bench/peers/line_load.h"

namespace vencer::bench {
namespace {

constexpr std::uint64_t kDue = 1'800'000'000'000;
constexpr int kDrainBatch = 1000;
constexpr int kDrainPipeline = 4;

constexpr const char* kDrainScript =
    "local m = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2]) "
    "if #m > 0 then redis.call('ZREM', KEYS[1], unpack(m)) end return m";

void append_zadd(std::string& out, std::uint64_t number) {
  fmt::format_to(std::back_inserter(out),
                 "*4\r\n$4\r\nZADD\r\n$1\r\nd\r\n$13\r\n{}\r\n$100\r\n{}\r\n",
                 kDue + number % 3'600'000, member_text(number));
}

std::uint64_t number_of(std::string_view line) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(line.data() + 1, line.data() + line.size(), number);
  if (line.empty() || line[0] == '-' || read.ec != std::errc()) {
    throw std::runtime_error("Redis answered: " + std::string(line));
  }
  return number;
}

class RedisPeer final : public Peer {
 public:
  std::string name() const override { return "Redis"; }
  std::string settings() const override {
    return fmt::format(
        "Redis 7.0: one sorted set, ZADD of a {} B member; durable: appendonly, appendfsync "
        "always, no "
        "rewrite; else no file at all; save \"\", one I/O thread. Drain: Lua ZRANGEBYSCORE LIMIT "
        "{} + "
        "ZREM, {} calls in flight on one connection, members returned",
        kMemberBytes, kDrainBatch, kDrainPipeline);
  }

  void start(const std::filesystem::path& folder, bool durable) override {
    port_ = free_port();
    log_ = folder / "redis.log";
    server_.emplace(
        std::vector<std::string>{"redis-server", "--port", std::to_string(port_), "--bind",
                                 "127.0.0.1", "--dir", folder, "--save", "", "--appendonly",
                                 durable ? "yes" : "no", "--appendfsync", "always",
                                 "--auto-aof-rewrite-percentage", "0", "--daemonize", "no"},
        log_);
    wait_for_port(port_, *server_, log_);
  }

  InsertFigures insert(const InsertShape& shape) override {
    const double before = server_->cost().cpu_seconds;
    const LineLoadReport report = load(shape, 0);
    return insert_figures(report, server_->cost().cpu_seconds - before);
  }

  DrainFigures drain(std::uint64_t count) override {
    const std::uint64_t empty_bytes = server_->cost().rss_bytes;
    load({16, 128, 0}, count);
    DrainFigures figures;
    figures.bytes_per_deadline =
        static_cast<double>(server_->cost().rss_bytes - empty_bytes) / static_cast<double>(count);
    LineSocket socket(port_);
    const auto from = std::chrono::steady_clock::now();
    const std::uint64_t taken = take_all(socket);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
    if (taken != count) throw std::runtime_error("Redis: not all deadlines were drained");
    figures.per_second = static_cast<double>(taken) / took.count();
    return figures;
  }

  void stop() override {
    if (server_) server_->stop(SIGTERM, 10'000);
    server_.reset();
  }

 private:
  LineLoadReport load(const InsertShape& shape, std::uint64_t count) {
    LineLoadOptions options;
    options.port = port_;
    options.shape = shape;
    options.count = count;
    options.first = next_;
    options.good = ':';
    options.append_request = append_zadd;
    LineLoadReport report = run_line_load(options);
    next_ += report.requests;
    return report;
  }

  static std::uint64_t take_all(LineSocket& socket) {
    const std::string call = fmt::format(
        "*6\r\n$4\r\nEVAL\r\n${}\r\n{}\r\n$1\r\n1\r\n$1\r\nd\r\n$13\r\n{}\r\n${}\r\n{}\r\n",
        std::string_view(kDrainScript).size(), kDrainScript, kDue + 3'600'000,
        std::to_string(kDrainBatch).size(), kDrainBatch);
    int in_flight = 0;
    for (; in_flight < kDrainPipeline; ++in_flight) socket.send(call);
    std::uint64_t taken = 0;
    bool empty = false;
    while (in_flight > 0) {
      const std::uint64_t members = number_of(socket.line());
      --in_flight;
      for (std::uint64_t i = 0; i < members; ++i) {
        const std::uint64_t bytes = number_of(socket.line());
        (void)socket.bytes(bytes + 2);
      }
      taken += members;
      empty = empty || members == 0;
      if (!empty) socket.send(call), ++in_flight;
    }
    return taken;
  }

  int port_ = 0;
  std::filesystem::path log_;
  std::optional<Child> server_;
  std::uint64_t next_ = 0;
};

}  // namespace

std::unique_ptr<Peer> make_redis_peer() {
  return std::make_unique<RedisPeer>();
}

}  // namespace vencer::bench
