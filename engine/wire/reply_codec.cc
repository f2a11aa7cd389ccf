#include "engine/wire/reply_codec.h"

#include "engine/core/limits.h"
#include "engine/wire/event_tables.h"
#include "engine/wire/frame.h"
#include "engine/wire/frame_builder.h"
#include "engine/wire/reply_parts.h"
#include "engine/wire/tenant_id.h"
#include "engine/wire/tenant_names.h"
#include "engine/wire/wire_enums.h"

namespace vencer {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

std::uint8_t result_flags(const CommandResult& result) {
  return static_cast<std::uint8_t>((result.clamped ? 1 : 0) | (result.repeated ? 2 : 0));
}

wire::Durability durability_of(std::uint8_t durability) {
  return static_cast<wire::Durability>(durability);
}

}  // namespace

void encode_hello_reply(std::uint64_t correlation, const ServerInfo& info, TenantId number,
                        const TenantSpec* tenant, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto server = fbb.CreateString(info.server);
  Offset<wire::TenantNames> names = 0;
  if (tenant != nullptr) {
    names = write_tenant_names(fbb, wire_tenant(info.partition, number), *tenant);
  }
  std::vector<Offset<wire::PartitionInfo>> partitions;
  for (const PartitionSummary& from : info.partitions) {
    partitions.push_back(wire::CreatePartitionInfo(
        fbb, from.epoch, from.first_sequence, from.last_sequence, from.tenants, from.clock_suspect,
        from.wall_lead_ms, static_cast<wire::DiskState>(from.disk)));
  }
  Offset<flatbuffers::Vector<Offset<wire::PartitionInfo>>> partition_list = 0;
  if (!partitions.empty()) partition_list = fbb.CreateVector(partitions);
  fbb.Finish(wire::CreateHelloReply(
      fbb, server, info.partition, info.epoch, info.first_sequence, info.last_sequence, info.now,
      static_cast<wire::ClockSource>(info.clock_source), durability_of(info.durability),
      static_cast<std::uint32_t>(limits::frame_bytes_max),
      static_cast<std::uint32_t>(limits::commands_per_frame_max), info.last_number, names,
      partition_list));
  append_frame(wire::FrameType::hello_reply, correlation, fbb, out);
}

void encode_commands_reply(std::uint64_t correlation, std::span<const CommandResult> results,
                           const ReplyStamp& stamp, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  wire::CommandResult* into = nullptr;
  const auto list = fbb.CreateUninitializedVectorOfStructs(results.size(), &into);
  for (const CommandResult& from : results) {
    *into++ = wire::CommandResult(from.version, static_cast<wire::ErrorCode>(from.code),
                                  from.detail, result_flags(from));
  }
  fbb.Finish(wire::CreateCommandsReply(fbb, list, stamp.now, stamp.epoch, stamp.event_sequence,
                                       durability_of(stamp.durability)));
  append_frame(wire::FrameType::commands_reply, correlation, fbb, out);
}

void encode_put_tenant_reply(std::uint64_t correlation, TenantId tenant_id, std::uint32_t version,
                             bool unchanged, std::string_view name,
                             std::span<const std::string> warnings, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto name_offset = fbb.CreateString(name.data(), name.size());
  const auto list = write_texts(fbb, warnings);
  fbb.Finish(wire::CreatePutTenantReply(fbb, tenant_id, version, unchanged, name_offset, list));
  append_frame(wire::FrameType::put_tenant_reply, correlation, fbb, out);
}

void encode_delete_tenant_reply(std::uint64_t correlation, TenantId tenant_id,
                                std::uint64_t open_tickets, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  fbb.Finish(wire::CreateDeleteTenantReply(fbb, tenant_id, open_tickets));
  append_frame(wire::FrameType::delete_tenant_reply, correlation, fbb, out);
}

void encode_snapshot_reply(std::uint64_t correlation, const SnapshotTaken& taken, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto file = fbb.CreateString(taken.file);
  fbb.Finish(wire::CreateSnapshotReply(fbb, file, taken.bytes, taken.tickets, taken.took_ms,
                                       taken.group, taken.event_sequence));
  append_frame(wire::FrameType::snapshot_reply, correlation, fbb, out);
}

void encode_clock_reply(std::uint64_t correlation, const ClockAccepted& accepted, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  fbb.Finish(wire::CreateClockReply(fbb, accepted.partition, accepted.was_suspect,
                                    accepted.wall_lead_ms, accepted.now));
  append_frame(wire::FrameType::clock_reply, correlation, fbb, out);
}

void encode_ticket_reply(std::uint64_t correlation, const TicketView& ticket,
                         const ReplyStamp& stamp, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  fbb.Finish(write_ticket(fbb, ticket, stamp));
  append_frame(wire::FrameType::ticket_reply, correlation, fbb, out);
}

void encode_subscribe_reply(std::uint64_t correlation, const StreamPlace& place, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  fbb.Finish(wire::CreateSubscribeReply(fbb, place.epoch, place.next_sequence, place.first_sequence,
                                        place.partition));
  append_frame(wire::FrameType::subscribe_reply, correlation, fbb, out);
}

void encode_advance_reply(std::uint64_t correlation, const ReplyStamp& stamp, std::uint64_t fired,
                          Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  fbb.Finish(
      wire::CreateAdvanceReply(fbb, stamp.now, stamp.event_sequence, fired, stamp.partition));
  append_frame(wire::FrameType::advance_reply, correlation, fbb, out);
}

void encode_failure(std::uint64_t correlation, const FailureInfo& failure, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto message = fbb.CreateString(failure.message.data(), failure.message.size());
  const auto details = write_texts(fbb, failure.details);
  fbb.Finish(wire::CreateFailure(fbb, static_cast<wire::ErrorCode>(failure.code), message, details,
                                 failure.epoch, failure.first_sequence));
  append_frame(wire::FrameType::error, correlation, fbb, out);
}

void encode_events(std::uint64_t correlation, std::uint32_t partition, std::uint64_t epoch,
                   std::span<const std::span<const std::byte>> records, std::uint64_t next_sequence,
                   Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  std::vector<Offset<wire::Event>> events;
  events.reserve(records.size());
  EventTables tables(fbb, partition);
  for (const std::span<const std::byte> record : records) events.push_back(tables.write(record));
  const auto list = fbb.CreateVector(events);
  fbb.Finish(wire::CreateEvents(fbb, partition, epoch, list, next_sequence));
  append_frame(wire::FrameType::events, correlation, fbb, out);
}

}  // namespace vencer
