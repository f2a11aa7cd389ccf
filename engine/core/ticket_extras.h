// TicketExtras: what few tickets have: a pending-until, a start in the future, a deadline of their
// own, links, an acknowledgement, a step that repeats, time in status. Kept apart, so that the
// others pay one bit in their header for it.
//
// Cost: find O(log tickets with extras); a ticket without extras is told by TicketFlag::extras and
// costs nothing. Memory: about 200 bytes and what it lists, for tickets that have them.  Thread:
// the shard's. Order: nothing iterates over the table; state digest and snapshots walk the slots.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/limits.h"
#include "engine/core/types.h"

namespace vencer {

// How its ladder stands in its present cycle, where that is more than which steps have fired.
struct LadderExtra {
  TimeMs acknowledged_until = 0;  // 0: not acknowledged; kNever: until it stops
  StepId repeating = kNoId8;      // the step that repeats in this cycle; kNoId8: none so far
  std::uint8_t repeats = 0;       // of it, after its first time
};

// Of one clock: what few have.
struct ClockExtra {
  ClockId clock = kNoId8;
  LadderExtra ladder = {};
  TimeMs due_at = kNever;      // an instant; it sticks whatever the rule becomes
  DurationMs extended_ms = 0;  // of its present cycle
};

struct TicketLink {
  LinkKind kind = LinkKind::none;
  bool incoming = false;  // the other names this ticket (an incident of this problem)
  TicketKey other;
};

struct TimeInStatus {
  std::int32_t day = 0;  // local day, counted from 1970-01-01
  StatusId status = kNoId8;
  DurationMs ms = 0;
};

// Automatic changes that follow from one another (take_change.cc).
struct Cascade {
  TimeMs at = 0;  // of its last change
  int changes_left = limits::automatic_changes_max;
};

struct TicketExtras {
  TimeMs pending_until = kNever;
  StatusId pending_then = kNoId8;
  TimeMs start_at = kNever;  // its clocks are idle until then
  TimeMs due_at = kNever;    // for targets of kind "ticket"
  std::vector<ClockExtra> clocks;
  bool merged = false;
  TicketKey survivor;  // merged
  std::vector<TicketLink> links;
  TimeMs status_since = kNever;
  std::vector<TimeInStatus> time_in_status;
  Cascade cascade;

  ClockExtra* find_clock(ClockId clock) {
    return const_cast<ClockExtra*>(std::as_const(*this).find_clock(clock));
  }
  DurationMs extended_of(ClockId id) const {
    const ClockExtra* extra = find_clock(id);
    return extra == nullptr ? 0 : extra->extended_ms;
  }
  LadderExtra ladder_of(ClockId id) const {
    const ClockExtra* extra = find_clock(id);
    return extra == nullptr ? LadderExtra{} : extra->ladder;
  }
  ClockExtra& clock(ClockId id) {
    if (ClockExtra* known = find_clock(id)) return *known;
    clocks.push_back({id, {}});
    return clocks.back();
  }
  const ClockExtra* find_clock(ClockId clock) const {
    for (const ClockExtra& extra : clocks) {
      if (extra.clock == clock) return &extra;
    }
    return nullptr;
  }
};

class TicketExtrasTable {
 public:
  TicketExtras* find(Slot slot) {
    const auto found = table_.find(slot);
    return found == table_.end() ? nullptr : found->second.get();
  }
  const TicketExtras* find(Slot slot) const {
    const auto found = table_.find(slot);
    return found == table_.end() ? nullptr : found->second.get();
  }
  TicketExtras& get_or_add(Slot slot) {
    std::unique_ptr<TicketExtras>& at = table_[slot];
    if (at == nullptr) at = std::make_unique<TicketExtras>();
    return *at;
  }
  void erase(Slot slot) { table_.erase(slot); }
  // get_or_add of a slot that is probably beyond all others.
  TicketExtras& restore(Slot slot) {
    const auto at = table_.emplace_hint(table_.end(), slot, nullptr);
    if (at->second == nullptr) at->second = std::make_unique<TicketExtras>();
    return *at->second;
  }

  // fn(slot, extras) by slot.
  template <typename Fn>
  void for_each(Fn&& fn) const {
    for (const auto& [slot, extras] : table_) fn(slot, *extras);
  }

 private:
  std::map<Slot, std::unique_ptr<TicketExtras>> table_;
};

}  // namespace vencer
