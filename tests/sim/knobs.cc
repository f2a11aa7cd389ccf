#include "tests/sim/knobs.h"

#include <fmt/format.h>
#include <vencer_paths.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace vencer::sim {
namespace {

// Midnights UTC before something: a plain week, DST ends and begins in Santiago, a holiday, the
// turn of the year, a weekend.
constexpr std::array<TimeMs, 7> kSeasons = {
    1'780'272'000'000,  // Mon 2026-06-01
    1'775'174'400'000,  // Fri 2026-04-03, a holiday; Santiago's clocks go back on Sunday
    1'788'480'000'000,  // Fri 2026-09-04; they go forward on Sunday
    1'789'603'200'000,  // Thu 2026-09-17, before holidays
    1'798'588'800'000,  // Wed 2026-12-30
    1'772'150'400'000,  // Fri 2026-02-27
    1'776'384'000'000,  // Fri 2026-04-17
};

std::uint64_t one_of(Dice& dice, std::initializer_list<std::uint64_t> choices) {
  return dice.of(std::vector<std::uint64_t>(choices));
}

// Small, so that a life has many, and most of it changes while one is taken.
void throw_snapshot_config(Dice& dice, ServerConfig& config) {
  config.snapshot_log_bytes = one_of(dice, {0, 64 << 10, 512 << 10, 4 << 20});
  config.snapshot_every_ms =
      static_cast<DurationMs>(one_of(dice, {0, 600'000, 3'600'000, 6 * 3'600'000}));
  config.snapshot_bytes_per_second = one_of(dice, {0, 1 << 10, 64 << 10, 200 << 20});
  SnapshotBounds& bounds = config.snapshot_bounds;
  bounds.slice_tickets = one_of(dice, {1, 3, 32, 512});
  bounds.buffer_bytes = one_of(dice, {256, 4 << 10, 1 << 20});
  bounds.waiting_bytes_max = one_of(dice, {1, 4 << 10, 16 << 20});
  bounds.backlog_bytes_high = one_of(dice, {1, 1 << 10, 4 << 20});
  bounds.backlog_bytes_max =
      std::max<std::size_t>(bounds.backlog_bytes_high, one_of(dice, {16 << 10, 16 << 20}));
}

ServerConfig throw_config(Dice& dice) {
  ServerConfig config;
  config.data = "/data";
  config.log_level = LogLevel::error;
  config.capacity = static_cast<std::uint32_t>(one_of(dice, {4096, 20'000}));
  config.producers = 64;
  config.segment_bytes = one_of(dice, {512 << 10, 1 << 20, 2 << 20, 9 << 20});
  config.event_segment_bytes = one_of(dice, {16 << 10, 64 << 10, 1 << 20});
  config.event_retention_bytes = one_of(dice, {64 << 10, 256 << 10, 8 << 20, 1 << 30});
  config.recent_event_bytes = one_of(dice, {1, 4 << 10, 64 << 10, 16 << 20});
  config.slice = static_cast<std::uint32_t>(one_of(dice, {1, 2, 7, 64, 4096}));
  config.groups_in_flight = static_cast<std::uint32_t>(one_of(dice, {1, 1, 2, 3, 3}));
  config.outbound_bytes_max = one_of(dice, {64 << 10, 256 << 10, 8 << 20});
  config.connection_frames_max = static_cast<std::uint32_t>(one_of(dice, {4, 64, 8192}));
  throw_snapshot_config(dice, config);
  return config;
}

void replace(std::string& text, std::string_view from, const std::string& to) {
  if (const std::size_t at = text.find(from); at != std::string::npos) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

Knobs throw_knobs(Dice dice, double load) {
  Knobs knobs;
  knobs.config = throw_config(dice);
  knobs.server.turn_most = dice.percent(30) ? 20 * kMillisecond : 300;
  knobs.server.write_most = dice.percent(30) ? 400 * kMillisecond : 3 * kMillisecond;
  knobs.server.roles_apart = dice.percent(70);
  knobs.net.delay_most = dice.percent(30) ? 400 * kMillisecond : 2 * kMillisecond;
  knobs.net.pieces_percent = dice.percent(50) ? 60 : 5;
  knobs.producer.commands_per_frame = 1 + dice.below(16);
  knobs.producer.frames_in_flight = 1 + dice.below(8);
  knobs.producers = 1 + dice.below(5);
  knobs.subscribers = 1 + dice.below(4);
  knobs.work.tickets_per_hour = load * static_cast<double>(one_of(dice, {2, 6, 15, 30}));
  knobs.work.hours_scale = dice.percent(50) ? 0.3 : 1;
  knobs.begins_at = kSeasons[dice.below(kSeasons.size())] + dice.between(0, 86'399'999);
  knobs.with_model = dice.percent(70);
  knobs.example = "zen";
  if (!knobs.with_model) {
    knobs.example = dice.of(std::vector<std::string>{"luki", "kushki", "openpyme", "emoney"});
    knobs.work.links = true;
    if (dice.percent(25)) knobs.config.capacity = 48;
  }
  return knobs;
}

std::string document_text(const std::string& example, unsigned version) {
  std::ifstream in(std::string(VENCER_SOURCE_DIR) + "/tools/examples/" + example + ".toml");
  std::ostringstream whole;
  whole << in.rdbuf();
  std::string text = whole.str();
  if (version <= 1) return text;
  const unsigned day = 1 + version % 27;
  replace(text, "holidays = [",
          fmt::format("holidays = [2026-04-{:02}, 2026-09-{:02}, 2026-06-{:02}, ",
                      (day + 3) % 28 + 1, day, (day + 1) % 5 + 1));
  replace(text, "update = \"24h\"", fmt::format("update = \"{}h\"", 10 + version % 20));
  replace(text, "[\"2h\", \"16h\"]",
          fmt::format("[\"{}m\", \"{}h\"]", 30 + version % 90, 2 + version % 9));
  replace(text, "at = \"75%\"", fmt::format("at = \"{}%\"", 60 + version % 8));
  return text + fmt::format("\n# version {}\n", version);
}

}  // namespace vencer::sim
