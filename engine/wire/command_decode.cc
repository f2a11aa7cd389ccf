#include "engine/wire/command_decode.h"

#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/wire_enums.h"

namespace vencer {
namespace {

// No key at all: of a kind that no ticket has.
TicketKey key_or_none(const wire::Key* key) {
  return key == nullptr ? TicketKey{0, 0, static_cast<KeyKind>(0)} : decode_key(*key);
}

void decode_body(const wire::CreateTicketCommand& from, Command& into) {
  into.kind = CommandKind::create;
  into.status = from.status();
  into.start_at = from.start_at().value_or(kNever);
  into.due_at = from.due_at().value_or(kNever);
  into.quiet = from.quiet();
}

void decode_body(const wire::SetStatusCommand& from, Command& into) {
  into.kind = CommandKind::set_status;
  into.status = from.status();
  into.until = from.until().value_or(kNever);
  into.then_status = from.then_status();
}

void decode_body(const wire::EscalateCommand& from, Command& into) {
  into.kind = CommandKind::escalate;
  into.level = from.level();
  into.recipient = from.recipient();
}

void decode_body(const wire::AcknowledgeCommand& from, Command& into) {
  into.kind = CommandKind::acknowledge;
  into.clock = from.clock();
  into.timeout_ms = from.timeout_ms();
}

void decode_body(const wire::MergeCommand& from, Command& into) {
  into.kind = CommandKind::merge;
  into.other = key_or_none(from.into());
}

void decode_body(const wire::LinkCommand& from, Command& into) {
  into.kind = CommandKind::link;
  into.link = static_cast<LinkKind>(number(from.kind()));
  into.other = key_or_none(from.other());
}

void decode_body(const wire::ExtendCommand& from, Command& into) {
  into.kind = CommandKind::extend;
  into.clock = from.clock();
  into.by_ms = from.by_ms();
  into.reason = view_of(from.reason());
}

void decode_body(const wire::SetDueCommand& from, Command& into) {
  into.kind = CommandKind::set_due;
  into.clock = from.clock();
  into.due_at = from.due_at().value_or(kNever);
}

void decode_body(const wire::PutCustomerCommand& from, Command& into) {
  into.kind = CommandKind::put_customer;
  into.contract_until = from.contract_until().value_or(kNever);
  into.reapply = from.reapply();
}

void decode_body(const wire::MuteCommand& from, Command& into) {
  into.kind = CommandKind::mute;
  into.attribute = from.attribute();
  into.value = from.value();
  into.until = from.until();
}

void decode_body(const wire::SetAttributesCommand&, Command& into) {
  into.kind = CommandKind::set_attributes;
}

void decode_body(const wire::ActivityCommand& from, Command& into) {
  into.kind = CommandKind::activity;
  into.activity = from.activity();
}

void decode_body(const wire::CancelCommand&, Command& into) {
  into.kind = CommandKind::cancel;
}

// The verifier has seen that the body is a table of the type that it names.
template <typename Table>
bool decode_if(wire::CommandBody type, const void* body, Command& into,
               const WireAttributes*& attributes) {
  if (type != wire::CommandBodyTraits<Table>::enum_value) return false;
  const auto& table = *static_cast<const Table*>(body);
  decode_body(table, into);
  if constexpr (requires { table.attributes(); }) attributes = table.attributes();
  return true;
}

template <typename... Tables>
const WireAttributes* decode_one_of(wire::CommandBody type, const void* body, Command& into) {
  const WireAttributes* attributes = nullptr;
  (decode_if<Tables>(type, body, into, attributes) || ...);
  return attributes;
}

}  // namespace

TicketKey decode_key(const wire::Key& key) {
  return TicketKey{key.low(), key.high(), static_cast<KeyKind>(number(key.kind()))};
}

const WireAttributes* decode_command(const wire::Command& from, Command& into) {
  into.key = decode_key(*from.key());
  if (const auto occurred_at = from.occurred_at()) into.occurred_at = *occurred_at;
  into.expected_version = from.expected_version();
  into.actor = from.actor();
  const void* body = from.body();
  if (body == nullptr) return nullptr;
  // The common kinds first.
  return decode_one_of<wire::CreateTicketCommand, wire::SetStatusCommand, wire::ActivityCommand,
                       wire::SetAttributesCommand, wire::EscalateCommand, wire::AcknowledgeCommand,
                       wire::MergeCommand, wire::LinkCommand, wire::ExtendCommand,
                       wire::SetDueCommand, wire::CancelCommand, wire::PutCustomerCommand,
                       wire::MuteCommand>(from.body_type(), body, into);
}

}  // namespace vencer
