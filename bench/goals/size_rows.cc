// Rows about many tickets: memory, slow-down, restart, a holiday for all.
#include <fmt/core.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <thread>

#include "bench/goals/row.h"
#include "bench/harness/calibration.h"
#include "bench/harness/figures.h"

namespace vencer::bench {
namespace {

namespace fs = std::filesystem;

std::string milliseconds(double seconds) {
  return fmt::format("{}ms", static_cast<int>(seconds * 1000));
}

std::vector<std::string> mix_of_all(std::uint64_t tickets, double seconds) {
  return {"-c",         std::to_string(kFillConnections),
          "--base",     "1",
          "--existing", std::to_string(tickets),
          "--mix",      "status=30,activity=40,attributes=25",
          "--for",      milliseconds(seconds)};
}

std::vector<Line> memory(const Context& context) {
  Line line{"RSS / open tickets (8 attributes, 2 live clocks)",
            {false, 200, 160, "B"},
            {},
            {},
            scaled(context.tickets, 10'000'000, "open tickets")};
  FreshServer fresh(context, context.tickets);
  const double empty = static_cast<double>(fresh.server->cost().rss_bytes);
  (void)fill_desk(*fresh.server, context.tickets, context.log);
  const double full = static_cast<double>(fresh.server->cost().rss_bytes);
  const auto tickets = static_cast<double>(context.tickets);
  line.runs.push_back(full / tickets);
  line.detail =
      fmt::format("{:.0f} MiB of it an empty server's; without the empty server's {:.0f} B",
                  empty / (1 << 20), (full - empty) / tickets);
  return {line};
}

std::vector<Line> slow_down(const Context& context) {
  const std::uint64_t few = std::min<std::uint64_t>(1'000'000, context.tickets / 5),
                      many = context.tickets;
  FreshServer small(context, few + 100'000), large(context, many + 100'000);
  (void)fill_desk(*small.server, few, context.log);
  (void)fill_desk(*large.server, many, context.log);
  std::vector<double> at_few, at_many;
  const auto rate = [&](const FreshServer& fresh, std::uint64_t tickets) {
    auto flags = mix_of_all(tickets, context.seconds);
    flags.insert(flags.end(), {"-P", "4", "--frame", "128"});
    return run_load(*fresh.server, "desk", flags, context.log).commands_per_second();
  };
  for (int round = 0; round < context.rounds; ++round) {
    at_few.push_back(rate(small, few));
    at_many.push_back(rate(large, many));
  }
  return {{"commands/s at few / at many tickets",
           {false, 1.6, 1.3, "x"},
           ratios(at_few, at_many),
           fmt::format("{}/s at {} over {}/s at {}, mix", human(spread_of(at_few).median),
                       human(static_cast<double>(few)), human(spread_of(at_many).median),
                       human(static_cast<double>(many))),
           scaled(many, 50'000'000, "tickets")}};
}

// The log's largest file, to be read as fast as the disk gives it.
double log_read_rate(const fs::path& data) {
  fs::path largest;
  std::uintmax_t bytes = 0;
  for (const auto& file : fs::recursive_directory_iterator(data)) {
    if (!file.is_regular_file() || file.file_size() <= bytes) continue;
    bytes = file.file_size();
    largest = file.path();
  }
  return largest.empty() ? 0 : read_rate(largest);
}

std::vector<Line> restart(const Context& context) {
  Line rate{"log replay rate / sequential read bandwidth",
            {true, 0.6, 0.85, "x"},
            {},
            {},
            "no snapshot: the log from its beginning, page cache warm"};
  const auto capacity = context.tickets + 100'000;
  auto fresh = std::make_unique<FreshServer>(context, capacity, kNoSnapshots);
  (void)fill_desk(*fresh->server, context.tickets, context.log);
  auto flags = mix_of_all(context.tickets, context.seconds);
  flags.insert(flags.end(), {"-P", "4", "--frame", "128"});
  const double mixed = run_load(*fresh->server, "desk", flags, context.log).commands();
  fresh->server->stop();
  const double bytes = fresh->server->counter("log_bytes");
  const double steps = static_cast<double>(context.tickets) + mixed;
  const fs::path data = fresh->folder.path() / "data";
  for (int round = 0; round < context.rounds; ++round) {
    const double read = log_read_rate(data);
    VencerServer again(data, context.server_flags(capacity, kNoSnapshots));
    const double took = again.start_seconds();
    again.kill_hard();  // nothing new in the log
    rate.runs.push_back(bytes / took / read);
    rate.detail =
        fmt::format("{} of log in {:.2f} s: {}/s, {} commands/s; read {}/s", human(bytes, "B"),
                    took, human(bytes / took, "B"), human(steps / took), human(read, "B"));
  }
  return {rate};
}

// From a snapshot of all tickets, and nothing behind it in the log.
std::vector<Line> restart_from_snapshot(const Context& context) {
  const std::string note = scaled(context.tickets, 10'000'000, "tickets", true);
  Line seconds{"restart with 10 M tickets from a snapshot", {false, 5, 5, "s"}, {}, {}, note};
  Line rate{"bytes of the snapshot / s / sequential read bandwidth",
            {true, 0.6, 0.85, "x"},
            {},
            {},
            "page cache warm; starting the process and opening the log are in it"};
  const auto capacity = context.tickets + 100'000;
  FreshServer fresh(context, capacity, kNoSnapshots);
  (void)fill_desk(*fresh.server, context.tickets, context.log);
  const SnapshotReply taken = fresh.server->take_snapshot();
  fresh.server->kill_hard();
  const auto bytes = static_cast<double>(taken.bytes);
  for (int round = 0; round < context.rounds; ++round) {
    const double read = read_rate(taken.file);
    VencerServer again(fresh.folder.path() / "data", context.server_flags(capacity, kNoSnapshots));
    const double took = again.start_seconds();
    again.kill_hard();
    seconds.runs.push_back(took * 10e6 / static_cast<double>(context.tickets));
    rate.runs.push_back(bytes / took / read);
    seconds.detail = fmt::format(
        "{:.2f} s for {} tickets, {} of snapshot ({:.0f} B a ticket, written in {:.2f} s); read "
        "{}/s",
        took, human(static_cast<double>(context.tickets)), human(bytes, "B"),
        bytes / static_cast<double>(context.tickets), static_cast<double>(taken.took_ms) / 1000,
        human(read, "B"));
  }
  return {seconds, rate};
}

// An open loop at a rate well below the peak; snapshots are taken one after the other beside it,
// for as long as two or three of them take.
std::vector<Line> snapshot_latency(const Context& context) {
  Line line{"command p99.9 while snapshots are taken / without, 50 k commands/s",
            {false, 3, 3, "x"},
            {},
            {},
            scaled(context.tickets, 10'000'000, "open tickets")};
  FreshServer fresh(context, context.tickets + 100'000, kNoSnapshots);
  (void)fill_desk(*fresh.server, context.tickets, context.log);
  const double span = std::max({context.seconds, 3.0, static_cast<double>(context.tickets) / 1e6});
  auto flags = mix_of_all(context.tickets, span);
  flags.insert(flags.end(), {"--rate", "50000", "--frame", "16"});
  for (int round = 0; round < context.rounds; ++round) {
    const double quiet = run_load(*fresh.server, "desk", flags, context.log).latency_us("p99.9");
    LoadBeside load(*fresh.server, "desk", flags, fresh.folder.path());
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(span);
    int snapshots = 0;
    for (; std::chrono::steady_clock::now() < end; ++snapshots) (void)fresh.server->take_snapshot();
    const double busy = load.finish().latency_us("p99.9");
    line.runs.push_back(busy / quiet);
    line.detail = fmt::format("{:.2f} ms over {:.2f} ms, {} snapshots meanwhile", busy / 1000,
                              quiet / 1000, snapshots);
  }
  return {line};
}

// The document with a holiday of four days from tomorrow on: it moves the deadlines of all tickets.
fs::path with_holiday(const fs::path& folder) {
  const auto day = [](int ahead) {
    const std::time_t at = std::time(nullptr) + ahead * 86'400;
    std::tm fields{};
    gmtime_r(&at, &fields);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", &fields);
    return std::string(text);
  };
  std::string text = read_text(desk_document());
  const std::string list = "holidays = [";
  const std::size_t at = text.find(list);
  if (at == std::string::npos) throw std::runtime_error("desk.toml has no holidays");
  text.insert(at + list.size(), fmt::format("\"{}/{}\", ", day(1), day(4)));
  const fs::path file = folder / "desk.toml";
  std::ofstream(file) << text;
  return file;
}

// Seconds until the server says that no re-evaluation is under way, asked every 20 ms.
double wait_for_reevaluation(const VencerServer& server) {
  Client client = server.connect("desk");
  const auto from = std::chrono::steady_clock::now();
  for (;;) {
    const auto counts = client.counts();
    if (!counts) throw std::runtime_error(counts.error().message);
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - from;
    if (!counts->reevaluating) return waited.count();
    if (waited.count() > 600)
      throw std::runtime_error("the re-evaluation did not end in 10 minutes");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::vector<Line> holiday(const Context& context) {
  constexpr double kGoalTickets = 10e6;
  const double share = static_cast<double>(context.tickets) / kGoalTickets;
  const std::string note = scaled(context.tickets, 10'000'000, "open tickets", true);
  Line seconds{"10 M open tickets re-evaluated", {false, 20, 8, "s"}, {}, {}, note};
  Line p99{"command p99 meanwhile / before, 50 k commands/s",
           {false, 2, 2, "x"},
           {},
           {},
           scaled(context.tickets, 10'000'000, "open tickets")};
  FreshServer fresh(context, context.tickets + 100'000);
  (void)fill_desk(*fresh.server, context.tickets, context.log);
  constexpr DurationMs kSlice = 500;
  constexpr int kQuietSeconds = 3;
  const int span = kQuietSeconds + 5 + static_cast<int>(share * 40);
  auto flags = mix_of_all(context.tickets, span);
  flags.insert(flags.end(),
               {"--rate", "50000", "--frame", "16", "--every", fmt::format("{}ms", kSlice)});
  LoadBeside load(*fresh.server, "desk", flags, fresh.folder.path());
  std::this_thread::sleep_for(std::chrono::seconds(kQuietSeconds));
  const auto wall = [] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  const TimeMs from = wall();
  fresh.server->put_tenant(with_holiday(fresh.folder.path()));
  const double took = wait_for_reevaluation(*fresh.server);
  const TimeMs to = wall();
  seconds.runs.push_back(took / share);
  seconds.detail =
      fmt::format("{:.2f} s for {}", took, human(static_cast<double>(context.tickets)));
  const LoadResult result = load.finish();
  std::vector<double> quiet, busy;
  for (const auto& slice : result.json["slices"]) {
    const TimeMs at = result.json["began_at_ms"].get<TimeMs>() + slice["from_ms"].get<DurationMs>();
    if (at + kSlice <= from && slice["from_ms"].get<DurationMs>() > 0)
      quiet.push_back(slice["p99"]);
    if (at + kSlice > from && at < to) busy.push_back(slice["p99"]);
  }
  p99.runs.push_back(spread_of(busy).median / spread_of(quiet).median);
  p99.detail = fmt::format("{:.1f} ms over {:.1f} ms, medians of half seconds; worst {:.1f} ms",
                           spread_of(busy).median / 1000, spread_of(quiet).median / 1000,
                           spread_of(busy).most / 1000);
  return {seconds, p99};
}

}  // namespace

std::vector<Row> size_rows() {
  return {{"memory", "memory per open ticket", memory},
          {"slowdown", "slow-down of commands/s from 1 M to 50 M tickets", slow_down},
          {"restart", "restart by log replay", restart},
          {"snapshot", "restart from a snapshot", restart_from_snapshot},
          {"snapshot-latency", "commands while a snapshot is taken", snapshot_latency},
          {"holiday", "10 M open tickets re-evaluated after a holiday is added", holiday}};
}

}  // namespace vencer::bench
