#include "tools/vectors/calendars.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/config/zone.h"
#include "tools/vectors/fields.h"

namespace vencer::vectors {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// The number in text[from, from + length), which must be digits.
int digits(const std::string& text, std::size_t from, std::size_t length) {
  int number = 0;
  const char* begin = text.data() + from;
  if (text.size() < from + length) throw FieldError("'" + text + "' is cut short");
  const auto [end, error] = std::from_chars(begin, begin + length, number);
  if (error != std::errc() || end != begin + length || number < 0) {
    throw FieldError("'" + text + "' has something else where digits must be");
  }
  return number;
}

// Text laid out as `shape`, where 0 stands for a digit: "00:00".
const std::string& expect_shape(const std::string& text, std::string_view shape) {
  bool fits = text.size() == shape.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i) {
    fits = shape[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == shape[i];
  }
  if (!fits) throw FieldError("'" + text + "' is not of the form " + std::string(shape));
  return text;
}

const std::string& as_text(const json& value) {
  if (!value.is_string()) throw FieldError(value.dump() + " must be a string");
  return value.get_ref<const std::string&>();
}

std::int16_t minute_of_day(const json& value) {
  const std::string& text = expect_shape(as_text(value), "00:00");
  const int hour = digits(text, 0, 2);
  const int minute = digits(text, 3, 2);
  if (minute > 59 || hour * 60 + minute > 1440) {
    throw FieldError("'" + text + "' is no time of day (00:00 to 24:00)");
  }
  return static_cast<std::int16_t>(hour * 60 + minute);
}

CivilDay date(const std::string& text) {
  expect_shape(text, "0000-00-00");
  const auto month = static_cast<unsigned>(digits(text, 5, 2));
  const auto day = static_cast<unsigned>(digits(text, 8, 2));
  const CivilDay civil = civil_day(digits(text, 0, 4), month, day);
  // A date that does not exist comes back as another.
  const CivilDate back = civil_date(civil);
  if (back.month != month || back.day != day) throw FieldError("there is no date " + text);
  return civil;
}

std::vector<ShiftSpec> shifts(const json& list) {
  if (!list.is_array()) throw FieldError("shifts must be a list");
  std::vector<ShiftSpec> result;
  for (const json& each : list) {
    if (!each.is_array() || each.size() != 2) {
      throw FieldError("a shift must be [start, end], not " + each.dump());
    }
    result.push_back({minute_of_day(each[0]), minute_of_day(each[1])});
  }
  return result;
}

void read_weekly(const json& object, CalendarSpec& spec) {
  Fields fields(object);
  for (std::size_t day = 0; day < kWeekdays.size(); ++day) {
    if (fields.has(kWeekdays[day])) spec.weekly[day] = shifts(fields.any(kWeekdays[day]));
  }
  fields.expect_no_others();
}

void read_holiday(const json& object, CalendarSpec& spec) {
  Fields fields(object);
  if (fields.has("yearly")) {
    const std::string text = fields.text("yearly");
    expect_shape(text, "00-00");
    spec.yearly_holidays.push_back({static_cast<std::uint8_t>(digits(text, 0, 2)),
                                    static_cast<std::uint8_t>(digits(text, 3, 2))});
  } else if (fields.has("date")) {
    spec.holidays.push_back(date(fields.text("date")));
  } else {
    const CivilDay first = date(fields.text("from"));
    const CivilDay last = date(fields.text("to"));
    if (last < first) throw FieldError("a holiday's 'to' lies before its 'from'");
    for (CivilDay day = first; day <= last; ++day) spec.holidays.push_back(day);
  }
  fields.expect_no_others();
}

CalendarSpec read_spec(const std::string& name, const json& object) {
  Fields fields(object);
  CalendarSpec spec;
  spec.name = name;
  if (fields.has("always")) {
    if (!fields.boolean("always")) throw FieldError("'always' can only be true");
    spec.always_open = true;
    fields.expect_no_others();
    return spec;
  }
  Result<ZoneSpec> zone = load_zone(fields.text("tz"));
  if (!zone) throw FieldError(zone.error().message);
  spec.zone = std::move(zone).value();
  read_weekly(fields.any("weekly"), spec);
  if (fields.has("holidays")) {
    const json& holidays = fields.any("holidays");
    if (!holidays.is_array()) throw FieldError("'holidays' must be a list");
    for (const json& each : holidays) read_holiday(each, spec);
    std::sort(spec.holidays.begin(), spec.holidays.end());
  }
  if (fields.has("special")) {
    const json& special = fields.any("special");
    if (!special.is_object()) throw FieldError("'special' must be an object: date to shifts");
    for (const auto& [day, list] : special.items()) {
      spec.special.push_back({date(day), shifts(list)});
    }
  }
  fields.expect_no_others();
  return spec;
}

}  // namespace

Calendars::Calendars(const json& object) {
  if (!object.is_object()) throw FieldError("'calendars' must be an object: name to calendar");
  for (const auto& [name, value] : object.items()) {
    try {
      CalendarSpec spec = read_spec(name, value);
      Result<Calendar> calendar = Calendar::compile(spec);
      if (!calendar) throw FieldError(calendar.error().message);
      const std::string zone = spec.always_open ? "UTC" : spec.zone.name;
      calendars_.emplace(name, NamedCalendar{std::move(spec), std::move(calendar).value(), zone});
    } catch (const FieldError& error) {
      broken_.emplace(name, error.what());
    }
  }
}

const NamedCalendar& Calendars::at(const std::string& name) const {
  const auto found = calendars_.find(name);
  if (found != calendars_.end()) return found->second;
  const auto broken = broken_.find(name);
  if (broken != broken_.end()) {
    throw FieldError("its calendar '" + name + "' cannot be used: " + broken->second);
  }
  throw FieldError("there is no calendar '" + name + "' in the file");
}

std::vector<std::string> Calendars::problems() const {
  std::vector<std::string> sentences;
  for (const auto& [name, why] : broken_) sentences.push_back(name + ": " + why);
  return sentences;
}

}  // namespace vencer::vectors
