// vencer why KEY: in plain words, why each clock of a ticket stands where it stands.
#include <fmt/format.h>

#include "tools/vencer/json.h"
#include "tools/vencer/rows.h"
#include "tools/vencer/ticket_words.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

std::string quoted(const std::string& word) {
  return "\"" + word + "\"";
}

std::string state_words(const TicketClock& clock) {
  std::string text;
  switch (clock.phase) {
    case TicketClockPhase::idle:
      return "has not started";
    case TicketClockPhase::running:
      text = "is running";
      break;
    case TicketClockPhase::paused:
      text = "is paused";
      break;
    case TicketClockPhase::met:
      return clock.rule == kNoId16 ? "has stopped" : "was met";
    case TicketClockPhase::missed:
      return "was missed";
    case TicketClockPhase::cancelled:
      return "was cancelled";
    case TicketClockPhase::expired:
      return "has expired";
  }
  return clock.breached ? text + ", and breached" : text;
}

std::string rule_words(const TicketClock& clock, const Names& names) {
  if (clock.phase == TicketClockPhase::idle) return "";
  if (clock.rule == kNoId16) return "No rule gives it a target, so it has no due.";
  std::string text = fmt::format("Rule {} applies", quoted(names.rule_name(clock.rule)));
  if (clock.target_ms > 0) text += fmt::format(": {}", duration_text(clock.target_ms));
  text += fmt::format(" in calendar {}", quoted(names.calendar_name(clock.calendar)));
  if (clock.ladder != kNoId16) {
    text += fmt::format(", with ladder {}", quoted(names.ladder_name(clock.ladder)));
  }
  return text + ".";
}

std::string due_words(const TicketClock& clock, TimeMs now) {
  std::string text = fmt::format("{} have elapsed", duration_text(clock.elapsed_ms));
  if (clock.due == kNever) {
    if (clock.phase == TicketClockPhase::paused) text += "; while it is paused it has no due";
    return text + ".";
  }
  if (clock.due > now) {
    return fmt::format("{}; due {}, in {}.", text, time_text(clock.due),
                       duration_text(clock.due - now));
  }
  return fmt::format("{}; it was due {}, {} ago.", text, time_text(clock.due),
                     duration_text(now - clock.due));
}

std::string next_words(const TicketClock& clock, const Names& names) {
  std::string text;
  if (clock.acknowledged_until == kNever) {
    text = "It is acknowledged until it stops. ";
  } else if (clock.acknowledged_until != 0) {
    text = fmt::format("It is acknowledged until {}. ", time_text(clock.acknowledged_until));
  }
  if (clock.next_at == kNever) return text + "Nothing further is to come of it.";
  if (clock.next_step == kNoId8) {
    return text + fmt::format("Next: its due passes, at {}.", time_text(clock.next_at));
  }
  return text + fmt::format("Next: step {}, at {}.",
                            quoted(names.step_name(clock.clock, clock.next_step)),
                            time_text(clock.next_at));
}

// The sentences about one clock, its first naming it.
std::vector<std::string> words_of(const TicketClock& clock, const Names& names, TimeMs now) {
  std::string head = fmt::format("{} {}", names.clock_name(clock.clock), state_words(clock));
  if (clock.cycle > 1) head += fmt::format(" (cycle {})", clock.cycle);
  std::vector<std::string> words{head + "."};
  if (clock.phase == TicketClockPhase::idle) return words;
  words.push_back(rule_words(clock, names));
  words.push_back(due_words(clock, now));
  const bool active =
      clock.phase == TicketClockPhase::running || clock.phase == TicketClockPhase::paused;
  if (active) words.push_back(next_words(clock, names));
  for (const TicketClock::Interval& interval : clock.intervals) {
    words.push_back(interval.to == kNever
                        ? fmt::format("It runs since {}.", time_text(interval.from))
                        : fmt::format("It ran from {} to {}.", time_text(interval.from),
                                      time_text(interval.to)));
  }
  return words;
}

void clock_object(JsonWriter& json, const TicketClock& clock, const Names& names, TimeMs now) {
  clock_fields(json.begin_object(), clock, names);
  if (clock.next_at != kNever) {
    json.key("next").begin_object();
    json.field("step", clock.next_step == kNoId8 ? std::string("due")
                                                 : names.step_name(clock.clock, clock.next_step));
    time_field(json, "at", clock.next_at);
    json.end_object();
  }
  intervals_field(json, clock);
  json.key("words").begin_array();
  for (const std::string& sentence : words_of(clock, names, now)) json.value(sentence);
  json.end_array().end_object();
}

void print_json(const Ticket& ticket, const Names& names) {
  JsonWriter json;
  json.begin_object().field("ticket", key_text(ticket.key));
  json.field("status", names.status_name(ticket.status));
  json.field_if("level", names.level_name(ticket.level));
  json.field("light", to_string(ticket.light)).field("version", ticket.version);
  attributes_field(json, names, ticket.attributes);
  json.key("clocks").begin_array();
  for (const TicketClock& clock : ticket.clocks) clock_object(json, clock, names, ticket.now);
  json.end_array();
  time_in_status_field(json, ticket, names);
  time_field(json, "now", ticket.now);
  json.field("epoch", ticket.epoch).field("event_sequence", ticket.event_sequence).end_object();
  print_line(json.text());
}

void print_words(const Ticket& ticket, const Names& names) {
  print_line(fmt::format("{} is in status {}, its light is {}{}.", key_text(ticket.key),
                         quoted(names.status_name(ticket.status)), to_string(ticket.light),
                         ticket.closed_for_good ? "; it is closed for good" : ""));
  for (const TicketClock& clock : ticket.clocks) {
    bool first = true;
    for (const std::string& sentence : words_of(clock, names, ticket.now)) {
      print_line((first ? "  " : "    ") + sentence);
      first = false;
    }
  }
  for (const std::string& day : time_in_status_lines(ticket, names)) {
    print_line("  In status on " + day + ".");
  }
  print_line(as_of_text({ticket.now, ticket.epoch, ticket.event_sequence}));
}

int run(Invocation& call) {
  Result<Client> client = call.connect();
  if (!client) return call.fail("why", client.error());
  const Result<Ticket> ticket = client->get(call.text("KEY"));
  if (!ticket) return call.fail("why", ticket.error());
  if (call.globals().output == Output::table) {
    print_words(*ticket, *client->names());
  } else {
    print_json(*ticket, *client->names());
  }
  return exit_ok;
}

const Registration registration({
    .name = "why",
    .summary = "say why each clock of a ticket stands where it stands",
    .details = "Its rule, calendar and ladder, when it ran, what has elapsed, when it is due and "
               "what comes next.",
    .options =
        {{.name = "KEY", .help = "the ticket", .kind = OptionKind::positional, .required = true}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
