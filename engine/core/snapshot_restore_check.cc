// What a snapshot says of a tenant, against the tenant's documents.
#include <algorithm>

#include "engine/core/snapshot_restore.h"

namespace vencer {

void SnapshotRestore::check_tenant(Take& take, const TenantState& state,
                                   const Tenant& tenant) const {
  const TenantSpec& spec = state.current->spec();
  const std::uint64_t id = state.current->id();
  take.check(tenant.detectors == (tenant.deleted ? 0 : spec.detectors.size()),
             "detectors that its document does not have, of tenant", id);
  take.check(state.schedules.calendar_events.size() == spec.calendar_events.size() &&
                 state.schedules.digests.size() == spec.digests.size(),
             "schedules that its document does not have, of tenant", id);
  for (const Mute& mute : state.mutes.all()) {
    take.check(mute.attribute == kNoId8 || mute.attribute < spec.attributes.size(),
               "attribute of a mute", mute.attribute);
  }
  const std::size_t recounting = state.limit_counts.recounting.size();
  take.check(
      recounting == 0 || (state.previous != nullptr && recounting == spec.constraints.size()),
      "limits that its document does not have, of tenant", id);
  take.check(tenant.lights_before % kLights == 0, "counts by light", tenant.lights_before);
  if (state.previous != nullptr) {
    const TenantSpec& before = state.previous->spec();
    take.check(
        static_cast<std::uint16_t>(before.version) != static_cast<std::uint16_t>(spec.version) &&
            keeps_ids(before, spec),
        "two documents that cannot follow each other, of tenant", id);
    take.check(
        tenant.deleted || tenant.lights_before == state.previous->count_by().cells() * kLights,
        "counts by light", tenant.lights_before);
  }
  check_jobs(take, state);
}

void SnapshotRestore::check_jobs(Take& take, const TenantState& state) const {
  std::size_t reevaluations = 0, deletions = 0;
  for (const Job& job : state.jobs) {
    take.check(job.next < job.end, "end of a job", job.end);
    check_job(take, state, job);
    reevaluations += job.kind == JobKind::reevaluate ? 1 : 0;
    deletions += job.kind == JobKind::delete_tenant ? 1 : 0;
  }
  const bool ends =
      state.previous == nullptr || state.deleted ? reevaluations == 0 : reevaluations == 1;
  take.check(ends && deletions <= (state.deleted ? 1u : 0u), "jobs that cannot be, of tenant",
             state.current->id());
  for (std::size_t i = 0; i < state.schedules.digests.size(); ++i) {
    const auto collecting = std::count_if(
        state.jobs.begin(), state.jobs.end(),
        [&](const Job& job) { return job.kind == JobKind::digest && job.subject == i; });
    const bool outstanding = state.schedules.digests[i].outstanding != kNever;
    take.check(collecting == (outstanding ? 1 : 0), "a digest that nobody collects", i);
  }
}

void SnapshotRestore::check_job(Take& take, const TenantState& state, const Job& job) const {
  bool fits = !state.deleted && job.end <= high_water_;
  switch (job.kind) {
    case JobKind::reevaluate:
      fits = fits && state.previous != nullptr;
      break;
    case JobKind::reapply_customers:
      fits = fits && std::is_sorted(job.customers.begin(), job.customers.end());
      break;
    case JobKind::problem_resolved:
      fits = !state.deleted && job.end == job.tickets.size();
      break;
    case JobKind::digest:
      fits = fits && job.subject < state.schedules.digests.size();
      break;
    case JobKind::delete_tenant:
      fits = state.deleted && job.split <= high_water_ && job.end >= job.split &&
             job.end - job.split <= customers_high_water_;
      break;
  }
  take.check(fits, "a job that does not fit its tenant, of kind",
             static_cast<std::uint64_t>(job.kind));
}

}  // namespace vencer
