#include "engine/log/group.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "engine/core/assert.h"

namespace vencer {

using wal::kBlockBytes;
using wal::round_up;

Group::Impl::~Impl() {
  std::free(data);
}

void Group::Impl::reserve(std::size_t bytes_in_all) {
  if (bytes_in_all <= capacity) return;
  const std::size_t wanted =
      round_up(std::max({bytes_in_all, capacity * 2, 16 * kBlockBytes}), kBlockBytes);
  auto* fresh = static_cast<std::byte*>(std::aligned_alloc(kBlockBytes, wanted));
  VENCER_ASSERT(fresh != nullptr);
  if (data != nullptr) std::memcpy(fresh, data, used);
  std::free(data);
  data = fresh;
  capacity = wanted;
}

std::span<std::byte> Group::Impl::padded() {
  const std::size_t length = round_up(used, kBlockBytes);
  reserve(length);
  std::memset(data + used, 0, length - used);
  return {data, length};
}

Group::Group() : impl_(std::make_unique<Impl>()) {}
Group::~Group() = default;
Group::Group(Group&& other) noexcept = default;
Group& Group::operator=(Group&& other) noexcept = default;

void Group::append(const StepRecord& step) {
  VENCER_ASSERT(step.payload.size() <= wal::kGroupLengthMax);
  wal::StepHeader header;
  header.payload_bytes = static_cast<std::uint32_t>(step.payload.size());
  header.kind = step.kind;
  header.frame_type = step.frame_type;
  header.now = step.now;
  header.principal = step.principal;
  header.argument = step.argument;
  const std::size_t padded = round_up(step.payload.size(), 8);
  impl_->reserve(impl_->used + sizeof header + padded);
  std::byte* at = impl_->data + impl_->used;
  std::memcpy(at, &header, sizeof header);
  at += sizeof header;
  if (padded != 0) std::memset(at + padded - 8, 0, 8);
  if (!step.payload.empty()) std::memcpy(at, step.payload.data(), step.payload.size());
  impl_->used += sizeof header + padded;
  ++impl_->steps;
}

bool Group::empty() const {
  return impl_->steps == 0;
}
std::size_t Group::bytes() const {
  return impl_->used - sizeof(wal::GroupHeader);
}
std::uint32_t Group::steps() const {
  return impl_->steps;
}

void Group::clear() {
  impl_->used = sizeof(wal::GroupHeader);
  impl_->steps = 0;
}

void Group::reserve(std::size_t bytes) {
  impl_->reserve(bytes + sizeof(wal::GroupHeader));
}

bool Group::fits(std::size_t payload_bytes) const {
  return impl_->used + sizeof(wal::StepHeader) + round_up(payload_bytes, 8) <= wal::kGroupLengthMax;
}

}  // namespace vencer
