#include "engine/runtime/skipped_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "engine/core/step.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/wal_reader.h"
#include "engine/runtime/data_directory.h"
#include "engine/runtime/logging.h"
#include "engine/runtime/server_config.h"

namespace vencer {
namespace {

Error refused(const StepName& step, std::string_view why) {
  return {Errc::internal, fmt::format("skip-step {}: {}", step_name_text(step), why)};
}

template <typename Number>
bool parse_number(std::string_view text, int base, Number* into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *into, base);
  return error == std::errc() && end == text.data() + text.size();
}

Result<StepToSkip> parse_one(std::string_view text) {
  StepToSkip asked;
  std::string_view name = text;
  const std::size_t colon = text.find(':');
  bool good = true;
  if (colon != std::string_view::npos) {
    std::uint32_t partition = 0;
    good = parse_number(text.substr(0, colon), 10, &partition);
    asked.partition = partition;
    name = text.substr(colon + 1);
  }
  const auto step = parse_step_name(name);
  if (!good || !step) {
    return Error{
        Errc::internal,
        fmt::format("'{}' is not GROUP.STEP or PARTITION:GROUP.STEP, as 4711.3 or 1:4711.3", text)};
  }
  asked.step = *step;
  return asked;
}

// Where the newest snapshot stands; a start that has to take an older one says so.
Result<std::uint64_t> newest_snapshot(Storage& storage, const std::string& directory) {
  const auto paths = snapshot::list_snapshots(storage, directory);
  if (!paths) return paths.error();
  for (const std::string& path : *paths) {
    bool unread = false;
    const auto info = snapshot::look_at_snapshot(storage, path, &unread);
    if (unread) return info.error();
    if (info) return info->header.group;
  }
  return std::uint64_t{0};
}

// What the log has of it.
Result<SkippedStep> look_up(Storage& storage, const DataDirectory& directory,
                            std::uint32_t partition, const StepName& wanted) {
  auto segments = wal::load_segments(storage, directory.wal_path(), partition);
  if (!segments) return segments.error();
  if (segments->empty()) return refused(wanted, "there is no log here");
  SkippedStep found;
  bool settings = false;
  std::uint64_t first_group = 0;
  wal::Visit visit;
  visit.from_the_first = true;
  visit.step = [&](const StepRecord& record) {
    if (first_group == 0) first_group = record.name.group;
    if (record.name == wanted) {
      found.step = wanted;
      found.group_chain = record.group_chain;
      settings = record.kind == static_cast<std::uint8_t>(StepKind::settings);
    }
    return ok_status();
  };
  const auto walk = wal::walk_chain(directory.wal_path(), *segments, visit);
  if (!walk) return walk.error();
  if (found.step.group == 0) {
    return refused(wanted,
                   fmt::format("the log has no such step: it holds groups {} to {} (vencer wal "
                               "dump {} shows them)",
                               first_group, walk->last_group, directory.wal_path()));
  }
  if (settings) return refused(wanted, "a log cannot do without its settings");
  found.decided_after = walk->last_group;
  return found;
}

}  // namespace

Result<std::vector<StepToSkip>> parse_steps_to_skip(std::string_view text) {
  std::vector<StepToSkip> steps;
  while (true) {
    const std::size_t comma = text.find(',');
    auto one = parse_one(text.substr(0, comma));
    if (!one) return one.error();
    steps.push_back(*one);
    if (comma == std::string_view::npos) return steps;
    text.remove_prefix(comma + 1);
  }
}

std::string step_to_skip_text(const StepToSkip& asked) {
  return asked.partition ? fmt::format("{}:{}", *asked.partition, step_name_text(asked.step))
                         : step_name_text(asked.step);
}

std::string skipped_step_text(const SkippedStep& skipped) {
  return fmt::format("{} {:08x} {}", step_name_text(skipped.step), skipped.group_chain,
                     skipped.decided_after);
}

std::optional<SkippedStep> parse_skipped_step(std::string_view text) {
  const std::size_t first = text.find(' '), last = text.rfind(' ');
  if (first == last) return std::nullopt;  // also: there is none
  const auto step = parse_step_name(text.substr(0, first));
  SkippedStep skipped;
  const bool good =
      parse_number(text.substr(first + 1, last - first - 1), 16, &skipped.group_chain) &&
      parse_number(text.substr(last + 1), 10, &skipped.decided_after);
  if (!step || !good) return std::nullopt;
  skipped.step = *step;
  return skipped;
}

Result<bool> decide_skips(Storage& storage, const ServerConfig& config,
                          const DataDirectory& directory, const StreamState& last,
                          StreamState* state) {
  std::vector<SkippedStep> fresh;
  for (const StepToSkip& asked : config.skip_steps) {
    const auto same = [&](const SkippedStep& skipped) { return skipped.step == asked.step; };
    if (std::ranges::any_of(state->skipped, same) || std::ranges::any_of(fresh, same)) continue;
    if (!last.created) return refused(asked.step, "there is no log here");
    auto found = look_up(storage, directory, config.partition, asked.step);
    if (!found) return found.error();
    const auto snapshot = newest_snapshot(storage, directory.snapshots_path());
    if (!snapshot) return snapshot.error();
    if (*snapshot >= asked.step.group) {
      return refused(asked.step, fmt::format("what it did is in the snapshot of group {}, where a "
                                             "start begins: it is not replayed",
                                             *snapshot));
    }
    fresh.push_back(*found);
  }
  if (fresh.empty()) return false;
  for (const SkippedStep& skipped : fresh) {
    log_line(LogLevel::warn,
             "a step of the log will be skipped by this start and all later ones: what it did is "
             "gone, and so may be what rests on it",
             {{"partition", config.partition}, {"step", step_name_text(skipped.step)}});
  }
  state->skipped.insert(state->skipped.end(), fresh.begin(), fresh.end());
  // Also where this run begins one: a start before it, which knew nothing of the skips and was
  // broken off, may have filled that one with other events.
  ++state->epoch;
  return true;
}

}  // namespace vencer
