#include <algorithm>
#include <utility>

#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/tenant_codec.h"

namespace vencer {
namespace {

using flatbuffers::Offset;
using flatbuffers::Vector;

template <typename Spec, typename Table, typename Read>
std::vector<Spec> read_tables(const Vector<Offset<Table>>* list, Read read) {
  std::vector<Spec> specs;
  specs.reserve(size_of(list));
  for (std::uint32_t i = 0; i < size_of(list); ++i) specs.push_back(read(*list->Get(i)));
  return specs;
}

template <typename Number>
std::vector<Number> read_numbers(const Vector<Number>* list) {
  std::vector<Number> numbers;
  numbers.reserve(size_of(list));
  for_each_element<Number>(list,
                           [&](const std::byte* at) { numbers.push_back(load_le<Number>(at)); });
  return numbers;
}

std::vector<std::string> read_texts(const Vector<Offset<flatbuffers::String>>* list) {
  std::vector<std::string> texts;
  texts.reserve(size_of(list));
  for (std::uint32_t i = 0; i < size_of(list); ++i) texts.push_back(text_of(list->Get(i)));
  return texts;
}

// ---- Calendars ---------------------------------------------------------------------------------
static_assert(sizeof(stored::Transition) == 16 && sizeof(stored::Shift) == 4);
static_assert(sizeof(stored::SetValue) == kAttributeValueBytes);

std::vector<ZoneTransition> read_transitions(const Vector<const stored::Transition*>* list) {
  std::vector<ZoneTransition> transitions;
  transitions.reserve(size_of(list));
  for_each_element<stored::Transition>(list, [&](const std::byte* at) {
    transitions.push_back({load_le<std::int64_t>(at), load_le<std::int32_t>(at + 8)});
  });
  return transitions;
}

std::vector<ShiftSpec> read_shifts(const Vector<const stored::Shift*>* list) {
  std::vector<ShiftSpec> shifts;
  shifts.reserve(size_of(list));
  for_each_element<stored::Shift>(list, [&](const std::byte* at) {
    shifts.push_back({load_le<std::int16_t>(at), load_le<std::int16_t>(at + 2)});
  });
  return shifts;
}

// A list that is not a week is left out here and refused by the check of a calendar that never
// opens.
void read_week(const Vector<Offset<stored::Day>>* list, std::vector<ShiftSpec> (&week)[7]) {
  const std::size_t days = std::min<std::size_t>(size_of(list), std::size(week));
  for (std::uint32_t i = 0; i < days; ++i) week[i] = read_shifts(list->Get(i)->shifts());
}

SpecialDay read_special(const stored::SpecialDay& from) {
  return SpecialDay{from.day(), read_shifts(from.shifts())};
}

CalendarSpec read_calendar(const stored::Calendar& from) {
  CalendarSpec calendar;
  calendar.name = text_of(from.name());
  calendar.always_open = from.always_open();
  calendar.zone.name = text_of(from.zone());
  calendar.zone.initial_offset_s = from.initial_offset_s();
  calendar.zone.transitions = read_transitions(from.transitions());
  read_week(from.weekly(), calendar.weekly);
  read_week(from.breaks(), calendar.breaks);
  calendar.holidays = read_numbers(from.holidays());
  for (const std::uint16_t day : read_numbers(from.yearly_holidays())) {
    calendar.yearly_holidays.push_back(
        {static_cast<std::uint8_t>(day / 100), static_cast<std::uint8_t>(day % 100)});
  }
  calendar.special = read_tables<SpecialDay>(from.special(), read_special);
  return calendar;
}

// ---- Names -------------------------------------------------------------------------------------
StatusSpec read_status(const stored::StatusDef& from) {
  return {text_of(from.name()), static_cast<StatusCategory>(from.category()), from.retired()};
}

ActivitySpec read_activity(const stored::ActivityDef& from) {
  return {text_of(from.name()), from.retired()};
}

AttributeAlias read_alias(const stored::AliasDef& from) {
  return {text_of(from.alias()), from.value()};
}

AttributeSpec read_attribute(const stored::AttributeDef& from) {
  AttributeSpec attribute;
  attribute.name = text_of(from.name());
  attribute.open = from.open();
  attribute.role = static_cast<AttributeRole>(from.role());
  attribute.values = read_texts(from.values());
  for_each_element<std::uint8_t>(from.value_retired(), [&](const std::byte* at) {
    attribute.value_retired.push_back(*at != std::byte{0});
  });
  attribute.aliases = read_tables<AttributeAlias>(from.aliases(), read_alias);
  attribute.retired = from.retired();
  return attribute;
}

// ---- Clocks, rules, ladders, recipients
// ----------------------------------------------------------
TriggerSpec read_trigger(const stored::Trigger* from) {
  if (from == nullptr) return {};
  return {from->activities(), from->statuses(), from->attributes_set(), from->levels()};
}

ClockSpec read_clock(const stored::ClockDef& from) {
  ClockSpec clock;
  clock.name = text_of(from.name());
  clock.start = read_trigger(from.start());
  clock.stop = read_trigger(from.stop());
  clock.reset = read_trigger(from.reset());
  clock.cancel = read_trigger(from.cancel());
  clock.pause_while = from.pause_while();
  clock.run_while = from.run_while();
  clock.each_cycle = from.each_cycle();
  clock.fresh_on_reopen = from.fresh_on_reopen();
  clock.on_change = static_cast<OnChange>(from.on_change());
  clock.step_names = read_texts(from.step_names());
  clock.retired = from.retired();
  return clock;
}

MatchSpec read_match(const stored::MatchDef& from) {
  return {from.attribute(), from.negated(), read_numbers(from.values())};
}

TargetSpec read_target(const stored::TargetDef& from) {
  return {from.clock(), from.target_ms(), from.calendar(), from.ladder()};
}

RuleSpec read_rule(const stored::RuleDef& from) {
  return {text_of(from.name()), read_tables<MatchSpec>(from.when(), read_match),
          read_tables<TargetSpec>(from.targets(), read_target), from.retired()};
}

LadderStepSpec read_step(const stored::StepDef& from) {
  LadderStepSpec step;
  step.name = text_of(from.name());
  step.anchor = static_cast<StepAnchor>(from.anchor());
  step.percent_milli = from.percent_milli();
  step.offset_ms = from.offset_ms();
  step.calendar = from.calendar();
  step.warn = from.warn();
  step.level = from.level();
  step.recipient = from.recipient();
  step.set_status = from.set_status();
  for_each_element<stored::SetValue>(from.set_attributes(), [&](const std::byte* at) {
    step.set_attributes.push_back(load_attribute_value(at));
  });
  step.every_ms = from.every_ms();
  step.times = from.times();
  return step;
}

LadderSpec read_ladder(const stored::LadderDef& from) {
  return {text_of(from.name()), from.acknowledge_ms(),
          read_tables<LadderStepSpec>(from.steps(), read_step), from.retired()};
}

RouteSpec read_route(const stored::RouteDef& from) {
  return {from.calendar(), from.attribute(), text_of(from.to()), text_of(from.via())};
}

RecipientSpec read_recipient(const stored::RecipientDef& from) {
  return {text_of(from.name()), read_tables<RouteSpec>(from.routes(), read_route), from.retired()};
}

}  // namespace

TenantSpec read_tenant(const stored::TenantDocument& from) {
  TenantSpec tenant;
  tenant.name = text_of(from.name());
  tenant.version = from.version();
  tenant.source_hash = from.source_hash();
  tenant.tzdata = text_of(from.tzdata());
  tenant.statuses = read_tables<StatusSpec>(from.statuses(), read_status);
  tenant.levels = read_texts(from.levels());
  tenant.activities = read_tables<ActivitySpec>(from.activities(), read_activity);
  tenant.attributes = read_tables<AttributeSpec>(from.attributes(), read_attribute);
  tenant.calendars = read_tables<CalendarSpec>(from.calendars(), read_calendar);
  tenant.clocks = read_tables<ClockSpec>(from.clocks(), read_clock);
  tenant.rules = read_tables<RuleSpec>(from.rules(), read_rule);
  tenant.rule_order = read_numbers(from.rule_order());
  tenant.ladders = read_tables<LadderSpec>(from.ladders(), read_ladder);
  tenant.recipients = read_tables<RecipientSpec>(from.recipients(), read_recipient);
  tenant.initial_status = from.initial_status();
  tenant.closed_status = from.closed_status();
  tenant.events_on = from.events_on();
  tenant.survey_status = from.survey_status();
  tenant.keep_closed_ms = from.keep_closed_ms();
  tenant.keep_keys_ms = from.keep_keys_ms();
  return tenant;
}

}  // namespace vencer
