// SnapshotTaker: the shard's part of a snapshot: begins it between two groups, walks a slice of the
// state a turn, lets go when it cannot go on. Answers whoever asked by command.
//
// The walk never holds commands up: it takes a slice a turn, and none while the disk is behind.
// Meanwhile what is about to change is copied ahead by the core; if that backlog grows too large
// with no room to hand it over, the snapshot is dropped, loudly. Bounds: snapshot_bounds.h.
//
// Lives: in the shard.  Thread: the shard's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/core/snapshot.h"
#include "engine/core/state_machine.h"
#include "engine/runtime/group_writer.h"
#include "engine/runtime/snapshot_exchange.h"

namespace vencer {

class SnapshotTaker {
 public:
  SnapshotTaker(StateMachine& machine, SnapshotExchange& exchange, GroupWriter& group)
      : machine_(machine), exchange_(exchange), group_(group) {}

  // A request of a client. Answered now if one is being taken, else when it is complete.
  void asked_by(const ReplyAddress& from);
  // The turn's share; returns how much it did.
  int turn();
  // Between two steps of a turn: what changes is copied faster than it is handed over, and there is
  // room: the turn should end.
  bool wants_a_turn() const {
    return walking_ && exchange_.has_room() &&
           machine_.snapshot_backlog_bytes() > exchange_.bounds().backlog_bytes_high;
  }

 private:
  int begin();
  int walk();
  void let_go(const std::string& reason);
  void answer();

  StateMachine& machine_;
  SnapshotExchange& exchange_;
  GroupWriter& group_;
  bool walking_ = false;
  SnapshotExchange::Buffer buffer_;
  std::optional<ReplyAddress> asked_by_;
};

}  // namespace vencer
