#include "engine/config/happenings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "engine/config/matches.h"

namespace vencer::config {
namespace {

// By StatusCategory.
constexpr std::array<std::string_view, 7> kCategories = {
    "new", "open", "pending", "on_hold", "resolved", "closed", "cancelled"};

// "status:Nuevo" -> {"status", "Nuevo", ':'}, "plan=Oro" -> {"plan", "Oro", '='}; a word without
// either mark has no kind.
struct Word {
  std::string_view kind, name;
  char mark = ' ';
};
Word split(std::string_view text) {
  const std::size_t at = text.find_first_of(":=");
  if (at == std::string_view::npos) return {"", text};
  return {text.substr(0, at), text.substr(at + 1), text[at]};
}

std::uint64_t status_bit(const Compilation& c, const Cursor& at, std::string_view name) {
  const auto id = c.statuses.use(at, name);
  return id ? std::uint64_t{1} << *id : 0;
}

std::uint64_t category_bits(const Compilation& c, const Cursor& at, std::string_view word) {
  const auto category = category_of(word);
  if (!category) {
    at.error(fmt::format("{} is not a category{}", quoted(word), hint(word, category_words())));
    return 0;
  }
  const std::uint64_t mask = category_mask(c, *category);
  if (mask == 0 && !c.statuses.doubtful()) {
    at.warning(fmt::format("no status of this document is of category {}", quoted(word)));
  }
  return mask;
}

std::uint16_t level_bit(const Compilation& c, const Cursor& at, std::string_view name) {
  const auto id = c.levels.use(at, name);
  return id ? static_cast<std::uint16_t>(1u << (*id + 1)) : std::uint16_t{0};
}

std::uint32_t attribute_bit(const Compilation& c, const Cursor& at, std::string_view name) {
  const auto id = c.attributes.use(at, name);
  return id ? std::uint32_t{1} << *id : 0;
}

// The number that an open attribute is compared with; 0 is "not set".
std::optional<Value> open_value(const Cursor& at, const std::string& attribute,
                                std::string_view text) {
  Value value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return value;
  at.error(fmt::format("{} is no number; {} is open and takes numbers, 0 for \"not set\"",
                       quoted(text), quoted(attribute)));
  return std::nullopt;
}

void read_became(const Compilation& c, const Cursor& at, const Word& word,
                 std::vector<AttributeValue>& into) {
  const auto id = c.attributes.use(at, word.kind);
  if (!id || c.values[*id].doubtful()) return;
  const AttributeSpec& attribute = c.spec.attributes[*id];
  const auto value = attribute.open ? open_value(at, attribute.name, word.name)
                                    : find_value(c, static_cast<AttributeId>(*id), word.name);
  if (value) {
    into.push_back({static_cast<AttributeId>(*id), *value});
  } else if (!attribute.open && !at.diagnostics().full()) {
    at.error(fmt::format("{} is not a value of {}{}", quoted(word.name), quoted(attribute.name),
                         hint(word.name, c.values[*id].live_names())));
  }
}

void sort_values(std::vector<AttributeValue>& values) {
  std::sort(values.begin(), values.end(), [](const AttributeValue& a, const AttributeValue& b) {
    return std::tie(a.attribute, a.value) < std::tie(b.attribute, b.value);
  });
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

void read_activity(const Compilation& c, const Cursor& at, std::string_view name,
                   TriggerSpec& into) {
  if (c.statuses.find(name) && !c.activities.find(name)) {
    at.error(fmt::format("{} is a status; write \"status:{}\"", quoted(name), name));
  } else if (name == "create" || name == "merge") {
    at.error(fmt::format("{} is a happening of constraints only{}", quoted(name),
                         name == "create" ? "; write \"created\"" : ""));
  } else if (const auto id = c.activities.use(at, name)) {
    into.activities |= std::uint64_t{1} << *id;
  }
}

void read_happening(Compilation& c, const Cursor& at, std::string_view text, TriggerSpec& into) {
  const Word word = split(text);
  if (word.mark == '=') {
    read_became(c, at, word, into.became);
  } else if (word.mark == ' ') {
    read_activity(c, at, word.name, into);
  } else if (word.kind == "status") {
    into.statuses |= status_bit(c, at, word.name);
  } else if (word.kind == "category") {
    into.statuses |= category_bits(c, at, word.name);
  } else if (word.kind == "level") {
    into.levels = static_cast<std::uint16_t>(into.levels | level_bit(c, at, word.name));
  } else if (word.kind == "set") {
    into.attributes_set |= attribute_bit(c, at, word.name);
  } else if (word.kind == "changed") {
    into.attributes_changed |= attribute_bit(c, at, word.name);
  } else {
    at.error(
        fmt::format("{} is not a happening; write an activity, \"status:X\", \"category:X\", "
                    "\"level:X\", \"set:attribute\", \"changed:attribute\" or "
                    "\"attribute=value\"",
                    quoted(text)));
  }
}

void read_condition(Compilation& c, const Cursor& at, std::string_view text, ConditionSpec& into) {
  const Word word = split(text);
  if (word.mark == '=') {
    read_became(c, at, word, into.values);
  } else if (word.kind == "status") {
    into.statuses |= status_bit(c, at, word.name);
  } else if (word.kind == "category") {
    into.statuses |= category_bits(c, at, word.name);
  } else if (word.kind == "level") {
    into.levels = static_cast<std::uint16_t>(into.levels | level_bit(c, at, word.name));
  } else {
    at.error(
        fmt::format("{} is not a condition; write \"status:X\", \"category:X\", "
                    "\"level:X\" or \"attribute=value\"",
                    quoted(text)));
  }
}

}  // namespace

std::optional<StatusCategory> category_of(std::string_view word) {
  const auto found = std::find(kCategories.begin(), kCategories.end(), word);
  if (found == kCategories.end()) return std::nullopt;
  return static_cast<StatusCategory>(found - kCategories.begin());
}

std::vector<std::string_view> category_words() {
  return {kCategories.begin(), kCategories.end()};
}

std::uint64_t category_mask(const Compilation& c, StatusCategory category) {
  std::uint64_t mask = 0;
  for (std::size_t id = 0; id < c.spec.statuses.size(); ++id) {
    if (c.statuses.live(id) && c.spec.statuses[id].category == category) {
      mask |= std::uint64_t{1} << id;
    }
  }
  return mask;
}

TriggerSpec read_happenings(Compilation& c, const Cursor& list) {
  TriggerSpec triggers;
  for (const Cursor& item : list.items()) {
    const auto text = item.string("agent_reply");
    if (text) read_happening(c, item, *text, triggers);
  }
  sort_values(triggers.became);
  return triggers;
}

ConstraintOn read_constraint_on(Compilation& c, const Cursor& list) {
  ConstraintOn on;
  if (list.kind() == NodeKind::array && list.node().items.empty()) {
    list.error("an empty list: nothing would ever be looked at; name a happening");
  }
  for (const Cursor& item : list.items()) {
    const auto text = item.string("create");
    if (!text) continue;
    if (*text == "create" || *text == "merge") {
      (*text == "create" ? on.create : on.merge) = true;
    } else if (*text == "created") {
      item.error("'created' is what starts clocks; a constraint looks at \"create\"");
    } else {
      read_happening(c, item, *text, on.happenings);
    }
  }
  sort_values(on.happenings.became);
  return on;
}

ConditionSpec read_conditions(Compilation& c, const Cursor& list) {
  ConditionSpec condition;
  for (const Cursor& item : list.items()) {
    const auto text = item.string("category:pending");
    if (text) read_condition(c, item, *text, condition);
  }
  sort_values(condition.values);
  return condition;
}

}  // namespace vencer::config
