// Line: an event or a ticket in one line of text, and patterns of such lines.
//
//   breached T-1 version=1 clock=resolution cycle=1 due=2026-06-01 17:00 light=red .plan=Soporte
//   Cloud
//
// First the head: the event's type and its ticket, or the ticket alone. Then every field that the
// thing has, by its name in the JSON of `vencer watch`: local times, spans ("7h59m"), words.
// Attributes are fields with a dot: ".plan". A value goes on until the next " name=".
//
// A pattern is the head and some of the fields. It fits a line if the head is the same and each of
// its fields is there with that value; "09:00" fits any day's, and "field=-" says that the field is
// absent.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/event.h"
#include "net/client/names.h"
#include "net/client/replies.h"
#include "tests/scenario/local_time.h"

namespace vencer::scenario {

struct Line {
  std::string head;
  std::vector<std::pair<std::string, std::string>> fields;

  std::string text() const;
  const std::string* field(std::string_view name) const;  // nullptr: it has none
  std::string_view type() const;                          // the head's first word
};

// " name=value name=value"
std::string text_of(const std::vector<std::pair<std::string, std::string>>& fields);

Line parse_line(std::string_view text);
// Why `came` does not fit, for a person; empty if it does.
std::string misfit(const Line& came, const Line& pattern);

// The numbers that texts of open attributes and long keys became, and the texts.
using WordsOfNumbers = std::map<std::string, std::string>;

// What a person reads instead of ids, instants and hashes.
struct Wording {
  const Names& names;
  const LocalTime& local;
  const WordsOfNumbers& words;
};
Line event_line(const Event& event, const Wording& wording);
// The fields of clock c: "c" is its phase; "c.due", "c.elapsed", "c.target", "c.rule", ... Of a
// day: how long it was in each status, "2026-06-01=En línea 3h30m, Almuerzo 1h".
Line ticket_line(std::string_view key, const Ticket& ticket, const Wording& wording);
// Any other answer, as its JSON tells it: {"count": 2, "due_ms": ..., "due": ...}.
void add_json(Line& line, const nlohmann::ordered_json& object, const Wording& wording,
              const std::string& prefix = "");

}  // namespace vencer::scenario
