// One change of one ticket: what a command, a ladder step or a creation does to it.
#include "engine/core/condition.h"
#include "engine/core/engine.h"

namespace vencer {
namespace {

constexpr std::uint64_t activity_bit(BuiltinActivity activity) {
  return 1ull << static_cast<unsigned>(activity);
}

}  // namespace

bool Happenings::became(const std::vector<AttributeValue>& any_of) const {
  for (const AttributeValue& wanted : any_of) {
    if ((attributes_changed >> wanted.attribute & 1) == 0) continue;
    for (std::size_t i = set_to.size(); i-- > 0;) {
      if (set_to[i].attribute != wanted.attribute) continue;
      if (set_to[i].value == wanted.value) return true;
      break;
    }
  }
  return false;
}

Happenings StateMachine::Impl::collect(const TicketRef& ref, const Change& change) const {
  Happenings h;
  h.status_before = change.create ? kNoId8 : ref.ticket.status;
  h.status_after = change.status == kNoId8 ? ref.ticket.status : change.status;
  h.set_to = change.attributes;
  if (!change.create) h.held_before = run_conditions(ref);
  if (change.create) h.activities |= activity_bit(BuiltinActivity::created);
  if (h.status_after != h.status_before) {
    h.statuses |= 1ull << h.status_after;
    if (!change.create) {
      h.activities |= activity_bit(BuiltinActivity::status_changed);
      h.reopened =
          is_done(ref.category()) && is_working(ref.spec().statuses[h.status_after].category);
      if (h.reopened) h.activities |= activity_bit(BuiltinActivity::reopened);
    }
  }
  for (const AttributeValue& set : change.attributes) {
    h.attributes_set |= 1u << set.attribute;
    if (get_attribute(ref.tenant.layout(), ref.block, set.attribute) == set.value) continue;
    h.attributes_changed |= 1u << set.attribute;
    if ((ref.tenant.assigning_attributes() >> set.attribute & 1) != 0 && set.value != 0) {
      h.activities |= activity_bit(BuiltinActivity::assigned);
    }
  }
  if (change.activity != kNoId8) h.activities |= 1ull << change.activity;
  if (change.level > 0) {
    h.activities |= activity_bit(BuiltinActivity::escalated);
    h.levels = static_cast<std::uint16_t>(1u << change.level);
  }
  return h;
}

void StateMachine::Impl::record_activities(const TicketRef& ref, std::uint64_t activities) {
  std::uint64_t fresh = activities & ~ref.ticket.activities;
  ref.ticket.activities |= activities;
  for (; fresh != 0; fresh &= fresh - 1) {
    ++ref.state.by_activity[static_cast<std::size_t>(__builtin_ctzll(fresh))];
  }
}

void StateMachine::Impl::apply_change(const TicketRef& ref, const Change& change, TimeMs at) {
  const Happenings h = collect(ref, change);
  TicketHeader& ticket = ref.ticket;
  const bool recount = !ref.tenant.constraints().limits().empty() &&
                       (h.statuses != 0 ||
                        (h.attributes_changed & ref.tenant.constraints().limit_attributes()) != 0);
  if (recount && !change.create) count_limits(ref, -1);
  for (const AttributeValue& set : change.attributes) {
    vencer::set_attribute(ref.tenant.layout(), ref.block, set.attribute, set.value);
  }
  if (h.status_after != h.status_before) {
    if (!change.create) --ref.state.by_status[h.status_before];
    ++ref.state.by_status[h.status_after];
    ticket.status = h.status_after;
  }
  if (recount) count_limits(ref, 1);
  if (change.level > 0) ticket.level = change.level;
  if (!change.automatic || h.statuses != 0 || h.attributes_set != 0) ++ticket.version;
  ticket.changed_at = std::max<TimeMs>(ticket.changed_at, at);
  retract(ref, h, at);
  record_activities(ref, h.activities);
  if (ref.tenant.layout().day_cells > 0) note_days(ref, h.activities);
  if ((h.statuses | h.attributes_changed) != 0 &&
      (ref.spec().time_in_status.on || ticket.has(TicketFlag::extras))) {
    keep_status_time(ref, h.status_before, at);
  }

  const auto tell = [&](EventType type) {
    if (!ref.tenant.event_on(type)) return;  // mostly: not worth making
    Event event = event_of(ref, type);
    event.actor = change.actor;
    if (h.status_before != h.status_after) event.status_before = h.status_before;
    event.activity = change.activity;
    if (type == EventType::created) address(event, ref.tenant, ref.spec().created_recipient, &ref);
    if (type == EventType::merged) event.other = change.other;
    if (at != now) event.at = at;
    emit(ref, event);
  };
  if (change.create) {
    tell(EventType::created);
  } else if (h.statuses != 0) {
    tell(EventType::status_changed);
    if (h.reopened) tell(EventType::reopened);
  }
  if (!change.create && (h.activities & activity_bit(BuiltinActivity::assigned)) != 0) {
    tell(EventType::assigned);
  }
  if (change.activity != kNoId8) tell(EventType::activity_recorded);
  if (change.step_event != nullptr) {
    change.step_event->level = ticket.level;
    change.step_event->light = light_of(ref);
    emit(ref, *change.step_event);
  } else if (change.level > 0) {
    Event event = event_of(ref, EventType::escalated);
    event.actor = change.actor;
    address(event, ref.tenant, change.recipient, &ref);
    if (at != now) event.at = at;
    emit(ref, event);
  }

  if ((h.attributes_changed & ref.tenant.matched_attributes()) != 0) apply_policy(ref, at);
  if (change.merge) {  // a duplicate is over: nothing of it is kept nor missed
    TicketExtras& own = add_extras(ref);
    own.merged = true;
    own.survivor = change.other;
    tell(EventType::merged);
    close_for_good(ref, at);
  } else {
    move_clocks(ref, h, at, clocks_moved_by(ref, h));
  }
  if (h.statuses != 0 && !change.merge) {
    if (ticket.status == ref.spec().survey_status && !ticket.has(TicketFlag::surveyed)) {
      ticket.set(TicketFlag::surveyed);
      tell(EventType::survey_due);
    }
  }
  if (ref.tenant.is_final(ticket.status) && !change.merge) settle_closed(ref, at);
  update_light(ref);
  if (h.statuses != 0 && !change.create && !change.merge) {
    tell_incidents(ref, ref.spec().statuses[h.status_before].category);
  }
  if (!ref.state.detectors.empty() && !quiet) {
    if (change.create) detect(ref, false);
    if (change.level > 0) detect(ref, true);
  }
}

// Is there room for the run intervals that a change may make: of clocks that it pauses, that a
// reopen continues, or that keep what they counted under another rule? What stops a clock has room
// always: a ticket can be ended.
bool StateMachine::Impl::interval_room(const TicketRef& ref, const Change& change) const {
  const StatusId to = change.status == kNoId8 ? ref.ticket.status : change.status;
  const bool moves = to != ref.ticket.status;
  if (!moves && change.attributes.empty() && change.level == 0) return true;
  const StatusCategory category = ref.spec().statuses[to].category;
  if (moves && is_final(category)) return true;
  const bool reopens = moves && is_done(ref.category()) && is_working(category);
  bool policy = false;
  for (const AttributeValue& set : change.attributes) {
    policy = policy || (ref.tenant.matched_attributes() >> set.attribute & 1) != 0;
  }
  const std::uint32_t which =
      policy || reopens ? ClockReach::kAll : ref.tenant.clock_reach().may_pause_in(to);
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    if ((which >> i & 1) == 0) continue;
    const ClockState& clock = ref.clock(static_cast<ClockId>(i));
    const ClockSpec& spec = ref.spec().clocks[i];
    const bool adds =
        (clock.running() && (holds_after(ref, change, spec.pause_while) ||
                             (policy && spec.on_change == OnChange::keep))) ||
        (reopens && clock.has(ClockFlag::stopped_by_resolve) && !spec.fresh_on_reopen);
    // How many there are stands elsewhere in memory: asked last.
    if (adds && intervals.count(clock.intervals) >= limits::run_intervals_max) return false;
  }
  return true;
}

}  // namespace vencer
