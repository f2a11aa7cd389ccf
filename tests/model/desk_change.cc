// One change of one ticket (semantics.md, sections 1, 3, 5 and 6).
#include <algorithm>

#include "engine/core/limits.h"
#include "tests/model/desk.h"

namespace vencer::model {
namespace {

std::uint64_t bit(BuiltinActivity activity) {
  return 1ull << static_cast<unsigned>(activity);
}

bool working(StatusCategory category) {
  return category == StatusCategory::fresh || category == StatusCategory::open ||
         category == StatusCategory::pending || category == StatusCategory::on_hold;
}

bool ends(StatusCategory category) {
  return category == StatusCategory::closed || category == StatusCategory::cancelled;
}

Value value_of(const ModelTicket& ticket, AttributeId attribute) {
  const auto found = ticket.attributes.find(attribute);
  return found == ticket.attributes.end() ? 0 : found->second;
}

}  // namespace

Happened Desk::what_happens(const ModelTicket& ticket, const Request& request) const {
  Happened h;
  h.before = request.create ? kNoId8 : ticket.status;
  h.after = request.status == kNoId8 ? ticket.status : request.status;
  if (request.create) h.activities |= bit(BuiltinActivity::created);
  if (h.before != h.after) h.entered = 1ull << h.after;
  if (h.before != h.after && !request.create) {
    h.activities |= bit(BuiltinActivity::status_changed);
    h.reopened = document_.statuses[h.before].category == StatusCategory::resolved &&
                 working(document_.statuses[h.after].category);
    if (h.reopened) h.activities |= bit(BuiltinActivity::reopened);
  }
  for (const AttributeValue& set : request.attributes) {
    h.attributes_set |= 1u << set.attribute;
    if (value_of(ticket, set.attribute) == set.value) continue;
    h.attributes_changed |= 1u << set.attribute;
    const AttributeRole role = document_.attributes[set.attribute].role;
    if (set.value != 0 && (role == AttributeRole::agent || role == AttributeRole::team)) {
      h.activities |= bit(BuiltinActivity::assigned);
    }
  }
  if (request.activity != kNoId8) h.activities |= 1ull << request.activity;
  if (request.level != 0) {
    h.activities |= bit(BuiltinActivity::escalated);
    h.levels = static_cast<std::uint16_t>(1u << request.level);
  }
  return h;
}

// `step`: the event of the ladder step that raises the level; it comes where a command's would.
void Desk::change(ModelTicket& ticket, const Request& request, TimeMs at, const Said* step) {
  const Happened h = what_happens(ticket, request);
  for (const AttributeValue& set : request.attributes) {
    ticket.attributes[set.attribute] = set.value;
    if (set.value == 0) ticket.attributes.erase(set.attribute);
  }
  ticket.activities |= h.activities;
  ticket.status = h.after;
  if (request.level != 0) ticket.level = request.level;
  // Choice (tests/unit/core): an attribute that a step sets counts, changed or not.
  if (!request.automatic || h.entered != 0 || h.attributes_set != 0) ++ticket.version;
  ticket.changed_at = std::max(ticket.changed_at, at);
  retract(ticket, h, at);

  const auto tell = [&](EventType type) {
    Said said = about(ticket, type);
    said.event.actor = request.actor;
    said.event.activity = request.activity;
    if (h.entered != 0) said.event.status_before = h.before;
    said.event.at = at;
    return said;
  };
  if (request.create) {
    say(tell(EventType::created));
  } else if (h.entered != 0) {
    say(tell(EventType::status_changed));
    if (h.reopened) say(tell(EventType::reopened));
  }
  if (!request.create && (h.activities & bit(BuiltinActivity::assigned)) != 0) {
    say(tell(EventType::assigned));
  }
  if (request.activity != kNoId8) say(tell(EventType::activity_recorded));
  if (step != nullptr) {
    Said said = *step;
    said.event.level = ticket.level;
    said.event.light = light_of(ticket);
    say(said);
  } else if (request.level != 0) {
    Said said = about(ticket, EventType::escalated);
    said.event.actor = request.actor;
    said.event.recipient = request.recipient;
    said.event.route = route(request.recipient);
    said.event.at = at;
    say(said);
  }

  if (h.attributes_changed != 0) policy(ticket, at);
  if (h.entered != 0 && document_.statuses[h.after].category == StatusCategory::resolved &&
      (h.before == kNoId8 || document_.statuses[h.before].category != StatusCategory::resolved)) {
    for (ModelClock& clock : ticket.clocks) clock.continues = false;
  }
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    move_clock(ticket, static_cast<ClockId>(i), h, at);
  }
  if (h.entered != 0 && h.after == document_.survey_status && !ticket.surveyed) {
    ticket.surveyed = true;
    say(tell(EventType::survey_due));
  }
  if (h.entered != 0 && ends(document_.statuses[h.after].category)) close(ticket, at);
  update_light(ticket);
}

// Late news: "the clocks are computed as if the command had come then; each breach that did not
// hold gives breach_retracted, then come the command's own events".
void Desk::retract(ModelTicket& ticket, const Happened& h, TimeMs at) {
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    const auto id = static_cast<ClockId>(i);
    const ClockSpec& spec = document_.clocks[i];
    ModelClock& clock = ticket.clocks[i];
    if (!clock.active() || !clock.breached || at > due_of(clock, openings(clock))) continue;
    const auto in = [&](std::uint64_t statuses, StatusId status) {
      return status != kNoId8 && ((statuses >> status) & 1) != 0;
    };
    const bool may_run = spec.run_while.statuses == 0 || in(spec.run_while.statuses, h.after);
    const bool left = !may_run && in(spec.run_while.statuses, h.before);
    bool held = !h.matches(spec.stop) && !left && !h.matches(spec.cancel) &&
                !(may_run && h.matches(spec.reset)) &&
                !(clock.running() && in(spec.pause_while.statuses, h.after)) &&
                !(h.entered != 0 && ends(document_.statuses[h.after].category));
    const TimeMs announced = due_of(clock, openings(clock));
    if (held && h.attributes_changed != 0) {  // under the rule of now it was due later
      ModelTicket then = ticket;
      choose_rule(then, id);
      held = due_of(then.clocks[i], openings(then.clocks[i])) <= announced;
    }
    if (held) continue;
    clock.breached = false;
    say_clock(ticket, id, EventType::breach_retracted, at, announced, 0, 0);
  }
}

// "For each clock the first rule whose conditions on attributes all hold, and which names it."
void Desk::choose_rule(ModelTicket& ticket, ClockId id) const {
  ModelClock& clock = ticket.clocks[id];
  clock.rule = kNoId16;
  clock.target = {};
  for (const RuleId candidate : document_.rule_order) {
    const RuleSpec& rule = document_.rules[candidate];
    const bool holds = std::all_of(rule.when.begin(), rule.when.end(), [&](const MatchSpec& match) {
      const Value value = value_of(ticket, match.attribute);
      const bool among =
          std::find(match.values.begin(), match.values.end(), value) != match.values.end();
      return among != match.negated;
    });
    if (!holds) continue;
    for (const TargetSpec& target : rule.targets) {
      if (target.clock != id) continue;
      clock.rule = candidate;
      clock.target = target;
      return;
    }
  }
}

// recompute: "as if the new rule had held since the cycle began". `at` is when it began to hold.
void Desk::policy(ModelTicket& ticket, TimeMs at) {
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    const auto id = static_cast<ClockId>(i);
    ModelClock& clock = ticket.clocks[i];
    if (!clock.active()) continue;
    const TimeMs announced = due_of(clock, openings(clock));
    choose_rule(ticket, id);
    const TimeMs due = due_of(clock, openings(clock));
    if (!clock.breached || due < at || due <= announced) continue;
    clock.breached = false;
    say_clock(ticket, id, EventType::breach_cleared, at, due,
              elapsed_at(clock, openings(clock), at), 0);
  }
}

// Run intervals <= 1,024 a clock: one that would pause, or go on after a reopen, makes another.
// What only stops clocks is never refused (choice).
bool Desk::interval_room(const ModelTicket& ticket, StatusId to) const {
  if (to == kNoId8 || to == ticket.status) return true;
  const StatusCategory category = document_.statuses[to].category;
  if (ends(category)) return true;
  const bool reopens =
      document_.statuses[ticket.status].category == StatusCategory::resolved && working(category);
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    const ModelClock& clock = ticket.clocks[i];
    const ClockSpec& spec = document_.clocks[i];
    const std::size_t finished = clock.runs.size() - (clock.running() ? 1 : 0);
    if (finished < limits::run_intervals_max) continue;
    if (clock.running() && (spec.pause_while.statuses >> to & 1) != 0) return false;
    if (reopens && clock.continues && !spec.fresh_on_reopen) return false;
  }
  return true;
}

// Choice (engine.h): what is still active is cancelled, so a closed ticket never breaches.
void Desk::close(ModelTicket& ticket, TimeMs at) {
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    if (ticket.clocks[i].active()) cancel(ticket, static_cast<ClockId>(i), at);
  }
  ticket.closed = true;
  ticket.leave_at = at + document_.keep_closed_ms;
  Said said = about(ticket, EventType::closed);
  said.event.at = at;
  say(said);
}

}  // namespace vencer::model
