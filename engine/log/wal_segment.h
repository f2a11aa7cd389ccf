// Segment files of the write-ahead log: names, and how one comes to be.
//
// A segment is written under a temporary name (header, groups if a recovery puts some in, zeros to
// the end), synced, renamed, and its directory synced: it is there whole or not at all. Thread:
// any.  Cost: a write of the whole file, in pieces of 1 MiB.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/log/storage.h"
#include "engine/log/wal_format.h"

namespace vencer::wal {

std::string segment_name(std::uint64_t number);  // "wal-0000000000000001.seg"
std::string segment_path(const std::string& directory, std::uint64_t number);
std::optional<std::uint64_t> parse_segment_name(std::string_view name);
std::string spare_name(std::uint64_t slot);  // "spare-0000000000000001.seg"
std::optional<std::uint64_t> parse_spare_name(std::string_view name);
bool is_temporary_name(std::string_view name);  // of ours: "wal-….tmp", "spare-….tmp"

// Writes `bytes`, then zeros up to `size`, under path + ".tmp", and renames: replaces what is
// there.
Status write_whole_file(Storage& storage, const std::string& directory, const std::string& name,
                        std::span<const std::span<const std::byte>> pieces, std::uint64_t size);

// `groups` follow the header block. header.segment_bytes is the file's size.
Status make_segment(Storage& storage, const std::string& directory, const SegmentHeader& header,
                    std::span<const std::byte> groups);

// Makes the segment of a file that is as large, whatever is in it: the header says so.
Status reuse_segment(Storage& storage, const std::string& directory, const std::string& spare,
                     SegmentHeader header);

}  // namespace vencer::wal
