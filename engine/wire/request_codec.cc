#include "engine/wire/request_codec.h"

#include "engine/core/limits.h"
#include "engine/wire/command_decode.h"
#include "engine/wire/content_hash.h"
#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/tenant_id.h"
#include "engine/wire/wire_enums.h"

namespace vencer {
namespace {

static_assert(sizeof(wire::AttributeValue) == kAttributeValueBytes);
static_assert(kNoId8 == 255 && kNoId16 == 65535, "the defaults in schema/vencer.fbs");

template <typename Table>
Errc verify(std::span<const std::byte> body) {
  return verify_flatbuffer<Table>(body, limits::frame_bytes_max) ? Errc::ok
                                                                 : Errc::invalid_flatbuffer;
}

Errc verify_subscribe(std::span<const std::byte> body) {
  if (const Errc code = verify<wire::Subscribe>(body); code != Errc::ok) return code;
  return flatbuffer_root<wire::Subscribe>(body)->from() <= wire::SubscribeFrom::MAX
             ? Errc::ok
             : Errc::invalid_flatbuffer;
}

ProducerId producer_of(const wire::Uuid* id) {
  return id == nullptr ? ProducerId{} : ProducerId{id->low(), id->high()};
}

}  // namespace

Errc verify_request(std::uint16_t frame_type, std::span<const std::byte> body) {
  switch (static_cast<wire::FrameType>(frame_type)) {
    case wire::FrameType::hello:
      return verify<wire::Hello>(body);
    case wire::FrameType::commands:
      return verify<wire::Commands>(body);
    case wire::FrameType::put_tenant:
      return verify<wire::PutTenant>(body);
    case wire::FrameType::get_ticket:
      return verify<wire::GetTicket>(body);
    case wire::FrameType::subscribe:
      return verify_subscribe(body);
    case wire::FrameType::unsubscribe:
      return verify<wire::Unsubscribe>(body);
    case wire::FrameType::advance:
      return verify<wire::Advance>(body);
    case wire::FrameType::delete_tenant:
      return verify<wire::DeleteTenant>(body);
    case wire::FrameType::get_counts:
      return verify<wire::GetCounts>(body);
    case wire::FrameType::get_forecast:
      return verify<wire::GetForecast>(body);
    case wire::FrameType::get_attainment:
      return verify<wire::GetAttainment>(body);
    case wire::FrameType::get_next_due:
      return verify<wire::GetNextDue>(body);
    case wire::FrameType::get_overdue:
      return verify<wire::GetOverdue>(body);
    case wire::FrameType::get_export:
      return verify<wire::GetExport>(body);
    case wire::FrameType::take_snapshot:
      return verify<wire::TakeSnapshot>(body);
    case wire::FrameType::accept_clock:
      return verify<wire::AcceptClock>(body);
    case wire::FrameType::backup:
      return verify<wire::Backup>(body);
    case wire::FrameType::read_file:
      return verify<wire::ReadFile>(body);
    default:
      return Errc::unknown_frame_type;
  }
}

Errc CommandBatch::decode(std::span<const std::byte> body) {
  const auto* frame = flatbuffer_root<wire::Commands>(body);
  tenant = tenant_number(frame->tenant());
  producer = producer_of(frame->producer());
  first_number = frame->first_number();
  commands.clear();
  attributes_.clear();
  const auto* list = frame->commands();
  if (size_of(list) > limits::commands_per_frame_max) return Errc::limit;
  commands.reserve(size_of(list));
  const std::size_t room = attributes_.capacity();
  for (std::size_t i = 0; i < size_of(list); ++i) {
    Command& into = commands.emplace_back();
    const WireAttributes* given = decode_command(*list->Get(static_cast<std::uint32_t>(i)), into);
    if (size_of(given) > limits::attributes_per_command_max ||
        into.reason.size() > limits::reason_bytes_max) {
      commands.clear();
      return Errc::limit;
    }
    const std::size_t first = attributes_.size();
    for_each_element<wire::AttributeValue>(given, [this](const std::byte* bytes) {
      attributes_.push_back(load_attribute_value(bytes));
    });
    into.attributes = std::span(attributes_).subspan(first);
    if (!producer.empty()) into.content_hash = content_hash(into);
  }
  // The list had to grow, which it does for the first frames only. (Where it lies says less: it may
  // have come back to where it was.)
  if (attributes_.capacity() != room) find_attributes_anew();
  return Errc::ok;
}

void CommandBatch::find_attributes_anew() {
  std::size_t first = 0;
  for (Command& command : commands) {
    command.attributes = std::span(attributes_).subspan(first, command.attributes.size());
    first += command.attributes.size();
  }
}

HelloRequest decode_hello(std::span<const std::byte> body) {
  const auto* hello = flatbuffer_root<wire::Hello>(body);
  return HelloRequest{view_of(hello->client()), view_of(hello->tenant()), view_of(hello->token()),
                      producer_of(hello->producer()), tenant_number(hello->tenant_id())};
}

PutTenantRequest decode_put_tenant(std::span<const std::byte> body) {
  const auto* put = flatbuffer_root<wire::PutTenant>(body);
  return PutTenantRequest{view_of(put->text()), view_of(put->file()), put->check_only(),
                          view_of(put->zones_of())};
}

GetTicketRequest decode_get_ticket(std::span<const std::byte> body) {
  const auto* get = flatbuffer_root<wire::GetTicket>(body);
  // No key at all: a kind that no ticket has.
  const TicketKey none{0, 0, static_cast<KeyKind>(0)};
  return GetTicketRequest{tenant_number(get->tenant()),
                          get->key() == nullptr ? none : decode_key(*get->key())};
}

SubscribeRequest decode_subscribe(std::span<const std::byte> body) {
  const auto* subscribe = flatbuffer_root<wire::Subscribe>(body);
  return SubscribeRequest{tenant_number(subscribe->tenant()),
                          static_cast<SubscribeFrom>(number(subscribe->from())),
                          subscribe->sequence(),
                          subscribe->epoch(),
                          subscribe->types(),
                          subscribe->partition()};
}

std::string_view decode_delete_tenant(std::span<const std::byte> body) {
  return view_of(flatbuffer_root<wire::DeleteTenant>(body)->tenant());
}

std::uint32_t decode_take_snapshot(std::span<const std::byte> body) {
  return flatbuffer_root<wire::TakeSnapshot>(body)->partition();
}

TimeMs decode_advance(std::span<const std::byte> body) {
  return flatbuffer_root<wire::Advance>(body)->to();
}

}  // namespace vencer
