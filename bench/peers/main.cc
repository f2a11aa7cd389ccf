// peers: the same deadline workload on Vencer and on Redis, PostgreSQL and beanstalkd, interleaved,
// in one table. bench/peers/run installs them and calls this.
#include <fmt/core.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "bench/harness/figures.h"
#include "bench/harness/options.h"
#include "bench/harness/report.h"
#include "bench/peers/peer.h"

namespace vencer::bench {
namespace {

const std::vector<int> kPipelines = {128, 16, 1};
const std::vector<std::string> kSystems = {"vencer", "redis", "beanstalkd", "postgresql"};

struct Options {
  std::string scratch = "/tmp";
  std::vector<std::string> only;
  int rounds = 3;
  int connections = 50;
  double seconds = 2;
  std::uint64_t deadlines = 1'000'000;
  bool quick = false;
};

// One line of the table: a system as it is set up, durable or not.
struct Contestant {
  std::unique_ptr<Peer> peer;
  bool durable = true;
  bool drains = true;  // the variants of one system need only one
  std::map<int, std::vector<double>> rate, p50_ms, p99_ms;  // by pipeline
  std::vector<double> cpu_us, drain, bytes;
};

bool wanted(const Options& options, const std::string& system) {
  return options.only.empty() ||
         std::find(options.only.begin(), options.only.end(), system) != options.only.end();
}

std::vector<Contestant> contestants(const Options& options) {
  std::vector<Contestant> all;
  const auto add = [&](std::unique_ptr<Peer> peer, bool durable, bool drains) {
    all.push_back({std::move(peer), durable, drains, {}, {}, {}, {}, {}, {}});
  };
  for (const bool durable : {true, false}) {
    for (const std::string& system : kSystems) {
      if (!wanted(options, system)) continue;
      if (const std::string missing = missing_program(system); !missing.empty()) {
        std::cerr << "peers: left out: " << missing << "\n";
        continue;
      }
      if (system == "vencer") {
        add(make_vencer_peer(true, false), durable, true);
        add(make_vencer_peer(true, true), durable, false);
        add(make_vencer_peer(false, false), durable, false);
      } else if (system == "redis") {
        add(make_redis_peer(), durable, true);
      } else if (system == "beanstalkd") {
        add(make_beanstalkd_peer(), durable, true);
      } else {
        add(make_postgres_peer(1), durable, true);
        add(make_postgres_peer(100), durable, false);
      }
    }
  }
  return all;
}

// What the system puts in within a few seconds: a slow one drains fewer.
std::uint64_t drain_count(const Options& options, const Contestant& who) {
  const double in_time = 5 * who.rate.at(kPipelines.front()).back();
  return std::clamp(static_cast<std::uint64_t>(in_time), std::uint64_t{1000}, options.deadlines);
}

void run_round(const Options& options, Contestant& who) {
  {
    const ScratchFolder folder(options.scratch);
    who.peer->start(folder.path(), who.durable);
    for (const int pipeline : kPipelines) {
      const InsertFigures figures =
          who.peer->insert({options.connections, pipeline, options.seconds});
      who.rate[pipeline].push_back(figures.per_second);
      who.p50_ms[pipeline].push_back(figures.p50_ms);
      who.p99_ms[pipeline].push_back(figures.p99_ms);
      if (pipeline == kPipelines.front()) who.cpu_us.push_back(figures.cpu_us);
    }
    who.peer->stop();
  }
  if (!who.drains) return;
  const ScratchFolder folder(options.scratch);
  who.peer->start(folder.path(), who.durable);
  const DrainFigures figures = who.peer->drain(drain_count(options, who));
  who.drain.push_back(figures.per_second);
  who.bytes.push_back(figures.bytes_per_deadline);
  who.peer->stop();
}

std::string print(const std::vector<Contestant>& all) {
  Table table({"system", "durable", "n = 128: commands/s", "p50 / p99 ms", "n = 16", "n = 1",
               "p50 / p99 ms", "drained/s", "B a deadline", "CPU us a command"});
  for (const Contestant& who : all) {
    const auto latency = [&](int pipeline) {
      return fmt::format("{:.2f} / {:.2f}", spread_of(who.p50_ms.at(pipeline)).median,
                         spread_of(who.p99_ms.at(pipeline)).median);
    };
    const auto rate = [&](int pipeline) { return spread_text(spread_of(who.rate.at(pipeline))); };
    table.add({who.peer->name(), who.durable ? "yes" : "no", rate(128), latency(128), rate(16),
               rate(1), latency(1), spread_text(spread_of(who.drain)),
               who.bytes.empty() ? "-" : fmt::format("{:.0f}", spread_of(who.bytes).median),
               spread_text(spread_of(who.cpu_us))});
  }
  return table.text();
}

int run(int argc, char** argv) {
  CLI::App app(
      "The same deadline workload on Vencer, Redis, PostgreSQL and beanstalkd, durable and not, "
      "interleaved; one table. bench/peers/run installs them first.",
      "peers");
  Options options;
  app.add_option("--only", options.only, "systems: vencer,redis,beanstalkd,postgresql")
      ->delimiter(',')
      ->check(CLI::IsMember(kSystems));
  app.add_option("--rounds", options.rounds, "of all systems")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--connections", options.connections, "of the load")
      ->check(CLI::Range(1, 90))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "each pipeline of each round")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  app.add_option("--deadlines", options.deadlines,
                 "drained; fewer where putting them in takes more than 5 s")
      ->check(CLI::Range(std::uint64_t{1000}, std::uint64_t{5'000'000}))
      ->capture_default_str();
  app.add_option("--scratch", options.scratch, "where data may lie")->capture_default_str();
  app.add_flag("--quick", options.quick, "one round of a second each, 200,000 deadlines");
  if (const auto ended = parse_options(app, argc, argv)) return *ended;
  if (options.quick) options.rounds = 1, options.seconds = 1, options.deadlines = 200'000;

  std::cout << report_head(command_text(argc, argv), calibrate(options.scratch)) << std::flush;
  std::vector<Contestant> all = contestants(options);
  for (int round = 0; round < options.rounds; ++round) {
    for (Contestant& who : all) {
      std::cerr << fmt::format("peers: round {} of {}: {}{}\n", round + 1, options.rounds,
                               who.peer->name(), who.durable ? ", durable" : "");
      run_round(options, who);
    }
  }
  std::cout << fmt::format(
      "{} connections, {} round(s), {} s each; median (least - most). n: unanswered commands a "
      "connection. "
      "Load and server share the machine's cores.\n\n",
      options.connections, options.rounds, options.seconds);
  std::cout << print(all) << "\nSettings\n";
  for (const Contestant& who : all) {
    if (who.durable && who.drains) std::cout << "- " << who.peer->settings() << "\n";
  }
  std::cout << "Not measured: NATS JetStream (performance.md has 110 k/s, not synced), "
               "replication, several machines, TLS, disks other than this one; peers "
               "keep a bare "
               "deadline of 100 B, without calendar, policy, ladder, pause or exactly-once. B a "
               "deadline: resident "
               "memory over an empty server's (Vencer: a ticket of one clock).\n"
            << "after: " << to_text(calibrate(options.scratch)) << "\n";
  return 0;
}

}  // namespace
}  // namespace vencer::bench

int main(int argc, char** argv) {
  return vencer::bench::run_main("peers", vencer::bench::run, argc, argv);
}
