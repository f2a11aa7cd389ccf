// ClockReach: which clocks of a ticket a change can move, a bit each. Most changes move none: those
// that a clock's triggers and conditions do not name leave it as it is, and nobody needs to look.
//
// What it rests on: after each change, and each new document, an active clock is paused if its
// pause_while holds and runs if not; a run_while acts only as it comes to hold or ceases to. So
// only what can make a trigger true, or a condition another one than before, is of interest; a new
// document, which changes the conditions themselves, looks at all clocks.
//
// Cost: a few look-ups a change, one more for each activity or attribute that some clock names.
// Memory: 1.4 KiB a document.  Thread: const after construction.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "engine/core/tenant.h"

namespace vencer {

class ClockReach {
 public:
  static constexpr std::uint32_t kAll = ~std::uint32_t{0};

  ClockReach() = default;
  // `matched`: attributes that a rule looks at. Another rule may restart a clock.
  ClockReach(const TenantSpec& spec, std::uint32_t matched);

  // Of a ticket that goes from one status to another. From and to a resolved or closed one there is
  // more to do than triggers say.
  std::uint32_t by_status(StatusId before, StatusId after) const {
    const OfStatus& from = statuses_[before];
    const OfStatus& to = statuses_[after];
    return to.triggered | (from.pauses ^ to.pauses) | (from.runs ^ to.runs) | from.done | to.done;
  }
  std::uint32_t by_activities(std::uint64_t activities) const {
    return all_of(activities & named_activities_, activities_);
  }
  std::uint32_t by_attributes(std::uint32_t attributes) const {
    return all_of(attributes & named_attributes_, attributes_);
  }

  // Clocks that may be paused in this status; the ticket's level and attributes have the last word.
  std::uint32_t may_pause_in(StatusId status) const {
    return statuses_[status].pauses | pause_elsewhere_;
  }

 private:
  struct OfStatus {
    std::uint32_t triggered = 0;
    std::uint32_t pauses = 0;
    std::uint32_t runs = 0;
    std::uint32_t done = 0;  // all or none
  };

  template <typename Bits, typename Table>
  static std::uint32_t all_of(Bits bits, const Table& table) {
    std::uint32_t clocks = 0;
    for (; bits != 0; bits &= bits - 1) {
      clocks |= table[static_cast<std::size_t>(std::countr_zero(bits))];
    }
    return clocks;
  }
  void take(const TriggerSpec& trigger, std::uint32_t clock);
  void take(const ConditionSpec& condition, std::uint32_t clock);

  std::array<OfStatus, limits::statuses_max> statuses_{};
  std::array<std::uint32_t, limits::activities_max> activities_{};
  std::array<std::uint32_t, limits::attributes_max> attributes_{};
  std::uint64_t named_activities_ = 0;
  std::uint32_t named_attributes_ = 0;
  std::uint32_t pause_elsewhere_ = 0;  // by a level or an attribute
};

}  // namespace vencer
