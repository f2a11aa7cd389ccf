// LogNames: the words of the tenants whose documents a reader of the log has passed; of those
// before its beginning, if that was released behind a snapshot, the snapshot's.
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
#include "engine/log/wal.h"
#include "net/client/names.h"

namespace vencer::cli {

// As a Hello would bring them.
Names names_of(TenantId id, const TenantSpec& document);

class LogNames {
 public:
  // Only documents and deletions of tenants matter. The tenant that the step is of; kNoTenant: none
  // or unknown.
  TenantId take(const Step& step, std::uint64_t group);
  // The log begins behind documents that are not here: those that come may be of any id, so ids
  // stay numbers.
  void begin_unknown() { ids_known_ = false; }
  // The tenants of the newest snapshot beside the log in `directory` that can be read: all that
  // steps up to its group have made. Nothing if there is none.
  WalPosition begin_with_snapshot(Storage& storage, const std::string& directory);

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
  std::uint64_t known_up_to_ = 0;  // group; documents up to there are in tenants_
};

// The names of all documents in the log in `directory`, as far as it can be read.
LogNames read_log_names(Storage& storage, const std::string& directory);

}  // namespace vencer::cli
