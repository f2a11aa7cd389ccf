// Schedules: what falls due for a tenant and belongs to no ticket: calendar events and digests.
//
// Each has one timer, under an index that is given once and never again: the order of equal
// instants is that of the indexes, which is that in which the documents named them.
//
// Its next instant is known when its document is committed, and again when it has fired; so after
// an outage all that was missed is told, one after the other, each with its own due. The bound:
// what was due more than limits::missed_max_ms ago is not told any more. A digest waits for the one
// before it to be collected. In clock source input nothing is scheduled before time has begun.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/event.h"
#include "engine/core/types.h"

namespace vencer {

using TimerIndex = std::uint32_t;

// Whose timer an index is.
struct TimerOwner {
  TenantId tenant = kNoTenant;
  std::uint16_t position = 0;  // in the tenant's document
};

// A digest's next row is a ticket's; of those that qualify the first by (due, slot) are kept.
struct DigestRow {
  EventRow row;
  Slot slot = kNoSlot;
  bool operator<(const DigestRow& other) const {
    return row.due != other.row.due ? row.due < other.row.due : slot < other.slot;
  }
};

struct DigestState {
  TimerIndex timer = 0;
  TimeMs outstanding = kNever;  // due of the one that is being collected
  std::uint64_t count = 0;
  std::uint64_t overdue = 0;
  std::vector<DigestRow> rows;  // a heap, the last row first; at most limits::digest_rows_max
};

struct Schedules {
  std::vector<TimerIndex> calendar_events;  // by position in the document in force
  std::vector<DigestState> digests;
};

}  // namespace vencer
