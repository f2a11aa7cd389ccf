// A tenant that leaves: at once there are no more commands, events and queries of it; its tickets
// and customers go in background slices. Its id is not used again, its name is free.
//
// Nothing is told of its tickets: they do not close, they are no more.
#include "engine/core/engine.h"

namespace vencer {

StepOutcome StateMachine::Impl::apply_delete_tenant(const Step& step) {
  StepOutcome outcome;
  outcome.tenant = step.tenant;
  TenantState* state = live_tenant(step.tenant);
  if (state == nullptr) {
    outcome.code = Errc::unknown_tenant;
    return outcome;
  }
  outcome.version = state->current->spec().version;
  outcome.open_tickets = state->open_tickets;
  state->deleted = true;
  open_tickets -= state->open_tickets;
  state->open_tickets = 0;
  state->by_status.fill(0);
  state->by_activity.fill(0);
  state->by_clock.fill(0);
  if (saving != nullptr) saving->keep_deleted(step.tenant, *state, producers);
  state->tallies = Tallies();
  state->detectors.clear();
  state->limit_counts = {};
  state->mutes = {};
  producers.forget(step.tenant);
  drop_schedules(*state);
  drop_jobs(*state);  // what they were for is gone; tickets of the document before still need it
  Job job;
  job.kind = JobKind::delete_tenant;
  job.split = tickets->high_water();
  job.end = job.split + customers.high_water();
  if (job.end == 0) state->previous.reset();
  enqueue(*state, std::move(job));
  return outcome;
}

// nullptr: there is no such tenant, or it was deleted.
TenantState* StateMachine::Impl::live_tenant(TenantId id) {
  if (id == kNoTenant || id > tenants.size() || tenants[id - 1u].deleted) return nullptr;
  return &tenants[id - 1u];
}

void StateMachine::Impl::delete_unit(const TenantState& state, const Job& job, std::uint32_t unit) {
  if (unit < job.split) {
    if (is_ticket_of(state, unit)) erase_ticket(unit);
    return;
  }
  const Slot slot = unit - job.split;
  if (customers[slot].tenant != state.current->id()) return;
  customers.remove(slot);
  wheel->cancel(timer_id(TimerKind::customer, slot));
}

// A ticket of a deleted tenant.
void StateMachine::Impl::erase_ticket(Slot slot) {
  TicketHeader& ticket = tickets->change(slot);
  if (!ticket.has(TicketFlag::gone)) {
    const TenantState& state = tenant_of(ticket);
    const bool stale = ticket.document != static_cast<std::uint16_t>(state.current->spec().version);
    const CompiledTenant& tenant = stale ? *state.previous : *state.current;
    std::uint64_t* block = tickets->blocks().data(ticket.block);
    for (std::size_t i = 0; i < tenant.clock_count(); ++i) {
      intervals.release(clocks_of(tenant.layout(), block)[i].intervals);
    }
    tickets->blocks().release(ticket.block, tenant.layout().cells);
    if (ticket.has(TicketFlag::extras)) extras.erase(slot);
  }
  wheel->cancel(timer_id(TimerKind::ticket, slot));
  tickets->remove(slot);
}

}  // namespace vencer
