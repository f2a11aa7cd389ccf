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
std::vector<AttributeValue> read_values(const Vector<const stored::SetValue*>* list) {
  std::vector<AttributeValue> values;
  values.reserve(size_of(list));
  for_each_element<stored::SetValue>(
      list, [&](const std::byte* at) { values.push_back(load_attribute_value(at)); });
  return values;
}

TriggerSpec read_trigger(const stored::Trigger* from) {
  if (from == nullptr) return {};
  return {from->activities(),         from->statuses(), from->attributes_set(),
          from->attributes_changed(), from->levels(),   read_values(from->became())};
}

ConditionSpec read_condition(const stored::Condition* from, std::uint64_t statuses) {
  if (from == nullptr) return {statuses, 0, {}};
  return {statuses | from->statuses(), from->levels(), read_values(from->values())};
}

SetSpec read_set(const stored::SetDef* from) {
  if (from == nullptr) return {};
  return {from->status(), read_values(from->attributes())};
}

ClockSpec read_clock(const stored::ClockDef& from) {
  ClockSpec clock;
  clock.name = text_of(from.name());
  clock.start = read_trigger(from.start());
  clock.stop = read_trigger(from.stop());
  clock.reset = read_trigger(from.reset());
  clock.cancel = read_trigger(from.cancel());
  clock.kind = static_cast<ClockKind>(from.kind());
  clock.pause_while = read_condition(from.pause_more(), from.pause_while());
  clock.run_while = read_condition(from.run_more(), from.run_while());
  clock.at_end = read_set(from.at_end());
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
  TargetSpec target;
  target.clock = from.clock();
  target.kind = static_cast<TargetKind>(from.kind());
  target.target_ms = from.target_ms();
  target.days = from.days();
  target.instant = from.instant().value_or(kNever);
  target.calendar = from.calendar();
  target.calendar_by = from.calendar_by();
  target.calendars = read_numbers(from.calendars());
  target.ladder = from.ladder();
  return target;
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
  step.set_attributes = read_values(from.set_attributes());
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
  return {text_of(from.name()), read_tables<RouteSpec>(from.routes(), read_route), from.everyone(),
          from.retired()};
}

// ---- What a desk adds
// ---------------------------------------------------------------------------
MatrixSpec read_matrix(const stored::MatrixDef* from) {
  if (from == nullptr) return {};
  return {from->sets(), from->row(), from->column(), from->columns(), read_numbers(from->cells())};
}

ConstraintSpec read_constraint(const stored::ConstraintDef& from) {
  ConstraintSpec constraint;
  constraint.name = text_of(from.name());
  constraint.kind = static_cast<ConstraintKind>(from.kind());
  constraint.on_create = from.on_create();
  constraint.on_merge = from.on_merge();
  constraint.on = read_trigger(from.on());
  constraint.when = read_tables<MatchSpec>(from.when(), read_match);
  constraint.while_in = read_condition(from.while_in(), 0);
  constraint.match = read_tables<MatchSpec>(from.match(), read_match);
  constraint.calendar = from.calendar();
  constraint.activities = from.activities();
  constraint.actors = read_numbers(from.actors());
  constraint.per = from.per();
  constraint.statuses = from.statuses();
  constraint.max = from.max();
  constraint.retired = from.retired();
  return constraint;
}

CustomersSpec read_customers(const stored::CustomersDef* from) {
  if (from == nullptr) return {};
  return {from->defaults(), static_cast<ContractRule>(from->contract()), from->recipient()};
}

DetectorSpec read_detector(const stored::DetectorDef& from) {
  DetectorSpec detector;
  detector.name = text_of(from.name());
  detector.when = read_tables<MatchSpec>(from.when(), read_match);
  detector.alike = read_numbers(from.alike());
  detector.count = from.count();
  detector.within_ms = from.within_ms();
  detector.quiet_ms = from.quiet_ms();
  detector.recipient = from.recipient();
  detector.on_escalated = from.on_escalated();
  detector.retired = from.retired();
  return detector;
}

DigestSpec read_digest(const stored::DigestDef& from) {
  DigestSpec digest;
  digest.name = text_of(from.name());
  digest.at = static_cast<DigestTime>(from.at());
  digest.calendar = from.calendar();
  digest.minute = from.minute();
  digest.every_day = from.every_day();
  digest.list = static_cast<DigestList>(from.list());
  digest.span_ms = from.span_ms();
  digest.activities = from.activities();
  digest.when = read_tables<MatchSpec>(from.when(), read_match);
  digest.recipient = from.recipient();
  digest.retired = from.retired();
  return digest;
}

CalendarEventSpec read_calendar_event(const stored::CalendarEventDef& from) {
  return {text_of(from.name()), from.calendar(),  from.at_close(),
          from.offset_ms(),     from.recipient(), from.retired()};
}

void read_additions(const stored::TenantDocument& from, TenantSpec& tenant) {
  tenant.matrix = read_matrix(from.matrix());
  tenant.constraints = read_tables<ConstraintSpec>(from.constraints(), read_constraint);
  tenant.customers = read_customers(from.customers());
  tenant.detectors = read_tables<DetectorSpec>(from.detectors(), read_detector);
  tenant.digests = read_tables<DigestSpec>(from.digests(), read_digest);
  tenant.calendar_events =
      read_tables<CalendarEventSpec>(from.calendar_events(), read_calendar_event);
  if (const auto* kept = from.time_in_status(); kept != nullptr) {
    tenant.time_in_status = {kept->on(), read_tables<MatchSpec>(kept->when(), read_match),
                             kept->calendar()};
  }
  if (const auto* quota = from.quota(); quota != nullptr) {
    tenant.quota = {quota->tickets(), quota->commands_per_second()};
  }
  tenant.count_by = read_numbers(from.count_by());
  tenant.reopen_clock = from.reopen_clock();
  tenant.merged_status = from.merged_status();
  tenant.created_recipient = from.created_recipient();
  tenant.survey_at_close = from.survey_at_close();
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
  read_additions(from, tenant);
  return tenant;
}

}  // namespace vencer
