// The commands of a Client that every desk gives: words to ids, one command.
#include "net/client/call_words.h"
#include "net/client/client_impl.h"

namespace vencer {

Result<CommandReply> Client::create(std::string_view key, const Words& attributes,
                                    std::string_view status, const CommandOptions& options,
                                    const NewTicketOptions& more) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        const auto values = attribute_values(names, attributes);
        if (!values) return values.error();
        const auto status_id = id_or(names, &Names::status_id, status, kNoId8);
        if (!status_id) return status_id.error();
        frame.create(id, *status_id, *values, options, more);
        return ok_status();
      });
}

Result<CommandReply> Client::set_status(std::string_view key, std::string_view status,
                                        const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        const Result<StatusId> status_id = names.status_id(status);
        if (!status_id) return status_id.error();
        frame.set_status(id, *status_id, options);
        return ok_status();
      });
}

Result<CommandReply> Client::set_status_until(std::string_view key, std::string_view status,
                                              TimeMs until, std::string_view then_status,
                                              const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        const Result<StatusId> status_id = names.status_id(status);
        if (!status_id) return status_id.error();
        const auto then_id = id_or(names, &Names::status_id, then_status, kNoId8);
        if (!then_id) return then_id.error();
        frame.set_status_until(id, *status_id, until, *then_id, options);
        return ok_status();
      });
}

Result<CommandReply> Client::set_attributes(std::string_view key, const Words& attributes,
                                            const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        const auto values = attribute_values(names, attributes);
        if (!values) return values.error();
        frame.set_attributes(id, *values, options);
        return ok_status();
      });
}

Result<CommandReply> Client::activity(std::string_view key, std::string_view activity,
                                      const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        const Result<ActivityId> activity_id = names.activity_id(activity);
        if (!activity_id) return activity_id.error();
        frame.activity(id, *activity_id, options);
        return ok_status();
      });
}

Result<CommandReply> Client::escalate(std::string_view key, std::string_view level,
                                      std::string_view recipient, const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        const auto level_id = id_or(names, &Names::level_id, level, LevelId{0});
        if (!level_id) return level_id.error();
        const auto recipient_id = id_or(names, &Names::recipient_id, recipient, kNoId16);
        if (!recipient_id) return recipient_id.error();
        frame.escalate(id, *level_id, *recipient_id, options);
        return ok_status();
      });
}

Result<CommandReply> Client::acknowledge(std::string_view key, std::string_view clock,
                                         DurationMs hold_ms, const CommandOptions& options) {
  return impl_->ticket_command(
      key, [&](const Names& names, const TicketKey& id, CommandFrame& frame) -> Status {
        const auto clock_id = id_or(names, &Names::clock_id, clock, kNoId8);
        if (!clock_id) return clock_id.error();
        frame.acknowledge(id, *clock_id, hold_ms, options);
        return ok_status();
      });
}

}  // namespace vencer
