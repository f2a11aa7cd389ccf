// The numbers of an event: where each stands in an Event, and which field of the schema's table it
// is. Whoever makes tables (event_tables.cc) or reads them (net/client/plain_events.cc) by moving
// bytes goes by this one list. A key, attributes, rows and texts are not numbers; nor is `muted`, a
// truth value, of which a stranger's byte may be anything.
#pragma once

#include <vencer_generated.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/core/event.h"

namespace vencer {

struct EventNumber {
  flatbuffers::voffset_t id;
  std::uint16_t at;  // in an Event
  std::uint8_t size;
};

#define VENCER_NUMBER(ID, NAME)                                 \
  EventNumber {                                                 \
    wire::Event::ID, offsetof(Event, NAME), sizeof(Event::NAME) \
  }
inline constexpr EventNumber kEventNumbers[] = {
    VENCER_NUMBER(VT_SEQUENCE, sequence),
    VENCER_NUMBER(VT_EMITTED, emitted),
    VENCER_NUMBER(VT_DUE, due),
    VENCER_NUMBER(VT_AT, at),
    VENCER_NUMBER(VT_TENANT, tenant),
    VENCER_NUMBER(VT_TYPE, type),
    VENCER_NUMBER(VT_VERSION, version),
    VENCER_NUMBER(VT_CLOCK, clock),
    VENCER_NUMBER(VT_STEP, step),
    VENCER_NUMBER(VT_STATUS, status),
    VENCER_NUMBER(VT_STATUS_BEFORE, status_before),
    VENCER_NUMBER(VT_ACTIVITY, activity),
    VENCER_NUMBER(VT_LEVEL, level),
    VENCER_NUMBER(VT_LIGHT, light),
    VENCER_NUMBER(VT_ROUTE, route),
    VENCER_NUMBER(VT_CYCLE, cycle),
    VENCER_NUMBER(VT_RULE, rule),
    VENCER_NUMBER(VT_RECIPIENT, recipient),
    VENCER_NUMBER(VT_ACTOR, actor),
    VENCER_NUMBER(VT_TARGET_MS, target_ms),
    VENCER_NUMBER(VT_ELAPSED_MS, elapsed_ms),
    VENCER_NUMBER(VT_OVERRUN_MS, overrun_ms),
    VENCER_NUMBER(VT_ROUTES, routes),
    VENCER_NUMBER(VT_SUBJECT, subject),
    VENCER_NUMBER(VT_LINK, link),
    VENCER_NUMBER(VT_CUSTOMER, customer),
    VENCER_NUMBER(VT_COUNT, count),
    VENCER_NUMBER(VT_OVERDUE, overdue),
};
inline constexpr EventNumber kEventMuted = VENCER_NUMBER(VT_MUTED, muted);
#undef VENCER_NUMBER
// Each has the size that it has in the schema.
static_assert(sizeof(Event::tenant) == 4 && sizeof(Event::light) == 1 && sizeof(Event::link) == 1 &&
              sizeof(Event::type) == 1 && sizeof(Event::muted) == 1 && sizeof(Event::rule) == 2 &&
              sizeof(Event::recipient) == 2 && sizeof(Event::clock) == 1);

inline void move_number(std::byte* to, const std::byte* from, std::size_t size) {
  switch (size) {  // each a single move
    case 1:
      std::memcpy(to, from, 1);
      return;
    case 2:
      std::memcpy(to, from, 2);
      return;
    case 4:
      std::memcpy(to, from, 4);
      return;
    default:
      std::memcpy(to, from, 8);
  }
}

}  // namespace vencer
