// Whose tenant an id on the wire is of, and where a request goes.
#include "engine/wire/request_route.h"

#include <flatbuffers/flatbuffers.h>
#include <gtest/gtest.h>
#include <vencer_generated.h>

#include <string>

#include "engine/wire/event_record.h"
#include "engine/wire/frame.h"
#include "engine/wire/reply_codec.h"
#include "engine/wire/request_codec.h"
#include "engine/wire/tenant_id.h"

namespace vencer {
namespace {

using flatbuffers::FlatBufferBuilder;

std::span<const std::byte> body_of(const FlatBufferBuilder& builder) {
  return {reinterpret_cast<const std::byte*>(builder.GetBufferPointer()), builder.GetSize()};
}

template <typename Make>
RequestRoute route(wire::FrameType type, Make make) {
  FlatBufferBuilder builder;
  builder.Finish(flatbuffers::Offset<void>(make(builder)));
  RequestRoute to = request_route(static_cast<std::uint16_t>(type), body_of(builder));
  // The name lies in the body, which ends here.
  static std::string name;
  name = to.tenant_name;
  to.tenant_name = name;
  return to;
}

TEST(TenantIdOnTheWire, HasThePartitionAndTheNumber) {
  EXPECT_EQ(wire_tenant(0, 5), 5u);  // as before there were partitions
  const TenantId id = wire_tenant(3, 7);
  EXPECT_EQ(tenant_partition(id), 3u);
  EXPECT_EQ(tenant_number(id), 7u);
  EXPECT_EQ(wire_tenant(3, kNoTenant), kNoTenant);
}

TEST(TenantIdOnTheWire, IsTheNumberOnceDecoded) {
  FlatBufferBuilder builder;
  const wire::Key key(1, 0, wire::KeyKind::number);
  builder.Finish(wire::CreateGetTicket(builder, wire_tenant(2, 9), &key));
  EXPECT_EQ(decode_get_ticket(body_of(builder)).tenant, 9u);
}

TEST(TenantIdOnTheWire, IsThePartitionsInEvents) {
  Event event;
  event.sequence = 1;
  event.type = EventType::created;
  event.tenant = 9;
  Bytes record, frame;
  encode_event_record(event, record);
  const std::span<const std::byte> records[] = {record};
  encode_events(1, 2, 1, records, 2, frame);
  const auto* events = flatbuffers::GetRoot<wire::Events>(frame.data() + kFrameHeaderBytes);
  EXPECT_EQ(events->events()->Get(0)->tenant(), wire_tenant(2, 9));
  EXPECT_EQ(record_tenant(record), 9u);
}

TEST(RequestRoute, MostSayItByTheTenantsId) {
  const TenantId tenant = wire_tenant(2, 9);
  const auto commands = route(wire::FrameType::commands, [&](FlatBufferBuilder& builder) {
    return wire::CreateCommands(builder, tenant).o;
  });
  EXPECT_EQ(commands.partition, 2u);
  EXPECT_EQ(commands.tenant, tenant);
  const auto counts = route(wire::FrameType::get_counts, [&](FlatBufferBuilder& builder) {
    return wire::CreateGetCounts(builder, tenant).o;
  });
  EXPECT_EQ(counts.partition, 2u);
  // The id goes before the field.
  const auto stream = route(wire::FrameType::subscribe, [&](FlatBufferBuilder& builder) {
    return wire::CreateSubscribe(builder, tenant, wire::SubscribeFrom::now, 0, 0, 0, 1).o;
  });
  EXPECT_EQ(stream.partition, 2u);
}

TEST(RequestRoute, SomeByAPartitionOrByAName) {
  const auto all = route(wire::FrameType::subscribe, [](FlatBufferBuilder& builder) {
    return wire::CreateSubscribe(builder, 0, wire::SubscribeFrom::now, 0, 0, 0, 3).o;
  });
  EXPECT_EQ(all.partition, 3u);
  EXPECT_EQ(all.tenant, kNoTenant);
  const auto advance = route(wire::FrameType::advance, [](FlatBufferBuilder& builder) {
    return wire::CreateAdvance(builder, 5, 1).o;
  });
  EXPECT_EQ(advance.partition, 1u);
  const auto clock = route(wire::FrameType::accept_clock, [](FlatBufferBuilder& builder) {
    return wire::CreateAcceptClock(builder, 2).o;
  });
  EXPECT_EQ(clock.partition, 2u);
  const auto named = route(wire::FrameType::hello, [](FlatBufferBuilder& builder) {
    const auto tenant = builder.CreateString("zen");
    return wire::CreateHello(builder, 0, tenant).o;
  });
  EXPECT_EQ(named.tenant_name, "zen");
  const auto gone = route(wire::FrameType::delete_tenant, [](FlatBufferBuilder& builder) {
    const auto tenant = builder.CreateString("luki");
    return wire::CreateDeleteTenant(builder, tenant).o;
  });
  EXPECT_EQ(gone.tenant_name, "luki");
  const auto fresh = route(wire::FrameType::put_tenant, [](FlatBufferBuilder& builder) {
    const auto text = builder.CreateString("format = 1");
    return wire::CreatePutTenant(builder, text).o;
  });
  EXPECT_EQ(fresh.tenant_name, "");
  EXPECT_EQ(fresh.partition, 0u);
}

}  // namespace
}  // namespace vencer
