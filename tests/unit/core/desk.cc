#include "tests/unit/core/desk.h"

#include <algorithm>
#include <cstring>

namespace vencer::test {
namespace {

std::uint64_t bit(BuiltinActivity activity) {
  return 1ull << static_cast<unsigned>(activity);
}

LadderSpec the_ladder() {
  LadderSpec ladder;
  ladder.name = "compromiso";
  ladder.acknowledge_ms = 30 * kMinuteMs;
  LadderStepSpec warning;
  warning.name = "75%";
  warning.percent_milli = 75'000;
  warning.warn = true;
  LadderStepSpec due;
  due.name = "due";
  due.anchor = StepAnchor::after_due;
  due.level = 2;
  LadderStepSpec later = due;
  later.name = "+2h";
  later.offset_ms = 2 * kHourMs;
  later.level = 3;
  later.set_attributes = {{kPriority, 1}};
  ladder.steps = {warning, due, later};
  return ladder;
}

}  // namespace

TenantSpec desk_document() {
  TenantSpec spec;
  spec.name = "desk";
  spec.version = 1;
  spec.source_hash = 1;
  spec.statuses = {{"Nuevo", StatusCategory::fresh, false},
                   {"En curso", StatusCategory::open, false},
                   {"Esperando", StatusCategory::pending, false},
                   {"Resuelto", StatusCategory::resolved, false},
                   {"Cerrado", StatusCategory::closed, false},
                   {"Cancelado", StatusCategory::cancelled, false}};
  spec.levels = {"N1", "N2", "N3"};
  for (const char* name : kBuiltinActivityNames) spec.activities.push_back({name, false});
  AttributeSpec priority{"priority",
                         false,
                         AttributeRole::priority,
                         {"Urgente", "Normal", "Nada"},
                         {false, false, false},
                         {},
                         false};
  AttributeSpec agent{"agent", true, AttributeRole::agent, {}, {}, {}, false};
  spec.attributes = {priority, agent};
  CalendarSpec always;
  always.name = "24x7";
  always.always_open = true;
  spec.calendars = {always};

  ClockSpec first_response;
  first_response.name = "first_response";
  first_response.start.activities = bit(BuiltinActivity::created);
  first_response.stop.activities = bit(BuiltinActivity::agent_reply);
  ClockSpec resolution;
  resolution.name = "resolution";
  resolution.start.activities = bit(BuiltinActivity::created);
  resolution.stop.statuses = (1u << kResolved) | (1u << kClosed);
  resolution.pause_while.statuses = 1u << kPending;
  resolution.step_names = {"75%", "due", "+2h"};
  spec.clocks = {first_response, resolution};

  spec.ladders = {the_ladder()};
  spec.rules = {{"urgente",
                 {{kPriority, false, {1}}},
                 {{kFirstResponse, kHourMs, 0, kNoId16}, {kResolution, 4 * kHourMs, 0, 0}},
                 false},
                {"normal",
                 {{kPriority, false, {2}}},
                 {{kFirstResponse, kHourMs, 0, kNoId16}, {kResolution, 8 * kHourMs, 0, 0}},
                 false}};
  spec.rule_order = {0, 1};
  spec.events_on = kChattyEvents;
  spec.keep_closed_ms = 7 * limits::kDay;
  spec.keep_keys_ms = 90 * limits::kDay;
  return spec;
}

TenantSpec office_hours(std::int16_t opens, std::uint32_t version) {
  TenantSpec spec = desk_document();
  CalendarSpec office;
  office.name = "oficina";
  office.zone.name = "UTC";
  for (auto& day : office.weekly) day = {{opens, 18 * 60}};
  spec.calendars.push_back(office);
  for (RuleSpec& rule : spec.rules) {
    for (TargetSpec& target : rule.targets) target.calendar = 1;
  }
  spec.version = version;
  return spec;
}

Desk::Desk(TenantSpec document, Settings settings) {
  if (settings.ticket_capacity == limits::tickets_default) settings.ticket_capacity = 1024;
  Step step;
  step.kind = StepKind::settings;
  step.now = kT0;
  step.settings = &settings;
  EXPECT_EQ(apply(step).code, Errc::ok);
  EXPECT_EQ(put(kT0, std::move(document)).code, Errc::ok);
  told();
}

StepOutcome Desk::apply(Step step) {
  Kept& kept = steps_.emplace_back();
  kept.step = step;
  kept.commands.assign(step.commands.begin(), step.commands.end());
  for (Command& command : kept.commands) {
    kept.attributes.emplace_back(command.attributes.begin(), command.attributes.end());
  }
  for (std::size_t i = 0; i < kept.commands.size(); ++i) {
    kept.commands[i].attributes = kept.attributes[i];
  }
  kept.step.commands = kept.commands;
  if (step.document != nullptr) {
    kept.document = *step.document;
    kept.step.document = &kept.document;
  }
  if (step.settings != nullptr) {
    kept.settings = *step.settings;
    kept.step.settings = &kept.settings;
  }
  const StepOutcome outcome = machine.apply(kept.step, sink);
  if (step.kind == StepKind::advance || step.kind == StepKind::background) {
    kept.step.limit = outcome.done;  // as the shard logs it
  }
  return outcome;
}

void Desk::advance(TimeMs now, std::uint64_t limit) {
  Step step;
  step.kind = StepKind::advance;
  step.now = now;
  step.limit = limit;
  apply(step);
}

StepOutcome Desk::background(TimeMs now, std::uint64_t limit) {
  Step step;
  step.kind = StepKind::background;
  step.now = now;
  step.limit = limit;
  return apply(step);
}

CommandResult Desk::command(TimeMs now, Command command) {
  Step step;
  step.kind = StepKind::commands;
  step.now = now;
  step.tenant = 1;
  step.commands = {&command, 1};
  EXPECT_EQ(apply(step).code, Errc::ok);
  return sink.results.back();
}

namespace {
Command on(std::uint64_t key, CommandKind kind) {
  Command command;
  command.kind = kind;
  command.key = {key, 0, KeyKind::number};
  return command;
}
}  // namespace

CommandResult Desk::create(TimeMs now, std::uint64_t key, Value priority) {
  Command command = on(key, CommandKind::create);
  const AttributeValue attributes[] = {{kPriority, priority}};
  command.attributes = attributes;
  return this->command(now, command);
}

CommandResult Desk::status(TimeMs now, std::uint64_t key, StatusId status) {
  Command command = on(key, CommandKind::set_status);
  command.status = status;
  return this->command(now, command);
}

CommandResult Desk::priority(TimeMs now, std::uint64_t key, Value value) {
  Command command = on(key, CommandKind::set_attributes);
  const AttributeValue attributes[] = {{kPriority, value}};
  command.attributes = attributes;
  return this->command(now, command);
}

CommandResult Desk::activity(TimeMs now, std::uint64_t key, BuiltinActivity activity) {
  Command command = on(key, CommandKind::activity);
  command.activity = static_cast<ActivityId>(activity);
  return this->command(now, command);
}

StepOutcome Desk::put(TimeMs now, TenantSpec document) {
  Step step;
  step.kind = StepKind::tenant_document;
  step.now = now;
  step.document = &document;
  return apply(step);
}

TicketView Desk::ticket(std::uint64_t key) const {
  return machine.view(machine.find_ticket(1, {key, 0, KeyKind::number}));
}

const ClockView Desk::clock(std::uint64_t key, ClockId id) const {
  return ticket(key).clocks.at(id);
}

std::string Desk::told() {
  std::string words;
  for (; told_ < sink.seen.size(); ++told_) {
    if (!words.empty()) words += ' ';
    words += to_string(sink.seen[told_].event.type);
  }
  return words;
}

const Seen& Desk::last(EventType type) const {
  const auto found = std::find_if(sink.seen.rbegin(), sink.seen.rend(),
                                  [&](const Seen& seen) { return seen.event.type == type; });
  EXPECT_NE(found, sink.seen.rend()) << to_string(type);
  return *found;
}

bool same_events(const std::vector<Seen>& a, const std::vector<Seen>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Seen& x, const Seen& y) {
    const Event &e = x.event, &f = y.event;
    return e.sequence == f.sequence && e.emitted == f.emitted && e.due == f.due && e.at == f.at &&
           e.ticket == f.ticket && e.type == f.type && e.version == f.version &&
           e.clock == f.clock && e.step == f.step && e.status == f.status && e.level == f.level &&
           e.light == f.light && e.cycle == f.cycle && e.rule == f.rule &&
           e.elapsed_ms == f.elapsed_ms && e.overrun_ms == f.overrun_ms && e.subject == f.subject &&
           e.count == f.count && e.overdue == f.overdue && e.recipient == f.recipient &&
           e.route == f.route && e.routes == f.routes && x.attributes == y.attributes &&
           x.rows == y.rows;
  });
}

void Desk::replay(std::size_t from, StateMachine& other, Sink& into) const {
  for (std::size_t i = from; i < steps_.size(); ++i) other.apply(steps_[i].step, into);
}

void Desk::expect_replay() const {
  StateMachine again;
  Recorder recorder;
  replay(0, again, recorder);
  EXPECT_TRUE(same_events(sink.seen, recorder.seen));
  EXPECT_EQ(machine.digest(), again.digest());
}

}  // namespace vencer::test
