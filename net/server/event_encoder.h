// EventEncoder: Events frames for subscribers, encoded once for all that want the same.
//
// Subscribers of one filter who are at the same place get the same bytes but for the correlation
// id, which is patched into the copy. A few frames are remembered; for a single stream none is.
//
// Cost: a read of the hub and an encoding on a miss, a copy on a hit.
// Thread: one IO worker's.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/types.h"
#include "engine/runtime/event_hub.h"
#include "engine/wire/reply_codec.h"

namespace vencer {

struct EventFilter {
  TenantId tenant = kNoTenant;  // none: all
  std::uint64_t types = 0;      // bit mask; 0: all
  friend bool operator==(const EventFilter&, const EventFilter&) = default;
};

class EventEncoder {
 public:
  explicit EventEncoder(const EventHub& hub) : hub_(hub) {}
  const EventHub& hub() const { return hub_; }

  // How many there are on this worker.
  void stream_opened() { ++streams_; }
  void streams_closed(std::size_t count) { streams_ -= count; }

  struct Step {
    std::uint64_t next_sequence = 0;  // behind what was looked at
    bool any = false;                 // events passed the filter: a frame was appended
  };
  // Looks at some events from `sequence` on (which must be there) and appends a frame with those
  // that pass. Errors: those of EventHub::read.
  Result<Step> append(std::uint64_t sequence, const EventFilter& filter, std::uint64_t correlation,
                      Bytes& out);
  std::uint64_t encoded() const { return encoded_; }  // how often, not counting copies

 private:
  struct Remembered {
    std::uint64_t sequence = 0;
    std::uint64_t next_sequence = 0;
    EventFilter filter;
    Bytes frame;  // empty: nothing passed
  };
  Result<Step> encode(std::uint64_t sequence, const EventFilter& filter, std::uint64_t correlation,
                      Bytes& out);

  const EventHub& hub_;
  std::size_t streams_ = 0;
  std::uint64_t encoded_ = 0;
  std::deque<Remembered> remembered_;
  std::vector<std::span<const std::byte>> passed_;  // kept for its memory
};

}  // namespace vencer
