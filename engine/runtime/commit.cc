#include "engine/runtime/commit.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/core/limits.h"
#include "engine/runtime/logging.h"

namespace vencer {
namespace {

constexpr std::chrono::milliseconds kSealAfter{limits::seal_after_ms};
constexpr std::chrono::milliseconds kEventsAgainAfter{200};  // on a full disk

}  // namespace

Commit::Commit(Wal& wal, EventLog& event_log, EventHub& hub, GroupExchange& groups,
               Metrics& metrics, Clock& clock, FatalHandler on_fatal)
    : wal_(wal),
      event_log_(event_log),
      hub_(hub),
      groups_(groups),
      metrics_(metrics),
      clock_(clock),
      on_fatal_(std::move(on_fatal)) {}

void Commit::wake_maintenance(Wakeup* wakeup, std::uint64_t every_bytes) {
  maintenance_ = wakeup;
  maintenance_every_bytes_ = every_bytes;
}

bool Commit::check(const Status& status) {
  if (status.ok()) return true;
  failed_ = true;
  on_fatal_(status.error());
  return false;
}

int Commit::do_work() {
  if (failed_) return 0;
  if (auto group = groups_.take_closed()) {
    if (!commit(*group)) return 0;
    groups_.give_back(std::move(group));
    return 1;
  }
  if (seal_pending_ && clock_.steady_now() >= last_submit_ + kSealAfter) {
    seal_pending_ = false;
    check(wal_.seal());
    return 1;
  }
  return write_rest_of_events() ? 1 : 0;
}

bool Commit::write_rest_of_events() {
  if (events_again_at_ == kNoWakeTime || clock_.steady_now() < events_again_at_) return false;
  if (!check(hub_.write_rest())) return false;
  const bool all = hub_.unwritten_bytes() == 0;
  events_again_at_ = all ? kNoWakeTime : clock_.steady_now() + kEventsAgainAfter;
  if (all) {
    log_line(LogLevel::info, "there is room again: the event segments have taken what waited");
    groups_.wake_shard();
  }
  return true;
}

SteadyTime Commit::wake_at() const {
  if (failed_) return kNoWakeTime;
  return std::min(seal_pending_ ? last_submit_ + kSealAfter : kNoWakeTime, events_again_at_);
}

bool Commit::commit(CommitGroup& group) {
  if (group.mark != nullptr) {
    if (!check(wal_.seal())) return false;  // mode none: durable now; and a reader knows it
    group.mark->answer(wal_.position());
    if (maintenance_ != nullptr) maintenance_->notify();
  }
  if (!group.log.empty()) {
    const std::uint64_t bytes = group.log.bytes();
    metrics_.groups.add();
    metrics_.steps.add(group.log.steps());
    metrics_.group_bytes.add(bytes);
    metrics_.group_steps.record(group.log.steps());
    const SteadyTime before = clock_.steady_now();
    const auto submitted = wal_.submit(group.log);
    last_submit_ = clock_.steady_now();
    if (!submitted) return check(submitted.error());
    seal_pending_ = true;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(last_submit_ - before);
    metrics_.sync_us.record(static_cast<std::uint64_t>(took.count()));
    if (maintenance_ != nullptr && wal_.written_bytes() >= maintenance_at_bytes_) {
      maintenance_at_bytes_ = wal_.written_bytes() + maintenance_every_bytes_;
      maintenance_->notify();
    }
  }
  // Events first: a reply says as of which event it is true, and that event can be read by then.
  const bool events = group.events != nullptr;
  if (events && !check(hub_.publish(std::move(group.events)))) return false;
  if (events && hub_.unwritten_bytes() > 0 && events_again_at_ == kNoWakeTime) {
    events_again_at_ = clock_.steady_now() + kEventsAgainAfter;
    log_line(
        LogLevel::error,
        "the disk is full: the event segments take no more, events wait in memory and commands "
        "are refused with disk_full; deadlines are kept",
        {{"unwritten_bytes", hub_.unwritten_bytes()}});
  }
  for (std::size_t i = 0; i < outlets_.size(); ++i) {
    if (i < group.replies.size() && group.replies[i] != nullptr &&
        !group.replies[i]->replies.empty()) {
      group.replies[i] = outlets_[i]->deliver(std::move(group.replies[i]));
    }
    if (events) outlets_[i]->events_published();
  }
  return true;
}

Status Commit::finish() {
  if (failed_) return Error{Errc::internal, "the log failed before; nothing more is written"};
  const Status sealed = wal_.seal();
  if (!sealed && sealed.error().code != Errc::disk_full) return sealed;
  if (Status synced = event_log_.sync(); !synced) return synced;
  return sealed;
}

}  // namespace vencer
