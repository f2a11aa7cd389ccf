// Keys: each table of the format as data: its keys, whether they must be there, and who reads them.
//
// A key of a section is one line of a Key table; unknown and missing keys are told by read_keys
// alone. The README's table of keys is held against all_keys() by a test. Readers run in the order
// of the Key table, not of the text, so that what a reader needs has been read.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/cursor.h"

namespace vencer::config {

struct Compilation;

enum class Need : std::uint8_t { required, optional };

struct KeyInfo {
  std::string_view name;
  Need need;
};

template <typename Target>
struct Key : KeyInfo {
  void (*read)(Compilation&, const Cursor&, Target&);
};

// Complains about unknown and missing keys.
void check_keys(const Cursor& table, std::span<const KeyInfo> known);

template <typename Target>
std::vector<KeyInfo> infos(std::span<const Key<Target>> keys) {
  return {keys.begin(), keys.end()};
}

// False (after an error) if `table` is not a table.
template <typename Target>
bool read_keys(Compilation& compilation, const Cursor& table, std::span<const Key<Target>> keys,
               Target& target) {
  if (table.kind() != NodeKind::table) {
    table.error("must be a table, is " + table.found());
    return false;
  }
  check_keys(table, infos(keys));
  for (const Key<Target>& key : keys) {
    if (const auto value = table.member(key.name)) key.read(compilation, *value, target);
  }
  return true;
}

// "clock.start": a key by its place; "*" stands for a name of the tenant's own.
struct KeyRow {
  std::string path;
  Need need;
};
using KeyRows = std::vector<KeyRow>;

template <typename Target>
void list_keys(KeyRows& rows, std::string_view section, std::span<const Key<Target>> keys) {
  for (const Key<Target>& key : keys) {
    rows.push_back({std::string(section) + std::string(key.name), key.need});
  }
}

// Every key that the parser knows, in all sections.
KeyRows all_keys();

}  // namespace vencer::config
