// The memory behind a Group (wal.h): 4 KiB-aligned, the group's header in front, so that submit
// writes it to the disk without a copy. Thread: whoever holds the Group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/log/wal.h"
#include "engine/log/wal_format.h"

namespace vencer {

struct Group::Impl {
  std::byte* data = nullptr;
  std::size_t capacity = 0;                     // n * 4 KiB
  std::size_t used = sizeof(wal::GroupHeader);  // with the header's room
  std::uint32_t steps = 0;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();
  void reserve(std::size_t bytes_in_all);
  // Zeroes the padding and gives the bytes to be written.
  std::span<std::byte> padded();
};

}  // namespace vencer
