#include "engine/core/compiled_tenant.h"

#include <algorithm>
#include <cstring>

namespace vencer {
namespace {

// In bytes; 0 is a closed attribute's "not set", so 255 values fit in one.
std::uint8_t width_of(const AttributeSpec& attribute) {
  if (attribute.open) return 8;
  return attribute.values.size() <= 255 ? 1 : 2;
}

BlockLayout make_layout(const TenantSpec& spec) {
  BlockLayout layout;
  std::uint32_t bytes = 0;
  layout.attributes.resize(spec.attributes.size());
  for (const std::uint8_t width : {std::uint8_t{8}, std::uint8_t{2}, std::uint8_t{1}}) {
    for (std::size_t i = 0; i < spec.attributes.size(); ++i) {
      if (width_of(spec.attributes[i]) != width) continue;
      layout.attributes[i] = {static_cast<std::uint16_t>(bytes), width};
      bytes += width;
    }
  }
  layout.clocks_offset_cells = (bytes + 7) / 8;
  layout.days_offset_cells =
      layout.clocks_offset_cells +
      static_cast<std::uint32_t>(spec.clocks.size() * sizeof(ClockState) / 8);
  for (const DigestSpec& digest : spec.digests) {
    const bool by_day = !digest.retired && (digest.list == DigestList::not_updated_today ||
                                            digest.list == DigestList::answered_yesterday);
    layout.day_cell.push_back(by_day ? static_cast<std::uint8_t>(layout.day_cells++) : kNoId8);
  }
  layout.cells = std::max(1u, layout.days_offset_cells + layout.day_cells);
  return layout;
}

StepId find_step(const ClockSpec& clock, const std::string& name) {
  const auto found = std::find(clock.step_names.begin(), clock.step_names.end(), name);
  return found == clock.step_names.end() ? kNoId8
                                         : static_cast<StepId>(found - clock.step_names.begin());
}

}  // namespace

Result<std::unique_ptr<CompiledTenant>> CompiledTenant::make(TenantId id, const TenantSpec& spec,
                                                             CalendarStore& calendars) {
  std::unique_ptr<CompiledTenant> tenant(new CompiledTenant);
  tenant->id_ = id;
  tenant->spec_ = spec;
  tenant->layout_ = make_layout(spec);
  Result<CountBy> count_by = CountBy::make(spec);
  if (!count_by.ok()) return count_by.error();
  tenant->count_by_ = *count_by;
  for (std::size_t i = 0; i < spec.clocks.size(); ++i) {
    const ClockSpec& clock = spec.clocks[i];
    if (clock.kind == ClockKind::promise && !clock.retired) tenant->promises_ |= 1u << i;
  }
  for (const CalendarSpec& calendar : spec.calendars) {
    Result<std::shared_ptr<const Calendar>> compiled = calendars.get(calendar);
    if (!compiled.ok()) return compiled.error();
    tenant->calendars_.push_back(std::move(compiled).value());
  }
  tenant->constraints_ = ConstraintIndex(spec);
  for (std::size_t i = spec.attributes.size(); i-- > 0;) {
    const AttributeSpec& attribute = spec.attributes[i];
    if (attribute.role == AttributeRole::customer && !attribute.retired) {
      tenant->customer_attribute_ = static_cast<AttributeId>(i);
    }
  }
  for (std::size_t i = 0; i < spec.statuses.size(); ++i) {
    const StatusCategory category = spec.statuses[i].category;
    if (category == StatusCategory::closed || category == StatusCategory::cancelled) {
      tenant->final_statuses_ |= 1ull << i;
    }
  }
  tenant->compile_rules();
  for (std::size_t i = 0; i < spec.clocks.size(); ++i) {
    const ClockSpec& clock = spec.clocks[i];
    if (!clock.run_while.empty()) tenant->run_while_clocks_ |= 1u << i;
    if (clock.kind == ClockKind::window) tenant->windows_ |= 1u << i;
    auto& by_ladder = tenant->step_ids_.emplace_back(spec.ladders.size());
    for (std::size_t ladder = 0; ladder < spec.ladders.size(); ++ladder) {
      for (const LadderStepSpec& step : spec.ladders[ladder].steps) {
        by_ladder[ladder].push_back(find_step(clock, step.name));
      }
    }
  }
  return tenant;
}

void CompiledTenant::compile_rules() {
  for (std::size_t clock = 0; clock < spec_.clocks.size(); ++clock) {
    candidates_at_.push_back(static_cast<std::uint32_t>(candidates_.size()));
    for (const RuleId rule : spec_.rule_order) {
      for (const TargetSpec& target : spec_.rules[rule].targets) {
        if (target.clock != clock) continue;
        if (target.calendar_by != kNoId8) matched_attributes_ |= 1u << target.calendar_by;
        for (const MatchSpec& match : spec_.rules[rule].when) {
          RuleMatch compiled{0, nullptr, match.attribute, match.negated};
          for (const Value value : match.values) {
            if (value < 64) compiled.values |= 1ull << value;
            if (value >= 64) compiled.spec = &match;
          }
          rule_matches_.push_back(compiled);
        }
        candidates_.push_back({&target, static_cast<std::uint32_t>(rule_matches_.size()), rule});
      }
    }
  }
  candidates_at_.push_back(static_cast<std::uint32_t>(candidates_.size()));
  for (const RuleId rule : spec_.rule_order) {
    for (const MatchSpec& match : spec_.rules[rule].when) {
      matched_attributes_ |= 1u << match.attribute;
    }
  }
}

bool CompiledTenant::RuleMatch::holds(Value value) const {
  if (value < 64) return (values >> value & 1) != negated;
  return spec == nullptr ? negated : vencer::holds(*spec, value);
}

const TargetSpec* CompiledTenant::choose(const std::uint64_t* block, ClockId clock,
                                         RuleId* rule) const {
  const std::uint32_t first = candidates_at_[clock];
  std::uint32_t match = first == 0 ? 0 : candidates_[first - 1].matches_end;
  for (std::uint32_t i = first; i < candidates_at_[clock + 1u]; ++i) {
    const Candidate& candidate = candidates_[i];
    while (match < candidate.matches_end && rule_matches_[match].holds(get_attribute(
                                                layout_, block, rule_matches_[match].attribute))) {
      ++match;
    }
    if (match == candidate.matches_end) {
      *rule = candidate.rule;
      return candidate.target;
    }
    match = candidate.matches_end;
  }
  return nullptr;
}

void move_day_cells(const CompiledTenant& from, const std::uint64_t* old, const CompiledTenant& to,
                    std::uint64_t* fresh) {
  for (std::size_t i = 0; i < from.spec().digests.size(); ++i) {
    const std::uint64_t* before = day_cell_of(from.layout(), old, i);
    std::uint64_t* after = day_cell_of(to.layout(), fresh, i);
    if (before == nullptr || after == nullptr) continue;
    if (from.spec().digests[i].activities == to.spec().digests[i].activities) *after = *before;
  }
}

bool holds(const MatchSpec& match, Value value) {
  const bool among =
      std::find(match.values.begin(), match.values.end(), value) != match.values.end();
  return among != match.negated;
}

bool matches(const BlockLayout& layout, const std::uint64_t* block,
             const std::vector<MatchSpec>& when) {
  return std::all_of(when.begin(), when.end(), [&](const MatchSpec& match) {
    const bool known = match.attribute < layout.attributes.size();
    return holds(match, known ? get_attribute(layout, block, match.attribute) : Value{0});
  });
}

namespace {
CalendarId calendar_of(const CompiledTenant& tenant, const std::uint64_t* block,
                       const TargetSpec& target) {
  if (target.calendar_by == kNoId8) return target.calendar;
  const Value value = get_attribute(tenant.layout(), block, target.calendar_by);
  if (value == 0 || value > target.calendars.size()) return target.calendar;
  const CalendarId named = target.calendars[value - 1];
  return named == kNoId16 ? target.calendar : named;
}
}  // namespace

Choice choose_target(const CompiledTenant& tenant, const std::uint64_t* block, ClockId clock) {
  Choice choice;
  choice.target = tenant.choose(block, clock, &choice.rule);
  if (choice.target != nullptr) choice.calendar = calendar_of(tenant, block, *choice.target);
  return choice;
}

}  // namespace vencer
