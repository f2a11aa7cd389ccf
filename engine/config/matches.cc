#include "engine/config/matches.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config/keys.h"

namespace vencer::config {
namespace {

struct Target {
  MatchSpec* match;
  bool ok = true;
};

void read_list(Compilation& c, const Cursor& at, Target& target) {
  const bool list = at.kind() == NodeKind::array;
  if (list && at.node().items.empty()) {
    at.error("an empty list matches nothing; name some values");
    target.ok = false;
  }
  for (const Cursor& item : list ? at.items() : std::vector<Cursor>{at}) {
    const auto value = read_value(c, item, target.match->attribute);
    if (value) {
      target.match->values.push_back(*value);
    } else {
      target.ok = false;
    }
  }
}

constexpr Key<Target> kNotKeys[] = {{{"not", Need::required}, read_list}};

}  // namespace

std::optional<Value> find_value(const Compilation& c, AttributeId attribute,
                                std::string_view word) {
  if (const auto id = c.values[attribute].find(word)) return *id + 1;
  for (const AttributeAlias& alias : c.spec.attributes[attribute].aliases) {
    if (alias.alias == word) return alias.value;
  }
  return std::nullopt;
}

std::optional<Value> read_value(const Compilation& c, const Cursor& at, AttributeId attribute) {
  if (c.values[attribute].doubtful()) return std::nullopt;
  if (c.spec.attributes[attribute].open) {
    const auto number = at.integer();
    if (number && *number < 0) {
      at.error(fmt::format("{} is less than 0; an open attribute takes numbers from 0 (not set)",
                           *number));
    } else if (number) {
      return static_cast<Value>(*number);
    }
    return std::nullopt;
  }
  const auto word = at.string("Alto");
  if (!word) return std::nullopt;
  const auto value = find_value(c, attribute, *word);
  if (!value && !at.diagnostics().full()) {
    at.error(fmt::format("{} is not a value of {}{}", quoted(*word),
                         quoted(c.spec.attributes[attribute].name),
                         hint(*word, c.values[attribute].live_names())));
  }
  return value;
}

std::vector<MatchSpec> read_matches(Compilation& c, const Cursor& table, std::string_view other) {
  std::vector<MatchSpec> matches;
  for (const Cursor& member : table.members()) {
    if (!other.empty() && member.key() == other) continue;
    const auto id = c.attributes.find(member.key());
    if (!id) {
      if (!c.attributes.doubtful()) member.key_error(c.attributes.unknown(member.key()));
      continue;
    }
    MatchSpec match;
    match.attribute = static_cast<AttributeId>(*id);
    Target target{&match};
    if (member.kind() == NodeKind::table) {
      match.negated = true;
      read_keys(c, member, std::span<const Key<Target>>(kNotKeys), target);
    } else {
      read_list(c, member, target);
    }
    std::sort(match.values.begin(), match.values.end());
    match.values.erase(std::unique(match.values.begin(), match.values.end()), match.values.end());
    if (target.ok) matches.push_back(std::move(match));
  }
  std::sort(matches.begin(), matches.end(),
            [](const MatchSpec& a, const MatchSpec& b) { return a.attribute < b.attribute; });
  return matches;
}

}  // namespace vencer::config
