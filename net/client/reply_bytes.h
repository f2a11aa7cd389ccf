// What the readers of replies have in common. Internal to net/client.
#pragma once

#include <vector>

#include "engine/core/result.h"
#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/wire_enums.h"

namespace vencer::reply_bytes {

// What a client takes; events and names come in frames far smaller.
inline constexpr std::size_t kReplyBytesMax = 64 << 20;

template <typename Table>
const Table* open(std::span<const std::byte> body) {
  return verify_flatbuffer<Table>(body, kReplyBytesMax) ? flatbuffer_root<Table>(body) : nullptr;
}

inline Error unreadable() {
  return {Errc::invalid_flatbuffer, "the server's answer is not a valid FlatBuffer of its type"};
}

inline TicketKey key_of(const wire::Key* key) {
  if (key == nullptr) return {0, 0, static_cast<KeyKind>(0)};
  return {key->low(), key->high(), static_cast<KeyKind>(number(key->kind()))};
}

template <typename Vector>
void append_attributes(const Vector* from, std::vector<AttributeValue>& into) {
  for_each_element<wire::AttributeValue>(
      from, [&](const std::byte* at) { into.push_back(load_attribute_value(at)); });
}

}  // namespace vencer::reply_bytes
