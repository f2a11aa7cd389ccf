// Ticket keys and values of open attributes as people write them.
//
//   parse_key("4711")                                   number
//   parse_key("7f6d0c3e-2f2b-4c1e-9a53-0f1f6a3f0b11")   UUID
//   parse_key("INC0012345")                             text: up to 16 bytes as they are, longer:
//   XXH3-128 parse_key("text:4711")                              text, whatever it looks like
//   parse_key("hash:0123...")                           32 hex digits: a long text's hash, as
//   events show it
//
// A number has no leading zeros ("007" is text). The kind is part of the key: number 5 is not text
// "5". key_text() writes what parse_key() reads back to the same key.
//
// Cost: O(length).  Thread: any.  Errors: invalid_key for an empty text or one with a NUL byte.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/core/types.h"

namespace vencer {

Result<TicketKey> parse_key(std::string_view text);
std::string key_text(const TicketKey& key);

inline TicketKey number_key(std::uint64_t number) {
  return {number, 0, KeyKind::number};
}
// Text, whatever it looks like; not empty.
TicketKey text_key(std::string_view text);

// A value of an open attribute: a decimal number is itself; other text, and text after "text:", is
// hashed to 64 bits (XXH3). Never 0, which means "not set": the text "0" is refused with
// unknown_value.
Result<Value> parse_open_value(std::string_view text);

// A producer as a UUID; other text is hashed to 128 bits (XXH3), so that a name is enough.
ProducerId parse_producer(std::string_view text);

}  // namespace vencer
