// Links between tickets: a duplicate and its survivor, a problem and its incidents, what follows
// from what.
//
// Both ends remember a link, by key; when one of them is stripped, the other forgets it. The
// survivor of a duplicate is not told to the survivor's own record: a duplicate leaves the engine
// before the key of a survivor that was not stripped yet is forgotten.
//
// Choices where semantics.md is silent:
//   - a ticket may have several problems (there is no unlinking a wrong one);
//   - incidents are told each time their problem enters resolved or closed from elsewhere, those
//     that are closed themselves too: their people may still care;
//   - up to fan_out_max incidents are told at once, more in the background.
#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {
namespace {

bool is_over(StatusCategory category) {
  return category == StatusCategory::resolved || category == StatusCategory::closed;
}

bool has_link(const TicketExtras* extras, LinkKind kind, bool incoming, const TicketKey& other) {
  if (extras == nullptr) return false;
  return std::any_of(extras->links.begin(), extras->links.end(), [&](const TicketLink& link) {
    return link.kind == kind && link.incoming == incoming && link.other == other;
  });
}

std::size_t link_count(const TicketExtras* extras) {
  return extras == nullptr ? 0 : extras->links.size();
}

}  // namespace

// The slot of a ticket that can be linked to; kNoSlot: unknown, or only its key is remembered.
Slot StateMachine::Impl::find_other(const TicketRef& ref, const TicketKey& key) const {
  const Slot slot = tickets->find(ref.tenant.id(), key);
  return slot == kNoSlot || (*tickets)[slot].has(TicketFlag::gone) ? kNoSlot : slot;
}

// Links the ticket to another that is not itself, unless that makes a circle or is there already.
Errc StateMachine::Impl::add_link(const TicketRef& ref, Slot other_slot, LinkKind kind) {
  const TicketRef other = this->ref(other_slot);
  const TicketKey key = ref.ticket.key(), other_key = other.ticket.key();
  const TicketExtras* here = extras_of(ref);
  const TicketExtras* there = extras_of(other);
  const bool known = link_count(here) <= link_count(there) ? has_link(here, kind, false, other_key)
                                                           : has_link(there, kind, true, key);
  if (known) return Errc::invalid_link;
  if (kind == LinkKind::related) {
    const bool reverse = link_count(here) <= link_count(there)
                             ? has_link(here, kind, true, other_key)
                             : has_link(there, kind, false, key);
    if (reverse) return Errc::invalid_link;
  } else if (const Errc code = check_circle(ref, other_slot, kind); code != Errc::ok) {
    return code;
  }
  if (std::max(link_count(here), link_count(there)) >= limits::links_max) return Errc::limit;
  add_extras(ref).links.push_back({kind, false, other_key});
  add_extras(other).links.push_back({kind, true, key});
  return Errc::ok;
}

// Does the other lead back to this ticket?
Errc StateMachine::Impl::check_circle(const TicketRef& ref, Slot from, LinkKind kind) const {
  const TicketExtras* own = extras_of(ref);
  const bool named = own != nullptr &&
                     std::any_of(own->links.begin(), own->links.end(), [&](const TicketLink& link) {
                       return link.kind == kind && link.incoming;
                     });
  if (!named) return Errc::ok;  // nearly always: nothing leads here at all
  std::vector<Slot> seen = {from};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] == ref.slot) return Errc::invalid_link;
    if (!(*tickets)[seen[i]].has(TicketFlag::extras)) continue;
    for (const TicketLink& link : extras.find(seen[i])->links) {
      if (link.kind != kind || link.incoming) continue;
      const Slot next = tickets->find(ref.tenant.id(), link.other);
      if (next == kNoSlot || std::find(seen.begin(), seen.end(), next) != seen.end()) continue;
      if (seen.size() >= limits::link_depth_max) return Errc::limit;
      seen.push_back(next);
    }
  }
  return Errc::ok;
}

// The ticket is stripped: the other ends forget it.
void StateMachine::Impl::drop_links(const TicketRef& ref) {
  const TicketExtras* own = extras_of(ref);
  if (own == nullptr) return;
  const TicketKey key = ref.ticket.key();
  for (const TicketLink& link : own->links) {
    const Slot slot = tickets->find(ref.tenant.id(), link.other);
    if (slot == kNoSlot || !(*tickets)[slot].has(TicketFlag::extras)) continue;
    std::vector<TicketLink>& links = extras_of(this->ref(slot))->links;
    const auto at = std::find_if(links.begin(), links.end(), [&](const TicketLink& there) {
      return there.kind == link.kind && there.incoming != link.incoming && there.other == key;
    });
    if (at != links.end()) links.erase(at);
  }
}

// A ticket that others name as their problem has entered another status.
void StateMachine::Impl::tell_incidents(const TicketRef& ref, StatusCategory before) {
  if (is_over(before) || !is_over(ref.category())) return;
  const TicketExtras* own = extras_of(ref);
  if (own == nullptr) return;
  Job job;
  job.kind = JobKind::problem_resolved;
  job.ticket = ref.ticket.key();
  for (const TicketLink& link : own->links) {
    if (link.kind == LinkKind::problem && link.incoming) job.tickets.push_back(link.other);
  }
  job.end = static_cast<std::uint32_t>(job.tickets.size());
  if (job.end <= limits::fan_out_max && !ref.state.reevaluating()) {
    for (const TicketKey& incident : job.tickets) tell_incident(ref.state, incident, job.ticket);
    return;
  }
  const bool queued =
      std::any_of(ref.state.jobs.begin(), ref.state.jobs.end(), [&](const Job& other) {
        return other.kind == JobKind::problem_resolved && other.ticket == job.ticket;
      });
  if (!queued) enqueue(ref.state, std::move(job));
}

void StateMachine::Impl::tell_incident(const TenantState& state, const TicketKey& incident,
                                       const TicketKey& problem) {
  const Slot slot = tickets->find(state.current->id(), incident);
  if (slot == kNoSlot || (*tickets)[slot].has(TicketFlag::gone)) return;
  bring_current(slot);
  const TicketRef ref = look(slot);
  Event event = event_of(ref, EventType::problem_resolved);
  event.link = LinkKind::problem;
  event.other = problem;
  emit(ref, event);
}

}  // namespace vencer
