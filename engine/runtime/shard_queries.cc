// Queries over many tickets: read between two steps, answered with the open group.
#include <fmt/format.h>
#include <vencer_generated.h>

#include "engine/core/query.h"
#include "engine/runtime/event_hub.h"
#include "engine/runtime/shard.h"
#include "engine/wire/query_codec.h"

namespace vencer {
namespace {

// What a query counts for in a turn, in commands: commands of others come between queries.
constexpr std::size_t kQueryCommands = 512;

TenantId tenant_of(wire::FrameType type, std::span<const std::byte> body) {
  switch (type) {
    case wire::FrameType::get_counts:
      return decode_get_counts(body).tenant;
    case wire::FrameType::get_forecast:
      return decode_get_forecast(body);
    case wire::FrameType::get_attainment:
      return decode_get_attainment(body).tenant;
    case wire::FrameType::get_next_due:
      return decode_get_next_due(body).tenant;
    case wire::FrameType::get_overdue:
      return decode_get_overdue(body).tenant;
    case wire::FrameType::get_export:
      return decode_get_export(body).tenant;
    default:
      return kNoTenant;
  }
}

}  // namespace

void Shard::query(const RequestFrame& frame, const ReplyAddress& from, TimeMs now) {
  const auto type = static_cast<wire::FrameType>(frame.type);
  const TenantId tenant = tenant_of(type, frame.body);
  if (machine_.tenant(tenant) == nullptr) {
    return group_.fail(from, Errc::unknown_tenant,
                       fmt::format("no tenant has the id {}", on_wire(tenant)));
  }
  turn_commands_ += kQueryCommands;
  // Elapsed times and what is overdue are as of the machine's now; the log has to know it moved.
  if (machine_.now() < now) advance(now);
  const Queries queries(machine_);
  switch (type) {
    case wire::FrameType::get_counts:
      return counts(frame, from);
    case wire::FrameType::get_attainment:
      return attainment(frame, from);
    case wire::FrameType::get_export:
      return export_open(frame, from, now);
    case wire::FrameType::get_forecast:
      return group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
        encode_forecast_reply(correlation, queries.forecast(tenant), reply_stamp(), out);
      });
    case wire::FrameType::get_next_due:
      return group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
        encode_next_due_reply(correlation, queries.next_due(decode_get_next_due(frame.body)),
                              reply_stamp(), out);
      });
    default:
      return group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
        encode_overdue_reply(correlation, queries.overdue(decode_get_overdue(frame.body)),
                             reply_stamp(), out);
      });
  }
}

void Shard::counts(const RequestFrame& frame, const ReplyAddress& from) {
  const CountsRequest request = decode_get_counts(frame.body);
  const auto report = Queries(machine_).counts(request.tenant, request.by);
  if (!report) return group_.fail(from, report.error().code, report.error().message);
  group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
    encode_counts_reply(correlation, request.by, *report, reply_stamp(), out);
  });
}

void Shard::attainment(const RequestFrame& frame, const ReplyAddress& from) {
  const AttainmentRequest request = decode_get_attainment(frame.body);
  const auto rows = Queries(machine_).attainment(request.tenant, request.query);
  if (!rows) return group_.fail(from, rows.error().code, rows.error().message);
  group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
    encode_attainment_reply(correlation, request.query, *rows, reply_stamp(), out);
  });
}

void Shard::export_open(const RequestFrame& frame, const ReplyAddress& from, TimeMs now) {
  const ExportRequest request = decode_get_export(frame.body);
  const ExportPage page =
      Queries(machine_).export_open(request.tenant, request.from, request.limit);
  std::vector<TicketView> tickets;
  tickets.reserve(page.slots.size());
  for (const Slot slot : page.slots) {
    if (touch(slot, now) != Errc::ok) continue;
    TicketView& view = tickets.emplace_back(machine_.view(slot));
    if (view.closed_for_good) tickets.pop_back();  // by the touch
  }
  for (TicketView& view : tickets) {
    for (ClockView& clock : view.clocks) clock.intervals.clear();
  }
  group_.reply(from, [&](std::uint64_t correlation, Bytes& out) {
    encode_export_reply(correlation, tickets, page, reply_stamp(), out);
  });
}

}  // namespace vencer
