// clock: one clock through a list of ops; due after each, and every clock event in order.
#include <fmt/format.h>

#include <optional>

#include "tools/vectors/for_people.h"
#include "tools/vectors/one_clock.h"
#include "tools/vectors/sections.h"

namespace vencer::vectors {
namespace {

using nlohmann::json;

// What vectors compare: clock_*, warning and breach*. Others may come between.
bool compared(EventType type) {
  const std::string_view name = to_string(type);
  return name.starts_with("clock_") || name == "warning" || name.starts_with("breach");
}

std::vector<LadderStepSpec> read_warnings(const json& list) {
  std::vector<LadderStepSpec> steps;
  for (const json& warning : list) {
    LadderStepSpec step;
    step.warn = true;
    step.name = std::to_string(steps.size());
    if (warning.is_number_integer()) {
      step.anchor = StepAnchor::percent;
      step.percent_milli = warning.get<std::uint32_t>() * 1000;
    } else {
      Fields fields(warning);
      step.anchor = StepAnchor::before_due;
      step.offset_ms = -fields.integer("ms");
      fields.expect_no_others();
      if (step.offset_ms < 0) throw NotSupported("a warning after due");
    }
    steps.push_back(step);
  }
  return steps;
}

// The targets that hold one after the other: the case's own, then each retarget's.
std::vector<Target> read_targets(Fields& fields, const json& ops, const Calendars& calendars) {
  std::vector<Target> targets{
      {fields.integer("target_ms"), &calendars.at(fields.text("calendar")).spec}};
  for (const json& op : ops) {
    if (op.value("op", "") != "retarget") continue;
    Target next = targets.back();
    if (op.contains("target_ms")) next.target_ms = op.at("target_ms").get<DurationMs>();
    if (op.contains("calendar")) next.calendar = &calendars.at(op.at("calendar")).spec;
    targets.push_back(next);
  }
  return targets;
}

// A clock has one: all retargets of a case must agree.
OnChange read_on_change(const json& ops) {
  std::optional<std::string> word;
  for (const json& op : ops) {
    if (op.value("op", "") != "retarget") continue;
    const std::string here = op.value("on_change", "recompute");
    if (word.value_or(here) != here) throw FieldError("on_change differs within a case");
    word = here;
  }
  const std::string which = word.value_or("recompute");
  if (which == "recompute") return OnChange::recompute;
  if (which == "keep") return OnChange::keep;
  if (which == "restart") return OnChange::restart;
  throw FieldError("unknown on_change '" + which + "'");
}

void drive(OneClock& desk, Fields& op, TimeMs at, TimeMs arrives, bool reopened_next) {
  const std::string name = op.text("op");
  if (name == "start") {
    desk.start(at, arrives);
  } else if (name == "stop" && reopened_next) {
    desk.resolve(at, arrives);
  } else if (name == "stop") {
    desk.answer(at, arrives);
  } else if (name == "pause") {
    desk.pause(at, arrives);
  } else if (name == "resume" || name == "reopen") {
    desk.work(at, arrives);
  } else if (name == "reset") {
    desk.reset(at, arrives);
  } else if (name == "retarget") {
    for (const char* field : {"target_ms", "calendar", "on_change"}) op.ignore(field);
    desk.retarget(at, arrives);
  } else if (name == "extend") {
    desk.extend(at, arrives, op.integer("by_ms"));
  } else if (name == "observe") {
    desk.observe(at);
  } else {
    throw FieldError("unknown op '" + name + "'");
  }
}

std::string check_due(const OneClock& desk, const json& expected, std::size_t index,
                      const std::string& zone) {
  const ClockView clock = desk.clock();
  const TimeMs due = clock.phase == ClockPhase::met ? kNever : clock.due;
  const TimeMs wanted = expected.is_null() ? kNever : expected.get<TimeMs>();
  if (due == wanted) return {};
  return fmt::format("op {}: due after it\nexpected {}\ngot      {}", index,
                     wanted == kNever ? "none" : instant_text(wanted, zone),
                     due == kNever ? "none" : instant_text(due, zone));
}

std::string check_event(const json& expected, const SeenEvent& got) {
  Fields fields(expected);
  std::string differs;
  const auto check = [&](const char* name, std::int64_t value) {
    if (!fields.has(name)) return;
    const std::int64_t wanted = fields.integer(name);
    if (wanted != value) differs += fmt::format(" {} {} (expected {})", name, value, wanted);
  };
  if (const std::string type = fields.text("type"); type != to_string(got.type)) {
    differs += fmt::format(" {} (expected {})", to_string(got.type), type);
  }
  check("due", got.due);
  check("at", got.emitted);
  check("elapsed_ms", got.elapsed_ms);
  check("overrun_ms", got.overrun_ms);
  check("step", got.step);
  fields.expect_no_others();
  return differs;
}

std::string check_events(const OneClock& desk, const json& expected) {
  std::vector<SeenEvent> seen;
  for (const SeenEvent& event : desk.events()) {
    if (compared(event.type)) seen.push_back(event);
  }
  for (std::size_t i = 0; i < std::min(seen.size(), expected.size()); ++i) {
    const std::string differs = check_event(expected[i], seen[i]);
    if (!differs.empty()) return fmt::format("event {}:{}", i, differs);
  }
  if (seen.size() == expected.size()) return {};
  std::string types;
  for (const SeenEvent& event : seen) types += fmt::format(" {}", to_string(event.type));
  return fmt::format("{} events, expected {}:{}", seen.size(), expected.size(), types);
}

std::string run(Fields& fields, const Calendars& calendars) {
  const json& ops = fields.any("ops");
  std::vector<LadderStepSpec> warnings;
  if (fields.has("warn")) warnings = read_warnings(fields.any("warn"));
  const std::vector<Target> targets = read_targets(fields, ops, calendars);
  const std::string& zone = calendars.at(fields.text("calendar")).zone;
  OneClock desk(targets, warnings, {}, read_on_change(ops));
  for (std::size_t i = 0; i < ops.size(); ++i) {
    Fields op(ops[i]);
    op.ignore("at_local");
    op.ignore("arrives_local");
    const TimeMs at = op.integer("at");
    const TimeMs arrives = op.has("arrives") ? op.integer("arrives") : at;
    const bool reopened_next = i + 1 < ops.size() && ops[i + 1].value("op", "") == "reopen";
    drive(desk, op, at, arrives, reopened_next);
    if (op.has("due_after")) {
      const std::string differs = check_due(desk, op.any("due_after"), i, zone);
      if (!differs.empty()) return differs;
    }
    op.expect_no_others();
  }
  if (!desk.refusals().empty()) return "the engine refused a command: " + desk.refusals().front();
  return check_events(desk, fields.any("events"));
}

const bool registered = register_section("clock", run);

}  // namespace
}  // namespace vencer::vectors
