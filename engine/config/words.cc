// Plain lists of words: level, activity, events_on.
#include <fmt/format.h>

#include <array>

#include "engine/config/sections.h"
#include "engine/core/event.h"

namespace vencer::config {
namespace {

constexpr std::array kChatty = {EventType::status_changed, EventType::activity_recorded,
                                EventType::clock_started,  EventType::clock_paused,
                                EventType::clock_resumed,  EventType::light_changed};

bool is_event(std::string_view name) {
  for (int type = 1; type < kEventTypes; ++type) {
    if (to_string(static_cast<EventType>(type)) == name) return true;
  }
  return false;
}

}  // namespace

// Levels are numbers to the tickets that stand on them: the order of the version in force stays,
// and a new document may only add levels on top.
void read_levels(Compilation& c, const Cursor& list, TenantSpec& spec) {
  if (list.kind() != NodeKind::array) c.levels.doubt();
  const std::vector<std::string> before = std::move(spec.levels);
  spec.levels.clear();
  for (const Cursor& item : list.items()) {
    const auto name = item.name();
    if (name && c.levels.declare(item, *name)) spec.levels.emplace_back(*name);
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (i < spec.levels.size() && spec.levels[i] == before[i]) continue;
    list.error(fmt::format(
        "level {} is {} in the version in force; a new one may add levels at the end, not "
        "rename, drop or reorder them",
        i + 1, quoted(before[i])));
    return;
  }
}

void read_activities(Compilation& c, const Cursor& list, TenantSpec& spec) {
  if (list.kind() != NodeKind::array) c.activities.doubt();
  for (const Cursor& item : list.items()) {
    const auto name = item.name();
    if (!name) continue;
    if (name->find_first_of(":=") != std::string_view::npos || *name == "create" ||
        *name == "merge") {
      item.error(
          fmt::format("the activity {} must not hold ':' or '=' nor be \"create\" or \"merge\": "
                      "those are happenings, such as \"status:X\"",
                      quoted(*name)));
      continue;
    }
    c.declare(c.activities, spec.activities, item, *name);
  }
}

void read_events_on(Compilation&, const Cursor& list, TenantSpec& spec) {
  std::vector<std::string_view> known;
  for (const EventType type : kChatty) known.push_back(to_string(type));
  for (const Cursor& item : list.items()) {
    const auto name = item.string("status_changed");
    if (!name) continue;
    bool chatty = false;
    for (const EventType type : kChatty) {
      if (to_string(type) != *name) continue;
      spec.events_on |= event_bit(type);
      chatty = true;
    }
    if (chatty) continue;
    if (is_event(*name)) {
      item.warning(fmt::format("{} is always on and need not be named", quoted(*name)));
    } else {
      item.error(fmt::format("{} is not an event that can be switched on{}", quoted(*name),
                             hint(*name, known)));
    }
  }
}

}  // namespace vencer::config
