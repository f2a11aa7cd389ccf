#include "engine/config/keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config/sections.h"

namespace vencer::config {

void check_keys(const Cursor& table, std::span<const KeyInfo> known) {
  std::vector<std::string_view> names;
  for (const KeyInfo& key : known) names.push_back(key.name);
  for (const Cursor& member : table.members()) {
    const auto found = std::find(names.begin(), names.end(), member.key());
    if (found == names.end()) {
      if (table.diagnostics().full()) return;
      member.key_error(
          fmt::format("unknown key {}{}", quoted(member.key()), hint(member.key(), names)));
    }
  }
  for (const KeyInfo& key : known) {
    if (key.need == Need::required && !table.member(key.name)) {
      table.error(fmt::format("the key '{}' is missing", key.name));
    }
  }
}

KeyRows all_keys() {
  KeyRows rows;
  list_document_keys(rows);
  list_attribute_keys(rows);
  list_calendar_keys(rows);
  list_file_keys(rows);
  list_clock_keys(rows);
  list_policy_keys(rows);
  list_ladder_keys(rows);
  list_recipient_keys(rows);
  list_life_keys(rows);
  list_role_keys(rows);
  list_matrix_keys(rows);
  list_counting_keys(rows);
  list_constraint_keys(rows);
  list_detector_keys(rows);
  list_digest_keys(rows);
  return rows;
}

}  // namespace vencer::config
