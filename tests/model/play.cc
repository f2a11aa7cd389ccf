#include "tests/model/play.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/limits.h"
#include "tests/model/compare.h"
#include "tests/model/sliced_run.h"

namespace vencer::model {
namespace {

CommandResult ask(Desk& desk, const Op& op) {
  if (op.producer == 0) return desk.command(op.asked());
  return desk.numbered(op.asked(), {op.producer, 0}, op.number);
}

// One op on both sides; what differs.
std::string step_both(const Story& story, const Op& op, Machine& machine, Desk& desk,
                      std::vector<CommandResult>& told) {
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
  told.push_back(results[0]);
  return differ(results[0], expected);
}

std::string play_in_time(const Story& story, Machine& machine, Told& told) {
  Desk desk(story.settings);
  std::string text;
  const auto settle = [&] {
    const std::vector<Said> said = machine.take_events();
    told.events.insert(told.events.end(), said.begin(), said.end());
    text = differ(said, desk.take_events()) + text;
    if (text.empty()) text = differ(machine.state(), desk);
  };
  for (std::size_t i = 0; i < story.ops.size(); ++i) {
    text = step_both(story, story.ops[i], machine, desk, told.results);
    settle();
    if (!text.empty()) return fmt::format("in time, op {} ({}): {}", i, tell(story.ops[i]), text);
  }
  machine.advance_in_time(end_of(story));
  desk.advance(end_of(story));
  settle();
  return text.empty() ? text : "in time, afterwards: " + text;
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

// Is there state that tickets share, "what the log has worked off so far", so that a run in slices
// may come out otherwise? A full desk, names in use.
bool is_shared(const Story& story) {
  return story.settings.ticket_capacity < kKeys || drops_names(story);
}

// A run in slices against the one in time: the same replies, the same events per ticket.
std::string differ_in_slices(const Story& story, Machine& in_time, const Told& told,
                             Machine& sliced, const Told& told_in_slices) {
  std::string text = differ_per_ticket(told_in_slices.events, told.events);
  if (text.empty()) text = differ(told_in_slices.results, told.results);
  if (!text.empty()) return text;
  // The state comes out the same too, where no closed ticket has left in between.
  const bool left = story.documents[0].keep_closed_ms < limits::keep_closed_default_ms ||
                    end_of(story) > kStoryBegin + 6 * limits::kDay;
  if (left || in_time.state().digest() == sliced.state().digest()) return {};
  return "other state at the end\n";
}

std::string play_in_slices(const Story& story, Machine& in_time, const Told& told) {
  const bool shared = is_shared(story);
  SlicedRun by_dice(story, Slices::Way::dice, UINT64_MAX);
  std::string text = by_dice.run();
  if (text.empty() && !shared) {
    text = differ_in_slices(story, in_time, told, by_dice.machine(), by_dice.told());
  }
  if (!text.empty()) return "by dice (as machine) against in time (as model): " + text;
  text = by_dice.differ_replayed();
  if (!text.empty()) return text;
  const std::uint64_t slice = 1 + story.seed % 7;
  SlicedRun as_shard(story, Slices::Way::shard, slice);
  text = as_shard.run();
  if (text.empty() && !shared) {
    text = differ_in_slices(story, in_time, told, as_shard.machine(), as_shard.told());
  }
  if (text.empty()) return {};
  return fmt::format("in slices of {} (as machine) against in time (as model): {}", slice, text);
}

}  // namespace

std::string play(const Story& story) {
  Machine in_time(story.settings);
  Told told;
  const std::string text = play_in_time(story, in_time, told);
  return text.empty() ? play_in_slices(story, in_time, told) : text;
}

int play_many(std::uint64_t seed, std::uint64_t histories, std::string* report) {
  for (std::uint64_t i = 0; i < histories; ++i) {
    const Story story = make_story(seed + i);
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
