#include <vector>

#include "engine/wire/tenant_codec.h"
#include "engine/wire/tenant_names.h"

namespace vencer {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::Vector;

// What is left out by its default reads back as empty: an empty list takes no room.
template <typename Table, typename List, typename Write>
Offset<Vector<Offset<Table>>> write_tables(FlatBufferBuilder& fbb, const List& list, Write write) {
  if (std::size(list) == 0) return 0;
  std::vector<Offset<Table>> offsets;
  offsets.reserve(std::size(list));
  for (const auto& element : list) offsets.push_back(write(fbb, element));
  return fbb.CreateVector(offsets);
}

template <typename Struct, typename List, typename Make>
Offset<Vector<const Struct*>> write_structs(FlatBufferBuilder& fbb, const List& list, Make make) {
  if (list.empty()) return 0;
  Struct* into = nullptr;
  const auto offset = fbb.CreateUninitializedVectorOfStructs(list.size(), &into);
  for (const auto& element : list) *into++ = make(element);
  return offset;
}

template <typename Number>
Offset<Vector<Number>> write_numbers(FlatBufferBuilder& fbb, const std::vector<Number>& list) {
  if (list.empty()) return 0;
  return fbb.CreateVector(list);
}

Offset<flatbuffers::String> write_text(FlatBufferBuilder& fbb, const std::string& text) {
  if (text.empty()) return 0;
  return fbb.CreateString(text);
}

// ---- Calendars ---------------------------------------------------------------------------------
auto write_shifts(FlatBufferBuilder& fbb, const std::vector<ShiftSpec>& shifts) {
  return write_structs<stored::Shift>(fbb, shifts, [](const ShiftSpec& shift) {
    return stored::Shift(shift.start_minute, shift.end_minute);
  });
}

Offset<stored::Day> write_day(FlatBufferBuilder& fbb, const std::vector<ShiftSpec>& shifts) {
  const auto list = write_shifts(fbb, shifts);
  return stored::CreateDay(fbb, list);
}

Offset<stored::SpecialDay> write_special(FlatBufferBuilder& fbb, const SpecialDay& special) {
  const auto shifts = write_shifts(fbb, special.shifts);
  return stored::CreateSpecialDay(fbb, special.day, shifts);
}

Offset<stored::Calendar> write_calendar(FlatBufferBuilder& fbb, const CalendarSpec& calendar) {
  std::vector<std::uint16_t> yearly;
  for (const YearlyDay& day : calendar.yearly_holidays) {
    yearly.push_back(static_cast<std::uint16_t>(day.month * 100 + day.day));
  }
  const auto name = write_text(fbb, calendar.name);
  const auto zone = write_text(fbb, calendar.zone.name);
  const auto transitions = write_structs<stored::Transition>(
      fbb, calendar.zone.transitions,
      [](const ZoneTransition& from) { return stored::Transition(from.at_s, from.offset_s); });
  const auto weekly = write_tables<stored::Day>(fbb, calendar.weekly, write_day);
  const auto breaks = write_tables<stored::Day>(fbb, calendar.breaks, write_day);
  const auto holidays = write_numbers(fbb, calendar.holidays);
  const auto yearly_holidays = write_numbers(fbb, yearly);
  const auto special = write_tables<stored::SpecialDay>(fbb, calendar.special, write_special);
  return stored::CreateCalendar(fbb, name, calendar.always_open, zone,
                                calendar.zone.initial_offset_s, transitions, weekly, breaks,
                                holidays, yearly_holidays, special);
}

// ---- Names -------------------------------------------------------------------------------------
Offset<stored::StatusDef> write_status(FlatBufferBuilder& fbb, const StatusSpec& status) {
  const auto name = write_text(fbb, status.name);
  return stored::CreateStatusDef(fbb, name, static_cast<std::uint8_t>(status.category),
                                 status.retired);
}

Offset<stored::ActivityDef> write_activity(FlatBufferBuilder& fbb, const ActivitySpec& activity) {
  const auto name = write_text(fbb, activity.name);
  return stored::CreateActivityDef(fbb, name, activity.retired);
}

Offset<stored::AliasDef> write_alias(FlatBufferBuilder& fbb, const AttributeAlias& alias) {
  const auto text = write_text(fbb, alias.alias);
  return stored::CreateAliasDef(fbb, text, alias.value);
}

Offset<stored::AttributeDef> write_attribute(FlatBufferBuilder& fbb,
                                             const AttributeSpec& attribute) {
  const auto name = write_text(fbb, attribute.name);
  const auto values = write_texts(fbb, attribute.values);
  const auto retired = fbb.CreateVector(attribute.value_retired);
  const auto aliases = write_tables<stored::AliasDef>(fbb, attribute.aliases, write_alias);
  return stored::CreateAttributeDef(fbb, name, attribute.open,
                                    static_cast<std::uint8_t>(attribute.role), values, retired,
                                    aliases, attribute.retired);
}

// ---- Clocks, rules, ladders, recipients
// ----------------------------------------------------------
Offset<stored::Trigger> write_trigger(FlatBufferBuilder& fbb, const TriggerSpec& trigger) {
  return stored::CreateTrigger(fbb, trigger.activities, trigger.statuses, trigger.attributes_set,
                               trigger.levels);
}

Offset<stored::ClockDef> write_clock(FlatBufferBuilder& fbb, const ClockSpec& clock) {
  const auto name = write_text(fbb, clock.name);
  const auto start = write_trigger(fbb, clock.start);
  const auto stop = write_trigger(fbb, clock.stop);
  const auto reset = write_trigger(fbb, clock.reset);
  const auto cancel = write_trigger(fbb, clock.cancel);
  const auto steps = write_texts(fbb, clock.step_names);
  return stored::CreateClockDef(fbb, name, start, stop, reset, cancel, clock.pause_while,
                                clock.run_while, clock.each_cycle, clock.fresh_on_reopen,
                                static_cast<std::uint8_t>(clock.on_change), steps, clock.retired);
}

Offset<stored::MatchDef> write_match(FlatBufferBuilder& fbb, const MatchSpec& match) {
  const auto values = write_numbers(fbb, match.values);
  return stored::CreateMatchDef(fbb, match.attribute, match.negated, values);
}

Offset<stored::TargetDef> write_target(FlatBufferBuilder& fbb, const TargetSpec& target) {
  return stored::CreateTargetDef(fbb, target.clock, target.target_ms, target.calendar,
                                 target.ladder);
}

Offset<stored::RuleDef> write_rule(FlatBufferBuilder& fbb, const RuleSpec& rule) {
  const auto name = write_text(fbb, rule.name);
  const auto when = write_tables<stored::MatchDef>(fbb, rule.when, write_match);
  const auto targets = write_tables<stored::TargetDef>(fbb, rule.targets, write_target);
  return stored::CreateRuleDef(fbb, name, when, targets, rule.retired);
}

Offset<stored::StepDef> write_step(FlatBufferBuilder& fbb, const LadderStepSpec& step) {
  const auto name = write_text(fbb, step.name);
  const auto attributes = write_structs<stored::SetValue>(
      fbb, step.set_attributes,
      [](const AttributeValue& from) { return stored::SetValue(from.value, from.attribute); });
  return stored::CreateStepDef(fbb, name, static_cast<std::uint8_t>(step.anchor),
                               step.percent_milli, step.offset_ms, step.calendar, step.warn,
                               step.level, step.recipient, step.set_status, attributes,
                               step.every_ms, step.times);
}

Offset<stored::LadderDef> write_ladder(FlatBufferBuilder& fbb, const LadderSpec& ladder) {
  const auto name = write_text(fbb, ladder.name);
  const auto steps = write_tables<stored::StepDef>(fbb, ladder.steps, write_step);
  return stored::CreateLadderDef(fbb, name, ladder.acknowledge_ms, steps, ladder.retired);
}

Offset<stored::RouteDef> write_route(FlatBufferBuilder& fbb, const RouteSpec& route) {
  const auto to = write_text(fbb, route.to);
  const auto via = write_text(fbb, route.via);
  return stored::CreateRouteDef(fbb, route.calendar, route.attribute, to, via);
}

Offset<stored::RecipientDef> write_recipient(FlatBufferBuilder& fbb,
                                             const RecipientSpec& recipient) {
  const auto name = write_text(fbb, recipient.name);
  const auto routes = write_tables<stored::RouteDef>(fbb, recipient.routes, write_route);
  return stored::CreateRecipientDef(fbb, name, routes, recipient.retired);
}

}  // namespace

Offset<stored::TenantDocument> write_tenant(FlatBufferBuilder& fbb, const TenantSpec& tenant) {
  const auto name = write_text(fbb, tenant.name);
  const auto tzdata = write_text(fbb, tenant.tzdata);
  const auto statuses = write_tables<stored::StatusDef>(fbb, tenant.statuses, write_status);
  const auto levels = write_texts(fbb, tenant.levels);
  const auto activities = write_tables<stored::ActivityDef>(fbb, tenant.activities, write_activity);
  const auto attributes =
      write_tables<stored::AttributeDef>(fbb, tenant.attributes, write_attribute);
  const auto calendars = write_tables<stored::Calendar>(fbb, tenant.calendars, write_calendar);
  const auto clocks = write_tables<stored::ClockDef>(fbb, tenant.clocks, write_clock);
  const auto rules = write_tables<stored::RuleDef>(fbb, tenant.rules, write_rule);
  const auto rule_order = write_numbers(fbb, tenant.rule_order);
  const auto ladders = write_tables<stored::LadderDef>(fbb, tenant.ladders, write_ladder);
  const auto recipients =
      write_tables<stored::RecipientDef>(fbb, tenant.recipients, write_recipient);
  return stored::CreateTenantDocument(fbb, name, tenant.version, tenant.source_hash, tzdata,
                                      statuses, levels, activities, attributes, calendars, clocks,
                                      rules, rule_order, ladders, recipients, tenant.initial_status,
                                      tenant.closed_status, tenant.events_on, tenant.survey_status,
                                      tenant.keep_closed_ms, tenant.keep_keys_ms);
}

}  // namespace vencer
