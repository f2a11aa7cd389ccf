#include "engine/runtime/tenant_directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/assert.h"

namespace vencer {

TenantDirectory::TenantDirectory(std::uint32_t partitions, TenantPlacement placement)
    : partitions_(partitions), placement_(std::move(placement)) {
  VENCER_ASSERT(partitions > 0 && placement_.check(partitions).ok());
}

Status TenantDirectory::add(std::string_view name, std::uint32_t partition) {
  VENCER_ASSERT(partition < partitions_);
  std::lock_guard lock(mutex_);
  const auto [entry, fresh] = entries_.try_emplace(std::string(name));
  if (!fresh && entry->second.partition != partition) {
    return Error{Errc::internal,
                 fmt::format("tenant '{}' lives in partition {} and in partition {}; one of their "
                             "directories is not of this server: put the right one in its place",
                             name, entry->second.partition, partition)};
  }
  entry->second = {partition, 0, true, true};
  return ok_status();
}

std::vector<std::string> TenantDirectory::contradictions() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> sentences;
  for (const auto& [name, entry] : entries_) {
    const auto wanted = placement_.find(name);
    if (!entry.lives || !wanted || *wanted == entry.partition) continue;
    sentences.push_back(fmt::format(
        "placement: '{}' = {}, but it lives in partition {} and stays there; the configuration "
        "places new tenants only",
        name, *wanted, entry.partition));
  }
  return sentences;
}

std::optional<std::uint32_t> TenantDirectory::find(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) return std::nullopt;
  return entry->second.partition;
}

TenantDirectory::Claim TenantDirectory::claim(std::string_view name) {
  std::lock_guard lock(mutex_);
  auto entry = entries_.find(name);
  if (entry == entries_.end()) {
    const std::uint32_t partition = choose(name);
    entry = entries_.try_emplace(std::string(name)).first;
    entry->second.partition = partition;
  }
  ++entry->second.claims;
  return Claim(*this, std::string(name), entry->second.partition);
}

std::uint32_t TenantDirectory::choose(std::string_view name) const {
  if (const auto wanted = placement_.find(name)) return *wanted;
  std::vector<std::size_t> tenants(partitions_, 0);
  for (const auto& [other, entry] : entries_) {
    if (entry.lives || entry.claims > 0) ++tenants[entry.partition];
  }
  return static_cast<std::uint32_t>(std::min_element(tenants.begin(), tenants.end()) -
                                    tenants.begin());
}

void TenantDirectory::remove(std::string_view name) {
  std::lock_guard lock(mutex_);
  const auto entry = entries_.find(name);
  if (entry != entries_.end()) entry->second.lives = false;
}

void TenantDirectory::settle(std::string_view name) {
  std::lock_guard lock(mutex_);
  const auto entry = entries_.find(name);
  VENCER_ASSERT(entry != entries_.end() && entry->second.claims > 0);
  entry->second.settled = true;
  entry->second.lives = true;
}

void TenantDirectory::release(std::string_view name) {
  std::lock_guard lock(mutex_);
  const auto entry = entries_.find(name);
  VENCER_ASSERT(entry != entries_.end() && entry->second.claims > 0);
  if (--entry->second.claims == 0 && !entry->second.settled) entries_.erase(entry);
}

TenantDirectory::Claim& TenantDirectory::Claim::operator=(Claim&& other) noexcept {
  if (this == &other) return *this;
  release();
  directory_ = std::exchange(other.directory_, nullptr);
  name_ = std::move(other.name_);
  partition_ = other.partition_;
  return *this;
}

void TenantDirectory::Claim::settle() {
  if (directory_ != nullptr) directory_->settle(name_);
}

void TenantDirectory::Claim::release() {
  if (TenantDirectory* directory = std::exchange(directory_, nullptr)) directory->release(name_);
}

}  // namespace vencer
