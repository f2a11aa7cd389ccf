// Mutes: whose events are to be kept and not shouted until T: a tenant's, or those of tickets with
// a value of an attribute (a team's, a customer's).
//
// A mute ends by itself: it is asked at each event, and forgotten when the next one is set.
//
// Cost: a tenant without mutes pays one branch an event, others O(mutes).  Thread: the shard's.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "engine/core/types.h"

namespace vencer {

struct Mute {
  AttributeId attribute = kNoId8;  // none: the whole tenant
  Value value = 0;
  TimeMs until = 0;  // events of this instant are no longer muted
};

class Mutes {
 public:
  bool empty() const { return mutes_.empty(); }
  const std::vector<Mute>& all() const { return mutes_; }

  // In place of what there is for the same; an end that is not after now just ends that. False:
  // there are `most` already.
  bool set(const Mute& mute, TimeMs now, std::size_t most) {
    std::erase_if(mutes_, [&](const Mute& old) {
      return old.until <= now || (old.attribute == mute.attribute && old.value == mute.value);
    });
    if (mute.until <= now) return true;
    if (mutes_.size() >= most) return false;
    mutes_.push_back(mute);
    return true;
  }

  void restore(const Mute& mute) { mutes_.push_back(mute); }

  // Is an event about these attributes muted?
  bool cover(std::span<const AttributeValue> attributes, TimeMs now) const {
    return std::any_of(mutes_.begin(), mutes_.end(), [&](const Mute& mute) {
      if (now >= mute.until) return false;
      return mute.attribute == kNoId8 ||
             std::find(attributes.begin(), attributes.end(),
                       AttributeValue{mute.attribute, mute.value}) != attributes.end();
    });
  }

 private:
  std::vector<Mute> mutes_;  // in the order in which they were set
};

}  // namespace vencer
