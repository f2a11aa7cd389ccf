#include "engine/core/background.h"

#include "engine/core/engine.h"

namespace vencer {

// Takes a job into the tenant's queue. One without units has nothing to do and is not taken.
void StateMachine::Impl::enqueue(TenantState& state, Job job) {
  if (job.next == job.end) return;
  job.at = now;
  state.jobs.push_back(std::move(job));
  ++jobs_queued;
}

void StateMachine::Impl::drop_jobs(TenantState& state) {
  jobs_queued -= static_cast<std::uint32_t>(state.jobs.size());
  state.jobs.clear();
}

StepOutcome StateMachine::Impl::apply_background(const Step& step) {
  StepOutcome outcome;
  for (std::size_t i = 0; i < tenants.size() && outcome.done < step.limit; ++i) {
    TenantState& state = tenants[i];
    for (; !state.jobs.empty() && outcome.done < step.limit; ++outcome.done) {
      Job& job = state.jobs.front();
      work_unit(state, job, job.next++);
      if (job.next < job.end) continue;
      finish(state, job);
      state.jobs.pop_front();
      --jobs_queued;
    }
  }
  return outcome;
}

void StateMachine::Impl::work_unit(TenantState& state, Job& job, std::uint32_t unit) {
  switch (job.kind) {
    case JobKind::reevaluate:
      if (is_ticket_of(state, unit)) bring_current(unit);
      break;
    case JobKind::digest:
      return collect_for_digest(state, job.subject, unit);
    case JobKind::reapply_customers:
      reapply(state, job, unit);
      break;
    case JobKind::problem_resolved:
      tell_incident(state, job.tickets[unit], job.ticket);
      break;
    case JobKind::delete_tenant:
      delete_unit(state, job, unit);
      break;
  }
}

void StateMachine::Impl::finish(TenantState& state, Job& job) {
  switch (job.kind) {
    case JobKind::reevaluate:
      state.previous.reset();
      state.tallies.lights_before = LightCounts();
      state.limit_counts.recounting.clear();
      break;
    case JobKind::delete_tenant:
      state.previous.reset();
      break;
    case JobKind::digest:
      return finish_digest(state, job.subject);
    case JobKind::reapply_customers:
    case JobKind::problem_resolved:
      break;
  }
}

bool StateMachine::Impl::is_ticket_of(const TenantState& state, Slot slot) const {
  const TicketHeader& ticket = (*tickets)[slot];
  return ticket.has(TicketFlag::live) && ticket.tenant == state.current->id();
}

}  // namespace vencer
