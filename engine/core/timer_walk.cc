#include "engine/core/timer_walk.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "engine/core/assert.h"

namespace vencer {

using detail::TimerChunks;

namespace {
constexpr Timer kEnd{kNever, ~TimerId{0}};
}  // namespace

TimerWalk::TimerWalk(const TimingWheel& wheel, Timer after, std::size_t most)
    : wheel_(wheel), after_(after), left_(most), ceiling_(kEnd) {
  VENCER_ASSERT(most >= 1);
  static_assert(Wheel::kLevels == 4);
  for (std::size_t i = wheel_.run_head_; i < wheel_.run_.size(); ++i) {
    take(static_cast<TimerId>(wheel_.run_[i] >> detail::kGenerationBits),
         detail::make_word(wheel_.run_deadline_, wheel_.run_[i]));
  }
  for (std::uint32_t i = wheel_.share_next_; i < Wheel::kShares; ++i) {
    open_chain(wheel_.shares_[i]);
  }
  for (const Wheel::Late& late : wheel_.heap_) take(late.id, late.word);
  settle();
  for (std::uint32_t level = 0; level < Wheel::kLevels; ++level) find_slot(level);
}

std::optional<Timer> TimerWalk::next() {
  if (left_ == 0) return std::nullopt;
  for (;;) {
    std::uint32_t level = 0;
    TimeMs least = kNever;
    for (std::uint32_t i = 0; i < Wheel::kLevels; ++i) {
      if (places_[i].index == Wheel::kSlots || wheel_.slot_at(places_[i]).least >= least) continue;
      least = wheel_.slot_at(places_[i]).least;
      level = i;
    }
    if (!heap_.empty() && heap_.front().deadline < least) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
      const Timer timer = heap_.back();
      heap_.pop_back();
      --left_;
      return timer;
    }
    if (least == kNever || least > ceiling_.deadline) {
      if (heap_.empty()) return std::nullopt;
      // No slot holds anything of use any more.
      for (Wheel::Place& place : places_) place.index = Wheel::kSlots;
      continue;
    }
    open_slot(places_[level]);
    find_slot(level);
  }
}

// An entry of the wheel: live, of a ticket, in question?
void TimerWalk::take(TimerId id, Wheel::Word entry) {
  if (id >> kTimerIndexBits != static_cast<TimerId>(TimerKind::ticket)) return;
  if (detail::word_deadline(entry) > ceiling_.deadline) return;
  if (wheel_.is_stale(id, entry)) return;
  const Timer timer{wheel_.deadline(id), id};
  if (timer <= after_ || timer >= ceiling_) return;
  taken_.push_back(timer);
  if (taken_.size() > 2 * left_ + TimerChunks::kEntries) settle();
}

void TimerWalk::settle() {
  if (heap_.size() + taken_.size() <= 2 * left_) {
    for (const Timer& timer : taken_) {
      heap_.push_back(timer);
      std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
    }
    taken_.clear();
    return;
  }
  heap_.insert(heap_.end(), taken_.begin(), taken_.end());
  taken_.clear();
  const auto end = heap_.begin() + static_cast<std::ptrdiff_t>(left_);
  std::nth_element(heap_.begin(), end, heap_.end());
  ceiling_ = *end;
  heap_.resize(left_);
  std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
}

// The next occupied slot of a level, in the order of time, into places_.
void TimerWalk::find_slot(std::uint32_t level) {
  const std::uint32_t start = wheel_.digit(wheel_.hand_, level);
  std::uint32_t& step = steps_[level];
  while (step < Wheel::kSlots) {
    const std::uint32_t index = (start + step) & Wheel::kSlotMask;
    const std::uint64_t bits = wheel_.levels_[level].occupied[index / 64] >> (index % 64);
    if (bits != 0) {
      step += static_cast<std::uint32_t>(std::countr_zero(bits));
      if (step >= Wheel::kSlots) break;
      places_[level] = {level, (start + step++) & Wheel::kSlotMask};
      return;
    }
    step += 64 - index % 64;
  }
  places_[level] = {level, Wheel::kSlots};
}

void TimerWalk::open_slot(Wheel::Place at) {
  const Wheel::WheelSlot& slot = wheel_.slot_at(at);
  open_chain(slot.chain);
  if (at == wheel_.sweep_at_) open_chain(wheel_.sweep_rest_);
  settle();
}

void TimerWalk::open_chain(Wheel::Chain chain) {
  while (!chain.empty()) {
    const TimerChunks::Chunk& chunk = wheel_.chunks_[chain.newest];
    if (chunk.next != TimerChunks::kNone) __builtin_prefetch(&wheel_.chunks_[chunk.next]);
    for (std::uint32_t i = 0; i < chain.count(); ++i) wheel_.prefetch(chunk.entries[i].id());
    for (std::uint32_t i = 0; i < chain.count(); ++i) {
      take(chunk.entries[i].id(), chunk.entries[i].word());
    }
    chain = chain.without(chunk.next);
  }
}

}  // namespace vencer
