// TimingWheel: pending SLA deadlines of one partition, handed over in the order of (deadline, id).
//
// Varghese & Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 7 (hierarchical).
// A timer is one per id; the order in which timers come out is a function of the pending set alone,
// never of the wheel's history, so that a restored wheel fires alike.
//
// The idea. Four levels of 4,096 slots; a slot of level n spans 2^(11 n) ms: 1 ms, 2 s, 70 min,
// 99 days. A deadline lies in the lowest level on which it is less than 4,096 slots ahead, so it
// comes down a level at most three times (farther ones, past 1,100 years, wait in the last slot of
// the top level). A slot is a chain of chunks of {id, deadline}, append-only, and remembers its
// least deadline; a bitmap per level finds the next slot. So the hand jumps from one least deadline
// to the next: a jump by years costs what falls due, not what passes.
//
// What the slot of the hand has on a level above the lowest must have come down when the hand is in
// it: hundreds of thousands of entries perhaps, in one go. A level spans two slots of the next one
// for that reason: whenever time has moved, what the next slot holds comes down a slice of 8,192
// entries further, while the hand is still in the one before. Where that is a lot, next_deadline()
// says so by an instant ahead of it.
//
// Where an id stands is one word in an array by id: live deadline and generation. Nothing is ever
// taken out of a slot. Cancel marks the word. A move to later changes the word only: the entry is
// put back at the live deadline when it is met. A move to earlier, or a schedule after a cancel,
// appends an entry of the next generation; an entry of another generation is stale and is dropped
// when met. When stale entries outnumber live timers, each append also sweeps one chunk.
//
// A millisecond that falls due becomes the run: its ids, sorted. What a slot of a higher level has
// for that very millisecond goes straight to it. A storm, more than 16,384 at one millisecond, is
// dealt into 1,024 shares by id first, chains like those of slots, and each share becomes the run
// when the one before is worked off: a share is sorted in the caches, and nothing has to hold
// the whole. Timers scheduled at or before the hand go to a small heap merged with the run.
//
// Cost: schedule, cancel O(1) (heap: O(log n) at or before the hand); pop_due amortised O(levels);
//   next_deadline O(levels). Opening a millisecond sorts it (radix), entering a slot moves it.
// Memory: 8 bytes per id in segments of 32,768 ids on first use, or in what the ids stand for (the
//   headers of tickets: TimerWords); 12 per entry in chunks of 1 KiB, 8 per timer of the run.
//   Nothing is allocated once chunks are warm: freed ones are kept. Entries in slots and heap stay
//   below about 2 x live + 4,096, or below what they were when the live timers were more.
// Thread: the shard's.  Units: ms since the epoch, UTC.  Errors: none; a clock that goes back is an
//   assertion.
// Invariants, checked by verify(): each pending id has an entry of its generation at or before its
//   live deadline; entries in slots are >= the hand; a slot's bit is set iff it has entries, its
//   least is <= all of them; the head of what is due is live, or nothing is due up to the `now` of
//   the last pop_due.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/limits.h"
#include "engine/core/timer_chunks.h"
#include "engine/core/types.h"

namespace vencer {

// What falls due, in the order of semantics.md section 1: at the same instant kind decides, then
// the slot. The upper 4 bits are the kind, so plain integer order is that order.
enum class TimerKind : std::uint8_t {
  ticket = 0,
  customer = 1,
  detector = 2,
  calendar_event = 3,
  digest = 4
};
using TimerId = std::uint32_t;
inline constexpr int kTimerIndexBits = 28;
inline constexpr TimerId timer_id(TimerKind kind, std::uint32_t index) {
  return (static_cast<std::uint32_t>(kind) << kTimerIndexBits) | index;
}
inline constexpr TimerKind timer_kind(TimerId id) {
  return static_cast<TimerKind>(id >> kTimerIndexBits);
}
inline constexpr std::uint32_t timer_index(TimerId id) {
  return id & ((1u << kTimerIndexBits) - 1);
}
static_assert(limits::tickets_max < (1u << kTimerIndexBits));

struct Timer {
  TimeMs deadline;
  TimerId id;
  friend auto operator<=>(const Timer&, const Timer&) = default;
};

// Where the words of a kind of timer lie: in segments of 32,768, each word 2^stride_bits bytes from
// the next, zero at first. A segment that is null has no timer yet. Whoever lends them keeps the
// words as they are, and the directory where it is.
struct TimerWords {
  static constexpr int kSegmentBits = 15;
  std::byte* const* segments = nullptr;
  std::size_t count = 0;
  int stride_bits = 3;
};

class TimingWheel {
 public:
  // now >= 0.
  explicit TimingWheel(TimeMs now,
                       std::shared_ptr<PageSource> pages = std::make_shared<HeapPages>());
  // Tickets lend the words of their timers. Before the first of them is scheduled.
  void borrow_ticket_words(TimerWords words);

  // Makes `deadline` the one deadline of `id`, whatever it was before. A deadline in the past is
  // handed over at once, in order. kNever cancels; others must lie within +-2^46 ms of 1970 (2,200
  // years), which every instant that a calendar gives does.
  void schedule(TimerId id, TimeMs deadline);
  void cancel(TimerId id);
  // Asks for the memory of `id` ahead of a schedule, cancel or deadline of it: for batches.
  // (always_inline: GCC 12 takes a function that only prefetches for pure, and drops the call.)
  [[gnu::always_inline]] void prefetch(TimerId id) const { __builtin_prefetch(find_word(id)); }
  // kNever if the timer is not pending.
  TimeMs deadline(TimerId id) const;

  // Takes out the least (deadline, id) with deadline <= now. Timers scheduled meanwhile, even for
  // instants already passed, take their place in the order. `now` never decreases.
  std::optional<Timer> pop_due(TimeMs now);

  // Would pop_due(now) hand over a timer? Moves the hand, which no output can tell; `now` counts as
  // one given to pop_due. For a caller that must not log a step that does nothing.
  bool has_due(TimeMs now);

  // The least pending deadline if it is <= the `now` of the last pop_due (or has_due), exactly;
  // else a lower bound of it that is > that `now`; kNever if nothing is pending. What the shard
  // sleeps until. It is exact but for cancelled timers, those moved to later, and slices of what
  // comes down: at the instant of such a one there may be nothing due, and the next answer is
  // later.
  TimeMs next_deadline() const;

  // No pending timer is before this instant; it is not after the `now` of the last pop_due. A wheel
  // that begins there takes all of them into its slots.
  TimeMs floor() const;

  std::size_t size() const { return size_; }  // pending timers

  // visit(TimerId, TimeMs deadline) for each pending timer, ascending by id. O(ids ever used).
  template <class Visit>
  void for_each_pending(Visit&& visit) const;

  // Entries that stand for no pending timer: what cancels and moves to earlier have left behind.
  std::size_t stale() const {
    return slot_entries_ + heap_.size() + run_left() + share_entries_ - size_;
  }
  std::size_t memory_bytes() const;
  // Asserts the invariants. O(all), allocates: for tests.
  void verify() const;

 private:
  friend class TimerWalk;
  using Word = detail::TimerWord;
  static constexpr std::uint32_t kLevels = 4;
  static constexpr std::uint32_t kSlotBits = 11;            // a slot of the next level has 2^11
  static constexpr std::uint32_t kSlots = 2u << kSlotBits;  // so many of two of them
  static constexpr std::uint32_t kSlotMask = kSlots - 1;
  static constexpr int kSegmentBits = TimerWords::kSegmentBits;
  static constexpr std::uint32_t kSegmentIds = 1u << kSegmentBits;
  static constexpr std::size_t kKinds = 16;
  static constexpr std::uint32_t kShares = 1024;
  static constexpr std::size_t kRunMax = 16'384;   // more at one millisecond are dealt into shares
  static constexpr std::size_t kRunPrefetch = 32;  // timers of the run whose words are on their way

  static constexpr std::size_t kSlice = 8192;         // entries that come down at a time
  static constexpr std::uint32_t kLargeChunks = 128;  // of a slot that must not come down at once

  // Newest chunk first. `fill`: how many chunks << 8 | entries in the newest; the others are full.
  struct Chain {
    std::uint32_t newest = detail::TimerChunks::kNone;
    std::uint32_t fill = 0;
    bool empty() const { return newest == detail::TimerChunks::kNone; }
    std::uint32_t count() const { return fill & 0xff; }
    std::uint32_t chunks() const { return fill >> 8; }
    // With a chunk more, of no entry yet; and without the newest.
    Chain with(std::uint32_t chunk) const { return {chunk, (chunks() + 1) << 8}; }
    Chain without(std::uint32_t next) const {
      return next == detail::TimerChunks::kNone
                 ? Chain{}
                 : Chain{next, (chunks() - 1) << 8 | detail::TimerChunks::kEntries};
    }
  };
  static_assert(detail::TimerChunks::kEntries < 256);
  struct WheelSlot {
    TimeMs least = kNever;  // of its entries, stale or not
    Chain chain;
  };
  struct Level {
    std::array<WheelSlot, kSlots> slots;
    std::array<std::uint64_t, kSlots / 64> occupied{};  // bit per slot
    std::uint64_t summary = 0;                          // bit per word of `occupied`
  };
  // index == kSlots: no slot.
  struct Place {
    std::uint32_t level = 0;
    std::uint32_t index = kSlots;
    friend bool operator==(const Place&, const Place&) = default;
  };
  // Scheduled at or before the hand.
  struct Late {
    Word word;
    TimerId id;
  };

  // timing_wheel.cc: words and what is due
  const Word* find_word(TimerId id) const {
    const TimerWords& words = words_[id >> kTimerIndexBits];
    const std::uint32_t segment = (id & ((1u << kTimerIndexBits) - 1)) >> kSegmentBits;
    if (segment >= words.count || words.segments[segment] == nullptr) return nullptr;
    return reinterpret_cast<const Word*>(
        words.segments[segment] + (std::size_t{id & (kSegmentIds - 1)} << words.stride_bits));
  }
  Word& word_of(TimerId id);
  bool is_stale(TimerId id, Word entry) const;
  std::size_t run_left() const { return run_.size() - run_head_; }
  bool due_empty() const { return run_left() == 0 && heap_.empty(); }
  bool heap_goes_first() const;
  Late due_head() const;
  void drop_due_head();
  TimerId run_id(std::size_t at) const {
    return static_cast<TimerId>(run_[at] >> detail::kGenerationBits);
  }
  void prune_due();
  [[gnu::noinline]] void settle();
  void push_late(TimerId id, Word word);
  void heapify();

  // timing_wheel_slots.cc: slots, hand and sweep
  void append(TimerId id, Word word);
  void place(TimerId id, Word word);
  void put(Chain& chain, TimerId id, Word word);
  std::uint32_t digit(TimeMs instant, std::uint32_t level) const;
  std::uint32_t first_occupied(std::uint32_t level) const;
  Place least_place() const;
  WheelSlot& slot_at(Place at) { return levels_[at.level].slots[at.index]; }
  const WheelSlot& slot_at(Place at) const { return levels_[at.level].slots[at.index]; }
  bool is_occupied(Place at) const;
  void set_occupied(Place at);
  void clear_slot(Place at);
  [[gnu::noinline]] void advance();
  void enter(TimeMs target);
  void open_tick(TimeMs tick);
  void close_tick();
  std::uint32_t distance(Place at) const;
  bool is_large(Place at) const;
  TimeMs slice_at() const;
  [[gnu::noinline]] void bring_down();
  template <class Visit>
  void drain(Place at, Visit&& visit);
  template <class Visit>
  std::size_t consume(Chain& chain, std::size_t& entries, std::size_t most, Visit&& visit);
  void add_due(const detail::TimerEntry* entries, std::uint32_t count);
  void append_to_run(const detail::TimerEntry* entries, std::uint32_t count);
  [[gnu::noinline]] void deal_run();
  void deal(TimerId id, Word word);
  [[gnu::noinline]] void open_share();
  bool start_next_sweep();
  [[gnu::noinline]] void sweep_chunk();
  void sweep_heap();

  // timing_wheel_verify.cc
  void verify_slot(Place at, std::vector<Timer>& entries) const;
  void count_chain(Chain chain, std::size_t& chunks, std::size_t& entries) const;
  void verify_shares(std::vector<Timer>& entries) const;
  void verify_due(std::vector<Timer>& entries) const;

  std::array<TimerWords, kKinds> words_;
  std::array<std::vector<std::byte*>, kKinds> own_words_;  // directories of those not borrowed
  PagePieces own_segments_;
  std::unique_ptr<Level[]> levels_;
  detail::TimerChunks chunks_;

  TimeMs hand_;  // entries in slots are >= hand_; all instants before it are worked off
  TimeMs now_;   // of the last pop_due; hand_ <= now_
  std::size_t size_ = 0;
  std::size_t slot_entries_ = 0;  // in slots and in the chain being swept

  // The millisecond being worked off: id << 16 | generation, ascending by id, from run_head_ on.
  // It is worked off only when there is no share left.
  std::vector<std::uint64_t> run_;
  std::size_t run_head_ = 0;
  TimeMs run_deadline_ = 0;
  std::vector<std::uint64_t> sort_scratch_;
  // The rest of that millisecond: ascending by id from share to share, not within one.
  std::unique_ptr<Chain[]> shares_;
  std::uint32_t share_next_ = kShares;
  int share_shift_ = 0;
  std::size_t share_entries_ = 0;
  std::vector<Late> heap_;  // least (deadline, id) first

  // The sweep goes round the slots; the rest of the slot it is in counts as that slot's.
  Place sweep_at_;
  Chain sweep_rest_;
};

template <class Visit>
void TimingWheel::for_each_pending(Visit&& visit) const {
  for (std::uint32_t kind = 0; kind < kKinds; ++kind) {
    for (std::uint32_t s = 0; s < words_[kind].count; ++s) {
      if (words_[kind].segments[s] == nullptr) continue;
      for (std::uint32_t i = 0; i < kSegmentIds; ++i) {
        const TimerId id{kind << kTimerIndexBits | s << kSegmentBits | i};
        const TimeMs deadline = detail::word_deadline(*find_word(id));
        if (deadline != detail::kWordNever) visit(id, deadline);
      }
    }
  }
}

}  // namespace vencer
