// add: the first instant t with between(start, t) = target_ms.
#include <fmt/format.h>

#include "tools/vectors/for_people.h"
#include "tools/vectors/sections.h"

namespace vencer::vectors {
namespace {

std::string run(Fields& fields, const Calendars& calendars) {
  for (const char* name : {"start_local", "target", "expect_local"}) fields.ignore(name);
  const NamedCalendar& in = calendars.at(fields.text("calendar"));
  const TimeMs start = fields.integer("start");
  const DurationMs target = fields.integer("target_ms");
  const TimeMs expected = fields.integer("expect");
  if (target < 0) throw FieldError("field 'target_ms' must not be negative");
  const TimeMs got = in.calendar.add(start, target);
  if (got == expected) return {};
  return fmt::format("add({}, {})\nexpected {}\ngot      {}", instant_text(start, in.zone),
                     duration_text(target), instant_text(expected, in.zone),
                     instant_text(got, in.zone));
}

const bool registered = register_section("add", run);

}  // namespace
}  // namespace vencer::vectors
