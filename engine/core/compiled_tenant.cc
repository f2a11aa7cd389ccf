#include "engine/core/compiled_tenant.h"

#include <algorithm>
#include <bit>
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
    AttributeIntake& intake = tenant->intake_[i];
    intake.last = attribute.open ? ~Value{0} : attribute.values.size();
    intake.known = !attribute.retired;
    intake.retired_values =
        !attribute.open && std::find(attribute.value_retired.begin(), attribute.value_retired.end(),
                                     true) != attribute.value_retired.end();
    if (attribute.role == AttributeRole::agent || attribute.role == AttributeRole::team) {
      tenant->assigning_attributes_ |= 1u << i;
    }
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
  tenant->clock_reach_ = ClockReach(spec, tenant->matched_attributes_);
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

namespace {
// An attribute of more values has no column of masks: such rules are looked at one by one.
constexpr std::size_t kColumnValuesMax = 1023;

bool has_column(const TenantSpec& spec, AttributeId attribute) {
  return !spec.attributes[attribute].open &&
         spec.attributes[attribute].values.size() <= kColumnValuesMax;
}
}  // namespace

void CompiledTenant::compile_rules() {
  rules_.resize(spec_.clocks.size());
  std::vector<std::uint32_t> columns(spec_.clocks.size(), 0);  // attributes, a bit each
  for (const RuleId id : spec_.rule_order) {
    const RuleSpec& rule = spec_.rules[id];
    for (const MatchSpec& match : rule.when) matched_attributes_ |= 1u << match.attribute;
    for (const TargetSpec& target : rule.targets) {
      if (target.calendar_by != kNoId8) matched_attributes_ |= 1u << target.calendar_by;
      Candidate& candidate =
          rules_[target.clock].candidates.emplace_back(Candidate{id, &target, {}});
      for (const MatchSpec& match : rule.when) {
        if (has_column(spec_, match.attribute)) {
          columns[target.clock] |= 1u << match.attribute;
        } else {
          candidate.rest.push_back(&match);
        }
      }
    }
  }
  for (std::size_t clock = 0; clock < rules_.size(); ++clock) {
    rules_[clock].words = (rules_[clock].candidates.size() + 63) / 64;
    for (std::uint32_t left = columns[clock]; left != 0; left &= left - 1) {
      add_column(spec_, static_cast<AttributeId>(std::countr_zero(left)), &rules_[clock]);
    }
  }
}

void CompiledTenant::add_column(const TenantSpec& spec, AttributeId attribute, ClockRules* rules) {
  rules->columns.push_back({attribute, static_cast<std::uint32_t>(rules->masks.size())});
  for (Value value = 0; value <= spec.attributes[attribute].values.size(); ++value) {
    const std::size_t mask = rules->masks.size();
    rules->masks.resize(mask + rules->words, 0);
    for (std::size_t i = 0; i < rules->candidates.size(); ++i) {
      const std::vector<MatchSpec>& when = spec.rules[rules->candidates[i].rule].when;
      const bool passes = std::all_of(when.begin(), when.end(), [&](const MatchSpec& match) {
        return match.attribute != attribute || holds(match, value);
      });
      if (passes) rules->masks[mask + i / 64] |= 1ull << (i % 64);
    }
  }
}

const TargetSpec* CompiledTenant::choose(const std::uint64_t* block, ClockId clock,
                                         RuleId* rule) const {
  const ClockRules& rules = rules_[clock];
  for (std::size_t word = 0; word < rules.words; ++word) {
    const std::size_t left = rules.candidates.size() - word * 64;
    std::uint64_t bits = left >= 64 ? ~0ull : (1ull << left) - 1;
    for (const Column& column : rules.columns) {
      const Value value = get_attribute(layout_, block, column.attribute);
      bits &= rules.masks[column.masks + value * rules.words + word];
    }
    for (; bits != 0; bits &= bits - 1) {
      const Candidate& candidate =
          rules.candidates[word * 64 + static_cast<std::size_t>(std::countr_zero(bits))];
      const bool matches =
          std::all_of(candidate.rest.begin(), candidate.rest.end(), [&](const MatchSpec* match) {
            return holds(*match, get_attribute(layout_, block, match->attribute));
          });
      if (!matches) continue;
      *rule = candidate.rule;
      return candidate.target;
    }
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
