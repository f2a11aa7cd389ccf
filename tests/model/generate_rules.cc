// What random documents complete and refuse: the matrix, constraints of all kinds, quotas. As
// engine/config would compile them: what a document does not say stands as its default.
#include <algorithm>

#include "tests/model/generate.h"

namespace vencer::model {
namespace {

std::uint64_t some_statuses(Dice& dice) {
  std::uint64_t statuses = 1ull << dice.below(kStatuses);
  if (dice.percent(30)) statuses |= 1ull << dice.below(kStatuses);
  return statuses;
}

void on_something(Dice& dice, ConstraintSpec& constraint) {
  constraint.on = some_trigger(dice, 100);
  if (dice.percent(40)) constraint.on.statuses |= some_statuses(dice);
  constraint.on_create = dice.percent(15);
  constraint.on_merge = dice.percent(15);
}

// "At creation and at every change that could break it."
void on_whatever_breaks_it(ConstraintSpec& constraint) {
  constraint.on = {};
  constraint.on_create = true;
  constraint.on.statuses = constraint.while_in.statuses | constraint.statuses;
  constraint.on.levels = constraint.while_in.levels;
  const auto changed = [&](AttributeId attribute) {
    constraint.on.attributes_changed |= 1u << attribute;
  };
  for (const MatchSpec& match : constraint.when) changed(match.attribute);
  for (const MatchSpec& match : constraint.match) changed(match.attribute);
  if (constraint.per != kNoId8) changed(constraint.per);
}

void some_forbidden(Dice& dice, ConstraintSpec& constraint) {
  if (dice.percent(70)) constraint.while_in.statuses = some_statuses(dice);
  if (dice.percent(25)) {
    constraint.while_in.levels = static_cast<std::uint16_t>(1u << dice.between(2, kLevels));
  }
}

void some_only(Dice& dice, const TenantSpec& spec, ConstraintSpec& constraint) {
  if (dice.percent(70)) constraint.match.push_back(some_match(dice));
  if (constraint.match.empty() || dice.percent(30)) {
    constraint.calendar = static_cast<CalendarId>(dice.below(spec.calendars.size()));
  }
}

void some_needs(Dice& dice, ConstraintSpec& constraint) {
  const auto evidence = dice.of<unsigned>({1, 2, 3, 9, 10});
  constraint.activities = 1ull << evidence;
  if (dice.percent(20)) constraint.activities |= 1ull << dice.between(1, 4);
}

void some_limit(Dice& dice, ConstraintSpec& constraint) {
  constraint.per = static_cast<AttributeId>(dice.below(3));
  constraint.statuses = some_statuses(dice) | dice.bits(kStatuses, 40);
  constraint.max = dice.percent(70) ? 1 : 2;
}

ConstraintKind some_kind(Dice& dice) {
  if (!on(Feature::constraints)) return ConstraintKind::limit;
  return static_cast<ConstraintKind>(dice.below(4));
}

ConstraintSpec some_constraint(Dice& dice, const TenantSpec& spec, ConstraintKind kind) {
  ConstraintSpec constraint;
  constraint.kind = kind;
  if (dice.percent(85)) constraint.when.push_back(some_match(dice));
  bool says_on = dice.percent(35);
  switch (kind) {
    case ConstraintKind::forbidden:
      some_forbidden(dice, constraint);
      says_on = says_on || constraint.while_in.empty();
      break;
    case ConstraintKind::only:
      some_only(dice, spec, constraint);
      break;
    case ConstraintKind::needs:
      some_needs(dice, constraint);
      says_on = true;
      break;
    case ConstraintKind::actors:
      constraint.actors = dice.of<std::vector<std::uint64_t>>({{1}, {2}, {1, 2}});
      says_on = true;
      break;
    case ConstraintKind::limit:
      some_limit(dice, constraint);
      break;
  }
  if (says_on) {
    on_something(dice, constraint);
  } else {
    on_whatever_breaks_it(constraint);
  }
  return constraint;
}

void add_constraint(Dice& dice, TenantSpec& spec, ConstraintKind kind) {
  spec.constraints.push_back(some_constraint(dice, spec, kind));
  spec.constraints.back().name = "constraint" + std::to_string(spec.constraints.size());
}

// One of three closed attributes from the other two.
MatrixSpec some_matrix(Dice& dice, AttributeId impact) {
  MatrixSpec matrix;
  std::vector<AttributeId> ids = {0, 1, impact};
  std::rotate(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(dice.below(3)), ids.end());
  matrix.sets = ids[0];
  matrix.row = ids[1];
  matrix.column = ids[2];
  matrix.columns = 3;
  for (int i = 0; i < 9; ++i) matrix.cells.push_back(dice.percent(15) ? 0 : dice.below(3) + 1);
  return matrix;
}

QuotaSpec some_quota(Dice& dice) {
  QuotaSpec quota;
  if (dice.percent(40)) quota.tickets = static_cast<std::uint64_t>(dice.between(2, 5));
  if (dice.percent(60)) quota.commands_per_second = static_cast<std::uint32_t>(dice.between(1, 3));
  return quota;
}

AttributeId impact_of(const TenantSpec& spec) {
  std::size_t id = 0;
  while (spec.attributes[id].name != "impact") ++id;
  return static_cast<AttributeId>(id);
}

}  // namespace

void add_rules_of_change(Dice& dice, TenantSpec& spec) {
  if (on(Feature::matrix) && dice.percent(40)) {
    AttributeSpec impact = spec.attributes[1];
    impact.name = "impact";
    spec.attributes.push_back(impact);
    spec.matrix = some_matrix(dice, impact_of(spec));
  }
  if (on(Feature::constraints) && dice.percent(40)) {
    for (std::int64_t n = dice.between(1, 3); n > 0; --n) {
      add_constraint(dice, spec, some_kind(dice));
    }
  }
  if (on(Feature::limits) && dice.percent(20)) add_constraint(dice, spec, ConstraintKind::limit);
  if (on(Feature::quota) && dice.percent(12)) spec.quota = some_quota(dice);
}

void change_rules_of_change(Dice& dice, TenantSpec& spec) {
  if (spec.matrix.sets != kNoId8 && dice.percent(40)) {
    spec.matrix = dice.percent(30) ? MatrixSpec{} : some_matrix(dice, impact_of(spec));
  }
  const auto of_kind = [&](const ConstraintSpec& c) {
    return c.kind == ConstraintKind::limit ? c.kind : some_kind(dice);
  };
  for (ConstraintSpec& constraint : spec.constraints) {
    if (dice.percent(15)) constraint.retired = !constraint.retired;
    if (!dice.percent(30)) continue;
    const std::string name = constraint.name;
    constraint = some_constraint(dice, spec, of_kind(constraint));
    constraint.name = name;
  }
  if (!spec.constraints.empty() && dice.percent(20)) {
    const ConstraintSpec& model = spec.constraints[dice.below(spec.constraints.size())];
    add_constraint(dice, spec, of_kind(model));
  }
  if (spec.quota != QuotaSpec{} && dice.percent(40)) spec.quota = some_quota(dice);
}

// No constraint in force names what is dropped.
void drop_from_constraints(TenantSpec& spec, StatusId status, ActivityId activity) {
  const auto names = [](const auto& named, std::size_t id, std::uint64_t mask) {
    return named[id].retired && (mask >> id & 1) != 0;
  };
  for (ConstraintSpec& c : spec.constraints) {
    const std::uint64_t statuses = c.on.statuses | c.while_in.statuses | c.statuses;
    c.retired = c.retired || names(spec.statuses, status, statuses) ||
                names(spec.activities, activity, c.on.activities | c.activities);
  }
}

}  // namespace vencer::model
