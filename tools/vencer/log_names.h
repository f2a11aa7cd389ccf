// LogNames: the words of the tenants whose documents a reader of the log has passed.
//
// Ids are given as the state machine gives them: a document of a name that no tenant has makes the
// next one. Names only grow from version to version, so the newest document has the words for all
// older steps too.
//
// Thread: one.  Cost: take() O(document), the rest O(tenants).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/step.h"
#include "engine/log/storage.h"
#include "net/client/names.h"

namespace vencer::cli {

// As a Hello would bring them.
Names names_of(TenantId id, const TenantSpec& document);

class LogNames {
 public:
  // Only documents and deletions of tenants matter. The tenant that the step is of; kNoTenant: none
  // or unknown.
  TenantId take(const Step& step);
  // The log begins behind documents that are not here: those that come may be of any id, so ids
  // stay numbers.
  void begin_unknown() { ids_known_ = false; }
  // Tenants below the log's begin, in the order of their ids.
  void add(Names names, bool deleted);

  // Empty names ("#3" for every id) where the document was not seen.
  const Names& of(TenantId id) const;
  std::string tenant_text(TenantId id) const;  // its name, or "#7"
  // Of this name, deleted or not, the latest; kNoTenant: not seen.
  TenantId find(std::string_view name) const;

 private:
  struct Tenant {
    Names names;
    bool deleted = false;
  };
  std::vector<Tenant> tenants_;  // id - 1
  bool ids_known_ = true;
};

// The names of all documents in the log in `directory`, as far as it can be read.
LogNames read_log_names(Storage& storage, const std::string& directory);

}  // namespace vencer::cli
