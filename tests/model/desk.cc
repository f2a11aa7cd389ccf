// Time, slots and documents of the model.
#include "tests/model/desk.h"

#include <algorithm>

#include "engine/core/limits.h"

namespace vencer::model {
namespace {

// Calendars are told apart by name in these tests; resolving one costs more than a whole story.
const Openings* openings_of(const CalendarSpec& spec) {
  static std::map<std::string, Openings> known;
  return &known.try_emplace(spec.name, spec).first->second;
}

}  // namespace

const Openings& Desk::openings(const ModelClock& clock) const {
  return *calendars_[clock.has_target() ? clock.target.calendar : kAlwaysOpen];
}

TimeMs Desk::next_of(const ModelTicket& ticket) const {
  if (ticket.closed) return ticket.leave_at;
  TimeMs next = kNever;
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    next = std::min(next, next_fall(ticket, static_cast<ClockId>(i)).at);
  }
  return next;
}

// The slot with the earliest; the lower one if several have it.
std::size_t Desk::next_slot() const {
  std::size_t found = slots_.size();
  TimeMs next = kNever;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i] || next_of(*slots_[i]) >= next) continue;
    next = next_of(*slots_[i]);
    found = i;
  }
  return found;
}

TimeMs Desk::next_deadline() const {
  const std::size_t slot = next_slot();
  return slot == slots_.size() ? kNever : next_of(*slots_[slot]);
}

bool Desk::advance(TimeMs to, std::size_t events_max) {
  while (true) {
    if (said_.size() > events_max) return false;
    const std::size_t slot = next_slot();
    if (slot == slots_.size() || next_of(*slots_[slot]) > to) break;
    const TimeMs instant = next_of(*slots_[slot]);
    now_ = std::max(now_, instant);
    fire_slot(slot, instant);
  }
  now_ = std::max(now_, to);
  return true;
}

void Desk::fire_slot(std::size_t slot, TimeMs instant) {
  if (slots_[slot]->closed) {
    leave(slot);
  } else {
    run_until(*slots_[slot], instant);
  }
}

// Leaves after keep_closed; its key is remembered for keep_keys more.
void Desk::leave(std::size_t slot) {
  ModelTicket& ticket = *slots_[slot];
  if (ticket.gone) {
    slots_[slot].reset();
    free_.push_back(slot);
    return;
  }
  ticket.gone = true;
  ticket.leave_at += document_.keep_keys_ms;
}

// First freed, first used again; slots_.size() if the desk is full.
std::size_t Desk::take_slot() {
  if (!free_.empty()) {
    const std::size_t slot = free_.front();
    free_.pop_front();
    return slot;
  }
  if (slots_.size() == settings_.ticket_capacity) return slots_.size();
  slots_.emplace_back();
  return slots_.size() - 1;
}

std::size_t Desk::slot_of(const TicketKey& key) const {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i] && slots_[i]->key == key) return i;
  }
  return slots_.size();
}

const ModelTicket* Desk::find(const TicketKey& key) const {
  const std::size_t slot = slot_of(key);
  return slot == slots_.size() ? nullptr : &*slots_[slot];
}

std::vector<Said> Desk::take_events() {
  std::vector<Said> said;
  said.swap(said_);
  return said;
}

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
    most = std::max(most, count([&](const ModelTicket& t) { return t.status == i; }));
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
  for (std::optional<ModelTicket>& slot : slots_) {
    if (!slot || slot->gone) continue;
    ModelTicket& ticket = *slot;
    ticket.clocks.resize(document_.clocks.size());
    if (ticket.closed) continue;
    policy(ticket, now_);
    Happened nothing;
    nothing.before = nothing.after = ticket.status;
    for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
      const bool ran = ticket.clocks[i].running();
      move_clock(ticket, static_cast<ClockId>(i), nothing, now_);
      // Choice (engine.h): that is a change of the ticket, and a floor for late news.
      if (ticket.clocks[i].running() != ran) ticket.changed_at = now_;
    }
    update_light(ticket);
    run_until(ticket, now_, now_);
  }
  return outcome;
}

}  // namespace vencer::model
