// capacity: how a server holds N open tickets with two clocks each: filled, loaded for minutes,
// with deadlines that fall due, a storm, restarts by log and by snapshot. bench/capacity/run builds
// and calls this.
#include <fmt/core.h>
#include <sys/statvfs.h>

#include <iostream>
#include <sstream>

#include "bench/harness/calibration.h"
#include "bench/harness/figures.h"
#include "bench/harness/options.h"
#include "bench/harness/report.h"
#include "bench/harness/storm_run.h"
#include "bench/harness/vencer_server.h"

namespace vencer::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kFillStages = 10;
constexpr double kMemoryGuess = 215;  // bytes a ticket, to say no before it is too late
constexpr double kDiskGuess = 500;    // bytes a ticket: its log, kept events, a snapshot
constexpr double kGiB = 1024.0 * 1024 * 1024;

struct Options {
  std::uint64_t tickets = 100'000'000;
  double minutes = 10;
  std::uint64_t rate = 100'000;    // commands a second, deadlines' included
  std::uint64_t due_rate = 5'000;  // tickets a second that fall due within 10 s
  std::uint64_t storm = 1'000'000;
  std::string scratch = "/tmp", retention = "8GiB";
  bool force = false;

  double seconds() const { return minutes * 60; }
  std::uint64_t capacity() const {
    return tickets + storm + static_cast<std::uint64_t>(static_cast<double>(due_rate) * seconds()) +
           100'000;
  }
};

double available_memory() {
  const std::string text = read_text("/proc/meminfo");
  const std::size_t at = text.find("MemAvailable:");
  return at == std::string::npos ? 0 : std::stod(text.substr(at + 13)) * 1024;
}

// What would not fit, or "".
std::string does_not_fit(const Options& options) {
  const double memory = kMemoryGuess * static_cast<double>(options.capacity());
  struct statvfs disk {};
  statvfs(options.scratch.c_str(), &disk);
  const double free_disk = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
  const double wanted_disk = kDiskGuess * static_cast<double>(options.capacity()) +
                             150 * static_cast<double>(options.rate) * options.seconds();
  if (memory > available_memory()) {
    return fmt::format("about {:.1f} GiB of memory are wanted, {:.1f} are free", memory / kGiB,
                       available_memory() / kGiB);
  }
  if (wanted_disk > free_disk) {
    return fmt::format("about {:.0f} GiB of disk are wanted in {}, {:.0f} are free",
                       wanted_disk / kGiB, options.scratch, free_disk / kGiB);
  }
  return {};
}

std::string ms(double us) {
  return fmt::format("{:.2f}", us / 1000);
}

void fill(const Options& options, const VencerServer& server, const fs::path& log) {
  Table table({"filled", "creates/s", "p50 ms", "p99 ms", "max ms", "RSS GiB", "B a ticket"});
  std::uint64_t before = 0;
  for (int stage = 1; stage <= kFillStages; ++stage) {
    const std::uint64_t upto = options.tickets * static_cast<std::uint64_t>(stage) / kFillStages;
    std::vector<std::string> flags = {"--create-only",
                                      "--tickets",
                                      std::to_string(upto),
                                      "--base",
                                      "1",
                                      "-c",
                                      std::to_string(kFillConnections),
                                      "-P",
                                      "4",
                                      "--frame",
                                      "256"};
    if (before > 0) flags.insert(flags.end(), {"--existing", std::to_string(before)});
    const LoadResult load = run_load(server, "desk", flags, log);
    const double rss = static_cast<double>(server.cost().rss_bytes);
    table.add({human(static_cast<double>(upto)), human(load.commands_per_second()),
               ms(load.latency_us("p50")), ms(load.latency_us("p99")), ms(load.latency_us("max")),
               fmt::format("{:.2f}", rss / kGiB),
               fmt::format("{:.0f}", rss / static_cast<double>(upto))});
    std::cerr << "capacity: " << human(static_cast<double>(upto)) << " tickets\n";
    before = upto;
  }
  std::cout << "Filled, frames of 256, " << kFillConnections << " connections:\n"
            << table.text() << std::endl;
}

void print_slices(const nlohmann::json& load) {
  Table table({"second", "commands", "p50 ms", "p99 ms", "p99.9 ms", "max ms"});
  for (const auto& slice : load["slices"]) {
    if (slice["commands"] == 0) continue;
    table.add({fmt::format("{}", slice["from_ms"].get<std::int64_t>() / 1000),
               human(slice["commands"].get<double>()), ms(slice["p50"]), ms(slice["p99"]),
               ms(slice["p99.9"]), ms(slice["max"])});
  }
  std::cout << table.text() << std::endl;
}

void steady(const Options& options, const VencerServer& server, const fs::path& folder) {
  const std::string span = fmt::format("{}ms", static_cast<std::int64_t>(options.seconds() * 1000));
  const double cpu_before = server.cost().cpu_seconds;
  LoadBeside beside(server, "desk",
                    {"--rate", std::to_string(options.rate - options.due_rate), "-c",
                     std::to_string(kFillConnections), "--frame", "16", "--base", "1", "--existing",
                     std::to_string(options.tickets), "--mix",
                     "status=30,activity=40,attributes=25", "--for", span, "--every", "10s"},
                    folder);
  const LoadResult due =
      run_load(server, "due",
               {"--rate", std::to_string(options.due_rate), "-c", "2", "--frame", "4", "--mix",
                "create=1", "--due-within", "10s", "--subscribe", "--for", span},
               folder / "log");
  const LoadResult desk = beside.finish();
  std::cout << fmt::format(
      "{} min at {}/s (status, activity, attributes over all tickets, frames of 16; {}/s more are "
      "created and fall "
      "due within 10 s), open loop, latency from the intended time:\n",
      options.minutes, human(static_cast<double>(options.rate - options.due_rate)),
      human(static_cast<double>(options.due_rate)));
  print_slices(desk.json);
  const auto lag = due.json["lag_us"];
  std::cout << fmt::format(
      "whole: p50 {} ms, p99 {} ms, p99.9 {} ms, max {} ms; lag, due instant to subscriber, of {} "
      "deadlines: p50 {} ms, "
      "p99 {} ms, max {} ms; server CPU {:.2f} cores; RSS {:.2f} GiB\n\n",
      ms(desk.latency_us("p50")), ms(desk.latency_us("p99")), ms(desk.latency_us("p99.9")),
      ms(desk.latency_us("max")), human(due.json.value("deadline_events", 0.0)), ms(lag["p50"]),
      ms(lag["p99"]), ms(lag["max"]), (server.cost().cpu_seconds - cpu_before) / options.seconds(),
      static_cast<double>(server.cost().rss_bytes) / kGiB);
}

void storm(const Options& options, const VencerServer& server) {
  if (options.storm == 0) return;
  StormOptions with;
  with.endpoint = server.endpoint();
  with.deadlines = options.storm;
  const StormReport report = run_storm(with);
  std::cout << fmt::format(
      "storm of {} within a second: last event {:.1f} ms after the last deadline, lag p50 {} ms, "
      "p99 {} ms; {} "
      "repeated, {} early\n",
      human(static_cast<double>(options.storm)), report.after_last_ms,
      ms(static_cast<double>(report.lag.quantile(0.5))),
      ms(static_cast<double>(report.lag.quantile(0.99))), report.repeated, report.early);
}

// Open tickets of tenant "desk".
std::uint64_t open_tickets(const VencerServer& server) {
  Client client = server.connect("desk");
  const auto counts = client.counts();
  if (!counts) throw std::runtime_error(counts.error().message);
  return counts->open;
}

struct Restarted {
  double seconds;
  double rss;
};

// A server on the same data; throws if a ticket is missing.
Restarted start_again(const Options& options, const fs::path& data, std::uint64_t before,
                      std::unique_ptr<VencerServer>& server,
                      const std::vector<std::string>& flags) {
  server.reset();
  server = std::make_unique<VencerServer>(data, flags);
  const std::uint64_t after = open_tickets(*server);
  if (before != after || before < options.tickets) {
    throw std::runtime_error(
        fmt::format("tickets are missing: {} open before the restart, {} after", before, after));
  }
  return {server->start_seconds(), static_cast<double>(server->cost().rss_bytes)};
}

void restart_by_log(const Options& options, const fs::path& data,
                    std::unique_ptr<VencerServer>& server, const std::vector<std::string>& flags) {
  const std::uint64_t before = open_tickets(*server);
  server->stop();
  const double bytes = server->counter("log_bytes");
  const Restarted again = start_again(options, data, before, server, flags);
  std::cout << fmt::format(
                   "restart by log replay: {:.1f} s for {} of log ({}/s); open tickets of the desk "
                   "before and after {}; RSS {:.2f} GiB",
                   again.seconds, human(bytes, "B"), human(bytes / again.seconds, "B"), before,
                   again.rss / kGiB)
            << std::endl;
}

void restart_by_snapshot(const Options& options, const fs::path& data,
                         std::unique_ptr<VencerServer>& server,
                         const std::vector<std::string>& flags) {
  const std::uint64_t before = open_tickets(*server);
  const SnapshotReply taken = server->take_snapshot();
  const double rss = static_cast<double>(server->cost().rss_bytes);
  server->kill_hard();
  const Restarted again = start_again(options, data, before, server, flags);
  const auto bytes = static_cast<double>(taken.bytes);
  std::cout << fmt::format(
                   "snapshot: {} ({:.0f} B a ticket) in {:.1f} s, RSS then {:.2f} GiB; kill -9; "
                   "restart from it: {:.1f} s ({}/s), open tickets {}; RSS {:.2f} GiB",
                   human(bytes, "B"), bytes / static_cast<double>(taken.tickets),
                   static_cast<double>(taken.took_ms) / 1000, rss / kGiB, again.seconds,
                   human(bytes / again.seconds, "B"), before, again.rss / kGiB)
            << std::endl;
}

int run(int argc, char** argv) {
  CLI::App app(
      "A server with very many open tickets: filled, loaded for minutes, a storm, restarts.",
      "capacity");
  Options options;
  app.add_option("--tickets", options.tickets, "open, two clocks each")
      ->check(CLI::Range(std::uint64_t{10'000}, std::uint64_t{200'000'000}))
      ->capture_default_str();
  app.add_option("--minutes", options.minutes, "of load")
      ->check(CLI::Range(0.05, 600.0))
      ->capture_default_str();
  app.add_option("--rate", options.rate, "commands a second")
      ->check(CLI::Range(std::uint64_t{100}, std::uint64_t{10'000'000}))
      ->capture_default_str();
  app.add_option("--due-rate", options.due_rate, "of them, creates that fall due within 10 s")
      ->capture_default_str();
  app.add_option("--storm", options.storm, "deadlines within a second at the end; 0: none")
      ->capture_default_str();
  app.add_option("--event-retention", options.retention, "of events on disk")
      ->capture_default_str();
  app.add_option("--scratch", options.scratch, "where data may lie")->capture_default_str();
  app.add_flag("--force", options.force, "even if it does not look as if it would fit");
  if (const auto ended = parse_options(app, argc, argv)) return *ended;
  if (options.due_rate == 0 || options.due_rate >= options.rate) {
    std::fprintf(stderr, "capacity: --due-rate must be above 0 and below --rate\n");
    return 2;
  }
  if (const std::string why = does_not_fit(options); !why.empty() && !options.force) {
    std::fprintf(stderr, "capacity: %s; fewer --tickets, or --force\n", why.c_str());
    return 2;
  }
  std::cout << report_head(command_text(argc, argv), calibrate(options.scratch))
            << fmt::format(
                   "event retention {}, chatty events off, durability sync, one subscriber to the "
                   "deadlines\n\n",
                   options.retention)
            << std::flush;
  const ScratchFolder folder(options.scratch);
  const fs::path data = folder.path() / "data";
  std::vector<std::string> flags = kNoSnapshots;
  flags.insert(flags.end(), {"--capacity", std::to_string(options.capacity()), "--event-retention",
                             options.retention});
  auto server = std::make_unique<VencerServer>(data, flags);
  server->put_tenant(desk_document());
  server->put_tenant(storm_document());
  server->put_tenant(due_document());
  fill(options, *server, folder.path() / "log");
  steady(options, *server, folder.path());
  storm(options, *server);
  restart_by_log(options, data, server, flags);
  restart_by_snapshot(options, data, server, flags);
  server->stop();
  std::cout << "after: " << to_text(calibrate(options.scratch)) << "\n";
  return 0;
}

}  // namespace
}  // namespace vencer::bench

int main(int argc, char** argv) {
  return vencer::bench::run_main("capacity", vencer::bench::run, argc, argv);
}
