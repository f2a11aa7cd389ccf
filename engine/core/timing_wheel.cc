#include "engine/core/timing_wheel.h"

#include <algorithm>

#include "engine/core/assert.h"

namespace vencer {

using detail::kWordNever;
using detail::make_word;
using detail::same_generation;
using detail::word_deadline;
using detail::word_generation;

namespace {
constexpr TimeMs kDeadlineBound = TimeMs{1} << 46;
static_assert(limits::time_max_ms + limits::target_max_ms < kDeadlineBound);
constexpr std::uint32_t kIndexMask = (1u << kTimerIndexBits) - 1;
}  // namespace

TimingWheel::TimingWheel(TimeMs now, std::shared_ptr<PageSource> pages)
    : own_segments_(pages, kSegmentIds * sizeof(Word)),
      levels_(std::make_unique<Level[]>(kLevels)),
      chunks_(std::move(pages)),
      hand_(now),
      now_(now),
      shares_(std::make_unique<Chain[]>(kShares)) {
  VENCER_ASSERT(now >= 0 && now < kDeadlineBound);
}

void TimingWheel::borrow_ticket_words(TimerWords words) {
  TimerWords& mine = words_[static_cast<std::size_t>(TimerKind::ticket)];
  VENCER_ASSERT(mine.count == 0);
  mine = words;
}

TimingWheel::Word& TimingWheel::word_of(TimerId id) {
  if (const Word* word = find_word(id); word != nullptr) [[likely]] {
    return const_cast<Word&>(*word);
  }
  const std::uint32_t kind = id >> kTimerIndexBits;
  std::vector<std::byte*>& own = own_words_[kind];
  const std::uint32_t segment = (id & kIndexMask) >> kSegmentBits;
  VENCER_ASSERT(words_[kind].segments == own.data());  // a borrowed word is there
  if (segment >= own.size()) own.resize(segment + 1);
  own[segment] = own_segments_.take();
  words_[kind].segments = own.data();
  words_[kind].count = own.size();
  return const_cast<Word&>(*find_word(id));
}

// Does the entry stand for no pending timer?
bool TimingWheel::is_stale(TimerId id, Word entry) const {
  const Word live = *find_word(id);
  return !same_generation(live, entry) || word_deadline(live) == kWordNever;
}

void TimingWheel::schedule(TimerId id, TimeMs deadline) {
  if (deadline == kNever) return cancel(id);
  VENCER_ASSERT(deadline > -kDeadlineBound && deadline < kDeadlineBound);
  Word& word = word_of(id);
  const TimeMs before = word_deadline(word);
  if (deadline == before) return;
  if (before != kWordNever && deadline > before) {
    word = make_word(deadline, word_generation(word));  // its entry will be met, and put back
  } else {
    if (before == kWordNever) ++size_;
    word = make_word(deadline, word_generation(word) + 1);
    append(id, word);
  }
  if (!due_empty()) settle();
}

void TimingWheel::cancel(TimerId id) {
  Word* word = const_cast<Word*>(find_word(id));
  if (word == nullptr || word_deadline(*word) == kWordNever) return;
  *word = make_word(kWordNever, word_generation(*word));
  --size_;
  if (!due_empty()) settle();
}

TimeMs TimingWheel::deadline(TimerId id) const {
  const Word* word = find_word(id);
  if (word == nullptr || word_deadline(*word) == kWordNever) return kNever;
  return word_deadline(*word);
}

std::optional<Timer> TimingWheel::pop_due(TimeMs now) {
  if (!has_due(now)) return std::nullopt;
  if (heap_.empty() && run_left() > 1) {  // the usual case within a run
    const Timer fired{run_deadline_, run_id(run_head_)};
    word_of(fired.id) = make_word(kWordNever, run_[run_head_++]);
    --size_;
    if (run_left() > kRunPrefetch) prefetch(run_id(run_head_ + kRunPrefetch));
    if (*find_word(run_id(run_head_)) != make_word(run_deadline_, run_[run_head_])) settle();
    return fired;
  }
  const Late head = due_head();
  drop_due_head();
  word_of(head.id) = make_word(kWordNever, word_generation(head.word));
  --size_;
  settle();
  return Timer{word_deadline(head.word), head.id};
}

bool TimingWheel::has_due(TimeMs now) {
  VENCER_ASSERT(now >= now_ && now < kDeadlineBound);
  const bool moved = now != now_;
  now_ = now;
  if (due_empty()) settle();
  if (moved) bring_down();
  return !due_empty();
}

TimeMs TimingWheel::next_deadline() const {
  if (size_ == 0) return kNever;
  if (!due_empty()) return word_deadline(due_head().word);
  return std::min(slot_at(least_place()).least, slice_at());
}

// --- What is due: the run, merged with the heap
// ---------------------------------------------------

namespace {
// For std::push_heap, whose top is the greatest.
constexpr auto kFallsDueLater = [](const auto& a, const auto& b) {
  const TimeMs a_deadline = word_deadline(a.word);
  const TimeMs b_deadline = word_deadline(b.word);
  return a_deadline != b_deadline ? a_deadline > b_deadline : a.id > b.id;
};
}  // namespace

void TimingWheel::push_late(TimerId id, Word word) {
  heap_.push_back(Late{word, id});
  std::push_heap(heap_.begin(), heap_.end(), kFallsDueLater);
}

void TimingWheel::heapify() {
  std::make_heap(heap_.begin(), heap_.end(), kFallsDueLater);
}

bool TimingWheel::heap_goes_first() const {
  if (heap_.empty()) return false;
  if (run_left() == 0) return true;
  const TimeMs late = word_deadline(heap_.front().word);
  if (late != run_deadline_) return late < run_deadline_;
  return heap_.front().id <= run_id(run_head_);
}

TimingWheel::Late TimingWheel::due_head() const {
  if (heap_goes_first()) return heap_.front();
  return Late{make_word(run_deadline_, run_[run_head_]), run_id(run_head_)};
}

void TimingWheel::drop_due_head() {
  if (heap_goes_first()) {
    std::pop_heap(heap_.begin(), heap_.end(), kFallsDueLater);
    heap_.pop_back();
  } else if (++run_head_ != run_.size()) {
    if (run_left() > kRunPrefetch) prefetch(run_id(run_head_ + kRunPrefetch));
  } else if (share_entries_ != 0) {
    open_share();
  }
}

// Drops heads that no longer stand for a timer, until the head does or nothing is left.
void TimingWheel::prune_due() {
  while (!due_empty()) {
    const Late head = due_head();
    const Word live = *find_word(head.id);
    if (live == head.word) return;
    drop_due_head();
    if (is_stale(head.id, head.word)) continue;
    if (word_deadline(live) <= hand_) {  // moved to later meanwhile
      push_late(head.id, live);
    } else {
      place(head.id, live);
    }
  }
}

// Makes the head of what is due live, moving the hand up to now_ if need be.
void TimingWheel::settle() {
  for (;;) {
    prune_due();
    if (!due_empty() || hand_ == now_) return;
    advance();
  }
}

TimeMs TimingWheel::floor() const {
  return due_empty() ? hand_ : std::min(hand_, word_deadline(due_head().word));
}

std::size_t TimingWheel::memory_bytes() const {
  std::size_t bytes = kLevels * sizeof(Level) + chunks_.bytes();
  bytes += (run_.capacity() + sort_scratch_.capacity()) * sizeof run_[0];
  bytes += heap_.capacity() * sizeof heap_[0];
  bytes += kShares * sizeof(Chain);
  for (const std::vector<std::byte*>& own : own_words_) {
    bytes += own.capacity() * sizeof own[0];
    for (const std::byte* segment : own) {
      if (segment != nullptr) bytes += kSegmentIds * sizeof(Word);
    }
  }
  return bytes;
}

}  // namespace vencer
