// vencer load: how many commands a second a server takes, and how long each waits.
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include <fmt/core.h>

#include "engine/core/limits.h"
#include "tools/vencer/command.h"
#include "tools/vencer/load_run.h"
#include "tools/vencer/times.h"

namespace vencer::cli {
namespace {

constexpr std::uint64_t kConnectionsMax = 1024;
constexpr std::uint64_t kInFlightMax = 4096;
constexpr double kQuantiles[] = {0.5, 0.9, 0.99, 0.999};
constexpr const char* kQuantileNames[] = {"p50", "p90", "p99", "p99.9"};

// Fills `into` from an option that must lie within bounds.
template <typename Number>
Status read_number(const Invocation& call, const char* name, std::uint64_t least,
                   std::uint64_t most, Number& into) {
  if (!call.given(name)) return ok_status();
  const Result<std::uint64_t> number = call.number(name);
  if (!number) return number.error();
  if (*number < least || *number > most) {
    return Error{Errc::invalid_document,
                 fmt::format("{} must lie between {} and {}", name, least, most)};
  }
  into = static_cast<Number>(*number);
  return ok_status();
}

Status read_numbers(const Invocation& call, LoadRunOptions& options) {
  std::uint64_t rate = 0;
  Status status = read_number(call, "-c,--connections", 1, kConnectionsMax, options.connections);
  if (status) status = read_number(call, "-P,--pipeline", 1, kInFlightMax, options.pipeline);
  if (status)
    status = read_number(call, "--frame", 1, limits::commands_per_frame_max, options.frame);
  if (status) status = read_number(call, "-n,--commands", 1, UINT64_MAX, options.commands);
  if (status) status = read_number(call, "--seed", 0, UINT64_MAX, options.workload.seed);
  if (status) status = read_number(call, "--base", 0, UINT64_MAX, options.workload.key_base);
  if (status)
    status = read_number(call, "--tickets", 1, UINT64_MAX, options.workload.first_tickets);
  if (status) status = read_number(call, "--existing", 1, UINT64_MAX, options.workload.existing);
  if (status) status = read_number(call, "--rate", 1, 100'000'000, rate);
  options.rate = static_cast<double>(rate);
  return status;
}

Status read_span(const Invocation& call, const char* name, DurationMs& into) {
  if (!call.given(name)) return ok_status();
  const Result<DurationMs> span = parse_duration(call.text(name));
  if (!span) return span.error();
  into = *span;
  return ok_status();
}

Status read_spans(const Invocation& call, LoadRunOptions& options) {
  Status status = read_span(call, "--for", options.for_ms);
  if (status) status = read_span(call, "--every", options.every_ms);
  if (status) status = read_span(call, "--due-within", options.workload.due_within_ms);
  return status;
}

Result<LoadRunOptions> read_options(const Invocation& call) {
  LoadRunOptions options;
  const Globals& globals = call.globals();
  options.client.endpoint = globals.endpoint;
  options.client.tenant = globals.tenant;
  options.client.token = globals.token;
  options.client.name = "vencer load";
  options.client.timeout_ms = globals.timeout_ms;
  // Fresh keys in every run, unless the run is to be repeated exactly.
  options.workload.key_base =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count());
  if (Status status = read_numbers(call, options); !status) return status.error();
  if (call.given("--mix")) {
    Result<LoadMix> mix = LoadMix::parse(call.text("--mix"));
    if (!mix) return mix.error();
    options.workload.mix = *mix;
  }
  if (Status status = read_spans(call, options); !status) return status.error();
  options.create_only = call.flag("--create-only");
  if (options.create_only) {
    options.commands = 0;
  } else if (options.commands == 0 && options.for_ms == 0) {
    options.commands = 100'000;
  }
  if (options.workload.existing > 0 && !call.given("--tickets")) options.workload.first_tickets = 0;
  if (options.commands > 0) {
    options.workload.first_tickets =
        std::min(options.workload.first_tickets, std::max<std::uint64_t>(options.commands / 4, 1));
  }
  options.exactly_once = call.flag("--exactly-once");
  options.subscribe = call.flag("--subscribe");
  return options;
}

std::string describe(const LoadRunOptions& options) {
  const std::string loop = options.rate > 0
                               ? fmt::format("open loop, {:.0f} commands/s", options.rate)
                               : fmt::format("closed loop, pipeline {}", options.pipeline);
  return fmt::format("{}, {} connections, frames of {}, seed {}", loop, options.connections,
                     options.frame, options.workload.seed);
}

double per_second(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

void print_text(const LoadRunOptions& options, const LoadReport& report) {
  std::cout << describe(options) << "\n"
            << fmt::format("{} commands in {} frames, {:.2f} s: {:.0f} commands/s\n",
                           report.commands, report.frames, report.seconds,
                           per_second(report.commands, report.seconds))
            << "latency ms:";
  for (std::size_t i = 0; i < std::size(kQuantiles); ++i) {
    std::cout << fmt::format("  {} {:.3f}", kQuantileNames[i],
                             static_cast<double>(report.latency.quantile(kQuantiles[i])) / 1000);
  }
  std::cout << fmt::format("  max {:.3f}  mean {:.3f}\n",
                           static_cast<double>(report.latency.max()) / 1000,
                           report.latency.mean() / 1000);
  if (options.subscribe) {
    std::cout << fmt::format("events received: {} ({:.0f}/s)\n", report.events,
                             per_second(report.events, report.seconds));
    if (report.lag.count() > 0) {
      std::cout << fmt::format(
          "lag ms, due to arrival, of {}:  p50 {:.3f}  p99 {:.3f}  max {:.3f}\n",
          report.lag.count(), static_cast<double>(report.lag.quantile(0.5)) / 1000,
          static_cast<double>(report.lag.quantile(0.99)) / 1000,
          static_cast<double>(report.lag.max()) / 1000);
    }
  }
  std::cout << "errors:" << (report.refused.empty() ? " none" : "");
  for (const auto& [code, count] : report.refused)
    std::cout << " " << to_string(code) << " " << count;
  if (report.unknown > 0)
    std::cout << fmt::format("; {} commands without an answer", report.unknown);
  std::cout << "\n";
}

nlohmann::ordered_json latencies(const LatencyHistogram& histogram) {
  nlohmann::ordered_json json;
  for (std::size_t i = 0; i < std::size(kQuantiles); ++i) {
    json[kQuantileNames[i]] = histogram.quantile(kQuantiles[i]);
  }
  json["max"] = histogram.max();
  json["mean"] = histogram.mean();
  return json;
}

void print_json(const LoadRunOptions& options, const LoadReport& report) {
  nlohmann::ordered_json json = {
      {"connections", options.connections},
      {"pipeline", options.pipeline},
      {"frame", options.frame},
      {"rate", options.rate},
      {"seed", options.workload.seed},
      {"commands", report.commands},
      {"frames", report.frames},
      {"seconds", report.seconds},
      {"commands_per_second", per_second(report.commands, report.seconds)}};
  json["latency_us"] = latencies(report.latency);
  json["errors"] = nlohmann::ordered_json::object();
  for (const auto& [code, count] : report.refused)
    json["errors"][std::string(to_string(code))] = count;
  json["unknown"] = report.unknown;
  if (options.subscribe) {
    json["events"] = report.events;
    json["deadline_events"] = report.lag.count();
    json["lag_us"] = latencies(report.lag);
  }
  json["began_at_ms"] = report.began_at;
  for (std::size_t i = 0; i < report.slices.size(); ++i) {
    nlohmann::ordered_json slice = latencies(report.slices[i].latency);
    slice["from_ms"] = static_cast<DurationMs>(i) * options.every_ms;
    slice["commands"] = report.slices[i].commands;
    json["slices"].push_back(std::move(slice));
  }
  std::cout << json.dump() << "\n";
}

int run(Invocation& call) {
  const Result<LoadRunOptions> options = read_options(call);
  if (!options) return call.usage("load", options.error().message);
  if (call.globals().tenant.empty()) return call.usage("load", "no tenant", "--tenant NAME");
  const Result<LoadReport> report = run_load(*options);
  if (!report) return call.fail("load", report.error());
  const Output output = call.globals().output;
  const bool json =
      call.globals().output_given && (output == Output::json || output == Output::jsonl);
  json ? print_json(*options, *report) : print_text(*options, *report);
  return report->lost ? call.fail("load", *report->lost) : exit_ok;
}

const Registration registration({
    .name = "load",
    .summary = "send commands as fast as they are taken, or at a rate; measure",
    .details = "Closed loop: each connection keeps --pipeline frames in flight, and latency counts "
               "from sending.\n"
               "With --rate an open loop: frames leave at their times whatever comes back, and "
               "latency counts from\n"
               "the time at which a frame should have left.\n"
               "Tickets are created first, then the mix is drawn; the same --seed and --base, the "
               "same commands.\n"
               "Examples:\n"
               "  vencer --tenant demo load -n 1000000 -c 4 -P 8 --frame 256\n"
               "  vencer --tenant demo load --rate 20000 --for 30s -c 4 -o json",
    .options = {{"-n,--commands",
                 "how many in all (default 100000, or as --for allows)",
                 OptionKind::value,
                 false,
                 {},
                 "N"},
                {"--for", "for how long: 90s, 500ms, 2m", OptionKind::value, false, {}, "SPAN"},
                {"-c,--connections", "how many", OptionKind::value, false, "4", "N"},
                {"-P,--pipeline", "frames in flight a connection", OptionKind::value, false, "16",
                 "N"},
                {"--frame", "commands a frame", OptionKind::value, false, "1", "N"},
                {"--rate",
                 "commands a second over all connections: an open loop",
                 OptionKind::value,
                 false,
                 {},
                 "N"},
                {"--seed", "of the draws", OptionKind::value, false, "1", "N"},
                {"--base",
                 "of the keys (default: the time, so that tickets are fresh)",
                 OptionKind::value,
                 false,
                 {},
                 "N"},
                {"--tickets", "created before the mix begins", OptionKind::value, false, "10000",
                 "N"},
                {"--create-only", "end when --tickets are created, evenly over the connections",
                 OptionKind::flag},
                {"--existing",
                 "tickets that are there already from a run with the same --base and -c: none is "
                 "created first",
                 OptionKind::value,
                 false,
                 {},
                 "N"},
                {"--due-within",
                 "new tickets bring a due_at drawn from now to so much later (targets \"ticket\")",
                 OptionKind::value,
                 false,
                 {},
                 "SPAN"},
                {"--every",
                 "with -o json: latencies by slices of so long, too",
                 OptionKind::value,
                 false,
                 {},
                 "SPAN"},
                {"--mix",
                 "default create=5,status=30,activity=40,attributes=25",
                 OptionKind::value,
                 false,
                 {},
                 "MIX"},
                {"--exactly-once", "commands carry producer and number", OptionKind::flag},
                {"--subscribe", "another connection reads the tenant's events", OptionKind::flag}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
