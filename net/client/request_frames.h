// Every request but Commands as a whole frame; the connection fills in the correlation id.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/core/types.h"
#include "net/client/client.h"

namespace vencer {

std::vector<std::byte> hello_frame(const ClientOptions& options);
// For the names of another tenant, which the events of a stream are of.
std::vector<std::byte> hello_frame(const ClientOptions& options, TenantId other);
std::vector<std::byte> put_tenant_frame(std::string_view text, std::string_view file,
                                        bool check_only);
std::vector<std::byte> reload_zones_frame(std::string_view tenant);
std::vector<std::byte> delete_tenant_frame(std::string_view name);
std::vector<std::byte> take_snapshot_frame(std::uint32_t partition);
std::vector<std::byte> accept_clock_frame(std::uint32_t partition);
std::vector<std::byte> get_ticket_frame(TenantId tenant, const TicketKey& key);
std::vector<std::byte> subscribe_frame(TenantId tenant, const SubscribeOptions& options);
std::vector<std::byte> unsubscribe_frame();
std::vector<std::byte> advance_frame(TimeMs to, std::uint32_t partition);

}  // namespace vencer
