// Links between tickets, and duplicates (semantics.md, section 3).
#include <algorithm>

#include "tests/model/desk.h"

namespace vencer::model {
namespace {

bool over(StatusCategory category) {
  return category == StatusCategory::resolved || category == StatusCategory::closed;
}

}  // namespace

// One that can be linked to: it may be closed, but a key that is only remembered is no ticket.
ModelTicket* Desk::there(const TicketKey& key) {
  const std::size_t slot = slot_of(key);
  return slot == slots_.size() || slots_[slot]->gone ? nullptr : &*slots_[slot];
}

std::vector<ModelLink> Desk::links_of(const TicketKey& key) const {
  std::vector<ModelLink> own;
  for (const ModelLink& link : links_) {
    if (link.from == key || link.to == key) own.push_back(link);
  }
  return own;
}

// Does a chain of such links lead from one to the other?
bool Desk::leads(LinkKind kind, const TicketKey& from, const TicketKey& to) const {
  if (from == to) return true;
  return std::any_of(links_.begin(), links_.end(), [&](const ModelLink& link) {
    return link.kind == kind && link.from == from && leads(kind, link.to, to);
  });
}

// "To itself, in a circle, or a second time" is an error; what is related is so both ways.
Errc Desk::link(ModelTicket& ticket, const Command& command, TimeMs at) {
  const LinkKind kind = command.link;
  const bool directed = kind == LinkKind::problem || kind == LinkKind::follow_up;
  if (!directed && kind != LinkKind::related) return Errc::invalid_link;
  if (there(command.other) == nullptr) return Errc::unknown_ticket;
  const auto linked = [&](const TicketKey& from, const TicketKey& to) {
    return std::find(links_.begin(), links_.end(), ModelLink{kind, from, to}) != links_.end();
  };
  if (command.other == ticket.key || linked(ticket.key, command.other)) return Errc::invalid_link;
  if (directed ? leads(kind, command.other, ticket.key) : linked(command.other, ticket.key)) {
    return Errc::invalid_link;
  }
  links_.push_back({kind, ticket.key, command.other});
  ++ticket.version;
  Said said = about(ticket, EventType::linked);
  said.event.actor = command.actor;
  said.event.link = kind;
  said.event.other = command.other;
  said.event.at = at;
  say(said);
  return Errc::ok;
}

// "Target must exist and not be itself nor merged."
Errc Desk::ask_merge(ModelTicket& ticket, const Command& command, Request& request,
                     CommandResult* result) {
  const ModelTicket* survivor = there(command.other);
  if (survivor == nullptr) return Errc::unknown_ticket;
  if (survivor == &ticket || survivor->survivor) return Errc::invalid_link;
  request.status = document_.merged_status;
  for (std::size_t i = 0; i < document_.statuses.size() && request.status == kNoId8; ++i) {
    const StatusSpec& status = document_.statuses[i];
    const bool fits = status.category == StatusCategory::cancelled && !status.retired;
    if (fits) request.status = static_cast<StatusId>(i);
  }
  if (request.status == kNoId8) {
    result->detail = kNoId8;
    return Errc::unknown_status;
  }
  request.merge = true;
  request.other = command.other;
  return Errc::ok;
}

// "Clocks cancelled, event merged(other = survivor), no survey": none of its promises is met or
// missed, and it does not wait for a reopening.
void Desk::end_as_duplicate(ModelTicket& ticket, const Request& request, const Happened& h,
                            TimeMs at) {
  ticket.survivor = request.other;
  Said said = about(ticket, EventType::merged);
  said.event.actor = request.actor;
  said.event.other = request.other;
  if (h.entered != 0) said.event.status_before = h.before.status;
  said.event.at = at;
  say(said);
  close(ticket, at);
  update_light(ticket);
}

// "When the problem enters resolved or closed, each incident gets problem_resolved." Choices
// (links.cc): each time it does so from elsewhere; a problem that turns out to be a duplicate was
// not resolved. What a new document brings about is told when all tickets are brought to it.
void Desk::tell_incidents(const ModelTicket& problem, StatusId before) {
  if (over(document_.statuses[before].category)) return;
  if (!over(document_.statuses[problem.now.status].category)) return;
  std::vector<TicketKey> incidents;
  for (const ModelLink& link : links_) {
    if (link.kind == LinkKind::problem && link.to == problem.key) incidents.push_back(link.from);
  }
  const bool waits = std::any_of(waiting_.begin(), waiting_.end(),
                                 [&](const auto& waiting) { return waiting.first == problem.key; });
  if (!taking_document_) {
    tell_incidents(problem.key, incidents);
  } else if (!waits && !incidents.empty()) {
    waiting_.push_back({problem.key, incidents});
  }
}

void Desk::tell_incidents(const TicketKey& problem, const std::vector<TicketKey>& incidents) {
  for (const TicketKey& key : incidents) {
    const ModelTicket* incident = there(key);
    if (incident == nullptr) continue;
    Said said = about(*incident, EventType::problem_resolved);
    said.event.link = LinkKind::problem;
    said.event.other = problem;
    say(said);
  }
}

}  // namespace vencer::model
