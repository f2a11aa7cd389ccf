// [attribute]: what policies can tell tickets apart by. A list of values is closed; "open" takes
// any 64-bit key of the producer.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

// They mean something else where attributes are named: set = { status = ... }, { not = [...] }.
constexpr std::array<std::string_view, 8> kReserved = {"status", "level", "in",       "not",
                                                       "else",   "by",    "activity", "attribute"};

AttributeRole role_of(std::string_view name) {
  if (name == "agent") return AttributeRole::agent;
  if (name == "team") return AttributeRole::team;
  if (name == "customer") return AttributeRole::customer;
  if (name == "priority") return AttributeRole::priority;
  return AttributeRole::plain;
}

struct Target {
  AttributeId id;
  AttributeSpec* spec;
};

void read_values(Compilation& c, const Cursor& list, Target& target) {
  NameTable& names = c.values[target.id];
  if (list.kind() == NodeKind::array && list.node().items.empty()) {
    list.error("an attribute without values; name some, or write \"open\"");
  }
  for (const Cursor& item : list.items()) {
    const auto name = item.name();
    const auto value = name ? names.declare(item, *name) : std::nullopt;
    if (value && *value >= target.spec->values.size()) target.spec->values.emplace_back(*name);
  }
  target.spec->value_retired.resize(target.spec->values.size());
}

void read_aliases(Compilation& c, const Cursor& table, Target& target) {
  const NameTable& names = c.values[target.id];
  for (const Cursor& member : table.members()) {
    const auto to = member.string("Alto");
    if (!member.check_name(member.key()) || !to) continue;
    const auto value = names.use(member, *to);
    if (names.find(member.key())) {
      member.key_error(fmt::format("{} is a value itself, not an alias", quoted(member.key())));
    } else if (value) {
      target.spec->aliases.push_back({member.key(), static_cast<Value>(*value + 1)});
    }
  }
}

constexpr Key<Target> kKeys[] = {
    {{"values", Need::required}, read_values},
    {{"alias", Need::optional}, read_aliases},
};

// "open", "open:N". How many different values there are is not counted yet; N is only checked.
bool read_open(const Cursor& at) {
  const std::string_view text = at.node().text;
  if (text == "open") return true;
  if (text.starts_with("open:")) {
    const std::string_view digits = text.substr(5);
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error == std::errc{} && end == digits.data() + digits.size() && count > 0) return true;
  }
  at.error(
      fmt::format("{} is not a kind of attribute; write a list of values, \"open\" or "
                  "\"open:1000\"",
                  quoted(text)));
  return false;
}

void read_attribute(Compilation& c, const Cursor& at, TenantSpec& spec) {
  if (at.key().find_first_of(":=") != std::string::npos ||
      std::find(kReserved.begin(), kReserved.end(), at.key()) != kReserved.end()) {
    at.key_error(fmt::format("an attribute cannot be called {}", quoted(at.key())));
    return;
  }
  const std::size_t known = spec.attributes.size();
  AttributeSpec* attribute = c.declare(c.attributes, spec.attributes, at, at.key());
  if (attribute == nullptr) return;
  const auto id = static_cast<std::size_t>(attribute - spec.attributes.data());
  if (id >= c.values.size()) c.values.push_back(make_value_table(nullptr));
  const bool open = at.kind() == NodeKind::string;
  if (id < known && attribute->open != open) {
    at.error(
        fmt::format("was {} in an earlier version, and tickets keep its values so; use "
                    "another name",
                    attribute->open ? "open" : "a list of values"));
    c.values[id].doubt();
    return;
  }
  attribute->open = open;
  attribute->role = role_of(at.key());
  attribute->aliases.clear();
  Target target{static_cast<AttributeId>(id), attribute};
  if (open) {
    if (!read_open(at)) c.values[id].doubt();
  } else if (at.kind() == NodeKind::table) {
    read_keys(c, at, std::span<const Key<Target>>(kKeys), target);
    if (!at.member("values")) c.values[id].doubt();
  } else {
    if (at.kind() != NodeKind::array) c.values[id].doubt();
    read_values(c, at, target);
  }
}

}  // namespace

void read_attributes(Compilation& c, const Cursor& table, TenantSpec& spec) {
  if (table.kind() != NodeKind::table) c.attributes.doubt();
  for (const Cursor& member : table.members()) read_attribute(c, member, spec);
}

void list_attribute_keys(KeyRows& rows) {
  rows.push_back({"attribute.*", Need::optional});
  list_keys(rows, "attribute.*.", std::span<const Key<Target>>(kKeys));
}

}  // namespace vencer::config
