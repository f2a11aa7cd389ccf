// [role]: actors, numbers of the producer's own, by the name that constraints call them.
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {

void read_roles(Compilation& c, const Cursor& table, TenantSpec&) {
  for (const Cursor& member : table.members()) {
    if (!member.check_name(member.key())) continue;
    std::vector<std::uint64_t> actors;
    for (const Cursor& item : member.items()) {
      const auto actor = item.integer();
      if (actor && *actor < 1) {
        item.error(fmt::format("{} is no actor; actors are numbers from 1", *actor));
      } else if (actor) {
        actors.push_back(static_cast<std::uint64_t>(*actor));
      }
    }
    if (member.kind() == NodeKind::array && member.node().items.empty()) {
      member.warning("nobody has this role: what only it may do, nobody may");
    }
    if (actors.size() > limits::actors_max) {
      member.error(fmt::format("{} actors; at most {}", actors.size(), limits::actors_max));
    }
    std::sort(actors.begin(), actors.end());
    actors.erase(std::unique(actors.begin(), actors.end()), actors.end());
    c.roles.insert_or_assign(member.key(), std::move(actors));
  }
}

void list_role_keys(KeyRows& rows) {
  rows.push_back({"role.*", Need::optional});
}

}  // namespace vencer::config
