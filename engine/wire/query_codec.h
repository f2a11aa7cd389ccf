// Queries over many tickets: requests -> core structs, core structs -> reply frames.
//
// As in request_codec.h and reply_codec.h: decode only what verify_request passed; every encode
// appends one whole frame. Limits and ids are the queries' own to check: a limit of 0 is one row.
//
// Cost: O(size).  Thread: any; nothing is kept between calls.
#pragma once

#include <span>
#include <vector>

#include "engine/core/query.h"
#include "engine/wire/reply_codec.h"

namespace vencer {

struct CountsRequest {
  TenantId tenant = kNoTenant;
  std::vector<AttributeId> by;
};
struct AttainmentRequest {
  TenantId tenant = kNoTenant;
  AttainmentQuery query;
};
struct ExportRequest {
  TenantId tenant = kNoTenant;
  Slot from = 0;
  std::uint32_t limit = 0;
};

CountsRequest decode_get_counts(std::span<const std::byte> body);
TenantId decode_get_forecast(std::span<const std::byte> body);
AttainmentRequest decode_get_attainment(std::span<const std::byte> body);
NextDueQuery decode_get_next_due(std::span<const std::byte> body);
OverdueQuery decode_get_overdue(std::span<const std::byte> body);
ExportRequest decode_get_export(std::span<const std::byte> body);

void encode_counts_reply(std::uint64_t correlation, std::span<const AttributeId> by,
                         const CountsReport& report, const ReplyStamp& stamp, Bytes& out);
void encode_forecast_reply(std::uint64_t correlation, const ForecastReport& report,
                           const ReplyStamp& stamp, Bytes& out);
void encode_attainment_reply(std::uint64_t correlation, const AttainmentQuery& query,
                             std::span<const AttainmentRow> rows, const ReplyStamp& stamp,
                             Bytes& out);
void encode_next_due_reply(std::uint64_t correlation, const NextDuePage& page,
                           const ReplyStamp& stamp, Bytes& out);
void encode_overdue_reply(std::uint64_t correlation, const OverduePage& page,
                          const ReplyStamp& stamp, Bytes& out);
void encode_export_reply(std::uint64_t correlation, std::span<const TicketView> tickets,
                         const ExportPage& page, const ReplyStamp& stamp, Bytes& out);

}  // namespace vencer
