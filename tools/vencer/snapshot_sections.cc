#include "tools/vencer/snapshot_sections.h"

#include <fmt/format.h>

#include <algorithm>

namespace vencer::cli {

Status SnapshotSections::feed(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    if (have_ < kSectionHeaderBytes) {
      head_[have_++] = bytes.front();
      bytes = bytes.subspan(1);
      if (have_ < kSectionHeaderBytes) continue;
      if (Status begun = begin(); !begun) return begun;
    }
    const std::size_t part = std::min<std::size_t>(left_, bytes.size());
    left_ -= static_cast<std::uint32_t>(part);
    bytes = bytes.subspan(part);
    if (left_ == 0) have_ = 0;
  }
  return ok_status();
}

Status SnapshotSections::begin() {
  const auto kind = std::to_integer<std::uint8_t>(head_[0]);
  if (kind < 1 || kind > kSnapshotSections) {
    return Error{Errc::internal, fmt::format("a section of unknown kind {} begins here", kind)};
  }
  left_ = 0;
  for (std::size_t i = kSectionHeaderBytes; i-- > 1;) {
    left_ = left_ << 8 | std::to_integer<std::uint32_t>(head_[i]);
  }
  ++sums_[kind].count;
  sums_[kind].bytes += kSectionHeaderBytes + left_;
  return ok_status();
}

}  // namespace vencer::cli
