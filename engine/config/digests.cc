// [[digest]] and [[calendar_event]]: what comes by the calendar, of no ticket in particular.
#include <fmt/format.h>

#include "engine/config/choices.h"
#include "engine/config/civil_words.h"
#include "engine/config/durations.h"
#include "engine/config/matches.h"
#include "engine/config/references.h"
#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

// What both have in their `at`.
struct When {
  CalendarId calendar = kAlwaysOpen;
  bool at_close = false;
  std::int32_t minute = 0;
  bool every_day = false;
  DurationMs offset_ms = 0;
};

void read_calendar(Compilation& c, const Cursor& at, When& when) {
  when.calendar = read_calendar_name(c, at).value_or(kAlwaysOpen);
  if (when.calendar == kAlwaysOpen && at.node().text == "24x7") {
    at.warning("\"24x7\" has its days in UTC; name a calendar of the desk");
  }
}
void read_open(Compilation&, const Cursor& at, When&) {
  read_choice(at, {"open"});
}
void read_open_or_close(Compilation&, const Cursor& at, When& when) {
  when.at_close = read_choice(at, {"open", "close"}) == std::size_t{1};
}
void read_time(Compilation&, const Cursor& at, When& when) {
  const auto text = at.string("08:00");
  if (!text) return;
  const Result<std::int32_t> minute = parse_time_of_day(*text);
  if (minute) {
    when.minute = *minute;
  } else {
    at.error(minute.error().message);
  }
}
void read_days(Compilation&, const Cursor& at, When& when) {
  when.every_day = read_choice(at, {"business", "every"}) == std::size_t{1};
}
void read_offset(Compilation&, const Cursor& at, When& when) {
  const auto text = at.string("-15m");
  if (!text) return;
  const bool signed_ = text->starts_with('-') || text->starts_with('+');
  const auto span = parse_duration(signed_ ? text->substr(1) : *text, Days::refused);
  if (!signed_ || !span) {
    at.error(fmt::format("{} is no distance; write \"-15m\" for before, \"+15m\" for after",
                         quoted(*text)));
  } else if (*span > limits::kDay) {
    at.error(fmt::format("{} is more than a day away", quoted(*text)));
  } else {
    when.offset_ms = text->front() == '-' ? -*span : *span;
  }
}

constexpr Key<When> kDigestAtKeys[] = {
    {{"calendar", Need::required}, read_calendar},
    {{"event", Need::optional}, read_open},
    {{"time", Need::optional}, read_time},
    {{"days", Need::optional}, read_days},
};
constexpr Key<When> kEventAtKeys[] = {
    {{"calendar", Need::required}, read_calendar},
    {{"event", Need::required}, read_open_or_close},
    {{"offset", Need::optional}, read_offset},
};

template <typename Spec>
void read_name(Compilation&, const Cursor& at, Spec& spec) {
  if (const auto name = at.name()) spec.name = *name;
}
template <typename Spec>
void read_to(Compilation& c, const Cursor& at, Spec& spec) {
  spec.recipient = read_recipient_name(c, at).value_or(kNoId16);
}

void read_digest_at(Compilation& c, const Cursor& table, DigestSpec& digest) {
  When when;
  if (!read_keys(c, table, std::span<const Key<When>>(kDigestAtKeys), when)) return;
  const bool by_time = table.member("time").has_value();
  if (by_time == table.member("event").has_value()) {
    table.error("must have one of event = \"open\" and time = \"08:00\"");
  } else if (!by_time && when.every_day) {
    table.member("days")->error(
        "a day that is closed does not open; write a time instead of event");
  }
  digest.at = by_time ? DigestTime::local_time : DigestTime::first_open;
  digest.calendar = when.calendar;
  digest.minute = when.minute;
  digest.every_day = when.every_day;
}

void read_list(Compilation&, const Cursor& at, DigestSpec& digest) {
  constexpr std::string_view kWithin = "due_within:";
  const auto text = at.string("overdue");
  if (!text) return;
  if (text->starts_with(kWithin)) {
    digest.list = DigestList::due_within;
    const auto span = parse_duration(text->substr(kWithin.size()), Days::allowed);
    if (!span) {
      at.error(span.error().message);
    } else if (*span == 0) {
      at.error("\"due_within:0\" lists nothing; write \"due_within:4h\"");
    } else {
      digest.span_ms = *span;
    }
  } else if (*text == "not_updated_today") {
    digest.list = DigestList::not_updated_today;
  } else if (*text == "answered_yesterday") {
    digest.list = DigestList::answered_yesterday;
  } else if (*text != "overdue") {
    at.error(
        fmt::format("{} is none of \"overdue\", \"due_within:4h\", \"not_updated_today\", "
                    "\"answered_yesterday\"",
                    quoted(*text)));
  }
}

void read_activities(Compilation& c, const Cursor& list, DigestSpec& digest) {
  digest.activities = read_activity_names(c, list);
}

void read_when(Compilation& c, const Cursor& table, DigestSpec& digest) {
  digest.when = read_matches(c, table);
}

constexpr Key<DigestSpec> kDigestKeys[] = {
    {{"name", Need::required}, read_name<DigestSpec>},
    {{"at", Need::required}, read_digest_at},
    {{"list", Need::required}, read_list},
    {{"activities", Need::optional}, read_activities},
    {{"when", Need::optional}, read_when},
    {{"to", Need::optional}, read_to<DigestSpec>},
};

void set_activities(const Cursor& at, DigestSpec& digest) {
  constexpr auto bit = [](BuiltinActivity id) { return std::uint64_t{1} << static_cast<int>(id); };
  const bool by_activity =
      digest.list == DigestList::not_updated_today || digest.list == DigestList::answered_yesterday;
  if (at.member("activities")) {
    if (!by_activity) {
      at.member("activities")
          ->error("goes with the lists \"not_updated_today\" and \"answered_yesterday\"");
    }
    return;
  }
  if (by_activity) digest.activities = bit(BuiltinActivity::agent_reply);
  if (digest.list == DigestList::not_updated_today) {
    digest.activities |= bit(BuiltinActivity::internal_note);
  }
}

void read_event_at(Compilation& c, const Cursor& table, CalendarEventSpec& event) {
  When when;
  read_keys(c, table, std::span<const Key<When>>(kEventAtKeys), when);
  event.calendar = when.calendar;
  event.at_close = when.at_close;
  event.offset_ms = when.offset_ms;
}

constexpr Key<CalendarEventSpec> kEventKeys[] = {
    {{"name", Need::required}, read_name<CalendarEventSpec>},
    {{"at", Need::required}, read_event_at},
    {{"to", Need::optional}, read_to<CalendarEventSpec>},
};

}  // namespace

void read_digests(Compilation& c, const Cursor& list, TenantSpec& spec) {
  for (const Cursor& at : list.items()) {
    const std::size_t faults = c.diagnostics.error_count();
    DigestSpec digest;
    if (!read_keys(c, at, std::span<const Key<DigestSpec>>(kDigestKeys), digest)) continue;
    if (c.diagnostics.error_count() == faults) set_activities(at, digest);
    if (digest.name.empty()) continue;
    DigestSpec* declared = c.declare(c.digests, spec.digests, at, digest.name);
    if (declared != nullptr) *declared = std::move(digest);
  }
}

void read_calendar_events(Compilation& c, const Cursor& list, TenantSpec& spec) {
  for (const Cursor& at : list.items()) {
    CalendarEventSpec event;
    if (!read_keys(c, at, std::span<const Key<CalendarEventSpec>>(kEventKeys), event)) continue;
    if (event.name.empty()) continue;
    CalendarEventSpec* declared =
        c.declare(c.calendar_events, spec.calendar_events, at, event.name);
    if (declared != nullptr) *declared = std::move(event);
  }
}

void list_digest_keys(KeyRows& rows) {
  list_keys(rows, "digest.", std::span<const Key<DigestSpec>>(kDigestKeys));
  list_keys(rows, "digest.at.", std::span<const Key<When>>(kDigestAtKeys));
  list_keys(rows, "calendar_event.", std::span<const Key<CalendarEventSpec>>(kEventKeys));
  list_keys(rows, "calendar_event.at.", std::span<const Key<When>>(kEventAtKeys));
}

}  // namespace vencer::config
