// TimerWalk: pending tickets' timers in the order of (deadline, id), without touching the wheel.
//
//   TimerWalk walk(wheel, after, 10'000);
//   while (const auto timer = walk.next()) ...
//
// A slot of the wheel is not sorted, and slots of different levels overlap in time: a slot is
// opened when nothing found so far is before its least deadline, and what is live in it joins a
// heap. Only as many are kept as may still be handed over, so a slot of any size costs one pass
// over its entries (12 bytes each, and the 8 of the timer's word) and no memory of its size.
//
// Cost: O(entries of the slots that are opened) streaming, plus O(log most) for each timer handed
//   over. Timers within the next two hours lie in slots of at most 2 s, those within 198 days in
//   slots of 70 minutes.
// Memory: 32 bytes x most.  Thread: the wheel's.  The wheel must not change meanwhile.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "engine/core/timing_wheel.h"

namespace vencer {

class TimerWalk {
 public:
  // From the first timer that is > after; at most `most` >= 1 of them.
  TimerWalk(const TimingWheel& wheel, Timer after, std::size_t most);

  // Nothing: there is none left, or `most` were handed over.
  std::optional<Timer> next();

 private:
  using Wheel = TimingWheel;
  void take(TimerId id, Wheel::Word entry);
  void settle();  // what was taken joins the heap
  void find_slot(std::uint32_t level);
  void open_slot(Wheel::Place at);
  void open_chain(Wheel::Chain chain);

  const Wheel& wheel_;
  const Timer after_;
  std::size_t left_;                      // to hand over
  Timer ceiling_;                         // what is not before it is of no use
  std::array<std::uint32_t, 4> steps_{};  // by level: slots passed, counted from the hand's
  std::array<Wheel::Place, 4> places_;    // by level: the next slot to open
  std::vector<Timer> heap_;               // least first
  std::vector<Timer> taken_;
};

}  // namespace vencer
