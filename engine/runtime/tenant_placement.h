// TenantPlacement: in which partition a new tenant shall live, as the configuration says.
//
//   placement = "luki = 0, zen-* = 1, * = 0"        one text, as a flag
//   [placement]                                       the same as a table of the file
//   luki = 0
//   "zen-*" = 1
//
// A name, or the beginning of names and a `*`. The name itself goes before every pattern, a longer
// pattern before a shorter one; the order in the text says nothing. Who fits none goes where the
// fewest tenants live (tenant_directory.h).
//
// It places new tenants only: where a tenant lives is in its partition's log.
// Errors: a sentence that names the entry and what would be right.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace vencer {

class TenantPlacement {
 public:
  // Entries of a text, over what is there already.
  Status add_text(std::string_view text);
  Status add(std::string_view pattern, std::string_view partition);

  // nullopt: the configuration does not say.
  std::optional<std::uint32_t> find(std::string_view tenant) const;
  // No entry names a partition beyond the last one.
  Status check(std::uint32_t partitions) const;
  bool empty() const { return entries_.empty(); }

 private:
  std::map<std::string, std::uint32_t, std::less<>> entries_;
};

}  // namespace vencer
