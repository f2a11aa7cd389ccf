// Vencer itself, through its own `vencer load` and a storm.
#include <fmt/format.h>

#include <csignal>
#include <optional>

#include "bench/harness/storm_run.h"
#include "bench/harness/vencer_server.h"
#include "bench/peers/peer.h"

namespace vencer::bench {
namespace {

constexpr std::uint64_t kCapacity = 16'000'000;
constexpr std::uint64_t kMixTickets = 200'000;

class VencerPeer final : public Peer {
 public:
  VencerPeer(bool one_frame, bool mix) : one_frame_(one_frame), mix_(mix) {}

  std::string name() const override {
    return fmt::format("Vencer, {}{}", mix_ ? "mix" : "create",
                       one_frame_ ? ", one frame of n" : ", one command a frame");
  }
  std::string settings() const override {
    return "Vencer: tenant bench/tenants/desk.toml (create: policy of 16 targets, 8 attributes, 2 "
           "clocks, ladder; mix: status 30, activity 40, attributes 25), events at their "
           "defaults on disk, one subscriber; vencerd at its defaults but --capacity and --memory "
           "start; durable: --durability sync, else none. Drain, of a server without --memory "
           "start: one storm at one instant (tenants/storm.toml), events at a TCP subscriber, no "
           "acknowledgement needed";
  }

  void start(const std::filesystem::path& folder, bool durable) override {
    folder_ = folder;
    durability_ = durable ? "sync" : "none";
    server_.emplace(folder / "data",
                    std::vector<std::string>{"--capacity", std::to_string(kCapacity), "--memory",
                                             "start", "--durability", durability_});
    server_->put_tenant(desk_document());
  }

  InsertFigures insert(const InsertShape& shape) override {
    std::vector<std::string> flags = {"-c", std::to_string(shape.connections), "--subscribe",
                                      "--for",
                                      fmt::format("{}ms", static_cast<int>(shape.seconds * 1000))};
    const std::string pipeline = std::to_string(shape.pipeline);
    if (one_frame_) {
      flags.insert(flags.end(), {"-P", "1", "--frame", pipeline});
    } else {
      flags.insert(flags.end(), {"-P", pipeline, "--frame", "1"});
    }
    if (mix_) {
      fill_for_mix(shape.connections);
      const std::string tickets = std::to_string(kMixTickets);
      flags.insert(flags.end(),
                   {"--base", "7", "--existing", tickets, "--seed", std::to_string(++seed_)});
      flags.insert(flags.end(), {"--mix", "status=30,activity=40,attributes=25"});
    } else {
      flags.insert(flags.end(), {"--mix", "create=1"});
    }
    const double before = server_->cost().cpu_seconds;
    const LoadResult load = run_load(*server_, "desk", flags, folder_ / "load.log");
    InsertFigures figures;
    figures.per_second = load.commands_per_second();
    figures.p50_ms = load.latency_us("p50") / 1000;
    figures.p99_ms = load.latency_us("p99") / 1000;
    figures.cpu_us = (server_->cost().cpu_seconds - before) * 1e6 / load.commands();
    return figures;
  }

  DrainFigures drain(std::uint64_t count) override {
    // Of one whose memory is there from the start, what a deadline takes would not show.
    stop();
    server_.emplace(folder_ / "drain",
                    std::vector<std::string>{"--capacity", std::to_string(count + 100'000),
                                             "--durability", durability_});
    DrainFigures figures;
    const double empty = static_cast<double>(server_->cost().rss_bytes);
    StormOptions storm;
    storm.endpoint = server_->endpoint();
    storm.document = read_text(storm_document());
    storm.deadlines = count;
    storm.spread_ms = 1;
    storm.on_armed = [&](TimeMs) {
      figures.bytes_per_deadline =
          (static_cast<double>(server_->cost().rss_bytes) - empty) / static_cast<double>(count);
    };
    figures.per_second = run_storm(storm).events_per_second;
    return figures;
  }

  void stop() override {
    if (server_) server_->stop();
    server_.reset();
    filled_for_ = 0;
  }

 private:
  void fill_for_mix(int connections) {
    if (filled_for_ == connections) return;
    const std::string tickets = std::to_string(kMixTickets);
    (void)run_load(*server_, "desk",
                   {"--create-only", "--tickets", tickets, "--base", "7", "-c",
                    std::to_string(connections), "-P", "4", "--frame", "64"},
                   folder_ / "load.log");
    filled_for_ = connections;
  }

  const bool one_frame_, mix_;
  std::filesystem::path folder_;
  std::string durability_;
  std::optional<VencerServer> server_;
  int filled_for_ = 0;
  int seed_ = 0;
};

}  // namespace

std::unique_ptr<Peer> make_vencer_peer(bool one_frame, bool mix) {
  return std::make_unique<VencerPeer>(one_frame, mix);
}

}  // namespace vencer::bench
