// ServerConfig: everything that vencerd can be told, with defaults. Every key is a flag of the same
// name
// (`--event-retention 1GiB`) and a key of the TOML file (`event-retention = "1GiB"`); a flag goes
// before.
//
// options() is the one table of keys; the command line, the file and --help are made from it.
// Errors: a sentence that names the key, the value and what would be right; for a file with
// file:line:col. An unknown key is an error.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/limits.h"
#include "engine/core/result.h"
#include "engine/core/types.h"
#include "engine/log/wal.h"
#include "engine/runtime/logging.h"
#include "engine/runtime/skipped_steps.h"
#include "engine/runtime/snapshot_bounds.h"
#include "engine/runtime/tenant_placement.h"

namespace vencer {

class RecoveryProgress;

// Which roles share a thread. Maintenance always has its own.
enum class Placement : std::uint8_t {
  shared,    // io + shard + commit on one
  separate,  // io | shard | commit
  commit,    // io + shard | commit
};

struct ServerConfig {
  // Where.
  std::string data;
  std::string listen = "127.0.0.1:7401";
  std::string ports_file;
  // Partitions, and where new tenants go.
  std::uint32_t partitions = 0;  // 0: as many as the data directory has, one in a new one
  TenantPlacement placement;
  std::uint32_t partition = 0;  // which of them this is about (partition_layout.h); no key
  // What the log holds for ever, decided at the first start.
  ClockSource clock = ClockSource::wall;
  std::uint32_t capacity = limits::tickets_default;
  bool memory_at_start = false;  // that of the capacity
  std::uint32_t producers = limits::producers_default;
  DurationMs skew_max_ms = limits::skew_max_default_ms;
  bool clock_accept = false;  // follow the wall clock however far it is past the last logged time
  // The log.
  Durability durability = Durability::sync;
  std::uint32_t groups_in_flight = 1;
  std::uint64_t segment_bytes = 64ull << 20;
  std::uint64_t event_segment_bytes = 64ull << 20;
  std::uint64_t event_retention_bytes = 8ull << 30;
  DurationMs event_retention_ms = 0;               // 0: at any age
  std::uint64_t recent_event_bytes = 64ull << 20;  // kept in memory for subscribers
  bool accept_lost_events = false;  // start although events before a snapshot are gone
  std::vector<StepToSkip> skip_steps;
  // Snapshots (snapshot_keeper.h); 0: not for that reason.
  std::uint64_t snapshot_log_bytes = 1ull << 30;
  DurationMs snapshot_every_ms = 3'600'000;
  std::uint64_t snapshot_bytes_per_second = 200ull << 20;  // 0: as fast as the disk goes
  SnapshotBounds snapshot_bounds;                          // no key
  std::string archive_log;           // where segments go before they are used again; "": nowhere
  bool recovery_reads_ahead = true;  // with threads; no key: a simulated disk has but one
  RecoveryProgress* recovery_progress = nullptr;  // shown there, while a start lasts; no key
  // Work.
  Placement threads = Placement::commit;
  std::uint32_t io_threads = 0;  // 0: one for each partition
  std::uint32_t slice = limits::slice_default;
  // Limits of the network. Beyond frames and bytes in flight: `overloaded`, at once.
  std::uint32_t connections_max = 10'000;
  std::uint32_t connection_frames_max = 8192;
  std::uint64_t connection_bytes_max = 32ull << 20;
  std::uint64_t queue_bytes_max = 256ull << 20;
  std::uint64_t outbound_bytes_max = 8ull << 20;  // a connection; beyond: it is not read from
  std::uint32_t subscriptions_max = 16;           // a connection
  DurationMs hello_timeout_ms = 10'000;
  DurationMs stop_timeout_ms = 10'000;  // for the last replies to leave
  // Logging.
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::logfmt;
  DurationMs metrics_every_ms = 60'000;  // 0: at the stop only
};

struct ConfigOption {
  std::string_view name;        // "event-retention"
  std::string_view value_name;  // "BYTES"
  std::string_view help;
  std::function<Status(ServerConfig&, std::string_view)> set;
};
const std::vector<ConfigOption>& config_options();

// One key; the text as it stands on the command line.
Status set_config_option(ServerConfig& config, std::string_view name, std::string_view value);
// Keys of a TOML text, each over what `config` has.
Status apply_config_text(ServerConfig& config, std::string_view text, std::string_view file);
Status apply_config_file(ServerConfig& config, const std::string& path);
// What can be checked without opening anything: relations between keys, the address.
Status check_config(const ServerConfig& config);

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
// "127.0.0.1:0", "[::1]:7401", "localhost:7401".
Result<HostPort> parse_host_port(std::string_view text);
bool is_loopback(std::string_view host);

}  // namespace vencer
