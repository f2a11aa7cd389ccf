// Goal: whatever a log holds, the state machine never indexes past a table nor computes with a
// number that overflows. Method: one pass over the spec; the first fault ends it and is named with
// its place. What makes a document sensible (names that are unique, a ladder that rises)
// engine/config has checked.

#include <string_view>

#include "engine/core/event.h"
#include "engine/core/limits.h"
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

class Checker {
 public:
  explicit Checker(const TenantSpec& tenant) : tenant_(tenant) {}

  std::string run() {
    check_tables();
    check_head();
    for (const CalendarSpec& calendar : tenant_.calendars) check_calendar(calendar);
    for (const AttributeSpec& attribute : tenant_.attributes) check_attribute(attribute);
    for (const ClockSpec& clock : tenant_.clocks) check_clock(clock);
    for (const RuleSpec& rule : tenant_.rules) check_rule(rule);
    for (const LadderSpec& ladder : tenant_.ladders) check_ladder(ladder);
    for (const RecipientSpec& recipient : tenant_.recipients) check_recipient(recipient);
    return fault_;
  }

 private:
  // Keeps the first fault.
  void require(bool holds, std::string_view table, std::string_view name, std::string_view what) {
    if (holds || !fault_.empty()) return;
    fault_.append(table).append(" '").append(name).append("': ").append(what);
  }
  void require(bool holds, std::string_view what) {
    if (!holds && fault_.empty()) fault_ = what;
  }

  void check_tables() {
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

  void check_head() {
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

  bool is_status_or_none(StatusId id) const { return id == kNoId8 || id < tenant_.statuses.size(); }
  bool is_calendar_or_none(CalendarId id) const {
    return id == kNoId16 || id < tenant_.calendars.size();
  }
  bool is_attribute(AttributeId id) const { return id < tenant_.attributes.size(); }
  static bool is_duration(DurationMs ms) { return ms >= 0 && ms <= limits::target_max_ms; }
  bool is_value(AttributeId id, Value value) const {
    if (!is_attribute(id)) return false;
    const AttributeSpec& attribute = tenant_.attributes[id];
    return attribute.open || value <= attribute.values.size();
  }

  void check_shifts(const CalendarSpec& calendar, const std::vector<ShiftSpec>& shifts) {
    for (const ShiftSpec& shift : shifts) {
      const bool fits = shift.start_minute >= 0 && shift.start_minute <= 1440 &&
                        shift.end_minute >= 0 && shift.end_minute <= 1440;
      require(fits, "calendar", calendar.name, "a shift is not within a day");
    }
  }

  void check_calendar(const CalendarSpec& calendar) {
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

  void check_attribute(const AttributeSpec& attribute) {
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

  void check_trigger(const ClockSpec& clock, const TriggerSpec& trigger) {
    const bool fits = (trigger.activities & ~bits_below(tenant_.activities.size())) == 0 &&
                      (trigger.statuses & ~bits_below(tenant_.statuses.size())) == 0 &&
                      (trigger.attributes_set & ~bits_below(tenant_.attributes.size())) == 0 &&
                      (trigger.levels & ~(bits_below(tenant_.levels.size()) << 1)) == 0;
    require(fits, "clock", clock.name, "a trigger names what there is not");
  }

  void check_clock(const ClockSpec& clock) {
    const std::uint64_t statuses = bits_below(tenant_.statuses.size());
    for (const TriggerSpec* trigger : {&clock.start, &clock.stop, &clock.reset, &clock.cancel}) {
      check_trigger(clock, *trigger);
    }
    require((clock.pause_while.statuses & ~statuses) == 0, "clock", clock.name, "pause_while");
    require((clock.run_while.statuses & ~statuses) == 0, "clock", clock.name, "run_while");
    require(clock.on_change <= OnChange::restart, "clock", clock.name, "on_change");
    require(clock.step_names.size() <= limits::steps_max, "clock", clock.name, "number of steps");
  }

  void check_rule(const RuleSpec& rule) {
    const auto must = [&](bool holds, std::string_view what) {
      require(holds, "rule", rule.name, what);
    };
    for (const MatchSpec& match : rule.when) {
      must(is_attribute(match.attribute), "a condition's attribute");
      for (const Value value : match.values)
        must(is_value(match.attribute, value), "a condition's value");
    }
    for (const TargetSpec& target : rule.targets) {
      must(target.clock < tenant_.clocks.size(), "a target's clock");
      must(target.target_ms >= 0 && target.target_ms <= limits::target_max_ms, "a target's length");
      must(target.calendar < tenant_.calendars.size(), "a target's calendar");
      must(target.ladder == kNoId16 || target.ladder < tenant_.ladders.size(), "a target's ladder");
    }
  }

  void check_ladder(const LadderSpec& ladder) {
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
      must(step.recipient == kNoId16 || step.recipient < tenant_.recipients.size(),
           "a step's recipient");
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

  void check_recipient(const RecipientSpec& recipient) {
    for (const RouteSpec& route : recipient.routes) {
      require(route.calendar < tenant_.calendars.size(), "recipient", recipient.name,
              "a route's calendar");
      require(route.attribute == kNoId8 || is_attribute(route.attribute), "recipient",
              recipient.name, "a route's attribute");
    }
  }

  const TenantSpec& tenant_;
  std::string fault_;
};

}  // namespace

std::string check_tenant(const TenantSpec& tenant) {
  return Checker(tenant).run();
}

}  // namespace vencer
