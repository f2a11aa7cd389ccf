// storm: a million deadlines within a second (or at one instant), all events at a TCP subscriber.
//
//   storm                                  a vencerd of its own, spread over a second, then at once
//   storm --endpoint 127.0.0.1:7401 ...    one that is there
// Prints one JSON object a storm.
#include <fmt/core.h>

#include <iostream>
#include <optional>

#include "bench/harness/options.h"
#include "bench/harness/storm_run.h"
#include "bench/harness/vencer_server.h"

namespace vencer::bench {
namespace {

void print(const StormOptions& options, const StormReport& report, double cpu_seconds) {
  nlohmann::ordered_json json = {{"deadlines", options.deadlines},
                                 {"spread_ms", options.spread_ms},
                                 {"fill_seconds", report.fill_seconds},
                                 {"first_due_ms", report.first_due},
                                 {"first_after_ms", report.first_after_ms},
                                 {"after_last_ms", report.after_last_ms},
                                 {"events_per_second", report.events_per_second},
                                 {"repeated", report.repeated},
                                 {"early", report.early},
                                 {"lag_us",
                                  {{"p50", report.lag.quantile(0.5)},
                                   {"p99", report.lag.quantile(0.99)},
                                   {"max", report.lag.max()}}}};
  if (cpu_seconds > 0) json["server_cpu_seconds"] = cpu_seconds;
  std::cout << json.dump() << "\n" << std::flush;
}

int run(int argc, char** argv) {
  CLI::App app("Many deadlines at once, and a subscriber over TCP that counts what comes.",
               "storm");
  StormOptions options;
  std::string scratch = "/tmp", durability = "sync";
  std::optional<std::uint32_t> spread;
  app.add_option("--endpoint", options.endpoint, "a running vencerd; without it one is started");
  app.add_option("-n,--deadlines", options.deadlines, "how many")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000'000}))
      ->capture_default_str();
  app.add_option("--spread", spread,
                 "ms over which they are due; 1: one instant (default: 1000, then 1)")
      ->check(CLI::Range(1, 600'000));
  app.add_flag("--own-due", options.own_due, "tickets bring their own due_at");
  app.add_option("--lead", options.lead_ms, "ms from the start to the first (default: by number)");
  app.add_option("--durability", durability, "of the started server: sync or none")
      ->check(CLI::IsMember({"sync", "none"}));
  app.add_option("--scratch", scratch, "where its data may lie")->capture_default_str();
  if (const auto ended = parse_options(app, argc, argv)) return *ended;

  std::optional<ScratchFolder> folder;
  std::optional<VencerServer> server;
  if (options.endpoint.empty()) {
    folder.emplace(scratch);
    const std::uint64_t capacity = 2 * options.deadlines + 100'000;
    server.emplace(folder->path() / "data",
                   std::vector<std::string>{"--durability", durability, "--capacity",
                                            std::to_string(capacity)});
    options.endpoint = server->endpoint();
  }
  options.document = read_text(options.own_due ? due_document() : storm_document());
  std::vector<std::uint32_t> spreads = {1000, 1};
  if (spread) spreads = {*spread};
  for (const std::uint32_t each : spreads) {
    options.spread_ms = each;
    double before = 0;
    options.on_armed = [&](TimeMs) {
      if (server) before = server->cost().cpu_seconds;
    };
    const StormReport report = run_storm(options);
    print(options, report, server ? server->cost().cpu_seconds - before : 0);
  }
  return 0;
}

}  // namespace
}  // namespace vencer::bench

int main(int argc, char** argv) {
  return vencer::bench::run_main("storm", vencer::bench::run, argc, argv);
}
