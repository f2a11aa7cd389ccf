// The name tables of a tenant that the Hello reply carries: what turns ids into words at the
// client.
//
// Cost: O(names).
#pragma once

#include <flatbuffers/flatbuffers.h>
#include <vencer_generated.h>

#include <span>
#include <string>

#include "engine/core/tenant.h"

namespace vencer {

using TextVector = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;
flatbuffers::Offset<TextVector> write_texts(flatbuffers::FlatBufferBuilder& fbb,
                                            std::span<const std::string> texts);

flatbuffers::Offset<wire::TenantNames> write_tenant_names(flatbuffers::FlatBufferBuilder& fbb,
                                                          TenantId id, const TenantSpec& tenant);

}  // namespace vencer
