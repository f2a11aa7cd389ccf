// What `vencer wal repair DIR --accept-loss` does: repairs the log of a stopped partition
// (engine/log/wal_repair.h) and lets its next start begin a new epoch: consumers have seen events
// that the log no longer gives, and must not take the new ones for the same.
//
// The log goes on from the newest snapshot that is whole, as a start does: what was released below
// it is not missed. A snapshot that is damaged is passed over.
// A log without damage may still end too early: the event segments hold events that it does not
// make (engine/log/README.md, "Event segments"). Its steps are replayed to see that, as a start
// does it, and nothing has to be cut: with accept_loss the next start begins the new epoch.
// Cost: reads the newest snapshot and the log; of one without damage, what a start takes, in
// memory, too. Thread: one. The directory's lock is held meanwhile.  Errors: a directory that is in
// use, is none, or cannot be repaired; too little memory (as a start says it); nothing is changed
// then.
#pragma once

#include <functional>
#include <string>

#include "engine/log/wal_repair.h"

namespace vencer {

// `directory`: the one with STREAM in it. `replay_begins` is told what is known of a log without
// damage before its steps are replayed: what ends that (a step that does not apply, an assertion,
// want of memory) is no damage of the log.
Result<WalRepair> repair_partition(Storage& storage, const std::string& directory, bool accept_loss,
                                   const std::function<void(const WalRepair&)>& replay_begins = {});

}  // namespace vencer
