// between: open time in [from, to).
#include <fmt/format.h>

#include "tools/vectors/for_people.h"
#include "tools/vectors/sections.h"

namespace vencer::vectors {
namespace {

std::string run(Fields& fields, const Calendars& calendars) {
  for (const char* name : {"from_local", "to_local", "expect"}) fields.ignore(name);
  const NamedCalendar& in = calendars.at(fields.text("calendar"));
  const TimeMs from = fields.integer("from");
  const TimeMs to = fields.integer("to");
  const DurationMs expected = fields.integer("expect_ms");
  const DurationMs got = in.calendar.between(from, to);
  if (got == expected) return {};
  return fmt::format("between({}, {})\nexpected {}\ngot      {}", instant_text(from, in.zone),
                     instant_text(to, in.zone), duration_text(expected), duration_text(got));
}

const bool registered = register_section("between", run);

}  // namespace
}  // namespace vencer::vectors
