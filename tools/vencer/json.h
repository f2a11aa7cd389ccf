// JsonWriter: one JSON value, written in order. Text that is not valid UTF-8 becomes U+FFFD;
// numbers are exact.
//
//   JsonWriter json;
//   json.begin_object().field("ticket", "T-1").field("version", 3).end_object();
//   puts(json.text().c_str());
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace vencer::cli {

class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(std::uint64_t number);
  template <std::integral Number>
  JsonWriter& value(Number number) {
    if constexpr (std::signed_integral<Number>) return value(static_cast<std::int64_t>(number));
    return value(static_cast<std::uint64_t>(number));
  }
  JsonWriter& null();

  template <typename Value>
  JsonWriter& field(std::string_view name, const Value& of) {
    return key(name).value(of);
  }
  // Left out if it is empty.
  JsonWriter& field_if(std::string_view name, std::string_view text) {
    return text.empty() ? *this : key(name).value(text);
  }

  const std::string& text() const { return text_; }

 private:
  void separate();
  std::string text_;
  bool first_ = true;  // nothing stands before in this object or array
};

}  // namespace vencer::cli
