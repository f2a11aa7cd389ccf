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
  event.status = ticket.now.status;
  event.level = ticket.now.level;
  event.light = light_of(ticket);
  return said;
}

Said Desk::about(const ModelTicket& ticket, ClockId id, EventType type) const {
  Said said = about(ticket, type);
  const ModelClock& clock = ticket.clocks[id];
  said.event.clock = id;
  said.event.cycle = clock.cycle;
  said.event.rule = clock.rule;
  said.event.target_ms = target_of(clock);
  said.event.due = due_of(clock);
  return said;
}

void Desk::say(Said said) {
  const std::uint64_t bit = event_bit(said.event.type);
  if ((bit & kChattyEvents) != 0 && (bit & document_.events_on) == 0) return;
  if (quiet_ && said.event.type != EventType::imported) return;
  said.event.sequence = ++sequence_;
  said.event.emitted = now_;
  if (said.event.at == now_) said.event.at = kNever;
  if (const ModelTicket* ticket = find(said.event.ticket);
      ticket != nullptr && said.event.type != EventType::config_applied) {
    for (const auto& [attribute, value] : ticket->now.attributes) {
      said.attributes.push_back({attribute, value});
    }
  }
  said.event.muted = is_muted(said.attributes);
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

// The worst of the running and paused clocks that have a target. Windows take no part.
Light Desk::light_of(const ModelTicket& ticket) const {
  Light worst = Light::none;
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    const ModelClock& clock = ticket.clocks[i];
    if (!clock.active() || !clock.has_target()) continue;
    if (document_.clocks[i].kind == ClockKind::window) continue;
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

// The first route that is open as the event is emitted and leads to somebody; everyone: all.
void Desk::address(Event& event, const Attributes& has, RecipientId recipient) const {
  event.recipient = recipient;
  if (recipient == kNoId16) return;
  const RecipientSpec& spec = document_.recipients[recipient];
  for (std::size_t i = 0; i < spec.routes.size(); ++i) {
    const AttributeId to = spec.routes[i].attribute;
    if (to != kNoId8 && !has.contains(to)) continue;
    if (!calendars_[spec.routes[i].calendar]->is_open(now_)) continue;
    if (event.route == kNoId8) event.route = static_cast<std::uint8_t>(i);
    if (spec.everyone) event.routes |= static_cast<std::uint16_t>(1u << i);
  }
}

}  // namespace vencer::model
