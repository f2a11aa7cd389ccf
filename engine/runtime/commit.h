// Commit: makes closed groups durable, and then lets out what waited for it: events to the hub,
// replies to their connections, in order. Nothing leaves before (reliability rule "nothing leaves
// before it is durable"); a failed write or sync is handed to `on_fatal`, and nothing leaves any
// more.
//
// Where the storage can (Wal::write_apart), up to `groups-in-flight` groups are on their way to the
// disk at once. It may finish them in any order; what waits leaves in the order of the log.
//
// Lives: from Partition::open to its end.  Thread: the commit role's.  Holds: the WAL's writing
// end. Used by: Partition.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/log/event_log.h"
#include "engine/log/wal.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/commit_group.h"
#include "engine/runtime/event_hub.h"
#include "engine/runtime/metrics.h"
#include "engine/runtime/role.h"

namespace vencer {

// Ends the process, in the server; notes the error, in tests. After it nothing is acknowledged.
using FatalHandler = std::function<void(const Error&)>;

class Commit final : public Role {
 public:
  Commit(Wal& wal, EventLog& event_log, EventHub& hub, GroupExchange& groups, Metrics& metrics,
         Clock& clock, FatalHandler on_fatal);

  // One per IO worker, before the first do_work().
  void connect(std::vector<ReplyOutlet*> outlets) { outlets_ = std::move(outlets); }
  // Woken when the log has used up a good part of a segment.
  void wake_maintenance(Wakeup* wakeup, std::uint64_t every_bytes);
  // The disk signals the event of this role's own thread; groups then fly, if they can. Before
  // threads start.
  // `alone` on its thread, it may as well wait for the disk where one group is on its way at most.
  void let_fly(const Wakeup& own, std::size_t groups, bool alone);

  int do_work() override;
  SteadyTime wake_at() const override;
  bool failed() const { return failed_; }

  std::size_t in_flight() const { return failed_ ? 0 : flying_.size(); }
  // Until one of those on their way is done; false: none is.
  bool wait_for_disk() { return in_flight() > 0 && land(true) > 0; }

  // A clean stop: waits for what is on its way, seals the log and syncs the event segments. No
  // group may be open or closed.
  // Errc::disk_full: no room for the seal; all groups are durable, the event segments synced.
  Status finish();

 private:
  bool begin(std::unique_ptr<CommitGroup> group);
  bool begin_write(CommitGroup& group);
  bool answer_mark(LogMark& mark);
  int land(bool wait);
  bool land_all();
  bool let_out(CommitGroup& group);
  bool write_events(const EventBlock& events);
  void note_durable(const CommitGroup& group);
  bool write_rest_of_events();
  bool check(const Status& status);

  Wal& wal_;
  EventLog& event_log_;
  EventHub& hub_;
  GroupExchange& groups_;
  Metrics& metrics_;
  Clock& clock_;
  const FatalHandler on_fatal_;
  std::vector<std::unique_ptr<CommitGroup>> flying_;  // begun, oldest first
  std::vector<ReplyOutlet*> outlets_;
  Wakeup* maintenance_ = nullptr;
  std::uint64_t maintenance_every_bytes_ = 0;
  std::uint64_t maintenance_at_bytes_ = 0;
  SteadyTime last_durable_{};
  SteadyTime events_again_at_ = kNoWakeTime;  // a full disk did not take them all
  bool seal_pending_ = false;
  bool failed_ = false;
};

}  // namespace vencer
