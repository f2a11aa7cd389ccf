#include "tests/scenario/line.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/vencer/event_text.h"

namespace vencer::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMs = "_ms";

// They are the line's head, or say nothing about the rule.
bool is_told_elsewhere(std::string_view key) {
  static constexpr std::string_view kKeys[] = {"sequence", "epoch", "tenant", "type", "ticket"};
  return std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys);
}

std::string scalar_text(const Json& value, const Wording& wording) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  const auto word = wording.words.find(text);
  return word == wording.words.end() ? text : word->second;
}

// Rows of tickets as their keys: what a digest's reader looks for. Routes as "ana (correo)", those
// that lead to nobody left out.
std::string list_text(const Json& list, const Wording& wording) {
  std::string text;
  for (const Json& element : list) {
    const bool is_route = element.is_object() && element.contains("to");
    if (is_route && element["to"] == "") continue;
    text += text.empty() ? "" : ", ";
    if (!element.is_object()) {
      text += scalar_text(element, wording);
    } else if (element.contains("ticket")) {
      text += scalar_text(element["ticket"], wording);
    } else if (is_route) {
      text += scalar_text(element["to"], wording);
      if (element.contains("via"))
        text += fmt::format(" ({})", scalar_text(element["via"], wording));
    } else {
      Line inner;
      add_json(inner, element, wording);
      text += fmt::format("({})", inner.text().substr(1));
    }
  }
  return text;
}

void add_scalar(Line& line, const Json& object, const std::string& key, const Json& value,
                const Wording& wording, const std::string& prefix) {
  if (value.is_string() && object.contains(key + "_ms")) {
    const auto at = object[key + "_ms"].get<TimeMs>();
    line.fields.emplace_back(prefix + key, wording.local.text(at));
  } else if (key.ends_with(kMs) && value.is_number()) {
    const std::string base = key.substr(0, key.size() - kMs.size());
    if (object.contains(base)) return;
    line.fields.emplace_back(prefix + base, span_text(value.get<DurationMs>()));
  } else {
    line.fields.emplace_back(prefix + key, scalar_text(value, wording));
  }
}

// The field that begins at `from`: where its '=' is, if it is one ("name=").
std::size_t equals_of_field(std::string_view text, std::size_t from) {
  const std::size_t end = text.find_first_of(" =", from);
  return end != std::string_view::npos && text[end] == '=' && end > from ? end
                                                                         : std::string_view::npos;
}

bool same_value(const std::string& came, const std::string& wanted) {
  if (came == wanted) return true;
  // A time of day stands for that time on whatever day.
  const bool time_of_day = wanted.size() >= 5 && wanted[2] == ':' && came.size() > 11;
  return time_of_day && came[10] == ' ' && came.substr(11) == wanted;
}

}  // namespace

std::string text_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += fmt::format(" {}={}", name, value);
  return text;
}

std::string Line::text() const {
  return head + text_of(fields);
}

const std::string* Line::field(std::string_view name) const {
  for (const auto& [own, value] : fields) {
    if (own == name) return &value;
  }
  return nullptr;
}

std::string_view Line::type() const {
  return std::string_view(head).substr(0, head.find(' '));
}

Line parse_line(std::string_view text) {
  Line line;
  std::string* into = &line.head;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (const std::size_t equals = equals_of_field(text, at); equals < end) {
      line.fields.emplace_back(text.substr(at, equals - at),
                               text.substr(equals + 1, end - equals - 1));
      into = &line.fields.back().second;
    } else {
      *into += into->empty() ? "" : " ";
      *into += text.substr(at, end - at);
    }
    at = end + 1;
  }
  return line;
}

std::string misfit(const Line& came, const Line& pattern) {
  if (came.head != pattern.head)
    return fmt::format("it is '{}', not '{}'", came.head, pattern.head);
  for (const auto& [name, wanted] : pattern.fields) {
    const std::string* value = came.field(name);
    if (wanted == "-") {
      if (value != nullptr) return fmt::format("{} is '{}', and should not be there", name, *value);
    } else if (value == nullptr) {
      return fmt::format("it has no {}, which should be '{}'", name, wanted);
    } else if (!same_value(*value, wanted)) {
      return fmt::format("{} is '{}', not '{}'", name, *value, wanted);
    }
  }
  return "";
}

void add_json(Line& line, const Json& object, const Wording& wording, const std::string& prefix) {
  for (const auto& [key, value] : object.items()) {
    if (prefix.empty() && is_told_elsewhere(key)) continue;
    if (key == "attributes" && value.is_object()) {
      add_json(line, value, wording, prefix + ".");
    } else if (key == "recipient" && value.is_object()) {
      for (const auto& [part, word] : value.items()) {
        const std::string name = part == "name" ? "recipient" : part;
        line.fields.emplace_back(
            name, word.is_array() ? list_text(word, wording) : scalar_text(word, wording));
      }
    } else if (value.is_object()) {
      add_json(line, value, wording, prefix + key + ".");
    } else if (value.is_array()) {
      line.fields.emplace_back(prefix + key, list_text(value, wording));
    } else {
      add_scalar(line, object, key, value, wording, prefix);
    }
  }
}

Line event_line(const Event& event, const Wording& wording) {
  const Json json = Json::parse(cli::event_json(event, 0, wording.names));
  Line line;
  line.head = json.at("type").get<std::string>();
  if (json.contains("ticket"))
    line.head += fmt::format(" {}", scalar_text(json["ticket"], wording));
  add_json(line, json, wording);
  return line;
}

}  // namespace vencer::scenario
