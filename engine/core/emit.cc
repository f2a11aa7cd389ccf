#include "engine/core/engine.h"

namespace vencer {

Event StateMachine::Impl::event_of(const TicketRef& ref, EventType type) const {
  Event event;
  event.type = type;
  event.tenant = ref.tenant.id();
  event.ticket = ref.ticket.key();
  event.version = ref.ticket.version;
  event.status = ref.ticket.status;
  event.level = ref.ticket.level;
  event.light = light_of(ref);
  return event;
}

Event StateMachine::Impl::event_of(const TicketRef& ref, ClockId id, EventType type) const {
  Event event = event_of(ref, type);
  const ClockState& clock = ref.clock(id);
  event.clock = id;
  event.cycle = clock.cycle;
  event.rule = clock.rule;
  event.target_ms = clock.has_target() ? clock.target_ms.get() : 0;
  event.due = clock.due;
  return event;
}

void StateMachine::Impl::emit(const CompiledTenant& tenant, Event& event) {
  if (!tenant.event_on(event.type)) return;
  if (quiet && event.type != EventType::imported) return;
  const Mutes& mutes = tenants[tenant.id() - 1u].mutes;
  if (!mutes.empty()) event.muted = mutes.cover(event.attributes, now);
  event.sequence = ++sequence;
  event.emitted = now;
  sink->event(event);
}

void StateMachine::Impl::emit(const TicketRef& ref, Event& event) {
  if (!ref.tenant.event_on(event.type)) return;
  AttributeValue set[limits::attributes_max];
  std::size_t count = 0;
  for (std::size_t i = 0; i < ref.spec().attributes.size(); ++i) {
    const auto id = static_cast<AttributeId>(i);
    const Value value = get_attribute(ref.tenant.layout(), ref.block, id);
    if (value != 0) set[count++] = {id, value};
  }
  event.attributes = {set, count};
  emit(ref.tenant, event);
  event.attributes = {};
}

void StateMachine::Impl::emit_clock(const TicketRef& ref, ClockId id, EventType type, TimeMs at,
                                    DurationMs elapsed_ms, DurationMs overrun_ms) {
  if (!ref.tenant.event_on(type)) return;
  Event event = event_of(ref, id, type);
  event.elapsed_ms = elapsed_ms;
  event.overrun_ms = overrun_ms;
  if (at != now) event.at = at;
  emit(ref, event);
}

// The worst of the running and paused clocks.
Light StateMachine::Impl::light_of(const TicketRef& ref) const {
  Light light = Light::none;
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const ClockState& clock = ref.clock(static_cast<ClockId>(i));
    if (!clock.active() || !clock.has_target()) continue;
    if (ref.tenant.is_window(static_cast<ClockId>(i))) continue;
    const Light own = clock.has(ClockFlag::breached) ? Light::red
                      : clock.has(ClockFlag::warned) ? Light::amber
                                                     : Light::green;
    light = std::max(light, own);
  }
  return light;
}

void StateMachine::Impl::update_light(const TicketRef& ref) {
  const Light light = light_of(ref);
  if (light == ref.ticket.light()) return;
  ref.ticket.set_light(light);
  if (!ref.tenant.event_on(EventType::light_changed)) return;  // the usual case
  Event event = event_of(ref, EventType::light_changed);
  emit(ref, event);
}

// Who is told: the first route whose calendar is open as the event is emitted and that leads to
// somebody, and of a recipient "everyone" all of them. None: nobody is on duty. A route to an
// attribute leads to nobody where there is no value of it: not in the ticket that it is `of`, nor,
// if it is of none, in the event.
void StateMachine::Impl::address(Event& event, const CompiledTenant& tenant, RecipientId recipient,
                                 const TicketRef* of) const {
  event.recipient = recipient;
  event.route = kNoId8;
  event.routes = 0;
  if (recipient == kNoId16) return;
  const auto has = [&](AttributeId attribute) {
    if (of == nullptr) return last_value(event.attributes, attribute) != 0;
    return attribute < of->spec().attributes.size() &&
           get_attribute(of->tenant.layout(), of->block, attribute) != 0;
  };
  const RecipientSpec& spec = tenant.spec().recipients[recipient];
  for (std::size_t i = 0; i < spec.routes.size(); ++i) {
    const RouteSpec& route = spec.routes[i];
    if (route.attribute != kNoId8 && !has(route.attribute)) continue;
    if (!tenant.calendar(route.calendar).is_open(now)) continue;
    if (event.route == kNoId8) event.route = static_cast<std::uint8_t>(i);
    if (!spec.everyone) return;
    event.routes = static_cast<std::uint16_t>(event.routes | 1u << i);
  }
}

}  // namespace vencer
