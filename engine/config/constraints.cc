// [[constraint]]: what must be so for a change to be taken.
//
// Some of what a document writes as one is several to the core, each under a name of its own, which
// is what a refused command names: what `needs` says of one activity ("evidencia/approval": only
// after those before it, "evidencia/approval/by": only by these actors).
#include "engine/config/constraints.h"

#include <fmt/format.h>

#include "engine/config/happenings.h"
#include "engine/config/matches.h"
#include "engine/config/sections.h"

namespace vencer::config {
namespace {

void read_name(Compilation&, const Cursor& at, ConstraintDraft& draft) {
  if (const auto name = at.name()) draft.spec.name = *name;
}

void read_on(Compilation& c, const Cursor& list, ConstraintDraft& draft) {
  ConstraintOn on = read_constraint_on(c, list);
  draft.spec.on = std::move(on.happenings);
  draft.spec.on_create = on.create;
  draft.spec.on_merge = on.merge;
}

void read_when(Compilation& c, const Cursor& table, ConstraintDraft& draft) {
  draft.spec.when = read_matches(c, table);
}

void read_in_order(Compilation&, const Cursor& at, ConstraintDraft& draft) {
  draft.in_order = at.boolean().value_or(false);
}

constexpr Key<ConstraintDraft> kKeys[] = {
    {{"name", Need::required}, read_name},         {{"on", Need::optional}, read_on},
    {{"when", Need::optional}, read_when},         {{"forbid", Need::optional}, read_forbid},
    {{"only", Need::optional}, read_only},         {{"needs", Need::optional}, read_needs},
    {{"actors", Need::optional}, read_actors},     {{"limit", Need::optional}, read_limit},
    {{"in_order", Need::optional}, read_in_order},
};

// Without `on`: at creation, and whenever a change could make it hold that did not before.
void set_default_on(ConstraintSpec& spec) {
  spec.on_create = true;
  spec.on.statuses = spec.while_in.statuses | spec.statuses;
  spec.on.levels = spec.while_in.levels;
  for (const std::vector<MatchSpec>* matches : {&spec.when, &spec.match}) {
    for (const MatchSpec& match : *matches) {
      spec.on.attributes_changed |= std::uint32_t{1} << match.attribute;
    }
  }
  if (spec.per != kNoId8) spec.on.attributes_changed |= std::uint32_t{1} << spec.per;
}

bool check(const Cursor& at, const ConstraintDraft& draft) {
  int kinds = 0;
  for (const char* key : {"forbid", "only", "needs", "actors", "limit"}) {
    kinds += at.member(key) ? 1 : 0;
  }
  if (kinds != 1) {
    at.error(fmt::format("has {} of forbid, only, needs, actors and limit; write one of them",
                         kinds == 0 ? "none" : "more than one"));
    return false;
  }
  const bool must_say_on = draft.forbids_happening || at.member("needs") || at.member("actors");
  if (must_say_on && !at.member("on")) {
    at.error("the key 'on' is missing: which happening is bound? write on = [\"level:X\"]");
    return false;
  }
  if (at.member("in_order") && !at.member("needs")) {
    at.member("in_order")->error("goes with `needs`");
    return false;
  }
  return true;
}

void add(Compilation& c, const Cursor& at, ConstraintSpec spec) {
  ConstraintSpec* declared = c.declare(c.constraints, c.spec.constraints, at, spec.name);
  if (declared == nullptr) return;
  *declared = std::move(spec);
  const auto id = static_cast<std::size_t>(declared - c.spec.constraints.data());
  c.constraint_places.insert_or_assign(id, at);
}

void add_needs(Compilation& c, const Cursor& at, const ConstraintDraft& draft) {
  std::uint64_t before = 0;
  for (const NeededActivity& needed : draft.needs) {
    ConstraintSpec part;
    part.name = draft.spec.name + "/" + c.spec.activities[needed.activity].name;
    part.when = draft.spec.when;
    part.on.activities = std::uint64_t{1} << needed.activity;
    if (draft.in_order && before != 0) {
      part.kind = ConstraintKind::needs;
      part.activities = before;
      add(c, at, part);
    }
    if (needed.by) {
      part.name += "/by";
      part.kind = ConstraintKind::actors;
      part.activities = 0;
      part.actors = *needed.by;
      add(c, at, part);
    }
    before |= part.on.activities;
  }
}

void read_constraint(Compilation& c, const Cursor& at) {
  const std::size_t faults = c.diagnostics.error_count();
  ConstraintDraft draft;
  if (!read_keys(c, at, std::span<const Key<ConstraintDraft>>(kKeys), draft)) return;
  if (c.diagnostics.error_count() > faults || !check(at, draft)) return;
  if (!at.member("on")) set_default_on(draft.spec);
  add(c, at, draft.spec);
  add_needs(c, at, draft);
}

}  // namespace

void read_constraints(Compilation& c, const Cursor& list, TenantSpec&) {
  for (const Cursor& at : list.items()) read_constraint(c, at);
  if (list.kind() == NodeKind::array) {
    warn_of_kept_order(list, c.constraints, "in the order in which constraints are looked at");
  }
}

void list_constraint_keys(KeyRows& rows) {
  list_keys(rows, "constraint.", std::span<const Key<ConstraintDraft>>(kKeys));
  list_constraint_kind_keys(rows);
}

}  // namespace vencer::config
