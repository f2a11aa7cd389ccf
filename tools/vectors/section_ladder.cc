// ladder: a clock started once; which step fires at which level, for which due, and not before
// when.
#include <fmt/format.h>

#include "tools/vectors/one_clock.h"
#include "tools/vectors/sections.h"

namespace vencer::vectors {
namespace {

using nlohmann::json;

std::vector<LadderStepSpec> read_steps(const json& list, const Calendars& calendars,
                                       std::vector<const CalendarSpec*>& step_calendars) {
  std::vector<LadderStepSpec> steps;
  for (const json& each : list) {
    Fields fields(each);
    LadderStepSpec step;
    step.name = std::to_string(steps.size());
    step.anchor = StepAnchor::after_due;
    step.offset_ms = fields.integer("after_ms");
    step.level = static_cast<LevelId>(fields.integer("level") + 1);  // tickets begin at our level 1
    step_calendars.push_back(&calendars.at(fields.text("calendar")).spec);
    step.calendar = static_cast<CalendarId>(step_calendars.size());  // 0 is 24x7
    fields.expect_no_others();
    steps.push_back(step);
  }
  return steps;
}

// Time passes; while the server is down nothing is worked off, then all at once.
void pass(OneClock& desk, TimeMs to, const json& down) {
  if (!down.is_null()) {
    const auto from = down.at("from").get<TimeMs>();
    const auto until = down.at("to").get<TimeMs>();
    if (from <= to) {
      desk.observe(from);
      desk.wake(std::min(until, to));
    }
  }
  desk.observe(to);
}

std::string check(const std::vector<SeenEvent>& events, const json& expected) {
  std::vector<SeenEvent> seen;
  for (const SeenEvent& event : events) {
    if (event.type == EventType::escalated) seen.push_back(event);
  }
  if (seen.size() != expected.size()) {
    return fmt::format("{} steps fired, expected {}", seen.size(), expected.size());
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    Fields fields(expected[i]);
    fields.ignore("due_local");
    const std::int64_t step = fields.integer("step");
    const std::int64_t level = fields.integer("level");
    const TimeMs due = fields.integer("due");
    const TimeMs not_before = fields.integer("emitted_not_before");
    fields.expect_no_others();
    if (seen[i].step != step || seen[i].level - 1 != level || seen[i].due != due ||
        seen[i].emitted < not_before) {
      return fmt::format("step {} level {} due {} emitted {}; expected {}, {}, {}, not before {}",
                         seen[i].step, seen[i].level - 1, seen[i].due, seen[i].emitted, step, level,
                         due, not_before);
    }
  }
  return {};
}

std::string run(Fields& fields, const Calendars& calendars) {
  for (const char* name : {"start_local", "clock_due_local"}) fields.ignore(name);
  std::vector<const CalendarSpec*> step_calendars;
  const std::vector<LadderStepSpec> steps =
      read_steps(fields.any("steps"), calendars, step_calendars);
  const TimeMs start = fields.integer("start");
  std::vector<Target> targets{
      {fields.integer("target_ms"), &calendars.at(fields.text("calendar")).spec}};
  const json none;
  const json& down = fields.has("down") ? fields.any("down") : none;
  const json& stop = fields.has("stop") ? fields.any("stop") : none;
  if (fields.has("retarget")) throw NotSupported("retarget in a ladder");
  const json& expected = fields.any("expect");

  OneClock desk(targets, steps, step_calendars);
  desk.start(start, start);
  if (const TimeMs due = fields.integer("clock_due"); desk.clock().due != due) {
    return fmt::format("due {}, expected {}", desk.clock().due, due);
  }
  TimeMs now = start;
  if (fields.has("ack")) {
    Fields ack(fields.any("ack"));
    const TimeMs at = ack.integer("at");
    pass(desk, at, down);
    desk.acknowledge(at, ack.integer("timeout_ms"));
    ack.expect_no_others();
    now = at;
  }
  if (!stop.is_null()) {
    pass(desk, stop.get<TimeMs>(), down);
    desk.answer(stop.get<TimeMs>(), stop.get<TimeMs>());
    now = stop.get<TimeMs>();
  }
  constexpr DurationMs kWeek = 7 * 24 * 3600 * 1000LL;
  pass(desk, now + kWeek, down);
  return check(desk.events(), expected);
}

const bool registered = register_section("ladder", run);

}  // namespace
}  // namespace vencer::vectors
