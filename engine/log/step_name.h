// StepName: which step of a partition's log: the number of its group, and its place in that group,
// from 1; "4711.3". It stays the same for as long as the log holds the step. A count of steps does
// not: it begins wherever the log, or a replay behind a snapshot, begins.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vencer {

struct StepName {
  std::uint64_t group = 0;  // 0: none
  std::uint32_t step = 0;
  friend bool operator==(const StepName&, const StepName&) = default;
};

std::string step_name_text(const StepName& name);
// Nothing if it is not two whole numbers from 1 and a dot.
std::optional<StepName> parse_step_name(std::string_view text);

}  // namespace vencer
