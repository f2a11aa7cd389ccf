#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "engine/core/assert.h"
#include "engine/log/wal_reader.h"
#include "engine/log/wal_segment.h"

namespace vencer::wal {
namespace {

constexpr std::size_t kWindowBytes = 1 << 20;

std::string why_not(SegmentCheck check, const SegmentHeader& header) {
  switch (check) {
    case SegmentCheck::not_a_segment:
      return "this is not a segment of a vencer log";
    case SegmentCheck::bad_crc:
      return "the segment's header does not match its checksum";
    case SegmentCheck::newer_format:
      return fmt::format(
          "format version {}; this build reads versions {} to {}: use the build that wrote it",
          header.format_version, kFormatVersion, kFormatVersionMax);
    case SegmentCheck::ok:
      break;
  }
  return {};
}

bool origin_makes_sense(const SegmentHeader& header) {
  switch (header.origin) {
    case Origin::creation:
      return header.base_group == 1 && header.proven_group == 0;
    case Origin::prepared:
      return header.base_group == 0 && header.proven_group == 0;
    case Origin::recovery:
      return header.base_group >= 1;
  }
  return false;
}

// What is wrong with one header, apart from its neighbours; empty if nothing is.
std::string complaint(const Segment& segment, std::uint64_t number,
                      std::optional<std::uint32_t> partition) {
  const SegmentHeader& header = segment.header;
  if (partition && header.partition != *partition) {
    return fmt::format("a segment of partition {}, not of {}", header.partition, *partition);
  }
  if (header.number != number) {
    return fmt::format("the name says segment {}, the header {}", number, header.number);
  }
  if (header.segment_bytes % kBlockBytes != 0 || header.segment_bytes < 2 * kBlockBytes) {
    return fmt::format("a segment of {} bytes makes no sense", header.segment_bytes);
  }
  const bool knows_flags = header.format_version > kFormatVersion;
  if ((header.flags & ~kSegmentRecycled) != 0 || (header.flags != 0 && !knows_flags)) {
    return fmt::format("the segment's flags {:#x} are not known to this build", header.flags);
  }
  if (!origin_makes_sense(header)) return "the segment's header contradicts itself";
  if (segment.size > header.segment_bytes) {
    return fmt::format("{} bytes long, made with {}", segment.size, header.segment_bytes);
  }
  return {};
}

Result<Segment> load_segment(Storage& storage, const std::string& directory, std::uint64_t number,
                             std::optional<std::uint32_t> partition) {
  Segment segment;
  segment.path = segment_path(directory, number);
  auto file = storage.open(segment.path, OpenMode::read);
  if (!file) return file.error();
  segment.file = std::move(*file);
  auto size = segment.file->size();
  if (!size) return size.error();
  segment.size = *size;
  std::array<std::byte, kBlockBytes> block{};
  auto got = segment.file->read_at(0, block);
  if (!got) return got.error();
  if (*got < kBlockBytes) {
    return damage(directory, segment.path, 0, "shorter than a header: an unfinished copy?");
  }
  const SegmentCheck check = decode_segment_header(block, &segment.header);
  if (check != SegmentCheck::ok) {
    return damage(directory, segment.path, 0, why_not(check, segment.header));
  }
  const std::string wrong = complaint(segment, number, partition);
  if (!wrong.empty()) return damage(directory, segment.path, 0, wrong);
  return segment;
}

// Segment `number`, which is to follow those before.
Result<Segment> load_next(Storage& storage, const std::string& directory, std::uint64_t number,
                          const std::vector<Segment>& before,
                          std::optional<std::uint32_t> partition) {
  const std::uint64_t expected = before.empty() ? number : before.back().header.number + 1;
  if (number != expected) {
    return damage(directory, segment_path(directory, expected), 0,
                  fmt::format("this segment is missing, though {} is there: an unfinished copy?",
                              segment_name(number)));
  }
  auto segment = load_segment(storage, directory, number, partition);
  if (segment && !before.empty() &&
      !(identity_of(segment->header) == identity_of(before.front().header))) {
    return damage(directory, segment->path, 0, "a segment of another log (identity differs)");
  }
  return segment;
}

// A recovery's segment takes over from its base_group on: the ones before are read up to there.
void mark_superseded(std::vector<Segment>& segments) {
  std::uint64_t stop = UINT64_MAX;
  for (std::size_t i = segments.size(); i-- > 0;) {
    segments[i].stop_before = stop;
    if (segments[i].header.origin == Origin::recovery) {
      stop = std::min(stop, segments[i].header.base_group);
    }
  }
}

}  // namespace

void Window::Free::operator()(std::byte* data) const {
  std::free(data);
}

Result<std::span<const std::byte>> Window::view(std::uint64_t offset, std::size_t length) {
  VENCER_ASSERT(offset % kBlockBytes == 0);
  if (offset >= size_) return std::span<const std::byte>();
  length = std::min<std::uint64_t>(length, size_ - offset);
  if (offset < at_ || offset + length > at_ + have_) {
    const std::size_t most = std::min<std::uint64_t>(kWindowBytes, size_ - offset);
    const std::size_t wanted = round_up(std::max(length, most), kBlockBytes);
    if (wanted > capacity_) {
      data_.reset(static_cast<std::byte*>(std::aligned_alloc(kBlockBytes, wanted)));
      VENCER_ASSERT(data_ != nullptr);
      capacity_ = wanted;
    }
    const std::size_t ask = std::min<std::uint64_t>(wanted, size_ - offset);
    auto got = file_.read_at(offset, {data_.get(), ask});
    if (!got) return got.error();
    at_ = offset;
    have_ = *got;
  }
  const std::size_t behind = at_ + have_ - offset;
  return std::span<const std::byte>(data_.get() + (offset - at_), std::min(length, behind));
}

Error damage(const std::string& directory, const std::string& path, std::uint64_t offset,
             const std::string& why) {
  return Error{
      Errc::internal,
      fmt::format("the log is damaged: {} at byte {}: {}. Nothing was changed. To see more: "
                  "vencer wal verify {}",
                  path, offset, why, directory)};
}

Result<LoadedSegments> load_until_damage(Storage& storage, const std::string& directory,
                                         std::optional<std::uint32_t> partition) {
  auto names = storage.list(directory);
  if (!names) return names.error();
  LoadedSegments loaded;
  for (const std::string& name : *names) {
    const auto number = parse_segment_name(name);
    if (!number) continue;
    if (!loaded.damage) {
      auto segment = load_next(storage, directory, *number, loaded.segments, partition);
      if (segment) {
        loaded.segments.push_back(std::move(*segment));
        continue;
      }
      loaded.damage = segment.error();
    }
    loaded.behind.push_back(name);
  }
  mark_superseded(loaded.segments);
  return loaded;
}

Result<std::vector<Segment>> load_segments(Storage& storage, const std::string& directory,
                                           std::optional<std::uint32_t> partition) {
  auto loaded = load_until_damage(storage, directory, partition);
  if (!loaded) return loaded.error();
  if (loaded->damage) return *loaded->damage;
  return std::move(loaded->segments);
}

}  // namespace vencer::wal
