// Tenant documents at the shard: the way of a TenantJob (tenant_job.h); and a tenant's end.
#include <fmt/format.h>

#include <utility>

#include "engine/core/limits.h"
#include "engine/runtime/shard.h"

namespace vencer {
namespace {

constexpr int kAttemptsMax = 5;

ReplyAddress address_of(const TenantJob& job) {
  return {job.connection, job.correlation, job.request_bytes};
}

std::string refusal(const StepOutcome& outcome) {
  switch (outcome.code) {
    case Errc::names_in_use:
      return fmt::format("{} open tickets use a status, clock or activity that the document drops",
                         outcome.open_tickets);
    case Errc::reevaluation_running:
      return "open tickets are still being brought to the document before this one; try again "
             "later";
    case Errc::document_changed:
      return "other documents of this tenant came in between; try again";
    default:
      return fmt::format("the document was refused: {}", to_string(outcome.code));
  }
}

}  // namespace

void Shard::put_tenant(const RequestFrame& frame, const ReplyAddress& from) {
  const PutTenantRequest request = decode_put_tenant(frame.body);
  if (request.text.size() > limits::document_bytes_max) {
    return group_.fail(from, Errc::limit,
                       fmt::format("the document has {} bytes; at most {}", request.text.size(),
                                   limits::document_bytes_max));
  }
  if (!request.check_only && refused_for_room(from)) return;
  auto job = std::make_unique<TenantJob>();
  job->connection = from.connection;
  job->correlation = from.correlation;
  job->request_bytes = from.request_bytes;
  job->principal = current_->principal;
  job->text = request.text;
  job->file = request.file.empty() ? std::string("document") : std::string(request.file);
  job->check_only = request.check_only;
  job->retake_zones = !request.zones_of.empty();
  if (job->retake_zones) job->name = request.zones_of;
  if (!maintenance_.try_push(job)) {
    group_.fail(from, Errc::overloaded,
                "too many tenant documents are being checked; try again later");
  }
}

void Shard::delete_tenant(const RequestFrame& frame, const ReplyAddress& from, TimeMs now) {
  const std::string_view name = decode_delete_tenant(frame.body);
  if (refused_for_room(from)) return;
  Step step;
  step.kind = StepKind::delete_tenant;
  step.now = now;
  step.principal = current_->principal;
  step.tenant = machine_.find_tenant(name);
  StepOutcome outcome;
  outcome.code = Errc::unknown_tenant;
  if (step.tenant != kNoTenant) outcome = machine_.apply(step, group_);
  if (outcome.code != Errc::ok) {
    return group_.fail(from, outcome.code,
                       fmt::format("there is no tenant '{}' here to delete",
                                   name.substr(0, limits::name_bytes_max)));
  }
  neighbours_.tenants.remove(name);
  publish_tenants();
  StepRecord record;
  record.kind = static_cast<std::uint8_t>(StepKind::delete_tenant);
  record.now = now;
  record.principal = step.principal;
  record.argument = step.tenant;
  group_.log(record);
  group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
    encode_delete_tenant_reply(correlation, on_wire(step.tenant), outcome.open_tickets, out);
  });
}

int Shard::serve_jobs(TimeMs now) {
  int done = 0;
  while (!from_maintenance_.empty()) {
    // A compiled document has room in any empty group: the maintenance role checked that.
    if (!group_.ready_for(limits::group_bytes_max / 2)) break;
    auto job = from_maintenance_.pop();
    if (job == nullptr) break;
    ++done;
    if (job->stage == TenantJob::Stage::commit) {
      commit_document(std::move(job), std::max(now, machine_.now()));
      continue;
    }
    if (!take_home(job)) continue;
    job->tenant = machine_.find_tenant(job->name);
    if (job->retake_zones && job->tenant == kNoTenant) {
      group_.fail(
          address_of(*job), Errc::unknown_tenant,
          fmt::format("there is no tenant '{}' here", job->name.substr(0, limits::name_bytes_max)));
      continue;
    }
    if (job->tenant != kNoTenant) job->previous = *machine_.tenant(job->tenant);
    job->stage = TenantJob::Stage::compile;
    maintenance_.push(std::move(job));
  }
  return done;
}

void Shard::publish_tenants() {
  std::uint32_t living = 0;
  for (TenantId tenant = 1; tenant <= machine_.tenant_count(); ++tenant) {
    if (machine_.tenant(tenant) != nullptr) ++living;
  }
  requests_.publish_tenants(machine_.tenant_count(), living);
}

// True: this is the partition where the document's tenant lives, or shall live. Else the job went
// on to that one.
bool Shard::take_home(std::unique_ptr<TenantJob>& job) {
  // A re-reading of zones was sent here by its name; a text without a name is refused anywhere.
  if (job->retake_zones || job->name.empty()) return true;
  job->claim = neighbours_.tenants.claim(job->name);
  if (job->claim.partition() == options_.partition) return true;
  neighbours_.doors[job->claim.partition()].documents->push(std::move(job));
  return false;
}

void Shard::commit_document(std::unique_ptr<TenantJob> job, TimeMs now) {
  if (!job->compiled.errors.empty()) {
    return group_.fail(address_of(*job), Errc::invalid_document,
                       fmt::format("{}: {} faults; the document in force stays", job->file,
                                   job->compiled.errors.size()),
                       job->compiled.errors);
  }
  const TenantId tenant = machine_.find_tenant(job->name);
  const std::uint32_t in_force = tenant == kNoTenant ? 0 : machine_.tenant(tenant)->version;
  const std::uint32_t compiled_from = job->tenant == kNoTenant ? 0 : job->previous.version;
  StepOutcome outcome;
  outcome.code = in_force == compiled_from ? Errc::ok : Errc::document_changed;
  if (outcome.code == Errc::ok) {
    const bool commit = !job->check_only && !job->compiled.unchanged;
    if (!commit) return answer_document(*job, tenant, job->compiled.spec.version);
    if (refused_for_room(address_of(*job))) return;
    Step step;
    step.kind = StepKind::tenant_document;
    step.now = now;
    step.principal = job->principal;
    step.document = &job->compiled.spec;
    VENCER_ASSERT(job->retake_zones || job->claim.name() == job->name);
    outcome = machine_.apply(step, group_);
  }
  if (outcome.code == Errc::document_changed && ++job->attempts < kAttemptsMax) {
    job->stage = TenantJob::Stage::find_name;
    return maintenance_.push(std::move(job));
  }
  if (outcome.code != Errc::ok) {
    return group_.fail(address_of(*job), outcome.code, refusal(outcome));
  }
  StepRecord record;
  record.kind = static_cast<std::uint8_t>(StepKind::tenant_document);
  record.now = now;
  record.principal = job->principal;
  record.payload = job->payload;
  group_.log(record);
  job->claim.settle();
  publish_tenants();
  answer_document(*job, outcome.tenant, outcome.version);
}

void Shard::answer_document(const TenantJob& job, TenantId tenant, std::uint32_t version) {
  group_.reply(address_of(job), [&](std::uint64_t correlation, Bytes& out) {
    encode_put_tenant_reply(correlation, on_wire(tenant), version, job.compiled.unchanged, job.name,
                            job.compiled.warnings, out);
  });
}

}  // namespace vencer
