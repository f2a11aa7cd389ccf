// A new tenant document: taken in by one step, brought to the open tickets in logged slices.
#include <algorithm>

#include "engine/core/condition.h"
#include "engine/core/engine.h"

namespace vencer {
namespace {

template <typename Spec, typename Counts>
std::uint64_t dropped_in_use(const std::vector<Spec>& before, const std::vector<Spec>& after,
                             const Counts& counts) {
  std::uint64_t tickets = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!before[i].retired && after[i].retired) tickets = std::max(tickets, counts[i]);
  }
  return tickets;
}

}  // namespace

bool keeps_ids(const TenantSpec& before, const TenantSpec& after) {
  const auto kept = [](const auto& old_list, const auto& new_list) {
    return new_list.size() >= old_list.size();
  };
  const bool lists =
      kept(before.statuses, after.statuses) && kept(before.levels, after.levels) &&
      kept(before.activities, after.activities) && kept(before.attributes, after.attributes) &&
      kept(before.calendars, after.calendars) && kept(before.clocks, after.clocks) &&
      kept(before.rules, after.rules) && kept(before.ladders, after.ladders) &&
      kept(before.recipients, after.recipients) && kept(before.constraints, after.constraints) &&
      kept(before.detectors, after.detectors) && kept(before.digests, after.digests) &&
      kept(before.calendar_events, after.calendar_events);
  if (!lists) return false;
  for (std::size_t i = 0; i < before.attributes.size(); ++i) {
    const AttributeSpec &a = before.attributes[i], &b = after.attributes[i];
    if (a.open != b.open || !kept(a.values, b.values)) return false;
  }
  for (std::size_t i = 0; i < before.clocks.size(); ++i) {
    if (!kept(before.clocks[i].step_names, after.clocks[i].step_names)) return false;
  }
  return true;
}

namespace {

// The clocks that run, and the start of their latest run: where a document changes one of these,
// it pauses, resumes or splits a run.
struct Running {
  std::uint32_t clocks = 0;
  TimeMs since = 0;
  bool operator==(const Running&) const = default;
};

Running running_clocks(const TicketRef& ref) {
  Running running;
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const ClockState& clock = ref.clock(static_cast<ClockId>(i));
    if (!clock.running()) continue;
    running.clocks |= 1u << i;
    running.since = std::max<TimeMs>(running.since, clock.run_from);
  }
  return running;
}

}  // namespace

// How many open tickets are in, or are to take by themselves, a status that the document drops: the
// most of any one. Looks at tickets with extras only.
std::uint64_t StateMachine::Impl::dropped_while_pending(const TenantState& state,
                                                        const TenantSpec& document) const {
  const std::vector<StatusSpec>& before = state.current->spec().statuses;
  std::array<std::uint64_t, limits::statuses_max> counts{};
  std::uint64_t most = 0;
  extras.for_each([&](Slot slot, const TicketExtras& own) {
    const TicketHeader& ticket = (*tickets)[slot];
    const StatusId then = own.pending_then;
    if (own.pending_until == kNever || ticket.tenant != state.current->id()) return;
    if (before[then].retired || !document.statuses[then].retired) return;
    if (counts[then] == 0) counts[then] = state.by_status[then];
    if (ticket.status != then) ++counts[then];
    most = std::max(most, counts[then]);
  });
  return most;
}

StepOutcome StateMachine::Impl::check_document(const TenantState* state,
                                               const TenantSpec& document) const {
  StepOutcome outcome;
  const std::uint32_t version = state == nullptr ? 0 : state->current->spec().version;
  outcome.version = version;
  if (document.version != version + 1) {
    outcome.code = Errc::document_changed;
    return outcome;
  }
  if (state == nullptr) {
    if (tenants.size() >= limits::tenants_max) outcome.code = Errc::limit;
    return outcome;
  }
  if (state->reevaluating()) {
    outcome.code = Errc::reevaluation_running;
    return outcome;
  }
  const TenantSpec& before = state->current->spec();
  if (!keeps_ids(before, document)) {
    outcome.code = Errc::invalid_document;
    return outcome;
  }
  outcome.open_tickets =
      std::max({dropped_in_use(before.statuses, document.statuses, state->by_status),
                dropped_in_use(before.clocks, document.clocks, state->by_clock),
                dropped_in_use(before.activities, document.activities, state->by_activity)});
  outcome.open_tickets = std::max(outcome.open_tickets, dropped_while_pending(*state, document));
  if (outcome.open_tickets > 0) outcome.code = Errc::names_in_use;
  return outcome;
}

StepOutcome StateMachine::Impl::apply_document(const Step& step) {
  const TenantSpec& document = *step.document;
  TenantState* state = nullptr;
  for (TenantState& known : tenants) {
    if (!known.deleted && known.current->spec().name == document.name) state = &known;
  }
  StepOutcome outcome = check_document(state, document);
  if (outcome.code != Errc::ok) return outcome;
  const auto id = static_cast<TenantId>(
      state == nullptr ? tenants.size() + 1 : static_cast<std::size_t>(state - tenants.data()) + 1);
  Result<std::unique_ptr<CompiledTenant>> compiled = CompiledTenant::make(id, document, *calendars);
  if (!compiled.ok()) {
    outcome.code = compiled.error().code;
    return outcome;
  }
  const bool first = state == nullptr;
  if (first) state = &tenants.emplace_back();
  take_detectors(*state, document);
  revise_digests(*state, document);
  if (!first) {
    state->limit_counts.take_document(state->current->spec(), document, tickets->high_water() > 0);
    // Nobody to re-evaluate: no job.
    if (tickets->high_water() > 0) state->previous = std::move(state->current);
    state->tallies.lights_before = std::move(state->tallies.lights);
    Job job;
    job.kind = JobKind::reevaluate;
    job.end = tickets->high_water();
    enqueue(*state, std::move(job));
  }
  state->current = std::move(compiled).value();
  state->tallies.lights = LightCounts(state->current->count_by().cells());
  state->committed_at = now;
  take_schedules(*state);
  Event event;
  event.type = EventType::config_applied;
  event.tenant = id;
  event.version = document.version;
  emit(*state->current, event);
  outcome.tenant = id;
  outcome.version = document.version;
  return outcome;
}

// Brings a ticket to the document in force, as of the instant at which that was committed: what
// fell due before then is worked off under the old one first.
void StateMachine::Impl::bring_current(Slot slot) {
  const TicketHeader& known = (*tickets)[slot];
  TenantState& state = tenant_of(known);
  const auto version = static_cast<std::uint16_t>(state.current->spec().version);
  if (known.document == version || known.has(TicketFlag::gone)) return;
  TicketHeader& ticket = tickets->change(slot);
  VENCER_ASSERT(state.reevaluating());
  if (!ticket.has(TicketFlag::closed)) {
    const TicketRef old{slot, ticket, state, *state.previous, tickets->blocks().data(ticket.block)};
    run_until(old, state.committed_at);
    if (state.previous->spec().time_in_status != state.current->spec().time_in_status) {
      stop_status_time(old, ticket.status, std::max<TimeMs>(state.committed_at, ticket.changed_at));
    }
    count(old);
    uncount_ticket(old);
  }
  move_block(ticket, *state.previous, *state.current);
  ticket.document = version;
  const TicketRef fresh = ref(slot);
  recount_ticket(fresh);
  if (!ticket.has(TicketFlag::closed)) {
    recount_limits(fresh);
    const TimeMs at = std::max<TimeMs>(state.committed_at, ticket.changed_at);
    keep_status_time(fresh, ticket.status, at);
    Happenings nothing;
    nothing.status_before = nothing.status_after = ticket.status;
    nothing.held_before = run_conditions(fresh);
    const Running ran = running_clocks(fresh);
    apply_policy(fresh, at, Policy::document);
    move_clocks(fresh, nothing, at);
    if (running_clocks(fresh) != ran) ticket.changed_at = at;
    if (fresh.tenant.is_final(ticket.status)) settle_closed(fresh, at);
    update_light(fresh);
    run_until(fresh, at, at);  // a shorter target may have put steps into the past
  }
  reschedule(fresh);  // also when a step of the old document closed it just now
}

// Ids are append-only, so attributes and clocks keep their ids; only their places change.
void StateMachine::Impl::move_block(TicketHeader& ticket, const CompiledTenant& from,
                                    const CompiledTenant& to) {
  BlockArena& blocks = tickets->blocks();
  const BlockArena::Block block = blocks.allocate(to.layout().cells);
  const std::uint64_t* old = blocks.data(ticket.block);
  std::uint64_t* fresh = blocks.data(block);
  for (std::size_t i = 0; i < from.spec().attributes.size(); ++i) {
    const auto id = static_cast<AttributeId>(i);
    vencer::set_attribute(to.layout(), fresh, id, get_attribute(from.layout(), old, id));
  }
  for (std::size_t i = 0; i < to.clock_count(); ++i) {
    ClockState& clock = clocks_of(to.layout(), fresh)[i];
    if (i < from.clock_count()) {
      clock = clocks_of(from.layout(), old)[i];
    } else {
      init_clock(clock);
    }
  }
  move_day_cells(from, old, to, fresh);
  blocks.release(ticket.block, from.layout().cells);
  ticket.block = block;
}

}  // namespace vencer
