// What the server answers, as plain structs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/event.h"
#include "engine/core/result.h"
#include "engine/core/types.h"

namespace vencer {

// One of the server's partitions: a log, an engine time and an event stream of its own.
struct PartitionHello {
  std::uint64_t epoch = 0;
  std::uint64_t first_sequence = 0;  // oldest event still kept
  std::uint64_t last_sequence = 0;
  std::uint32_t tenants = 0;
  bool clock_suspect = false;   // the wall clock is too far off and not followed
  DurationMs wall_lead_ms = 0;  // it is ahead of engine time by so much; negative: behind
  // full: commands are refused, deadlines kept. stopped: time stands still until there is room.
  enum class Disk : std::uint8_t { fine, full, stopped };
  Disk disk = Disk::fine;
};

// Of the server and the stream of the tenant's partition (without a tenant: of partition 0), as of
// the newest Hello of this connection.
struct ServerHello {
  std::string server;  // "vencerd 0.1.0"
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::uint64_t first_sequence = 0;  // oldest event still kept
  std::uint64_t last_sequence = 0;
  TimeMs now = 0;  // engine time
  ClockSource clock_source = ClockSource::wall;
  bool durable = true;  // false: durability mode "none"
  std::uint32_t frame_bytes_max = 0;
  std::uint32_t commands_per_frame_max = 0;
  std::uint64_t last_number = 0;           // of this producer in this tenant; 0: none yet
  std::vector<PartitionHello> partitions;  // by number; never empty
};

// Of one accepted command.
struct CommandReply {
  std::uint32_t version = 0;  // of the ticket after the command
  bool clamped = false;       // occurred_at was before the ticket's last change and taken as that
  bool repeated = false;      // the number had been applied before: its first result
  TimeMs now = 0;
  std::uint64_t epoch = 0;
  std::uint64_t event_sequence = 0;  // as of which it is true
};

// Of a frame of commands: one outcome a command, in order.
struct CommandOutcome {
  Errc code = Errc::ok;
  std::uint8_t detail = 0;  // which attribute, status, ... the code is about, where there is one
  bool clamped = false;
  bool repeated = false;
  std::uint32_t version = 0;
};
struct FrameReply {
  Error error;  // code ok: `outcomes` are valid; else none was applied, or (connection lost) it is
                // unknown
  std::span<const CommandOutcome> outcomes;  // valid during the callback only
  TimeMs now = 0;
  std::uint64_t epoch = 0;
  std::uint64_t event_sequence = 0;
  bool ok() const { return error.code == Errc::ok; }
};

struct PutTenantReply {
  TenantId tenant = kNoTenant;
  std::uint32_t version = 0;
  bool unchanged = false;  // the same text is in force already
  std::string name;
  std::vector<std::string> warnings;
};

struct DeleteTenantReply {
  TenantId tenant = kNoTenant;
  std::uint64_t open_tickets = 0;  // that leave in the background
};

struct SnapshotReply {
  std::string file;  // on the server's machine
  std::uint64_t bytes = 0;
  std::uint64_t tickets = 0;
  std::uint64_t took_ms = 0;
  std::uint64_t group = 0;           // the last one of the log that is in it
  std::uint64_t event_sequence = 0;  // the last event made by what is in it
};

struct AdvanceReply {
  TimeMs now = 0;
  std::uint64_t event_sequence = 0;
  std::uint64_t fired = 0;
};

enum class TicketClockPhase : std::uint8_t {
  idle,
  running,
  paused,
  met,
  missed,
  cancelled,
  expired
};

// Of one partition.
struct ClockReply {
  std::uint32_t partition = 0;
  bool was_suspect = false;     // false: the wall clock was followed already, nothing was done
  DurationMs wall_lead_ms = 0;  // before: how far it was ahead; negative: behind
  TimeMs now = 0;               // engine time since
};

struct TicketClock {
  struct Interval {
    TimeMs from = 0;
    TimeMs to = kNever;  // kNever: still running
  };
  ClockId clock = kNoId8;
  TicketClockPhase phase = TicketClockPhase::idle;
  std::uint16_t cycle = 0;
  bool breached = false;
  RuleId rule = kNoId16;  // none: no target
  DurationMs target_ms = 0;
  CalendarId calendar = kNoId16;
  LadderId ladder = kNoId16;
  TimeMs due = kNever;
  DurationMs elapsed_ms = 0;
  TimeMs next_at = kNever;
  TimeMs acknowledged_until = 0;  // 0: not acknowledged; kNever: until it stops
  StepId next_step = kNoId8;      // what falls due at next_at; none: the breach
  std::uint16_t fired_steps = 0;
  std::vector<Interval> intervals;
};

// On a local day, counted from 1970-01-01. The present stay is in it.
struct StatusDay {
  std::int32_t day = 0;
  StatusId status = kNoId8;
  DurationMs ms = 0;
};

struct Ticket {
  TenantId tenant = kNoTenant;
  TicketKey key;
  std::uint32_t version = 0;
  StatusId status = kNoId8;
  LevelId level = 0;
  Light light = Light::none;
  bool closed_for_good = false;
  TimeMs created_at = 0;
  TimeMs changed_at = 0;
  std::vector<AttributeValue> attributes;
  std::vector<TicketClock> clocks;
  std::vector<StatusDay> time_in_status;  // by day, then status; if the document asks for it
  TimeMs now = 0;
  std::uint64_t epoch = 0;
  std::uint64_t event_sequence = 0;  // as of which this is true: watch from the next one
};

// A piece of an event stream, in order. Events and what they point to are valid during the callback
// only.
struct EventBatch {
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::span<const Event> events;
  std::uint64_t next_sequence = 0;  // where to go on: everything before it was sent or filtered out
};

std::string_view to_string(TicketClockPhase phase);
std::string_view to_string(Light light);
std::string_view to_string(LinkKind kind);  // "problem", "follow_up", "related"
std::string_view to_string(StatusCategory category);

}  // namespace vencer
