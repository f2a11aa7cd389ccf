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
auto write_values(FlatBufferBuilder& fbb, const std::vector<AttributeValue>& values) {
  return write_structs<stored::SetValue>(fbb, values, [](const AttributeValue& from) {
    return stored::SetValue(from.value, from.attribute);
  });
}

Offset<stored::Trigger> write_trigger(FlatBufferBuilder& fbb, const TriggerSpec& trigger) {
  const auto became = write_values(fbb, trigger.became);
  return stored::CreateTrigger(fbb, trigger.activities, trigger.statuses, trigger.attributes_set,
                               trigger.levels, trigger.attributes_changed, became);
}

// The statuses of a clock's conditions lie in fields of their own: logs had them first.
Offset<stored::Condition> write_condition(FlatBufferBuilder& fbb, const ConditionSpec& condition,
                                          bool statuses) {
  if (condition.levels == 0 && condition.values.empty() && (!statuses || condition.statuses == 0)) {
    return 0;
  }
  const auto values = write_values(fbb, condition.values);
  return stored::CreateCondition(fbb, statuses ? condition.statuses : 0, condition.levels, values);
}

Offset<stored::SetDef> write_set(FlatBufferBuilder& fbb, const SetSpec& set) {
  if (set.empty()) return 0;
  const auto values = write_values(fbb, set.attributes);
  return stored::CreateSetDef(fbb, set.status, values);
}

Offset<stored::ClockDef> write_clock(FlatBufferBuilder& fbb, const ClockSpec& clock) {
  const auto name = write_text(fbb, clock.name);
  const auto start = write_trigger(fbb, clock.start);
  const auto stop = write_trigger(fbb, clock.stop);
  const auto reset = write_trigger(fbb, clock.reset);
  const auto cancel = write_trigger(fbb, clock.cancel);
  const auto steps = write_texts(fbb, clock.step_names);
  const auto pause = write_condition(fbb, clock.pause_while, false);
  const auto run = write_condition(fbb, clock.run_while, false);
  const auto at_end = write_set(fbb, clock.at_end);
  return stored::CreateClockDef(fbb, name, start, stop, reset, cancel, clock.pause_while.statuses,
                                clock.run_while.statuses, clock.each_cycle, clock.fresh_on_reopen,
                                static_cast<std::uint8_t>(clock.on_change), steps, clock.retired,
                                static_cast<std::uint8_t>(clock.kind), pause, run, at_end);
}

Offset<stored::MatchDef> write_match(FlatBufferBuilder& fbb, const MatchSpec& match) {
  const auto values = write_numbers(fbb, match.values);
  return stored::CreateMatchDef(fbb, match.attribute, match.negated, values);
}

Offset<stored::TargetDef> write_target(FlatBufferBuilder& fbb, const TargetSpec& target) {
  const auto calendars = write_numbers(fbb, target.calendars);
  return stored::CreateTargetDef(fbb, target.clock, target.target_ms, target.calendar,
                                 target.ladder, static_cast<std::uint8_t>(target.kind), target.days,
                                 target.instant == kNever
                                     ? flatbuffers::nullopt
                                     : flatbuffers::Optional<std::int64_t>(target.instant),
                                 target.calendar_by, calendars);
}

Offset<stored::RuleDef> write_rule(FlatBufferBuilder& fbb, const RuleSpec& rule) {
  const auto name = write_text(fbb, rule.name);
  const auto when = write_tables<stored::MatchDef>(fbb, rule.when, write_match);
  const auto targets = write_tables<stored::TargetDef>(fbb, rule.targets, write_target);
  return stored::CreateRuleDef(fbb, name, when, targets, rule.retired);
}

Offset<stored::StepDef> write_step(FlatBufferBuilder& fbb, const LadderStepSpec& step) {
  const auto name = write_text(fbb, step.name);
  const auto attributes = write_values(fbb, step.set_attributes);
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
  return stored::CreateRecipientDef(fbb, name, routes, recipient.retired, recipient.everyone);
}

// ---- What a desk adds
// ---------------------------------------------------------------------------
Offset<stored::MatrixDef> write_matrix(FlatBufferBuilder& fbb, const MatrixSpec& matrix) {
  if (matrix == MatrixSpec{}) return 0;
  const auto cells = write_numbers(fbb, matrix.cells);
  return stored::CreateMatrixDef(fbb, matrix.sets, matrix.row, matrix.column, matrix.columns,
                                 cells);
}

Offset<stored::ConstraintDef> write_constraint(FlatBufferBuilder& fbb,
                                               const ConstraintSpec& constraint) {
  const auto name = write_text(fbb, constraint.name);
  const auto on = write_trigger(fbb, constraint.on);
  const auto when = write_tables<stored::MatchDef>(fbb, constraint.when, write_match);
  const auto while_in = write_condition(fbb, constraint.while_in, true);
  const auto match = write_tables<stored::MatchDef>(fbb, constraint.match, write_match);
  const auto actors = write_numbers(fbb, constraint.actors);
  return stored::CreateConstraintDef(
      fbb, name, static_cast<std::uint8_t>(constraint.kind), constraint.on_create,
      constraint.on_merge, on, when, while_in, match, constraint.calendar, constraint.activities,
      actors, constraint.per, constraint.statuses, constraint.max, constraint.retired);
}

Offset<stored::DetectorDef> write_detector(FlatBufferBuilder& fbb, const DetectorSpec& detector) {
  const auto name = write_text(fbb, detector.name);
  const auto when = write_tables<stored::MatchDef>(fbb, detector.when, write_match);
  const auto alike = write_numbers(fbb, detector.alike);
  return stored::CreateDetectorDef(fbb, name, when, alike, detector.count, detector.within_ms,
                                   detector.quiet_ms, detector.recipient, detector.on_escalated,
                                   detector.retired);
}

Offset<stored::DigestDef> write_digest(FlatBufferBuilder& fbb, const DigestSpec& digest) {
  const auto name = write_text(fbb, digest.name);
  const auto when = write_tables<stored::MatchDef>(fbb, digest.when, write_match);
  return stored::CreateDigestDef(fbb, name, static_cast<std::uint8_t>(digest.at), digest.calendar,
                                 digest.minute, digest.every_day,
                                 static_cast<std::uint8_t>(digest.list), digest.span_ms,
                                 digest.activities, when, digest.recipient, digest.retired);
}

Offset<stored::CalendarEventDef> write_calendar_event(FlatBufferBuilder& fbb,
                                                      const CalendarEventSpec& event) {
  const auto name = write_text(fbb, event.name);
  return stored::CreateCalendarEventDef(fbb, name, event.calendar, event.at_close, event.offset_ms,
                                        event.recipient, event.retired);
}

Offset<stored::TimeInStatusDef> write_time_in_status(FlatBufferBuilder& fbb,
                                                     const TimeInStatusSpec& kept) {
  const auto when = write_tables<stored::MatchDef>(fbb, kept.when, write_match);
  return stored::CreateTimeInStatusDef(fbb, kept.on, when, kept.calendar);
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
  const auto matrix = write_matrix(fbb, tenant.matrix);
  const auto constraints =
      write_tables<stored::ConstraintDef>(fbb, tenant.constraints, write_constraint);
  const auto customers = stored::CreateCustomersDef(
      fbb, tenant.customers.defaults, static_cast<std::uint8_t>(tenant.customers.contract),
      tenant.customers.recipient);
  const auto detectors = write_tables<stored::DetectorDef>(fbb, tenant.detectors, write_detector);
  const auto digests = write_tables<stored::DigestDef>(fbb, tenant.digests, write_digest);
  const auto calendar_events =
      write_tables<stored::CalendarEventDef>(fbb, tenant.calendar_events, write_calendar_event);
  const auto time_in_status = write_time_in_status(fbb, tenant.time_in_status);
  const auto quota =
      stored::CreateQuotaDef(fbb, tenant.quota.tickets, tenant.quota.commands_per_second);
  const auto count_by = write_numbers(fbb, tenant.count_by);
  return stored::CreateTenantDocument(
      fbb, name, tenant.version, tenant.source_hash, tzdata, statuses, levels, activities,
      attributes, calendars, clocks, rules, rule_order, ladders, recipients, tenant.initial_status,
      tenant.closed_status, tenant.events_on, tenant.survey_status, tenant.keep_closed_ms,
      tenant.keep_keys_ms, matrix, constraints, customers, detectors, digests, calendar_events,
      time_in_status, quota, count_by, tenant.reopen_clock, tenant.merged_status,
      tenant.created_recipient, tenant.survey_at_close);
}

}  // namespace vencer
