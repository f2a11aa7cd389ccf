#include "engine/wire/request_route.h"

#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/tenant_id.h"
#include "engine/wire/wire_enums.h"

namespace vencer {
namespace {

RequestRoute of_tenant(TenantId tenant) {
  return {tenant_partition(tenant), tenant, {}};
}

template <typename Table>
RequestRoute of_tenant_in(std::span<const std::byte> body) {
  return of_tenant(flatbuffer_root<Table>(body)->tenant());
}

RequestRoute of_name(std::string_view name) {
  return {0, kNoTenant, name};
}

RequestRoute of_hello(std::span<const std::byte> body) {
  const auto* hello = flatbuffer_root<wire::Hello>(body);
  const std::string_view name = view_of(hello->tenant());
  return name.empty() ? of_tenant(hello->tenant_id()) : of_name(name);
}

RequestRoute of_subscribe(std::span<const std::byte> body) {
  const auto* subscribe = flatbuffer_root<wire::Subscribe>(body);
  if (subscribe->tenant() != kNoTenant) return of_tenant(subscribe->tenant());
  return {subscribe->partition(), kNoTenant, {}};
}

}  // namespace

RequestRoute request_route(std::uint16_t frame_type, std::span<const std::byte> body) {
  switch (static_cast<wire::FrameType>(frame_type)) {
    case wire::FrameType::commands:
      return of_tenant_in<wire::Commands>(body);
    case wire::FrameType::get_ticket:
      return of_tenant_in<wire::GetTicket>(body);
    case wire::FrameType::get_counts:
      return of_tenant_in<wire::GetCounts>(body);
    case wire::FrameType::get_forecast:
      return of_tenant_in<wire::GetForecast>(body);
    case wire::FrameType::get_attainment:
      return of_tenant_in<wire::GetAttainment>(body);
    case wire::FrameType::get_next_due:
      return of_tenant_in<wire::GetNextDue>(body);
    case wire::FrameType::get_overdue:
      return of_tenant_in<wire::GetOverdue>(body);
    case wire::FrameType::get_export:
      return of_tenant_in<wire::GetExport>(body);
    case wire::FrameType::hello:
      return of_hello(body);
    case wire::FrameType::subscribe:
      return of_subscribe(body);
    case wire::FrameType::put_tenant:
      return of_name(view_of(flatbuffer_root<wire::PutTenant>(body)->zones_of()));
    case wire::FrameType::delete_tenant:
      return of_name(view_of(flatbuffer_root<wire::DeleteTenant>(body)->tenant()));
    case wire::FrameType::advance:
      return {flatbuffer_root<wire::Advance>(body)->partition(), kNoTenant, {}};
    case wire::FrameType::take_snapshot:
      return {flatbuffer_root<wire::TakeSnapshot>(body)->partition(), kNoTenant, {}};
    case wire::FrameType::accept_clock:
      return {flatbuffer_root<wire::AcceptClock>(body)->partition(), kNoTenant, {}};
    default:
      return {};
  }
}

}  // namespace vencer
