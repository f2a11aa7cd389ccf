#include "tools/vencer/json.h"

#include <fmt/format.h>

#include <iterator>

namespace vencer::cli {
namespace {

// The length of the valid UTF-8 sequence at the front; 0 if there is none (RFC 3629).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned second = byte(1);
  if (lead == 0xe0 && second < 0xa0) return 0;   // overlong
  if (lead == 0xed && second >= 0xa0) return 0;  // a surrogate
  if (lead == 0xf0 && second < 0x90) return 0;   // overlong
  if (lead == 0xf4 && second >= 0x90) return 0;  // above U+10FFFF
  return length;
}

void append_escaped(std::string& into, std::string_view text) {
  while (!text.empty()) {
    const char c = text[0];
    std::size_t length = utf8_length(text);
    if (length == 0) {
      into += "\\ufffd";
      length = 1;
    } else if (c == '"' || c == '\\') {
      into.push_back('\\');
      into.push_back(c);
    } else if (c == '\n') {
      into += "\\n";
    } else if (c == '\t') {
      into += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(into), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      into.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
}

}  // namespace

void JsonWriter::separate() {
  if (!first_) text_.push_back(',');
  first_ = false;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  text_.push_back('{');
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::end_object() {
  text_.push_back('}');
  first_ = false;
  return *this;
}
JsonWriter& JsonWriter::begin_array() {
  separate();
  text_.push_back('[');
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::end_array() {
  text_.push_back(']');
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  value(name);
  text_.push_back(':');
  first_ = true;
  return *this;
}
JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  text_.push_back('"');
  append_escaped(text_, text);
  text_.push_back('"');
  return *this;
}
JsonWriter& JsonWriter::value(bool truth) {
  separate();
  text_ += truth ? "true" : "false";
  return *this;
}
JsonWriter& JsonWriter::value(std::int64_t number) {
  separate();
  text_ += std::to_string(number);
  return *this;
}
JsonWriter& JsonWriter::value(std::uint64_t number) {
  separate();
  text_ += std::to_string(number);
  return *this;
}
JsonWriter& JsonWriter::null() {
  separate();
  text_ += "null";
  return *this;
}

}  // namespace vencer::cli
