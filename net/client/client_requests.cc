// The calls of a Client that are no commands.
#include <vencer_generated.h>

#include <algorithm>

#include "net/client/client_impl.h"
#include "net/client/request_frames.h"

namespace vencer {
namespace {

std::uint16_t number_of(wire::FrameType type) {
  return static_cast<std::uint16_t>(type);
}

}  // namespace

Error needs_tenant() {
  return {Errc::unknown_tenant, "this client has no tenant: name one in ClientOptions::tenant"};
}

Result<Ticket> Client::get(std::string_view key) {
  const Result<TicketKey> parsed = parse_key(key);
  if (!parsed) return parsed.error();
  return get(*parsed);
}

Result<Ticket> Client::get(const TicketKey& key) {
  const TenantId tenant = names()->tenant;
  if (tenant == kNoTenant) return needs_tenant();
  Result<Ticket> ticket = impl_->call<Ticket>(
      get_ticket_frame(tenant, key), number_of(wire::FrameType::ticket_reply), &read_ticket);
  if (!ticket && ticket.error().code == Errc::unknown_ticket) {
    return Error{Errc::unknown_ticket, "this tenant has no ticket " + key_text(key)};
  }
  return ticket;
}

Result<PutTenantReply> Client::put_tenant(std::string_view text, std::string_view file,
                                          bool check_only) {
  Result<PutTenantReply> reply =
      impl_->call<PutTenantReply>(put_tenant_frame(text, file, check_only),
                                  number_of(wire::FrameType::put_tenant_reply), &read_put_tenant);
  if (!reply || check_only || reply->name != impl_->options.tenant) return reply;
  if (const Status renewed = refresh(); !renewed) return renewed.error();
  return reply;
}

// Names keep their ids: nothing to fetch anew.
Result<PutTenantReply> Client::reload_zones(std::string_view tenant) {
  return impl_->call<PutTenantReply>(
      reload_zones_frame(tenant), number_of(wire::FrameType::put_tenant_reply), &read_put_tenant);
}

Result<DeleteTenantReply> Client::delete_tenant(std::string_view name) {
  return impl_->call<DeleteTenantReply>(delete_tenant_frame(name),
                                        number_of(wire::FrameType::delete_tenant_reply),
                                        &read_delete_tenant);
}

Result<SnapshotReply> Client::take_snapshot(std::uint32_t partition) {
  return impl_->call<SnapshotReply>(take_snapshot_frame(partition),
                                    number_of(wire::FrameType::snapshot_reply),
                                    &read_snapshot_reply);
}

Result<std::vector<ClockReply>> Client::accept_clock() {
  std::vector<ClockReply> all;
  const std::size_t partitions = hello().partitions.size();
  for (std::uint32_t partition = 0; partition < partitions; ++partition) {
    const Result<ClockReply> reply = impl_->call<ClockReply>(
        accept_clock_frame(partition), number_of(wire::FrameType::clock_reply), &read_clock_reply);
    if (!reply) return reply.error();
    all.push_back(*reply);
  }
  return all;
}

Result<AdvanceReply> Client::advance(TimeMs to) {
  const ServerHello server = hello();
  AdvanceReply all;
  for (std::uint32_t partition = 0; partition < server.partitions.size(); ++partition) {
    const Result<AdvanceReply> reply = impl_->call<AdvanceReply>(
        advance_frame(to, partition), number_of(wire::FrameType::advance_reply), &read_advance);
    if (!reply) return reply.error();
    all.now = partition == 0 ? reply->now : std::min(all.now, reply->now);
    all.fired += reply->fired;
    if (partition == server.partition) all.event_sequence = reply->event_sequence;
  }
  return all;
}

}  // namespace vencer
