// Bodies of Events frames -> events.
#include "net/client/reply_bytes.h"
#include "net/client/reply_reader.h"

namespace vencer {
namespace {

using reply_bytes::append_attributes;
using reply_bytes::key_of;
using reply_bytes::open;
using reply_bytes::unreadable;

EventRow read_row(const wire::EventRow& from) {
  return {key_of(from.key()), from.due().value_or(kNever), from.clock(),
          static_cast<Light>(number(from.light())), from.status()};
}

Event read_event(const wire::Event& from) {
  Event event;
  event.sequence = from.sequence();
  event.emitted = from.emitted();
  event.due = from.due().value_or(kNever);
  event.at = from.at().value_or(kNever);
  event.tenant = from.tenant();
  event.ticket = key_of(from.key());
  event.type = static_cast<EventType>(number(from.type()));
  event.version = from.version();
  event.clock = from.clock();
  event.step = from.step();
  event.status = from.status();
  event.status_before = from.status_before();
  event.activity = from.activity();
  event.level = from.level();
  event.light = static_cast<Light>(number(from.light()));
  event.route = from.route();
  event.cycle = from.cycle();
  event.rule = from.rule();
  event.recipient = from.recipient();
  event.actor = from.actor();
  event.target_ms = from.target_ms();
  event.elapsed_ms = from.elapsed_ms();
  event.overrun_ms = from.overrun_ms();
  event.routes = from.routes();
  event.subject = from.subject();
  event.muted = from.muted();
  event.link = static_cast<LinkKind>(number(from.link()));
  if (from.other() != nullptr) event.other = key_of(from.other());
  event.customer = from.customer();
  event.count = from.count();
  event.overdue = from.overdue();
  event.reason = view_of(from.reason());
  return event;
}

}  // namespace

Result<EventBatch> EventReader::read(std::span<const std::byte> body) {
  if (EventBatch batch; plain_.read(body, &batch)) return batch;
  const auto* from = open<wire::Events>(body);
  if (from == nullptr) return unreadable();
  events_.clear();
  attributes_.clear();
  rows_.clear();
  // Spans into attributes_ and rows_ must not move.
  std::size_t attributes = 0, rows = 0;
  for (std::uint32_t i = 0; i < size_of(from->events()); ++i) {
    attributes += size_of(from->events()->Get(i)->attributes());
    rows += size_of(from->events()->Get(i)->rows());
  }
  attributes_.reserve(attributes);
  rows_.reserve(rows);
  for (std::uint32_t i = 0; i < size_of(from->events()); ++i) {
    const wire::Event& wired = *from->events()->Get(i);
    Event& event = events_.emplace_back(read_event(wired));
    const std::size_t first = attributes_.size();
    append_attributes(wired.attributes(), attributes_);
    event.attributes = std::span(attributes_).subspan(first);
    const std::size_t first_row = rows_.size();
    for (std::uint32_t row = 0; row < size_of(wired.rows()); ++row) {
      rows_.push_back(read_row(*wired.rows()->Get(row)));
    }
    event.rows = std::span(rows_).subspan(first_row);
  }
  return EventBatch{from->partition(), from->epoch(), events_, from->next_sequence()};
}

}  // namespace vencer
