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
      on_fatal_(std::move(on_fatal)) {
  flying_.reserve(GroupExchange::kGroupsMax);
}

void Commit::wake_maintenance(Wakeup* wakeup, std::uint64_t every_bytes) {
  maintenance_ = wakeup;
  maintenance_every_bytes_ = every_bytes;
}

void Commit::let_fly(const Wakeup& own, std::size_t groups, bool alone) {
  if (groups <= 1 && alone) return;
  if (own.event() >= 0 && wal_.write_apart(own.event())) {
    groups_.let_fly(groups);
    log_line(LogLevel::info, "groups are on their way to the disk while others form",
             {{"groups_in_flight", groups}});
  } else if (groups > 1) {
    log_line(LogLevel::warn,
             "groups-in-flight: one group at a time is on its way to the disk here: durability = "
             "none, or the kernel refuses io_uring",
             {{"asked", groups}, {"groups_in_flight", 1}});
  }
}

bool Commit::check(const Status& status) {
  if (status.ok()) return true;
  failed_ = true;
  on_fatal_(status.error());
  return false;
}

int Commit::do_work() {
  if (failed_) return 0;
  int done = land(false);
  while (!failed_ && wal_.can_begin()) {
    auto group = groups_.take_closed();
    if (group == nullptr) break;
    ++done;
    if (!begin(std::move(group))) return 0;
    // What is durable at once does not wait for the next one to be begun.
    done += land(false);
  }
  if (failed_) return 0;
  if (done > 0) return done;
  if (seal_pending_ && flying_.empty() && clock_.steady_now() >= last_durable_ + kSealAfter) {
    seal_pending_ = false;
    check(wal_.seal());
    return 1;
  }
  return write_rest_of_events() ? 1 : 0;
}

// Lets out, in order, what is durable by now; how many groups.
int Commit::land(bool wait) {
  if (flying_.empty()) return 0;
  const auto durable = wal_.poll(wait);
  if (!durable) {
    check(durable.error());
    return 0;
  }
  int landed = 0;
  while (!flying_.empty() && flying_.front()->number <= *durable) {
    auto group = std::move(flying_.front());
    flying_.erase(flying_.begin());
    if (!group->log.empty()) note_durable(*group);
    if (!let_out(*group)) return 0;
    groups_.give_back(std::move(group));
    ++landed;
  }
  return landed;
}

bool Commit::land_all() {
  while (!failed_ && !flying_.empty()) (void)land(true);
  return !failed_;
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
  // While groups are on their way the disk wakes this thread.
  const bool seal = seal_pending_ && flying_.empty();
  return std::min(seal ? last_durable_ + kSealAfter : kNoWakeTime, events_again_at_);
}

bool Commit::begin(std::unique_ptr<CommitGroup> group) {
  if (group->mark != nullptr && !answer_mark(*group->mark)) return false;
  if (!group->log.empty() && !begin_write(*group)) return false;
  // Without steps it waits for those before it only.
  if (group->log.empty()) group->number = wal_.position().group;
  flying_.push_back(std::move(group));
  return true;
}

bool Commit::answer_mark(LogMark& mark) {
  if (!land_all()) return false;
  if (!check(wal_.seal())) return false;  // mode none: durable now; and a reader knows it
  event_log_.begin_segment();
  mark.answer(wal_.position());
  if (maintenance_ != nullptr) maintenance_->notify();
  return true;
}

bool Commit::begin_write(CommitGroup& group) {
  metrics_.groups.add();
  metrics_.steps.add(group.log.steps());
  metrics_.group_bytes.add(group.log.bytes());
  metrics_.group_steps.record(group.log.steps());
  if (!flying_.empty()) metrics_.groups_beside.add();
  group.begun_at = clock_.steady_now();
  const auto begun = wal_.begin(group.log);
  if (!begun) return check(begun.error());
  group.number = begun->group;
  seal_pending_ = true;
  return true;
}

void Commit::note_durable(const CommitGroup& group) {
  last_durable_ = clock_.steady_now();
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(last_durable_ - group.begun_at);
  metrics_.sync_us.record(static_cast<std::uint64_t>(took.count()));
  if (maintenance_ != nullptr && wal_.written_bytes() >= maintenance_at_bytes_) {
    maintenance_at_bytes_ = wal_.written_bytes() + maintenance_every_bytes_;
    maintenance_->notify();
  }
}

bool Commit::let_out(CommitGroup& group) {
  // Events first: a reply says as of which event it is true, and that event can be read by then.
  const std::shared_ptr<const EventBlock> events = std::move(group.events);
  if (events != nullptr) hub_.publish(events);
  for (std::size_t i = 0; i < outlets_.size(); ++i) {
    if (i < group.replies.size() && group.replies[i] != nullptr &&
        !group.replies[i]->replies.empty()) {
      group.replies[i] = outlets_[i]->deliver(std::move(group.replies[i]));
    }
    if (events != nullptr) outlets_[i]->events_published();
  }
  // The segments last: nobody waits for them, and a crash before makes the events again.
  return events == nullptr || write_events(*events);
}

bool Commit::write_events(const EventBlock& events) {
  if (!check(hub_.write(events))) return false;
  if (hub_.unwritten_bytes() > 0 && events_again_at_ == kNoWakeTime) {
    events_again_at_ = clock_.steady_now() + kEventsAgainAfter;
    log_line(
        LogLevel::error,
        "the disk is full: the event segments take no more, events wait in memory and commands "
        "are refused with disk_full; deadlines are kept",
        {{"unwritten_bytes", hub_.unwritten_bytes()}});
  }
  return true;
}

Status Commit::finish() {
  (void)land_all();
  if (failed_) return Error{Errc::internal, "the log failed before; nothing more is written"};
  const Status sealed = wal_.seal();
  if (!sealed && sealed.error().code != Errc::disk_full) return sealed;
  if (Status synced = event_log_.sync(); !synced) return synced;
  return sealed;
}

}  // namespace vencer
