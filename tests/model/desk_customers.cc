// Customers: what they bring to their tickets, and their contracts (semantics.md, section 3).
#include <algorithm>

#include "engine/core/limits.h"
#include "tests/model/desk.h"

namespace vencer::model {
namespace {

Value brought(const std::vector<AttributeValue>& attributes, AttributeId attribute) {
  Value value = 0;
  for (const AttributeValue& set : attributes) {
    if (set.attribute == attribute) value = set.value;
  }
  return value;
}

}  // namespace

AttributeId Desk::customer_attribute() const {
  const auto& attributes = document_.attributes;
  const auto found = std::find_if(attributes.begin(), attributes.end(), [](const auto& attribute) {
    return attribute.role == AttributeRole::customer;
  });
  return found == attributes.end() ? kNoId8 : static_cast<AttributeId>(found - attributes.begin());
}

ModelCustomer* Desk::customer(std::uint64_t key) {
  const auto found = std::find_if(customers_.begin(), customers_.end(),
                                  [&](const ModelCustomer& known) { return known.key == key; });
  return found == customers_.end() ? nullptr : &*found;
}

// Choices (customers.cc): it sets what it names and leaves the rest; a contract that was over
// already is not announced.
Errc Desk::put_customer(const Command& command, CommandResult* result) {
  const TicketKey& key = command.key;
  if (key.kind != KeyKind::number || key.high != 0 || key.low == 0) return Errc::invalid_key;
  const TimeMs until = command.contract_until;
  if (until != kNever && (until < limits::time_min_ms || until >= limits::time_max_ms)) {
    return Errc::time_out_of_range;
  }
  if (const Errc code = check_attributes(command, result); code != Errc::ok) return code;
  if (customer(key.low) == nullptr) customers_.emplace_back().key = key.low;
  ModelCustomer& known = *customer(key.low);
  for (const AttributeValue& set : command.attributes) {
    known.attributes[set.attribute] = set.value;
    if (set.value == 0) known.attributes.erase(set.attribute);
  }
  known.contract_until = until;
  known.ends_at = until == kNever || until < now_ ? kNever : until + 1;
  if (!command.reapply) return Errc::ok;
  for (std::optional<ModelTicket>& slot : slots_) {
    if (slot && !slot->closed && slot->now.value(customer_attribute()) == key.low) {
      reapply(*slot, known);
    }
  }
  return Errc::ok;
}

// "put customer re-applies them if asked": what the customer has, not what it has not. A command
// is behind it, so it is of no cascade.
void Desk::reapply(ModelTicket& ticket, const ModelCustomer& known) {
  SetSpec set;
  for (const auto& [attribute, value] : known.attributes) {
    const bool copied = (document_.customers.defaults >> attribute & 1) != 0;
    if (copied && ticket.now.value(attribute) != value)
      set.attributes.push_back({attribute, value});
  }
  if (!set.empty()) try_to_set(ticket, set, now_, about(ticket, EventType::step_refused));
  run_until(ticket, now_);
}

// "Copied into its tickets at creation", where they bring no value of their own.
void Desk::take_defaults(std::vector<AttributeValue>* attributes) {
  const AttributeId own = customer_attribute();
  const ModelCustomer* known = own == kNoId8 ? nullptr : customer(brought(*attributes, own));
  if (known == nullptr) return;
  for (const auto& [attribute, value] : known->attributes) {
    const bool copied = (document_.customers.defaults >> attribute & 1) != 0;
    if (copied && brought(*attributes, attribute) == 0) attributes->push_back({attribute, value});
  }
}

// "An unknown customer has no contract. Tickets without customer value: not checked." Choice: in
// force up to and with contract_until, as of when the ticket came.
bool Desk::lacks_contract(const std::vector<AttributeValue>& attributes, TimeMs at) {
  const AttributeId own = customer_attribute();
  if (document_.customers.contract == ContractRule::ignore || own == kNoId8) return false;
  const std::uint64_t key = brought(attributes, own);
  if (key == 0) return false;
  const ModelCustomer* known = customer(key);
  return known == nullptr || at > known->contract_until;
}

void Desk::say_contract_missing(const ModelTicket& ticket, TimeMs at) {
  Said said = about(ticket, EventType::contract_missing);
  said.event.customer = ticket.now.value(customer_attribute());
  said.event.at = at;
  address(said.event, ticket.now.attributes, document_.customers.recipient);
  say(said);
}

// The first in the order in which they were put, of those that end first.
ModelCustomer* Desk::next_customer() {
  ModelCustomer* next = nullptr;
  for (ModelCustomer& known : customers_) {
    if (known.ends_at != kNever && (next == nullptr || known.ends_at < next->ends_at)) {
      next = &known;
    }
  }
  return next;
}

void Desk::end_contract(ModelCustomer& known) {
  known.ends_at = kNever;
  Said said;
  said.event.type = EventType::contract_expired;
  said.event.tenant = 1;
  said.event.customer = known.key;
  said.event.due = known.contract_until;
  Attributes attributes = known.attributes;
  attributes[customer_attribute()] = known.key;
  address(said.event, attributes, document_.customers.recipient);
  for (const auto& [attribute, value] : attributes) said.attributes.push_back({attribute, value});
  say(said);
}

}  // namespace vencer::model
