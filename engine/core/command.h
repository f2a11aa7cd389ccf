// Command: what a producer asks for one ticket, decoded. Ids, not names; nothing is owned.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

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
  merge = 7,          // a duplicate of `other`: cancelled, its survivor remembered
  link = 8,           // to `other`, as `link` says
  extend = 9,         // a clock's deadline, by `by_ms` of its open time
  set_due = 10,       // an instant given on the ticket
  cancel = 11,        // to the tenant's first status of category cancelled
  put_customer = 12,  // the key is the customer's: a number
  mute = 13,          // a tenant, or a value of an attribute; the key says nothing
};

// What the other end is to the ticket of a link command.
enum class LinkKind : std::uint8_t {
  none = 0,
  problem = 1,    // the other is the problem behind this incident; told when it is resolved
  follow_up = 2,  // the other follows from this one (its documentation, its change)
  related = 3
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
  std::span<const AttributeValue> attributes;  // create, set_attributes, put_customer; 0 clears
  TimeMs until = kNever;  // set_status: "pending until"; mute: its end (not after now: ends)
  StatusId then_status = kNoId8;  // set_status with until: taken at its end; none: the one before
  TimeMs start_at = kNever;       // create: its clocks are idle until then
  TimeMs due_at = kNever;         // create, set_due: for targets "ticket"; set_due of kNever clears
  bool quiet = false;             // create: nothing is told of it but `imported`
  TicketKey other;                // merge, link
  LinkKind link = LinkKind::none;
  DurationMs by_ms = 0;            // extend; may be negative
  std::string_view reason;         // extend: at most reason_bytes_max; lives as long as the frame
  TimeMs contract_until = kNever;  // put_customer: kNever is without end; 0: has no contract
  bool reapply = false;            // put_customer: to the tickets that it has open too
  AttributeId attribute = kNoId8;  // mute: of this attribute ...
  Value value = 0;                 // ... this value; none: the whole tenant
};

// Every command gets one. Kept for the last limits::producer_results numbers of a producer.
struct CommandResult {
  Errc code = Errc::ok;
  std::uint8_t detail = 0;    // which attribute, status, constraint ... the code is about, if any
  bool clamped = false;       // occurred_at was before the ticket's last change and taken as that
  bool repeated = false;      // a repeat of this number: the first result again
  std::uint32_t version = 0;  // of the ticket after the command
};

}  // namespace vencer
