#include "engine/core/constraints.h"

#include <algorithm>

#include "engine/core/condition.h"
#include "engine/core/engine.h"

namespace vencer {

ConstraintIndex::ConstraintIndex(const TenantSpec& spec) {
  for (std::size_t i = 0; i < spec.constraints.size(); ++i) {
    const ConstraintSpec& constraint = spec.constraints[i];
    if (constraint.retired) continue;
    const auto id = static_cast<std::uint16_t>(i);
    in_force_.push_back(id);
    if (constraint.kind != ConstraintKind::limit) continue;
    limits_.push_back(id);
    for (const MatchSpec& match : constraint.when) limit_attributes_ |= 1u << match.attribute;
    if (constraint.per != kNoId8) limit_attributes_ |= 1u << constraint.per;
  }
}

void LimitCounts::add(std::uint16_t id, Value value, int by) {
  if (by > 0) {
    ++counts[{id, value}];
    return;
  }
  const auto found = counts.find({id, value});
  VENCER_ASSERT(found != counts.end());
  if (--found->second == 0) counts.erase(found);
}

namespace {

bool counts_alike(const ConstraintSpec& a, const ConstraintSpec& b) {
  return a.kind == b.kind && a.retired == b.retired && a.per == b.per && a.statuses == b.statuses &&
         a.when == b.when;
}

}  // namespace

void LimitCounts::take_document(const TenantSpec& before, const TenantSpec& after, bool job) {
  recounting.clear();
  for (std::size_t i = 0; i < after.constraints.size(); ++i) {
    if (i < before.constraints.size() && counts_alike(before.constraints[i], after.constraints[i]))
      continue;
    const auto id = static_cast<std::uint16_t>(i);
    counts.erase(counts.lower_bound({id, 0}), counts.upper_bound({id, UINT64_MAX}));
    if (!job) continue;
    recounting.resize(after.constraints.size(), false);
    recounting[i] = true;
  }
}

namespace {

template <typename ValueOf>
bool all_hold(const std::vector<MatchSpec>& matches, ValueOf&& value_of) {
  return std::all_of(matches.begin(), matches.end(), [&](const MatchSpec& match) {
    return holds(match, value_of(match.attribute));
  });
}

// The value of `per` under which a ticket in that status is counted; false: it is not.
template <typename ValueOf>
bool is_counted(const ConstraintSpec& limit, StatusId status, ValueOf&& value_of, Value* per) {
  if ((limit.statuses >> status & 1) == 0 || !all_hold(limit.when, value_of)) return false;
  *per = limit.per == kNoId8 ? 0 : value_of(limit.per);
  return limit.per == kNoId8 || *per != 0;
}

// A change that is not made yet.
struct Prospect {
  const TicketRef& ref;
  const Change& change;
  TimeMs at;

  StatusId status() const { return change.status == kNoId8 ? ref.ticket.status : change.status; }
  Value operator()(AttributeId attribute) const { return value_after(ref, change, attribute); }
};

bool exceeds(const Prospect& after, std::uint16_t id, const ConstraintSpec& limit) {
  Value value = 0;
  if (!is_counted(limit, after.status(), after, &value)) return false;
  const auto now = [&](AttributeId attribute) {
    return get_attribute(after.ref.tenant.layout(), after.ref.block, attribute);
  };
  Value before = 0;
  const bool counted =
      !after.change.create && is_counted(limit, after.ref.ticket.status, now, &before);
  if (counted && before == value) return false;
  return after.ref.state.limit_counts.count(id, value) >= limit.max;
}

bool is_broken(const Prospect& after, std::uint16_t id, const ConstraintSpec& constraint) {
  switch (constraint.kind) {
    case ConstraintKind::forbidden:
      return true;
    case ConstraintKind::only:
      return !all_hold(constraint.match, after) ||
             (constraint.calendar != kNoId16 &&
              !after.ref.tenant.calendar(constraint.calendar).is_open(after.at));
    case ConstraintKind::needs:
      return (constraint.activities & ~after.ref.ticket.activities) != 0;
    case ConstraintKind::actors:
      return !std::binary_search(constraint.actors.begin(), constraint.actors.end(),
                                 after.change.actor);
    case ConstraintKind::limit:
      return exceeds(after, id, constraint);
  }
  return false;
}

bool binds_steps(ConstraintKind kind) {
  return kind != ConstraintKind::needs && kind != ConstraintKind::actors;
}

}  // namespace

// The first constraint that the change would break; kNoId16: none.
std::uint16_t StateMachine::Impl::broken_constraint(const TicketRef& ref, const Change& change,
                                                    TimeMs at) const {
  if (ref.tenant.constraints().empty()) return kNoId16;
  const Happenings h = collect(ref, change);
  const Prospect after{ref, change, at};
  for (const std::uint16_t id : ref.tenant.constraints().in_force()) {
    const ConstraintSpec& constraint = ref.spec().constraints[id];
    if (change.automatic && !binds_steps(constraint.kind)) continue;
    const bool happens = (change.create && constraint.on_create) ||
                         (change.merge && constraint.on_merge) || h.trigger(constraint.on);
    if (!happens || !all_hold(constraint.when, after)) continue;
    if (!constraint.while_in.empty() && !holds_after(ref, change, constraint.while_in)) continue;
    if (is_broken(after, id, constraint)) return id;
  }
  return kNoId16;
}

// The same of a ticket that is not there yet.
std::uint16_t StateMachine::Impl::broken_by_new(TenantState& state, const Change& change,
                                                LevelId level, TimeMs at) {
  const CompiledTenant& tenant = *state.current;
  if (tenant.constraints().empty()) return kNoId16;
  blank.assign(tenant.layout().cells, 0);
  TicketHeader ticket{};
  ticket.status = change.status;
  ticket.level = level;
  return broken_constraint({kNoSlot, ticket, state, tenant, blank.data()}, change, at);
}

// Takes a ticket as it stands into the counts of the limits, or out of them.
void StateMachine::Impl::count_limits(const TicketRef& ref, int by) {
  const bool stale = &ref.tenant != ref.state.current.get();
  LimitCounts& counts = ref.state.limit_counts;
  for (const std::uint16_t id : ref.tenant.constraints().limits()) {
    if (stale && counts.is_recounting(id)) continue;
    count_limit(ref, id, by);
  }
}

void StateMachine::Impl::count_limit(const TicketRef& ref, std::uint16_t id, int by) {
  Value value = 0;
  const auto value_of = [&](AttributeId attribute) {
    return get_attribute(ref.tenant.layout(), ref.block, attribute);
  };
  if (is_counted(ref.spec().constraints[id], ref.ticket.status, value_of, &value)) {
    ref.state.limit_counts.add(id, value, by);
  }
}

// An open ticket that was brought to the document in force.
void StateMachine::Impl::recount_limits(const TicketRef& ref) {
  if (ref.state.limit_counts.recounting.empty()) return;
  for (const std::uint16_t id : ref.tenant.constraints().limits()) {
    if (ref.state.limit_counts.is_recounting(id)) count_limit(ref, id, 1);
  }
}

}  // namespace vencer
