// route: who receives at an instant: the agent inside the calendar, the stand-by outside.
#include <fmt/format.h>

#include "tools/vectors/for_people.h"
#include "tools/vectors/sections.h"

namespace vencer::vectors {
namespace {

std::string run(Fields& fields, const Calendars& calendars) {
  fields.ignore("at_local");
  const NamedCalendar& in = calendars.at(fields.text("calendar"));
  const TimeMs at = fields.integer("at");
  const std::string expected = fields.text("expect");
  const std::string got = in.calendar.is_open(at) ? "agent" : "standby";
  if (got == expected) return {};
  return fmt::format("route at {}\nexpected {}\ngot      {}", instant_text(at, in.zone), expected,
                     got);
}

const bool registered = register_section("route", run);

}  // namespace
}  // namespace vencer::vectors
