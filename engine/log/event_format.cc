#include "engine/log/event_format.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "engine/core/assert.h"
#include "engine/log/crc32c.h"

namespace vencer::events {
namespace {

constexpr std::string_view kPrefix = "events-";
constexpr std::string_view kSuffix = ".seg";
constexpr std::size_t kDigits = 20;

std::span<const std::byte> bytes_of(const SegmentHeader& header, std::size_t from, std::size_t to) {
  return std::as_bytes(std::span(&header, 1)).subspan(from, to - from);
}

}  // namespace

std::uint32_t record_crc(std::uint32_t seed, std::uint64_t sequence,
                         std::span<const std::byte> event) {
  const std::uint64_t words[2] = {sequence, event.size()};
  return crc32c(crc32c(seed, std::as_bytes(std::span(words))), event);
}

std::string segment_name(std::uint64_t first_sequence) {
  return fmt::format("{}{:0{}}{}", kPrefix, first_sequence, kDigits, kSuffix);
}

std::optional<std::uint64_t> parse_segment_name(std::string_view name) {
  if (name.size() != kPrefix.size() + kDigits + kSuffix.size() || !name.starts_with(kPrefix) ||
      !name.ends_with(kSuffix)) {
    return std::nullopt;
  }
  const std::string_view digits = name.substr(kPrefix.size(), kDigits);
  std::uint64_t first = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), first);
  if (error != std::errc() || end != digits.end() || first == 0) return std::nullopt;
  return first;
}

void seal_header(SegmentHeader* header) {
  header->header_crc = crc32c(0, bytes_of(*header, 0, offsetof(SegmentHeader, header_crc)));
}

bool header_intact(const SegmentHeader& header) {
  return header.magic == kSegmentMagic &&
         header.header_crc == crc32c(0, bytes_of(header, 0, offsetof(SegmentHeader, header_crc)));
}

std::uint32_t record_seed(const SegmentHeader& header) {
  return crc32c(0, bytes_of(header, offsetof(SegmentHeader, format_version),
                            offsetof(SegmentHeader, first_sequence)));
}

void append_record(std::uint32_t seed, std::uint64_t sequence, std::span<const std::byte> event,
                   std::vector<std::byte>* to) {
  VENCER_ASSERT(!event.empty() && event.size() <= kEventBytesMax);
  const RecordHeader header{static_cast<std::uint32_t>(event.size()),
                            record_crc(seed, sequence, event)};
  const std::size_t at = to->size();
  to->resize(at + record_bytes(event.size()));
  std::memcpy(to->data() + at, &header, sizeof header);
  std::memcpy(to->data() + at + sizeof header, event.data(), event.size());
}

std::optional<std::span<const std::byte>> read_record(std::uint32_t seed, std::uint64_t sequence,
                                                      std::span<const std::byte> bytes,
                                                      std::size_t* need) {
  *need = sizeof(RecordHeader);
  if (bytes.size() < sizeof(RecordHeader)) return std::nullopt;
  RecordHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.length == 0 || header.length > kEventBytesMax) return std::nullopt;
  *need = record_bytes(header.length);
  if (bytes.size() < *need) return std::nullopt;
  const auto event = bytes.subspan(sizeof header, header.length);
  if (header.crc != record_crc(seed, sequence, event)) return std::nullopt;
  return event;
}

}  // namespace vencer::events
