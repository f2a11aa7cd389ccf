// Shard: the one writer of a partition. Dequeues requests, stamps engine time, fires what is due,
// applies, and puts steps, replies and events into the open group.
//
// Lives: from Partition::open to its end.  Thread: the shard role's.  Holds: nothing that outlives
// a group except the state machine.  Used by: Partition.
//
// One turn of do_work(): stamp now; a slice of what is due; tenant documents; requests, up to a
// bound; a slice of the background job; one of a snapshot; hand the group over if the commit role
// is free. A step is applied first and logged after, in the same group as its replies; a step that
// was refused as a whole changed nothing and is not logged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/core/state_machine.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/disk_state.h"
#include "engine/runtime/group_writer.h"
#include "engine/runtime/metrics.h"
#include "engine/runtime/neighbours.h"
#include "engine/runtime/role.h"
#include "engine/runtime/shard_proxy.h"
#include "engine/runtime/snapshot_taker.h"
#include "engine/runtime/tenant_job.h"
#include "engine/wire/request_codec.h"

namespace vencer {

class EventHub;

struct ShardOptions {
  std::string server;  // "vencerd 0.1.0"
  std::uint32_t partition = 0;
  std::uint32_t slice = limits::slice_default;
  std::uint8_t durability = 1;  // as replies name it
  std::size_t workers = 1;      // IO workers that replies go to
};

class Shard final : public Role {
 public:
  // All must outlive the shard.
  struct Seams {
    StateMachine& machine;
    Clock& clock;
    ShardProxy& requests;
    GroupExchange& groups;
    JobQueue& maintenance;  // jobs that go there
    JobQueue& from_maintenance;
    SnapshotExchange& snapshots;
    const EventHub& hub;
    Metrics& metrics;
    const Wal& log;  // for its room
    Neighbours& neighbours;
  };
  Shard(const ShardOptions& options, const Seams& seams);

  int do_work() override;
  SteadyTime wake_at() const override;

 private:
  enum class Progress { done, again, wait };  // again: a slice of it; wait: no room in any group

  TimeMs stamp();
  std::uint32_t slice() const;
  StepOutcome advance(TimeMs now);
  int fire_due(TimeMs now);
  int background(TimeMs now);
  int serve_requests(TimeMs now);
  int serve_jobs(TimeMs now);

  Progress serve(const RequestFrame& frame, TimeMs now);
  void commands(const RequestFrame& frame, const ReplyAddress& from, TimeMs now);
  void hello(const RequestFrame& frame, const ReplyAddress& from, TimeMs now);
  void get_ticket(const RequestFrame& frame, const ReplyAddress& from, TimeMs now);
  Errc touch(Slot slot, TimeMs now);  // before a ticket is read
  void put_tenant(const RequestFrame& frame, const ReplyAddress& from);
  void delete_tenant(const RequestFrame& frame, const ReplyAddress& from, TimeMs now);
  // shard_queries.cc
  void query(const RequestFrame& frame, const ReplyAddress& from, TimeMs now);
  void counts(const RequestFrame& frame, const ReplyAddress& from);
  void attainment(const RequestFrame& frame, const ReplyAddress& from);
  void export_open(const RequestFrame& frame, const ReplyAddress& from, TimeMs now);
  void accept_clock(const ReplyAddress& from);
  Progress advance_request(const RequestFrame& frame, const ReplyAddress& from);

  void publish_tenants();
  bool take_home(std::unique_ptr<TenantJob>& job);
  void commit_document(std::unique_ptr<TenantJob> job, TimeMs now);
  void answer_document(const TenantJob& job, TenantId tenant, std::uint32_t version);

  // A full disk: true if the request was refused.
  bool refused_for_room(const ReplyAddress& from);

  bool input_clock() const;
  ReplyStamp reply_stamp() const;
  TenantId on_wire(TenantId number) const;

  const ShardOptions options_;
  StateMachine& machine_;
  Clock& clock_;
  ShardProxy& requests_;
  JobQueue& maintenance_;
  JobQueue& from_maintenance_;
  const EventHub& hub_;
  Metrics& metrics_;
  const Wal& log_;
  DiskState disk_ = DiskState::fine;  // as of this turn
  Neighbours& neighbours_;
  GroupWriter group_;
  SnapshotTaker snapshots_;
  CommandBatch batch_;
  RequestBatchPtr current_;  // being worked off
  std::size_t current_frame_ = 0;
  bool advance_running_ = false;     // an advance request is being worked off
  std::uint64_t advance_fired_ = 0;  // timers since it began
  std::size_t turn_commands_ = 0;
  std::uint32_t turns_alone_ = 0;  // without a request, up to a bound
};

}  // namespace vencer
