#include "engine/log/snapshot_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "engine/core/assert.h"
#include "engine/log/crc32c.h"

namespace vencer::snapshot {
namespace {

constexpr std::string_view kPrefix = "snapshot-";
constexpr std::string_view kSuffix = ".snap";
constexpr std::size_t kDigits = 20;
constexpr std::size_t kCrcAt = kPageBytes - sizeof(std::uint32_t);

template <typename T>
std::uint32_t encode_page(std::uint32_t seed, const T& value, Page into) {
  std::ranges::fill(into, std::byte{0});
  std::memcpy(into.data(), &value, sizeof value);
  const std::uint32_t crc = crc32c(seed, into.first(kCrcAt));
  std::memcpy(into.data() + kCrcAt, &crc, sizeof crc);
  return crc;
}

std::uint32_t crc_in(ConstPage bytes) {
  std::uint32_t crc = 0;
  std::memcpy(&crc, bytes.data() + kCrcAt, sizeof crc);
  return crc;
}

std::uint32_t block_crc(std::uint32_t seed, std::span<const std::byte> block) {
  return crc32c(crc32c(seed, block.first(offsetof(BlockHeader, crc))),
                block.subspan(sizeof(BlockHeader)));
}

}  // namespace

std::string file_name(std::uint64_t group) {
  return fmt::format("{}{:0{}}{}", kPrefix, group, kDigits, kSuffix);
}

std::optional<std::uint64_t> parse_file_name(std::string_view name) {
  if (name.size() != kPrefix.size() + kDigits + kSuffix.size() || !name.starts_with(kPrefix) ||
      !name.ends_with(kSuffix)) {
    return std::nullopt;
  }
  const std::string_view digits = name.substr(kPrefix.size(), kDigits);
  std::uint64_t group = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), group);
  if (error != std::errc() || end != digits.end() || group == 0) return std::nullopt;
  return group;
}

std::uint32_t encode_header(const FileHeader& header, Page into) {
  return encode_page(0, header, into);
}

std::uint32_t seal_block(std::uint32_t seed, BlockHeader* header, std::span<std::byte> block) {
  VENCER_ASSERT(header->length == block.size() && block.size() % kPageBytes == 0 &&
                block.size() <= kBlockBytesMax &&
                sizeof(BlockHeader) + header->payload_bytes <= block.size());
  std::memcpy(block.data(), header, sizeof *header);
  header->crc = block_crc(seed, block);
  std::memcpy(block.data(), header, sizeof *header);
  return header->crc;
}

void encode_trailer(std::uint32_t seed, const FileTrailer& trailer, Page into) {
  (void)encode_page(seed, trailer, into);
}

HeaderCheck decode_header(ConstPage bytes, FileHeader* header, std::uint32_t* crc) {
  std::memcpy(header, bytes.data(), sizeof *header);
  if (header->magic != kHeaderMagic) return HeaderCheck::not_a_snapshot;
  *crc = crc32c(0, bytes.first(kCrcAt));
  if (*crc != crc_in(bytes)) return HeaderCheck::bad_crc;
  return header->format_version == kFormatVersion ? HeaderCheck::ok : HeaderCheck::newer_format;
}

std::optional<std::size_t> block_length(std::span<const std::byte> bytes, std::uint64_t number) {
  BlockHeader header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  const bool sensible = header.magic == kBlockMagic && header.number == number &&
                        header.length > 0 && header.length <= kBlockBytesMax &&
                        header.length % kPageBytes == 0 &&
                        header.payload_bytes <= header.length - sizeof header;
  if (!sensible) return std::nullopt;
  return header.length;
}

std::optional<std::span<const std::byte>> open_block(std::uint32_t seed, std::uint64_t number,
                                                     std::span<const std::byte> block,
                                                     std::uint32_t* crc) {
  const auto length = block_length(block, number);
  if (!length || *length != block.size()) return std::nullopt;
  BlockHeader header;
  std::memcpy(&header, block.data(), sizeof header);
  *crc = block_crc(seed, block);
  if (*crc != header.crc) return std::nullopt;
  return block.subspan(sizeof header, header.payload_bytes);
}

bool decode_trailer(std::uint32_t seed, ConstPage bytes, FileTrailer* trailer) {
  std::memcpy(trailer, bytes.data(), sizeof *trailer);
  return trailer->magic == kTrailerMagic && crc32c(seed, bytes.first(kCrcAt)) == crc_in(bytes);
}

}  // namespace vencer::snapshot
