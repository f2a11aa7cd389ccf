// The bytes of the write-ahead log: constants, headers, and how they are sealed and checked.
//
// README.md of this folder explains them; a golden file under tests/golden/log holds them still.
// Little-endian, fixed offsets, no padding. Everything that is read is checked here before use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/core/limits.h"

namespace vencer::wal {

inline constexpr std::size_t kBlockBytes = 4096;  // groups start and end on blocks
inline constexpr std::uint64_t kSegmentMagic = 0x3147455352434e56;  // "VNCRSEG1"
inline constexpr std::uint64_t kGroupMagic = 0x3150524752434e56;    // "VNCRGRP1"
inline constexpr std::uint32_t kFormatVersion = 1;     // of groups, and of a segment without flags
inline constexpr std::uint32_t kFormatVersionMax = 2;  // of a segment with flags: what is read here
inline constexpr std::uint32_t kSemanticsVersion = 1;  // behaviour and event bytes of this build
inline constexpr std::size_t kGroupLengthMax = limits::group_bytes_max;  // header and padding too

struct Identity {
  std::uint64_t high = 0, low = 0;
  std::uint32_t partition = 0;
  friend bool operator==(const Identity&, const Identity&) = default;
};

// How a segment came to be, and so what its header knows about the groups in it.
enum class Origin : std::uint32_t {
  creation = 1,  // the first of a log: base_group 1
  prepared = 2,  // made ahead of need: base_group and base_chain are 0, the chain just goes on
  recovery = 3,  // replaces every group numbered base_group and above of the segments before it
};

// Block 0 of a segment file; the rest of the block is zero but for its last four bytes: the CRC32C
// of all before. Magic, format version and that CRC keep their places in every format version.
struct SegmentHeader {
  std::uint64_t magic = kSegmentMagic;
  std::uint32_t format_version = kFormatVersion;
  std::uint32_t partition = 0;
  std::uint64_t identity_high = 0;
  std::uint64_t identity_low = 0;
  std::uint64_t number = 0;         // of the segment, from 1, gapless; also in its name
  std::uint64_t segment_bytes = 0;  // of the whole file as it was made
  Origin origin = Origin::creation;
  std::uint32_t base_chain = 0;  // chain before base_group
  std::uint64_t base_group = 0;
  std::uint64_t proven_group = 0;  // recovery: the highest group that was synced before this file
  std::uint32_t flags = 0;         // format version 2
  std::uint32_t reserved = 0;

  bool recycled() const;
};
static_assert(sizeof(SegmentHeader) == 80 && offsetof(SegmentHeader, flags) == 72);
inline constexpr std::uint32_t kSegmentRecycled = 1;  // flag: behind the groups lie older ones
inline bool SegmentHeader::recycled() const {
  return (flags & kSegmentRecycled) != 0;
}

inline constexpr std::uint32_t kGroupUnsynced = 1;  // flag: written in mode none

// In front of every group. `header_crc` covers the header alone, so that it can be trusted when the
// body is torn; `chain` covers the header (and so body_crc) and the chain of the group before.
struct GroupHeader {
  std::uint64_t magic = kGroupMagic;
  std::uint32_t format_version = kFormatVersion;
  std::uint32_t semantics_version = kSemanticsVersion;
  std::uint64_t identity_high = 0;
  std::uint64_t identity_low = 0;
  std::uint32_t partition = 0;
  std::uint32_t steps = 0;    // 0: a seal
  std::uint64_t number = 0;   // from 1, gapless
  std::uint64_t durable = 0;  // the highest group durable when this one was submitted
  std::uint32_t length = 0;   // of the group with header and zero padding: n * 4 KiB
  std::uint32_t used = 0;     // of the group with header, without padding
  std::uint32_t flags = 0;
  std::uint32_t chain_before = 0;  // chain of the group before
  std::uint32_t body_crc = 0;      // bytes [88, length)
  std::uint32_t chain = 0;         // bytes [0, 76), seeded with chain_before
  std::uint32_t reserved = 0;
  std::uint32_t header_crc = 0;  // bytes [0, 84)
};
static_assert(sizeof(GroupHeader) == 88 && offsetof(GroupHeader, chain) == 76 &&
              offsetof(GroupHeader, header_crc) == 84);

// In front of every step; its payload follows, zero-padded to 8.
struct StepHeader {
  std::uint32_t payload_bytes = 0;
  std::uint8_t kind = 0;
  std::uint8_t reserved = 0;
  std::uint16_t frame_type = 0;
  std::int64_t now = 0;
  std::uint64_t principal = 0;
  std::uint64_t argument = 0;
};
static_assert(sizeof(StepHeader) == 32);

constexpr std::uint64_t round_up(std::uint64_t bytes, std::uint64_t unit) {
  return (bytes + unit - 1) / unit * unit;
}
inline Identity identity_of(const SegmentHeader& h) {
  return {h.identity_high, h.identity_low, h.partition};
}
inline Identity identity_of(const GroupHeader& h) {
  return {h.identity_high, h.identity_low, h.partition};
}

// The chain before group 1: depends on the log's identity, so that no other log's groups fit.
std::uint32_t chain_seed(const Identity& identity);

// Writes header and CRC into a whole block. A header without flags is written as version 1, so that
// older builds read what they can.
void encode_segment_header(const SegmentHeader& header, std::span<std::byte, kBlockBytes> block);
enum class SegmentCheck { ok, not_a_segment, bad_crc, newer_format };
SegmentCheck decode_segment_header(std::span<const std::byte, kBlockBytes> block,
                                   SegmentHeader* header);

// Fills body_crc, chain and header_crc and puts the header in front of `group` (`length` bytes,
// body and zero padding in place).
void seal_group(GroupHeader* header, std::span<std::byte> group);
// True if a header stands here whose own CRC holds and whose length and format make sense.
bool decode_group_header(std::span<const std::byte> block, GroupHeader* header);
// True if the whole group (`length` bytes) is what the writer wrote.
bool group_intact(const GroupHeader& header, std::span<const std::byte> group);

}  // namespace vencer::wal
