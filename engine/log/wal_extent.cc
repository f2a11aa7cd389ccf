#include "engine/log/wal_extent.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "engine/log/wal_format.h"
#include "engine/log/wal_segment.h"

namespace vencer {
namespace {

using wal::kBlockBytes;
using Block = std::array<std::byte, kBlockBytes>;

struct Opened {
  SegmentExtent extent;
  std::unique_ptr<File> file;
};

Result<Opened> open_segment(Storage& storage, const std::string& directory,
                            const std::string& name) {
  Opened opened;
  opened.extent.name = name;
  auto file = storage.open(directory + "/" + name, OpenMode::read);
  if (!file) return file.error();
  opened.file = std::move(*file);
  auto size = opened.file->size();
  if (!size) return size.error();
  opened.extent.bytes = opened.extent.content = *size;
  return opened;
}

// Where group `number` ends in this file; nothing if it is not in it.
Result<std::optional<std::uint64_t>> end_of_group(File& file, std::uint64_t number) {
  Block block;
  auto got = file.read_at(0, block);
  if (!got) return got.error();
  wal::SegmentHeader segment;
  if (wal::decode_segment_header(block, &segment) != wal::SegmentCheck::ok) {
    return std::optional<std::uint64_t>();
  }
  // A recovery's segment without a group yet holds the proof of the one before its first.
  const bool knows_base = segment.origin != wal::Origin::prepared;
  if (knows_base && segment.base_group == number + 1)
    return std::optional<std::uint64_t>(kBlockBytes);
  std::optional<std::uint64_t> before;
  for (std::uint64_t offset = kBlockBytes;;) {
    got = file.read_at(offset, block);
    if (!got) return got.error();
    wal::GroupHeader header;
    if (*got < kBlockBytes || !wal::decode_group_header(block, &header) ||
        !(identity_of(header) == identity_of(segment)) || header.number > number ||
        (before && header.number != *before + 1)) {
      return std::optional<std::uint64_t>();
    }
    offset += header.length;
    if (header.number == number) return std::optional(offset);
    before = header.number;
  }
}

}  // namespace

Result<std::vector<SegmentExtent>> wal_extents(Storage& storage, const std::string& directory,
                                               std::uint64_t up_to_group) {
  auto names = storage.list(directory);
  if (!names) return names.error();
  std::erase_if(*names, [](const std::string& name) { return !wal::parse_segment_name(name); });
  // From the newest down: those behind the group's were made ready for later.
  while (!names->empty()) {
    auto last = open_segment(storage, directory, names->back());
    if (!last) return last.error();
    const auto end = end_of_group(*last->file, up_to_group);
    if (!end) return end.error();
    if (!*end) {
      names->pop_back();
      continue;
    }
    std::vector<SegmentExtent> extents;
    for (const std::string& name : *names) {
      auto one = open_segment(storage, directory, name);
      if (!one) return one.error();
      extents.push_back(one->extent);
    }
    extents.back().content = **end;
    return extents;
  }
  return Error{Errc::internal,
               fmt::format("{}: group {} is in none of the segments", directory, up_to_group)};
}

}  // namespace vencer
