#include "engine/wire/frame_builder.h"

#include "engine/core/assert.h"
#include "engine/wire/frame.h"

namespace vencer {

flatbuffers::FlatBufferBuilder& frame_builder() {
  thread_local flatbuffers::FlatBufferBuilder builder(4096);
  builder.Clear();
  return builder;
}

void append_frame(wire::FrameType type, std::uint64_t correlation,
                  const flatbuffers::FlatBufferBuilder& finished, std::vector<std::byte>& out) {
  VENCER_ASSERT(out.size() % 8 == 0);
  const std::size_t body = finished.GetSize();
  const std::size_t padded = (body + 7) / 8 * 8;
  const std::size_t begin = out.size();
  out.resize(begin + kFrameHeaderBytes);  // not to its end: the bytes would be written twice
  FrameHeader header;
  header.length = static_cast<std::uint32_t>(padded);
  header.type = static_cast<std::uint16_t>(type);
  header.correlation = correlation;
  encode_frame_header(
      header, std::span<std::byte, kFrameHeaderBytes>(out.data() + begin, kFrameHeaderBytes));
  const auto* const bytes = reinterpret_cast<const std::byte*>(finished.GetBufferPointer());
  out.insert(out.end(), bytes, bytes + body);
  out.resize(begin + kFrameHeaderBytes + padded);
}

}  // namespace vencer
