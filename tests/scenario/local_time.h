// Times as a story tells them: on the wall of the desk, and spans as the desk's document writes
// them.
//
// Errors: std::invalid_argument for a text that is no time; the story is wrong then.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <string_view>

#include "engine/core/types.h"

namespace vencer::scenario {

class LocalTime {
 public:
  explicit LocalTime(const std::string& iana_name);

  // "2026-06-01 09:00", "2026-06-01 09:00:00.001"; "09:30" is on the local day of `now`. An hour
  // that the clocks repeat means its first pass, with " again" at the end its second.
  TimeMs parse(std::string_view text, TimeMs now) const;
  // "2026-06-01 09:00", with seconds and milliseconds where they are not 0; "never" for kNever.
  std::string text(TimeMs at) const;

 private:
  absl::TimeZone zone_;
};

// "7h59m", "250ms", "2d4h": d is 24 hours.
DurationMs parse_span(std::string_view text);
// Exact, in hours and less: "52h", "7h59m59s999ms", "-15m", "0s".
std::string span_text(DurationMs span);

}  // namespace vencer::scenario
