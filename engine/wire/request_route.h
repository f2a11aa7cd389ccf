// Which partition of a server a request is for, as far as the request itself says.
//
// Most say it by the tenant's id (tenant_id.h): no look-up. A Hello, a document's end and a
// re-reading of zones name the tenant. A new document goes anywhere: its name stands in its text,
// which only the maintenance role reads.
//
// Cost: a few ns.  Thread: any.  The body has passed verify_request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/core/types.h"

namespace vencer {

struct RequestRoute {
  std::uint32_t partition = 0;   // perhaps one that there is not
  TenantId tenant = kNoTenant;   // as on the wire: it says the partition
  std::string_view tenant_name;  // not empty: the partition is that of this tenant
};

RequestRoute request_route(std::uint16_t frame_type, std::span<const std::byte> body);

}  // namespace vencer
