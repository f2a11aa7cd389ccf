#include "net/client/request_frames.h"

#include "engine/wire/frame_builder.h"

namespace vencer {
namespace {

using flatbuffers::FlatBufferBuilder;

template <typename Table>
std::vector<std::byte> whole(wire::FrameType type, FlatBufferBuilder& fbb,
                             flatbuffers::Offset<Table> table) {
  fbb.Finish(table);
  std::vector<std::byte> frame;
  append_frame(type, 0, fbb, frame);
  return frame;
}

flatbuffers::Offset<flatbuffers::String> text_or_none(FlatBufferBuilder& fbb,
                                                      const std::string& text) {
  return text.empty() ? 0 : fbb.CreateString(text);
}

}  // namespace

std::vector<std::byte> hello_frame(const ClientOptions& options) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto client = fbb.CreateString(options.name);
  const auto tenant = text_or_none(fbb, options.tenant);
  const auto token = text_or_none(fbb, options.token);
  const wire::Uuid producer(options.producer.high, options.producer.low);
  return whole(wire::FrameType::hello, fbb,
               wire::CreateHello(fbb, client, tenant,
                                 options.producer.empty() ? nullptr : &producer, token));
}

std::vector<std::byte> hello_frame(const ClientOptions& options, TenantId other) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto client = fbb.CreateString(options.name);
  const auto token = text_or_none(fbb, options.token);
  return whole(wire::FrameType::hello, fbb,
               wire::CreateHello(fbb, client, 0, nullptr, token, other));
}

std::vector<std::byte> put_tenant_frame(std::string_view text, std::string_view file,
                                        bool check_only) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto text_offset = fbb.CreateString(text.data(), text.size());
  const auto file_offset = fbb.CreateString(file.data(), file.size());
  return whole(wire::FrameType::put_tenant, fbb,
               wire::CreatePutTenant(fbb, text_offset, file_offset, check_only));
}

std::vector<std::byte> reload_zones_frame(std::string_view tenant) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto zones_of = fbb.CreateString(tenant.data(), tenant.size());
  return whole(wire::FrameType::put_tenant, fbb, wire::CreatePutTenant(fbb, 0, 0, false, zones_of));
}

std::vector<std::byte> delete_tenant_frame(std::string_view name) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto name_offset = fbb.CreateString(name.data(), name.size());
  return whole(wire::FrameType::delete_tenant, fbb, wire::CreateDeleteTenant(fbb, name_offset));
}

std::vector<std::byte> take_snapshot_frame(std::uint32_t partition) {
  FlatBufferBuilder& fbb = frame_builder();
  return whole(wire::FrameType::take_snapshot, fbb, wire::CreateTakeSnapshot(fbb, partition));
}

std::vector<std::byte> accept_clock_frame(std::uint32_t partition) {
  FlatBufferBuilder& fbb = frame_builder();
  return whole(wire::FrameType::accept_clock, fbb, wire::CreateAcceptClock(fbb, partition));
}

std::vector<std::byte> get_ticket_frame(TenantId tenant, const TicketKey& key) {
  FlatBufferBuilder& fbb = frame_builder();
  const wire::Key wired = wire_key(key);
  return whole(wire::FrameType::get_ticket, fbb, wire::CreateGetTicket(fbb, tenant, &wired));
}

std::vector<std::byte> subscribe_frame(TenantId tenant, const SubscribeOptions& options) {
  FlatBufferBuilder& fbb = frame_builder();
  std::uint64_t types = 0;
  for (const EventType type : options.types) types |= event_bit(type);
  return whole(wire::FrameType::subscribe, fbb,
               wire::CreateSubscribe(fbb, options.every_tenant ? kNoTenant : tenant,
                                     static_cast<wire::SubscribeFrom>(options.from),
                                     options.sequence, options.epoch, types, options.partition));
}

std::vector<std::byte> unsubscribe_frame() {
  FlatBufferBuilder& fbb = frame_builder();
  return whole(wire::FrameType::unsubscribe, fbb, wire::CreateUnsubscribe(fbb));
}

std::vector<std::byte> advance_frame(TimeMs to, std::uint32_t partition) {
  FlatBufferBuilder& fbb = frame_builder();
  return whole(wire::FrameType::advance, fbb, wire::CreateAdvance(fbb, to, partition));
}

}  // namespace vencer
