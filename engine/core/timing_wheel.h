// TimingWheel: pending SLA deadlines of one partition, handed over in the order of (deadline, id).
//
// Varghese & Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 7 (hierarchical).
// A timer is one per id; the order in which timers come out is a function of the pending set alone,
// never of the wheel's history, so that a restored wheel fires alike.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/types.h"

namespace vencer {

// What falls due, in the order of semantics.md section 1: at the same instant kind decides, then
// the slot. The upper 4 bits are the kind, so plain integer order is that order.
enum class TimerKind : std::uint8_t { ticket = 0, customer = 1, detector = 2, calendar_event = 3, digest = 4 };
using TimerId = std::uint32_t;
inline constexpr TimerId timer_id(TimerKind kind, std::uint32_t index) {
  return (static_cast<std::uint32_t>(kind) << 28) | index;
}

struct Timer {
  TimeMs deadline;
  TimerId id;
  friend auto operator<=>(const Timer&, const Timer&) = default;
};

class TimingWheel {
 public:
  // Ids of kind k have index < capacity[k]. Memory is reserved here, touched when used.
  TimingWheel(TimeMs now, std::uint32_t ticket_capacity);

  // Makes `deadline` the one deadline of `id`, whatever it was before. A deadline in the past is
  // handed over at once, in order.
  void schedule(TimerId id, TimeMs deadline);
  void cancel(TimerId id);
  // kNever if the timer is not pending.
  TimeMs deadline(TimerId id) const;

  // Takes out the least (deadline, id) with deadline <= now. Timers scheduled meanwhile, even for
  // instants already passed, take their place in the order.
  std::optional<Timer> pop_due(TimeMs now);

  // The least pending deadline, or a lower bound of it that is > the `now` of the last pop_due; kNever
  // if nothing is pending. What the shard sleeps until.
  TimeMs next_deadline() const;

  std::size_t size() const;  // pending timers
};

}  // namespace vencer
