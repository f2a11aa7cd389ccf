#include "engine/runtime/partition_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include "engine/core/limits.h"

namespace vencer {
namespace {

constexpr std::string_view kPrefix = "partition-";

Error layout_error(std::string message) {
  return {Errc::internal, std::move(message)};
}

// Of "partition-7"; 0: another name.
std::uint32_t number_in(std::string_view name) {
  if (!name.starts_with(kPrefix)) return 0;
  const std::string_view digits = name.substr(kPrefix.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool plain = error == std::errc{} && end == digits.data() + digits.size() &&
                     fmt::format("{}", number) == digits;
  return plain ? number : 0;
}

std::uint32_t share(std::uint32_t whole, std::uint32_t partitions) {
  return std::max(1u, whole / partitions + (whole % partitions != 0 ? 1 : 0));
}

Status check_skips(const ServerConfig& config, std::uint32_t partitions, std::uint32_t on_disk) {
  for (const StepToSkip& asked : config.skip_steps) {
    const std::string text = step_to_skip_text(asked);
    if (!asked.partition && partitions > 1) {
      return layout_error(
          fmt::format("skip-step {}: of which of the {} partitions? 0:{} is the first's", text,
                      partitions, text));
    }
    if (asked.partition.value_or(0) >= on_disk) {
      return layout_error(
          fmt::format("skip-step {}: {} has {} partitions with a log, counted from 0", text,
                      config.data, on_disk));
    }
  }
  return ok_status();
}

}  // namespace

std::string partition_directory(const std::string& data, std::uint32_t partition) {
  return partition == 0 ? data : fmt::format("{}/{}{}", data, kPrefix, partition);
}

Result<std::uint32_t> partitions_on_disk(Storage& storage, const std::string& data) {
  if (!storage.exists(data)) return 0u;
  const auto names = storage.list(data);
  if (!names) return names.error();
  std::set<std::uint32_t> numbers;
  for (const std::string& name : *names) {
    if (name == "STREAM" || name == "wal") numbers.insert(0);
    if (const std::uint32_t number = number_in(name); number > 0) numbers.insert(number);
  }
  std::uint32_t count = 0;
  for (const std::uint32_t number : numbers) {
    if (number != count) {
      return layout_error(
          fmt::format("{}: partition {} is not there, but partition {} is; restore it "
                      "from a backup",
                      partition_directory(data, count), count, number));
    }
    ++count;
  }
  return count;
}

Result<std::uint32_t> partitions_to_open(const ServerConfig& config, std::uint32_t on_disk) {
  const std::uint32_t wanted = config.partitions;
  if (wanted != 0 && wanted < on_disk) {
    return layout_error(fmt::format(
        "partitions: {}, but {} holds {}, whose tenants would be gone; start with partitions = {} "
        "or without the key (to have fewer: export, and import into a new data directory)",
        wanted, config.data, on_disk, on_disk));
  }
  const std::uint32_t partitions = wanted != 0 ? wanted : std::max(1u, on_disk);
  if (partitions > limits::partitions_max) {
    return layout_error(fmt::format("{}: {} partitions; this build serves at most {}", config.data,
                                    partitions, limits::partitions_max));
  }
  if (Status placed = config.placement.check(partitions); !placed) return placed.error();
  if (Status steps = check_skips(config, partitions, on_disk); !steps) return steps.error();
  return partitions;
}

ServerConfig config_of_partition(const ServerConfig& config, std::uint32_t partition,
                                 std::uint32_t partitions) {
  ServerConfig its = config;
  its.partition = partition;
  its.data = partition_directory(config.data, partition);
  if (!its.archive_log.empty()) {
    its.archive_log = partition_directory(config.archive_log, partition);
  }
  its.capacity = share(config.capacity, partitions);
  its.producers = share(config.producers, partitions);
  std::erase_if(its.skip_steps, [&](const StepToSkip& asked) {
    return asked.partition.value_or(partition) != partition;
  });
  return its;
}

}  // namespace vencer
