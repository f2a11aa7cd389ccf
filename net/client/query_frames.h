// Frames of queries, and the reading of their answers. Internal to net/client.
#pragma once

#include <span>
#include <vector>

#include "net/client/query_replies.h"

namespace vencer {

std::vector<std::byte> get_counts_frame(TenantId tenant, std::span<const AttributeId> by);
std::vector<std::byte> get_forecast_frame(TenantId tenant);
std::vector<std::byte> get_attainment_frame(TenantId tenant, const AttainmentQuery& query);
std::vector<std::byte> get_next_due_frame(const NextDueQuery& query);
std::vector<std::byte> get_overdue_frame(const OverdueQuery& query);
std::vector<std::byte> get_export_frame(TenantId tenant, std::uint32_t from, std::uint32_t limit);

struct NextDueAnswer {
  NextDuePage page;
  AsOf as_of;
};
struct OverdueAnswer {
  OverduePage page;
  AsOf as_of;
};
Result<CountsReply> read_counts(std::span<const std::byte> body);
Result<ForecastReply> read_forecast(std::span<const std::byte> body);
Result<AttainmentReply> read_attainment(std::span<const std::byte> body);
Result<NextDueAnswer> read_next_due(std::span<const std::byte> body);
Result<OverdueAnswer> read_overdue(std::span<const std::byte> body);
Result<ExportPageReply> read_export(std::span<const std::byte> body);

}  // namespace vencer
