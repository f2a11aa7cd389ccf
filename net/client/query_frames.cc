#include "net/client/query_frames.h"

#include "engine/wire/frame_builder.h"

namespace vencer {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using Instant = flatbuffers::Optional<std::int64_t>;

template <typename Table>
std::vector<std::byte> whole(wire::FrameType type, FlatBufferBuilder& fbb, Offset<Table> table) {
  fbb.Finish(table);
  std::vector<std::byte> frame;
  append_frame(type, 0, fbb, frame);
  return frame;
}

Offset<wire::QueryFilter> write_filter(FlatBufferBuilder& fbb, const QueryFilter& filter) {
  std::vector<Offset<wire::AttributeMatch>> matches;
  for (const QueryMatch& match : filter.when) {
    const auto values = fbb.CreateVector(match.values);
    matches.push_back(wire::CreateAttributeMatch(fbb, match.attribute, match.negated, values));
  }
  const auto when = fbb.CreateVector(matches);
  return wire::CreateQueryFilter(fbb, filter.statuses, filter.clocks, when);
}

// The beginning of a walk is no cursor at all.
Instant cursor_at(TimeMs at) {
  return at == INT64_MIN ? Instant() : Instant(at);
}

flatbuffers::Optional<std::int32_t> day_or_none(std::int32_t day, std::int32_t none) {
  if (day == none) return flatbuffers::nullopt;
  return day;
}

}  // namespace

std::vector<std::byte> get_counts_frame(TenantId tenant, std::span<const AttributeId> by) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto list = fbb.CreateVector(by.data(), by.size());
  return whole(wire::FrameType::get_counts, fbb, wire::CreateGetCounts(fbb, tenant, list));
}

std::vector<std::byte> get_forecast_frame(TenantId tenant) {
  FlatBufferBuilder& fbb = frame_builder();
  return whole(wire::FrameType::get_forecast, fbb, wire::CreateGetForecast(fbb, tenant));
}

std::vector<std::byte> get_attainment_frame(TenantId tenant, const AttainmentQuery& query) {
  FlatBufferBuilder& fbb = frame_builder();
  return whole(wire::FrameType::get_attainment, fbb,
               wire::CreateGetAttainment(fbb, tenant, query.clocks, query.by,
                                         day_or_none(query.first, INT32_MIN),
                                         day_or_none(query.last, INT32_MAX), query.by_day));
}

std::vector<std::byte> get_next_due_frame(const NextDueQuery& query) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto filter = write_filter(fbb, query.filter);
  return whole(
      wire::FrameType::get_next_due, fbb,
      wire::CreateGetNextDue(fbb, query.tenant, filter, query.order, wire_instant(query.until),
                             static_cast<std::uint32_t>(query.limit), cursor_at(query.cursor.at),
                             query.cursor.slot));
}

std::vector<std::byte> get_overdue_frame(const OverdueQuery& query) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto filter = write_filter(fbb, query.filter);
  return whole(
      wire::FrameType::get_overdue, fbb,
      wire::CreateGetOverdue(fbb, query.tenant, filter, static_cast<std::uint32_t>(query.limit),
                             cursor_at(query.cursor.at), query.cursor.slot, query.cursor.clock));
}

std::vector<std::byte> get_export_frame(TenantId tenant, std::uint32_t from, std::uint32_t limit) {
  FlatBufferBuilder& fbb = frame_builder();
  return whole(wire::FrameType::get_export, fbb, wire::CreateGetExport(fbb, tenant, from, limit));
}

}  // namespace vencer
