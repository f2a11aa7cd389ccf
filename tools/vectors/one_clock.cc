#include "tools/vectors/one_clock.h"

#include <algorithm>

#include "engine/core/limits.h"

namespace vencer::vectors {
namespace {

constexpr TenantId kTenant = 1;

std::uint64_t bit(BuiltinActivity activity) {
  return 1ull << static_cast<unsigned>(activity);
}

ClockSpec the_clock(const std::vector<LadderStepSpec>& steps) {
  ClockSpec clock;
  clock.name = "clock";
  clock.start.activities = bit(BuiltinActivity::customer_reply);
  clock.stop.activities = bit(BuiltinActivity::agent_reply);
  clock.stop.statuses = 1ull << 2;
  clock.reset.activities = bit(BuiltinActivity::internal_note);
  clock.pause_while.statuses = 1ull << 1;
  clock.each_cycle = true;
  for (const LadderStepSpec& step : steps) clock.step_names.push_back(step.name);
  return clock;
}

TenantSpec document(const std::vector<Target>& targets, const std::vector<LadderStepSpec>& steps,
                    const std::vector<const CalendarSpec*>& step_calendars, OnChange on_change) {
  TenantSpec spec;
  spec.name = "vectors";
  spec.version = 1;
  spec.statuses = {{"Open", StatusCategory::open, false},
                   {"Pending", StatusCategory::pending, false},
                   {"Resolved", StatusCategory::resolved, false}};
  spec.levels = {"0", "1", "2", "3", "4",
                 "5", "6", "7", "8", "9"};  // the vectors' levels start at 1
  for (const char* name : kBuiltinActivityNames) spec.activities.push_back({name, false});
  AttributeSpec rule;
  rule.name = "rule";
  CalendarSpec always;
  always.name = "24x7";
  always.always_open = true;
  spec.calendars = {always};
  for (const CalendarSpec* calendar : step_calendars) spec.calendars.push_back(*calendar);
  spec.clocks = {the_clock(steps)};
  spec.clocks[0].on_change = on_change;
  spec.ladders = {{"steps", 0, steps, false}};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    rule.values.push_back(std::to_string(i));
    rule.value_retired.push_back(false);
    spec.calendars.push_back(*targets[i].calendar);
    RuleSpec made;
    made.name = std::to_string(i);
    made.when = {{0, false, {i + 1}}};
    made.targets = {
        {0, targets[i].target_ms, static_cast<CalendarId>(spec.calendars.size() - 1), 0}};
    spec.rules.push_back(made);
    spec.rule_order.push_back(static_cast<RuleId>(i));
  }
  spec.attributes = {rule};
  spec.events_on = kChattyEvents;
  spec.keep_closed_ms = limits::keep_closed_default_ms;
  spec.keep_keys_ms = limits::keep_keys_default_ms;
  return spec;
}

}  // namespace

void OneClock::Recorder::event(const Event& event) {
  events.push_back({event.type, event.emitted, event.due, event.step, event.level, event.elapsed_ms,
                    event.overrun_ms});
}

void OneClock::Recorder::result(const CommandResult& result) {
  if (result.code != Errc::ok) refusals.emplace_back(to_string(result.code));
}

OneClock::OneClock(const std::vector<Target>& targets, std::vector<LadderStepSpec> steps,
                   const std::vector<const CalendarSpec*>& step_calendars, OnChange on_change) {
  Settings settings;
  settings.ticket_capacity = 16;
  Step step;
  step.kind = StepKind::settings;
  step.settings = &settings;
  machine_.apply(step, sink_);
  const TenantSpec spec = document(targets, steps, step_calendars, on_change);
  step = {};
  step.kind = StepKind::tenant_document;
  step.document = &spec;
  machine_.apply(step, sink_);
  Command create;
  create.kind = CommandKind::create;
  create.attributes = rule_;
  apply(create, kNever, 0);
}

void OneClock::apply(Command command, TimeMs at, TimeMs arrives) {
  observe(arrives);
  command.key = {1, 0, KeyKind::number};
  if (at != arrives) command.occurred_at = at;
  Step step;
  step.kind = StepKind::commands;
  step.now = arrives;
  step.tenant = kTenant;
  step.commands = {&command, 1};
  machine_.apply(step, sink_);
}

void OneClock::activity(BuiltinActivity which, TimeMs at, TimeMs arrives) {
  Command command;
  command.kind = CommandKind::activity;
  command.activity = static_cast<ActivityId>(which);
  apply(command, at, arrives);
}

void OneClock::status(StatusId to, TimeMs at, TimeMs arrives) {
  Command command;
  command.kind = CommandKind::set_status;
  command.status = to;
  apply(command, at, arrives);
}

void OneClock::retarget(TimeMs at, TimeMs arrives) {
  ++rule_[0].value;
  Command command;
  command.kind = CommandKind::set_attributes;
  command.attributes = rule_;
  apply(command, at, arrives);
}

void OneClock::extend(TimeMs at, TimeMs arrives, DurationMs by_ms) {
  Command command;
  command.kind = CommandKind::extend;
  command.clock = 0;
  command.by_ms = by_ms;
  apply(command, at, arrives);
}

void OneClock::acknowledge(TimeMs at, DurationMs timeout_ms) {
  Command command;
  command.kind = CommandKind::acknowledge;
  command.timeout_ms = timeout_ms;
  apply(command, at, at);
}

void OneClock::observe(TimeMs at) {
  while (machine_.next_deadline() <= at) wake(std::max(machine_.next_deadline(), machine_.now()));
  wake(at);
}

void OneClock::wake(TimeMs at) {
  Step step;
  step.kind = StepKind::advance;
  step.now = at;
  step.limit = UINT64_MAX;
  machine_.apply(step, sink_);
}

ClockView OneClock::clock() const {
  return machine_.view(machine_.find_ticket(kTenant, {1, 0, KeyKind::number})).clocks.at(0);
}

}  // namespace vencer::vectors
