// Rows about deadlines: storms, their rate against Redis, commands meanwhile, lag.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "bench/goals/row.h"
#include "bench/harness/figures.h"
#include "bench/harness/storm_run.h"
#include "bench/peers/peer.h"

namespace vencer::bench {
namespace {

constexpr std::uint64_t kStormGoal = 1'000'000;

TimeMs wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

StormOptions storm_options(const Context& context, const VencerServer& server,
                           std::uint32_t spread) {
  StormOptions options;
  options.endpoint = server.endpoint();
  options.document = read_text(storm_document());
  options.deadlines = context.storm;
  options.spread_ms = spread;
  return options;
}

std::vector<Line> storm(const Context& context) {
  const std::string note = scaled(context.storm, kStormGoal, "deadlines");
  const Goal goal{false, 250, 100, "ms"};
  Line spread{"all events after the last deadline, spread over 1 s", goal, {}, {}, note};
  Line at_once{"the same, all at one instant (harder)", goal, {}, {}, note};
  for (int round = 0; round < context.rounds; ++round) {
    FreshServer fresh(context, context.storm + 100'000);
    const StormReport first = run_storm(storm_options(context, *fresh.server, 1000));
    spread.runs.push_back(first.after_last_ms);
    spread.detail = fmt::format("lag p50 {:.1f}, p99 {:.1f} ms",
                                static_cast<double>(first.lag.quantile(0.5)) / 1000,
                                static_cast<double>(first.lag.quantile(0.99)) / 1000);
    FreshServer again(context, context.storm + 100'000);
    const StormReport second = run_storm(storm_options(context, *again.server, 1));
    at_once.runs.push_back(second.after_last_ms);
    at_once.detail = human(second.events_per_second) + " events/s";
  }
  return {spread, at_once};
}

std::vector<Line> drain(const Context& context) {
  if (const std::string missing = missing_program("redis"); !missing.empty()) {
    throw std::runtime_error(missing + ": bench/peers/setup installs it");
  }
  std::vector<double> ours, redis;
  for (int round = 0; round < context.rounds; ++round) {
    const ScratchFolder folder(context.scratch);
    const auto peer = make_redis_peer();
    peer->start(folder.path(), true);
    redis.push_back(peer->drain(context.storm).per_second);
    peer->stop();
    FreshServer fresh(context, context.storm + 100'000);
    ours.push_back(run_storm(storm_options(context, *fresh.server, 1)).events_per_second);
  }
  return {{"events/s at a subscriber / Redis Lua drain",
           {true, 15, 30, "x"},
           ratios(ours, redis),
           fmt::format("{}/s over Redis {}/s", human(spread_of(ours).median),
                       human(spread_of(redis).median)),
           scaled(context.storm, kStormGoal, "deadlines")}};
}

// p99 of the worst slice that overlaps [from, to], in us; and the median one of those in [quiet,
// from).
struct Meanwhile {
  double quiet_us = 0, storm_us = 0;
};
Meanwhile slices_around(const LoadResult& load, TimeMs quiet, TimeMs from, TimeMs to,
                        DurationMs slice) {
  std::vector<double> before;
  Meanwhile result;
  const TimeMs began = load.json["began_at_ms"].get<TimeMs>();
  for (const auto& each : load.json["slices"]) {
    const TimeMs at = began + each["from_ms"].get<DurationMs>();
    const double p99 = each["p99"].get<double>();
    if (at >= quiet && at + slice <= from) before.push_back(p99);
    if (at < to && at + slice > from) result.storm_us = std::max(result.storm_us, p99);
  }
  result.quiet_us = spread_of(before).median;
  return result;
}

std::vector<Line> storm_flow(const Context& context) {
  constexpr DurationMs kSlice = 500;
  Line line{"command p99 during a storm / before it, 100 k commands/s",
            {false, 3, 1.5, "x"},
            {},
            {},
            scaled(context.storm, kStormGoal, "deadlines")};
  for (int round = 0; round < context.rounds; ++round) {
    FreshServer fresh(context, context.storm + 1'000'000);
    StormOptions options = storm_options(context, *fresh.server, 1000);
    options.lead_ms = 6000 + static_cast<DurationMs>(context.storm / 150);
    const auto seconds = (options.lead_ms + 4000) / 1000;
    LoadBeside load(*fresh.server, "desk",
                    {"--rate", "100000", "-c", "8", "--frame", "16", "--tickets", "50000", "--mix",
                     "status=30,activity=40,attributes=25", "--for", fmt::format("{}s", seconds),
                     "--every", fmt::format("{}ms", kSlice)},
                    fresh.folder.path());
    TimeMs armed = 0;
    options.on_armed = [&](TimeMs) { armed = wall_ms(); };
    const StormReport report = run_storm(options);
    const TimeMs end = report.last_due + static_cast<TimeMs>(report.after_last_ms) + 1;
    const Meanwhile meanwhile = slices_around(load.finish(), armed, report.first_due, end, kSlice);
    line.runs.push_back(meanwhile.storm_us / meanwhile.quiet_us);
    line.detail = fmt::format(
        "{:.1f} ms over {:.1f} ms, worst half second; storm over {:.0f} ms after its last",
        meanwhile.storm_us / 1000, meanwhile.quiet_us / 1000, report.after_last_ms);
  }
  return {line};
}

std::vector<Line> lag(const Context& context) {
  const std::string note = scaled(context.tickets, 10'000'000, "open tickets");
  Line p50{"lag p50, first allowed instant to subscriber", {false, 1, 1, "ms"}, {}, {}, note};
  Line p99{"lag p99", {false, 3, 2, "ms"}, {}, {}, note};
  FreshServer fresh(context, context.tickets + 4'000'000);
  fresh.server->put_tenant(due_document());
  (void)fill_desk(*fresh.server, context.tickets, context.log);
  const int seconds = std::max(3, static_cast<int>(context.seconds * 2));
  for (int round = 0; round < context.rounds; ++round) {
    LoadBeside desk(*fresh.server, "desk",
                    {"--rate", "90000", "-c", "8", "--frame", "16", "--base", "1", "--existing",
                     std::to_string(context.tickets), "--mix",
                     "status=30,activity=40,attributes=25", "--for", fmt::format("{}s", seconds)},
                    fresh.folder.path());
    const LoadResult due =
        run_load(*fresh.server, "due",
                 {"--rate", "10000", "-c", "2", "--frame", "4", "--mix", "create=1", "--due-within",
                  "2s", "--subscribe", "--for", fmt::format("{}s", seconds)},
                 context.log);
    const LoadResult flow = desk.finish();
    // From due; a breach is allowed once due has passed.
    const auto since_allowed = [&](const char* quantile) {
      return std::max(0.0, due.json["lag_us"][quantile].get<double>() / 1000 - 1);
    };
    p50.runs.push_back(since_allowed("p50"));
    p99.runs.push_back(since_allowed("p99"));
    p99.detail =
        fmt::format("of {} deadlines, 90 k + 10 k commands/s, their p99 {:.1f} ms",
                    human(due.json.value("deadline_events", 0.0)), flow.latency_us("p99") / 1000);
  }
  return {p50, p99};
}

}  // namespace

std::vector<Row> deadline_rows() {
  return {{"storm", "1 M deadlines in one second", storm},
          {"drain", "events/s against the Redis Lua drain, durable", drain},
          {"flow", "storm while commands flow: command p99", storm_flow},
          {"lag", "lag, 100 k commands/s", lag}};
}

}  // namespace vencer::bench
