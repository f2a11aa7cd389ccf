#include "engine/runtime/server_config.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace vencer {
namespace {

Error invalid(std::string message) {
  return {Errc::internal, std::move(message)};
}

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};
constexpr std::array<Unit, 8> kByteUnits{{{"KiB", 1ull << 10},
                                          {"MiB", 1ull << 20},
                                          {"GiB", 1ull << 30},
                                          {"TiB", 1ull << 40},
                                          {"kB", 1000},
                                          {"MB", 1'000'000},
                                          {"GB", 1'000'000'000},
                                          {"", 1}}};
constexpr std::array<Unit, 4> kTimeUnits{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr std::array<Unit, 1> kPlain{{{"", 1}}};

// A whole number and one of the units.
Result<std::uint64_t> parse_amount(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{})
    return invalid(fmt::format("'{}' does not begin with a whole number", text));
  const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  std::string known;
  for (const Unit& unit : units) {
    if (unit.suffix == suffix) {
      if (number > std::numeric_limits<std::int64_t>::max() / unit.factor) break;
      return number * unit.factor;
    }
    known += fmt::format(" {}", unit.suffix.empty() ? "(none)" : unit.suffix);
  }
  return invalid(fmt::format("'{}' is too large or has an unknown unit; units:{}", text, known));
}

using Setter = std::function<Status(ServerConfig&, std::string_view)>;

template <typename T>
Setter amount(T ServerConfig::*field, std::span<const Unit> units, std::uint64_t min,
              std::uint64_t max) {
  return [=](ServerConfig& config, std::string_view text) -> Status {
    const auto value = parse_amount(text, units);
    if (!value) return value.error();
    if (*value < min || *value > max) {
      return invalid(fmt::format("'{}' is not from {} to {}", text, min, max));
    }
    config.*field = static_cast<T>(*value);
    return ok_status();
  };
}

template <typename T>
Setter choice(T ServerConfig::*field, std::vector<std::pair<std::string_view, T>> words) {
  return [=](ServerConfig& config, std::string_view text) -> Status {
    std::string known;
    for (const auto& [word, value] : words) {
      if (word == text) {
        config.*field = value;
        return ok_status();
      }
      known += fmt::format(" {}", word);
    }
    return invalid(fmt::format("'{}' is not one of:{}", text, known));
  };
}

Setter text(std::string ServerConfig::*field) {
  return [=](ServerConfig& config, std::string_view value) -> Status {
    config.*field = value;
    return ok_status();
  };
}

constexpr std::uint64_t kBytesMax = 1ull << 50;
constexpr std::uint64_t kDayMs = 24ull * 3600 * 1000;

std::vector<ConfigOption> make_options() {
  using C = ServerConfig;
  const std::span<const Unit> bytes(kByteUnits), time(kTimeUnits), plain(kPlain);
  return {
      {"data", "DIR", "data directory; made if it is not there", text(&C::data)},
      {"listen", "HOST:PORT", "loopback only; port 0: any free one, printed (127.0.0.1:7401)",
       text(&C::listen)},
      {"ports-file", "FILE", "write host:port here, atomically, once the server answers",
       text(&C::ports_file)},
      {"partitions", "N",
       "each with a thread, a log and an event stream of its own; may be raised, never lowered "
       "(as many as the data directory has; 1)",
       amount(&C::partitions, plain, 1, limits::partitions_max)},
      {"placement", "TENANT=N,...",
       "the partition of new tenants, zen-* for all that begin so; the file may have a table "
       "[placement] (the one with the fewest tenants)",
       [](ServerConfig& config, std::string_view value) {
         return config.placement.add_text(value);
       }},
      {"clock", "SOURCE", "wall | input; remembered by the data directory (wall)",
       choice<ClockSource>(&C::clock,
                           {{"wall", ClockSource::wall}, {"input", ClockSource::input}})},
      {"clock-accept", "YESNO",
       "yes: this start follows the wall clock although the log ends more than 30 days before it, "
       "or "
       "behind it (no)",
       choice<bool>(&C::clock_accept,
                    {{"yes", true}, {"no", false}, {"true", true}, {"false", false}})},
      {"capacity", "TICKETS",
       "tickets in memory, shared out among new partitions; remembered by the data directory "
       "(1048576)",
       amount(&C::capacity, plain, 1, limits::tickets_max)},
      {"memory", "WHEN",
       "ahead | start: take the memory of the capacity's tickets a little ahead of them, or all of "
       "it at the start, 200 bytes a ticket: slower to start, no zeros to write under load, and a "
       "machine that is too small says so (ahead)",
       choice<bool>(&C::memory_at_start, {{"ahead", false}, {"start", true}})},
      {"producers", "N",
       "producers remembered, shared out like the capacity; remembered by the data directory "
       "(4096)",
       amount(&C::producers, plain, 1, 1u << 20)},
      {"skew-max", "TIME", "how far ahead a desk's clock may be (5s)",
       amount(&C::skew_max_ms, time, 0, kDayMs)},
      {"durability", "MODE", "sync | none: reply before the disk has it (sync)",
       choice<Durability>(&C::durability,
                          {{"sync", Durability::sync}, {"none", Durability::none}})},
      {"groups-in-flight", "N",
       "groups of commands on their way to the disk at once, 1 to 3; more than 1 wants io_uring "
       "and durability = sync (1)",
       amount(&C::groups_in_flight, plain, 1, limits::groups_in_flight_max)},
      {"segment-bytes", "BYTES", "of a log segment (64MiB)",
       amount(&C::segment_bytes, bytes, 2 * limits::group_bytes_max, kBytesMax)},
      {"event-segment-bytes", "BYTES", "of an event segment (64MiB)",
       amount(&C::event_segment_bytes, bytes, 1 << 16, kBytesMax)},
      {"event-retention", "BYTES", "of events kept on disk by a partition (8GiB)",
       amount(&C::event_retention_bytes, bytes, 1 << 16, kBytesMax)},
      {"event-retention-age", "TIME", "of the oldest events kept on disk; 0s: any (0s)",
       amount(&C::event_retention_ms, time, 0, 100 * 366 * kDayMs)},
      {"accept-lost-events", "YESNO",
       "yes: this start goes on although events that a snapshot rests on are missing (no)",
       choice<bool>(&C::accept_lost_events,
                    {{"yes", true}, {"no", false}, {"true", true}, {"false", false}})},
      {"skip-step", "[N:]STEP,...",
       "go past a step of partition N's log that a replay cannot apply, as the failed start names "
       "it; from then on always, in a new epoch of the event stream",
       [](ServerConfig& config, std::string_view value) -> Status {
         auto steps = parse_steps_to_skip(value);
         if (!steps) return steps.error();
         config.skip_steps = std::move(*steps);
         return ok_status();
       }},
      {"snapshot-log-bytes", "BYTES",
       "a snapshot when the log has grown by so much, or by the last one's size; 0: never (1GiB)",
       amount(&C::snapshot_log_bytes, bytes, 0, kBytesMax)},
      {"snapshot-every", "TIME", "a snapshot so long after the last one; 0s: never (1h)",
       amount(&C::snapshot_every_ms, time, 0, 366 * kDayMs)},
      {"snapshot-rate", "BYTES", "of a snapshot written in a second; 0: no limit (200MiB)",
       amount(&C::snapshot_bytes_per_second, bytes, 0, kBytesMax)},
      {"archive-log", "DIR",
       "log segments that snapshots have replaced are copied here, compressed, before they are "
       "used "
       "again, as vencer wal archive does it; partition-N/ in it for the others (nowhere)",
       text(&C::archive_log)},
      {"recent-events", "BYTES",
       "of events that a partition keeps in memory for subscribers that are behind (64MiB)",
       amount(&C::recent_event_bytes, bytes, 1 << 16, kBytesMax)},
      {"threads", "PLACEMENT", "shared | separate | commit: which roles share a thread (commit)",
       choice<Placement>(&C::threads, {{"shared", Placement::shared},
                                       {"separate", Placement::separate},
                                       {"commit", Placement::commit}})},
      {"io-threads", "N", "that serve sockets (one for each partition)",
       amount(&C::io_threads, plain, 1, 64)},
      {"slice", "TIMERS", "worked off between two batches of commands (4096)",
       amount(&C::slice, plain, 1, 1u << 20)},
      {"connections", "N", "at most (10000)", amount(&C::connections_max, plain, 1, 1u << 20)},
      {"connection-frames", "N", "unanswered frames of a connection, then 'overloaded' (8192)",
       amount(&C::connection_frames_max, plain, 1, 1u << 20)},
      {"connection-bytes", "BYTES",
       "of unanswered frames of a connection, then 'overloaded' (32MiB)",
       amount(&C::connection_bytes_max, bytes, limits::frame_bytes_max, kBytesMax)},
      {"queue-bytes", "BYTES", "of frames that wait for a shard, then 'overloaded' (256MiB)",
       amount(&C::queue_bytes_max, bytes, limits::frame_bytes_max, kBytesMax)},
      {"outbound-bytes", "BYTES", "unsent to a connection, then it is not read from (8MiB)",
       amount(&C::outbound_bytes_max, bytes, 1 << 16, kBytesMax)},
      {"subscriptions", "N", "of a connection (16)", amount(&C::subscriptions_max, plain, 1, 4096)},
      {"hello-timeout", "TIME", "for the first frame of a connection (10s)",
       amount(&C::hello_timeout_ms, time, 1, kDayMs)},
      {"stop-timeout", "TIME", "for the last replies to leave at a clean stop (10s)",
       amount(&C::stop_timeout_ms, time, 1, kDayMs)},
      {"log-level", "LEVEL", "debug | info | warn | error (info)",
       choice<LogLevel>(&C::log_level, {{"debug", LogLevel::debug},
                                        {"info", LogLevel::info},
                                        {"warn", LogLevel::warn},
                                        {"error", LogLevel::error}})},
      {"log-format", "FORMAT", "logfmt | json (logfmt)",
       choice<LogFormat>(&C::log_format,
                         {{"logfmt", LogFormat::logfmt}, {"json", LogFormat::json}})},
      {"metrics-every", "TIME", "a line of counters in the log; 0s: at the stop only (1m)",
       amount(&C::metrics_every_ms, time, 0, kDayMs)},
  };
}

}  // namespace

const std::vector<ConfigOption>& config_options() {
  static const std::vector<ConfigOption> options = make_options();
  return options;
}

Status set_config_option(ServerConfig& config, std::string_view name, std::string_view value) {
  for (const ConfigOption& option : config_options()) {
    if (option.name != name) continue;
    Status set = option.set(config, value);
    if (!set) return invalid(fmt::format("{}: {}", name, set.error().message));
    return set;
  }
  return invalid(fmt::format("{}: no such key; `vencerd --help` names them all", name));
}

Status check_config(const ServerConfig& config) {
  if (config.data.empty()) return invalid("data: a data directory is wanted (--data DIR)");
  const auto address = parse_host_port(config.listen);
  if (!address) return invalid(fmt::format("listen: {}", address.error().message));
  if (!is_loopback(address->host)) {
    return invalid(
        fmt::format("listen: {} is not a loopback address; this version has neither TLS nor "
                    "tokens and listens on 127.0.0.1, ::1 or localhost only",
                    address->host));
  }
  if (config.partitions != 0) {
    if (Status placed = config.placement.check(config.partitions); !placed) return placed;
  }
  if (config.event_retention_bytes < config.event_segment_bytes) {
    return invalid("event-retention: smaller than one event segment (event-segment-bytes)");
  }
  return ok_status();
}

Result<HostPort> parse_host_port(std::string_view text) {
  const Error error =
      invalid(fmt::format("'{}' is not HOST:PORT, as 127.0.0.1:7401 or [::1]:7401", text));
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return error;
  HostPort result;
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return error;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return error;
  }
  result.host = host;
  const std::string_view port = text.substr(colon + 1);
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), result.port);
  if (failed != std::errc{} || end != port.data() + port.size()) return error;
  return result;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  int dots = 0;
  for (const char c : host) {
    if (c == '.') ++dots;
    if (c != '.' && (c < '0' || c > '9')) return false;
  }
  return dots == 3 && host.starts_with("127.");
}

}  // namespace vencer
