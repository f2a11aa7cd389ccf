// Bodies of answers to queries -> the structs of query_replies.h. Verified, as in reply_reader.h.
#include "net/client/query_frames.h"
#include "net/client/reply_bytes.h"
#include "net/client/reply_reader.h"

namespace vencer {
namespace {

using namespace reply_bytes;

template <typename Table>
AsOf as_of(const Table& from) {
  return {from.now(), from.epoch(), from.event_sequence()};
}

template <typename Vector, typename Number>
void append_numbers(const Vector* from, std::vector<Number>& into) {
  for_each_element<Number>(from, [&](const std::byte* at) { into.push_back(load_le<Number>(at)); });
}

template <typename Vector>
void append_rows(const Vector* from, std::vector<ClockRow>& into) {
  for (std::uint32_t i = 0; i < size_of(from); ++i) {
    const wire::ClockRow& wired = *from->Get(i);
    ClockRow& row = into.emplace_back();
    row.key = key_of(wired.key());
    row.version = wired.version();
    row.status = wired.status();
    row.level = wired.level();
    row.light = static_cast<Light>(number(wired.light()));
    row.clock = wired.clock();
    row.phase = static_cast<ClockPhase>(number(wired.phase()));
    row.breached = wired.breached();
    row.due = wired.due().value_or(kNever);
    row.target_ms = wired.target_ms();
    row.elapsed_ms = wired.elapsed_ms();
    append_attributes(wired.attributes(), row.attributes);
  }
}

}  // namespace

Result<CountsReply> read_counts(std::span<const std::byte> body) {
  const auto* from = open<wire::CountsReply>(body);
  if (from == nullptr) return unreadable();
  CountsReply reply;
  append_numbers(from->by(), reply.by);
  if (reply.by.size() > limits::count_by_max) return unreadable();
  for (std::uint32_t i = 0; i < size_of(from->rows()); ++i) {
    const wire::CountsRow& wired = *from->rows()->Get(i);
    CountsRow& row = reply.rows.emplace_back();
    std::vector<Value> values;
    append_numbers(wired.values(), values);
    if (values.size() != reply.by.size()) return unreadable();
    std::copy(values.begin(), values.end(), row.values.begin());
    row.lights = {wired.none(), wired.green(), wired.amber(), wired.red()};
  }
  reply.open = from->open();
  append_numbers(from->by_status(), reply.by_status);
  reply.reevaluating = from->reevaluating();
  reply.as_of = as_of(*from);
  return reply;
}

Result<ForecastReply> read_forecast(std::span<const std::byte> body) {
  const auto* from = open<wire::ForecastReply>(body);
  if (from == nullptr) return unreadable();
  ForecastReply reply;
  reply.begin = from->begin();
  reply.span_ms = from->span_ms();
  append_numbers(from->dues(), reply.dues);
  reply.overdue = from->overdue();
  reply.as_of = as_of(*from);
  return reply;
}

Result<AttainmentReply> read_attainment(std::span<const std::byte> body) {
  const auto* from = open<wire::AttainmentReply>(body);
  if (from == nullptr) return unreadable();
  AttainmentReply reply;
  reply.by = from->by();
  reply.by_day = from->by_day();
  for (std::uint32_t i = 0; i < size_of(from->rows()); ++i) {
    const wire::AttainmentRow& row = *from->rows()->Get(i);
    reply.rows.push_back({row.clock(), row.value(), row.day(), row.met(), row.missed(),
                          row.p50_ms(), row.p90_ms(), row.p95_ms(), row.p99_ms()});
  }
  reply.as_of = as_of(*from);
  return reply;
}

Result<NextDueAnswer> read_next_due(std::span<const std::byte> body) {
  const auto* from = open<wire::NextDueReply>(body);
  if (from == nullptr) return unreadable();
  NextDueAnswer answer;
  append_rows(from->rows(), answer.page.rows);
  answer.page.complete = from->complete();
  answer.page.found_to = from->found_to().value_or(kNever);
  answer.page.cursor = {from->cursor_at().value_or(INT64_MIN), from->cursor_slot(), 0};
  answer.page.looked_at = from->looked_at();
  answer.page.reevaluating = from->reevaluating();
  answer.as_of = as_of(*from);
  return answer;
}

Result<OverdueAnswer> read_overdue(std::span<const std::byte> body) {
  const auto* from = open<wire::OverdueReply>(body);
  if (from == nullptr) return unreadable();
  OverdueAnswer answer;
  append_rows(from->rows(), answer.page.rows);
  answer.page.complete = from->complete();
  answer.page.cursor = {from->cursor_due().value_or(INT64_MIN), from->cursor_slot(),
                        from->cursor_clock()};
  answer.page.overdue = from->overdue();
  answer.page.reevaluating = from->reevaluating();
  answer.as_of = as_of(*from);
  return answer;
}

Result<ExportPageReply> read_export(std::span<const std::byte> body) {
  const auto* from = open<wire::ExportReply>(body);
  if (from == nullptr) return unreadable();
  ExportPageReply reply;
  for (std::uint32_t i = 0; i < size_of(from->tickets()); ++i) {
    reply.tickets.push_back(ticket_of(*from->tickets()->Get(i)));
  }
  reply.complete = from->complete();
  reply.next = from->next();
  reply.as_of = as_of(*from);
  return reply;
}

}  // namespace vencer
