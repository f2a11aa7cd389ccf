#include "tests/sim/report.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

namespace vencer::sim {
namespace {

// All counters of a struct are of one type and stand one after the other.
template <typename Counters>
void add_all(Counters& sum, const Counters& more) {
  static_assert(sizeof(Counters) % sizeof(std::uint64_t) == 0);
  auto* to = reinterpret_cast<std::uint64_t*>(&sum);
  const auto* from = reinterpret_cast<const std::uint64_t*>(&more);
  for (std::size_t i = 0; i < sizeof(Counters) / sizeof(std::uint64_t); ++i) to[i] += from[i];
}

struct Row {
  std::string_view key;
  std::string text;  // for people
  std::string json;
};

std::string grouped(std::uint64_t n) {
  std::string text = std::to_string(n);
  for (std::size_t at = text.size(); at > 3; at -= 3)
    text.insert(text.begin() + static_cast<std::ptrdiff_t>(at - 3), ',');
  return text;
}

std::vector<Row> rows_of(const Report& r) {
  std::vector<Row> rows;
  const auto number = [&](std::string_view key, std::uint64_t n) {
    rows.push_back({key, grouped(n), std::to_string(n)});
  };
  number("seeds", r.seeds);
  rows.push_back({"faults", tell_groups(r.faults), fmt::format("\"{}\"", tell_groups(r.faults))});
  number("simulated hours", static_cast<std::uint64_t>(r.simulated_hours));
  const double per_hour = r.wall_seconds > 0 ? r.simulated_hours / (r.wall_seconds / 3600) : 0;
  number("simulated hours per wall hour, one core", static_cast<std::uint64_t>(per_hour));
  number("tickets", r.work.tickets);
  number("commands committed", r.truth.commands);
  number("of them refused", r.truth.refused);
  number("frames sent", r.clients.frames_sent);
  number("frames repeated or reordered", r.clients.frames_repeated + r.clients.frames_reordered);
  number("documents put", r.truth.documents);
  number("events", r.truth.events);
  number("breaches", r.truth.breaches);
  number("events compared with the model", r.truth.compared_events);
  number("whole states compared with the model", r.truth.compared_states);
  number("events received by subscribers", r.clients.events_received);
  number("queries (answers compared)", r.clients.queries);
  number("starts (state digest compared at each)", r.life.starts);
  number("of them from a snapshot", r.life.snapshot_starts);
  number("snapshots completed", r.life.snapshots);
  number("bursts of changes while one was taken", r.work.rushes);
  number("snapshots given up", r.life.snapshots_given_up);
  number("damaged snapshots set aside", r.life.snapshots_set_aside);
  number("faults injected", r.life.faults);
  number("crash points tried", r.life.crash_points);
  number("of them in recovery", r.life.recovery_crashes);
  number("of them while a snapshot was taken", r.life.snapshot_crashes);
  number("kills", r.life.kills);
  number("sectors torn", r.disk.torn_sectors);
  number("sectors dropped", r.disk.dropped_sectors);
  number("names dropped", r.disk.dropped_names);
  number("log writes begun beside another", r.disk.writes_beside);
  number("of them done before an earlier one", r.disk.writes_overtook);
  number("log writes under way as the power went", r.disk.writes_cut_off);
  number("lost writes", r.disk.lost_writes);
  number("misdirected writes", r.disk.misdirected_writes);
  number("bits flipped at rest", r.disk.flipped_bits);
  number("damaged pages at a start", r.life.damaged_pages);
  rows.push_back({"of them detected, or of no consequence",
                  fmt::format("{} + {} of {}", grouped(r.life.damage_refused),
                              grouped(r.life.damage_harmless), grouped(r.life.damaged_pages)),
                  fmt::format("[{}, {}]", r.life.damage_refused, r.life.damage_harmless)});
  number("pages of the last, unproven group put back", r.life.damage_unprovable);
  number("starts where only events proved the last group", r.life.damage_proven_by_events);
  number("write errors", r.disk.write_errors);
  number("read errors", r.disk.read_errors);
  number("full disks", r.life.full_periods);
  number("clock steps and drifts", r.life.clock_steps + r.life.clock_drifts);
  number("shard starved", r.life.starved);
  number("connections", r.net.connections);
  number("connections cut by a fault", r.net.cut);
  number("slow readers, streams that died", r.life.slow_readers + r.life.streams_died);
  number("streams told what is gone", r.clients.streams_behind);
  const auto every_bit = [&](std::string_view key, const EveryBit& of) {
    const std::uint64_t bits = of.bits - of.harmless;
    rows.push_back({key, fmt::format("{} of {}", grouped(of.detected), grouped(bits)),
                    fmt::format("[{}, {}]", of.detected, bits)});
  };
  every_bit("every bit of a small log flipped: detected", r.log_bits);
  every_bit("every bit of a small snapshot", r.snapshot_bits);
  every_bit("every bit of small event segments that says something", r.event_bits);
  number("lost", r.lost);
  number("early", r.early);
  number("twice", r.twice);
  number("damage swallowed", r.swallowed);
  number("other failures", r.other);
  return rows;
}

}  // namespace

void Report::add(const LifeResult& result) {
  ++seeds;
  simulated_hours += result.hours;
  add_all(life, result.life);
  add_all(truth, result.truth);
  add_all(clients, result.clients);
  add_all(disk, result.disk);
  add_all(net, result.net);
  add_all(work, result.work);
  if (result.wrong.empty()) return;
  if (result.wrong.starts_with("LOST") || result.wrong.starts_with("UNPROVEN")) {
    ++lost;
  } else if (result.wrong.starts_with("EARLY")) {
    ++early;
  } else if (result.wrong.starts_with("TWICE")) {
    ++twice;
  } else if (result.wrong.starts_with("SWALLOWED")) {
    ++swallowed;
  } else {
    ++other;
  }
}

std::string Report::table() const {
  std::string text = "| what | figure |\n|---|---|\n";
  for (const Row& row : rows_of(*this)) text += fmt::format("| {} | {} |\n", row.key, row.text);
  return text;
}

std::string Report::json() const {
  std::string text;
  for (const Row& row : rows_of(*this)) {
    text += fmt::format("{}\"{}\": {}", text.empty() ? "{" : ", ", row.key, row.json);
  }
  return text + "}\n";
}

}  // namespace vencer::sim
