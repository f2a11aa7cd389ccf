#include "engine/runtime/tenant_placement.h"

#include <fmt/format.h>

#include <charconv>

#include "engine/core/limits.h"

namespace vencer {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Error invalid(std::string message) {
  return {Errc::internal, std::move(message)};
}

}  // namespace

Status TenantPlacement::add_text(std::string_view text) {
  while (!trimmed(text).empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view entry = trimmed(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const std::size_t equals = entry.rfind('=');  // a tenant's name may hold one
    if (equals == std::string_view::npos) {
      return invalid(fmt::format("'{}' is not TENANT=PARTITION, as zen=1 or zen-*=1", entry));
    }
    if (Status added = add(trimmed(entry.substr(0, equals)), trimmed(entry.substr(equals + 1)));
        !added) {
      return added;
    }
  }
  return ok_status();
}

Status TenantPlacement::add(std::string_view pattern, std::string_view partition) {
  if (pattern.empty() || pattern.size() > limits::name_bytes_max) {
    return invalid(fmt::format("'{}' is not the name of a tenant, nor its beginning and a *",
                               pattern.substr(0, limits::name_bytes_max)));
  }
  if (pattern.find('*') < pattern.size() - 1) {
    return invalid(fmt::format("'{}': a * stands at the end only, as in zen-*", pattern));
  }
  std::uint32_t number = 0;
  const char* const end = partition.data() + partition.size();
  const auto [parsed, error] = std::from_chars(partition.data(), end, number);
  if (error != std::errc{} || parsed != end || number >= limits::partitions_max) {
    return invalid(fmt::format("'{}' = '{}': a partition is a number from 0 to {}", pattern,
                               partition, limits::partitions_max - 1));
  }
  entries_.insert_or_assign(std::string(pattern), number);
  return ok_status();
}

std::optional<std::uint32_t> TenantPlacement::find(std::string_view tenant) const {
  if (const auto exact = entries_.find(tenant); exact != entries_.end()) return exact->second;
  for (std::size_t kept = tenant.size() + 1; kept-- > 0;) {
    const auto found = entries_.find(std::string(tenant.substr(0, kept)) + '*');
    if (found != entries_.end()) return found->second;
  }
  return std::nullopt;
}

Status TenantPlacement::check(std::uint32_t partitions) const {
  for (const auto& [pattern, partition] : entries_) {
    if (partition < partitions) continue;
    return invalid(fmt::format(
        "placement: '{}' = {}: the last of {} partitions is {}; name one of them, or have more "
        "(partitions = {})",
        pattern, partition, partitions, partitions - 1, partition + 1));
  }
  return ok_status();
}

}  // namespace vencer
