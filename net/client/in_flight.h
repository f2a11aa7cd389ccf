// In flight: requests that wait for an answer, by correlation id.
//
// Cost: O(1), nothing allocated after construction.  Thread: under the connection's lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/core/assert.h"
#include "net/client/connection.h"

namespace vencer {

// One of the two is set.
struct Waiter {
  AnswerCallback answer;
  CommandsCallback commands;
};

class InFlight {
 public:
  // Slots for the client's own errands beside `count_max`.
  static constexpr std::size_t kReserve = 4;

  explicit InFlight(std::size_t count_max) : slots_(count_max + kReserve) {
    VENCER_ASSERT(slots_.size() < kSlots);
    for (std::size_t i = slots_.size(); i-- > 0;) free_.push_back(static_cast<std::uint32_t>(i));
  }

  bool has_room(bool errand) const { return free_.size() > (errand ? 0 : kReserve); }
  bool idle() const { return free_.size() == slots_.size(); }

  // There is room. Returns the correlation id.
  std::uint64_t add(Waiter waiter) {
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = {++generation_ * kSlots | slot, std::move(waiter)};
    return slots_[slot].correlation;
  }
  // False if nobody waits for it.
  bool take(std::uint64_t correlation, Waiter& waiter) {
    const std::uint64_t slot = correlation % kSlots;
    if (slot >= slots_.size() || slots_[slot].correlation != correlation || correlation == 0) {
      return false;
    }
    waiter = std::move(slots_[slot].waiter);
    slots_[slot] = {};
    free_.push_back(static_cast<std::uint32_t>(slot));
    return true;
  }
  std::vector<Waiter> take_all() {
    std::vector<Waiter> all;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      Waiter waiter;
      if (take(slots_[i].correlation, waiter)) all.push_back(std::move(waiter));
    }
    return all;
  }

 private:
  static constexpr std::uint64_t kSlots = 1 << 16;
  struct Slot {
    std::uint64_t correlation = 0;
    Waiter waiter;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t generation_ = 0;
};

}  // namespace vencer
