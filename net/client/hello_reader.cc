// The Hello reply: the server's state and a tenant's name tables.
#include <algorithm>

#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/wire_enums.h"
#include "net/client/reply_reader.h"

namespace vencer {
namespace {

constexpr std::size_t kHelloBytesMax = 64 << 20;

template <typename Spec, typename Table, typename Read>
std::vector<Spec> read_each(const flatbuffers::Vector<flatbuffers::Offset<Table>>* list,
                            Read read) {
  std::vector<Spec> specs;
  specs.reserve(size_of(list));
  for (std::uint32_t i = 0; i < size_of(list); ++i) specs.push_back(read(*list->Get(i)));
  return specs;
}

std::vector<std::string> read_texts(
    const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* list) {
  return read_each<std::string>(list,
                                [](const flatbuffers::String& text) { return text_of(&text); });
}

Names::Status read_status(const wire::StatusName& from) {
  return {text_of(from.name()), static_cast<StatusCategory>(number(from.category())),
          from.retired()};
}
Names::Activity read_activity(const wire::ActivityName& from) {
  return {text_of(from.name()), from.retired(), from.reserved()};
}
Names::Alias read_alias(const wire::AliasName& from) {
  return {text_of(from.alias()), from.value()};
}
Names::Attribute read_attribute(const wire::AttributeName& from) {
  return {text_of(from.name()),
          from.open(),
          read_texts(from.values()),
          read_each<Names::Alias>(from.aliases(), read_alias),
          from.retired(),
          static_cast<Names::Role>(from.role())};
}
Names::Clock read_clock(const wire::ClockName& from) {
  return {text_of(from.name()), read_texts(from.steps()), from.retired()};
}
Names::Route read_route(const wire::RouteName& from) {
  return {text_of(from.to()), from.attribute(), text_of(from.via())};
}
Names::Recipient read_recipient(const wire::RecipientName& from) {
  return {text_of(from.name()), read_each<Names::Route>(from.routes(), read_route),
          from.everyone()};
}

// One that a newer server knows is no better than the worst that is known here.
PartitionHello::Disk disk_of(wire::DiskState from) {
  return static_cast<PartitionHello::Disk>(
      std::min(number(from), number(wire::DiskState::stopped)));
}

Names read_names(const wire::TenantNames& from) {
  Names names;
  names.tenant = from.id();
  names.tenant_name = text_of(from.name());
  names.version = from.version();
  names.statuses = read_each<Names::Status>(from.statuses(), read_status);
  names.levels = read_texts(from.levels());
  names.activities = read_each<Names::Activity>(from.activities(), read_activity);
  names.attributes = read_each<Names::Attribute>(from.attributes(), read_attribute);
  names.clocks = read_each<Names::Clock>(from.clocks(), read_clock);
  names.rules = read_texts(from.rules());
  names.calendars = read_texts(from.calendars());
  names.ladders = read_texts(from.ladders());
  names.recipients = read_each<Names::Recipient>(from.recipients(), read_recipient);
  names.constraints = read_texts(from.constraints());
  names.detectors = read_texts(from.detectors());
  names.digests = read_texts(from.digests());
  names.calendar_events = read_texts(from.calendar_events());
  return names;
}

}  // namespace

Result<HelloAnswer> read_hello(std::span<const std::byte> body) {
  if (!verify_flatbuffer<wire::HelloReply>(body, kHelloBytesMax)) {
    return Error{Errc::invalid_flatbuffer, "the server's Hello is not a valid FlatBuffer"};
  }
  const auto* from = flatbuffer_root<wire::HelloReply>(body);
  HelloAnswer answer;
  ServerHello& hello = answer.hello;
  hello.server = text_of(from->server());
  hello.partition = from->partition();
  hello.epoch = from->epoch();
  hello.first_sequence = from->first_sequence();
  hello.last_sequence = from->last_sequence();
  hello.now = from->now();
  hello.clock_source = static_cast<ClockSource>(number(from->clock_source()));
  hello.durable = from->durability() == wire::Durability::sync;
  hello.frame_bytes_max = from->frame_bytes_max();
  hello.commands_per_frame_max = from->commands_per_frame_max();
  hello.last_number = from->last_number();
  for (std::uint32_t i = 0; i < size_of(from->partitions()); ++i) {
    const auto* partition = from->partitions()->Get(i);
    hello.partitions.push_back({partition->epoch(), partition->first_sequence(),
                                partition->last_sequence(), partition->tenants(),
                                partition->clock_suspect(), partition->wall_lead_ms(),
                                disk_of(partition->disk())});
  }
  if (hello.partitions.empty()) {  // a server that knows of no more than one
    hello.partitions.push_back({hello.epoch, hello.first_sequence, hello.last_sequence});
  }
  if (from->tenant() != nullptr) answer.names = read_names(*from->tenant());
  return answer;
}

}  // namespace vencer
