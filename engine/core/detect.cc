// Mass incidents: what the detectors of a tenant see, and what they tell.
#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {
namespace {

bool looks_at_the_same(const DetectorSpec& before, const DetectorSpec& after) {
  return before.when == after.when && before.alike == after.alike &&
         before.within_ms == after.within_ms && before.on_escalated == after.on_escalated &&
         before.retired == after.retired;
}

Value value_of(const TicketRef& ref, AttributeId attribute) {
  if (attribute >= ref.tenant.layout().attributes.size()) return 0;  // under the document before
  return get_attribute(ref.tenant.layout(), ref.block, attribute);
}

}  // namespace

// Before `document` comes into force.
void StateMachine::Impl::take_detectors(TenantState& state, const TenantSpec& document) {
  const std::size_t known = state.detectors.size();
  state.detectors.resize(std::max(known, document.detectors.size()));
  for (std::size_t i = 0; i < std::min(known, document.detectors.size()); ++i) {
    const DetectorSpec& before = state.current->spec().detectors[i];
    if (looks_at_the_same(before, document.detectors[i])) continue;
    if (saving != nullptr) saving->keep(state, i);
    state.detectors[i] = {};
  }
}

void StateMachine::Impl::detect(const TicketRef& ref, bool escalated) {
  const std::vector<DetectorSpec>& specs = ref.state.current->spec().detectors;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const DetectorSpec& spec = specs[i];
    if (spec.retired || spec.on_escalated != escalated) continue;
    if (!matches(ref.tenant.layout(), ref.block, spec.when)) continue;
    Detector::Alike alike{};
    for (std::size_t k = 0; k < spec.alike.size(); ++k) alike[k] = value_of(ref, spec.alike[k]);
    if (saving != nullptr) [[unlikely]]
      saving->keep(ref.state, i);
    if (ref.state.detectors[i].observe(spec, alike, ref.ticket.key(), now)) {
      tell_mass_incident(ref, static_cast<std::uint16_t>(i));
    }
  }
}

// The event is about the ticket that raised the alarm; its rows are the first of the window, itself
// among them if there are few.
void StateMachine::Impl::tell_mass_incident(const TicketRef& ref, std::uint16_t position) {
  const CompiledTenant& tenant = *ref.state.current;
  const Detector& detector = ref.state.detectors[position];
  const std::vector<TicketKey> keys = detector.alarm_tickets(limits::mass_incident_rows_max);
  std::vector<EventRow> rows;
  for (const TicketKey& key : keys) {
    EventRow& row = rows.emplace_back();
    row.ticket = key;
    const Slot slot = tickets->find(tenant.id(), key);
    if (slot == kNoSlot) continue;  // forgotten meanwhile
    row.status = (*tickets)[slot].status;
    row.light = (*tickets)[slot].light();
  }
  Event event = event_of(ref, EventType::mass_incident);
  event.subject = position;
  event.count = detector.alarm_count();
  event.rows = rows;
  address(event, tenant, tenant.spec().detectors[position].recipient, &ref);
  emit(ref, event);
  link_incident(tenant.id(), keys);
}

// The tickets of the event's rows are related to the first of them that is still kept; the event is
// what tells it.
void StateMachine::Impl::link_incident(TenantId tenant, const std::vector<TicketKey>& keys) {
  Slot first = kNoSlot;
  for (const TicketKey& key : keys) {
    const Slot slot = tickets->find(tenant, key);
    if (slot == kNoSlot || slot == first || (*tickets)[slot].has(TicketFlag::gone)) continue;
    if (first == kNoSlot) {
      first = slot;
    } else {
      add_link(ref(slot), first, LinkKind::related);  // one that is there already is well
    }
  }
}

}  // namespace vencer
