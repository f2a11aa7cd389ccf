// The vocabulary of the engine: time, identities, and the small integers that stand for names.
//
// Units: every TimeMs is milliseconds since the Unix epoch, UTC; every DurationMs is milliseconds.
// Names (statuses, clocks, ...) live in the tenant document; the core sees their ids only. Ids are
// append-only within a tenant and never reused, so an id in the log means the same for ever.
#pragma once

#include <compare>
#include <cstdint>

namespace vencer {

using TimeMs = std::int64_t;
using DurationMs = std::int64_t;

// "No such instant". Also what a query for the next deadline answers when nothing is pending.
inline constexpr TimeMs kNever = INT64_MAX;

using TenantId = std::uint32_t;
using StatusId = std::uint8_t;
using ActivityId = std::uint8_t;
using AttributeId = std::uint8_t;
using LevelId = std::uint8_t;  // 1 is the first level of the document; 0: the tenant has no levels
using ClockId = std::uint8_t;
using StepId = std::uint8_t;  // position in the step names of a clock
using CalendarId = std::uint16_t;
using LadderId = std::uint16_t;
using RuleId = std::uint16_t;
using RecipientId = std::uint16_t;
using Slot = std::uint32_t;  // position of a ticket in the slab

inline constexpr std::uint8_t kNoId8 = 0xff;
inline constexpr std::uint16_t kNoId16 = 0xffff;
inline constexpr Slot kNoSlot = 0xffffffff;
inline constexpr TenantId kNoTenant = 0;      // tenants are numbered from 1
inline constexpr CalendarId kAlwaysOpen = 0;  // "24x7" is calendar 0 of every tenant

// The value of an attribute of a ticket. 0 means "not set". Closed attributes: 1 + position of the
// value in the document. Open attributes: the producer's own 64-bit key.
using Value = std::uint64_t;
struct AttributeValue {
  AttributeId attribute;
  Value value;
  friend bool operator==(const AttributeValue&, const AttributeValue&) = default;
};

// How the 16 bytes of a ticket's key are to be read. Part of its identity: number 5 is not text
// "5".
enum class KeyKind : std::uint8_t { number = 1, uuid = 2, text = 3, text_hash = 4 };

// A ticket's key: a number (in `low`), a UUID, text of up to 16 bytes (zero-padded), or the 128-bit
// hash of a longer text, made by the client. Unique within a tenant.
struct TicketKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  KeyKind kind = KeyKind::number;
  friend bool operator==(const TicketKey&, const TicketKey&) = default;
};

// A producer of commands, 128 bits chosen by itself. {0, 0} is "no producer".
struct ProducerId {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend auto operator<=>(const ProducerId&, const ProducerId&) = default;
  bool empty() const { return low == 0 && high == 0; }
};

enum class StatusCategory : std::uint8_t {
  fresh,
  open,
  pending,
  on_hold,
  resolved,
  closed,
  cancelled
};

enum class Light : std::uint8_t { none, green, amber, red };

// What the engine's time follows. Chosen when a data directory is made; logged; never changed.
//   wall  : the shard stamps steps by the monotonic clock, slewed to the wall clock.
//   input : engine time = max(engine time, occurred_at of the command); see StateMachine.
enum class ClockSource : std::uint8_t { wall = 1, input = 2 };

}  // namespace vencer
