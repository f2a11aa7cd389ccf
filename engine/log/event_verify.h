// Event segments as they lie on the disk, for people who look at them: every event that can be
// read, and exactly where one cannot. Reads only; a server may be running on them (then the end
// moves).
//
//   damage  a record or header does not match its checksum though others lie behind it; a segment
//           of another log or epoch; a gap between two segments
//   torn    behind the last event of the last segment lie bytes that are no event: a write that was
//           not finished. A start makes these events again, from the log
//
// Behind a damaged record the next whole one is looked for, so that what can be read is read.
// Cost: one sequential read of the segments that hold the range.  Thread: any.
// Errors: the directory cannot be read, or holds no event segments.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/event_format.h"
#include "engine/log/storage.h"

namespace vencer {

struct EventPlace {
  std::uint64_t sequence = 0;
  const std::string& path;
  std::uint64_t offset = 0;
  std::uint64_t epoch = 0;
};

struct EventDamage {
  std::string path;
  std::uint64_t offset = 0;
  std::uint64_t from = 0, to = 0;  // events that cannot be read
  std::string why;
};

struct EventsReport {
  struct Segment {
    std::string path;
    std::uint64_t bytes = 0;
    std::uint64_t first = 0;  // of its name
    std::uint64_t last = 0;   // read in it; 0: none
  };
  events::SegmentHeader header;  // of the first segment whose header is intact
  std::vector<Segment> segments;
  std::uint64_t first = 0, last = 0;  // kept; 0: none
  std::uint64_t events = 0;           // read
  std::vector<EventDamage> damages;   // in order, the first kDamagesKept
  static constexpr std::size_t kDamagesKept = 64;
  std::uint64_t torn_bytes = 0;  // behind the last event

  bool good() const { return damages.empty(); }
};

// `see` gets the events from `from` to `to`, in order; false ends the reading.
using SeeEvent = std::function<bool(const EventPlace&, std::span<const std::byte>)>;
Result<EventsReport> examine_events(Storage& storage, const std::string& directory,
                                    std::uint64_t from, std::uint64_t to, const SeeEvent& see);

}  // namespace vencer
