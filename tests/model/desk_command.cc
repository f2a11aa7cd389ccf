// What commands ask for. Refusals change nothing; their order is the core's (choice).
#include <algorithm>

#include "engine/core/limits.h"
#include "tests/model/desk.h"

namespace vencer::model {

// Numbers of a producer are contiguous from 1; the last 1,024 results are kept.
CommandResult Desk::numbered(const Command& asked, const ProducerId& producer,
                             std::uint64_t number) {
  std::vector<Answer>& answers = producers_[producer];
  CommandResult result;
  const std::uint64_t last = answers.size();
  if (number > last + 1) {
    result.code = Errc::gap;
  } else if (number == last + 1) {
    result = command(asked);
    answers.push_back({asked.content_hash, result});
  } else if (number + limits::producer_results <= last) {
    result.code = Errc::too_old;
  } else if (answers[number - 1].content_hash != asked.content_hash) {
    result.code = Errc::number_reused;
  } else {
    result = answers[number - 1].result;
    result.repeated = true;
  }
  return result;
}

CommandResult Desk::command(const Command& command) {
  CommandResult result;
  const auto refused = [&](Errc code) {
    result.code = code;
    return result;
  };
  const bool input = settings_.clock_source == ClockSource::input;
  if (command.occurred_at == kNever) {
    if (input) return refused(Errc::occurred_at_required);
  } else if (command.occurred_at < limits::time_min_ms ||
             (input && command.occurred_at >= limits::time_max_ms)) {
    return refused(Errc::time_out_of_range);
  }
  if (input) advance(std::max(now_, command.occurred_at));
  TimeMs at = now_;
  if (command.occurred_at != kNever) {
    if (command.occurred_at > now_ + settings_.skew_max_ms) {
      return refused(Errc::occurred_at_future);
    }
    at = std::min(now_, command.occurred_at);
  }

  const std::size_t slot = slot_of(command.key);
  ModelTicket* ticket = slot == slots_.size() ? nullptr : &*slots_[slot];
  if (ticket != nullptr) result.version = ticket->version;
  if (command.kind == CommandKind::create) {
    if (ticket == nullptr) return refused(create(command, at, &result));
    return refused(ticket->closed ? Errc::closed_for_good : Errc::ticket_exists);
  }
  if (command.kind == CommandKind::none) return refused(Errc::empty_command);
  if (ticket == nullptr) return refused(Errc::unknown_ticket);
  if (ticket->closed) return refused(Errc::closed_for_good);
  if (command.expected_version != 0 && command.expected_version != ticket->version) {
    return refused(Errc::version_mismatch);
  }
  result.clamped = at < ticket->changed_at;
  result.code = ask(*ticket, command, std::max(at, ticket->changed_at), &result);
  run_until(*ticket, now_);
  result.version = ticket->version;
  return result;
}

Errc Desk::ask(ModelTicket& ticket, const Command& command, TimeMs at, CommandResult* result) {
  Request request;
  request.actor = command.actor;
  switch (command.kind) {
    case CommandKind::set_status:
      result->detail = command.status;
      if (command.status >= document_.statuses.size() ||
          document_.statuses[command.status].retired) {
        return Errc::unknown_status;
      }
      if (!interval_room(ticket, command.status)) {
        result->detail = 0;
        return Errc::limit;
      }
      request.status = command.status;
      break;
    case CommandKind::set_attributes:
      if (const Errc code = check_attributes(command, result); code != Errc::ok) return code;
      request.attributes.assign(command.attributes.begin(), command.attributes.end());
      break;
    case CommandKind::activity: {
      result->detail = command.activity;
      if (command.activity >= document_.activities.size() ||
          document_.activities[command.activity].retired) {
        return Errc::unknown_activity;
      }
      constexpr std::uint64_t reserved = 1ull << 0 | 1ull << 5 | 1ull << 6 | 1ull << 7 | 1ull << 8;
      if (((reserved >> command.activity) & 1) != 0) return Errc::activity_reserved;
      request.activity = command.activity;
      break;
    }
    case CommandKind::escalate: {
      const int level = command.level == 0 ? ticket.level + 1 : command.level;
      result->detail = static_cast<std::uint8_t>(level);
      if (level > static_cast<int>(document_.levels.size())) return Errc::unknown_level;
      if (level != ticket.level + 1) return Errc::level_order;
      if (command.recipient != kNoId16 && command.recipient >= document_.recipients.size()) {
        return Errc::unknown_recipient;
      }
      request.level = static_cast<LevelId>(level);
      request.recipient = command.recipient;
      break;
    }
    case CommandKind::acknowledge:
      return acknowledge(ticket, command, at, result);
    default:
      return Errc::internal;
  }
  result->detail = 0;
  change(ticket, request, at);
  return Errc::ok;
}

Errc Desk::acknowledge(ModelTicket& ticket, const Command& command, TimeMs at,
                       CommandResult* result) {
  result->detail = command.clock;
  if (command.clock != kNoId8 &&
      (command.clock >= ticket.clocks.size() || document_.clocks[command.clock].retired)) {
    return Errc::unknown_clock;
  }
  if (command.timeout_ms < 0 || command.timeout_ms > limits::target_max_ms) {
    return Errc::time_out_of_range;
  }
  std::vector<ModelClock*> asked;
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    if (command.clock == kNoId8 || command.clock == i) asked.push_back(&ticket.clocks[i]);
  }
  const auto active = [](const ModelClock* clock) { return clock->active(); };
  if (std::none_of(asked.begin(), asked.end(), active)) return Errc::nothing_to_acknowledge;
  result->detail = 0;
  Request request;
  request.activity = static_cast<ActivityId>(BuiltinActivity::acknowledged);
  request.actor = command.actor;
  change(ticket, request, at);
  // Choice: it holds the cycles that are active now; the next cycle is not held.
  TimeMs until = 0;
  for (ModelClock* clock : asked) {
    if (!clock->active()) continue;
    DurationMs timeout = command.timeout_ms;
    if (timeout == 0 && clock->has_target() && clock->target.ladder != kNoId16) {
      timeout = document_.ladders[clock->target.ladder].acknowledge_ms;
    }
    clock->acknowledged_until = timeout == 0 ? kNever : at + timeout;
    until = std::max(until, clock->acknowledged_until);
  }
  Said said = about(ticket, EventType::acknowledged);
  said.event.clock = command.clock;
  said.event.due = until == 0 ? kNever : until;
  said.event.actor = command.actor;
  said.event.at = at;
  say(said);
  return Errc::ok;
}

Errc Desk::check_attributes(const Command& command, CommandResult* result) const {
  for (const AttributeValue& set : command.attributes) {
    result->detail = set.attribute;
    if (set.attribute >= document_.attributes.size()) return Errc::unknown_attribute;
    const AttributeSpec& spec = document_.attributes[set.attribute];
    if (!spec.open && set.value > spec.values.size()) return Errc::unknown_value;
  }
  result->detail = 0;
  return Errc::ok;
}

Errc Desk::create(const Command& command, TimeMs at, CommandResult* result) {
  if (command.key.kind == KeyKind::number && command.key.high != 0) return Errc::invalid_key;
  const StatusId status = command.status == kNoId8 ? document_.initial_status : command.status;
  if (status >= document_.statuses.size() || document_.statuses[status].retired) {
    result->detail = status;
    return Errc::unknown_status;
  }
  if (const Errc code = check_attributes(command, result); code != Errc::ok) return code;
  const std::size_t slot = take_slot();
  if (slot == slots_.size()) return Errc::capacity;
  ModelTicket& ticket = slots_[slot].emplace();
  ticket.key = command.key;
  ticket.clocks.resize(document_.clocks.size());
  ticket.created_at = ticket.changed_at = at;
  ticket.level = document_.levels.empty() ? 0 : 1;
  Request request;
  request.create = true;
  request.status = status;
  request.attributes.assign(command.attributes.begin(), command.attributes.end());
  request.actor = command.actor;
  change(ticket, request, at);
  run_until(ticket, now_);
  result->version = ticket.version;
  return Errc::ok;
}

}  // namespace vencer::model
