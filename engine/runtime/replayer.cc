#include "engine/runtime/replayer.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <string_view>
#include <utility>

#include "engine/core/limits.h"
#include "engine/runtime/logging.h"
#include "engine/wire/event_record.h"

namespace vencer {
namespace {

constexpr std::chrono::seconds kProgressEvery{2};

// The step that is being replayed, and what to say of it; group 0: none.
// Of this thread: partitions are recovered side by side.
struct Replaying {
  std::atomic<std::uint64_t> group{0};
  std::atomic<std::uint32_t> step{0};
  std::atomic<const std::string*> shown_by{nullptr}, skipped_by{nullptr};

  void begin(const StepName& name) {
    group.store(name.group, std::memory_order_relaxed);
    step.store(name.step, std::memory_order_relaxed);
  }
};
thread_local Replaying replaying;
std::atomic<const char*> replaying_program{""};

// Only what is allowed in a signal handler.
extern "C" void name_replayed_step(int) {
  const auto value = [](const auto& of) { return of.load(std::memory_order_relaxed); };
  const std::uint64_t group = value(replaying.group);
  if (group == 0) return;
  constexpr int kDigits = 20;  // of a number of 64 bits
  char name[2 * kDigits + 1];
  char* end = std::to_chars(name, name + kDigits, group).ptr;
  *end++ = '.';
  end = std::to_chars(end, name + sizeof name, value(replaying.step)).ptr;
  const std::string_view step(name, static_cast<std::size_t>(end - name));
  const std::string_view pieces[] = {value(replaying_program),
                                     ": this happened while step ",
                                     step,
                                     " of the log was replayed; `",
                                     *value(replaying.shown_by),
                                     step,
                                     "` shows it; only `",
                                     *value(replaying.skipped_by),
                                     step,
                                     "` goes past it, and what it did is gone\n"};
  for (const std::string_view piece : pieces) {
    if (::write(STDERR_FILENO, piece.data(), piece.size()) < 0) return;
  }
}

}  // namespace

void note_replay_on_abort(const char* program) {
  replaying_program = program;
  struct sigaction action {};
  action.sa_handler = name_replayed_step;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGABRT, &action, nullptr);
}

Replayer::~Replayer() {
  replaying.begin({});
  if (differing_ == 0) return;
  log_line(LogLevel::warn,
           "steps behind a skipped one worked off more or less than when they were new",
           {{"partition", log_.partition}, {"steps", differing_}});
}

Replayer::Replayer(StateMachine& machine, EventTaker* events, ReplayedLog log,
                   RecoveryProgress::Part* progress)
    : machine_(machine),
      events_(events),
      log_(std::move(log)),
      shown_by_(fmt::format("vencer wal dump {} --step ", log_.directory)),
      skipped_by_(fmt::format("vencerd --skip-step {}:", log_.partition)),
      progress_(progress),
      next_progress_(std::chrono::steady_clock::now() + kProgressEvery) {
  replaying.shown_by = &shown_by_;
  replaying.skipped_by = &skipped_by_;
}

Error Replayer::at_step(std::string_view what) const {
  const std::string name = step_name_text(step_);
  return {Errc::internal,
          fmt::format("step {} of the log does not apply: {}. `{}{}` shows it; only `{}{}` goes "
                      "past it, and what it did is gone",
                      name, what, shown_by_, name, skipped_by_, name)};
}

bool Replayer::skips(const StepRecord& record) {
  for (const SkippedStep& skipped : log_.skipped) {
    if (!skipped.is(record)) continue;
    may_differ_until_ = std::max(may_differ_until_, skipped.decided_after);
    log_line(LogLevel::warn, "a step of the log is skipped",
             {{"partition", log_.partition},
              {"step", step_name_text(record.name)},
              {"kind", record.kind},
              {"bytes", record.payload.size()}});
    return true;
  }
  return false;
}

// What was worked off is what was worked off when it was new.
Status Replayer::check_done(const StepRecord& record, std::uint64_t done) {
  if (done == record.argument) return ok_status();
  if (record.name.group > may_differ_until_) {
    return at_step(
        fmt::format("{} were worked off, and {} when it was new", done, record.argument));
  }
  ++differing_;
  return ok_status();
}

// A group was begun when all but the last few before it were durable: its being here proves them.
Status Replayer::begin_group(std::uint64_t group) {
  in_flight_.push_back({step_.group, machine_.event_sequence()});
  bool risen = false;
  std::uint64_t durable = 0;
  while (!in_flight_.empty() && in_flight_.front().group + limits::groups_in_flight_max <= group) {
    durable = in_flight_.front().event_sequence;
    risen = true;
    in_flight_.pop_front();
  }
  return risen && events_ != nullptr ? events_->durable_through(durable) : ok_status();
}

Status Replayer::apply(const StepRecord& record) {
  ++steps_;
  if (record.name.group != step_.group) {
    if (Status begun = begin_group(record.name.group); !begun) return begun;
  }
  step_ = record.name;
  replaying.begin(step_);
  if (skips(record)) return ok_status();
  StoredStep stored;
  stored.kind = record.kind;
  stored.frame_type = record.frame_type;
  stored.now = record.now;
  stored.principal = record.principal;
  stored.argument = record.argument;
  stored.payload = record.payload;
  auto step = decoder_.decode(stored);
  if (!step) return at_step(step.error().message);
  if (step->kind != StepKind::settings && !machine_.has_settings()) {
    return at_step("the log does not begin with settings");
  }
  if (machine_.has_settings() && step->now < machine_.now()) return at_step("time goes back");
  const StepOutcome outcome = machine_.apply(*step, *this);
  if (outcome.code != Errc::ok)
    return at_step(fmt::format("it is refused ({})", to_string(outcome.code)));
  const bool counted = step->kind == StepKind::advance || step->kind == StepKind::background;
  if (counted) {
    if (Status same = check_done(record, outcome.done); !same) return same;
  }
  if (!event_status_) return at_step(event_status_.error().message);
  if (steps_ % 256 == 0) log_progress();
  return ok_status();
}

void Replayer::event(const Event& event) {
  if (!event_status_) return;
  if (events_ == nullptr) {
    event_status_ = Error{Errc::internal, "an event where there can be none"};
    return;
  }
  record_.clear();
  encode_event_record(event, record_);
  event_status_ = events_->take({event.sequence, record_});
}

void Replayer::log_progress() {
  if (progress_ != nullptr) {
    progress_->steps.store(steps_, std::memory_order_relaxed);
    progress_->tickets.store(machine_.ticket_count(), std::memory_order_relaxed);
  }
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now < next_progress_) return;
  next_progress_ = now + kProgressEvery;
  log_line(LogLevel::info, "replaying the log",
           {{"partition", machine_.settings().partition},
            {"percent", progress_ == nullptr ? 0 : progress_->percent()},
            {"steps", steps_},
            {"tickets", machine_.ticket_count()},
            {"events", machine_.event_sequence()}});
}

}  // namespace vencer
