// The wheel proper: slots, the hand that moves over them, and the sweep of stale entries.
#include <algorithm>
#include <bit>
#include <utility>

#include "engine/core/assert.h"
#include "engine/core/timer_sort.h"
#include "engine/core/timing_wheel.h"

namespace vencer {

using detail::TimerChunks;
using detail::TimerEntry;
using detail::word_deadline;
using detail::word_generation;

namespace {
// Slots are written in any order, so a line that is not on its way when its turn comes is waited
// for: one in five entries is the first of a line.
constexpr std::ptrdiff_t kWriteAhead = 8;
constexpr std::size_t kAll = ~std::size_t{0};
constexpr std::size_t kStaleSlack = 4096;  // entries; below it a sweep is not worth its while
}  // namespace

std::uint32_t TimingWheel::digit(TimeMs instant, std::uint32_t level) const {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(instant) >> (level * kSlotBits)) &
         kSlotMask;
}

// How many slots after the hand's.
std::uint32_t TimingWheel::distance(Place at) const {
  return (at.index - digit(hand_, at.level)) & kSlotMask;
}

// --- Occupancy --------------------------------------------------------------------------------

bool TimingWheel::is_occupied(Place at) const {
  return (levels_[at.level].occupied[at.index / 64] >> (at.index % 64) & 1) != 0;
}

void TimingWheel::set_occupied(Place at) {
  Level& level = levels_[at.level];
  level.occupied[at.index / 64] |= std::uint64_t{1} << (at.index % 64);
  level.summary |= std::uint64_t{1} << (at.index / 64);
}

void TimingWheel::clear_slot(Place at) {
  slot_at(at) = WheelSlot{};
  Level& level = levels_[at.level];
  level.occupied[at.index / 64] &= ~(std::uint64_t{1} << (at.index % 64));
  if (level.occupied[at.index / 64] == 0) level.summary &= ~(std::uint64_t{1} << (at.index / 64));
}

// The first occupied slot of the level at or after the hand's, round the circle; kSlots if none.
std::uint32_t TimingWheel::first_occupied(std::uint32_t level_number) const {
  const Level& level = levels_[level_number];
  if (level.summary == 0) return kSlots;
  const std::uint32_t start = digit(hand_, level_number);
  const std::uint32_t word = start / 64;
  if (const std::uint64_t bits = level.occupied[word] & (~std::uint64_t{0} << (start % 64))) {
    return word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
  }
  const std::uint64_t after = level.summary & ~((std::uint64_t{2} << word) - 1);
  const auto found =
      static_cast<std::uint32_t>(std::countr_zero(after != 0 ? after : level.summary));
  return found * 64 + static_cast<std::uint32_t>(std::countr_zero(level.occupied[found]));
}

// The slot with the least deadline. Slots of a higher level may begin before ones of a lower: each
// level has to be asked.
TimingWheel::Place TimingWheel::least_place() const {
  Place least;
  TimeMs least_deadline = kNever;
  for (std::uint32_t level = 0; level < kLevels; ++level) {
    const Place at{level, first_occupied(level)};
    if (at.index == kSlots || slot_at(at).least >= least_deadline) continue;
    least = at;
    least_deadline = slot_at(at).least;
  }
  return least;
}

// --- Slots ------------------------------------------------------------------------------------

void TimingWheel::append(TimerId id, Word word) {
  if (word_deadline(word) <= hand_) {
    push_late(id, word);
  } else {
    place(id, word);
  }
  if (slot_entries_ + heap_.size() > 2 * size_ + kStaleSlack) [[unlikely]]
    sweep_chunk();
}

// The next entry of a chain.
inline void TimingWheel::put(Chain& chain, TimerId id, Word word) {
  if (chain.empty() || chain.count() == TimerChunks::kEntries) [[unlikely]] {
    const std::uint32_t fresh = chunks_.take();
    chunks_[fresh].next = chain.newest;
    chain = chain.with(fresh);
  }
  TimerEntry* const entry = chunks_[chain.newest].entries + chain.count();
  ++chain.fill;
  *entry = TimerEntry(id, word);
  __builtin_prefetch(entry + kWriteAhead, 1);
}

// Into the lowest level on which the deadline, which is >= hand_, is less than kSlots slots ahead.
void TimingWheel::place(TimerId id, Word word) {
  constexpr std::uint32_t top_shift = (kLevels - 1) * kSlotBits;
  constexpr TimeMs reach = TimeMs{kSlots - 1} << top_shift;
  const TimeMs deadline = std::min(word_deadline(word), hand_ + reach);
  const auto ahead = static_cast<std::uint64_t>(deadline - hand_);
  std::uint32_t level = 0;
  if (ahead >= kSlots) {
    level = static_cast<std::uint32_t>(std::bit_width(ahead) - 2) / kSlotBits;
    // What spans kSlots - 1 whole slots and two parts of one is kSlots ahead: one level up.
    const std::uint32_t shift = level * kSlotBits;
    if ((deadline >> shift) - (hand_ >> shift) >= kSlots) ++level;
  }
  const Place at{level, digit(deadline, level)};
  WheelSlot& slot = slot_at(at);
  if (slot.chain.empty()) set_occupied(at);
  put(slot.chain, id, word);
  slot.least = std::min(slot.least, deadline);
  ++slot_entries_;
}

// All of it: the chunks of a chain lie anywhere, and the next one but one is known by its last
// line.
[[gnu::always_inline]] inline void prefetch_chunk(const TimerChunks::Chunk& chunk) {
  const auto* bytes = reinterpret_cast<const char*>(&chunk);
  for (std::size_t at = sizeof chunk; at > 0; at -= 64) __builtin_prefetch(bytes + at - 64);
}

// visit(entries, count) for each chunk of the chain, which is given back afterwards; whole chunks,
// as long as `most` entries last. `entries` is the counter that has them. Returns how much is used.
template <class Visit>
std::size_t TimingWheel::consume(Chain& chain, std::size_t& entries, std::size_t most,
                                 Visit&& visit) {
  std::size_t used = 0;
  while (!chain.empty() && used < most) {
    const std::uint32_t number = chain.newest, count = chain.count();
    const TimerChunks::Chunk& chunk = chunks_[number];
    if (chunk.next != TimerChunks::kNone) prefetch_chunk(chunks_[chunk.next]);
    chain = chain.without(chunk.next);
    entries -= count;
    visit(chunk.entries, count);
    chunks_.give_back(number);
    used += TimerChunks::kEntries;
  }
  return std::min(used, most);
}

// The same for all that a slot holds, the rest of a sweep included. The slot is empty before the
// first visit.
template <class Visit>
void TimingWheel::drain(Place at, Visit&& visit) {
  Chain chain = slot_at(at).chain;
  Chain rest;
  if (at == sweep_at_) std::swap(rest, sweep_rest_);
  clear_slot(at);
  consume(chain, slot_entries_, kAll, visit);
  consume(rest, slot_entries_, kAll, visit);
}

// --- The hand ---------------------------------------------------------------------------------

// Moves the hand to the least instant that has entries, and makes it the run; or to now_, if there
// is none up to then. The run is empty when this is called.
void TimingWheel::advance() {
  const Place at = least_place();
  const TimeMs least = at.index == kSlots ? kNever : slot_at(at).least;
  run_.clear();
  run_head_ = 0;
  run_deadline_ = std::min(least, now_);
  enter(run_deadline_);
  if (least <= now_) open_tick(hand_);
}

// No entry is before the target. Entries of the slots around it come down; those of the target
// itself are due.
void TimingWheel::enter(TimeMs target) {
  VENCER_ASSERT(target >= hand_);
  hand_ = target;
  for (std::uint32_t level = kLevels - 1; level > 0; --level) {
    const Place at{level, digit(target, level)};
    if (!is_occupied(at)) continue;
    drain(at, [this, target](const TimerEntry* entries, std::uint32_t count) {
      for (std::uint32_t i = 0; i < count; ++i) {
        const Word word = entries[i].word();
        if (word_deadline(word) == target) {
          add_due(entries + i, 1);
        } else {
          place(entries[i].id(), word);
        }
      }
    });
  }
}

// --- What comes down ahead of the hand --------------------------------------------------------

// A slice of what the next slots hold; the lowest level first, which the hand enters first.
void TimingWheel::bring_down() {
  std::size_t left = kSlice;
  const auto lower = [this](const TimerEntry* entries, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) place(entries[i].id(), entries[i].word());
  };
  for (std::uint32_t level = 1; level < kLevels && left > 0; ++level) {
    const Place at{level, (digit(hand_, level) + 1) & kSlotMask};
    if (!is_occupied(at)) continue;
    WheelSlot& slot = slot_at(at);
    left -= consume(slot.chain, slot_entries_, left, lower);
    const bool swept = at == sweep_at_;
    if (swept) left -= consume(sweep_rest_, slot_entries_, left, lower);
    if (slot.chain.empty() && (!swept || sweep_rest_.empty())) clear_slot(at);
  }
}

bool TimingWheel::is_large(Place at) const {
  const std::uint32_t swept = at == sweep_at_ ? sweep_rest_.chunks() : 0;
  return slot_at(at).chain.chunks() + swept >= kLargeChunks;
}

// When there is a slice to bring down of a slot that holds many; after now_. Of each level the
// first slot and the one behind it are asked: its time is while the hand is in the first.
TimeMs TimingWheel::slice_at() const {
  TimeMs earliest = kNever;
  for (std::uint32_t level = 1; level < kLevels; ++level) {
    Place at{level, first_occupied(level)};
    if (at.index == kSlots) continue;
    TimeMs ahead = distance(at);
    if (!is_large(at)) {
      at.index = (at.index + 1) & kSlotMask;
      if (!is_large(at)) continue;
      ++ahead;
    }
    const std::uint32_t shift = level * kSlotBits;
    const TimeMs slot_before = (hand_ >> shift) + ahead - 1;
    earliest = std::min(earliest, std::max(slot_before << shift, now_ + 1));
  }
  return earliest;
}

void TimingWheel::open_tick(TimeMs tick) {
  const Place at{0, digit(tick, 0)};
  if (is_occupied(at)) {  // else the least was of a higher level, or of an entry swept away since
    drain(at, [this, tick](const TimerEntry* entries, std::uint32_t count) {
      for (std::uint32_t i = 0; i < count; ++i) {
        VENCER_ASSERT(word_deadline(entries[i].word()) == tick);
      }
      add_due(entries, count);
    });
  }
  if (share_entries_ != 0) {
    open_share();
  } else {
    close_tick();
  }
}

// The run is complete: in order, and its first words on their way.
void TimingWheel::close_tick() {
  if (run_.size() > 1) detail::sort_keys(run_, detail::kGenerationBits, sort_scratch_);
  const std::size_t first = std::min(run_.size(), kRunPrefetch + 1);
  for (std::size_t i = 0; i < first; ++i) prefetch(run_id(i));
}

// --- Storms -----------------------------------------------------------------------------------

inline std::uint64_t run_key(const TimerEntry& entry) {
  return std::uint64_t{entry.id()} << detail::kGenerationBits | word_generation(entry.word());
}

inline void TimingWheel::add_due(const TimerEntry* entries, std::uint32_t count) {
  if (share_entries_ != 0) {
    for (std::uint32_t i = 0; i < count; ++i) deal(entries[i].id(), entries[i].word());
    return;
  }
  append_to_run(entries, count);
  if (run_.size() > kRunMax) [[unlikely]]
    deal_run();
}

inline void TimingWheel::append_to_run(const TimerEntry* entries, std::uint32_t count) {
  const std::size_t before = run_.size();
  run_.resize(before + count);
  std::uint64_t* const keys = run_.data() + before;
  for (std::uint32_t i = 0; i < count; ++i) keys[i] = run_key(entries[i]);
}

// From here on this millisecond is dealt into shares. Tickets, which storms are made of, are spread
// over all of them; what is above them goes into the last.
void TimingWheel::deal_run() {
  const TimerWords& words = words_[static_cast<std::size_t>(TimerKind::ticket)];
  std::size_t segments = words.count;
  while (segments > 0 && words.segments[segments - 1] == nullptr) --segments;
  const int bits =
      static_cast<int>(std::bit_width(std::max<std::size_t>(segments, 1) - 1)) + kSegmentBits;
  share_shift_ = std::max(0, bits - static_cast<int>(std::bit_width(kShares - 1)));
  share_next_ = 0;
  for (const std::uint64_t key : run_) {
    deal(static_cast<TimerId>(key >> detail::kGenerationBits),
         detail::make_word(run_deadline_, key));
  }
  run_.clear();
}

inline void TimingWheel::deal(TimerId id, Word word) {
  put(shares_[std::min(id >> share_shift_, kShares - 1)], id, word);
  ++share_entries_;
}

// The next share that has entries becomes the run.
void TimingWheel::open_share() {
  run_.clear();
  run_head_ = 0;
  while (shares_[share_next_].empty()) ++share_next_;
  consume(
      shares_[share_next_], share_entries_, kAll,
      [this](const TimerEntry* entries, std::uint32_t count) { append_to_run(entries, count); });
  close_tick();
}

// --- The sweep --------------------------------------------------------------------------------

// Detaches the chain of the next occupied slot; false at the end of a round. The slot stays
// occupied, and its least as it is, until the rest is worked off or drained.
bool TimingWheel::start_next_sweep() {
  const bool at_start = sweep_at_.index == kSlots;
  std::uint32_t level = sweep_at_.level;
  std::uint32_t index = at_start ? 0 : sweep_at_.index + 1;
  for (; level < kLevels; ++level, index = 0) {
    for (; index < kSlots; index = (index / 64 + 1) * 64) {
      const std::uint64_t bits =
          levels_[level].occupied[index / 64] & (~std::uint64_t{0} << (index % 64));
      if (bits == 0) continue;
      sweep_at_ =
          Place{level, index / 64 * 64 + static_cast<std::uint32_t>(std::countr_zero(bits))};
      WheelSlot& slot = slot_at(sweep_at_);
      sweep_rest_ = std::exchange(slot.chain, Chain{});
      return true;
    }
  }
  sweep_at_ = Place{};
  return false;
}

// Works off one chunk: what is live goes to where it belongs now, what is stale goes.
void TimingWheel::sweep_chunk() {
  if (sweep_rest_.empty() && !start_next_sweep()) return sweep_heap();
  const std::uint32_t number = sweep_rest_.newest;
  const std::uint32_t count = sweep_rest_.count();
  const TimerChunks::Chunk& chunk = chunks_[number];
  sweep_rest_ = sweep_rest_.without(chunk.next);
  slot_entries_ -= count;
  for (std::uint32_t i = 0; i < count; ++i) __builtin_prefetch(find_word(chunk.entries[i].id()));
  for (std::uint32_t i = 0; i < count; ++i) {
    const TimerEntry& entry = chunk.entries[i];
    if (!is_stale(entry.id(), entry.word())) place(entry.id(), *find_word(entry.id()));
  }
  chunks_.give_back(number);
  const WheelSlot& slot = slot_at(sweep_at_);
  if (sweep_rest_.empty() && slot.chain.empty()) clear_slot(sweep_at_);
}

// Once a round, and only as long as what it finds: timers scheduled at or before the hand and not
// yet handed over.
void TimingWheel::sweep_heap() {
  std::erase_if(heap_, [this](const Late& late) { return is_stale(late.id, late.word); });
  heapify();
}

}  // namespace vencer
