// What the model says, and the light.
#include <algorithm>

#include "tests/model/desk.h"

namespace vencer::model {

Said Desk::about(const ModelTicket& ticket, EventType type) const {
  Said said;
  Event& event = said.event;
  event.type = type;
  event.tenant = 1;
  event.ticket = ticket.key;
  event.version = ticket.version;
  event.status = ticket.status;
  event.level = ticket.level;
  event.light = light_of(ticket);
  return said;
}

Said Desk::about(const ModelTicket& ticket, ClockId id, EventType type) const {
  Said said = about(ticket, type);
  const ModelClock& clock = ticket.clocks[id];
  said.event.clock = id;
  said.event.cycle = clock.cycle;
  said.event.rule = clock.rule;
  said.event.target_ms = clock.has_target() ? clock.target.target_ms : 0;
  said.event.due = due_of(clock, openings(clock));
  return said;
}

void Desk::say(Said said) {
  const std::uint64_t bit = event_bit(said.event.type);
  if ((bit & kChattyEvents) != 0 && (bit & document_.events_on) == 0) return;
  said.event.sequence = ++sequence_;
  said.event.emitted = now_;
  if (said.event.at == now_) said.event.at = kNever;
  if (const ModelTicket* ticket = find(said.event.ticket);
      ticket != nullptr && said.event.type != EventType::config_applied) {
    for (const auto& [attribute, value] : ticket->attributes) {
      said.attributes.push_back({attribute, value});
    }
  }
  said_.push_back(said);
}

void Desk::say_clock(const ModelTicket& ticket, ClockId id, EventType type, TimeMs at, TimeMs due,
                     DurationMs elapsed_ms, DurationMs overrun_ms) {
  Said said = about(ticket, id, type);
  said.event.at = at;
  said.event.due = due;
  said.event.elapsed_ms = elapsed_ms;
  said.event.overrun_ms = overrun_ms;
  say(said);
}

// The worst of the running and paused clocks that have a target.
Light Desk::light_of(const ModelTicket& ticket) const {
  Light worst = Light::none;
  for (const ModelClock& clock : ticket.clocks) {
    if (!clock.active() || !clock.has_target()) continue;
    const Light light = clock.breached ? Light::red : clock.warned ? Light::amber : Light::green;
    worst = std::max(worst, light);
  }
  return worst;
}

void Desk::update_light(ModelTicket& ticket) {
  const Light light = light_of(ticket);
  if (light == ticket.light) return;
  ticket.light = light;
  say(about(ticket, EventType::light_changed));
}

// The first route that is open as the event is emitted.
std::uint8_t Desk::route(RecipientId recipient) const {
  if (recipient == kNoId16) return kNoId8;
  const std::vector<RouteSpec>& routes = document_.recipients[recipient].routes;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (calendars_[routes[i].calendar]->is_open(now_)) return static_cast<std::uint8_t>(i);
  }
  return kNoId8;
}

}  // namespace vencer::model
