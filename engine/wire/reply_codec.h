// Replies, events and errors: core structs -> whole frames (header and FlatBuffer), ready to send.
//
// A tenant in a core struct is its number in the partition that the stamp, info or events name;
// tenant_id is the wire's (tenant_id.h).
//
// Every function appends one frame to `out`; frames start 8-aligned (the tail is zero-padded and
// the length says so).  Cost: O(size).  Thread: any; no state is kept between calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/event.h"
#include "engine/core/state_machine.h"

namespace vencer {

using Bytes = std::vector<std::byte>;

// As of when a reply is true, and how durable.
struct ReplyStamp {
  TimeMs now = 0;
  std::uint64_t epoch = 0;
  std::uint64_t event_sequence = 0;
  std::uint8_t durability = 1;  // wire::Durability
  std::uint32_t partition = 0;
};

// Of one partition, for whoever says hello to any.
struct PartitionSummary {
  std::uint64_t epoch = 0;
  std::uint64_t first_sequence = 0, last_sequence = 0;
  std::uint32_t tenants = 0;
  bool clock_suspect = false;
  DurationMs wall_lead_ms = 0;
  std::uint8_t disk = 0;  // DiskState
};

struct ServerInfo {
  std::string server;
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::uint64_t first_sequence = 0, last_sequence = 0;
  TimeMs now = 0;
  ClockSource clock_source = ClockSource::wall;
  std::uint8_t durability = 1;
  std::uint64_t last_number = 0;
  std::span<const PartitionSummary> partitions;  // of the process, in order
};

// Where a subscription is in its stream.
struct StreamPlace {
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::uint64_t next_sequence = 0, first_sequence = 0;
};

// A snapshot that is complete.
struct SnapshotTaken {
  std::string file;
  std::uint64_t bytes = 0;
  std::uint64_t tickets = 0;
  std::uint64_t took_ms = 0;
  std::uint64_t group = 0;
  std::uint64_t event_sequence = 0;
};

// What an accepted wall clock has changed.
struct ClockAccepted {
  std::uint32_t partition = 0;
  bool was_suspect = false;
  DurationMs wall_lead_ms = 0;  // before
  TimeMs now = 0;
};

struct FailureInfo {
  Errc code = Errc::internal;
  std::string_view message;
  std::span<const std::string> details;
  std::uint64_t epoch = 0, first_sequence = 0;
};

void encode_hello_reply(std::uint64_t correlation, const ServerInfo& info, TenantId number,
                        const TenantSpec* tenant, Bytes& out);
void encode_commands_reply(std::uint64_t correlation, std::span<const CommandResult> results,
                           const ReplyStamp& stamp, Bytes& out);
void encode_put_tenant_reply(std::uint64_t correlation, TenantId tenant_id, std::uint32_t version,
                             bool unchanged, std::string_view name,
                             std::span<const std::string> warnings, Bytes& out);
void encode_delete_tenant_reply(std::uint64_t correlation, TenantId tenant_id,
                                std::uint64_t open_tickets, Bytes& out);
void encode_snapshot_reply(std::uint64_t correlation, const SnapshotTaken& taken, Bytes& out);
void encode_clock_reply(std::uint64_t correlation, const ClockAccepted& accepted, Bytes& out);
void encode_ticket_reply(std::uint64_t correlation, const TicketView& ticket,
                         const ReplyStamp& stamp, Bytes& out);
void encode_subscribe_reply(std::uint64_t correlation, const StreamPlace& place, Bytes& out);
void encode_advance_reply(std::uint64_t correlation, const ReplyStamp& stamp, std::uint64_t fired,
                          Bytes& out);
void encode_failure(std::uint64_t correlation, const FailureInfo& failure, Bytes& out);

// Events out of compact records (event_record.h), one Events frame.
void encode_events(std::uint64_t correlation, std::uint32_t partition, std::uint64_t epoch,
                   std::span<const std::span<const std::byte>> records, std::uint64_t next_sequence,
                   Bytes& out);

}  // namespace vencer
