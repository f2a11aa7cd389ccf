// Command: what a producer asks for one ticket, decoded. Ids, not names; nothing is owned.
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/result.h"
#include "engine/core/types.h"

namespace vencer {

enum class CommandKind : std::uint8_t {
  none = 0,  // absent, or unknown to this build: refused (empty_command)
  create = 1,
  set_status = 2,
  set_attributes = 3,
  activity = 4,
  escalate = 5,
  acknowledge = 6,
};

struct Command {
  CommandKind kind = CommandKind::none;
  TicketKey key;
  TimeMs occurred_at = kNever;         // kNever: not given
  std::uint32_t expected_version = 0;  // 0: any
  std::uint64_t actor = 0;             // the producer's statement
  std::uint32_t content_hash = 0;  // of the encoded command: tells a repeat from a reused number

  StatusId status = kNoId8;                    // create (none: the tenant's initial), set_status
  ActivityId activity = kNoId8;                // activity
  LevelId level = 0;                           // escalate (0: the next one)
  ClockId clock = kNoId8;                      // acknowledge (none: all clocks of the ticket)
  RecipientId recipient = kNoId16;             // escalate (none: nobody in particular)
  DurationMs timeout_ms = 0;                   // acknowledge (0: the ladder's own)
  std::span<const AttributeValue> attributes;  // create, set_attributes; value 0 clears
};

// Every command gets one. Kept for the last limits::producer_results numbers of a producer.
struct CommandResult {
  Errc code = Errc::ok;
  std::uint8_t detail = 0;    // which attribute, status, ... the code is about, where there is one
  bool clamped = false;       // occurred_at was before the ticket's last change and taken as that
  bool repeated = false;      // a repeat of this number: the first result again
  std::uint32_t version = 0;  // of the ticket after the command
};

}  // namespace vencer
