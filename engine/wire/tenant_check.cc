// Goal: whatever a log holds, the state machine never indexes past a table nor computes with a
// number that overflows. Method: one pass over the spec; the first fault ends it and is named with
// its place. What makes a document sensible (names that are unique, a ladder that rises)
// engine/config has checked.

#include <algorithm>
#include <string_view>

#include "engine/core/event.h"
#include "engine/core/limits.h"
#include "engine/wire/tenant_checker.h"
#include "engine/wire/tenant_codec.h"

namespace vencer {
namespace {

constexpr std::int32_t kOffsetMax_s = 48 * 3600;
constexpr std::int64_t kTransitionMax_s = 1'000'000'000'000;  // far beyond any zone's
constexpr CivilDay kCivilDayMax = 1'000'000;                  // year 4707, either way
// target_max_ms * this / 100'000 does not overflow.
constexpr std::uint32_t kPercentMilliMax = 1'000'000;
static_assert(limits::target_max_ms < INT64_MAX / static_cast<std::int64_t>(kPercentMilliMax));

// The bits of ids 0 .. count - 1.
std::uint64_t bits_below(std::size_t count) {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

bool is_duration(DurationMs ms) {
  return ms >= 0 && ms <= limits::target_max_ms;
}

}  // namespace

bool TenantChecker::is_value(AttributeId id, Value value) const {
  return is_attribute(id) &&
         (tenant_.attributes[id].open || value <= tenant_.attributes[id].values.size());
}

bool TenantChecker::are_values(const std::vector<AttributeValue>& values) const {
  return std::ranges::all_of(values, [this](const AttributeValue& value) {
    return is_value(value.attribute, value.value);
  });
}

bool TenantChecker::are_statuses(std::uint64_t bits) const {
  return (bits & ~bits_below(tenant_.statuses.size())) == 0;
}
bool TenantChecker::are_activities(std::uint64_t bits) const {
  return (bits & ~bits_below(tenant_.activities.size())) == 0;
}
bool TenantChecker::are_attributes(std::uint32_t bits) const {
  return (bits & ~bits_below(tenant_.attributes.size())) == 0;
}
bool TenantChecker::are_levels(std::uint16_t bits) const {
  return (bits & ~(bits_below(tenant_.levels.size()) << 1)) == 0;
}

bool TenantChecker::is_trigger(const TriggerSpec& trigger) const {
  return are_activities(trigger.activities) && are_statuses(trigger.statuses) &&
         are_attributes(trigger.attributes_set) && are_attributes(trigger.attributes_changed) &&
         are_levels(trigger.levels) && are_values(trigger.became);
}

bool TenantChecker::is_condition(const ConditionSpec& condition) const {
  return are_statuses(condition.statuses) && are_levels(condition.levels) &&
         are_values(condition.values);
}

bool TenantChecker::are_matches(const std::vector<MatchSpec>& matches) const {
  return std::ranges::all_of(matches, [this](const MatchSpec& match) {
    return is_attribute(match.attribute) && std::ranges::all_of(match.values, [&](Value value) {
             return is_value(match.attribute, value);
           });
  });
}

std::string TenantChecker::run() {
  check_tables();
  check_head();
  for (const CalendarSpec& calendar : tenant_.calendars) check_calendar(calendar);
  for (const AttributeSpec& attribute : tenant_.attributes) check_attribute(attribute);
  for (const ClockSpec& clock : tenant_.clocks) check_clock(clock);
  for (const RuleSpec& rule : tenant_.rules) check_rule(rule);
  for (const LadderSpec& ladder : tenant_.ladders) check_ladder(ladder);
  for (const RecipientSpec& recipient : tenant_.recipients) check_recipient(recipient);
  check_desk();
  return fault_;
}

void TenantChecker::require(bool holds, std::string_view table, std::string_view name,
                            std::string_view what) {
  if (holds || !fault_.empty()) return;
  fault_.append(table).append(" '").append(name).append("': ").append(what);
}

void TenantChecker::check_tables() {
  require(!tenant_.name.empty() && tenant_.name.size() <= limits::name_bytes_max, "name");
  require(tenant_.version >= 1, "version is 0");
  require(!tenant_.statuses.empty() && tenant_.statuses.size() <= limits::statuses_max,
          "number of statuses");
  require(tenant_.levels.size() <= limits::levels_max, "number of levels");
  require(tenant_.activities.size() >= kBuiltinActivities &&
              tenant_.activities.size() <= limits::activities_max,
          "number of activities");
  require(tenant_.attributes.size() <= limits::attributes_max, "number of attributes");
  require(!tenant_.calendars.empty() && tenant_.calendars.size() <= limits::calendars_max,
          "number of calendars");
  require(tenant_.clocks.size() <= limits::clocks_max, "number of clocks");
  require(tenant_.rules.size() <= limits::rule_ids_max, "number of rules");
  require(tenant_.ladders.size() <= limits::ladders_max, "number of ladders");
  require(tenant_.recipients.size() <= limits::recipients_max, "number of recipients");
}

void TenantChecker::check_head() {
  for (const StatusSpec& status : tenant_.statuses) {
    require(status.category <= StatusCategory::cancelled, "status", status.name, "category");
  }
  for (std::size_t i = 0; i < kBuiltinActivities && i < tenant_.activities.size(); ++i) {
    require(tenant_.activities[i].name == kBuiltinActivityNames[i], "activity",
            tenant_.activities[i].name, "stands in the place of a built-in one");
  }
  require(!tenant_.calendars.empty() && tenant_.calendars[kAlwaysOpen].always_open,
          "calendar 0 is not 24x7");
  require(tenant_.initial_status < tenant_.statuses.size(), "initial_status");
  require(is_status_or_none(tenant_.closed_status), "closed_status");
  require(is_status_or_none(tenant_.survey_status), "survey_status");
  require((tenant_.events_on & ~bits_below(kEventTypes)) == 0, "events_on");
  require(is_duration(tenant_.keep_closed_ms), "keep_closed_ms");
  require(is_duration(tenant_.keep_keys_ms), "keep_keys_ms");
  require(tenant_.rule_order.size() <= limits::rule_ids_max, "rule_order is too long");
  for (const RuleId rule : tenant_.rule_order) {
    require(rule < tenant_.rules.size(), "rule_order names no rule");
  }
}

void TenantChecker::check_shifts(const CalendarSpec& calendar,
                                 const std::vector<ShiftSpec>& shifts) {
  for (const ShiftSpec& shift : shifts) {
    const bool fits = shift.start_minute >= 0 && shift.start_minute <= 1440 &&
                      shift.end_minute >= 0 && shift.end_minute <= 1440;
    require(fits, "calendar", calendar.name, "a shift is not within a day");
  }
}

void TenantChecker::check_calendar(const CalendarSpec& calendar) {
  const auto must = [&](bool holds, std::string_view what) {
    require(holds, "calendar", calendar.name, what);
  };
  const auto is_offset = [](std::int32_t s) { return s >= -kOffsetMax_s && s <= kOffsetMax_s; };
  const auto is_day = [](CivilDay day) { return day >= -kCivilDayMax && day <= kCivilDayMax; };
  must(is_offset(calendar.zone.initial_offset_s), "initial offset");
  std::int64_t previous_s = -kTransitionMax_s;
  for (const ZoneTransition& transition : calendar.zone.transitions) {
    must(is_offset(transition.offset_s), "offset of a transition");
    must(transition.at_s > previous_s && transition.at_s < kTransitionMax_s,
         "order of transitions");
    previous_s = transition.at_s;
  }
  for (const auto& shifts : calendar.weekly) check_shifts(calendar, shifts);
  for (const auto& shifts : calendar.breaks) check_shifts(calendar, shifts);
  for (const CivilDay day : calendar.holidays) must(is_day(day), "a holiday");
  for (const YearlyDay& day : calendar.yearly_holidays) {
    must(day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= 31, "a yearly holiday");
  }
  for (const SpecialDay& special : calendar.special) {
    must(is_day(special.day), "a special day");
    check_shifts(calendar, special.shifts);
  }
}

void TenantChecker::check_attribute(const AttributeSpec& attribute) {
  const auto must = [&](bool holds, std::string_view what) {
    require(holds, "attribute", attribute.name, what);
  };
  must(attribute.role <= AttributeRole::priority, "role");
  must(attribute.values.size() <= limits::attribute_values_max, "number of values");
  must(attribute.value_retired.size() == attribute.values.size(), "value_retired");
  for (const AttributeAlias& alias : attribute.aliases) {
    must(attribute.open || (alias.value >= 1 && alias.value <= attribute.values.size()),
         "an alias");
  }
}

void TenantChecker::check_clock(const ClockSpec& clock) {
  const auto must = [&](bool holds, std::string_view what) {
    require(holds, "clock", clock.name, what);
  };
  for (const TriggerSpec* trigger : {&clock.start, &clock.stop, &clock.reset, &clock.cancel}) {
    must(is_trigger(*trigger), "a trigger names what there is not");
  }
  must(clock.kind <= ClockKind::window, "kind");
  must(is_condition(clock.pause_while), "pause_while");
  must(is_condition(clock.run_while), "run_while");
  must(is_status_or_none(clock.at_end.status), "the status at its end");
  must(are_values(clock.at_end.attributes), "an attribute set at its end");
  must(clock.on_change <= OnChange::restart, "on_change");
  must(clock.step_names.size() <= limits::steps_max, "number of steps");
}

void TenantChecker::check_rule(const RuleSpec& rule) {
  require(are_matches(rule.when), "rule", rule.name, "a condition");
  for (const TargetSpec& target : rule.targets) check_target(rule, target);
}

void TenantChecker::check_target(const RuleSpec& rule, const TargetSpec& target) {
  const auto must = [&](bool holds, std::string_view what) {
    require(holds, "rule", rule.name, what);
  };
  must(target.clock < tenant_.clocks.size(), "a target's clock");
  must(target.kind <= TargetKind::ticket, "a target's kind");
  must(is_duration(target.target_ms), "a target's length");
  must(target.days <= limits::business_days_max, "a target's days");
  must(target.instant == kNever ||
           (target.instant >= limits::time_min_ms && target.instant <= limits::time_max_ms),
       "a target's instant");
  must(is_calendar(target.calendar), "a target's calendar");
  must(target.calendar_by == kNoId8 || is_closed(target.calendar_by),
       "the attribute that names a target's calendar");
  for (const CalendarId calendar : target.calendars) {
    must(is_calendar_or_none(calendar), "one of a target's calendars");
  }
  must(target.ladder == kNoId16 || target.ladder < tenant_.ladders.size(), "a target's ladder");
}

void TenantChecker::check_ladder(const LadderSpec& ladder) {
  const auto must = [&](bool holds, std::string_view what) {
    require(holds, "ladder", ladder.name, what);
  };
  must(is_duration(ladder.acknowledge_ms), "acknowledge_ms");
  must(ladder.steps.size() <= limits::steps_max, "number of steps");
  for (const LadderStepSpec& step : ladder.steps) {
    must(step.anchor <= StepAnchor::after_due, "a step's anchor");
    must(step.percent_milli <= kPercentMilliMax, "a step's percentage");
    must(is_duration(step.offset_ms), "a step's offset");
    must(is_calendar_or_none(step.calendar), "a step's calendar");
    must(step.level <= tenant_.levels.size(), "a step's level");
    must(is_recipient_or_none(step.recipient), "a step's recipient");
    must(is_status_or_none(step.set_status), "a step's status");
    for (const AttributeValue& set : step.set_attributes) {
      must(is_value(set.attribute, set.value), "an attribute that a step sets");
    }
    must(step.times <= limits::repeats_max, "a step's repeats");
    must(step.times == 0
             ? is_duration(step.every_ms)
             : step.every_ms >= limits::repeat_every_min_ms && is_duration(step.every_ms),
         "a step's interval");
  }
}

void TenantChecker::check_recipient(const RecipientSpec& recipient) {
  require(recipient.routes.size() <= limits::recipient_routes_max, "recipient", recipient.name,
          "number of routes");
  for (const RouteSpec& route : recipient.routes) {
    require(route.calendar < tenant_.calendars.size(), "recipient", recipient.name,
            "a route's calendar");
    require(route.attribute == kNoId8 || is_attribute(route.attribute), "recipient", recipient.name,
            "a route's attribute");
  }
}

std::string check_tenant(const TenantSpec& tenant) {
  return TenantChecker(tenant).run();
}

}  // namespace vencer
