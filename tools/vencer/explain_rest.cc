// Constraints, detectors, digests and calendar events in words.
#include <fmt/format.h>

#include "engine/config/durations.h"
#include "tools/vencer/explain.h"

namespace vencer::cli {
namespace {

std::string for_tickets(const Phrases& phrases, const std::vector<MatchSpec>& when) {
  const std::string matches = phrases.matches(when);
  return matches.empty() ? "for all tickets" : "for tickets with " + matches;
}

// When it is looked at: "at creation, when it enters X".
std::string occasion(const Phrases& phrases, const ConstraintSpec& constraint) {
  std::vector<std::string> parts;
  if (constraint.on_create) parts.emplace_back("the ticket is created");
  if (constraint.on_merge) parts.emplace_back("it is merged");
  const std::string happenings = phrases.happenings(constraint.on);
  if (!happenings.empty()) parts.push_back(happenings);
  return joined(parts);
}

std::string demand(const Phrases& phrases, const ConstraintSpec& constraint) {
  const std::string in = phrases.conditions(constraint.while_in);
  switch (constraint.kind) {
    case ConstraintKind::forbidden:
      return in.empty() ? "it is refused" : "it is refused if afterwards " + in;
    case ConstraintKind::only: {
      std::vector<std::string> parts;
      if (!constraint.match.empty()) parts.push_back(phrases.matches(constraint.match));
      if (constraint.calendar != kNoId16) {
        parts.push_back(phrases.calendar(constraint.calendar) + " being open");
      }
      return "it is taken only with " + joined(parts, "and");
    }
    case ConstraintKind::needs:
      return "it needs, recorded before: " + phrases.activities(constraint.activities, "and");
    case ConstraintKind::actors: {
      std::vector<std::string> actors;
      for (const std::uint64_t actor : constraint.actors) actors.push_back(std::to_string(actor));
      return "it is taken only from the actors " + joined(actors);
    }
    case ConstraintKind::limit:
      return fmt::format("at most {} of the same {} may be in {}", constraint.max,
                         phrases.spec().attributes[constraint.per].name,
                         phrases.statuses(constraint.statuses));
  }
  return "";
}

std::string digest_list(const Phrases& phrases, const DigestSpec& digest) {
  switch (digest.list) {
    case DigestList::overdue:
      return "what is overdue";
    case DigestList::due_within:
      return "what falls due within " + config::duration_text(digest.span_ms);
    case DigestList::not_updated_today:
      return "what has had no " + phrases.activities(digest.activities, "or") + " today";
    case DigestList::answered_yesterday:
      return "what had " + phrases.activities(digest.activities, "or") + " yesterday";
  }
  return "";
}

std::string digest_time(const Phrases& phrases, const DigestSpec& digest) {
  const std::string calendar = phrases.calendar(digest.calendar);
  if (digest.at == DigestTime::first_open) return "When " + calendar + " opens";
  return fmt::format("At {:02}:{:02} on every {}day of {}", digest.minute / 60, digest.minute % 60,
                     digest.every_day ? "" : "business ", calendar);
}

ExplainedEntry explain_event(const Phrases& phrases, const CalendarEventSpec& event) {
  const DurationMs offset = event.offset_ms < 0 ? -event.offset_ms : event.offset_ms;
  std::string text;
  if (offset != 0) {
    text = config::duration_text(offset) + (event.offset_ms < 0 ? " before " : " after ");
  } else {
    text = "When ";
  }
  text += phrases.calendar(event.calendar) + (event.at_close ? " closes" : " opens");
  return {event.name, {text + ", " + phrases.recipient(event.recipient) + " is told."}};
}

}  // namespace

ExplainedSection explain_constraints(const Phrases& phrases) {
  ExplainedSection section{"constraints, the first that is broken is told", {}};
  for (const ConstraintSpec& constraint : phrases.spec().constraints) {
    if (constraint.retired) continue;
    section.entries.push_back(
        {constraint.name,
         {fmt::format("When {}, {}: {}.", occasion(phrases, constraint),
                      for_tickets(phrases, constraint.when), demand(phrases, constraint))}});
  }
  return section;
}

ExplainedSection explain_detectors(const Phrases& phrases) {
  ExplainedSection section{"detectors", {}};
  for (const DetectorSpec& detector : phrases.spec().detectors) {
    if (detector.retired) continue;
    std::uint32_t alike = 0;
    for (const AttributeId attribute : detector.alike) alike |= std::uint32_t{1} << attribute;
    section.entries.push_back(
        {detector.name,
         {fmt::format(
             "{} {} within {}, {}{}: one incident, told to {}; then quiet until {} pass "
             "without a new one.",
             detector.count, detector.on_escalated ? "escalations" : "new tickets",
             config::duration_text(detector.within_ms), for_tickets(phrases, detector.when),
             alike == 0 ? "" : " of the same " + phrases.attributes(alike),
             phrases.recipient(detector.recipient), config::duration_text(detector.quiet_ms))}});
  }
  return section;
}

ExplainedSection explain_digests(const Phrases& phrases) {
  ExplainedSection section{"by the calendar", {}};
  for (const DigestSpec& digest : phrases.spec().digests) {
    if (digest.retired) continue;
    section.entries.push_back(
        {digest.name,
         {fmt::format("{}, a list goes to {}: {}, {}.", digest_time(phrases, digest),
                      phrases.recipient(digest.recipient), digest_list(phrases, digest),
                      for_tickets(phrases, digest.when))}});
  }
  for (const CalendarEventSpec& event : phrases.spec().calendar_events) {
    if (!event.retired) section.entries.push_back(explain_event(phrases, event));
  }
  return section;
}

}  // namespace vencer::cli
