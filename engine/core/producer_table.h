// ProducerTable: which numbers of which producer were applied, and their first results.
//
// A producer's numbers are contiguous from 1. last + 1 is applied; <= last is a repeat, answered
// from the last limits::producer_results results, or too_old; the same number with other content is
// number_reused; beyond last + 1 is a gap. Every applied number counts, refused commands too.
//
// Cost: begin O(log producers) once a frame, then O(1) a command.  Memory: 16 KiB a producer, at
// its first number.  Thread: the shard's.
#pragma once

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
  std::uint64_t last_ = 0;
  std::vector<Remembered> results_;  // ring, by number modulo its size
};

class ProducerTable {
 public:
  using Key = std::pair<TenantId, ProducerId>;

  // The producer, made if it is new; nullptr: `capacity` producers exist already.
  Producer* find_or_add(TenantId tenant, const ProducerId& id, std::size_t capacity);
  const Producer* find(TenantId tenant, const ProducerId& id) const;
  void forget(TenantId tenant);  // all of its producers
  const std::map<Key, Producer>& all() const { return producers_; }

 private:
  std::map<Key, Producer> producers_;
};

}  // namespace vencer
