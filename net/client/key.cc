#include "net/client/key.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <charconv>
#include <cstring>

namespace vencer {
namespace {

constexpr std::string_view kTextPrefix = "text:";
constexpr std::string_view kHashPrefix = "hash:";
constexpr std::size_t kTextBytesMax = 16;  // longer text is hashed

// Digits without leading zeros that fit 64 bits.
bool parse_number(std::string_view text, std::uint64_t& number) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool parse_hex(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return error == std::errc() && end == text.data() + text.size() && text[0] != '-';
}

// 8-4-4-4-12 hex digits; the first 16 of them are the high half.
bool parse_uuid(std::string_view text, std::uint64_t& high, std::uint64_t& low) {
  if (text.size() != 36) return false;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return false;
    if (!dash) digits.push_back(text[i]);
  }
  const std::string_view view = digits;
  return parse_hex(view.substr(0, 16), high) && parse_hex(view.substr(16), low);
}

std::string hex(std::uint64_t number) {
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; number >>= 4) text[i] = "0123456789abcdef"[number & 15];
  return text;
}

std::string uuid_text(std::uint64_t high, std::uint64_t low) {
  std::string text = hex(high) + hex(low);
  for (const std::size_t at : {20u, 16u, 12u, 8u}) text.insert(at, 1, '-');
  return text;
}

std::string short_text(const TicketKey& key) {
  char bytes[kTextBytesMax];
  std::memcpy(bytes, &key.low, 8);
  std::memcpy(bytes + 8, &key.high, 8);
  return {bytes, strnlen(bytes, kTextBytesMax)};
}

}  // namespace

TicketKey text_key(std::string_view text) {
  TicketKey key;
  if (text.size() <= kTextBytesMax) {
    key.kind = KeyKind::text;
    char bytes[kTextBytesMax] = {};
    std::memcpy(bytes, text.data(), text.size());
    std::memcpy(&key.low, bytes, 8);
    std::memcpy(&key.high, bytes + 8, 8);
    return key;
  }
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return {hash.low64, hash.high64, KeyKind::text_hash};
}

Result<TicketKey> parse_key(std::string_view text) {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (parse_number(text, low)) return number_key(low);
  if (parse_uuid(text, high, low)) return TicketKey{low, high, KeyKind::uuid};
  if (text.starts_with(kHashPrefix)) {
    const std::string_view digits = text.substr(kHashPrefix.size());
    if (digits.size() == 32 && parse_hex(digits.substr(0, 16), high) &&
        parse_hex(digits.substr(16), low)) {
      return TicketKey{low, high, KeyKind::text_hash};
    }
  }
  if (text.starts_with(kTextPrefix)) text.remove_prefix(kTextPrefix.size());
  if (text.empty()) return Error{Errc::invalid_key, "a ticket's key is empty"};
  if (text.find('\0') != std::string_view::npos) {
    return Error{Errc::invalid_key, "a ticket's key holds a NUL byte"};
  }
  return text_key(text);
}

std::string key_text(const TicketKey& key) {
  switch (key.kind) {
    case KeyKind::number:
      return std::to_string(key.low);
    case KeyKind::uuid:
      return uuid_text(key.high, key.low);
    case KeyKind::text_hash:
      return std::string(kHashPrefix) + hex(key.high) + hex(key.low);
    case KeyKind::text: {
      const std::string text = short_text(key);
      // Plain where that reads back as the same key.
      const Result<TicketKey> back = parse_key(text);
      return back.ok() && *back == key ? text : std::string(kTextPrefix) + text;
    }
  }
  return "";  // no key: an event that is about no ticket
}

Result<Value> parse_open_value(std::string_view text) {
  std::uint64_t number = 0;
  if (parse_number(text, number)) {
    if (number == 0) return Error{Errc::unknown_value, "0 means 'not set'; an empty value clears"};
    return number;
  }
  if (text.starts_with(kTextPrefix)) text.remove_prefix(kTextPrefix.size());
  const std::uint64_t hash = XXH3_64bits(text.data(), text.size());
  return hash == 0 ? 1 : hash;
}

ProducerId parse_producer(std::string_view text) {
  ProducerId id;
  if (text.empty()) return id;
  if (parse_uuid(text, id.high, id.low)) return id;
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return {hash.low64, hash.high64};
}

}  // namespace vencer
