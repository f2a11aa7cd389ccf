#include "tests/model/play.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/limits.h"
#include "tests/model/compare.h"

namespace vencer::model {
namespace {

TimeMs end_of(const Story& story) {
  return (story.ops.empty() ? kStoryBegin : story.ops.back().at) + kAfterwards;
}

CommandResult ask(Desk& desk, const Op& op) {
  if (op.producer == 0) return desk.command(op.asked());
  return desk.numbered(op.asked(), {op.producer, 0}, op.number);
}

// One op on both sides; what differs.
std::string step_both(const Story& story, const Op& op, Machine& machine, Desk& desk) {
  const bool input = story.settings.clock_source == ClockSource::input;
  if (op.kind == Op::Kind::document) {
    machine.advance_in_time(op.at);
    machine.document(story.documents[op.document], op.at);
    machine.background(op.at, UINT64_MAX);
    desk.advance(op.at);
    TenantSpec document = story.documents[op.document];
    document.version = desk.document().version + 1;
    const StepOutcome outcome = desk.put(document);
    const StepOutcome& put = machine.put_outcome();
    if (put.code == outcome.code && put.version == outcome.version &&
        put.open_tickets == outcome.open_tickets) {
      return {};
    }
    return fmt::format("document: machine {} v{} ({}), model {} v{} ({})\n", to_string(put.code),
                       put.version, put.open_tickets, to_string(outcome.code), outcome.version,
                       outcome.open_tickets);
  }
  if (op.kind == Op::Kind::tick || !input) {
    machine.advance_in_time(op.at);
    desk.advance(op.at);
  }
  if (op.kind == Op::Kind::tick || machine.state().tenant(1) == nullptr) return {};
  machine.command(op);
  const CommandResult expected = ask(desk, op);
  const std::vector<CommandResult> results = machine.take_results();
  if (results.size() != 1) return fmt::format("{} results\n", results.size());
  return differ(results[0], expected);
}

std::string play_in_time(const Story& story, Machine& machine, std::vector<Said>& all) {
  Desk desk(story.settings);
  std::string text;
  const auto settle = [&] {
    const std::vector<Said> said = machine.take_events();
    all.insert(all.end(), said.begin(), said.end());
    text = differ(said, desk.take_events()) + text;
    if (text.empty()) text = differ(machine.state(), desk);
  };
  for (std::size_t i = 0; i < story.ops.size(); ++i) {
    text = step_both(story, story.ops[i], machine, desk);
    settle();
    if (!text.empty()) return fmt::format("in time, op {} ({}): {}", i, tell(story.ops[i]), text);
  }
  machine.advance_in_time(end_of(story));
  desk.advance(end_of(story));
  settle();
  return text.empty() ? text : "in time, afterwards: " + text;
}

// Timers, background work and touches whenever the dice say so.
void dawdle(Dice& dice, Machine& machine, TimeMs until) {
  for (std::uint64_t n = dice.below(4); n > 0; --n) {
    const TimeMs now = std::min(machine.state().now(), until);
    const TimeMs at =
        now + static_cast<TimeMs>(dice.below(static_cast<std::uint64_t>(until - now + 1)));
    switch (dice.below(4)) {
      case 0:
        machine.background(at, dice.below(3));
        break;
      case 1:
        if (machine.state().tenant(1) != nullptr) {
          machine.touch({dice.below(5) + 1, 0, KeyKind::number}, at);
        }
        break;
      default:
        machine.advance(at, dice.below(4));
    }
  }
}

// What a shard would batch: commands of one instant without numbers.
std::size_t frame_length(const Story& story, std::size_t begin) {
  const auto fits = [&](const Op& op) {
    return op.kind == Op::Kind::command && op.producer == 0 && op.at == story.ops[begin].at;
  };
  std::size_t end = begin;
  while (end < story.ops.size() && fits(story.ops[end])) ++end;
  return std::max<std::size_t>(1, end - begin);
}

// May a document drop what is in use? "Cross-ticket state": it depends on the slices too.
bool drops_names(const Story& story) {
  return std::any_of(story.documents.begin(), story.documents.end(), [](const TenantSpec& spec) {
    const auto retired = [](const auto& named) { return named.retired; };
    return std::any_of(spec.statuses.begin(), spec.statuses.end(), retired) ||
           std::any_of(spec.activities.begin(), spec.activities.end(), retired) ||
           std::any_of(spec.clocks.begin(), spec.clocks.end(), retired);
  });
}

std::string play_in_slices(const Story& story, Machine& machine) {
  Dice dice(story.seed * 31 + 7);
  const bool input = story.settings.clock_source == ClockSource::input;
  for (std::size_t i = 0; i < story.ops.size();) {
    const Op& op = story.ops[i];
    // Clock source input: time moves by what is told, so only what is due by now can be dawdled.
    dawdle(dice, machine, input ? machine.state().now() : op.at);
    if (op.kind == Op::Kind::tick) {
      machine.advance(op.at, input ? UINT64_MAX : dice.below(5));
      ++i;
    } else if (op.kind == Op::Kind::document) {
      if (machine.state().background_pending()) {  // "a further document waits"
        machine.document(story.documents[op.document], op.at);
        if (machine.put_outcome().code != Errc::reevaluation_running)
          return "two documents at once\n";
        machine.background(op.at, UINT64_MAX);
      }
      if (input) machine.advance(op.at, UINT64_MAX);
      machine.document(story.documents[op.document], op.at);
      ++i;
    } else {
      const std::size_t length = op.producer != 0 ? 1 : frame_length(story, i);
      if (machine.state().tenant(1) != nullptr) {
        machine.frame({story.ops.begin() + static_cast<std::ptrdiff_t>(i),
                       story.ops.begin() + static_cast<std::ptrdiff_t>(i + length)});
      }
      i += length;
    }
  }
  machine.background(end_of(story), UINT64_MAX);
  while (machine.advance(end_of(story), 1 + dice.below(5)) > 0) {
  }
  return {};
}

std::string play_again(const Machine& first, const Story& story, std::vector<Said> expected) {
  Machine second(story.settings);
  second.replay(first.log());
  std::string text = differ(second.take_events(), expected);
  Machine& one = const_cast<Machine&>(first);
  if (text.empty() && one.state().digest() != second.state().digest()) text = "digests differ\n";
  return text.empty() ? text : "replay: " + text;
}

}  // namespace

std::string play(const Story& story) {
  Machine in_time(story.settings);
  std::vector<Said> said;
  std::string text;
  try {
    text = play_in_time(story, in_time, said);
  } catch (const WithoutEnd&) {
    return {};
  }
  if (!text.empty()) return text;
  Machine in_slices(story.settings);
  text = play_in_slices(story, in_slices);
  if (!text.empty()) return text;
  const std::vector<Said> sliced = in_slices.take_events();
  // A full desk, or names in use, are cross-ticket state, "what the log has worked off so far": it
  // may differ.
  const bool shared = story.settings.ticket_capacity < 5 || drops_names(story);  // keys 1 to 5
  if (!shared) text = differ_per_ticket(sliced, said);
  if (!text.empty()) return "in slices (as machine) against in time (as model): " + text;
  // The state comes out the same too, where no closed ticket has left in between.
  const bool left = story.documents[0].keep_closed_ms < limits::keep_closed_default_ms ||
                    end_of(story) > kStoryBegin + 6 * limits::kDay;
  if (!shared && !left && in_time.state().digest() != in_slices.state().digest()) {
    return "in slices: other state at the end than in time\n";
  }
  return play_again(in_slices, story, sliced);
}

int play_many(std::uint64_t seed, std::uint64_t histories, std::string* report) {
  for (std::uint64_t i = 0; i < histories; ++i) {
    Story story;
    try {
      story = make_story(seed + i);
    } catch (const WithoutEnd&) {
      continue;
    }
    if (play(story).empty()) continue;
    const Story shorter = shrink(story, 600);
    *report =
        tell(shorter) + play(shorter) +
        fmt::format("(seed {}, {} ops before it was made shorter)\n", seed + i, story.ops.size());
    return 1;
  }
  return 0;
}

}  // namespace vencer::model
