// Vencer itself, through its own `vencer load` and a storm; and the limit: a bare server
// (bench/bare) under the same load.
#include <bench_paths.h>
#include <fmt/format.h>

#include <optional>
#include <stdexcept>

#include "bench/harness/storm_run.h"
#include "bench/harness/vencer_server.h"
#include "bench/peers/peer.h"

namespace vencer::bench {
namespace {

constexpr std::uint64_t kCapacity = 16'000'000;
constexpr std::uint64_t kMixTickets = 200'000;

class VencerPeer : public Peer {
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
    const double before = cpu_seconds();
    const LoadResult load = run_load(endpoint(), "desk", flags, folder_ / "load.log");
    InsertFigures figures;
    figures.per_second = load.commands_per_second();
    figures.p50_ms = load.latency_us("p50") / 1000;
    figures.p99_ms = load.latency_us("p99") / 1000;
    figures.cpu_us = (cpu_seconds() - before) * 1e6 / load.commands();
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

 protected:
  // Whom the load talks to.
  virtual std::string endpoint() const { return server_->endpoint(); }
  virtual double cpu_seconds() const { return server_->cost().cpu_seconds; }

  std::filesystem::path folder_;
  std::optional<VencerServer> server_;

 private:
  void fill_for_mix(int connections) {
    if (filled_for_ == connections) return;
    const std::string tickets = std::to_string(kMixTickets);
    (void)run_load(endpoint(), "desk",
                   {"--create-only", "--tickets", tickets, "--base", "7", "-c",
                    std::to_string(connections), "-P", "4", "--frame", "64"},
                   folder_ / "load.log");
    filled_for_ = connections;
  }

  const bool one_frame_, mix_;
  std::string durability_;
  int filled_for_ = 0;
  int seed_ = 0;
};

// Its vencerd answers what is not a command.
class BarePeer final : public VencerPeer {
 public:
  explicit BarePeer(bool mix) : VencerPeer(true, mix) {}

  std::string name() const override { return "Bare server"; }
  std::string settings() const override {
    return "Bare server (bench/bare): the wire and the log of Vencer, an index, 32 bytes and a "
           "timer "
           "a ticket, one thread, groups by io_uring; the same load";
  }

  void start(const std::filesystem::path& folder, bool durable) override {
    if (!durable) throw std::runtime_error("the bare server is a durable one");
    folder_ = folder;
    server_.emplace(folder / "data", std::vector<std::string>{"--capacity", "1000"});
    server_->put_tenant(desk_document());
    const std::filesystem::path ports = folder / "bare.ports", log = folder / "bare.log";
    bare_.emplace(std::vector<std::string>{VENCER_BARE_PROGRAM, "--data", folder / "bare",
                                           "--upstream", server_->endpoint(), "--ports-file", ports,
                                           "--capacity", std::to_string(kCapacity)},
                  log);
    endpoint_ = wait_for_endpoint(ports, *bare_, log);
  }

  DrainFigures drain(std::uint64_t) override {
    throw std::runtime_error("the bare server fires nothing");
  }

  void stop() override {
    bare_.reset();
    VencerPeer::stop();
  }

 private:
  std::string endpoint() const override { return endpoint_; }
  double cpu_seconds() const override { return bare_->cost().cpu_seconds; }

  std::optional<Child> bare_;
  std::string endpoint_;
};

}  // namespace

std::unique_ptr<Peer> make_bare_peer(bool mix) {
  return std::make_unique<BarePeer>(mix);
}

std::unique_ptr<Peer> make_vencer_peer(bool one_frame, bool mix) {
  return std::make_unique<VencerPeer>(one_frame, mix);
}

}  // namespace vencer::bench
