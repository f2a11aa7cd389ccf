// From a finished FlatBuffer to a whole frame at the end of a byte vector.
//
// Cost: one copy.  The builder is the thread's own and keeps its memory from frame to frame.
#pragma once

#include <flatbuffers/flatbuffers.h>
#include <vencer_generated.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/core/types.h"

namespace vencer {

// Empty, and this thread's until the next call on this thread.
flatbuffers::FlatBufferBuilder& frame_builder();

// Appends header and body, zero-padded so that the next frame starts 8-aligned too. `out` must hold
// whole frames only.
void append_frame(wire::FrameType type, std::uint64_t correlation,
                  const flatbuffers::FlatBufferBuilder& finished, std::vector<std::byte>& out);

inline wire::Key wire_key(const TicketKey& key) {
  return wire::Key(key.low, key.high, static_cast<wire::KeyKind>(key.kind));
}

// An instant that may be absent: kNever is.
inline flatbuffers::Optional<std::int64_t> wire_instant(TimeMs instant) {
  if (instant == kNever) return flatbuffers::nullopt;
  return instant;
}

}  // namespace vencer
