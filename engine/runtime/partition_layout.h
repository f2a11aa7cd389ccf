// The partitions of a data directory: where each has its files, and how many there are.
//
//   DATA/              partition 0: STREAM, LOCK, wal/, events/ (data_directory.h)
//   DATA/partition-1/  the same of partition 1; and so on, without a gap
//
// A server of one partition has no more than the first of them, and is served by more partitions
// later: new ones are made. Fewer than there are is refused: their tenants would be gone.
//
// Errors: a sentence for the operator, with what would be right.
#pragma once

#include <cstdint>
#include <string>

#include "engine/core/result.h"
#include "engine/log/storage.h"
#include "engine/runtime/server_config.h"

namespace vencer {

std::string partition_directory(const std::string& data, std::uint32_t partition);

// 0: nothing is there yet.
Result<std::uint32_t> partitions_on_disk(Storage& storage, const std::string& data);

// How many a start with this configuration opens: as many as it says, or as there are.
Result<std::uint32_t> partitions_to_open(const ServerConfig& config, std::uint32_t on_disk);

// That of one of them: its directory, its share of what is given for all (capacity, producers).
ServerConfig config_of_partition(const ServerConfig& config, std::uint32_t partition,
                                 std::uint32_t partitions);

}  // namespace vencer
