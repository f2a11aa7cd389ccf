// Steps of a log that a start goes past because the operator said so (--skip-step): for a step that
// a replay cannot apply, when there is no build that can and no backup to go back to.
//
// Decided once, and kept in the file STREAM, synced before anything is replayed: every later start
// goes past the same steps without being told, so that the same directory gives the same state. So
// does a restore: a backup carries them. The log itself is not changed; `vencer wal dump` shows the
// step, marked. What was done since may rest on what the step did, and its events are out in the
// world: the event stream begins a new epoch.
//
// Thread: one.  Errors: a sentence for the operator; nothing was changed then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/storage.h"
#include "engine/log/wal.h"

namespace vencer {

class DataDirectory;
struct ServerConfig;
struct StreamState;

// As it is asked for: "4711.3", "1:4711.3".
struct StepToSkip {
  std::optional<std::uint32_t> partition;  // none: the only one
  StepName step;
};
Result<std::vector<StepToSkip>> parse_steps_to_skip(std::string_view text);  // "4711.3,4711.4"
std::string step_to_skip_text(const StepToSkip& asked);

// As it was decided.
struct SkippedStep {
  StepName step;
  std::uint32_t group_chain = 0;  // another group of that number is not meant
  // The last group of the log at that time: up to there steps were logged by a machine that had
  // applied this one, and may do more or less now than they say.
  std::uint64_t decided_after = 0;

  bool is(const StepRecord& record) const {
    return step == record.name && group_chain == record.group_chain;
  }
  friend bool operator==(const SkippedStep&, const SkippedStep&) = default;
};
// "4711.3 0123abcd 4720", as STREAM and a backup have it.
std::string skipped_step_text(const SkippedStep& skipped);
std::optional<SkippedStep> parse_skipped_step(std::string_view text);

// What config asks for beyond what `state` (that of the run that begins, `last` being that of the
// one before) has: looked up in the log and put there, with an epoch that no start has written
// events of. True: there was something. Errors: no such step, one that no start replays, the
// settings.
Result<bool> decide_skips(Storage& storage, const ServerConfig& config,
                          const DataDirectory& directory, const StreamState& last,
                          StreamState* state);

}  // namespace vencer
