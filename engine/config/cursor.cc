#include "engine/config/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "engine/core/limits.h"

namespace vencer::config {
namespace {

bool is_bare(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c >= 0x80;
  });
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

Cursor Cursor::into(const Member& member) const {
  std::string path = path_.empty() ? "" : path_ + ".";
  path += is_bare(member.key) ? member.key : '"' + member.key.substr(0, 80) + '"';
  return Cursor(*this, member.value, std::move(path), member.key, member.at);
}

std::vector<Cursor> Cursor::members() const {
  std::vector<Cursor> all;
  if (kind() != NodeKind::table) {
    error(fmt::format("must be a table, is {}", found()));
    return all;
  }
  for (const Member& member : node_->members) all.push_back(into(member));
  return all;
}

std::vector<Cursor> Cursor::items() const {
  std::vector<Cursor> all;
  if (kind() != NodeKind::array) {
    error(fmt::format("must be a list, is {}; write it in [ ]", found()));
    return all;
  }
  for (std::size_t i = 0; i < node_->items.size(); ++i) {
    const Node& item = node_->items[i];
    all.push_back(Cursor(*this, item, fmt::format("{}[{}]", path_, i + 1), "", item.at));
  }
  return all;
}

std::optional<Cursor> Cursor::member(std::string_view key) const {
  for (const Member& each : node_->members) {
    if (each.key == key) return into(each);
  }
  return std::nullopt;
}

std::optional<std::string_view> Cursor::string(std::string_view example) const {
  if (kind() == NodeKind::string) return node_->text;
  error(fmt::format("must be text such as \"{}\", is {}", example, found()));
  return std::nullopt;
}

std::optional<std::int64_t> Cursor::integer() const {
  if (kind() == NodeKind::integer) return node_->integer;
  error(fmt::format("must be a whole number, is {}", found()));
  return std::nullopt;
}

std::optional<bool> Cursor::boolean() const {
  if (kind() == NodeKind::boolean) return node_->boolean;
  error(fmt::format("must be true or false, is {}", found()));
  return std::nullopt;
}

std::optional<std::string_view> Cursor::name() const {
  const auto text = string("a name");
  if (!text || !check_name(*text)) return std::nullopt;
  return text;
}

bool Cursor::check_name(std::string_view text) const {
  if (text.empty()) {
    error("a name must not be empty");
  } else if (text.size() > limits::name_bytes_max) {
    error(fmt::format("the name {} has {} bytes; at most {} are allowed", quoted(text), text.size(),
                      limits::name_bytes_max));
  } else if (has_control_character(text)) {
    error("a name must not hold line breaks or other control characters");
  } else if (text.front() == ' ' || text.back() == ' ') {
    error(fmt::format("the name {} must not begin or end with a space", quoted(text)));
  } else {
    return true;
  }
  return false;
}

std::string Cursor::found() const {
  switch (kind()) {
    case NodeKind::table:
      return "a table";
    case NodeKind::array:
      return "a list";
    case NodeKind::string:
      return "the text " + quoted(node_->text);
    case NodeKind::integer:
    case NodeKind::real:
      return "the number " + node_->text;
    case NodeKind::boolean:
      return node_->text;
    case NodeKind::date:
      return "the date " + node_->text;
    case NodeKind::time:
      return "the time " + node_->text;
    case NodeKind::date_time:
      return "the instant " + node_->text;
  }
  return "?";
}

}  // namespace vencer::config
