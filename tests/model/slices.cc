#include "tests/model/slices.h"

#include <algorithm>

namespace vencer::model {
namespace {

bool any_behind(const StateMachine& machine) {
  for (std::uint64_t key = 1; key <= kKeys; ++key) {
    const Slot slot = machine.find_ticket(1, {key, 0, KeyKind::number});
    if (slot != kNoSlot && machine.needs_touch(slot)) return true;
  }
  return false;
}

bool reapplies(const Op& op) {
  return op.kind == Op::Kind::command && op.command.kind == CommandKind::put_customer &&
         op.command.reapply;
}

}  // namespace

TimeMs end_of(const Story& story) {
  return (story.ops.empty() ? kStoryBegin : story.ops.back().at) + kAfterwards;
}

std::string Slices::next(Machine& machine) {
  const Op& op = story_->ops[at_];
  before(machine, op.at);
  if (op.kind == Op::Kind::tick) {
    if (input()) {
      advance_to(machine, op.at);
    } else if (way_ == Way::dice) {
      machine.advance(op.at, dice_.below(5));
    }
    ++at_;
  } else if (op.kind == Op::Kind::document) {
    ++at_;
    return put(machine, op);
  } else {
    const std::size_t length = frame_length();
    if (machine.state().tenant(1) != nullptr) {
      const auto first = story_->ops.begin() + static_cast<std::ptrdiff_t>(at_);
      machine.frame({first, first + static_cast<std::ptrdiff_t>(length)});
      if (prompt_ && reapplies(story_->ops[at_ + length - 1])) {
        finish_jobs(machine, before_next(at_ + length));
      }
    }
    at_ += length;
  }
  if (way_ == Way::shard && machine.state().background_pending()) {
    machine.background(op.at, UINT64_MAX);
  }
  return {};
}

std::string Slices::finish(Machine& machine) {
  while (!over()) {
    const std::string text = next(machine);
    if (!text.empty()) return text;
  }
  const TimeMs end = end_of(*story_);
  finish_jobs(machine, end);
  const bool shard = way_ == Way::shard;
  while (machine.advance(end, shard ? UINT64_MAX : 1 + dice_.below(5)) > 0) {
  }
  finish_jobs(machine, end);
  return {};
}

// Clock source input: time moves by what is told, so only what is due by now can be worked off.
void Slices::before(Machine& machine, TimeMs at) {
  const TimeMs until = input() ? machine.state().now() : at;
  if (way_ == Way::dice) {
    dawdle(machine, until);
  } else if (machine.state().next_deadline() <= until) {
    machine.advance(until, UINT64_MAX);
  }
}

// Timers, background work and touches whenever the dice say so.
void Slices::dawdle(Machine& machine, TimeMs until) {
  for (std::uint64_t n = dice_.below(4); n > 0; --n) {
    const TimeMs now = std::min(machine.state().now(), until);
    const TimeMs at =
        now + static_cast<TimeMs>(dice_.below(static_cast<std::uint64_t>(until - now + 1)));
    switch (dice_.below(4)) {
      case 0:
        machine.background(at, dice_.below(3));
        break;
      case 1:
        if (machine.state().tenant(1) != nullptr) {
          machine.touch({dice_.below(kKeys) + 1, 0, KeyKind::number}, at);
        }
        break;
      default:
        machine.advance(at, dice_.below(4));
    }
  }
}

void Slices::advance_to(Machine& machine, TimeMs at) {
  while (machine.advance(at, UINT64_MAX) > 0) {
  }
}

void Slices::finish_jobs(Machine& machine, TimeMs at) {
  while (machine.state().background_pending()) machine.background(at, 1 + dice_.below(5));
}

// "A further document waits": as long as a ticket has not been brought to the one before, surely.
std::string Slices::put(Machine& machine, const Op& op) {
  const TenantSpec& document = story_->documents[op.document];
  if (input()) advance_to(machine, op.at);
  if (machine.state().background_pending()) {
    const bool behind = any_behind(machine.state());
    machine.document(document, op.at);
    if (machine.put_outcome().code != Errc::reevaluation_running) {
      return behind ? "two documents at once\n" : "";
    }
    finish_jobs(machine, op.at);
  }
  machine.document(document, op.at);
  return {};
}

// Some instant before the next op: a job worked off late, as of when it was asked for.
TimeMs Slices::before_next(std::size_t next) {
  const TimeMs from = story_->ops[next - 1].at;
  if (input()) return from;  // time moves by what is told
  const TimeMs to = next < story_->ops.size() ? story_->ops[next].at : end_of(*story_);
  return from + static_cast<TimeMs>(dice_.below(static_cast<std::uint64_t>(to - from + 1)));
}

bool Slices::prompt(const Story& story) {
  return story.seed % 4 != 0 || std::none_of(story.ops.begin(), story.ops.end(), reapplies);
}

// What a shard would batch: commands of one instant without numbers.
std::size_t Slices::frame_length() const {
  const std::vector<Op>& ops = story_->ops;
  const auto fits = [&](const Op& op) {
    return op.kind == Op::Kind::command && op.producer == 0 && op.at == ops[at_].at;
  };
  std::size_t end = at_;
  while (way_ == Way::dice && end < ops.size() && fits(ops[end])) {
    if (reapplies(ops[end++])) break;
  }
  return std::max<std::size_t>(1, end - at_);
}

}  // namespace vencer::model
