// Stories, events and results as text for people.
#include <fmt/format.h>

#include <algorithm>

#include "tests/model/story.h"

namespace vencer::model {
namespace {

// "27.03 08:15:00.001"
std::string instant(TimeMs at) {
  if (at == kNever) return "never";
  const auto day = static_cast<CivilDay>(at / 86'400'000);
  const CivilDate date = civil_date(day);
  const std::int64_t ms = at % 86'400'000;
  return fmt::format("{:02}.{:02} {:02}:{:02}:{:02}.{:03}", date.day, date.month, ms / 3'600'000,
                     ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

std::string span(DurationMs ms) {
  if (ms < 0) return fmt::format("-{}", span(-ms));
  std::string text = fmt::format("{}h{:02}m", ms / 3'600'000, ms / 60'000 % 60);
  if (ms % 60'000 != 0) text += fmt::format("{}.{:03}s", ms / 1000 % 60, ms % 1000);
  return text;
}

std::string values(const std::vector<AttributeValue>& attributes) {
  std::string text;
  for (const AttributeValue& set : attributes)
    text += fmt::format(" a{}={}", set.attribute, set.value);
  return text;
}

int none(std::uint8_t id) {
  return id == kNoId8 ? -1 : id;
}
int none(std::uint16_t id) {
  return id == kNoId16 ? -1 : id;
}

// "" if nothing triggers it.
std::string tell(const char* what, const TriggerSpec& trigger) {
  std::string text;
  if (trigger.activities != 0) text += fmt::format(" activities {:x}", trigger.activities);
  if (trigger.statuses != 0) text += fmt::format(" statuses {:x}", trigger.statuses);
  if (trigger.attributes_set != 0) text += fmt::format(" set {:x}", trigger.attributes_set);
  if (trigger.attributes_changed != 0)
    text += fmt::format(" changed {:x}", trigger.attributes_changed);
  if (trigger.levels != 0) text += fmt::format(" levels {:x}", trigger.levels);
  text += values(trigger.became);
  return text.empty() ? text : fmt::format(" {} [{}]", what, text.substr(1));
}

std::string tell(const char* what, const ConditionSpec& condition) {
  std::string text;
  if (condition.statuses != 0) text += fmt::format(" statuses {:x}", condition.statuses);
  if (condition.levels != 0) text += fmt::format(" levels {:x}", condition.levels);
  text += values(condition.values);
  return text.empty() ? text : fmt::format(" {} [{}]", what, text.substr(1));
}

std::string tell(const TargetSpec& t) {
  std::string text = fmt::format("clock {} ", t.clock);
  switch (t.kind) {
    case TargetKind::open_time:
      text += span(t.target_ms);
      break;
    case TargetKind::business_days:
      text += fmt::format("{} business days", t.days);
      break;
    case TargetKind::close_of_day:
      text += "close of day";
      break;
    case TargetKind::instant:
      text += instant(t.instant);
      break;
    case TargetKind::ticket:
      text += "ticket";
  }
  text += fmt::format(" calendar {} ladder {}", t.calendar, none(t.ladder));
  if (t.calendar_by != kNoId8)
    text += fmt::format(" by a{} {}", t.calendar_by, fmt::join(t.calendars, ","));
  return text;
}

std::string tell(const std::vector<ShiftSpec>& shifts) {
  std::string text;
  for (const ShiftSpec& s : shifts) {
    text += fmt::format(" {:02}:{:02}-{:02}:{:02}", s.start_minute / 60, s.start_minute % 60,
                        s.end_minute / 60, s.end_minute % 60);
  }
  return text.empty() ? " closed" : text;
}

std::string tell(const CalendarSpec& calendar) {
  std::string text = fmt::format("  calendar {}\n", calendar.name);
  if (calendar.name.find("random") == std::string::npos) return text;
  const auto date = [](CivilDay day) {
    return fmt::format("{:02}.{:02}", civil_date(day).day, civil_date(day).month);
  };
  text += fmt::format("    zone {}", span(calendar.zone.initial_offset_s * 1000));
  for (const ZoneTransition& t : calendar.zone.transitions) {
    text += fmt::format(", {} at {}", span(t.offset_s * 1000), instant(t.at_s * 1000));
  }
  for (std::size_t day = 0; day < 7; ++day) {
    if (day == 0 || calendar.weekly[day] != calendar.weekly[day - 1])
      text += fmt::format("\n    weekday {}{}", day, tell(calendar.weekly[day]));
    if (!calendar.breaks[day].empty())
      text += fmt::format(" (break of {}{})", day, tell(calendar.breaks[day]));
  }
  text += "\n    holidays";
  for (const CivilDay day : calendar.holidays) text += fmt::format(" {}", date(day));
  for (const YearlyDay& day : calendar.yearly_holidays)
    text += fmt::format(" yearly {:02}.{:02}", day.day, day.month);
  for (const SpecialDay& day : calendar.special)
    text += fmt::format("; special {}{}", date(day.day), tell(day.shifts));
  text += "\n";
  return text;
}

std::string tell(const LadderStepSpec& step) {
  return fmt::format("{} cal {} warn {} level {} set_status {} set{} every {} x{}", step.name,
                     none(step.calendar), step.warn, step.level, none(step.set_status),
                     values(step.set_attributes), span(step.every_ms), step.times);
}

std::string tell(const std::vector<MatchSpec>& when) {
  std::string text;
  for (const MatchSpec& match : when) {
    text += fmt::format(" a{} {} {{{}}}", match.attribute, match.negated ? "not in" : "in",
                        fmt::join(match.values, ","));
  }
  return text;
}

std::string tell(const ConstraintSpec& c) {
  static constexpr const char* kinds[] = {"forbidden", "only", "needs", "actors", "limit"};
  std::string text = fmt::format("{}:", kinds[static_cast<std::size_t>(c.kind)]);
  if (c.on_create) text += " on create";
  if (c.on_merge) text += " on merge";
  text += tell("on", c.on);
  if (!c.when.empty()) text += fmt::format(" when{}", tell(c.when));
  text += tell("in", c.while_in);
  if (!c.match.empty()) text += fmt::format(" match{}", tell(c.match));
  if (c.calendar != kNoId16) text += fmt::format(" calendar {}", c.calendar);
  if (c.activities != 0) text += fmt::format(" activities {:x}", c.activities);
  if (!c.actors.empty()) text += fmt::format(" actors {}", fmt::join(c.actors, ","));
  if (c.per != kNoId8)
    text += fmt::format(" per a{} statuses {:x} max {}", c.per, c.statuses, c.max);
  return text;
}

// What stands beside rules and clocks.
std::string tell_rules_of_change(const TenantSpec& spec) {
  std::string text;
  if (spec.matrix.sets != kNoId8) {
    text += fmt::format("  matrix a{} from a{} and a{}: {}\n", spec.matrix.sets, spec.matrix.row,
                        spec.matrix.column, fmt::join(spec.matrix.cells, ","));
  }
  for (std::size_t i = 0; i < spec.constraints.size(); ++i) {
    if (!spec.constraints[i].retired)
      text += fmt::format("  constraint {} {}\n", i, tell(spec.constraints[i]));
  }
  if (spec.quota != QuotaSpec{}) {
    text += fmt::format("  quota {} tickets, {} a second\n", spec.quota.tickets,
                        spec.quota.commands_per_second);
  }
  return text;
}

}  // namespace

std::string tell(const Said& said) {
  const Event& e = said.event;
  std::string text = fmt::format(
      "#{} {} t{} v{} {} at {} due {} clock {} cycle {} step {} status {}<-{} act {} level {} "
      "light {} rule {} to {} route {}/{:x} by {} target {} elapsed {} over {}{}",
      e.sequence, to_string(e.type), e.ticket.low, e.version, instant(e.emitted),
      e.at == kNever ? "-" : instant(e.at), instant(e.due), none(e.clock), e.cycle, none(e.step),
      none(e.status), none(e.status_before), none(e.activity), e.level, static_cast<int>(e.light),
      none(e.rule), none(e.recipient), none(e.route), e.routes, e.actor, span(e.target_ms),
      span(e.elapsed_ms), span(e.overrun_ms), values(said.attributes));
  if (e.subject != kNoId16) text += fmt::format(" subject {}", e.subject);
  if (e.muted) text += " muted";
  if (e.link != LinkKind::none) text += fmt::format(" link {}", static_cast<int>(e.link));
  if (e.other.low != 0) text += fmt::format(" other t{}", e.other.low);
  if (e.customer != 0) text += fmt::format(" customer {}", e.customer);
  if (e.count != 0) text += fmt::format(" count {} overdue {}", e.count, e.overdue);
  for (const EventRow& row : said.rows) {
    text +=
        fmt::format(" [t{} clock {} due {}]", row.ticket.low, none(row.clock), instant(row.due));
  }
  if (!said.reason.empty()) text += fmt::format(" '{}'", said.reason);
  return text;
}

std::string tell(const CommandResult& result) {
  return fmt::format("{} detail {} clamped {} repeated {} version {}", to_string(result.code),
                     result.detail, result.clamped, result.repeated, result.version);
}

std::string tell(const Op& op) {
  if (op.kind == Op::Kind::tick) return instant(op.at) + " time passes";
  if (op.kind == Op::Kind::document) {
    return fmt::format("{} document {}", instant(op.at), op.document);
  }
  static constexpr const char* kinds[] = {
      "none",  "create", "set_status", "set_attributes", "activity", "escalate",     "acknowledge",
      "merge", "link",   "extend",     "set_due",        "cancel",   "put_customer", "mute"};
  const Command& c = op.command;
  std::string text =
      fmt::format("{} {} t{}", instant(op.at), kinds[static_cast<std::size_t>(c.kind)], c.key.low);
  if (c.status != kNoId8) text += fmt::format(" status {}", c.status);
  if (c.kind == CommandKind::activity) text += fmt::format(" activity {}", c.activity);
  if (c.kind == CommandKind::escalate) text += fmt::format(" level {}", c.level);
  if (c.kind == CommandKind::acknowledge) {
    text += fmt::format(" clock {} for {}", none(c.clock), span(c.timeout_ms));
  }
  text += values(op.attributes);
  if (c.until != kNever)
    text += fmt::format(" until {} then {}", instant(c.until), none(c.then_status));
  if (c.start_at != kNever) text += " starts " + instant(c.start_at);
  if (c.due_at != kNever) text += " due " + instant(c.due_at);
  if (c.quiet) text += " quiet";
  if (c.kind == CommandKind::merge) text += fmt::format(" into t{}", c.other.low);
  if (c.kind == CommandKind::link)
    text += fmt::format(" to t{} as {}", c.other.low, static_cast<int>(c.link));
  if (c.kind == CommandKind::mute) text += fmt::format(" a{}={}", none(c.attribute), c.value);
  if (c.actor != 0) text += fmt::format(" by {}", c.actor);
  if (c.kind == CommandKind::put_customer)
    text += fmt::format(" contract {}{}", instant(c.contract_until), c.reapply ? " reapply" : "");
  if (c.by_ms != 0) text += fmt::format(" clock {} by {}", none(c.clock), span(c.by_ms));
  if (c.occurred_at != kNever) text += " occurred " + instant(c.occurred_at);
  if (c.expected_version != 0) text += fmt::format(" expects v{}", c.expected_version);
  if (op.producer != 0) text += fmt::format(" producer {} number {}", op.producer, op.number);
  return text;
}

std::string tell_document(const TenantSpec& spec) {
  std::string text;
  for (const CalendarSpec& calendar : spec.calendars) text += tell(calendar);
  for (const ClockSpec& c : spec.clocks) {
    const std::string triggers = tell("start", c.start) + tell("stop", c.stop) +
                                 tell("reset", c.reset) + tell("cancel", c.cancel) +
                                 tell("pause", c.pause_while) + tell("run", c.run_while);
    if (c.start.empty() && c.reset.empty() && c.run_while.empty()) continue;
    text +=
        fmt::format("  {}:{} each {} fresh {}", c.name, triggers, c.each_cycle, c.fresh_on_reopen);
    if (c.on_change != OnChange::recompute)
      text += c.on_change == OnChange::keep ? " keep" : " restart";
    if (c.kind == ClockKind::window)
      text +=
          fmt::format(" window at_end {}{}", none(c.at_end.status), values(c.at_end.attributes));
    text += "\n";
  }
  for (const RuleId id : spec.rule_order) {
    text += fmt::format("  rule {}:{}", id, tell(spec.rules[id].when));
    for (const TargetSpec& t : spec.rules[id].targets) {
      text += "; " + tell(t);
    }
    text += "\n";
  }
  for (std::size_t i = 0; i < spec.ladders.size(); ++i) {
    if (spec.ladders[i].steps.empty()) continue;
    text += fmt::format("  ladder {}: acknowledge {}\n", i, span(spec.ladders[i].acknowledge_ms));
    for (const LadderStepSpec& step : spec.ladders[i].steps) text += "    " + tell(step) + "\n";
  }
  text += tell_rules_of_change(spec);
  if (spec.customers != CustomersSpec{}) {
    text += fmt::format("  customers: defaults {:x} contract {} to {}\n", spec.customers.defaults,
                        static_cast<int>(spec.customers.contract), none(spec.customers.recipient));
  }
  text += fmt::format("  survey {} merged {} keep {} {}\n", none(spec.survey_status),
                      none(spec.merged_status), span(spec.keep_closed_ms), span(spec.keep_keys_ms));
  return text;
}

std::string tell(const Story& story) {
  std::string text =
      fmt::format("story {}: {} ops, clock source {}, capacity {}\n", story.seed, story.ops.size(),
                  story.settings.clock_source == ClockSource::input ? "input" : "wall",
                  story.settings.ticket_capacity);
  for (std::size_t i = 0; i < story.documents.size(); ++i) {
    const auto puts = [&](const Op& op) {
      return op.kind == Op::Kind::document && op.document == i;
    };
    if (std::none_of(story.ops.begin(), story.ops.end(), puts)) continue;
    text += fmt::format(" document {}\n{}", i, tell_document(story.documents[i]));
  }
  for (std::size_t i = 0; i < story.ops.size(); ++i) {
    text += fmt::format(" {:3} {}\n", i, tell(story.ops[i]));
  }
  return text;
}

}  // namespace vencer::model
