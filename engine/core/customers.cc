// Customers: put by a command, looked at when a ticket is created, told of when their contract
// ends.
//
// Choices where semantics.md is silent:
//   - a contract is in force up to and with contract_until, as of when the ticket came (its `at`);
//   - put_customer sets the attributes that it names and leaves the others, as set_attributes does;
//   - a contract that was over already when it was put is not announced: it did not end here;
//   - reapply gives a ticket what its customer has; what the customer has not, stays. It counts as
//     an automatic change as of the put_customer, or of the ticket's last change if that was later.
#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {

CommandResult StateMachine::Impl::put_customer(TenantState& state, const Command& command) {
  CommandResult result;
  const auto refuse = [&](Errc code) {
    result.code = code;
    return result;
  };
  if (command.key.kind != KeyKind::number || command.key.high != 0 || command.key.low == 0) {
    return refuse(Errc::invalid_key);
  }
  const TimeMs until = command.contract_until;
  if (until != kNever && (until < limits::time_min_ms || until >= limits::time_max_ms)) {
    return refuse(Errc::time_out_of_range);
  }
  result.code = check_attributes(*state.current, command.attributes, &result);
  if (result.code != Errc::ok) return result;
  const Slot slot = customers.find_or_add(state.current->id(), command.key.low);
  if (slot == kNoSlot) return refuse(Errc::capacity);

  Customer& customer = customers.change(slot);  // and its timer with it
  const TimerId timer = timer_id(TimerKind::customer, slot);
  if (wheel->deadline(timer) <= now) fire_customer(slot);  // it ended before this came
  for (const AttributeValue& set : command.attributes) customer.set(set);
  customer.contract_until = until;
  if (until == kNever || until < now) {
    wheel->cancel(timer);
  } else {
    wheel->schedule(timer, until + 1);  // passed, not reached
  }
  if (command.reapply) queue_reapply(state, customer.key);
  return result;
}

// The contract was passed.
void StateMachine::Impl::fire_customer(Slot slot) {
  const Customer& customer = customers[slot];
  const TenantState& state = tenants[customer.tenant - 1u];
  wheel->cancel(timer_id(TimerKind::customer, slot));
  if (state.deleted) return;
  Event event;
  event.type = EventType::contract_expired;
  event.tenant = customer.tenant;
  event.customer = customer.key;
  event.due = customer.contract_until;
  Customer shown = customer;  // what else may have been put there, the customer is itself
  const AttributeId own = state.current->customer_attribute();
  if (own != kNoId8) shown.set({own, customer.key});
  event.attributes = shown.attributes;
  address(event, *state.current, state.current->spec().customers.recipient);
  emit(*state.current, event);
}

// What a new ticket takes from its customer where it brings no value of its own.
void StateMachine::Impl::take_defaults(const CompiledTenant& tenant,
                                       std::vector<AttributeValue>* values) const {
  const CustomersSpec& spec = tenant.spec().customers;
  const AttributeId own = tenant.customer_attribute();
  if (spec.defaults == 0 || own == kNoId8) return;
  const Slot slot = customers.find(tenant.id(), last_value(*values, own));
  if (slot == kNoSlot) return;
  for (const AttributeValue& has : customers[slot].attributes) {
    if ((spec.defaults >> has.attribute & 1) == 0 || !is_live(tenant.spec(), has)) continue;
    if (last_value(*values, has.attribute) == 0) values->push_back(has);
  }
}

// Does the ticket's customer lack a contract? A ticket without a customer is not asked.
bool StateMachine::Impl::lacks_contract(const CompiledTenant& tenant,
                                        std::span<const AttributeValue> values, TimeMs at) const {
  const AttributeId own = tenant.customer_attribute();
  if (tenant.spec().customers.contract == ContractRule::ignore || own == kNoId8) return false;
  const std::uint64_t key = last_value(values, own);
  if (key == 0) return false;
  const Slot slot = customers.find(tenant.id(), key);
  return slot == kNoSlot || !customers[slot].in_force(at);
}

void StateMachine::Impl::tell_contract_missing(const TicketRef& ref, TimeMs at) {
  Event event = event_of(ref, EventType::contract_missing);
  event.customer = get_attribute(ref.tenant.layout(), ref.block, ref.tenant.customer_attribute());
  if (at != now) event.at = at;
  address(event, ref.tenant, ref.spec().customers.recipient, &ref);
  emit(ref, event);
}

// One job takes all customers that are asked for before it begins.
void StateMachine::Impl::queue_reapply(TenantState& state, std::uint64_t customer) {
  for (Job& job : state.jobs) {
    if (job.kind != JobKind::reapply_customers || job.next > 0) continue;
    const auto at = std::lower_bound(job.customers.begin(), job.customers.end(), customer);
    if (at == job.customers.end() || *at != customer) job.customers.insert(at, customer);
    job.at = now;
    return;
  }
  Job job;
  job.kind = JobKind::reapply_customers;
  job.end = tickets->high_water();
  job.customers = {customer};
  enqueue(state, std::move(job));
}

void StateMachine::Impl::reapply(const TenantState& state, const Job& job, Slot slot) {
  const AttributeId own = state.current->customer_attribute();
  if (own == kNoId8 || !is_ticket_of(state, slot) || (*tickets)[slot].has(TicketFlag::closed)) {
    return;
  }
  bring_current(slot);
  const TicketRef ref = this->ref(slot);
  const std::uint64_t key = get_attribute(ref.tenant.layout(), ref.block, own);
  if (!std::binary_search(job.customers.begin(), job.customers.end(), key)) return;
  run_until(ref, job.at);
  if (!ref.ticket.has(TicketFlag::closed)) give_customer_values(ref, key, job.at);
  run_until(ref, now);
  reschedule(ref);
}

void StateMachine::Impl::give_customer_values(const TicketRef& ref, std::uint64_t key, TimeMs at) {
  const Slot slot = customers.find(ref.tenant.id(), key);
  if (slot == kNoSlot) return;
  std::vector<AttributeValue> values;
  for (const AttributeValue& has : customers[slot].attributes) {
    const bool wanted = (ref.spec().customers.defaults >> has.attribute & 1) != 0;
    if (!wanted || !is_live(ref.spec(), has)) continue;
    if (get_attribute(ref.tenant.layout(), ref.block, has.attribute) != has.value) {
      values.push_back(has);
    }
  }
  if (values.empty()) return;
  Change change;
  change.attributes = values;
  change_automatically(ref, change, std::max<TimeMs>(at, ref.ticket.changed_at),
                       event_of(ref, EventType::step_refused));
}

}  // namespace vencer
