// ChangeWatch: told of a slot before it changes. How a snapshot that is being taken gets to copy
// what it has not walked past yet (snapshot_walk.h); the tables of tickets and customers have one.
//
// Their slots can be written through change() only, which tells it: no path can forget. While
// nobody watches that is one branch.
#pragma once

#include "engine/core/types.h"

namespace vencer {

class ChangeWatch {
 public:
  // The slot was in use at some time, and is as it will not be any more.
  virtual void before_change(Slot slot) = 0;

 protected:
  ~ChangeWatch() = default;
};

}  // namespace vencer
