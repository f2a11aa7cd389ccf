// with_file(): a text as a string of TOML.
#include <fmt/format.h>

#include "engine/config/diagnostics.h"
#include "engine/config/files.h"

namespace vencer {
namespace {

// How many bytes the character at the begin of `text` has; 0 if that is no UTF-8. Overlong forms
// and surrogates pass here and are refused by the parser.
std::size_t character_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t bytes = first < 0x80           ? 1
                            : (first >> 5) == 0x06 ? 2
                            : (first >> 4) == 0x0e ? 3
                            : (first >> 3) == 0x1e ? 4
                                                   : 0;
  if (text.size() < bytes) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  return bytes;
}

// For a string between quotes; line breaks too.
Result<std::string> escaped(std::string_view text, std::string_view name) {
  std::string result;
  int line = 1;
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    if (bytes == 0) {
      return Error{Errc::invalid_document, fmt::format("{}:{}: is not UTF-8", name, line)};
    }
    const char c = text.front();
    if (c == '\n') {
      ++line;
      result += '\n';
    } else if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      if (!text.starts_with("\r\n")) result += fmt::format("\\u{:04X}", static_cast<int>(c));
    } else {
      result += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return result;
}

}  // namespace

Result<std::string> with_file(std::string_view document, std::string_view name,
                              std::string_view text) {
  const Result<std::string> content = escaped(text, name);
  if (!content) return content.error();
  const Result<std::string> key = escaped(name, name);
  if (!key) return key.error();
  if (key->find('\n') != std::string::npos) {
    return Error{Errc::invalid_document, config::quoted(name) + " is no name of a file"};
  }
  // The line break behind the opening quotes is not part of the text.
  return fmt::format("{}\n[file.\"{}\"]\ntext = \"\"\"\n{}\"\"\"\n", document, *key, *content);
}

}  // namespace vencer
