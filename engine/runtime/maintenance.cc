#include "engine/runtime/maintenance.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "engine/config/document.h"
#include "engine/config/retake_zones.h"
#include "engine/core/limits.h"
#include "engine/runtime/logging.h"
#include "engine/wire/step_codec.h"

namespace vencer {
namespace {

constexpr std::chrono::seconds kRetryEvery{1};  // after a full disk

}  // namespace

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
  if (tend_log()) ++done;
  if (pages_.populate()) ++done;
  done += snapshots_.do_work();
  return done;
}

bool Maintenance::tend_log() {
  const auto tended = wal_.prepare_next_segment();
  const WalRoom room = wal_.room();
  metrics_.log_segments.set(room.segments);
  metrics_.log_segments_ready.set(room.ready_segments);
  retry_at_ = tended ? kNoWakeTime : clock_.steady_now() + kRetryEvery;
  tell_disk(disk_state(room), tended ? ok_status() : Status(tended.error()));
  if (tended) {
    tending_failed_ = false;
    return *tended;
  }
  const bool full = tended.error().code == Errc::disk_full;
  if (!full && !std::exchange(tending_failed_, true)) {
    // Not fatal here: the commit role meets the same trouble when it needs the segment.
    log_line(LogLevel::error, "no log segment could be made ready",
             {{"error", tended.error().message}});
  }
  return false;
}

void Maintenance::tell_disk(DiskState now, const Status& why) {
  if (now == std::exchange(disk_, now)) return;
  metrics_.disk_state.set(static_cast<std::uint64_t>(now));
  const std::string error = why ? std::string() : why.error().message;
  switch (now) {
    case DiskState::fine:
      log_line(LogLevel::info, "the disk has room again: commands are taken");
      break;
    case DiskState::full:
      log_line(LogLevel::error,
               "the disk is full: commands are refused with disk_full; deadlines are kept while "
               "the spare log segments last",
               {{"error", error}, {"spare_segments", wal_.room().ready_segments}});
      break;
    case DiskState::stopped:
      log_line(LogLevel::error,
               "the disk is full and the spare log segments are used up: time stands still until "
               "there is room",
               {{"error", error}});
      break;
  }
  if (shard_ != nullptr) shard_->notify();
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
