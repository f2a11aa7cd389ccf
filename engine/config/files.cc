#include "engine/config/files.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config/ics.h"
#include "engine/config/sections.h"

namespace vencer {
namespace config {
namespace {

// Days of all .ics files that a document's calendars may name together: each is kept.
constexpr std::size_t kIcsDaysMax = 1'000'000;

void read_text(Compilation&, const Cursor& at, AttachedFile& file) {
  if (const auto text = at.string("BEGIN:VCALENDAR...")) file.text = *text;
}

constexpr Key<AttachedFile> kKeys[] = {{{"text", Need::required}, read_text}};

const Node* find(const Node& table, std::string_view key) {
  for (const Member& each : table.members) {
    if (each.key == key) return &each.value;
  }
  return nullptr;
}

}  // namespace

void read_files(Compilation& c, const Cursor& table, TenantSpec&) {
  for (const Cursor& member : table.members()) {
    AttachedFile file{member, {}, false, std::nullopt};
    read_keys(c, member, std::span<const Key<AttachedFile>>(kKeys), file);
    c.files.emplace(member.key(), std::move(file));
  }
}

std::vector<CivilDay> read_holiday_files(Compilation& c, const Cursor& list) {
  std::vector<CivilDay> days;
  for (const Cursor& item : list.items()) {
    const auto name = item.string("feriados.ics");
    if (!name) continue;
    const auto found = c.files.find(*name);
    if (found == c.files.end()) {
      item.error(
          fmt::format("the document came without the text of {0}; it must stand in "
                      "[file.\"{1}\"]",
                      quoted(*name), *name));
      continue;
    }
    AttachedFile& file = found->second;
    file.named = true;
    if (!file.holidays) {
      file.holidays =
          read_ics_holidays(file.text, *name, civil_day(1970, 1, 1), civil_day(2399, 12, 31));
    }
    if (!file.holidays->ok()) {
      item.error(file.holidays->error().message);
      continue;
    }
    const std::vector<CivilDay>& more = file.holidays->value();
    c.ics_days += more.size();
    if (c.ics_days > kIcsDaysMax) {
      item.error(fmt::format("more than {} days from .ics files in all calendars", kIcsDaysMax));
      break;
    }
    days.insert(days.end(), more.begin(), more.end());
  }
  return days;
}

void check_files(Compilation& c) {
  for (const auto& [name, file] : c.files) {
    if (!file.named) file.place.warning("no calendar names this file");
  }
}

void list_file_keys(KeyRows& rows) {
  list_keys(rows, "file.*.", std::span<const Key<AttachedFile>>(kKeys));
}

}  // namespace config

std::vector<std::string> missing_files(std::string_view document) {
  std::vector<std::string> names;
  const auto parsed = config::parse_toml(document);
  const auto* root = std::get_if<config::Node>(&parsed);
  const config::Node* calendars = root != nullptr ? config::find(*root, "calendar") : nullptr;
  if (calendars == nullptr) return names;
  const config::Node* files = config::find(*root, "file");
  for (const config::Member& calendar : calendars->members) {
    const config::Node* list = config::find(calendar.value, "holidays_ics");
    if (list == nullptr) continue;
    for (const config::Node& each : list->items) {
      const bool is_name = each.kind == config::NodeKind::string && !each.text.empty();
      const bool held = files != nullptr && config::find(*files, each.text) != nullptr;
      const bool told = std::find(names.begin(), names.end(), each.text) != names.end();
      if (is_name && !held && !told) names.push_back(each.text);
    }
  }
  return names;
}

}  // namespace vencer
