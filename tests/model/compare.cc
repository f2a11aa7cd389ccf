#include "tests/model/compare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace vencer::model {
namespace {

// A date that pauses move stands nowhere while the clock is paused, and neither does its target.
bool same_target(const Event& a, const Event& b) {
  return a.target_ms == b.target_ms || (a.due == kNever && b.due == kNever);
}

bool same(const Said& a, const Said& b) {
  const Event& x = a.event;
  const Event& y = b.event;
  return x.sequence == y.sequence && x.emitted == y.emitted && x.due == y.due && x.at == y.at &&
         x.tenant == y.tenant && x.ticket == y.ticket && x.type == y.type &&
         x.version == y.version && x.clock == y.clock && x.step == y.step && x.status == y.status &&
         x.status_before == y.status_before && x.activity == y.activity && x.level == y.level &&
         x.light == y.light && x.route == y.route && x.cycle == y.cycle && x.rule == y.rule &&
         x.recipient == y.recipient && x.actor == y.actor && same_target(x, y) &&
         x.elapsed_ms == y.elapsed_ms && x.overrun_ms == y.overrun_ms && x.routes == y.routes &&
         x.subject == y.subject && x.muted == y.muted && x.link == y.link && x.other == y.other &&
         x.customer == y.customer && x.count == y.count && x.overdue == y.overdue &&
         a.attributes == b.attributes && a.rows == b.rows && a.reason == b.reason;
}

bool same(const CommandResult& a, const CommandResult& b) {
  return a.code == b.code && a.detail == b.detail && a.clamped == b.clamped &&
         a.repeated == b.repeated && a.version == b.version;
}

// When it took effect; for events of time, which only say their due, nothing.
TimeMs effect(const Event& event) {
  switch (event.type) {
    case EventType::breached:
    case EventType::warning:
    case EventType::light_changed:
    case EventType::step_refused:
    case EventType::cascade_stopped:
    case EventType::contract_expired:
      return kNever;
    case EventType::escalated:
      if (event.step != kNoId8) return kNever;
      break;
    default:
      break;
  }
  return event.at == kNever ? event.emitted : event.at;
}

// Without what depends on when the server got round to it.
Said timeless(Said said) {
  said.event.at = effect(said.event);
  said.event.sequence = 0;
  said.event.emitted = 0;
  said.event.route = 0;  // of a recipient: chosen at `emitted`
  said.event.routes = 0;
  said.event.muted = false;  // until T, by then
  // The document in force by then.
  if (said.event.type == EventType::contract_expired) said.event.recipient = kNoId16;
  return said;
}

// The expected and what came, as long as something is missing in `text`.
template <typename T>
void check(std::string& text, const char* what, const T& machine, const T& model) {
  if (machine != model) text += fmt::format(" {} is {}, model {};", what, machine, model);
}

// Runs that follow each other are one, whatever calendars they counted in.
template <typename Run>
std::vector<std::pair<TimeMs, TimeMs>> intervals_of(const std::vector<Run>& runs) {
  std::vector<std::pair<TimeMs, TimeMs>> intervals;
  for (const Run& run : runs) {
    if (run.from == run.to) continue;
    if (!intervals.empty() && intervals.back().second == run.from) {
      intervals.back().second = run.to;
    } else {
      intervals.push_back({run.from, run.to});
    }
  }
  return intervals;
}

std::string differ(const ClockView& view, const ModelTicket& ticket, const Desk& desk) {
  std::string text;
  const ModelClock& clock = ticket.clocks[view.clock];
  check(text, "phase", static_cast<int>(view.phase), static_cast<int>(clock.phase));
  check(text, "cycle", view.cycle, clock.cycle);
  check(text, "breached", view.breached, clock.breached);
  check(text, "due", view.due, due_of(clock));
  check(text, "rule", view.rule, clock.rule);
  check(text, "next", view.next_at, desk.next_fall(ticket, view.clock).at);
  check(text, "elapsed", view.elapsed_ms,
        clock.active() ? elapsed_at(clock, desk.now()) : clock.stopped_elapsed);
  check(text, "acknowledged", view.acknowledged_until,
        clock.acknowledged_until > desk.now() ? clock.acknowledged_until : 0);
  const auto machine_ran = intervals_of(view.intervals);
  const auto model_ran = intervals_of(clock.runs);
  if (machine_ran != model_ran) {
    text += fmt::format(" intervals are {}, model {};", fmt::join(machine_ran, " "),
                        fmt::join(model_ran, " "));
  }
  return text.empty() ? text : fmt::format(" clock {}:{}", view.clock, text);
}

std::string differ_links(const TicketView& view, const ModelTicket& ticket, const Desk& desk) {
  std::string text;
  check(text, "survivor", view.merged ? view.survivor.low : 0,
        ticket.survivor ? ticket.survivor->low : 0);
  const std::vector<ModelLink> links = desk.links_of(ticket.key);
  check(text, "links", view.links.size(), links.size());
  for (std::size_t i = 0; i < std::min(links.size(), view.links.size()); ++i) {
    const bool incoming = links[i].to == ticket.key;
    const TicketKey& other = incoming ? links[i].from : links[i].to;
    const TicketLink& link = view.links[i];
    if (link.kind == links[i].kind && link.incoming == incoming && link.other == other) continue;
    text += fmt::format(" link {} differs;", i);
  }
  return text;
}

std::string differ(const TicketView& view, const ModelTicket& ticket, const Desk& desk) {
  std::string text;
  check(text, "version", view.version, ticket.version);
  check(text, "status", view.status, ticket.now.status);
  check(text, "level", view.level, ticket.now.level);
  check(text, "closed", view.closed_for_good, ticket.closed);
  check(text, "created_at", view.created_at, ticket.created_at);
  check(text, "changed_at", view.changed_at, ticket.changed_at);
  if (ticket.gone) return text;
  const std::map<AttributeId, Value>& values = ticket.now.attributes;
  const auto same_value = [](const AttributeValue& shown, const auto& value) {
    return shown.attribute == value.first && shown.value == value.second;
  };
  check(text, "same attributes",
        std::equal(view.attributes.begin(), view.attributes.end(), values.begin(), values.end(),
                   same_value),
        true);
  check(text, "light", static_cast<int>(view.light), static_cast<int>(desk.light_of(ticket)));
  text += differ_links(view, ticket, desk);
  const auto& clocks = desk.document().clocks;
  const auto retired = std::count_if(clocks.begin(), clocks.end(),
                                     [](const ClockSpec& clock) { return clock.retired; });
  check(text, "clocks", view.clocks.size(),
        ticket.clocks.size() - static_cast<std::size_t>(retired));
  for (const ClockView& clock : view.clocks) text += differ(clock, ticket, desk);
  return text;
}

}  // namespace

std::string differ(const std::vector<Said>& machine, const std::vector<Said>& model) {
  for (std::size_t i = 0; i < std::max(machine.size(), model.size()); ++i) {
    if (i < machine.size() && i < model.size() && same(machine[i], model[i])) continue;
    const auto at = [&](const std::vector<Said>& said) {
      return i < said.size() ? tell(said[i]) : "nothing more";
    };
    return fmt::format("event {}:\n  machine {}\n  model   {}\n", i, at(machine), at(model));
  }
  return {};
}

std::string differ(const CommandResult& machine, const CommandResult& model) {
  if (same(machine, model)) return {};
  return fmt::format("result:\n  machine {}\n  model   {}\n", tell(machine), tell(model));
}

std::string differ(const std::vector<CommandResult>& machine,
                   const std::vector<CommandResult>& model) {
  if (machine.size() != model.size()) {
    return fmt::format("{} results, model {}\n", machine.size(), model.size());
  }
  for (std::size_t i = 0; i < machine.size(); ++i) {
    const std::string text = differ(machine[i], model[i]);
    if (!text.empty()) return fmt::format("command {}, {}", i, text);
  }
  return {};
}

std::string differ(const Told& machine, const Told& model) {
  const std::string text = differ(machine.events, model.events);
  return text.empty() ? differ(machine.results, model.results) : text;
}

std::string differ(const StateMachine& machine, const Desk& model) {
  std::string text;
  check(text, "now", machine.now(), model.now());
  // A lower bound when it lies ahead (timing_wheel.h).
  if (machine.next_deadline() > model.next_deadline()) {
    check(text, "next deadline", machine.next_deadline(), model.next_deadline());
  }
  std::uint64_t tickets = 0;
  std::uint64_t open = 0;
  for (const std::optional<ModelTicket>& ticket : model.slots()) {
    if (!ticket) continue;
    ++tickets;
    if (!ticket->closed) ++open;
    const Slot slot = machine.find_ticket(1, ticket->key);
    const std::string found =
        slot == kNoSlot ? " is not there" : differ(machine.view(slot), *ticket, model);
    if (!found.empty()) text += fmt::format("\n  t{}:{}", ticket->key.low, found);
  }
  check(text, "tickets", machine.ticket_count(), tickets);
  check(text, "open tickets", machine.open_ticket_count(), open);
  return text.empty() ? text : "state:" + text + "\n";
}

std::string differ_per_ticket(const std::vector<Said>& one, const std::vector<Said>& other) {
  using Subject = std::pair<std::uint64_t, std::uint64_t>;  // a ticket, or a customer
  std::map<Subject, std::pair<std::vector<Said>, std::vector<Said>>> by_subject;
  const auto subject_of = [](const Event& event) {
    const bool contract = event.type == EventType::contract_expired;
    return Subject{event.ticket.low, contract ? event.customer : 0};
  };
  const auto counts = [](const Said& said) {
    return said.event.type != EventType::problem_resolved;
  };
  for (const Said& said : one) {
    if (counts(said)) by_subject[subject_of(said.event)].first.push_back(timeless(said));
  }
  for (const Said& said : other) {
    if (counts(said)) by_subject[subject_of(said.event)].second.push_back(timeless(said));
  }
  for (const auto& [subject, told] : by_subject) {
    const std::string text = differ(told.first, told.second);
    if (text.empty()) continue;
    return fmt::format("t{} customer {}, {}", subject.first, subject.second, text);
  }
  return {};
}

}  // namespace vencer::model
