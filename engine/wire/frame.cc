#include "engine/wire/frame.h"

#include "engine/wire/little_endian.h"

namespace vencer {

FrameHeader decode_frame_header(std::span<const std::byte, kFrameHeaderBytes> bytes) {
  FrameHeader header;
  header.length = load_le<std::uint32_t>(bytes.data());
  header.version = load_le<std::uint16_t>(bytes.data() + 4);
  header.type = load_le<std::uint16_t>(bytes.data() + 6);
  header.correlation = load_le<std::uint64_t>(bytes.data() + 8);
  return header;
}

void encode_frame_header(const FrameHeader& header, std::span<std::byte, kFrameHeaderBytes> into) {
  store_le(into.data(), header.length);
  store_le(into.data() + 4, header.version);
  store_le(into.data() + 6, header.type);
  store_le(into.data() + 8, header.correlation);
}

Errc check_frame_header(const FrameHeader& header, std::size_t frame_bytes_max) {
  // The version first: a peer of another one may mean anything by the rest.
  if (header.version != kProtocolVersion) return Errc::protocol_version;
  if (header.length == 0 || header.length % 4 != 0) return Errc::malformed_frame;
  if (header.length > frame_bytes_max) return Errc::frame_too_long;
  return Errc::ok;
}

}  // namespace vencer
