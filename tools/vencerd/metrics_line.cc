#include "tools/vencerd/metrics_line.h"

#include "engine/core/command.h"
#include "engine/runtime/logging.h"

namespace vencer {

static_assert(Metrics::kCommandKinds == static_cast<std::size_t>(CommandKind::mute) + 1,
              "a kind of command more: it needs its field here");

namespace {

void log_partition(Partition& partition) {
  const Metrics& m = partition.metrics();
  const auto of = [&](CommandKind kind) {
    return m.commands[static_cast<std::size_t>(kind)].get();
  };
  log_line(LogLevel::info, "counters",
           {{"partition", partition.number()},
            {"frames", m.frames.get()},
            {"create", of(CommandKind::create)},
            {"set_status", of(CommandKind::set_status)},
            {"set_attributes", of(CommandKind::set_attributes)},
            {"activity", of(CommandKind::activity)},
            {"escalate", of(CommandKind::escalate)},
            {"acknowledge", of(CommandKind::acknowledge)},
            {"merge", of(CommandKind::merge)},
            {"link", of(CommandKind::link)},
            {"extend", of(CommandKind::extend)},
            {"set_due", of(CommandKind::set_due)},
            {"cancel", of(CommandKind::cancel)},
            {"put_customer", of(CommandKind::put_customer)},
            {"mute", of(CommandKind::mute)},
            {"refused", m.commands_refused.get()},
            {"timers", m.timers_fired.get()},
            {"events", m.events.get()},
            {"groups", m.groups.get()},
            {"groups_beside", m.groups_beside.get()},
            {"steps", m.steps.get()},
            {"log_bytes", m.group_bytes.get()},
            {"log_segments", m.log_segments.get()},
            {"log_segments_ready", m.log_segments_ready.get()},
            {"log_archived", m.log_archived.get()},
            {"log_archive_failures", m.log_archive_failures.get()},
            {"disk_state", static_cast<std::uint64_t>(partition.disk())},
            {"refused_disk_full", m.refused_disk_full.get()},
            {"group_steps_p50", m.group_steps.quantile(0.5)},
            {"sync_us_p50", m.sync_us.quantile(0.5)},
            {"sync_us_p99", m.sync_us.quantile(0.99)},
            {"snapshots", m.snapshots.get()},
            {"snapshot_failures", m.snapshot_failures.get()},
            {"snapshot_running", m.snapshot_running.get()},
            {"snapshot_percent", m.snapshot_percent.get()},
            {"snapshot_bytes", m.snapshot_bytes.get()},
            {"snapshot_ms", m.snapshot_ms.get()},
            {"snapshot_at", m.snapshot_at.get()},
            {"clock_suspect", partition.wall_clock().suspect},
            {"wall_lead_ms", partition.wall_clock().lead_ms},
            {"backups", m.backups.get()},
            {"backups_broken_off", m.backups_broken_off.get()},
            {"backups_running", m.backups_running.get()},
            {"backup_bytes", m.backup_bytes.get()},
            {"lag_ms_p50", m.lag_ms.quantile(0.5)},
            {"lag_ms_p99", m.lag_ms.quantile(0.99)}});
}

}  // namespace

void log_metrics(Server& server) {
  const SocketMetrics& sockets = server.socket_metrics();
  log_line(LogLevel::info, "sockets",
           {{"connections", sockets.connections.load()},
            {"overloaded", sockets.overloaded.load()},
            {"bad_frames", sockets.bad_frames.load()}});
  for (std::uint32_t i = 0; i < server.partitions().size(); ++i) {
    log_partition(server.partition(i));
  }
}

}  // namespace vencer
