// TenantDirectory: in which partition of this process a tenant lives, by its name.
//
// No second truth: it is made at the start from what the partitions' logs hold, and then follows
// them. A name whose document was applied stays with its partition until the process ends, also
// when the tenant is deleted: a new tenant of that name then goes into the same log, behind the
// deletion, so that no crash can leave the name in two partitions.
//
//   claim     where a document of that name goes; others that claim the name meanwhile are sent to
//             the same partition. A claim that ends without settle() leaves nothing behind.
//   settle    its first document was applied there.
//
// A new name goes where the configuration says, else to the partition with the fewest tenants (the
// first of them).
//
// Thread: any; a mutex. On the way of hellos and documents only: every other request says its
// partition itself (engine/wire/tenant_id.h).  Cost: O(log names), a new name O(names).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/result.h"
#include "engine/runtime/tenant_placement.h"

namespace vencer {

class TenantDirectory {
 public:
  class Claim;

  TenantDirectory(std::uint32_t partitions, TenantPlacement placement);
  TenantDirectory(const TenantDirectory&) = delete;
  TenantDirectory& operator=(const TenantDirectory&) = delete;

  // At the start: lives there, the log says so. Error: it lives in another one, too.
  Status add(std::string_view name, std::uint32_t partition);
  // Sentences about tenants that live elsewhere than the configuration would place them.
  std::vector<std::string> contradictions() const;

  std::optional<std::uint32_t> find(std::string_view name) const;
  // The directory must outlive the claim.
  Claim claim(std::string_view name);
  // The tenant was deleted. Its name stays where it is.
  void remove(std::string_view name);

 private:
  struct Entry {
    std::uint32_t partition = 0;
    std::uint32_t claims = 0;
    bool settled = false;  // was committed there once
    bool lives = false;
  };
  std::uint32_t choose(std::string_view name) const;
  void settle(std::string_view name);
  void release(std::string_view name);

  const std::uint32_t partitions_;
  const TenantPlacement placement_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

// Moves with the document that it was made for.
class TenantDirectory::Claim {
 public:
  Claim() = default;  // of nothing
  Claim(Claim&& other) noexcept { *this = std::move(other); }
  Claim& operator=(Claim&& other) noexcept;
  ~Claim() { release(); }

  const std::string& name() const { return name_; }
  std::uint32_t partition() const { return partition_; }
  void settle();  // the document was applied

 private:
  friend class TenantDirectory;
  Claim(TenantDirectory& directory, std::string name, std::uint32_t partition)
      : directory_(&directory), name_(std::move(name)), partition_(partition) {}
  void release();

  TenantDirectory* directory_ = nullptr;
  std::string name_;
  std::uint32_t partition_ = 0;
};

}  // namespace vencer
