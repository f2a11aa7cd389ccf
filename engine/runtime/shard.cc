#include "engine/runtime/shard.h"

#include <algorithm>
#include <utility>

#include <vencer_generated.h>

#include "engine/core/assert.h"
#include "engine/runtime/event_hub.h"
#include "engine/wire/tenant_id.h"

namespace vencer {
namespace {

// A turn ends after so many commands, so that time is stamped anew and a group can go.
constexpr std::size_t kTurnCommandsMax = 4096;
// A slice where commands come, so that they wait for a part of a millisecond; and for how many
// turns after the last of them it stays so.
constexpr std::uint32_t kSliceBesideCommands = 512;
constexpr std::uint32_t kTurnsBesideCommands = 64;
// An answer to a hello holds a tenant's names; the rest is small. Steps without payload fit anyway.
constexpr std::size_t kSmallStepBytes = 1024;

}  // namespace

Shard::Shard(const ShardOptions& options, const Seams& seams)
    : options_(options),
      machine_(seams.machine),
      clock_(seams.clock),
      requests_(seams.requests),
      maintenance_(seams.maintenance),
      from_maintenance_(seams.from_maintenance),
      hub_(seams.hub),
      metrics_(seams.metrics),
      log_(seams.log),
      neighbours_(seams.neighbours),
      group_(seams.groups, seams.metrics, options.workers),
      snapshots_(seams.machine, seams.snapshots, group_) {
  publish_tenants();
}

bool Shard::input_clock() const {
  return machine_.settings().clock_source == ClockSource::input;
}

// Engine time never goes back: the machine's own is its floor. It stands still where it could not
// be logged.
TimeMs Shard::stamp() {
  return input_clock() || disk_ == DiskState::stopped ? machine_.now()
                                                      : std::max(clock_.now(), machine_.now());
}

int Shard::do_work() {
  if (!group_.ready_for(kSmallStepBytes)) return 0;
  disk_ = disk_state(log_.room(), hub_.unwritten_bytes());
  const TimeMs now = stamp();
  turn_commands_ = 0;
  turns_alone_ = requests_.empty() ? std::min(turns_alone_ + 1, kTurnsBesideCommands) : 0;
  int done = fire_due(now);
  done += serve_jobs(now);
  done += serve_requests(now);
  done += background(now);
  done += snapshots_.turn();
  if (group_.close_if_due()) ++done;
  return done;
}

SteadyTime Shard::wake_at() const {
  if (!group_.has_open_group()) return kNoWakeTime;  // the commit role notifies
  const TimeMs deadline = machine_.next_deadline();
  if (deadline == kNever || input_clock()) return kNoWakeTime;
  if (disk_ == DiskState::stopped) return kNoWakeTime;  // maintenance notifies
  return clock_.when(deadline);
}

// How much of what waits for time is worked off before commands get their turn.
std::uint32_t Shard::slice() const {
  if (turns_alone_ == kTurnsBesideCommands) return options_.slice;
  return std::min(options_.slice, kSliceBesideCommands);
}

StepOutcome Shard::advance(TimeMs now) {
  Step step;
  step.kind = StepKind::advance;
  step.now = now;
  step.limit = slice();
  const StepOutcome outcome = machine_.apply(step, group_);
  StepRecord record;
  record.kind = static_cast<std::uint8_t>(StepKind::advance);
  record.now = now;
  record.argument = outcome.done;
  group_.log(record);
  metrics_.timers_fired.add(outcome.done);
  advance_fired_ += outcome.done;
  return outcome;
}

int Shard::fire_due(TimeMs now) {
  if (machine_.next_deadline() > now || disk_ == DiskState::stopped) return 0;
  advance(now);
  return 1;
}

int Shard::background(TimeMs now) {
  if (!machine_.background_pending() || disk_ == DiskState::stopped ||
      !group_.ready_for(kSmallStepBytes))
    return 0;
  Step step;
  step.kind = StepKind::background;
  step.now = std::max(now, machine_.now());
  step.limit = slice();
  const StepOutcome outcome = machine_.apply(step, group_);
  StepRecord record;
  record.kind = static_cast<std::uint8_t>(StepKind::background);
  record.now = step.now;
  record.argument = outcome.done;
  group_.log(record);
  return 1;
}

int Shard::serve_requests(TimeMs now) {
  int done = 0;
  while (turn_commands_ < kTurnCommandsMax && !snapshots_.wants_a_turn()) {
    if (current_ == nullptr) {
      current_ = requests_.next();
      current_frame_ = 0;
      if (current_ == nullptr) break;
    }
    while (current_frame_ < current_->frames.size()) {
      const Progress progress = serve(current_->frames[current_frame_], now);
      if (progress == Progress::wait) return done;
      ++done;
      if (progress == Progress::again) return done;
      ++current_frame_;
      if (turn_commands_ >= kTurnCommandsMax || snapshots_.wants_a_turn()) break;
    }
    if (current_frame_ == current_->frames.size()) current_.reset();
  }
  return done;
}

Shard::Progress Shard::serve(const RequestFrame& frame, TimeMs now) {
  if (!group_.ready_for(frame.body.size() + kSmallStepBytes)) return Progress::wait;
  const ReplyAddress from{current_->connection, frame.correlation,
                          static_cast<std::uint32_t>(frame.body.size())};
  ++turn_commands_;
  metrics_.frames.add();
  // Input clock: an earlier command of this turn may have moved time.
  if (input_clock()) now = machine_.now();
  switch (static_cast<wire::FrameType>(frame.type)) {
    case wire::FrameType::commands:
      commands(frame, from, now);
      break;
    case wire::FrameType::hello:
      hello(frame, from, now);
      break;
    case wire::FrameType::get_ticket:
      get_ticket(frame, from, now);
      break;
    case wire::FrameType::get_counts:
    case wire::FrameType::get_forecast:
    case wire::FrameType::get_attainment:
    case wire::FrameType::get_next_due:
    case wire::FrameType::get_overdue:
    case wire::FrameType::get_export:
      query(frame, from, now);
      break;
    case wire::FrameType::put_tenant:
      put_tenant(frame, from);
      break;
    case wire::FrameType::delete_tenant:
      delete_tenant(frame, from, now);
      break;
    case wire::FrameType::take_snapshot:
      snapshots_.asked_by(from);
      break;
    case wire::FrameType::accept_clock:
      accept_clock(from);
      break;
    case wire::FrameType::advance:
      return advance_request(frame, from);
    default:
      group_.fail(from, Errc::unknown_frame_type, "not a request that the shard serves");
      break;
  }
  return Progress::done;
}

ReplyStamp Shard::reply_stamp() const {
  return {machine_.now(), hub_.epoch(), machine_.event_sequence(), options_.durability,
          options_.partition};
}

TenantId Shard::on_wire(TenantId number) const {
  return wire_tenant(options_.partition, number);
}

}  // namespace vencer
