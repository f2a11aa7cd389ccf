#include "engine/log/wal_format.h"

#include "engine/core/assert.h"
#include "engine/log/crc32c.h"

namespace vencer::wal {
namespace {

constexpr std::size_t kSegmentCrcAt = kBlockBytes - sizeof(std::uint32_t);

template <typename Header>
std::span<const std::byte> bytes_of(const Header& header, std::size_t count) {
  return std::as_bytes(std::span(&header, 1)).first(count);
}

std::uint32_t chain_of(const GroupHeader& header) {
  return crc32c(header.chain_before, bytes_of(header, offsetof(GroupHeader, chain)));
}

}  // namespace

std::uint32_t chain_seed(const Identity& identity) {
  const std::uint64_t words[3] = {identity.high, identity.low, identity.partition};
  return crc32c(0, std::as_bytes(std::span(words)));
}

void encode_segment_header(const SegmentHeader& header, std::span<std::byte, kBlockBytes> block) {
  SegmentHeader written = header;
  if (written.flags != 0 && written.format_version == kFormatVersion) written.format_version = 2;
  std::memset(block.data(), 0, block.size());
  std::memcpy(block.data(), &written, sizeof written);
  const std::uint32_t crc = crc32c(0, block.first(kSegmentCrcAt));
  std::memcpy(block.data() + kSegmentCrcAt, &crc, sizeof crc);
}

SegmentCheck decode_segment_header(std::span<const std::byte, kBlockBytes> block,
                                   SegmentHeader* header) {
  std::memcpy(header, block.data(), sizeof *header);
  if (header->magic != kSegmentMagic) return SegmentCheck::not_a_segment;
  std::uint32_t crc;
  std::memcpy(&crc, block.data() + kSegmentCrcAt, sizeof crc);
  if (crc != crc32c(0, block.first(kSegmentCrcAt))) return SegmentCheck::bad_crc;
  if (header->format_version == 0 || header->format_version > kFormatVersionMax) {
    return SegmentCheck::newer_format;
  }
  return SegmentCheck::ok;
}

void seal_group(GroupHeader* header, std::span<std::byte> group) {
  VENCER_ASSERT(group.size() == header->length && header->length % kBlockBytes == 0);
  header->body_crc = crc32c(0, group.subspan(sizeof(GroupHeader)));
  header->chain = chain_of(*header);
  header->header_crc = crc32c(0, bytes_of(*header, offsetof(GroupHeader, header_crc)));
  std::memcpy(group.data(), header, sizeof *header);
}

bool decode_group_header(std::span<const std::byte> block, GroupHeader* header) {
  if (block.size() < sizeof *header) return false;
  std::memcpy(header, block.data(), sizeof *header);
  return header->magic == kGroupMagic &&
         header->header_crc == crc32c(0, bytes_of(*header, offsetof(GroupHeader, header_crc))) &&
         header->format_version == kFormatVersion && header->length % kBlockBytes == 0 &&
         header->length >= kBlockBytes && header->length <= kGroupLengthMax &&
         header->used >= sizeof *header && header->used <= header->length;
}

bool group_intact(const GroupHeader& header, std::span<const std::byte> group) {
  return group.size() == header.length && header.chain == chain_of(header) &&
         header.body_crc == crc32c(0, group.subspan(sizeof(GroupHeader)));
}

}  // namespace vencer::wal
