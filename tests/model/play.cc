#include "tests/model/play.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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
  if (machine.state().background_pending()) machine.background(op.at, UINT64_MAX);
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

// Is a limit or a quota of tickets in the story? They look at all tickets, as far as worked off.
bool counts_tickets(const Story& story) {
  return std::any_of(story.documents.begin(), story.documents.end(), [](const TenantSpec& spec) {
    return spec.quota.tickets != 0 ||
           std::any_of(spec.constraints.begin(), spec.constraints.end(),
                       [](const ConstraintSpec& c) { return c.kind == ConstraintKind::limit; });
  });
}

// Is there state that tickets share, "what the log has worked off so far", so that a run in slices
// may come out otherwise? A full desk, names in use, what customers have as a job gets to a ticket.
bool is_shared(const Story& story) {
  return story.settings.ticket_capacity < kKeys || drops_names(story) || counts_tickets(story) ||
         !Slices::prompt(story);
}

// Links and merges look for their other ticket, and where it stands there is what the log has
// worked off so far. Did they come out otherwise?
bool other_links(const Story& story, const Told& one, const Told& other) {
  std::size_t at = 0;
  for (const Op& op : story.ops) {
    if (op.kind != Op::Kind::command) continue;
    const bool links =
        op.command.kind == CommandKind::link || op.command.kind == CommandKind::merge;
    if (at >= one.results.size() || at >= other.results.size()) return false;
    if (links && one.results[at].code != other.results[at].code) return true;
    ++at;
  }
  return false;
}

// Whoever was told of a problem's end in time is told in slices: the link was there before it.
std::string missing_resolutions(const std::vector<Said>& sliced, const std::vector<Said>& in_time) {
  const auto pairs = [](const std::vector<Said>& all) {
    std::set<std::pair<std::uint64_t, std::uint64_t>> told;
    for (const Said& said : all) {
      if (said.event.type != EventType::problem_resolved) continue;
      told.insert({said.event.ticket.low, said.event.other.low});
    }
    return told;
  };
  const auto told = pairs(sliced);
  for (const auto& pair : pairs(in_time)) {
    if (!told.contains(pair))
      return fmt::format("t{} is not told of t{}\n", pair.first, pair.second);
  }
  return {};
}

// A run in slices against the one in time: the same replies, the same events per ticket.
std::string differ_in_slices(const Story& story, Machine& in_time, const Told& told,
                             Machine& sliced, const Told& told_in_slices) {
  if (other_links(story, told_in_slices, told)) return {};
  std::string text = differ_per_ticket(told_in_slices.events, told.events);
  if (text.empty()) text = differ(told_in_slices.results, told.results);
  if (!text.empty()) return text;
  // The state comes out the same too, where no closed ticket has left in between.
  const bool left = story.documents[0].keep_closed_ms < limits::keep_closed_default_ms ||
                    end_of(story) > kStoryBegin + 6 * limits::kDay;
  if (!left) text = missing_resolutions(told_in_slices.events, told.events);
  if (!text.empty()) return text;
  // Its sequence too, unless a problem worked off later had got more incidents by then.
  if (told_in_slices.events.size() != told.events.size()) return {};
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

Seen so_far;

}  // namespace

const Seen& seen() {
  return so_far;
}

std::string tell_seen() {
  std::string text;
  for (int i = 1; i < kEventTypes; ++i) {
    text += fmt::format("{} {}, ", to_string(static_cast<EventType>(i)), so_far.events[i]);
  }
  text += fmt::format("muted {}\n", so_far.muted);
  for (const auto& [code, count] : so_far.codes) {
    text += fmt::format("{} {}, ", to_string(code), count);
  }
  return text + "\n";
}

std::string play(const Story& story) {
  Machine in_time(story.settings);
  Told told;
  const std::string text = play_in_time(story, in_time, told);
  for (const Said& said : told.events) {
    ++so_far.events[static_cast<std::size_t>(said.event.type)];
    if (said.event.muted) ++so_far.muted;
  }
  for (const CommandResult& result : told.results) ++so_far.codes[result.code];
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
