// Documents of the model.
#include <algorithm>
#include <deque>
#include <utility>

#include "tests/model/desk.h"

namespace vencer::model {
namespace {

// Resolving a calendar costs more than a whole story. A new document may change one of its name.
const Openings* openings_of(const CalendarSpec& spec) {
  static std::map<std::string, std::deque<std::pair<CalendarSpec, Openings>>> known;
  auto& of_name = known[spec.name];
  for (const auto& [seen, openings] : of_name) {
    if (seen == spec) return &openings;
  }
  return &of_name.emplace_back(spec, spec).second;
}

}  // namespace

// How many open tickets use a name that the document drops: the most that use any one of them.
std::uint64_t Desk::in_use(const TenantSpec& document) const {
  const auto dropped = [](const auto& before, const auto& after, std::size_t i) {
    return !before[i].retired && after[i].retired;
  };
  const auto count = [&](auto&& uses) {
    return static_cast<std::uint64_t>(
        std::count_if(slots_.begin(), slots_.end(), [&](const std::optional<ModelTicket>& ticket) {
          return ticket && !ticket->closed && uses(*ticket);
        }));
  };
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < document_.statuses.size(); ++i) {
    if (!dropped(document_.statuses, document.statuses, i)) continue;
    most =
        std::max(most, count([&](const ModelTicket& t) {
                   return t.now.status == i || (t.pending_until != kNever && t.pending_then == i);
                 }));
  }
  for (std::size_t i = 0; i < document_.activities.size(); ++i) {
    if (!dropped(document_.activities, document.activities, i)) continue;
    most =
        std::max(most, count([&](const ModelTicket& t) { return (t.activities >> i & 1) != 0; }));
  }
  for (std::size_t i = 0; i < document_.clocks.size(); ++i) {
    if (!dropped(document_.clocks, document.clocks, i)) continue;
    most = std::max(most, count([&](const ModelTicket& t) { return t.clocks[i].active(); }));
  }
  return most;
}

// A new document: every open ticket is brought to it as of this instant. Choice (engine.h):
// targets, calendars and pauses are evaluated anew, clocks are not restarted.
StepOutcome Desk::put(const TenantSpec& document) {
  StepOutcome outcome;
  outcome.version = document_.version;
  if (document.version != document_.version + 1) {
    outcome.code = Errc::document_changed;
    return outcome;
  }
  outcome.open_tickets = in_use(document);
  if (outcome.open_tickets > 0) {
    outcome.code = Errc::names_in_use;
    return outcome;
  }
  recount(document);
  document_ = document;
  calendars_.clear();
  for (const CalendarSpec& calendar : document_.calendars) {
    calendars_.push_back(openings_of(calendar));
  }
  outcome.tenant = 1;
  outcome.version = document.version;
  Said applied;
  applied.event.type = EventType::config_applied;
  applied.event.tenant = 1;
  applied.event.version = document.version;
  say(applied);
  taking_document_ = true;
  for (brought_ = 0; brought_ < slots_.size(); ++brought_) {
    std::optional<ModelTicket>& slot = slots_[brought_];
    if (!slot || slot->gone) continue;
    ModelTicket& ticket = *slot;
    ticket.clocks.resize(document_.clocks.size());
    if (ticket.closed) continue;
    const auto ran = [](const ModelClock& clock) {
      return std::pair(clock.running(), clock.runs.size());
    };
    std::vector<std::pair<bool, std::size_t>> before;
    for (const ModelClock& clock : ticket.clocks) before.push_back(ran(clock));
    policy(ticket, now_, true);
    Happened nothing;
    nothing.before = nothing.after = ticket.now;
    for (std::size_t i = 0; i < ticket.clocks.size() && ticket.starts_at == kNever; ++i) {
      move_clock(ticket, static_cast<ClockId>(i), nothing, now_);
      // Choice (engine.h): a pause, a resume, a run split in two: that is a change of the ticket,
      // and a floor for late news.
      if (ran(ticket.clocks[i]) != before[i]) ticket.changed_at = now_;
    }
    settle(ticket, now_);
    update_light(ticket);
    run_until(ticket, now_, now_);
  }
  taking_document_ = false;
  for (const auto& [problem, incidents] : waiting_) tell_incidents(problem, incidents);
  waiting_.clear();
  recounting_.clear();
  return outcome;
}

}  // namespace vencer::model
