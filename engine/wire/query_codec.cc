#include "engine/wire/query_codec.h"

#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/frame.h"
#include "engine/wire/reply_parts.h"
#include "engine/wire/tenant_id.h"
#include "engine/wire/wire_enums.h"

namespace vencer {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

namespace {

QueryFilter filter_of(const wire::QueryFilter* from) {
  QueryFilter filter;
  if (from == nullptr) return filter;
  filter.statuses = from->statuses();
  filter.clocks = from->clocks();
  for (std::uint32_t i = 0; i < size_of(from->when()); ++i) {
    const wire::AttributeMatch& match = *from->when()->Get(i);
    QueryMatch& into = filter.when.emplace_back();
    into.attribute = match.attribute();
    into.negated = match.negated();
    for_each_element<std::uint64_t>(match.values(), [&](const std::byte* at) {
      into.values.push_back(load_le<std::uint64_t>(at));
    });
  }
  return filter;
}

Offset<flatbuffers::Vector<Offset<wire::ClockRow>>> write_clock_rows(
    FlatBufferBuilder& fbb, std::span<const ClockRow> rows) {
  std::vector<Offset<wire::ClockRow>> offsets;
  offsets.reserve(rows.size());
  for (const ClockRow& row : rows) {
    const auto attributes = write_attributes(fbb, row.attributes);
    const wire::Key key = wire_key(row.key);
    offsets.push_back(wire::CreateClockRow(
        fbb, &key, row.version, row.status, row.level, static_cast<wire::Light>(row.light),
        row.clock, static_cast<wire::ClockPhase>(row.phase), row.breached, wire_instant(row.due),
        row.target_ms, row.elapsed_ms, attributes));
  }
  return fbb.CreateVector(offsets);
}

}  // namespace

CountsRequest decode_get_counts(std::span<const std::byte> body) {
  const auto* get = flatbuffer_root<wire::GetCounts>(body);
  CountsRequest request{tenant_number(get->tenant()), {}};
  if (get->by() != nullptr) request.by.assign(get->by()->begin(), get->by()->end());
  return request;
}

TenantId decode_get_forecast(std::span<const std::byte> body) {
  return tenant_number(flatbuffer_root<wire::GetForecast>(body)->tenant());
}

AttainmentRequest decode_get_attainment(std::span<const std::byte> body) {
  const auto* get = flatbuffer_root<wire::GetAttainment>(body);
  AttainmentRequest request;
  request.tenant = tenant_number(get->tenant());
  request.query.clocks = get->clocks();
  request.query.by = get->by();
  if (const auto first = get->first_day()) request.query.first = *first;
  if (const auto last = get->last_day()) request.query.last = *last;
  request.query.by_day = get->by_day();
  return request;
}

NextDueQuery decode_get_next_due(std::span<const std::byte> body) {
  const auto* get = flatbuffer_root<wire::GetNextDue>(body);
  NextDueQuery query;
  query.tenant = tenant_number(get->tenant());
  query.filter = filter_of(get->filter());
  query.order = get->order();
  if (const auto until = get->until()) query.until = *until;
  query.limit = get->limit();
  if (const auto at = get->cursor_at()) query.cursor = {*at, get->cursor_slot(), 0};
  return query;
}

OverdueQuery decode_get_overdue(std::span<const std::byte> body) {
  const auto* get = flatbuffer_root<wire::GetOverdue>(body);
  OverdueQuery query;
  query.tenant = tenant_number(get->tenant());
  query.filter = filter_of(get->filter());
  query.limit = get->limit();
  if (const auto due = get->cursor_due()) {
    query.cursor = {*due, get->cursor_slot(), get->cursor_clock()};
  }
  return query;
}

ExportRequest decode_get_export(std::span<const std::byte> body) {
  const auto* get = flatbuffer_root<wire::GetExport>(body);
  return {tenant_number(get->tenant()), get->from(), get->limit()};
}

void encode_counts_reply(std::uint64_t correlation, std::span<const AttributeId> by,
                         const CountsReport& report, const ReplyStamp& stamp, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  std::vector<Offset<wire::CountsRow>> rows;
  rows.reserve(report.rows.size());
  for (const CountsRow& row : report.rows) {
    const auto values = fbb.CreateVector(row.values.data(), by.size());
    rows.push_back(wire::CreateCountsRow(fbb, values, row.lights[0], row.lights[1], row.lights[2],
                                         row.lights[3]));
  }
  const auto row_list = fbb.CreateVector(rows);
  const auto by_list = fbb.CreateVector(by.data(), by.size());
  const auto by_status = fbb.CreateVector(report.by_status);
  fbb.Finish(wire::CreateCountsReply(fbb, by_list, row_list, report.open, by_status,
                                     report.reevaluating, stamp.now, stamp.epoch,
                                     stamp.event_sequence));
  append_frame(wire::FrameType::counts_reply, correlation, fbb, out);
}

void encode_forecast_reply(std::uint64_t correlation, const ForecastReport& report,
                           const ReplyStamp& stamp, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto dues = fbb.CreateVector(report.dues);
  fbb.Finish(wire::CreateForecastReply(fbb, report.begin, limits::forecast_bucket_ms, dues,
                                       report.overdue, stamp.now, stamp.epoch,
                                       stamp.event_sequence));
  append_frame(wire::FrameType::forecast_reply, correlation, fbb, out);
}

void encode_attainment_reply(std::uint64_t correlation, const AttainmentQuery& query,
                             std::span<const AttainmentRow> rows, const ReplyStamp& stamp,
                             Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  std::vector<Offset<wire::AttainmentRow>> offsets;
  offsets.reserve(rows.size());
  for (const AttainmentRow& row : rows) {
    offsets.push_back(wire::CreateAttainmentRow(fbb, row.clock, row.value, row.day, row.met,
                                                row.missed, row.p50_ms, row.p90_ms, row.p95_ms,
                                                row.p99_ms));
  }
  const auto list = fbb.CreateVector(offsets);
  fbb.Finish(wire::CreateAttainmentReply(fbb, query.by, query.by_day, list, stamp.now, stamp.epoch,
                                         stamp.event_sequence));
  append_frame(wire::FrameType::attainment_reply, correlation, fbb, out);
}

void encode_next_due_reply(std::uint64_t correlation, const NextDuePage& page,
                           const ReplyStamp& stamp, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto rows = write_clock_rows(fbb, page.rows);
  const bool begun = page.cursor.at != INT64_MIN;
  fbb.Finish(wire::CreateNextDueReply(
      fbb, rows, page.complete, wire_instant(page.found_to),
      begun ? flatbuffers::Optional<std::int64_t>(page.cursor.at) : flatbuffers::nullopt,
      begun ? page.cursor.slot : 0, page.looked_at, page.reevaluating, stamp.now, stamp.epoch,
      stamp.event_sequence));
  append_frame(wire::FrameType::next_due_reply, correlation, fbb, out);
}

void encode_overdue_reply(std::uint64_t correlation, const OverduePage& page,
                          const ReplyStamp& stamp, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  const auto rows = write_clock_rows(fbb, page.rows);
  const bool begun = page.cursor.at != INT64_MIN;
  fbb.Finish(wire::CreateOverdueReply(
      fbb, rows, page.complete,
      begun ? flatbuffers::Optional<std::int64_t>(page.cursor.at) : flatbuffers::nullopt,
      begun ? page.cursor.slot : 0, begun ? page.cursor.clock : ClockId{0}, page.overdue,
      page.reevaluating, stamp.now, stamp.epoch, stamp.event_sequence));
  append_frame(wire::FrameType::overdue_reply, correlation, fbb, out);
}

void encode_export_reply(std::uint64_t correlation, std::span<const TicketView> tickets,
                         const ExportPage& page, const ReplyStamp& stamp, Bytes& out) {
  FlatBufferBuilder& fbb = frame_builder();
  std::vector<Offset<wire::TicketReply>> offsets;
  offsets.reserve(tickets.size());
  ReplyStamp bare;  // each ticket goes without it, but for whose tenant it is
  bare.partition = stamp.partition;
  for (const TicketView& ticket : tickets) offsets.push_back(write_ticket(fbb, ticket, bare));
  const auto list = fbb.CreateVector(offsets);
  fbb.Finish(wire::CreateExportReply(fbb, list, page.complete, page.cursor, stamp.now, stamp.epoch,
                                     stamp.event_sequence));
  append_frame(wire::FrameType::export_reply, correlation, fbb, out);
}

}  // namespace vencer
