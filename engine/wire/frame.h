// Frame: the envelope of every message on the native port.
//
//   u32 length of the body | u16 protocol version | u16 FrameType | u64 correlation id | body
//
// All little-endian. The body is a FlatBuffer that is not size-prefixed; its start is kept
// 8-aligned in memory (a header is 16 bytes), which FlatBuffers' 8-byte scalars need. A reply
// carries the correlation id of its request. One protocol version per connection; fields may be
// appended to tables within a version (schema/vencer.fbs).
//
// Cost: O(1), no allocation.  Errors: check() tells what a peer got wrong, before any allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/core/result.h"

namespace vencer {

inline constexpr std::uint16_t kProtocolVersion = 1;
inline constexpr std::size_t kFrameHeaderBytes = 16;

struct FrameHeader {
  std::uint32_t length = 0;
  std::uint16_t version = kProtocolVersion;
  std::uint16_t type = 0;
  std::uint64_t correlation = 0;
};

FrameHeader decode_frame_header(std::span<const std::byte, kFrameHeaderBytes> bytes);
void encode_frame_header(const FrameHeader& header, std::span<std::byte, kFrameHeaderBytes> into);

// ok, protocol_version, frame_too_long or malformed_frame (length 0 or not a multiple of 4).
// After any of these the connection cannot be kept.
Errc check_frame_header(const FrameHeader& header, std::size_t frame_bytes_max);

}  // namespace vencer
