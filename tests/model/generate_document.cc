// Random tenant documents, within what engine/config lets through.
#include <algorithm>

#include "engine/core/limits.h"
#include "tests/model/generate.h"

namespace vencer::model {
namespace {

using limits::kHour;
using limits::kMinute;

constexpr unsigned kActivities = 11;

CalendarSpec always() {
  CalendarSpec calendar;
  calendar.name = "24x7";
  calendar.always_open = true;
  return calendar;
}

AttributeValue some_value(Dice& dice, Value least) {
  return {static_cast<AttributeId>(dice.below(2)),
          static_cast<Value>(dice.between(static_cast<std::int64_t>(least), 3))};
}

ConditionSpec some_condition(Dice& dice, unsigned percent) {
  ConditionSpec condition;
  if (on(Feature::conditions) && dice.percent(40)) {
    if (dice.percent(50)) {
      condition.levels = static_cast<std::uint16_t>(dice.bits(kLevels, 40) << 1);
    } else {
      condition.values = {some_value(dice, 0)};
    }
    if (dice.percent(60)) return condition;
  }
  condition.statuses = dice.bits(kStatuses - 2, percent);
  return condition;
}

SetSpec some_set(Dice& dice) {
  SetSpec set;
  if (dice.percent(70)) set.status = static_cast<StatusId>(dice.below(kStatuses));
  if (dice.percent(30))
    set.attributes.push_back({static_cast<AttributeId>(dice.below(3)), dice.below(4)});
  return set;
}

ClockSpec some_clock(Dice& dice, std::size_t index) {
  ClockSpec clock;
  clock.name = "clock" + std::to_string(index);
  clock.each_cycle = dice.percent(50);
  clock.fresh_on_reopen = dice.percent(25);
  if (on(Feature::on_change) && dice.percent(40)) {
    clock.on_change = dice.percent(60) ? OnChange::keep : OnChange::restart;
  }
  const auto created = 1ull << static_cast<unsigned>(BuiltinActivity::created);
  if (index == 0) {  // such as every desk has
    clock.start.activities = created;
    clock.stop.statuses = 1ull << 4 | 1ull << 5;
    clock.pause_while.statuses = 1ull << 2;
    clock.reset = some_trigger(dice, 30);
    return clock;
  }
  if (on(Feature::windows) && dice.percent(30)) {
    clock.kind = ClockKind::window;
    if (dice.percent(70)) clock.at_end = some_set(dice);
  }
  if (dice.percent(30)) {
    clock.run_while = some_condition(dice, 45);
  } else if (dice.percent(50)) {
    clock.start.activities = created;
  } else {
    clock.start = some_trigger(dice, 100);
  }
  clock.stop = some_trigger(dice, 75);
  clock.cancel = some_trigger(dice, 20);
  clock.reset = some_trigger(dice, 35);
  if (dice.percent(50)) clock.pause_while = some_condition(dice, 25);
  return clock;
}

// "The window in which a ticket can be reopened."
ClockSpec reopen_window() {
  ClockSpec clock;
  clock.name = "reopen_window";
  clock.kind = ClockKind::window;
  clock.each_cycle = true;
  clock.run_while.statuses = 1ull << 4 | 1ull << 5 | 1ull << 6;
  return clock;
}

// A target that is no open time.
void some_date(Dice& dice, TargetSpec& target) {
  target.kind = dice.of<TargetKind>({TargetKind::business_days, TargetKind::close_of_day,
                                     TargetKind::instant, TargetKind::ticket});
  target.target_ms = 0;
  if (target.kind == TargetKind::business_days) {
    target.days = static_cast<std::uint32_t>(dice.between(1, 4));
  } else if (target.kind == TargetKind::instant) {
    target.instant = kStoryBegin + dice.between(0, 20) * 6 * kHour;
  }
}

RuleSpec some_rule(Dice& dice, const TenantSpec& spec) {
  RuleSpec rule;
  rule.name = "rule" + std::to_string(spec.rules.size());
  for (std::uint64_t n = dice.below(3); n > 0; --n) rule.when.push_back(some_match(dice));
  for (std::size_t clock = 0; clock < spec.clocks.size(); ++clock) {
    if (!dice.percent(75)) continue;
    TargetSpec target;
    target.clock = static_cast<ClockId>(clock);
    target.target_ms = dice.percent(4) ? 0 : some_duration(dice);
    target.calendar = static_cast<CalendarId>(dice.below(spec.calendars.size()));
    if (on(Feature::calendar_by) && dice.percent(25)) {
      target.calendar_by = static_cast<AttributeId>(dice.below(2));
      for (std::int64_t n = dice.between(1, 3); n > 0; --n) {
        target.calendars.push_back(
            dice.percent(25) ? kNoId16
                             : static_cast<CalendarId>(dice.below(spec.calendars.size())));
      }
    }
    if (on(Feature::targets) && dice.percent(35)) some_date(dice, target);
    // A step that sets off itself every millisecond would never let a story end.
    const bool window = spec.clocks[clock].kind == ClockKind::window;
    if ((target.target_ms > 1 || target.kind != TargetKind::open_time) && !window &&
        dice.percent(80))
      target.ladder = static_cast<LadderId>(dice.below(spec.ladders.size()));
    rule.targets.push_back(target);
  }
  return rule;
}

// Sorted as engine/config demands, levels never falling, at most one that repeats.
LadderSpec some_ladder(Dice& dice, const TenantSpec& spec, std::size_t index) {
  LadderSpec ladder;
  ladder.name = "ladder" + std::to_string(index);
  if (dice.percent(60)) ladder.acknowledge_ms = some_duration(dice);
  LevelId level = 0;
  bool repeats = false;
  std::vector<std::uint64_t> kinds;
  for (std::uint64_t n = dice.below(6); n > 0; --n) kinds.push_back(dice.below(10));
  std::sort(kinds.begin(), kinds.end());
  for (const std::uint64_t kind : kinds) {
    LadderStepSpec step;
    if (kind < 3) {
      step.percent_milli =
          static_cast<std::uint32_t>(dice.of<int>({50'000, 75'000, 33'333, 100'000, 120'000}));
      step.name = std::to_string(step.percent_milli) + "%";
    } else if (kind < 5) {
      step.anchor = StepAnchor::before_due;
      step.offset_ms = some_duration(dice);
      step.name = "-" + std::to_string(step.offset_ms);
    } else {
      step.anchor = StepAnchor::after_due;
      step.offset_ms = dice.percent(30) ? 0 : some_duration(dice);
      step.name = "+" + std::to_string(step.offset_ms);
      if (dice.percent(40))
        step.calendar = static_cast<CalendarId>(dice.below(spec.calendars.size()));
      if (!repeats && dice.percent(25)) {
        repeats = true;
        step.every_ms = dice.of<DurationMs>({kMinute, 30 * kMinute, kHour, 4 * kHour});
        step.times = static_cast<std::uint32_t>(dice.between(1, 3));
      }
    }
    const bool taken = std::any_of(ladder.steps.begin(), ladder.steps.end(),
                                   [&](const LadderStepSpec& s) { return s.name == step.name; });
    if (taken) continue;
    if (dice.percent(40)) {
      level = std::max(level, static_cast<LevelId>(dice.between(1, kLevels)));
      step.level = level;
    } else {
      step.warn = dice.percent(60);
    }
    if (dice.percent(30)) step.recipient = 0;
    if (dice.percent(12)) step.set_status = static_cast<StatusId>(dice.below(kStatuses));
    if (dice.percent(20)) {
      step.set_attributes.push_back({static_cast<AttributeId>(dice.below(3)), dice.below(4)});
    }
    ladder.steps.push_back(step);
  }
  return ladder;
}

// Every clock knows every step by name.
void name_steps(TenantSpec& spec) {
  for (ClockSpec& clock : spec.clocks) {
    for (LadderSpec& ladder : spec.ladders) {
      std::erase_if(ladder.steps, [&](const LadderStepSpec& step) {
        const auto& names = clock.step_names;
        if (std::find(names.begin(), names.end(), step.name) != names.end()) return false;
        if (names.size() >= limits::steps_max) return true;
        clock.step_names.push_back(step.name);
        return false;
      });
    }
  }
}

// Names that are dropped, or come back; and nothing in force that names what is dropped.
void drop_names(Dice& dice, TenantSpec& spec) {
  constexpr StatusId hold = 3;
  constexpr ActivityId approval = 10;
  spec.statuses[hold].retired = dice.percent(30);
  spec.activities[approval].retired = dice.percent(30);
  ClockSpec& clock = spec.clocks[2 % spec.clocks.size()];
  if (spec.clocks.size() > 2) clock.retired = dice.percent(30);
  for (ClockSpec& each : spec.clocks) {
    for (TriggerSpec* trigger : {&each.start, &each.stop, &each.reset, &each.cancel}) {
      if (spec.statuses[hold].retired) trigger->statuses &= ~(1ull << hold);
      if (spec.activities[approval].retired) trigger->activities &= ~(1ull << approval);
    }
    if (!spec.statuses[hold].retired) continue;
    each.pause_while.statuses &= ~(1ull << hold);
    if (!each.run_while.empty())
      each.run_while.statuses = (each.run_while.statuses & ~(1ull << hold)) | 1ull << 1;
  }
  for (LadderSpec& ladder : spec.ladders) {
    for (LadderStepSpec& step : ladder.steps) {
      if (spec.statuses[hold].retired && step.set_status == hold) step.set_status = kNoId8;
    }
  }
  drop_from_constraints(spec, hold, approval);
  for (RuleSpec& rule : spec.rules) {
    std::erase_if(rule.targets,
                  [&](const TargetSpec& target) { return spec.clocks[target.clock].retired; });
  }
}

CustomersSpec some_customers(Dice& dice) {
  CustomersSpec customers;
  if (dice.percent(75)) customers.defaults = static_cast<std::uint32_t>(dice.bits(3, 60));
  customers.contract =
      dice.of<ContractRule>({ContractRule::ignore, ContractRule::ignore, ContractRule::flag,
                             ContractRule::flag, ContractRule::refuse});
  if (dice.percent(40)) customers.recipient = 0;
  return customers;
}

void add_rules(Dice& dice, TenantSpec& spec) {
  for (std::int64_t n = dice.between(2, 4); n > 0; --n) {
    spec.rule_order.push_back(static_cast<RuleId>(spec.rules.size()));
    spec.rules.push_back(some_rule(dice, spec));
  }
  if (dice.percent(80)) {  // what applies when nothing else does
    spec.rule_order.push_back(static_cast<RuleId>(spec.rules.size()));
    spec.rules.push_back(some_rule(dice, spec));
    spec.rules.back().when.clear();
  }
}

}  // namespace

TriggerSpec some_trigger(Dice& dice, unsigned percent) {
  TriggerSpec trigger;
  if (!dice.percent(percent)) return trigger;
  switch (dice.below(on(Feature::conditions) ? 8 : 6)) {
    case 0:
      trigger.statuses = 1ull << dice.below(kStatuses);
      break;
    case 1:
      trigger.attributes_set = 1u << dice.below(3);
      break;
    case 2:
      trigger.levels = static_cast<std::uint16_t>(1u << dice.between(1, kLevels));
      break;
    case 6:
      trigger.attributes_changed = 1u << dice.below(3);
      break;
    case 7:
      trigger.became = {some_value(dice, 1)};
      break;
    default:
      trigger.activities = 1ull << dice.below(kActivities);
  }
  if (dice.percent(15)) trigger.activities |= 1ull << dice.below(kActivities);
  return trigger;
}

MatchSpec some_match(Dice& dice) {
  MatchSpec match;
  match.attribute = static_cast<AttributeId>(dice.below(2));
  match.negated = dice.percent(25);
  for (Value value = 0; value <= 3; ++value) {
    if (dice.percent(value == 0 ? 15 : 45)) match.values.push_back(value);
  }
  if (match.values.empty()) match.values = {1};
  return match;
}

DurationMs some_duration(Dice& dice) {
  static const std::vector<DurationMs> usual = {
      kMinute,   30 * kMinute, kHour,      2 * kHour, 4 * kHour, 8 * kHour,
      9 * kHour, 16 * kHour,   24 * kHour, 1,         100'001};
  return dice.of(usual);
}

TenantSpec make_document(Dice& dice) {
  TenantSpec spec;
  spec.name = "desk";
  spec.statuses = {{"New", StatusCategory::fresh},       {"Open", StatusCategory::open},
                   {"Waiting", StatusCategory::pending}, {"Hold", StatusCategory::on_hold},
                   {"Solved", StatusCategory::resolved}, {"Verified", StatusCategory::resolved},
                   {"Closed", StatusCategory::closed},   {"Cancelled", StatusCategory::cancelled}};
  spec.levels = {"L1", "L2", "L3"};
  for (const char* name : kBuiltinActivityNames) spec.activities.push_back({name});
  spec.activities.push_back({"evidence"});
  spec.activities.push_back({"approval"});
  AttributeSpec priority;
  priority.name = "priority";
  priority.role = AttributeRole::priority;
  priority.values = {"1", "2", "3"};
  priority.value_retired = {false, false, false};
  AttributeSpec plan = priority;
  plan.name = "plan";
  plan.role = AttributeRole::plain;
  AttributeSpec agent;
  agent.name = "agent";
  agent.open = true;
  agent.role = AttributeRole::agent;
  spec.attributes = {priority, plan, agent};
  if (on(Feature::customers)) {
    AttributeSpec customer = agent;
    customer.name = "customer";
    customer.role = AttributeRole::customer;
    spec.attributes.push_back(customer);
  }
  spec.calendars = {always()};
  for (std::uint64_t n = dice.below(4); n > 0; --n) {
    const CalendarSpec calendar = some_calendar(dice);
    const bool taken =
        std::any_of(spec.calendars.begin(), spec.calendars.end(),
                    [&](const CalendarSpec& known) { return known.name == calendar.name; });
    if (!taken) spec.calendars.push_back(calendar);
  }
  spec.recipients = {{"guard",
                      {{static_cast<CalendarId>(spec.calendars.size() - 1), 1, "", "mail"},
                       {kAlwaysOpen, kNoId8, "standby", "phone"}},
                      on(Feature::everyone) && dice.percent(40)}};
  if (on(Feature::everyone) && dice.percent(40)) spec.created_recipient = 0;
  const auto clocks = static_cast<std::size_t>(dice.between(2, 4));
  for (std::size_t i = 0; i < clocks; ++i) spec.clocks.push_back(some_clock(dice, i));
  if (on(Feature::reopen_window) && dice.percent(40)) {
    spec.reopen_clock = static_cast<ClockId>(spec.clocks.size());
    spec.clocks.push_back(reopen_window());
    spec.survey_at_close = dice.percent(50);
  }
  const auto ladders = static_cast<std::size_t>(dice.between(1, 3));
  for (std::size_t i = 0; i < ladders; ++i) spec.ladders.push_back(some_ladder(dice, spec, i));
  name_steps(spec);
  add_rules(dice, spec);
  add_rules_of_change(dice, spec);
  if (on(Feature::customers)) spec.customers = some_customers(dice);
  spec.events_on = dice.percent(85) ? kChattyEvents : 0;
  spec.survey_status = dice.percent(50) ? static_cast<StatusId>(dice.of<int>({4, 6})) : kNoId8;
  if (on(Feature::merge) && dice.percent(40)) spec.merged_status = dice.percent(50) ? 6 : 7;
  spec.keep_closed_ms = dice.of<DurationMs>({limits::keep_closed_default_ms, kHour});
  spec.keep_keys_ms = dice.of<DurationMs>({limits::keep_keys_default_ms, 2 * kHour});
  return spec;
}

TenantSpec make_next_document(Dice& dice, const TenantSpec& before) {
  TenantSpec spec = before;
  if (dice.percent(60)) spec.rule_order.clear();
  if (dice.percent(30)) spec.clocks.push_back(some_clock(dice, spec.clocks.size()));
  if (dice.percent(30)) {
    ClockSpec& clock = spec.clocks[dice.below(spec.clocks.size())];
    clock.pause_while = some_condition(dice, 30);
  }
  if (dice.percent(50)) {
    const std::size_t index = dice.below(spec.ladders.size());
    spec.ladders[index] = some_ladder(dice, spec, index);
  }
  name_steps(spec);
  add_rules(dice, spec);
  change_rules_of_change(dice, spec);
  if (on(Feature::customers) && dice.percent(30)) spec.customers = some_customers(dice);
  if (dice.percent(20)) drop_names(dice, spec);
  return spec;
}

}  // namespace vencer::model
