#include "engine/runtime/replayer.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <string_view>

#include "engine/runtime/logging.h"
#include "engine/wire/event_record.h"

namespace vencer {
namespace {

constexpr std::chrono::seconds kProgressEvery{2};

// The step that is being replayed; 0: none.
// Of this thread: partitions are recovered side by side.
thread_local std::atomic<std::uint64_t> replaying_step{0};

// Only what is allowed in a signal handler.
extern "C" void name_replayed_step(int) {
  const std::uint64_t step = replaying_step.load(std::memory_order_relaxed);
  if (step == 0) return;
  constexpr std::string_view kText = "vencerd: this happened while step ";
  constexpr std::string_view kEnd = " of the log was replayed; `vencer wal verify` reads the log\n";
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, step).ptr;
  const auto put = [](std::string_view text) {
    return ::write(STDERR_FILENO, text.data(), text.size());
  };
  if (put(kText) < 0 || put({digits, static_cast<std::size_t>(end - digits)}) < 0 || put(kEnd) < 0)
    return;
}

}  // namespace

void note_replay_on_abort() {
  struct sigaction action {};
  action.sa_handler = name_replayed_step;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGABRT, &action, nullptr);
}

Replayer::~Replayer() {
  replaying_step.store(0, std::memory_order_relaxed);
}

Replayer::Replayer(StateMachine& machine, EventTaker* events, RecoveryProgress::Part* progress)
    : machine_(machine),
      events_(events),
      progress_(progress),
      next_progress_(std::chrono::steady_clock::now() + kProgressEvery) {}

Error Replayer::at_step(std::string_view what) const {
  return {Errc::internal, fmt::format("step {} of the log does not apply: {}", steps_, what)};
}

Status Replayer::apply(const StepRecord& record) {
  replaying_step.store(++steps_, std::memory_order_relaxed);
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
  if (counted && outcome.done != record.argument) {
    return at_step(
        fmt::format("{} were worked off, and {} when it was new", outcome.done, record.argument));
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
