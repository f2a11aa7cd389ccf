#include "engine/runtime/backups.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/log/event_format.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/wal_extent.h"
#include "engine/runtime/disk_state.h"
#include "engine/runtime/logging.h"

namespace vencer {

Backups::Backups(const Seams& seams, std::string data_directory, BackupPlan about)
    : seams_(seams), directory_(std::move(data_directory)), about_(std::move(about)) {}

void Backups::submit(const BackupRequest& request) {
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  if (wakeup_ != nullptr) wakeup_->notify();
}

void Backups::drop(const ConnectionId& connection) {
  BackupRequest request;
  request.kind = BackupRequest::Kind::dropped;
  request.connection = connection;
  submit(request);
}

// One request a turn: others live on this thread.
int Backups::do_work() {
  const SteadyTime now = seams_.clock.steady_now();
  let_go_of_overdue(now);
  BackupRequest request;
  {
    const std::lock_guard lock(mutex_);
    if (requests_.empty()) return 0;
    request = requests_.front();
    requests_.pop_front();
  }
  serve(request, now);
  return 1;
}

SteadyTime Backups::wake_at() const {
  SteadyTime at = kNoWakeTime;
  for (const Lease& lease : leases_) at = std::min({at, lease.idle_at, lease.slow_at});
  return at;
}

void Backups::let_go_of_overdue(SteadyTime now) {
  const bool full = !leases_.empty() &&
                    disk_state(seams_.wal.room(), seams_.hub.unwritten_bytes()) != DiskState::fine;
  for (auto lease = leases_.begin(); lease != leases_.end();) {
    const char* why = full                    ? "the disk is full"
                      : lease->idle_at <= now ? "nothing was asked for a minute"
                      : lease->slow_at <= now ? "it takes too long"
                                              : nullptr;
    if (why == nullptr) {
      ++lease;
      continue;
    }
    log_line(LogLevel::warn, "a backup is broken off: what it held is let go",
             {{"reason", why},
              {"partition", about_.partition},
              {"last_group", lease->plan.last_group},
              {"bytes", lease->sent}});
    seams_.metrics.backups_broken_off.add();
    lease = let_go(lease);
  }
}

Backups::Leases::iterator Backups::let_go(Leases::iterator lease) {
  seams_.hold.let_go();
  const auto next = leases_.erase(lease);
  seams_.metrics.backups_running.set(leases_.size());
  return next;
}

void Backups::serve(const BackupRequest& request, SteadyTime now) {
  switch (request.kind) {
    case BackupRequest::Kind::begin:
      return begin(request, now);
    case BackupRequest::Kind::read:
      return read(request, now);
    case BackupRequest::Kind::end:
      end(request, now);
      return answer(request, [&](std::uint64_t correlation, Bytes& out) {
        encode_backup_reply(correlation, about_, out);
      });
    case BackupRequest::Kind::dropped:
      return end(request, now);
  }
}

void Backups::end(const BackupRequest& request, SteadyTime now) {
  const auto lease = find(request.connection);
  if (lease == leases_.end()) return;
  const bool done = request.kind == BackupRequest::Kind::end;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now - lease->began_at);
  log_line(LogLevel::info, done ? "a backup was copied" : "a backup was given up by its client",
           {{"partition", about_.partition},
            {"last_group", lease->plan.last_group},
            {"bytes", lease->sent},
            {"took_ms", took.count()}});
  (done ? seams_.metrics.backups : seams_.metrics.backups_broken_off).add();
  let_go(lease);
}

void Backups::begin(const BackupRequest& request, SteadyTime now) {
  if (const auto lease = find(request.connection); lease != leases_.end()) let_go(lease);
  if (leases_.size() >= kLeasesMax) {
    return fail(request, {Errc::limit, fmt::format("{} backups are under way already; this server "
                                                   "makes no more at a time",
                                                   leases_.size())});
  }
  auto plan = make_plan();
  if (!plan) return fail(request, plan.error());
  log_line(LogLevel::info, "a backup begins",
           {{"partition", about_.partition},
            {"files", plan->files.size()},
            {"last_group", plan->last_group},
            {"event_sequence", plan->event_sequence}});
  std::uint64_t bytes = 0;
  for (const BackupFile& file : plan->files) bytes += file.content;
  Lease& lease = leases_.emplace_back();
  seams_.hold.take();
  seams_.metrics.backups_running.set(leases_.size());
  lease.connection = request.connection;
  lease.plan = std::move(*plan);
  lease.began_at = now;
  lease.idle_at = now + kIdleMax;
  lease.slow_at = now + kGraceMax + std::chrono::seconds(bytes / kBytesPerSecondMin);
  answer(request, [&](std::uint64_t correlation, Bytes& out) {
    encode_backup_reply(correlation, lease.plan, out);
  });
}

Result<BackupPlan> Backups::make_plan() {
  BackupPlan plan = about_;
  // Nothing of it can go meanwhile: that is done on this thread.
  // In this order: what is published by now, and what complete snapshots rest on, are groups that
  // are durable by now.
  plan.event_sequence = seams_.hub.last_sequence();
  if (auto status = add_snapshots(&plan); !status) return status.error();
  plan.last_group = seams_.wal.durable_group();
  auto extents = wal_extents(seams_.storage, directory_ + "/wal", plan.last_group);
  if (!extents) return extents.error();
  for (const SegmentExtent& extent : *extents) {
    plan.files.push_back({"wal/" + extent.name, extent.bytes, extent.content});
  }
  if (auto status = add_events(&plan); !status) return status.error();
  return plan;
}

Status Backups::add_file(const std::string& name, BackupPlan* plan) const {
  auto file = seams_.storage.open(directory_ + "/" + name, OpenMode::read);
  if (!file) return file.error();
  auto size = (*file)->size();
  if (!size) return size.error();
  plan->files.push_back({name, *size, *size});
  return ok_status();
}

Status Backups::add_snapshots(BackupPlan* plan) const {
  auto paths = snapshot::list_snapshots(seams_.storage, directory_ + "/snapshots");
  if (!paths) return paths.error();
  for (const std::string& path : *paths) {
    const std::string name = "snapshots/" + path.substr(path.find_last_of('/') + 1);
    if (auto status = add_file(name, plan); !status) return status;
  }
  return ok_status();
}

Status Backups::add_events(BackupPlan* plan) const {
  auto names = seams_.storage.list(directory_ + "/events");
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (!events::parse_segment_name(name)) continue;
    if (auto status = add_file("events/" + name, plan); !status) return status;
  }
  return ok_status();
}

void Backups::read(const BackupRequest& request, SteadyTime now) {
  const auto lease = find(request.connection);
  if (lease == leases_.end()) {
    return fail(request, {Errc::limit,
                          "this connection has no backup under way: it was ended, or broken off, "
                          "which the server's log gives the reason of"});
  }
  lease->idle_at = now + kIdleMax;
  std::vector<std::byte> bytes;
  if (auto status = read_part(*lease, request.read, &bytes); !status) {
    return fail(request, status.error());
  }
  lease->sent += bytes.size();
  seams_.metrics.backup_bytes.add(bytes.size());
  answer(request, [&](std::uint64_t correlation, Bytes& out) {
    encode_file_part(correlation, request.read, bytes, out);
  });
}

Status Backups::read_part(Lease& lease, const ReadFileRequest& asked,
                          std::vector<std::byte>* bytes) {
  if (asked.file >= lease.plan.files.size()) {
    return Error{Errc::limit, fmt::format("the backup has {} files; there is no file {}",
                                          lease.plan.files.size(), asked.file)};
  }
  const BackupFile& file = lease.plan.files[asked.file];
  if (asked.length == 0 || asked.length > kFilePartBytesMax || asked.offset > file.content) {
    return Error{
        Errc::limit,
        fmt::format("{} bytes at {} of {}: a part has 1 to {} bytes, and the file {}", asked.length,
                    asked.offset, file.name, kFilePartBytesMax, file.content)};
  }
  if (lease.file == nullptr || lease.open_file != asked.file) {
    auto opened = seams_.storage.open(directory_ + "/" + file.name, OpenMode::read);
    if (!opened) return opened.error();
    lease.file = std::move(*opened);
    lease.open_file = asked.file;
  }
  bytes->resize(std::min<std::uint64_t>(asked.length, file.content - asked.offset));
  auto got = lease.file->read_at(asked.offset, *bytes);
  if (!got) return got.error();
  if (*got != bytes->size()) {
    return Error{Errc::internal, fmt::format("{}/{}: it became shorter while it was copied",
                                             directory_, file.name)};
  }
  return ok_status();
}

Backups::Leases::iterator Backups::find(const ConnectionId& connection) {
  return std::find_if(leases_.begin(), leases_.end(),
                      [&](const Lease& lease) { return lease.connection == connection; });
}

template <typename Encode>
void Backups::answer(const BackupRequest& request, Encode&& encode) {
  auto batch = std::make_unique<ReplyBatch>();
  encode(request.correlation, batch->bytes);
  Reply reply;
  reply.connection = request.connection;
  reply.size = static_cast<std::uint32_t>(batch->bytes.size());
  reply.request_bytes = request.request_bytes;
  batch->replies.push_back(reply);
  outlets_[request.connection.worker]->deliver(std::move(batch));
}

void Backups::fail(const BackupRequest& request, const Error& error) {
  FailureInfo failure;
  failure.code = error.code;
  failure.message = error.message;
  answer(request,
         [&](std::uint64_t correlation, Bytes& out) { encode_failure(correlation, failure, out); });
}

}  // namespace vencer
