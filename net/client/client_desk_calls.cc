// The rarer commands of a Client: assignment by role, duplicates and links, deadlines that are
// moved, customers, silence.
#include "engine/core/limits.h"
#include "net/client/call_words.h"
#include "net/client/client_impl.h"

namespace vencer {
namespace {

// "" clears: nobody.
Status add_role(const Names& names, Names::Role role, std::string_view what,
                std::optional<std::string_view> word, std::vector<AttributeValue>& values) {
  if (!word) return ok_status();
  const AttributeId attribute = names.attribute_of(role);
  if (attribute == kNoId8) {
    return Error{Errc::unknown_attribute,
                 "the tenant has no attribute of role " + std::string(what)};
  }
  const Result<AttributeValue> value =
      names.attribute_value(names.attributes[attribute].name, *word);
  if (!value) return value.error();
  values.push_back(*value);
  return ok_status();
}

// The number that tickets of this customer have.
Result<Value> customer_value(const Names& names, std::string_view customer) {
  const AttributeId attribute = names.attribute_of(Names::Role::customer);
  if (attribute == kNoId8) return parse_open_value(customer);
  const Result<AttributeValue> value =
      names.attribute_value(names.attributes[attribute].name, customer);
  if (!value) return value.error();
  if (value->value == 0) return Error{Errc::invalid_key, "a customer has a name or a number"};
  return value->value;
}

}  // namespace

Result<CommandReply> Client::assign(std::string_view key, std::optional<std::string_view> agent,
                                    std::optional<std::string_view> team,
                                    const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        std::vector<AttributeValue> values;
        const Status to_agent = add_role(names, Names::Role::agent, "agent", agent, values);
        if (!to_agent) return to_agent;
        const Status to_team = add_role(names, Names::Role::team, "team", team, values);
        if (!to_team) return to_team;
        frame.set_attributes(id, values, options);
        return ok_status();
      });
}

Result<CommandReply> Client::merge(std::string_view key, std::string_view into,
                                   const CommandOptions& options) {
  return impl_->ticket_command(
      key,
      [&](const Names&, const TicketKey& id, CommandFrame& frame) -> Status {
        const Result<TicketKey> other = parse_key(into);
        if (!other) return other.error();
        frame.merge(id, *other, options);
        return ok_status();
      },
      into);
}

Result<CommandReply> Client::link(std::string_view key, LinkKind kind, std::string_view other,
                                  const CommandOptions& options) {
  return impl_->ticket_command(
      key,
      [&](const Names&, const TicketKey& id, CommandFrame& frame) -> Status {
        const Result<TicketKey> other_id = parse_key(other);
        if (!other_id) return other_id.error();
        frame.link(id, kind, *other_id, options);
        return ok_status();
      },
      other);
}

Result<CommandReply> Client::extend(std::string_view key, std::string_view clock, DurationMs by_ms,
                                    std::string_view reason, const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        if (reason.size() > limits::reason_bytes_max) {
          return Error{Errc::limit, "a reason has at most " +
                                        std::to_string(limits::reason_bytes_max) + " bytes"};
        }
        const Result<ClockId> clock_id = names.clock_id(clock);
        if (!clock_id) return clock_id.error();
        frame.extend(id, *clock_id, by_ms, reason, options);
        return ok_status();
      });
}

Result<CommandReply> Client::set_due(std::string_view key, TimeMs due_at, std::string_view clock,
                                     const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        const auto clock_id = id_or(names, &Names::clock_id, clock, kNoId8);
        if (!clock_id) return clock_id.error();
        frame.set_due(id, *clock_id, due_at, options);
        return ok_status();
      });
}

Result<CommandReply> Client::cancel(std::string_view key, const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names&, const TicketKey& id, CommandFrame& frame) -> Status {
        frame.cancel(id, options);
        return ok_status();
      });
}

Result<CommandReply> Client::put_customer(std::string_view customer, const Words& attributes,
                                          TimeMs contract_until, bool reapply,
                                          const CommandOptions& options) {
  return impl_->command("customer " + std::string(customer),
                        [&](const Names& names, CommandFrame& frame) -> Status {
                          const Result<Value> number = customer_value(names, customer);
                          if (!number) return number.error();
                          const auto values = attribute_values(names, attributes);
                          if (!values) return values.error();
                          frame.put_customer(*number, *values, contract_until, reapply, options);
                          return ok_status();
                        });
}

Result<CommandReply> Client::mute(TimeMs until, std::string_view attribute, std::string_view value,
                                  const CommandOptions& options) {
  return impl_->command("mute", [&](const Names& names, CommandFrame& frame) -> Status {
    AttributeValue of{kNoId8, 0};
    if (!attribute.empty()) {
      const Result<AttributeValue> found = names.attribute_value(attribute, value);
      if (!found) return found.error();
      of = *found;
    }
    frame.mute(of.attribute, of.value, until, options);
    return ok_status();
  });
}

Result<CommandReply> Client::unmute(std::string_view attribute, std::string_view value,
                                    const CommandOptions& options) {
  return mute(0, attribute, value, options);
}

}  // namespace vencer
