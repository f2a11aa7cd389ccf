// The bytes of an event segment: a header, then records. README.md of this folder explains them.
//
// A record's CRC is seeded with the segment's identity and the event's sequence number, so that a
// stale or misplaced record fails; its sequence is known by its place alone.
// Little-endian, records 8-aligned in the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vencer::events {

inline constexpr std::uint64_t kSegmentMagic = 0x3154564552434e56;  // "VNCREVT1"
inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::size_t kEventBytesMax = 1 << 20;

struct SegmentHeader {
  std::uint64_t magic = kSegmentMagic;
  std::uint32_t format_version = kFormatVersion;
  std::uint32_t partition = 0;
  std::uint64_t identity_high = 0, identity_low = 0;  // of the write-ahead log
  std::uint64_t epoch = 0;
  std::uint64_t first_sequence = 0;  // also in the file's name
  std::uint64_t reserved = 0;
  std::uint32_t reserved_too = 0;
  std::uint32_t header_crc = 0;  // CRC32C of all before
};
static_assert(sizeof(SegmentHeader) == 64);

struct RecordHeader {
  std::uint32_t length = 0;  // of the event; zero padding up to 8 follows it
  std::uint32_t crc = 0;     // CRC32C of seed, sequence, length, event
};
static_assert(sizeof(RecordHeader) == 8);

std::string segment_name(std::uint64_t first_sequence);  // "events-00000000000000000001.seg"
std::optional<std::uint64_t> parse_segment_name(std::string_view name);

void seal_header(SegmentHeader* header);
bool header_intact(const SegmentHeader& header);
std::uint32_t record_seed(const SegmentHeader& header);
// Of an event in its place: what its record carries.
std::uint32_t record_crc(std::uint32_t seed, std::uint64_t sequence,
                         std::span<const std::byte> event);

constexpr std::size_t record_bytes(std::size_t length) {
  return sizeof(RecordHeader) + (length + 7) / 8 * 8;
}
void append_record(std::uint32_t seed, std::uint64_t sequence, std::span<const std::byte> event,
                   std::vector<std::byte>* to);
// The event whose record stands at the front of `bytes`; nothing if it is torn, stale or altered.
// *need: how many bytes the record has, or would have, as far as its header can be believed.
std::optional<std::span<const std::byte>> read_record(std::uint32_t seed, std::uint64_t sequence,
                                                      std::span<const std::byte> bytes,
                                                      std::size_t* need);

}  // namespace vencer::events
