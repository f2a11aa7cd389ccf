// New tzdata: a document in force with the transitions of its zones taken anew.
//
// What a document compiled to carries its zones along and never asks again (zone.h), so that a
// replay gives the same instants. When the rules of a zone change, this makes the next version of
// the same document, which enters by the log like any other and re-evaluates the open tickets.
//
// An instant that a policy names in local time stays the instant that it was.
// Cost: milliseconds a calendar; never on a shard's thread.  Thread: any.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/core/tenant.h"

namespace vencer {

struct ZoneSource {
  std::function<Result<ZoneSpec>(std::string_view iana_name)> load;
  std::string release;  // "2026f"
};
// The database of this machine as it is now, whatever was read of it before.
ZoneSource installed_zones();

struct RetakenZones {
  TenantSpec spec;         // version + 1, tzdata = the source's release
  bool unchanged = false;  // no zone differs: spec is the one that was given
};
// Errc::invalid_document if the source does not know a zone of the document any more.
Result<RetakenZones> retake_zones(const TenantSpec& spec, const ZoneSource& source);

}  // namespace vencer
