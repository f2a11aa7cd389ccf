#include "tools/vencer/watch_from.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>

namespace vencer::cli {
namespace {

Error wrong(std::string message) {
  return {Errc::unknown_value, std::move(message)};
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "0:17,1:4"; nullopt: it is something else.
std::optional<std::map<std::uint32_t, std::uint64_t>> parse_by_partition(std::string_view text) {
  std::map<std::uint32_t, std::uint64_t> numbers;
  while (true) {
    const std::string_view entry = text.substr(0, text.find(','));
    const std::size_t colon = entry.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto partition = parse_number(entry.substr(0, colon));
    const auto number = parse_number(entry.substr(colon + 1));
    if (!partition || !number || *partition > UINT32_MAX) return std::nullopt;
    if (!numbers.emplace(static_cast<std::uint32_t>(*partition), *number).second) {
      return std::nullopt;
    }
    if (entry.size() == text.size()) return numbers;
    text.remove_prefix(entry.size() + 1);
  }
}

Result<WatchFrom> parse_positions(std::string_view from, std::string_view epoch) {
  const auto sequences = parse_by_partition(from);
  if (!sequences) {
    return wrong("--from: write now, earliest, a sequence, or one for each partition as 0:17,1:4");
  }
  WatchFrom where;
  where.options.every_tenant = true;
  const auto epochs = parse_by_partition(epoch);
  for (const auto& [partition, sequence] : *sequences) {
    Client::StreamPosition position{partition, 0, sequence};
    if (!epoch.empty()) {
      if (!epochs || !epochs->contains(partition) || epochs->size() != sequences->size()) {
        return wrong("--epoch: write one for each partition of --from, as 0:1,1:1");
      }
      position.epoch = epochs->at(partition);
    }
    where.positions.push_back(position);
  }
  return where;
}

}  // namespace

Result<WatchFrom> parse_watch_from(std::string_view from, std::string_view epoch,
                                   bool every_tenant) {
  if (every_tenant && from.find(':') != std::string_view::npos) return parse_positions(from, epoch);
  WatchFrom where;
  SubscribeOptions& options = where.options;
  options.every_tenant = every_tenant;
  if (from == "earliest") {
    options.from = SubscribeOptions::From::earliest;
  } else if (from != "now") {
    const auto sequence = parse_number(from);
    if (!sequence) return wrong("--from: write now, earliest or a sequence");
    options.from = SubscribeOptions::From::sequence;
    options.sequence = *sequence;
  }
  if (!epoch.empty()) {
    const auto number = parse_number(epoch);
    if (!number) return wrong(fmt::format("--epoch: '{}' is not a whole number", epoch));
    options.epoch = *number;
  }
  return where;
}

Status check_watch_from(const WatchFrom& where, std::size_t partitions) {
  const SubscribeOptions& options = where.options;
  const bool one_for_all = options.from == SubscribeOptions::From::sequence || options.epoch != 0;
  if (!options.every_tenant || partitions < 2 || !one_for_all) return ok_status();
  return wrong(
      fmt::format("this server has {} partitions, each with its own sequence: write "
                  "--from 0:17,1:4 (and --epoch 0:1,1:1), or name a --tenant",
                  partitions));
}

}  // namespace vencer::cli
