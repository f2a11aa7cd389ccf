// A tenant's id on the wire: its partition in the upper half, its number there in the lower one.
//
// A partition numbers its tenants from 1 (TenantId in the core, in its log and in its event
// records); the wire's ids are unambiguous over all partitions of a server, and say where a frame
// goes without a look-up. Those of partition 0 are the numbers themselves. Decoding a request
// strips the partition, encoding an answer adds it; number 0 is no tenant in any partition.
#pragma once

#include <cstdint>

#include "engine/core/limits.h"
#include "engine/core/types.h"

namespace vencer {

inline constexpr int kTenantNumberBits = 16;
static_assert(limits::tenants_max < (1u << kTenantNumberBits), "a number fills the lower half");
static_assert(limits::partitions_max <= (1u << (32 - kTenantNumberBits)), "so does a partition");

constexpr TenantId wire_tenant(std::uint32_t partition, TenantId number) {
  return number == kNoTenant ? kNoTenant : (partition << kTenantNumberBits) | number;
}
constexpr TenantId tenant_number(TenantId on_wire) {
  return on_wire & ((1u << kTenantNumberBits) - 1);
}
constexpr std::uint32_t tenant_partition(TenantId on_wire) {
  return on_wire >> kTenantNumberBits;
}

}  // namespace vencer
