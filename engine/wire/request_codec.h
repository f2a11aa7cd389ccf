// Requests: FlatBuffers -> core structs, verified. The only place that reads bytes from the
// network.
//
// verify_request() runs the FlatBuffers verifier with tight limits for the root that the frame type
// names; nothing else here may be called on bytes that did not pass it. Ranges (ids that a tenant
// knows) are the state machine's to check: here only what a struct can hold.
//
// Cost: verify O(bytes), decode O(commands + attributes); CommandBatch keeps its memory between
// calls. Tenants are decoded as their numbers in the partition that the frame was routed to
// (request_route.h).  Thread: a CommandBatch belongs to one thread; its commands are valid until
// the next decode and as long as the frame's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/core/command.h"

namespace vencer {

// ok, unknown_frame_type (not a request), or invalid_flatbuffer. `body` must be 8-aligned.
Errc verify_request(std::uint16_t frame_type, std::span<const std::byte> body);

class CommandBatch {
 public:
  // Body of a verified Commands frame. limit: more than limits::commands_per_frame_max commands,
  // or limits::attributes_per_command_max attributes or limits::reason_bytes_max of one command.
  Errc decode(std::span<const std::byte> body);

  TenantId tenant = kNoTenant;
  ProducerId producer;
  std::uint64_t first_number = 0;
  std::vector<Command> commands;

 private:
  void find_attributes_anew();
  std::vector<AttributeValue> attributes_;  // of all commands, one after the other
};

struct HelloRequest {
  std::string_view client, tenant, token;
  ProducerId producer;
  TenantId tenant_id = kNoTenant;  // where no name is given
};
struct PutTenantRequest {
  std::string_view text, file;
  bool check_only = false;
  std::string_view zones_of;  // not empty: the tenant whose zones are to be taken anew
};
struct GetTicketRequest {
  TenantId tenant = kNoTenant;
  TicketKey key;
};
enum class SubscribeFrom : std::uint8_t { now = 0, earliest = 1, sequence = 2 };
struct SubscribeRequest {
  TenantId tenant = kNoTenant;  // none: every tenant
  SubscribeFrom from = SubscribeFrom::now;
  std::uint64_t sequence = 0;
  std::uint64_t epoch = 0;
  std::uint64_t types = 0;      // bit mask of EventType; 0: all
  std::uint32_t partition = 0;  // whose stream; a tenant's is its own
};

// Views into the body.
HelloRequest decode_hello(std::span<const std::byte> body);
PutTenantRequest decode_put_tenant(std::span<const std::byte> body);
GetTicketRequest decode_get_ticket(std::span<const std::byte> body);
SubscribeRequest decode_subscribe(std::span<const std::byte> body);
std::string_view decode_delete_tenant(std::span<const std::byte> body);  // its name
std::uint32_t decode_take_snapshot(std::span<const std::byte> body);     // of which partition
TimeMs decode_advance(std::span<const std::byte> body);

}  // namespace vencer
