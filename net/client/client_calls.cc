// The calls of a Client: words to ids, one frame, its answer, ids to words.
#include <fmt/format.h>
#include <vencer_generated.h>

#include "net/client/client_impl.h"
#include "net/client/request_frames.h"

namespace vencer {
namespace {

std::uint16_t number_of(wire::FrameType type) {
  return static_cast<std::uint16_t>(type);
}

Result<std::vector<AttributeValue>> attribute_values(const Names& names, const Words& words) {
  std::vector<AttributeValue> values;
  for (const auto& [attribute, value] : words) {
    const Result<AttributeValue> found = names.attribute_value(attribute, value);
    if (!found) return found.error();
    values.push_back(*found);
  }
  return values;
}

Error needs_tenant() {
  return {Errc::unknown_tenant, "this client has no tenant: name one in ClientOptions::tenant"};
}

}  // namespace

Result<Client::Outcomes> Client::Impl::send(CommandFrame& frame) {
  if (connection->on_own_thread()) {
    return Error{Errc::overloaded,
                 "a call from within a callback would wait for itself; submit instead"};
  }
  const auto promise = std::make_shared<std::promise<Result<Client::Outcomes>>>();
  auto answered = promise->get_future();
  const Status sent = connection->commands(frame.bytes(), [promise](const FrameReply& reply) {
    if (!reply.ok()) return promise->set_value(reply.error);
    promise->set_value(Client::Outcomes{{reply.outcomes.begin(), reply.outcomes.end()},
                                        reply.now,
                                        reply.epoch,
                                        reply.event_sequence});
  });
  if (!sent) return sent.error();
  if (answered.wait_for(std::chrono::milliseconds(options.timeout_ms)) !=
      std::future_status::ready) {
    return Error{Errc::timeout,
                 fmt::format("no answer from {} within {} ms; whether it was applied is unknown",
                             options.endpoint, options.timeout_ms)};
  }
  return answered.get();
}

// Refusals use up their number too, but for those that are about the number.
void Client::Impl::count_number(Errc code) {
  switch (code) {
    case Errc::internal:       // no answer: it may have been applied
    case Errc::gap:            // these: somebody else uses this producer
    case Errc::number_reused:  //
    case Errc::too_old:
      number_known = false;
      break;
    default:
      ++next_number;
  }
}

Result<CommandReply> Client::Impl::send_one(CommandFrame& frame, std::string_view key) {
  std::unique_lock numbers(number_mutex, std::defer_lock);
  if (!options.producer.empty()) {
    numbers.lock();
    if (!number_known) {
      if (const Status asked = refresh(); !asked) return asked.error();
      const std::lock_guard lock(state_mutex);
      next_number = hello.last_number + 1;
      number_known = true;
    }
    frame.set_producer(options.producer, next_number);
  }
  const Result<Client::Outcomes> sent = send(frame);
  const bool whole = sent.ok() && sent->outcomes.size() == 1;
  if (numbers.owns_lock()) count_number(whole ? sent->outcomes[0].code : Errc::internal);
  if (!sent) return sent.error();
  if (!whole) return Error{Errc::internal, "the server gave no outcome"};
  const CommandOutcome& outcome = sent->outcomes[0];
  if (outcome.code != Errc::ok) return refusal(outcome, key, *current_names());
  return CommandReply{outcome.version, outcome.clamped, outcome.repeated,
                      sent->now,       sent->epoch,     sent->event_sequence};
}

Result<Client::Outcomes> Client::send(CommandFrame& frame) {
  return impl_->send(frame);
}

Result<CommandReply> Client::create(std::string_view key, const Words& attributes,
                                    std::string_view status, const CommandOptions& options) {
  const auto words = names();
  if (words->tenant == kNoTenant) return needs_tenant();
  const Result<TicketKey> parsed = parse_key(key);
  if (!parsed) return parsed.error();
  const auto values = attribute_values(*words, attributes);
  if (!values) return values.error();
  StatusId status_id = kNoId8;
  if (!status.empty()) {
    const Result<StatusId> found = words->status_id(status);
    if (!found) return found.error();
    status_id = *found;
  }
  CommandFrame frame(words->tenant);
  frame.create(*parsed, status_id, *values, options);
  return impl_->send_one(frame, key);
}

Result<CommandReply> Client::set_status(std::string_view key, std::string_view status,
                                        const CommandOptions& options) {
  const auto words = names();
  if (words->tenant == kNoTenant) return needs_tenant();
  const Result<TicketKey> parsed = parse_key(key);
  if (!parsed) return parsed.error();
  const Result<StatusId> id = words->status_id(status);
  if (!id) return id.error();
  CommandFrame frame(words->tenant);
  frame.set_status(*parsed, *id, options);
  return impl_->send_one(frame, key);
}

Result<CommandReply> Client::set_attributes(std::string_view key, const Words& attributes,
                                            const CommandOptions& options) {
  const auto words = names();
  if (words->tenant == kNoTenant) return needs_tenant();
  const Result<TicketKey> parsed = parse_key(key);
  if (!parsed) return parsed.error();
  const auto values = attribute_values(*words, attributes);
  if (!values) return values.error();
  CommandFrame frame(words->tenant);
  frame.set_attributes(*parsed, *values, options);
  return impl_->send_one(frame, key);
}

Result<CommandReply> Client::activity(std::string_view key, std::string_view activity,
                                      const CommandOptions& options) {
  const auto words = names();
  if (words->tenant == kNoTenant) return needs_tenant();
  const Result<TicketKey> parsed = parse_key(key);
  if (!parsed) return parsed.error();
  const Result<ActivityId> id = words->activity_id(activity);
  if (!id) return id.error();
  CommandFrame frame(words->tenant);
  frame.activity(*parsed, *id, options);
  return impl_->send_one(frame, key);
}

Result<CommandReply> Client::escalate(std::string_view key, std::string_view level,
                                      std::string_view recipient, const CommandOptions& options) {
  const auto words = names();
  if (words->tenant == kNoTenant) return needs_tenant();
  const Result<TicketKey> parsed = parse_key(key);
  if (!parsed) return parsed.error();
  LevelId level_id = 0;
  if (!level.empty()) {
    const Result<LevelId> found = words->level_id(level);
    if (!found) return found.error();
    level_id = *found;
  }
  RecipientId recipient_id = kNoId16;
  if (!recipient.empty()) {
    const Result<RecipientId> found = words->recipient_id(recipient);
    if (!found) return found.error();
    recipient_id = *found;
  }
  CommandFrame frame(words->tenant);
  frame.escalate(*parsed, level_id, recipient_id, options);
  return impl_->send_one(frame, key);
}

Result<CommandReply> Client::acknowledge(std::string_view key, std::string_view clock,
                                         DurationMs hold_ms, const CommandOptions& options) {
  const auto words = names();
  if (words->tenant == kNoTenant) return needs_tenant();
  const Result<TicketKey> parsed = parse_key(key);
  if (!parsed) return parsed.error();
  ClockId clock_id = kNoId8;
  if (!clock.empty()) {
    const Result<ClockId> found = words->clock_id(clock);
    if (!found) return found.error();
    clock_id = *found;
  }
  CommandFrame frame(words->tenant);
  frame.acknowledge(*parsed, clock_id, hold_ms, options);
  return impl_->send_one(frame, key);
}

Result<Ticket> Client::get(std::string_view key) {
  const Result<TicketKey> parsed = parse_key(key);
  if (!parsed) return parsed.error();
  return get(*parsed);
}

Result<Ticket> Client::get(const TicketKey& key) {
  const TenantId tenant = names()->tenant;
  if (tenant == kNoTenant) return needs_tenant();
  return impl_->call<Ticket>(get_ticket_frame(tenant, key),
                             number_of(wire::FrameType::ticket_reply), &read_ticket);
}

Result<PutTenantReply> Client::put_tenant(std::string_view text, std::string_view file,
                                          bool check_only) {
  Result<PutTenantReply> reply =
      impl_->call<PutTenantReply>(put_tenant_frame(text, file, check_only),
                                  number_of(wire::FrameType::put_tenant_reply), &read_put_tenant);
  if (!reply || check_only || reply->name != impl_->options.tenant) return reply;
  if (const Status renewed = refresh(); !renewed) return renewed.error();
  return reply;
}

Result<AdvanceReply> Client::advance(TimeMs to) {
  return impl_->call<AdvanceReply>(advance_frame(to), number_of(wire::FrameType::advance_reply),
                                   &read_advance);
}

}  // namespace vencer
