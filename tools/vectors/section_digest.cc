// digest: the instants after `after` at which one "at the first business instant" fires, and the
// bounds of the civil day before it (`yesterday`).
#include <fmt/format.h>

#include "tools/vectors/for_people.h"
#include "tools/vectors/sections.h"

namespace vencer::vectors {
namespace {

using nlohmann::json;

TimeMs as_instant(const json& value) {
  if (!value.is_number_integer()) throw FieldError(value.dump() + " must be an instant");
  return value.get<TimeMs>();
}

// [from, to] or {"from": ..., "to": ...}
Interval as_bounds(const json& value) {
  if (value.is_array() && value.size() == 2) return {as_instant(value[0]), as_instant(value[1])};
  Fields fields(value);
  fields.ignore("from_local");
  fields.ignore("to_local");
  const Interval bounds{fields.integer("from"), fields.integer("to")};
  fields.expect_no_others();
  return bounds;
}

std::string check_instants(const NamedCalendar& in, TimeMs after, const json& expected) {
  if (!expected.is_array()) throw FieldError("field 'expect' must be a list of instants");
  TimeMs at = after;
  for (const json& each : expected) {
    const TimeMs previous = at;
    at = in.calendar.first_open_of_next_business_day(previous);
    if (at == as_instant(each)) continue;
    return fmt::format("the digest after {}\nexpected {}\ngot      {}",
                       instant_text(previous, in.zone), instant_text(as_instant(each), in.zone),
                       instant_text(at, in.zone));
  }
  return {};
}

std::string check_yesterday(const NamedCalendar& in, TimeMs digest, const Interval& expected) {
  const Interval today = in.calendar.local_day(digest);
  const Interval got = in.calendar.local_day(today.begin - 1);
  if (got == expected) return {};
  return fmt::format("the day before {}\nexpected {} to {}\ngot      {} to {}",
                     instant_text(digest, in.zone), instant_text(expected.begin, in.zone),
                     instant_text(expected.end, in.zone), instant_text(got.begin, in.zone),
                     instant_text(got.end, in.zone));
}

// One pair of bounds is that of the first digest; a list of them has one for each.
std::string check_yesterdays(const NamedCalendar& in, TimeMs digest, const json& bounds) {
  const bool is_list = bounds.is_array() && !bounds.empty() && !bounds[0].is_number();
  if (!is_list) return check_yesterday(in, digest, as_bounds(bounds));
  for (const json& each : bounds) {
    const std::string differs = check_yesterday(in, digest, as_bounds(each));
    if (!differs.empty()) return differs;
    digest = in.calendar.first_open_of_next_business_day(digest);
  }
  return {};
}

std::string run(Fields& fields, const Calendars& calendars) {
  for (const char* name : {"after_local", "at_local", "expect_local", "yesterday_local"}) {
    fields.ignore(name);
  }
  const NamedCalendar& in = calendars.at(fields.text("calendar"));
  // A case may name the digest's instant, or what comes before it.
  const bool named = fields.has("at");
  const TimeMs after = fields.integer(named ? "at" : "after");
  std::string differs;
  if (fields.has("expect")) differs = check_instants(in, after, fields.any("expect"));
  if (fields.has("yesterday") && differs.empty()) {
    const TimeMs digest = named ? after : in.calendar.first_open_of_next_business_day(after);
    differs = check_yesterdays(in, digest, fields.any("yesterday"));
  }
  if (!fields.has("expect") && !fields.has("yesterday")) {
    throw FieldError("field 'expect' is missing");
  }
  return differs;
}

const bool registered = register_section("digest", run);

}  // namespace
}  // namespace vencer::vectors
