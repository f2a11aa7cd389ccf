// detector: tickets created one after the other; which of them raises the alarm, and of how many.
#include <fmt/format.h>

#include <algorithm>

#include "engine/core/limits.h"
#include "engine/core/state_machine.h"
#include "tools/vectors/for_people.h"
#include "tools/vectors/sections.h"

namespace vencer::vectors {
namespace {

using nlohmann::json;

struct Alarm {
  TimeMs at;
  std::uint64_t count;
  std::size_t rows;
};

class Alarms final : public Sink {
 public:
  void event(const Event& event) override {
    if (event.type != EventType::mass_incident) return;
    alarms.push_back({event.emitted, event.count, event.rows.size()});
  }
  void result(const CommandResult& result) override {
    if (result.code != Errc::ok) throw FieldError(std::string(to_string(result.code)));
  }
  std::vector<Alarm> alarms;
};

TenantSpec document(const DetectorSpec& detector) {
  TenantSpec spec;
  spec.name = "vectors";
  spec.version = 1;
  spec.statuses = {{"Open", StatusCategory::open, false}};
  for (const char* name : kBuiltinActivityNames) spec.activities.push_back({name, false});
  CalendarSpec always;
  always.name = "24x7";
  always.always_open = true;
  spec.calendars = {always};
  spec.detectors = {detector};
  spec.keep_closed_ms = limits::keep_closed_default_ms;
  spec.keep_keys_ms = limits::keep_keys_default_ms;
  return spec;
}

// The real state machine, one ticket at each instant.
std::vector<Alarm> play(const DetectorSpec& detector, const json& created) {
  Alarms sink;
  StateMachine machine;
  Settings settings;
  settings.ticket_capacity = static_cast<std::uint32_t>(created.size() + 1);
  Step step;
  step.kind = StepKind::settings;
  step.settings = &settings;
  machine.apply(step, sink);
  const TenantSpec spec = document(detector);
  step = {};
  step.kind = StepKind::tenant_document;
  step.document = &spec;
  machine.apply(step, sink);
  for (const json& each : created) {
    if (!each.is_number_integer()) throw FieldError("field 'created' must be a list of instants");
    Command command;
    command.kind = CommandKind::create;
    command.key.low = machine.ticket_count() + 1;
    step = {};
    step.kind = StepKind::commands;
    step.now = each.get<TimeMs>();
    if (step.now < machine.now()) throw FieldError("field 'created' must ascend");
    step.tenant = 1;
    step.commands = {&command, 1};
    machine.apply(step, sink);
  }
  return sink.alarms;
}

std::string tell(const std::vector<Alarm>& alarms) {
  std::string text;
  for (const Alarm& alarm : alarms) {
    text += fmt::format("{}{} of {}", text.empty() ? "" : ", ", instant_text(alarm.at, "UTC"),
                        alarm.count);
  }
  return text.empty() ? "none" : text;
}

std::string run(Fields& fields, const Calendars&) {
  DetectorSpec detector;
  detector.name = "alike";
  detector.count = static_cast<std::uint32_t>(fields.integer("n"));
  detector.within_ms = fields.integer("window_ms");
  detector.quiet_ms = fields.integer("quiet_ms");
  const json& created = fields.any("created");
  const json& expect = fields.any("expect");
  if (!created.is_array() || !expect.is_array()) {
    throw FieldError("fields 'created' and 'expect' must be lists");
  }
  for (const char* name : {"created_local", "expect_local"}) fields.ignore(name);
  std::vector<Alarm> expected;
  for (const json& each : expect) {
    Fields alarm(each);
    alarm.ignore("at_local");
    expected.push_back(
        {alarm.integer("at"), static_cast<std::uint64_t>(alarm.integer("count")), 0});
    alarm.expect_no_others();
  }
  const std::vector<Alarm> got = play(detector, created);
  for (const Alarm& alarm : got) {
    const std::size_t rows = std::min<std::size_t>(alarm.count, limits::mass_incident_rows_max);
    if (alarm.rows != rows) return fmt::format("{} rows, expected {}", alarm.rows, rows);
  }
  if (tell(got) == tell(expected)) return {};
  return fmt::format("alarms\nexpected {}\ngot      {}", tell(expected), tell(got));
}

const bool registered = register_section("detector", run);

}  // namespace
}  // namespace vencer::vectors
