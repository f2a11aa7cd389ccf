// What a [[constraint]] says: forbid, only, needs, actors, limit.
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/constraints.h"
#include "engine/config/matches.h"
#include "engine/config/references.h"
#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

constexpr std::string_view kRole = "role:";

// "role:supervisor" or the number of an actor, added to `into`.
void read_actor(const Compilation& c, const Cursor& at, std::vector<std::uint64_t>& into) {
  if (at.kind() == NodeKind::integer) {
    if (at.node().integer < 1) {
      at.error(fmt::format("{} is no actor; actors are numbers from 1", at.node().integer));
    }
    into.push_back(static_cast<std::uint64_t>(at.node().integer));
    return;
  }
  const auto text = at.string("role:supervisor");
  if (!text) return;
  const auto role =
      text->starts_with(kRole) ? c.roles.find(text->substr(kRole.size())) : c.roles.end();
  if (role != c.roles.end()) {
    into.insert(into.end(), role->second.begin(), role->second.end());
    return;
  }
  std::vector<std::string> known;
  for (const auto& [name, actors] : c.roles) known.push_back(std::string(kRole) + name);
  at.error(fmt::format("{} is no role of this document{}; write \"role:NAME\" or an actor's number",
                       quoted(*text), hint(*text, {known.begin(), known.end()})));
}

// One or a list of them, ascending.
std::vector<std::uint64_t> read_actor_list(const Compilation& c, const Cursor& at) {
  std::vector<std::uint64_t> actors;
  const bool list = at.kind() == NodeKind::array;
  if (list && at.node().items.empty()) at.error("an empty list lets nobody do it; name some actor");
  for (const Cursor& item : list ? at.items() : std::vector<Cursor>{at}) {
    read_actor(c, item, actors);
  }
  std::sort(actors.begin(), actors.end());
  actors.erase(std::unique(actors.begin(), actors.end()), actors.end());
  if (actors.size() > limits::actors_max) {
    at.error(fmt::format("{} actors; at most {}", actors.size(), limits::actors_max));
  }
  return actors;
}

void read_forbid_status(Compilation& c, const Cursor& at, ConstraintDraft& draft) {
  draft.spec.while_in.statuses = read_status_names(c, at);
}
void read_forbid_level(Compilation& c, const Cursor& at, ConstraintDraft& draft) {
  draft.spec.while_in.levels = read_level_names(c, at);
}
constexpr Key<ConstraintDraft> kForbidKeys[] = {
    {{"status", Need::optional}, read_forbid_status},
    {{"level", Need::optional}, read_forbid_level},
};

void read_needed_activity(Compilation& c, const Cursor& at, NeededActivity& needed) {
  const auto name = at.name();
  const auto id = name ? c.activities.use(at, *name) : std::nullopt;
  if (id) needed.activity = static_cast<ActivityId>(*id);
}
void read_needed_by(Compilation& c, const Cursor& at, NeededActivity& needed) {
  needed.by = read_actor_list(c, at);
}
constexpr Key<NeededActivity> kNeedsKeys[] = {
    {{"activity", Need::required}, read_needed_activity},
    {{"by", Need::required}, read_needed_by},
};

void read_per(Compilation& c, const Cursor& at, ConstraintDraft& draft) {
  draft.spec.per = read_attribute_name(c, at).value_or(kNoId8);
}
void read_limit_status(Compilation& c, const Cursor& at, ConstraintDraft& draft) {
  draft.spec.statuses = read_status_names(c, at);
}
void read_max(Compilation&, const Cursor& at, ConstraintDraft& draft) {
  const auto max = read_number(at, 1, limits::tickets_max);
  if (max) draft.spec.max = static_cast<std::uint32_t>(*max);
}
constexpr Key<ConstraintDraft> kLimitKeys[] = {
    {{"per", Need::required}, read_per},
    {{"status", Need::required}, read_limit_status},
    {{"max", Need::required}, read_max},
};

}  // namespace

void read_forbid(Compilation& c, const Cursor& at, ConstraintDraft& draft) {
  draft.spec.kind = ConstraintKind::forbidden;
  if (at.kind() == NodeKind::boolean && at.node().boolean) {
    draft.forbids_happening = true;
  } else if (at.kind() != NodeKind::table) {
    at.error(fmt::format("must be {{ status = \"X\" }}, {{ level = \"X\" }} or true, is {}",
                         at.found()));
  } else if (at.node().members.empty()) {
    at.error("forbids nothing; write { status = \"X\" } or { level = \"X\" }");
  } else {
    read_keys(c, at, std::span<const Key<ConstraintDraft>>(kForbidKeys), draft);
  }
}

void read_only(Compilation& c, const Cursor& table, ConstraintDraft& draft) {
  draft.spec.kind = ConstraintKind::only;
  if (table.kind() == NodeKind::table && table.node().members.empty()) {
    table.error("asks for nothing; name attributes, or a calendar with `in`");
  }
  draft.spec.match = read_matches(c, table, "in");
  if (table.kind() != NodeKind::table) return;
  if (const auto in = table.member("in")) {
    draft.spec.calendar = read_calendar_name(c, *in).value_or(kNoId16);
  }
}

void read_needs(Compilation& c, const Cursor& list, ConstraintDraft& draft) {
  draft.spec.kind = ConstraintKind::needs;
  if (list.kind() == NodeKind::array && list.node().items.empty()) {
    list.error("needs nothing; name some activity");
  }
  for (const Cursor& item : list.items()) {
    NeededActivity needed;
    if (item.kind() == NodeKind::table) {
      read_keys(c, item, std::span<const Key<NeededActivity>>(kNeedsKeys), needed);
    } else {
      read_needed_activity(c, item, needed);
    }
    const std::uint64_t bit = std::uint64_t{1} << needed.activity;
    if (needed.activity != 0 && (draft.spec.activities & bit) != 0) item.error("stands twice");
    draft.spec.activities |= bit;
    draft.needs.push_back(std::move(needed));
  }
}

void read_actors(Compilation& c, const Cursor& at, ConstraintDraft& draft) {
  draft.spec.kind = ConstraintKind::actors;
  draft.spec.actors = read_actor_list(c, at);
}

void read_limit(Compilation& c, const Cursor& at, ConstraintDraft& draft) {
  draft.spec.kind = ConstraintKind::limit;
  read_keys(c, at, std::span<const Key<ConstraintDraft>>(kLimitKeys), draft);
}

void list_constraint_kind_keys(KeyRows& rows) {
  list_keys(rows, "constraint.forbid.", std::span<const Key<ConstraintDraft>>(kForbidKeys));
  rows.push_back({"constraint.only.*", Need::optional});
  rows.push_back({"constraint.only.in", Need::optional});
  list_keys(rows, "constraint.needs.", std::span<const Key<NeededActivity>>(kNeedsKeys));
  list_keys(rows, "constraint.limit.", std::span<const Key<ConstraintDraft>>(kLimitKeys));
}

}  // namespace vencer::config
