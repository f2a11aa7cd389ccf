// vencer events dump DIR: the events that lie on the disk, in the words of `vencer watch`.
#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "engine/log/event_verify.h"
#include "engine/wire/event_record.h"
#include "tools/vencer/event_text.h"
#include "tools/vencer/log_files.h"
#include "tools/vencer/log_names.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

constexpr const char* kName = "events dump";

struct DumpOptions {
  std::uint64_t from = 1, to = UINT64_MAX;
  std::string tenant;
  std::uint64_t types = 0;  // bits; 0: all
  std::optional<TicketKey> ticket;
};

class Dump {
 public:
  Dump(const Invocation& call, DumpOptions options, LogNames names)
      : call_(call),
        options_(std::move(options)),
        names_(std::move(names)),
        json_(call.globals().output != Output::table) {}

  int run(Storage& storage, const std::string& directory) {
    if (!json_) put_line(event_table_head(true));
    const auto report =
        examine_events(storage, directory, options_.from, options_.to,
                       [this](const EventPlace& place, std::span<const std::byte> record) {
                         see(place, record);
                         return true;
                       });
    std::fflush(stdout);
    if (!report) return call_.fail(kName, report.error());
    for (const EventDamage& damage : report->damages) tell(damage);
    if (report->torn_bytes > 0) {
      fmt::print(stderr,
                 "vencer: {}: behind the last event {} bytes are no event: a write that was not "
                 "finished, or is under way; a start makes what is missing again\n",
                 kName, report->torn_bytes);
    }
    if (options_.from < report->first && options_.from > 1) {
      return call_.fail(
          kName, {Errc::events_gone, fmt::format("event {} is no longer kept; the first one is {}",
                                                 options_.from, report->first)});
    }
    return report->good() && unreadable_ == 0 ? exit_ok : exit_refused;
  }

 private:
  void see(const EventPlace& place, std::span<const std::byte> record) {
    DecodedEvent decoded;
    if (!decode_event_record(record, decoded) || decoded.event.sequence != place.sequence) {
      ++unreadable_;
      return tell({place.path, place.offset, place.sequence, place.sequence,
                   "the record is whole, but this build cannot read it: use the build that wrote "
                   "it"});
    }
    const Event& event = decoded.event;
    if (!wanted(event)) return;
    const Names& names = names_.of(event.tenant);
    put_line(json_ ? event_json(event, place.epoch, names)
                   : event_row(event, names, call_.globals().color, true));
  }

  bool wanted(const Event& event) const {
    if (!options_.tenant.empty() && names_.tenant_text(event.tenant) != options_.tenant) {
      return false;
    }
    if (options_.types != 0 && (options_.types & event_bit(event.type)) == 0) return false;
    return !options_.ticket || event.ticket == *options_.ticket || event.other == *options_.ticket;
  }

  static void tell(const EventDamage& damage) {
    std::fflush(stdout);
    const std::string which = damage.from == damage.to
                                  ? fmt::format("event {}", damage.from)
                                  : fmt::format("events {} to {}", damage.from, damage.to);
    fmt::print(stderr, "vencer: {}: {} at byte {}: {} cannot be read: {}\n", kName, damage.path,
               damage.offset, which, damage.why);
  }

  const Invocation& call_;
  const DumpOptions options_;
  const LogNames names_;
  const bool json_;
  std::uint64_t unreadable_ = 0;
};

Result<DumpOptions> options_of(const Invocation& call) {
  DumpOptions options;
  options.tenant = call.globals().tenant;
  for (const auto& [name, into] :
       {std::pair{"--from", &options.from}, std::pair{"--to", &options.to}}) {
    if (Status status = number_option(call, name, into); !status) return status.error();
  }
  const auto types = parse_event_types(call.text("--types"));
  if (!types) return types.error();
  for (const EventType type : *types) options.types |= event_bit(type);
  auto ticket = ticket_option(call);
  if (!ticket) return ticket.error();
  options.ticket = *ticket;
  return options;
}

int run(Invocation& call) {
  auto options = options_of(call);
  if (!options) return call.usage(kName, options.error().message);
  const auto storage = make_posix_storage();
  const auto directory = events_directory(*storage, call.text("DIR"));
  if (!directory) return call.usage(kName, directory.error().message);
  const std::string log = directory->substr(0, directory->find_last_of('/') + 1) + "wal";
  LogNames names;
  if (storage->exists(log)) names = read_log_names(*storage, log);
  return Dump(call, std::move(*options), std::move(names)).run(*storage, *directory);
}

const Registration registration(
    {.name = "events dump",
     .summary = "the events on the disk, in the words of watch",
     .details =
         "Every checksum and the sequence are checked. Names come from the documents in the log "
         "beside the events;\nwithout it ids stand as \"#3\". --tenant: only its events. Files are "
         "only read; a server may be running on\nthem.\nExit code 1: an event cannot be read; "
         "which, and where, stands on standard error.\nExample:\n  vencer events dump "
         "/var/lib/vencerd --from 1000 --to 2000 -o jsonl",
     .options =
         {{"DIR", "the data directory, or that of the events in it", OptionKind::positional, true},
          {.name = "--from", .help = "the first event", .placeholder = "SEQUENCE"},
          {.name = "--to", .help = "the last one", .placeholder = "SEQUENCE"},
          {.name = "--types", .help = "only these: warning,breached,...", .placeholder = "A,B"},
          {.name = "--ticket", .help = "only events about it", .placeholder = "KEY"}},
     .run = run});

}  // namespace
}  // namespace vencer::cli
