#include "tests/sim/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace vencer::sim {

bool History::follows(const wal::GroupHeader& header) const {
  if (!any_)
    return header.number == 1 && header.chain_before == wal::chain_seed(identity_of(header));
  return header.number == last_group_ + 1 && header.chain_before == chain_;
}

void History::take(const wal::GroupHeader& header, std::span<const std::byte> group) {
  any_ = true;
  last_group_ = header.number;
  chain_ = header.chain;
  std::size_t at = sizeof header;
  for (std::uint32_t i = 0; i < header.steps; ++i) {
    wal::StepHeader step;
    std::memcpy(&step, group.data() + at, sizeof step);
    StepRecord record;
    record.kind = step.kind;
    record.frame_type = step.frame_type;
    record.now = step.now;
    record.principal = step.principal;
    record.argument = step.argument;
    record.payload = group.subspan(at + sizeof step, step.payload_bytes);
    on_step_(record);
    at += sizeof step + wal::round_up(step.payload_bytes, 8);
  }
  briefs_.push_back({header.durable, header.steps == 0, event_sequence ? event_sequence() : 0});
}

void History::wrote(std::span<const std::byte> bytes) {
  while (bytes.size() >= wal::kBlockBytes) {
    wal::GroupHeader header;
    if (!wal::decode_group_header(bytes, &header) || header.length > bytes.size() ||
        !wal::group_intact(header, bytes.first(header.length))) {
      bytes = bytes.subspan(wal::kBlockBytes);
      continue;
    }
    const auto group = bytes.first(header.length);
    if (follows(header)) {
      take(header, group);
    } else if (header.number > last_group_ + 1) {
      ahead_[header.number].assign(group.begin(), group.end());
    }
    bytes = bytes.subspan(header.length);
  }
  for (auto next = ahead_.begin(); next != ahead_.end() && next->first <= last_group_ + 1;
       next = ahead_.erase(next)) {
    wal::GroupHeader header;
    if (wal::decode_group_header(next->second, &header) && follows(header)) {
      take(header, next->second);
    }
  }
}

bool History::find_next(const SimDisk& disk, const std::string& directory) {
  for (const std::string& path : disk.paths()) {
    if (!path.starts_with(directory + "/") || !path.ends_with(".seg")) continue;
    for (std::uint64_t p = 1;; ++p) {
      const SimDisk::PagePtr page = disk.page(path, p);
      if (page == nullptr) {
        if (p * SimDisk::kPage >= disk.content_size(path)) break;
        continue;
      }
      wal::GroupHeader header;
      if (!wal::decode_group_header(*page, &header) || !follows(header)) continue;
      std::vector<std::byte> group(header.length);
      for (std::uint64_t i = 0; i * SimDisk::kPage < header.length; ++i) {
        const SimDisk::PagePtr part = disk.page(path, p + i);
        if (part != nullptr) {
          std::memcpy(group.data() + i * SimDisk::kPage, part->data(), SimDisk::kPage);
        }
      }
      if (!wal::group_intact(header, group)) continue;
      take(header, group);
      return true;
    }
  }
  return false;
}

std::string History::restarted(const SimDisk& disk, const std::string& directory,
                               std::uint64_t accepted) {
  if (accepted < last_group_) {
    return fmt::format("LOST: group {} was durable; recovery ended at group {}", last_group_,
                       accepted);
  }
  while (last_group_ < accepted && find_next(disk, directory)) {
  }
  if (last_group_ < accepted) {
    return fmt::format("recovery speaks of group {}; group {} is nowhere on the disk", accepted,
                       last_group_ + 1);
  }
  return {};
}

std::uint64_t History::proven_by(const std::function<bool(std::uint64_t)>& readable) const {
  std::uint64_t proven = 0;
  const std::size_t first = briefs_.size() > 64 ? briefs_.size() - 64 : 0;
  for (std::size_t i = briefs_.size(); i > first; --i) {
    if (!readable(i)) continue;
    proven = std::max(proven, briefs_[i - 1].durable);
    if (briefs_[i - 1].seal) proven = std::max<std::uint64_t>(proven, i - 1);
  }
  return proven;
}

}  // namespace vencer::sim
