// TimingWheel::verify: the invariants of the header, looked at one by one.
#include <algorithm>

#include "engine/core/assert.h"
#include "engine/core/timing_wheel.h"

namespace vencer {

using detail::kWordNever;
using detail::TimerChunks;
using detail::word_deadline;

// Appends the slot's entries that are not stale, as {live deadline, id}.
void TimingWheel::verify_slot(Place at, std::vector<Timer>& entries) const {
  const WheelSlot& slot = slot_at(at);
  const Chain chain = slot.chain;
  const Chain rest = at == sweep_at_ ? sweep_rest_ : Chain{};
  VENCER_ASSERT(is_occupied(at) == (!chain.empty() || !rest.empty()));
  VENCER_ASSERT(((levels_[at.level].summary >> (at.index / 64) & 1) != 0) ==
                (levels_[at.level].occupied[at.index / 64] != 0));
  for (Chain c : {chain, rest}) {
    for (; !c.empty(); c = c.without(chunks_[c.newest].next)) {
      VENCER_ASSERT(c.count() > 0 && c.count() <= TimerChunks::kEntries);
      for (std::uint32_t i = 0; i < c.count(); ++i) {
        const detail::TimerEntry& entry = chunks_[c.newest].entries[i];
        const TimeMs deadline = word_deadline(entry.word());
        VENCER_ASSERT(deadline > hand_ && deadline >= slot.least && slot.least > hand_);
        // What is too far for the top level waits in a slot before its own.
        VENCER_ASSERT(digit(deadline, at.level) == at.index || at.level == kLevels - 1);
        VENCER_ASSERT(at.level > 0 || deadline == slot.least);
        if (is_stale(entry.id(), entry.word())) continue;
        VENCER_ASSERT(deadline <= word_deadline(*find_word(entry.id())));
        entries.push_back(Timer{word_deadline(*find_word(entry.id())), entry.id()});
      }
    }
  }
}

void TimingWheel::count_chain(Chain chain, std::size_t& chunks, std::size_t& entries) const {
  VENCER_ASSERT(chain.empty() == (chain.chunks() == 0));
  for (; !chain.empty(); chain = chain.without(chunks_[chain.newest].next)) {
    ++chunks;
    entries += chain.count();
  }
}

// The rest of the run's millisecond: after what is in the run, and in its share.
void TimingWheel::verify_shares(std::vector<Timer>& entries) const {
  VENCER_ASSERT(run_left() != 0);
  for (std::uint32_t share = 0; share < kShares; ++share) {
    Chain chain = shares_[share];
    VENCER_ASSERT(share >= share_next_ || chain.empty());
    for (; !chain.empty(); chain = chain.without(chunks_[chain.newest].next)) {
      for (std::uint32_t i = 0; i < chain.count(); ++i) {
        const detail::TimerEntry& entry = chunks_[chain.newest].entries[i];
        VENCER_ASSERT(word_deadline(entry.word()) == run_deadline_);
        VENCER_ASSERT(std::min(entry.id() >> share_shift_, kShares - 1) == share);
        VENCER_ASSERT(entry.id() > run_id(run_.size() - 1));
        if (is_stale(entry.id(), entry.word())) continue;
        VENCER_ASSERT(run_deadline_ <= word_deadline(*find_word(entry.id())));
        entries.push_back(Timer{word_deadline(*find_word(entry.id())), entry.id()});
      }
    }
  }
}

void TimingWheel::verify_due(std::vector<Timer>& entries) const {
  if (due_empty()) {
    VENCER_ASSERT(hand_ == now_);
  } else {
    const Late head = due_head();
    VENCER_ASSERT(*find_word(head.id) == head.word && word_deadline(head.word) <= now_);
  }
  VENCER_ASSERT(std::is_sorted(run_.begin(), run_.end(), [](std::uint64_t a, std::uint64_t b) {
    return (a >> detail::kGenerationBits) < (b >> detail::kGenerationBits);
  }));
  VENCER_ASSERT(run_left() == 0 || run_deadline_ == hand_);
  for (std::size_t i = run_head_; i < run_.size(); ++i) {
    const auto id = static_cast<TimerId>(run_[i] >> detail::kGenerationBits);
    if (is_stale(id, run_[i])) continue;
    VENCER_ASSERT(word_deadline(*find_word(id)) >= run_deadline_);
    entries.push_back(Timer{word_deadline(*find_word(id)), id});
  }
  if (share_entries_ != 0) verify_shares(entries);
  for (const Late& late : heap_) {
    VENCER_ASSERT(word_deadline(late.word) <= hand_);
    if (is_stale(late.id, late.word)) continue;
    VENCER_ASSERT(word_deadline(*find_word(late.id)) >= word_deadline(late.word));
    entries.push_back(Timer{word_deadline(*find_word(late.id)), late.id});
  }
}

void TimingWheel::verify() const {
  VENCER_ASSERT(hand_ <= now_);
  std::vector<Timer> found;
  std::size_t chunks = 0;
  std::size_t in_slots = 0;
  for (std::uint32_t level = 0; level < kLevels; ++level) {
    for (std::uint32_t index = 0; index < kSlots; ++index) {
      const Place at{level, index};
      verify_slot(at, found);
      const Chain rest = at == sweep_at_ ? sweep_rest_ : Chain{};
      for (Chain c : {slot_at(at).chain, rest}) count_chain(c, chunks, in_slots);
    }
  }
  std::size_t in_shares = 0;
  for (std::uint32_t i = 0; i < kShares; ++i) {
    count_chain(shares_[i], chunks, in_shares);
  }
  VENCER_ASSERT(chunks == chunks_.in_use());
  VENCER_ASSERT(in_slots == slot_entries_ && in_shares == share_entries_);
  verify_due(found);

  // Entries of one id that repeat a generation after 65,536 others may stand twice.
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  VENCER_ASSERT(found.size() == size_);
  std::size_t pending = 0;
  for_each_pending([&](TimerId id, TimeMs deadline) {
    ++pending;
    VENCER_ASSERT(std::binary_search(found.begin(), found.end(), Timer{deadline, id}));
  });
  VENCER_ASSERT(pending == size_);
}

}  // namespace vencer
