// beanstalkd: deadlines as delayed jobs; ready ones are reserved and deleted.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <thread>

#include "bench/peers/line_load.h"

namespace vencer::bench {
namespace {

constexpr int kDrainConnections = 4;
constexpr int kDrainPipeline = 128;  // reserves sent at once, then as many deletes
constexpr int kDrainDelaySeconds = 2;

class BeanstalkdPeer final : public Peer {
 public:
  std::string name() const override { return "beanstalkd"; }
  std::string settings() const override {
    return fmt::format(
        "beanstalkd 1.12: put of a {} B job with a delay; durable: -b, -f 0 (synced at each "
        "write), "
        "else no binlog. Drain: reserve and delete, {} connections with {} of them in flight",
        kMemberBytes, kDrainConnections, kDrainPipeline);
  }

  void start(const std::filesystem::path& folder, bool durable) override {
    port_ = free_port();
    log_ = folder / "beanstalkd.log";
    std::vector<std::string> arguments = {"beanstalkd", "-l", "127.0.0.1", "-p",
                                          std::to_string(port_)};
    if (durable) arguments.insert(arguments.end(), {"-b", folder, "-f", "0"});
    server_.emplace(arguments, log_);
    wait_for_port(port_, *server_, log_);
  }

  InsertFigures insert(const InsertShape& shape) override {
    const double before = server_->cost().cpu_seconds;
    const LineLoadReport report = load(shape, 0, 3600);
    return insert_figures(report, server_->cost().cpu_seconds - before);
  }

  DrainFigures drain(std::uint64_t count) override {
    const std::uint64_t empty_bytes = server_->cost().rss_bytes;
    load({16, 128, 0}, count, kDrainDelaySeconds);
    DrainFigures figures;
    figures.bytes_per_deadline =
        static_cast<double>(server_->cost().rss_bytes - empty_bytes) / static_cast<double>(count);
    std::this_thread::sleep_for(std::chrono::seconds(kDrainDelaySeconds + 1));
    const auto from = std::chrono::steady_clock::now();
    std::atomic<std::uint64_t> taken{0};
    {
      std::vector<std::jthread> takers;
      for (int i = 0; i < kDrainConnections; ++i) {
        takers.emplace_back([&] { taken += take_all(); });
      }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
    if (taken != count) {
      throw std::runtime_error(
          fmt::format("beanstalkd: {} of {} deadlines were drained", taken.load(), count));
    }
    figures.per_second = static_cast<double>(count) / took.count();
    return figures;
  }

  void stop() override {
    if (server_) server_->stop(SIGTERM, 10'000);
    server_.reset();
  }

 private:
  LineLoadReport load(const InsertShape& shape, std::uint64_t count, int delay_seconds) {
    LineLoadOptions options;
    options.port = port_;
    options.shape = shape;
    options.count = count;
    options.first = next_;
    options.good = 'I';  // INSERTED
    options.append_request = [delay_seconds](std::string& out, std::uint64_t number) {
      fmt::format_to(std::back_inserter(out), "put 1024 {} 600 {}\r\n{}\r\n", delay_seconds,
                     kMemberBytes, member_text(number));
    };
    LineLoadReport report = run_line_load(options);
    next_ += report.requests;
    return report;
  }

  // Reserves and deletes until nothing is ready.
  std::uint64_t take_all() const {
    LineSocket socket(port_);
    std::string reserves;
    for (int i = 0; i < kDrainPipeline; ++i) reserves += "reserve-with-timeout 0\r\n";
    std::uint64_t taken = 0;
    for (;;) {
      socket.send(reserves);
      std::string deletes;
      int got = 0;
      for (int i = 0; i < kDrainPipeline; ++i) {
        const std::string line(socket.line());
        if (line == "TIMED_OUT") continue;
        if (!line.starts_with("RESERVED ")) throw std::runtime_error("beanstalkd: " + line);
        const std::size_t id_end = line.find(' ', 9);
        (void)socket.bytes(kMemberBytes + 2);
        deletes += "delete " + line.substr(9, id_end - 9) + "\r\n";
        ++got;
      }
      if (got == 0) return taken;
      socket.send(deletes);
      for (int i = 0; i < got; ++i) {
        if (socket.line() != "DELETED") throw std::runtime_error("beanstalkd: not deleted");
      }
      taken += static_cast<std::uint64_t>(got);
    }
  }

  int port_ = 0;
  std::filesystem::path log_;
  std::optional<Child> server_;
  std::uint64_t next_ = 0;
};

}  // namespace

std::unique_ptr<Peer> make_beanstalkd_peer() {
  return std::make_unique<BeanstalkdPeer>();
}

}  // namespace vencer::bench
