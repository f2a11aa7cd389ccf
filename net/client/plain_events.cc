#include "net/client/plain_events.h"

#include <vencer_generated.h>

#include <cstring>

#include "engine/wire/event_layout.h"
#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/little_endian.h"

namespace vencer {
namespace {

using Body = std::span<const std::byte>;

constexpr std::size_t kLayoutsMax = 64;  // a frame of more kinds is not worth the search
constexpr std::size_t kKeyBytes = 24;

bool lies_within(Body body, std::size_t at, std::size_t bytes) {
  return at <= body.size() && bytes <= body.size() - at;
}

// Where the offset that stands at `at` leads to; 0 if not into the body.
std::size_t follow(Body body, std::size_t at) {
  if (!lies_within(body, at, 4)) return 0;
  const std::size_t to = at + load_le<std::uint32_t>(body.data() + at);
  return lies_within(body, to, 4) ? to : 0;
}

// A table's vtable as far as its first fields go: where it stands, and where a field of the table
// is.
struct VTable {
  std::size_t at = 0;
  std::size_t bytes = 0;
  std::size_t table_bytes = 0;
  std::uint16_t field(Body body, flatbuffers::voffset_t id) const {
    return id + 2u <= bytes ? load_le<std::uint16_t>(body.data() + at + id) : std::uint16_t{0};
  }
};

// Of a table whose first word lies within the body.
bool find_vtable(Body body, std::size_t table, VTable* into) {
  const auto at = static_cast<std::int64_t>(table) - load_le<std::int32_t>(body.data() + table);
  if (at < 0 || !lies_within(body, static_cast<std::size_t>(at), 4)) return false;
  into->at = static_cast<std::size_t>(at);
  into->bytes = load_le<std::uint16_t>(body.data() + into->at);
  into->table_bytes = load_le<std::uint16_t>(body.data() + into->at + 2);
  return into->bytes >= 4 && lies_within(body, into->at, into->bytes) && into->table_bytes >= 4;
}

static_assert(sizeof(wire::Key) == kKeyBytes);

// As the accessors give an event without any field.
Event blank() {
  Event event;
  event.type = static_cast<EventType>(0);
  event.ticket = {0, 0, static_cast<KeyKind>(0)};
  return event;
}

}  // namespace

// nullptr: not plain, or not right.
const PlainEvents::Layout* PlainEvents::layout_of(Body body, std::size_t table) {
  const auto at = static_cast<std::size_t>(static_cast<std::int64_t>(table) -
                                           load_le<std::int32_t>(body.data() + table));
  if (last_layout_ < layouts_used_ && layouts_[last_layout_].at == at) {
    return &layouts_[last_layout_];
  }
  for (std::size_t i = 0; i < layouts_used_; ++i) {
    if (layouts_[i].at != at) continue;
    last_layout_ = i;
    return &layouts_[i];
  }
  VTable vtable;
  if (layouts_used_ == kLayoutsMax || !find_vtable(body, table, &vtable)) return nullptr;
  for (const auto tail : {wire::Event::VT_OTHER, wire::Event::VT_ROWS, wire::Event::VT_REASON}) {
    if (vtable.field(body, tail) != 0) return nullptr;
  }
  if (layouts_used_ == layouts_.size()) layouts_.emplace_back();
  Layout& layout = layouts_[layouts_used_];
  layout.at = vtable.at;
  layout.table_bytes = vtable.table_bytes;
  layout.moves.clear();
  const auto fits = [&](std::uint16_t field_at, std::size_t bytes) {
    return field_at == 0 || field_at + bytes <= vtable.table_bytes;
  };
  for (const EventNumber& number : kEventNumbers) {
    const std::uint16_t field_at = vtable.field(body, number.id);
    if (!fits(field_at, number.size)) return nullptr;
    if (field_at != 0) layout.moves.push_back({field_at, number.at, number.size});
  }
  layout.key_at = vtable.field(body, wire::Event::VT_KEY);
  layout.muted_at = vtable.field(body, wire::Event::VT_MUTED);
  layout.attributes_at = vtable.field(body, wire::Event::VT_ATTRIBUTES);
  if (!fits(layout.key_at, kKeyBytes) || !fits(layout.muted_at, 1) ||
      !fits(layout.attributes_at, 4)) {
    return nullptr;
  }
  last_layout_ = layouts_used_++;
  return &layout;
}

bool PlainEvents::read_event(Body body, std::size_t table) {
  const Layout* const layout = layout_of(body, table);
  if (layout == nullptr || !lies_within(body, table, layout->table_bytes)) return false;
  const std::byte* const from = body.data() + table;
  Event& event = events_.emplace_back(blank());
  auto* const to = reinterpret_cast<std::byte*>(&event);
  for (const Move& move : layout->moves) move_number(to + move.to, from + move.from, move.size);
  if (layout->key_at != 0) {
    const std::byte* const key = from + layout->key_at;
    event.ticket = {load_le<std::uint64_t>(key), load_le<std::uint64_t>(key + 8),
                    static_cast<KeyKind>(load_le<std::uint8_t>(key + 16))};
  }
  if (layout->muted_at != 0) event.muted = load_le<std::uint8_t>(from + layout->muted_at) != 0;
  if (layout->attributes_at == 0) return true;
  const std::size_t list = follow(body, table + layout->attributes_at);
  if (list == 0) return false;
  const std::size_t count = load_le<std::uint32_t>(body.data() + list);
  if (!lies_within(body, list + 4, count * kAttributeValueBytes)) return false;
  // An honest frame has room for all of them; spans into the vector must not move.
  if (count > attributes_.capacity() - attributes_.size()) return false;
  const std::size_t first = attributes_.size();
  for (std::size_t i = 0; i < count; ++i) {
    attributes_.push_back(load_attribute_value(body.data() + list + 4 + i * kAttributeValueBytes));
  }
  event.attributes = std::span(attributes_).subspan(first);
  return true;
}

bool PlainEvents::read(Body body, EventBatch* into) {
  layouts_used_ = 0;
  events_.clear();
  attributes_.clear();
  const std::size_t root = follow(body, 0);
  VTable vtable;
  if (root == 0 || !find_vtable(body, root, &vtable)) return false;
  if (!lies_within(body, root, vtable.table_bytes)) return false;
  const auto number = [&](flatbuffers::voffset_t id, std::size_t bytes) -> std::uint64_t {
    const std::uint16_t at = vtable.field(body, id);
    std::uint64_t value = 0;
    if (at != 0 && at + bytes <= vtable.table_bytes) {
      std::memcpy(&value, body.data() + root + at, bytes);
    }
    return value;
  };
  const std::uint16_t list_at = vtable.field(body, wire::Events::VT_EVENTS);
  if (list_at == 0 || list_at + 4u > vtable.table_bytes) return false;
  const std::size_t list = follow(body, root + list_at);
  if (list == 0) return false;
  const std::size_t count = load_le<std::uint32_t>(body.data() + list);
  if (!lies_within(body, list + 4, count * 4)) return false;
  events_.reserve(count);
  attributes_.reserve(body.size() / kAttributeValueBytes);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t table = follow(body, list + 4 + 4 * i);
    if (table == 0 || !read_event(body, table)) return false;
  }
  into->partition = static_cast<std::uint32_t>(number(wire::Events::VT_PARTITION, 4));
  into->epoch = number(wire::Events::VT_EPOCH, 8);
  into->events = events_;
  into->next_sequence = number(wire::Events::VT_NEXT_SEQUENCE, 8);
  return true;
}

}  // namespace vencer
