// TenantSpec <-> the TenantDocument of schema/log.fbs, in two directions and one check;
// step_codec.h is the door to them.
#pragma once

#include <flatbuffers/flatbuffers.h>
#include <log_generated.h>

#include <string>

#include "engine/core/tenant.h"

namespace vencer {

flatbuffers::Offset<stored::TenantDocument> write_tenant(flatbuffers::FlatBufferBuilder& fbb,
                                                         const TenantSpec& tenant);
// Of a verified buffer. Ids are as they stand there: check_tenant() says whether they can be used.
TenantSpec read_tenant(const stored::TenantDocument& document);

// "" if every id lies inside its table and every number in its range; else what does not, for a
// person.
std::string check_tenant(const TenantSpec& tenant);

}  // namespace vencer
