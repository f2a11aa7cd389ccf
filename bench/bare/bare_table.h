// BareTable: what is left of the engine without the product: an index, 32 bytes a ticket, one timer
// each.
//
// A create enters a key and schedules a timer; any other command reads its ticket, changes it and
// moves the timer by some seconds. The parts are the engine's own (index, wheel, huge pages), a
// frame is applied in three passes as the engine does. No tenants, policies, calendars, ladders,
// results to repeat, events.
//
// Cost: O(commands) a frame.  Thread: one.  Errors: in the results, as the engine's.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/ticket_index.h"
#include "engine/core/timing_wheel.h"
#include "engine/runtime/huge_pages.h"

namespace vencer::bench {

class BareTable {
 public:
  BareTable(std::uint32_t capacity, TimeMs now);

  // One result for each command; `results` is cleared first.
  void apply(std::span<const Command> commands, TimeMs now, std::vector<CommandResult>* results);
  std::size_t tickets() const { return count_; }

 private:
  struct Ticket {
    std::uint64_t key_low, key_high;
    TimeMs changed_at;
    std::uint32_t version;
    std::uint32_t state;
  };
  static_assert(sizeof(Ticket) == 32);
  static constexpr std::size_t kPageTickets = kPageBytes / sizeof(Ticket);

  Ticket& at(Slot slot) { return pages_[slot / kPageTickets][slot % kPageTickets]; }
  bool is(Slot slot, const TicketKey& key);
  Slot find(std::uint64_t hash, const TicketKey& key);
  CommandResult create(const Command& command, std::uint64_t hash, TimeMs now);
  CommandResult change(const Command& command, Slot slot, std::uint64_t hash, TimeMs now);

  const std::shared_ptr<HugePages> source_ = std::make_shared<HugePages>();
  TicketIndex index_;
  TimingWheel wheel_;
  std::vector<Ticket*> pages_;
  std::size_t count_ = 0;
  std::vector<std::uint64_t> hashes_;  // of the frame being applied
  std::vector<Slot> slots_;
};

}  // namespace vencer::bench
