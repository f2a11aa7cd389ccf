#include "engine/core/engine.h"

namespace vencer {

Errc check_attributes(const CompiledTenant& tenant, std::span<const AttributeValue> attributes,
                      CommandResult* result) {
  static_assert(limits::attributes_max <= 32);
  std::uint32_t named = 0;
  for (const AttributeValue& set : attributes) {
    result->detail = set.attribute;
    const AttributeIntake& intake = tenant.attribute_intake(set.attribute);
    if (!intake.known) return Errc::unknown_attribute;
    if ((named >> set.attribute & 1) != 0) return Errc::attribute_twice;
    named |= 1u << set.attribute;
    if (set.value > intake.last) return Errc::unknown_value;
    if (!intake.retired_values || set.value == 0) continue;
    if (tenant.spec().attributes[set.attribute].value_retired[set.value - 1]) {
      return Errc::unknown_value;
    }
  }
  result->detail = 0;
  return Errc::ok;
}

namespace {
bool valid(const TicketKey& key) {
  switch (key.kind) {
    case KeyKind::number:
      return key.high == 0;
    case KeyKind::uuid:
    case KeyKind::text:
    case KeyKind::text_hash:
      return true;
  }
  return false;
}
}  // namespace

Errc command_create(StateMachine::Impl& engine, TenantState& state, const Command& command,
                    TimeMs at, CommandResult* result) {
  const CompiledTenant& tenant = *state.current;
  if (!valid(command.key)) return Errc::invalid_key;
  const StatusId status = command.status == kNoId8 ? tenant.spec().initial_status : command.status;
  if (status >= tenant.spec().statuses.size() || tenant.spec().statuses[status].retired) {
    result->detail = status;
    return Errc::unknown_status;
  }
  if (const Errc code = check_attributes(tenant, command.attributes, result); code != Errc::ok) {
    return code;
  }
  if ((command.start_at != kNever && !is_instant(command.start_at)) ||
      (command.due_at != kNever && !is_instant(command.due_at))) {
    return Errc::time_out_of_range;
  }
  const QuotaSpec& quota = tenant.spec().quota;
  if (quota.tickets != 0 && state.open_tickets >= quota.tickets) return Errc::quota;

  const LevelId level = tenant.spec().levels.empty() ? LevelId{0} : LevelId{1};
  Change change;
  change.create = true;
  change.status = status;
  change.attributes = command.attributes;
  change.actor = command.actor;
  engine.complete_new(tenant, &change);
  const bool uncontracted = engine.lacks_contract(tenant, change.attributes, at);
  if (uncontracted && tenant.spec().customers.contract == ContractRule::refuse) {
    return Errc::contract_missing;
  }
  const std::uint16_t broken = engine.broken_by_new(state, change, level, at);
  if (broken != kNoId16) {
    result->detail = static_cast<std::uint8_t>(broken);
    return Errc::constraint;
  }
  const Slot slot = engine.tickets->create(tenant.id(), command.key);
  if (slot == kNoSlot) return Errc::capacity;

  TicketHeader& ticket = engine.tickets->change(slot);
  ticket.created_at = at;
  ticket.changed_at = at;
  ticket.status = status;
  ticket.level = level;
  ticket.document = static_cast<std::uint16_t>(tenant.spec().version);
  ticket.block = engine.tickets->blocks().allocate(tenant.layout().cells);
  ++state.open_tickets;
  ++engine.open_tickets;
  const TicketRef ref = engine.ref(slot);
  for (std::size_t i = 0; i < tenant.clock_count(); ++i)
    init_clock(ref.clock(static_cast<ClockId>(i)));

  if (command.start_at != kNever && command.start_at > at) {
    engine.add_extras(ref).start_at = command.start_at;
  }
  if (command.due_at != kNever) engine.add_extras(ref).due_at = command.due_at;
  engine.quiet = command.quiet;
  engine.apply_change(ref, change, at);
  if (uncontracted) engine.tell_contract_missing(ref, at);
  engine.run_until(ref, engine.now);
  engine.reschedule(ref);
  engine.quiet = false;
  if (command.quiet) {
    Event event = engine.event_of(ref, EventType::imported);
    event.actor = command.actor;
    if (at != engine.now) event.at = at;
    engine.emit(ref, event);
  }
  result->version = ticket.version;
  return Errc::ok;
}

}  // namespace vencer
