#include "engine/runtime/maintenance.h"

#include <fmt/format.h>

#include <utility>

#include "engine/config/document.h"
#include "engine/config/retake_zones.h"
#include "engine/core/limits.h"
#include "engine/runtime/logging.h"
#include "engine/wire/step_codec.h"

namespace vencer {

int Maintenance::do_work() {
  int done = 0;
  if (auto job = jobs_.pop()) {
    ++done;
    if (job->stage == TenantJob::Stage::find_name) {
      if (!job->retake_zones) job->name = document_tenant_name(job->text);
      job->stage = TenantJob::Stage::fetch_previous;
    } else {
      compile(*job);
      job->stage = TenantJob::Stage::commit;
    }
    to_shard_.push(std::move(job));
  }
  const auto prepared = wal_.prepare_next_segment();
  if (!prepared && !std::exchange(preparing_failed_, true)) {
    // Not fatal here: the commit role meets the same trouble when it needs the segment.
    log_line(LogLevel::error, "no log segment could be made ready",
             {{"error", prepared.error().message}});
  } else if (prepared && *prepared) {
    preparing_failed_ = false;
    ++done;
  }
  if (pages_.populate()) ++done;
  return done;
}

void Maintenance::retake(TenantJob& job) {
  job.compiled = {};
  Result<RetakenZones> retaken = retake_zones(job.previous, installed_zones());
  if (!retaken) {
    job.compiled.errors.push_back(fmt::format("{}: {}", job.name, retaken.error().message));
    return;
  }
  job.compiled.spec = std::move(retaken->spec);
  job.compiled.unchanged = retaken->unchanged;
}

void Maintenance::compile(TenantJob& job) {
  const TenantSpec* previous = job.tenant == kNoTenant ? nullptr : &job.previous;
  if (job.retake_zones) {
    retake(job);
  } else {
    job.compiled = compile_document(job.text, job.file, previous);
  }
  if (!job.compiled.errors.empty()) return;
  job.name = job.compiled.spec.name;
  // What is applied now is what a replay will decode: the same bytes.
  job.payload = encode_tenant(job.compiled.spec);
  if (job.payload.size() > limits::group_bytes_max / 2) {
    job.compiled.errors.push_back(fmt::format("{}:1:1: compiled it has {} bytes; at most {}",
                                              job.file, job.payload.size(),
                                              limits::group_bytes_max / 2));
    return;
  }
  auto decoded = decode_tenant(job.payload);
  if (!decoded) {
    job.compiled.errors.push_back(fmt::format("{}:1:1: the compiled document does not verify: {}",
                                              job.file, decoded.error().message));
    return;
  }
  job.compiled.spec = std::move(*decoded);
}

}  // namespace vencer
