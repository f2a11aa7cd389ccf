// What the shard does for each kind of request frame.
#include <fmt/format.h>
#include <vencer_generated.h>

#include <algorithm>
#include <utility>

#include "engine/core/limits.h"
#include "engine/runtime/event_hub.h"
#include "engine/runtime/logging.h"
#include "engine/runtime/shard.h"

namespace vencer {
namespace {

static_assert(static_cast<int>(wire::DiskState::fine) == static_cast<int>(DiskState::fine) &&
                  static_cast<int>(wire::DiskState::full) == static_cast<int>(DiskState::full) &&
                  static_cast<int>(wire::DiskState::stopped) ==
                      static_cast<int>(DiskState::stopped),
              "a Hello tells the state as it is");

std::string frame_refusal(Errc code, const CommandBatch& batch, TenantId tenant) {
  switch (code) {
    case Errc::unknown_tenant:
      return fmt::format("no tenant has the id {}; Hello with a tenant's name answers its id",
                         tenant);
    case Errc::limit:
      return fmt::format(
          "a frame holds at most {} commands, a command at most {} attributes and a reason of {} "
          "bytes",
          limits::commands_per_frame_max, limits::attributes_per_command_max,
          limits::reason_bytes_max);
    case Errc::gap:
      return fmt::format("first_number {} is not the number after this producer's last one",
                         batch.first_number);
    case Errc::capacity:
      return "this partition's capacity is used up";
    default:
      return fmt::format("the frame was refused: {}", to_string(code));
  }
}

}  // namespace

void Shard::commands(const RequestFrame& frame, const ReplyAddress& from, TimeMs now) {
  if (const Errc code = batch_.decode(frame.body); code != Errc::ok) {
    return group_.fail(from, code, frame_refusal(code, batch_, on_wire(batch_.tenant)));
  }
  if (refused_for_room(from)) return;
  Step step;
  step.kind = StepKind::commands;
  step.now = now;
  step.principal = current_->principal;
  step.tenant = batch_.tenant;
  step.producer = batch_.producer;
  step.first_number = batch_.first_number;
  step.commands = batch_.commands;
  group_.results().clear();
  const StepOutcome outcome = machine_.apply(step, group_);
  if (outcome.code != Errc::ok) {
    return group_.fail(from, outcome.code,
                       frame_refusal(outcome.code, batch_, on_wire(batch_.tenant)));
  }
  VENCER_ASSERT(group_.results().size() == batch_.commands.size());
  StepRecord record;
  record.kind = static_cast<std::uint8_t>(StepKind::commands);
  record.frame_type = frame.type;
  record.now = now;
  record.principal = step.principal;
  record.payload = frame.body;
  group_.log(record);

  turn_commands_ += batch_.commands.size();
  for (std::size_t i = 0; i < batch_.commands.size(); ++i) {
    if (group_.results()[i].code != Errc::ok) {
      metrics_.commands_refused.add();
    } else {
      metrics_.commands[static_cast<std::size_t>(batch_.commands[i].kind)].add();
    }
  }
  group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
    encode_commands_reply(correlation, group_.results(), reply_stamp(), out);
  });
}

bool Shard::refused_for_room(const ReplyAddress& from) {
  if (disk_ == DiskState::fine) return false;
  metrics_.refused_disk_full.add();
  group_.fail(from, Errc::disk_full,
              disk_ == DiskState::full
                  ? "the server's disk is full: nothing was changed, try again when there is room; "
                    "deadlines are kept meanwhile"
                  : "the server's disk is full and its reserve is used up: nothing was changed, "
                    "engine time stands still until there is room");
  return true;
}

void Shard::hello(const RequestFrame& frame, const ReplyAddress& from, TimeMs now) {
  const HelloRequest request = decode_hello(frame.body);
  TenantId tenant = kNoTenant;
  if (!request.tenant.empty()) {
    tenant = machine_.find_tenant(request.tenant);
    if (tenant == kNoTenant) {
      return group_.fail(from, Errc::unknown_tenant,
                         fmt::format("there is no tenant '{}' here; put its document first",
                                     request.tenant.substr(0, limits::name_bytes_max)));
    }
  } else if (request.tenant_id != kNoTenant) {
    tenant = request.tenant_id;
    if (machine_.tenant(tenant) == nullptr) {
      return group_.fail(from, Errc::unknown_tenant,
                         fmt::format("no tenant has the id {}", on_wire(tenant)));
    }
  }
  std::vector<PartitionSummary> partitions;
  for (const Neighbours::Door& door : neighbours_.doors) {
    partitions.push_back({door.hub->epoch(), door.hub->first_sequence(), door.hub->last_sequence(),
                          door.requests->living_tenants(), door.wall().suspect, door.wall().lead_ms,
                          static_cast<std::uint8_t>(door.disk())});
  }
  ServerInfo info;
  info.server = options_.server;
  info.partition = options_.partition;
  info.partitions = partitions;
  info.epoch = hub_.epoch();
  info.first_sequence = hub_.first_sequence();
  info.last_sequence = machine_.event_sequence();
  info.now = now;
  info.clock_source = machine_.settings().clock_source;
  info.durability = options_.durability;
  if (tenant != kNoTenant && !request.producer.empty()) {
    info.last_number = machine_.last_number(tenant, request.producer);
  }
  group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
    encode_hello_reply(correlation, info, tenant,
                       tenant == kNoTenant ? nullptr : machine_.tenant(tenant), out);
  });
}

Errc Shard::touch(Slot slot, TimeMs now) {
  if (!machine_.needs_touch(slot)) return Errc::ok;
  if (disk_ == DiskState::stopped) return Errc::disk_full;
  Step step;
  step.kind = StepKind::touch;
  step.now = now;
  step.slot = slot;
  const StepOutcome outcome = machine_.apply(step, group_);
  if (outcome.code != Errc::ok) return outcome.code;
  StepRecord record;
  record.kind = static_cast<std::uint8_t>(StepKind::touch);
  record.now = now;
  record.argument = slot;
  group_.log(record);
  return Errc::ok;
}

void Shard::get_ticket(const RequestFrame& frame, const ReplyAddress& from, TimeMs now) {
  const GetTicketRequest request = decode_get_ticket(frame.body);
  if (machine_.tenant(request.tenant) == nullptr) {
    return group_.fail(from, Errc::unknown_tenant,
                       fmt::format("no tenant has the id {}", on_wire(request.tenant)));
  }
  const Slot slot = machine_.find_ticket(request.tenant, request.key);
  if (slot == kNoSlot) {
    return group_.fail(from, Errc::unknown_ticket, "this tenant has no ticket with that key");
  }
  // Elapsed times are as of the machine's now; the log has to know that it moved.
  if (machine_.now() < now) advance(now);
  if (const Errc code = touch(slot, now); code != Errc::ok) {
    return group_.fail(from, code, "the ticket could not be brought to the document in force");
  }
  const TicketView view = machine_.view(slot);
  group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
    encode_ticket_reply(correlation, view, reply_stamp(), out);
  });
}

// What is accepted is logged with the answer: a start must not find the old time.
void Shard::accept_clock(const ReplyAddress& from) {
  if (input_clock()) {
    return group_.fail(from, Errc::not_in_this_clock_mode,
                       "this server's time is what its commands say (clock source 'input'); there "
                       "is no wall clock to accept");
  }
  // Engine time stands still.
  if (disk_ == DiskState::stopped) return (void)refused_for_room(from);
  (void)clock_.now();
  const WallClockView before = clock_.wall();
  if (before.suspect) {
    clock_.accept();
    advance(stamp());
    log_line(LogLevel::warn, "the wall clock was accepted",
             {{"partition", options_.partition},
              {"wall_lead_ms", before.lead_ms},
              {"now", machine_.now()}});
  }
  const ClockAccepted accepted{options_.partition, before.suspect, before.lead_ms,
                               std::max(stamp(), machine_.now())};
  group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
    encode_clock_reply(correlation, accepted, out);
  });
}

// Worked off in slices; frames behind it wait, so that a connection's order holds.
Shard::Progress Shard::advance_request(const RequestFrame& frame, const ReplyAddress& from) {
  const TimeMs to = decode_advance(frame.body);
  if (!input_clock()) {
    group_.fail(from, Errc::not_in_this_clock_mode,
                "this server's time follows the wall clock; advance is for clock source 'input'");
    return Progress::done;
  }
  if (to < limits::time_min_ms || to > limits::time_max_ms) {
    group_.fail(from, Errc::time_out_of_range,
                fmt::format("{} is not a time from 1970 to 2400", to));
    return Progress::done;
  }
  if (disk_ == DiskState::stopped) {
    advance_running_ = false;
    refused_for_room(from);
    return Progress::done;
  }
  if (!std::exchange(advance_running_, true)) advance_fired_ = 0;
  if (to > machine_.now() || machine_.next_deadline() <= machine_.now()) {
    advance(std::max(to, machine_.now()));
  }
  // With this clock source time stands at the last timer worked off until all of them are.
  if (machine_.now() < to || machine_.next_deadline() <= machine_.now()) return Progress::again;
  advance_running_ = false;
  const std::uint64_t fired = advance_fired_;
  group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
    encode_advance_reply(correlation, reply_stamp(), fired, out);
  });
  return Progress::done;
}

}  // namespace vencer
