// ProducerTable: which numbers of which producer were applied, and their first results.
//
// A producer's numbers are contiguous from 1. last + 1 is applied; <= last is a repeat, answered
// from the last limits::producer_results results, or too_old; the same number with other content is
// number_reused; beyond last + 1 is a gap. Every applied number counts, refused commands too.
//
// Cost: begin O(log producers) once a frame, then O(1) a command.  Memory: 12 KiB a producer, at
// its first number.  Thread: the shard's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/limits.h"

namespace vencer {

class Producer {
 public:
  std::uint64_t last() const { return last_; }

  enum class Verdict { apply, repeat, refuse };
  // repeat, refuse: *result is the answer. apply: call record() with the command's result.
  Verdict judge(std::uint64_t number, std::uint32_t content_hash, CommandResult* result) const;
  void record(std::uint32_t content_hash, const CommandResult& result);

  std::uint64_t saved_in = 0;  // no state: number of the snapshot that has it (snapshot_walk.h)

  // Results of the numbers up to last(), as many as are kept; fn(content_hash, result).
  template <typename Fn>
  void for_each_result(Fn&& fn) const;
  std::size_t results_kept() const {
    return results_.empty()
               ? 0
               : static_cast<std::size_t>(std::min<std::uint64_t>(last_, limits::producer_results));
  }
  // Into one that was never used: `last`, then the results kept, oldest first.
  void restore(std::uint64_t last) { last_ = last; }
  void restore_result(std::uint64_t number, std::uint32_t content_hash,
                      const CommandResult& result);

  // fn(word) over all state, for the digest.
  template <typename Fn>
  void for_each_word(Fn&& fn) const {
    fn(last_);
    for (const Remembered& entry : results_) {
      fn((std::uint64_t{entry.content_hash} << 32) | entry.version);
      fn((std::uint64_t{static_cast<std::uint16_t>(entry.code)} << 16) |
         (std::uint64_t{entry.detail} << 8) | (entry.clamped ? 1u : 0u));
    }
  }

 private:
  struct Remembered {
    std::uint32_t content_hash;
    std::uint32_t version;
    Errc code;
    std::uint8_t detail;
    bool clamped;
  };
  static_assert(sizeof(Remembered) * limits::producer_results == 12'288);
  std::uint64_t last_ = 0;
  std::vector<Remembered> results_;  // ring, by number modulo its size
};

class ProducerTable {
 public:
  using Key = std::pair<TenantId, ProducerId>;

  // The producer, made if it is new; nullptr: `capacity` producers exist already.
  Producer* find_or_add(TenantId tenant, const ProducerId& id, std::size_t capacity);
  const Producer* find(TenantId tenant, const ProducerId& id) const;
  using Map = std::map<Key, Producer>;
  void forget(TenantId tenant);  // all of its producers
  void move(TenantId tenant, Map* to);
  const Map& all() const { return producers_; }
  // nullptr: it is there already.
  Producer* restore(const Key& key);

 private:
  Map producers_;
};

template <typename Fn>
void Producer::for_each_result(Fn&& fn) const {
  for (std::size_t left = results_kept(); left > 0; --left) {
    const Remembered& each = results_[(last_ - left + 1) % limits::producer_results];
    fn(each.content_hash, CommandResult{each.code, each.detail, each.clamped, false, each.version});
  }
}

}  // namespace vencer
