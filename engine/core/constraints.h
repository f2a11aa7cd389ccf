// ConstraintIndex: which of a document's constraints a change can touch, and those among them whose
// tickets are counted (limits of work in progress).
//
// A tenant without constraints pays one branch a change. Constraints are looked at on the state
// after the change, before it is made, in the order of their ids; the first broken one is told.
//
// Choices where semantics.md is silent:
//   - `only` with a calendar: open at the instant of the change (occurred_at, the instant of a
//     step), not when it was worked off;
//   - a limit counts open tickets. A ticket without a value of `per` is not limited, and one that
//   is
//     counted already under that value is not refused;
//   - `needs` asks for what was recorded before: not for what the same change records.
//
// Cost: O(constraints touched).  Thread: the shard's; const after construction.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "engine/core/tenant.h"

namespace vencer {

class ConstraintIndex {
 public:
  ConstraintIndex() = default;
  explicit ConstraintIndex(const TenantSpec& spec);

  bool empty() const { return in_force_.empty(); }
  const std::vector<std::uint16_t>& in_force() const { return in_force_; }
  // Constraints of kind limit, and the attributes that decide what they count.
  const std::vector<std::uint16_t>& limits() const { return limits_; }
  std::uint32_t limit_attributes() const { return limit_attributes_; }

 private:
  std::vector<std::uint16_t> in_force_;
  std::vector<std::uint16_t> limits_;
  std::uint32_t limit_attributes_ = 0;
};

// How many tickets each limit counts, by the value of `per`. A new document keeps the counts of the
// limits that count alike; the others are counted anew as each ticket is brought to it. Meanwhile
// such a limit sees those tickets only: it may let one too many pass, and refuses none wrongly.
struct LimitCounts {
  std::map<std::pair<std::uint16_t, Value>, std::uint32_t> counts;  // no zeros
  std::vector<bool> recounting;  // by constraint, while a re-evaluation runs; empty: none

  bool is_recounting(std::uint16_t id) const { return id < recounting.size() && recounting[id]; }
  std::uint32_t count(std::uint16_t id, Value value) const {
    const auto found = counts.find({id, value});
    return found == counts.end() ? 0 : found->second;
  }
  void add(std::uint16_t id, Value value, int by);
  // Of `before` to `after`; job: open tickets will be brought to `after` one by one.
  void take_document(const TenantSpec& before, const TenantSpec& after, bool job);
};

}  // namespace vencer
