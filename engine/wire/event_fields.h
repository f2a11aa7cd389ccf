// The optional fields of an event record, in the order of their presence bits, each as one word
// that is 0 exactly if the field has its "none" value. Append only: the order is in every event
// segment. Two groups, because the bit of the attributes lies between them.
//
// An id (none: all ones) is its number + 1; an instant (none: kNever) 1 + its distance back from
// `emitted`, in zigzag, which is small for what fires in time; a duration or a number (none: 0) is
// itself.
//
// visit_event_fields(event, put) calls put(word) for each field; assign_event_fields(event, take)
// sets each field from take(largest word that the field can hold). `emitted` must be set before.
// visit_more_... and assign_more_... do so for the second group.
#pragma once

#include <cstdint>
#include <limits>

#include "engine/core/event.h"
#include "engine/wire/varint.h"

namespace vencer {

inline constexpr int kEventFields = 18;
inline constexpr int kMoreEventFields = 7;

namespace event_field {

template <typename Id>
constexpr std::uint64_t id_word(Id id) {
  return id == std::numeric_limits<Id>::max() ? 0 : std::uint64_t{id} + 1;
}
template <typename Id>
Id word_id(std::uint64_t word) {
  return static_cast<Id>(word - 1);
}
// Instants lie within limits::time_min_ms .. time_max_ms, so the distance that would wrap to 0 does
// not occur.
inline std::uint64_t instant_word(TimeMs emitted, TimeMs instant) {
  if (instant == kNever) return 0;
  const auto back = static_cast<std::int64_t>(static_cast<std::uint64_t>(emitted) -
                                              static_cast<std::uint64_t>(instant));
  return zigzag(back) + 1;
}
inline TimeMs word_instant(TimeMs emitted, std::uint64_t word) {
  if (word == 0) return kNever;
  const auto back = static_cast<std::uint64_t>(unzigzag(word - 1));
  return static_cast<TimeMs>(static_cast<std::uint64_t>(emitted) - back);
}

}  // namespace event_field

template <typename Put>
[[gnu::always_inline]] inline void visit_event_fields(const Event& e, Put& put) {
  using namespace event_field;
  put(instant_word(e.emitted, e.due));
  put(instant_word(e.emitted, e.at));
  put(id_word(e.clock));
  put(std::uint64_t{e.cycle});
  put(id_word(e.rule));
  put(zigzag(e.target_ms));
  put(zigzag(e.elapsed_ms));
  put(zigzag(e.overrun_ms));
  put(id_word(e.step));
  put(id_word(e.recipient));
  put(id_word(e.route));
  put(std::uint64_t{e.level});
  put(static_cast<std::uint64_t>(e.light));
  put(id_word(e.status));
  put(id_word(e.status_before));
  put(id_word(e.activity));
  put(e.actor);
  put(e.ticket.high);
}

template <typename Take>
[[gnu::always_inline]] inline void assign_event_fields(Event& e, const Take& take) {
  using namespace event_field;
  constexpr std::uint64_t any = ~std::uint64_t{0}, u8 = 0xff, u16 = 0xffff;
  e.due = word_instant(e.emitted, take(any));
  e.at = word_instant(e.emitted, take(any));
  e.clock = word_id<ClockId>(take(u8));
  e.cycle = static_cast<std::uint16_t>(take(u16));
  e.rule = word_id<RuleId>(take(u16));
  e.target_ms = unzigzag(take(any));
  e.elapsed_ms = unzigzag(take(any));
  e.overrun_ms = unzigzag(take(any));
  e.step = word_id<StepId>(take(u8));
  e.recipient = word_id<RecipientId>(take(u16));
  e.route = word_id<std::uint8_t>(take(u8));
  e.level = static_cast<LevelId>(take(u8));
  e.light = static_cast<Light>(take(u8));
  e.status = word_id<StatusId>(take(u8));
  e.status_before = word_id<StatusId>(take(u8));
  e.activity = word_id<ActivityId>(take(u8));
  e.actor = take(any);
  e.ticket.high = take(any);
}

template <typename Put>
[[gnu::always_inline]] inline void visit_more_event_fields(const Event& e, Put& put) {
  using namespace event_field;
  put(std::uint64_t{e.routes});
  put(id_word(e.subject));
  put(static_cast<std::uint64_t>(e.muted ? 1 : 0));
  put(static_cast<std::uint64_t>(e.link));
  put(e.customer);
  put(e.count);
  put(e.overdue);
}

template <typename Take>
[[gnu::always_inline]] inline void assign_more_event_fields(Event& e, const Take& take) {
  using namespace event_field;
  constexpr std::uint64_t any = ~std::uint64_t{0}, u8 = 0xff, u16 = 0xffff;
  e.routes = static_cast<std::uint16_t>(take(u16));
  e.subject = word_id<std::uint16_t>(take(u16));
  e.muted = take(1) != 0;
  e.link = static_cast<LinkKind>(take(u8));
  e.customer = take(any);
  e.count = take(any);
  e.overdue = take(any);
}

}  // namespace vencer
