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

}  // namespace

bool Standing::in(const ConditionSpec& condition) const {
  if (!there) return false;
  return (condition.statuses >> status & 1) != 0 || (condition.levels >> level & 1) != 0 ||
         std::any_of(condition.values.begin(), condition.values.end(),
                     [&](const AttributeValue& v) { return value(v.attribute) == v.value; });
}

bool Standing::matches(const std::vector<MatchSpec>& when) const {
  return std::all_of(when.begin(), when.end(), [&](const MatchSpec& match) {
    const auto& values = match.values;
    const bool among =
        std::find(values.begin(), values.end(), value(match.attribute)) != values.end();
    return among != match.negated;
  });
}

Value Standing::value(AttributeId attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? 0 : found->second;
}

bool Happened::matches(const TriggerSpec& trigger) const {
  return (trigger.activities & activities) != 0 || (trigger.statuses & entered) != 0 ||
         (trigger.attributes_set & attributes_set) != 0 ||
         (trigger.attributes_changed & attributes_changed) != 0 || (trigger.levels & levels) != 0 ||
         std::any_of(trigger.became.begin(), trigger.became.end(), [&](const AttributeValue& v) {
           return std::find(became.begin(), became.end(), v) != became.end();
         });
}

Happened Desk::what_happens(const ModelTicket& ticket, const Request& request) const {
  Happened h;
  if (!request.create) h.before = ticket.now;
  h.after = ticket.now;
  h.after.there = true;
  if (request.status != kNoId8) h.after.status = request.status;
  if (request.level != 0) h.after.level = request.level;
  if (request.create) h.activities |= bit(BuiltinActivity::created);
  if (h.before.status != h.after.status) h.entered = 1ull << h.after.status;
  if (h.entered != 0 && !request.create) {
    h.activities |= bit(BuiltinActivity::status_changed);
    const StatusCategory was = document_.statuses[h.before.status].category;
    h.reopened = (was == StatusCategory::resolved || was == StatusCategory::closed) &&
                 working(document_.statuses[h.after.status].category);
    if (h.reopened) h.activities |= bit(BuiltinActivity::reopened);
  }
  for (const AttributeValue& set : request.attributes) {
    h.attributes_set |= 1u << set.attribute;
    if (h.after.value(set.attribute) == set.value) continue;
    h.attributes_changed |= 1u << set.attribute;
    h.became.push_back(set);
    h.after.attributes[set.attribute] = set.value;
    if (set.value == 0) h.after.attributes.erase(set.attribute);
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
  ticket.now = h.after;
  ticket.activities |= h.activities;
  // Choice (tests/unit/core): an attribute that a step sets counts, changed or not.
  if (!request.automatic || h.entered != 0 || h.attributes_set != 0) ++ticket.version;
  ticket.changed_at = std::max(ticket.changed_at, at);
  retract(ticket, h, at);
  tell_change(ticket, request, h, at, step);

  if (h.attributes_changed != 0) policy(ticket, at);
  const auto category_of = [&](const Standing& standing) {
    return document_.statuses[standing.status].category;
  };
  const auto done = [&](const Standing& standing) {
    return standing.there && (category_of(standing) == StatusCategory::resolved ||
                              category_of(standing) == StatusCategory::closed);
  };
  if (done(h.after) && !done(h.before)) {
    for (ModelClock& clock : ticket.clocks) clock.continues = false;
  }
  if (request.merge) return end_as_duplicate(ticket, request, h, at);
  move_clocks(ticket, h, at);
  if (h.entered != 0 && h.after.status == document_.survey_status && !ticket.surveyed) {
    ticket.surveyed = true;
    Said said = about(ticket, EventType::survey_due);
    said.event.actor = request.actor;
    said.event.activity = request.activity;
    said.event.status_before = h.before.status;
    said.event.at = at;
    say(said);
  }
  settle(ticket, at);
  update_light(ticket);
  if (h.entered != 0 && !request.create) tell_incidents(ticket, h.before.status);
}

// After whatever happened to a ticket in a closed or cancelled status.
void Desk::settle(ModelTicket& ticket, TimeMs at) {
  if (ticket.closed || !ends(document_.statuses[ticket.now.status].category)) return;
  if (!stays_open(ticket)) return close(ticket, at);
  // "cancels promise clocks still active and marks them so that a reopen continues them"
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    if (!ticket.clocks[i].active() || document_.clocks[i].kind == ClockKind::window) continue;
    cancel(ticket, static_cast<ClockId>(i), at);
    ticket.clocks[i].continues = true;
  }
}

void Desk::tell_change(ModelTicket& ticket, const Request& request, const Happened& h, TimeMs at,
                       const Said* step) {
  const auto tell = [&](EventType type) {
    Said said = about(ticket, type);
    said.event.actor = request.actor;
    said.event.activity = request.activity;
    if (h.entered != 0) said.event.status_before = h.before.status;
    said.event.at = at;
    return said;
  };
  if (request.create) {
    Said created = tell(EventType::created);
    address(created.event, ticket.now.attributes, document_.created_recipient);
    say(created);
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
    said.event.level = ticket.now.level;
    said.event.light = light_of(ticket);
    say(said);
  } else if (request.level != 0) {
    Said said = about(ticket, EventType::escalated);
    said.event.actor = request.actor;
    address(said.event, ticket.now.attributes, request.recipient);
    said.event.at = at;
    say(said);
  }
}

// Late news: "the clocks are computed as if the command had come then; each breach that did not
// hold gives breach_retracted, then come the command's own events".
void Desk::retract(ModelTicket& ticket, const Happened& h, TimeMs at) {
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    const auto id = static_cast<ClockId>(i);
    const ClockSpec& spec = document_.clocks[i];
    const ModelClock& clock = ticket.clocks[i];
    if (!clock.active() || !clock.breached || at > due_of(clock)) continue;
    const bool may_run = spec.run_while.empty() || h.after.in(spec.run_while);
    const bool left = !may_run && h.before.in(spec.run_while);
    const bool fixed =
        clock.target.kind == TargetKind::instant || clock.target.kind == TargetKind::ticket;
    bool held = !h.matches(spec.stop) && !left && !h.matches(spec.cancel) &&
                !(may_run && h.matches(spec.reset)) &&
                !(clock.running() && !fixed && h.after.in(spec.pause_while)) &&
                !(h.entered != 0 && ends(document_.statuses[h.after.status].category));
    const TimeMs announced = due_of(clock);
    if (held && h.attributes_changed != 0) {  // under the rule of now it was due later
      ModelTicket then = ticket;
      choose_rule(then, id, at, false);
      const bool anew = spec.on_change == OnChange::restart && then.clocks[i].rule != clock.rule;
      held = !anew && due_of(then.clocks[i]) <= announced;
    }
    if (held) continue;
    ticket.clocks[i].breached = false;
    say_clock(ticket, id, EventType::breach_retracted, at, announced, 0, 0);
  }
}

// Run intervals <= 1,024 a clock: one that would pause, or go on after a reopen, makes another.
// What only stops clocks is never refused (choice).
bool Desk::interval_room(const ModelTicket& ticket, const Request& request) const {
  const Happened h = what_happens(ticket, request);
  if (h.entered != 0 && ends(document_.statuses[h.after.status].category)) return true;
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    const ModelClock& clock = ticket.clocks[i];
    const ClockSpec& spec = document_.clocks[i];
    const std::size_t finished = clock.runs.size() - (clock.running() ? 1 : 0);
    if (finished < limits::run_intervals_max) continue;
    if (clock.running() && h.after.in(spec.pause_while)) return false;
    if (h.reopened && clock.continues && !spec.fresh_on_reopen) return false;
  }
  return true;
}

// "Until the reopen window's end a ticket in a status of category closed can still be reopened."
bool Desk::stays_open(const ModelTicket& ticket) const {
  return document_.reopen_clock != kNoId8 &&
         document_.statuses[ticket.now.status].category == StatusCategory::closed &&
         ticket.clocks[document_.reopen_clock].active() &&
         due_of(ticket.clocks[document_.reopen_clock]) != kNever;
}

// Choice (engine.h): what is still active is cancelled, so a closed ticket never breaches.
void Desk::close(ModelTicket& ticket, TimeMs at) {
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    if (ticket.clocks[i].active()) cancel(ticket, static_cast<ClockId>(i), at);
  }
  ticket.pending_until = ticket.starts_at = kNever;
  ticket.closed = true;
  ticket.leave_at = at + document_.keep_closed_ms;
  Said said = about(ticket, EventType::closed);
  said.event.at = at;
  say(said);
  const StatusCategory category = document_.statuses[ticket.now.status].category;
  if (!document_.survey_at_close || ticket.surveyed) return;
  if (category == StatusCategory::cancelled || ticket.survivor) return;
  ticket.surveyed = true;
  said.event.type = EventType::survey_due;
  say(said);
}

}  // namespace vencer::model
