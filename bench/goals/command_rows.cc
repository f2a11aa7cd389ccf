// Rows about commands over TCP: rate against Redis, durable against not, one alone, half the peak.
#include <fmt/core.h>

#include <functional>
#include <memory>
#include <stdexcept>

#include "bench/goals/row.h"
#include "bench/harness/calibration.h"
#include "bench/harness/figures.h"
#include "bench/peers/peer.h"

namespace vencer::bench {
namespace {

constexpr int kConnections = 50;
constexpr std::uint64_t kFilled = 200'000;   // tickets before a mix
constexpr std::uint64_t kRoom = 16'000'000;  // for what the loads create

std::string rates(const std::vector<double>& over, const std::vector<double>& under,
                  const char* peer) {
  return fmt::format("{}/s over {} {}/s", human(spread_of(over).median), peer,
                     human(spread_of(under).median));
}

double insert_rate(const Context& context, Peer& peer, bool durable, int pipeline) {
  const ScratchFolder folder(context.scratch);
  peer.start(folder.path(), durable);
  const double rate = peer.insert({kConnections, pipeline, context.seconds}).per_second;
  peer.stop();
  return rate;
}

// Create, the mix, and the mix with one command a frame, interleaved with Redis; and what a server
// without the product in it does in the same minute.
void against_redis(const Context& context, int pipeline, Goal goal, std::vector<Line>& lines) {
  struct Variant {
    const char* what;
    std::function<std::unique_ptr<Peer>()> peer;
    std::vector<double> rates = {};
  };
  std::vector<Variant> variants = {{"create", [] { return make_vencer_peer(true, false); }},
                                   {"mix", [] { return make_vencer_peer(true, true); }}};
  if (pipeline > 1) {
    variants.push_back({"mix, one command a frame (for information)",
                        [] { return make_vencer_peer(false, true); }});
  }
  variants.push_back(
      {"create, a bare server (for information)", [] { return make_bare_peer(false); }});
  variants.push_back({"mix, a bare server (for information)", [] { return make_bare_peer(true); }});
  std::vector<double> redis;
  for (int round = 0; round < context.rounds; ++round) {
    redis.push_back(insert_rate(context, *make_redis_peer(), true, pipeline));
    for (Variant& variant : variants) {
      variant.rates.push_back(insert_rate(context, *variant.peer(), true, pipeline));
    }
  }
  for (const Variant& variant : variants) {
    lines.push_back({fmt::format("pipeline {}, {}", pipeline, variant.what), goal,
                     ratios(variant.rates, redis), rates(variant.rates, redis, "Redis")});
  }
}

std::vector<Line> durable(const Context& context) {
  if (const std::string missing = missing_program("redis"); !missing.empty()) {
    throw std::runtime_error(missing + ": bench/peers/setup installs it");
  }
  std::vector<Line> lines;
  against_redis(context, 128, {true, 15, 25, "x"}, lines);
  against_redis(context, 16, {true, 6, 9, "x"}, lines);
  against_redis(context, 1, {true, 1.5, 2.2, "x"}, lines);
  return lines;
}

std::vector<Line> sync_or_none(const Context& context) {
  std::vector<Line> lines;
  for (const bool mix : {false, true}) {
    std::vector<double> with, without;
    for (int round = 0; round < context.rounds; ++round) {
      with.push_back(insert_rate(context, *make_vencer_peer(true, mix), true, 128));
      without.push_back(insert_rate(context, *make_vencer_peer(true, mix), false, 128));
    }
    lines.push_back({mix ? "mix" : "create",
                     {true, 0.6, 0.8, "x"},
                     ratios(with, without),
                     rates(with, without, "memory-only")});
  }
  return lines;
}

std::vector<Line> alone(const Context& context) {
  FreshServer fresh(context, 1'000'000);
  Line line{"p50 of one command alone / calibration", {false, 1.6, 1.25, "x"}, {}};
  double p50_us = 0, floor_us = 0;
  const std::string span = fmt::format("{}ms", static_cast<int>(context.seconds * 1000));
  for (int round = 0; round < context.rounds; ++round) {
    const Calibration before = calibrate(context.scratch, 0.5);
    const LoadResult load = run_load(
        *fresh.server, "desk",
        {"-c", "1", "-P", "1", "--frame", "1", "--tickets", "100", "--for", span}, context.log);
    const Calibration after = calibrate(context.scratch, 0.5);
    for (const Calibration& each : {before, after}) {
      if (const std::string why = disturbed(each); !why.empty()) throw std::runtime_error(why);
    }
    floor_us =
        (before.sync_write_us + before.ping_pong_us + after.sync_write_us + after.ping_pong_us) / 2;
    p50_us = load.latency_us("p50");
    line.runs.push_back(p50_us / floor_us);
  }
  line.detail =
      fmt::format("{:.0f} us over {:.0f} us (4 KiB O_DSYNC + ping-pong)", p50_us, floor_us);
  return {line};
}

std::vector<Line> half_peak(const Context& context) {
  FreshServer fresh(context, kRoom);
  const std::string connections = std::to_string(kConnections),
                    span = fmt::format("{}ms", static_cast<int>(context.seconds * 1000)),
                    filled = std::to_string(kFilled);
  (void)run_load(
      *fresh.server, "desk",
      {"--create-only", "--tickets", filled, "--base", "7", "-c", connections, "--frame", "64"},
      context.log);
  const std::vector<std::string> mix = {
      "-c",    connections,  "--frame",    "128",   "--base",
      "7",     "--existing", filled,       "--mix", "status=30,activity=40,attributes=25",
      "--for", span,         "--subscribe"};
  Line line{"p99 at half the peak, open loop, frames of 128", {false, 2, 1, "ms"}, {}};
  double peak = 0, p50_us = 0;
  for (int round = 0; round < context.rounds; ++round) {
    std::vector<std::string> closed = mix, open = mix;
    closed.insert(closed.end(), {"-P", "1"});
    peak = run_load(*fresh.server, "desk", closed, context.log).commands_per_second();
    open.insert(open.end(), {"--rate", fmt::format("{:.0f}", peak / 2)});
    const LoadResult half = run_load(*fresh.server, "desk", open, context.log);
    line.runs.push_back(half.latency_us("p99") / 1000);
    p50_us = half.latency_us("p50");
  }
  line.detail = fmt::format("peak {}/s; p50 {:.2f} ms", human(peak), p50_us / 1000);
  return {line};
}

}  // namespace

std::vector<Row> command_rows() {
  return {{"durable", "durable commands/s against Redis, appendfsync always", durable},
          {"sync", "durable rate / memory-only rate, pipeline 128", sync_or_none},
          {"alone", "one durable command alone: p50 / calibration", alone},
          {"half", "p99 at half the peak durable rate", half_peak}};
}

}  // namespace vencer::bench
