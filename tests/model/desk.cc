// Time and slots of the model.
#include "tests/model/desk.h"

#include <algorithm>

#include "engine/core/limits.h"

namespace vencer::model {
TimeMs Desk::next_of(const ModelTicket& ticket) const {
  if (ticket.closed) return ticket.leave_at;
  TimeMs next = std::min(ticket.pending_until, ticket.starts_at);
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    next = std::min(next, next_fall(ticket, static_cast<ClockId>(i)).at);
  }
  return next;
}

// The slot with the earliest; the lower one if several have it.
std::size_t Desk::next_slot() const {
  std::size_t found = slots_.size();
  TimeMs next = kNever;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i] || next_of(*slots_[i]) >= next) continue;
    next = next_of(*slots_[i]);
    found = i;
  }
  return found;
}

TimeMs Desk::next_deadline() const {
  TimeMs next = kNever;
  for (const ModelCustomer& known : customers_) next = std::min(next, known.ends_at);
  const std::size_t slot = next_slot();
  return slot == slots_.size() ? next : std::min(next, next_of(*slots_[slot]));
}

bool Desk::advance(TimeMs to, std::size_t events_max) {
  while (true) {
    if (said_.size() > events_max) return false;
    const TimeMs instant = next_deadline();
    if (instant > to) break;
    now_ = std::max(now_, instant);
    const std::size_t slot = next_slot();
    if (slot < slots_.size() && next_of(*slots_[slot]) == instant) {  // tickets before customers
      fire_slot(slot, instant);
    } else if (ModelCustomer* known = next_customer(); known != nullptr) {
      end_contract(*known);
    }
  }
  now_ = std::max(now_, to);
  return true;
}

void Desk::fire_slot(std::size_t slot, TimeMs instant) {
  if (slots_[slot]->closed) {
    leave(slot);
  } else {
    run_until(*slots_[slot], instant);
  }
}

// Leaves after keep_closed; its key is remembered for keep_keys more.
void Desk::leave(std::size_t slot) {
  ModelTicket& ticket = *slots_[slot];
  if (ticket.gone) {
    slots_[slot].reset();
    free_.push_back(slot);
    return;
  }
  ticket.gone = true;
  std::erase_if(links_, [&](const ModelLink& link) {
    return link.from == ticket.key || link.to == ticket.key;
  });
  ticket.leave_at += document_.keep_keys_ms;
}

// First freed, first used again; slots_.size() if the desk is full.
std::size_t Desk::take_slot() {
  if (!free_.empty()) {
    const std::size_t slot = free_.front();
    free_.pop_front();
    return slot;
  }
  if (slots_.size() == settings_.ticket_capacity) return slots_.size();
  slots_.emplace_back();
  return slots_.size() - 1;
}

std::size_t Desk::slot_of(const TicketKey& key) const {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i] && slots_[i]->key == key) return i;
  }
  return slots_.size();
}

const ModelTicket* Desk::find(const TicketKey& key) const {
  const std::size_t slot = slot_of(key);
  return slot == slots_.size() ? nullptr : &*slots_[slot];
}

std::vector<Said> Desk::take_events() {
  std::vector<Said> said;
  said.swap(said_);
  return said;
}

}  // namespace vencer::model
