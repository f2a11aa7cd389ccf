// Where a walk enters a log whose oldest segments may be gone, and the checks at a snapshot's
// place.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "engine/log/wal_reader.h"

namespace vencer::wal {
namespace {

struct First {
  std::uint64_t group = 0;
  std::uint32_t chain_before = 0;
};

// The first group of a segment as far as the file says; nothing if no group begins there.
Result<std::optional<First>> first_of(const Segment& segment) {
  const SegmentHeader& header = segment.header;
  if (header.base_group != 0) return std::optional(First{header.base_group, header.base_chain});
  std::array<std::byte, sizeof(GroupHeader)> bytes{};
  auto got = segment.file->read_at(kBlockBytes, bytes);
  if (!got) return got.error();
  GroupHeader group;
  if (*got < bytes.size() || !decode_group_header(bytes, &group) ||
      !(identity_of(group) == identity_of(header))) {
    return std::optional<First>();
  }
  return std::optional(First{group.number, group.chain_before});
}

Error begins_too_late(const std::string& directory, const std::vector<Segment>& segments,
                      const WalPosition& start, const std::optional<First>& first) {
  const Segment& segment = segments.front();
  if (start.group == 0) {
    return Error{Errc::internal,
                 fmt::format("{}: the log begins here, with segment {}: the ones before it were "
                             "recycled, or are missing, and no snapshot says what was in them. "
                             "Nothing was changed. Put the snapshots of this log back beside it, "
                             "or restore a backup. To see more: vencer wal verify {}",
                             segment.path, segment.header.number, directory)};
  }
  const std::string begins = first ? fmt::format("with group {}", first->group)
                                   : std::string("with a segment whose first group is unreadable");
  return Error{Errc::internal,
               fmt::format("{}: the log begins here, {}, and the snapshot ends with group {}: what "
                           "lies between is missing. Nothing was changed. Put the missing segments "
                           "or a newer snapshot of this log back, or restore a backup. To see "
                           "more: vencer wal verify {}",
                           segment.path, begins, start.group, directory)};
}

// The place behind group `start` in the segment, by its header or that of the next group.
Result<std::optional<Entry>> find_place(const Segment& segment, std::size_t index,
                                        const WalPosition& start) {
  Window window(*segment.file, segment.size);
  for (std::uint64_t at = kBlockBytes; at < segment.size; at += kBlockBytes) {
    auto block = window.view(at, kBlockBytes);
    if (!block) return block.error();
    GroupHeader group;
    if (!decode_group_header(*block, &group) ||
        !(identity_of(group) == identity_of(segment.header))) {
      continue;
    }
    if (group.number == start.group && group.chain == start.chain)
      at += group.length;
    else if (group.number != start.group + 1 || group.chain_before != start.chain)
      continue;
    return std::optional(Entry{index, start.group, start.chain, at});
  }
  return std::optional<Entry>();
}

}  // namespace

bool begins_with_first_group(const std::vector<Segment>& segments) {
  if (segments.empty()) return false;
  const auto first = first_of(segments.front());
  return first && *first && (*first)->group == 1;
}

// A group's header in a segment that was recycled and not yet written to is an old one: its number
// is lower than that of any segment that is still there.
Result<Entry> find_entry(const std::string& directory, const std::vector<Segment>& segments,
                         const Visit& visit) {
  const WalPosition& start = visit.start;
  std::optional<Entry> entry;
  std::optional<First> lowest;
  std::uint64_t highest = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    auto first = first_of(segments[i]);
    if (!first) return first.error();
    if (!*first || (*first)->group >= segments[i].stop_before) continue;
    const bool stale = segments[i].header.base_group == 0 && (*first)->group <= highest;
    if (stale) continue;
    highest = (*first)->group;
    if (!lowest) lowest = **first;
    if (visit.from_the_first ? entry.has_value() : (*first)->group > start.group + 1) continue;
    entry = Entry{i, (*first)->group - 1, (*first)->chain_before};
  }
  if (!entry) return begins_too_late(directory, segments, start, lowest);
  if (start.group != 0 && !visit.from_the_first) {
    auto place = find_place(segments[entry->segment], entry->segment, start);
    if (!place) return place.error();
    if (*place) return **place;
  }
  return *entry;
}

std::uint64_t bytes_from(const std::vector<Segment>& segments, std::size_t first) {
  std::uint64_t bytes = 0;
  for (std::size_t i = first; i < segments.size(); ++i) bytes += segments[i].size;
  return bytes;
}

Status check_passes(const Segment& segment, std::uint64_t offset, const WalPosition& start,
                    const WalPosition& here) {
  if (start.group == 0 || here.group != start.group || here.chain == start.chain) {
    return ok_status();
  }
  return Error{Errc::internal,
               fmt::format("{} at byte {}: group {} has the chain value {:08x}, and {:08x} in the "
                           "snapshot: they are not of the same log. Nothing was changed. Put the "
                           "snapshots beside the log that they were taken of, or restore a backup",
                           segment.path, offset, start.group, here.chain, start.chain)};
}

}  // namespace vencer::wal
