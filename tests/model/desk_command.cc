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
  if (!take_turn_of_quota()) return refused(Errc::quota);

  if (command.kind == CommandKind::put_customer) return refused(put_customer(command, &result));
  if (command.kind == CommandKind::mute) return refused(mute(command, &result));
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
  TimeMs pending_until = kNever;
  StatusId pending_then = kNoId8;
  switch (command.kind) {
    case CommandKind::set_status:
    case CommandKind::cancel:
      if (const Errc code = ask_status(command, request, result); code != Errc::ok) {
        return code;
      }
      if (command.kind == CommandKind::set_status && command.until != kNever) {
        pending_until = command.until;
        pending_then = command.then_status == kNoId8 ? ticket.now.status : command.then_status;
        // Choice (set_status.cc): put off again without leaving the status, it goes back as before.
        const bool again = ticket.pending_until != kNever && command.status == ticket.now.status;
        if (command.then_status == kNoId8 && again) pending_then = ticket.pending_then;
      }
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
      const int level = command.level == 0 ? ticket.now.level + 1 : command.level;
      result->detail = static_cast<std::uint8_t>(level);
      if (level > static_cast<int>(document_.levels.size())) return Errc::unknown_level;
      if (level != ticket.now.level + 1) return Errc::level_order;
      if (command.recipient != kNoId16 && command.recipient >= document_.recipients.size()) {
        return Errc::unknown_recipient;
      }
      request.level = static_cast<LevelId>(level);
      request.recipient = command.recipient;
      break;
    }
    case CommandKind::acknowledge:
      return acknowledge(ticket, command, at, result);
    case CommandKind::extend:
      return extend(ticket, command, at, result);
    case CommandKind::set_due:
      return set_due(ticket, command, at);
    case CommandKind::link:
      return link(ticket, command, at);
    case CommandKind::merge:
      if (const Errc code = ask_merge(ticket, command, request, result); code != Errc::ok) {
        return code;
      }
      break;
    default:
      return Errc::internal;
  }
  if (const Errc code = may_change(ticket, request, at, result); code != Errc::ok) return code;
  if (request.status != kNoId8) ticket.pending_until = kNever;  // "any status command cancels it"
  change(ticket, request, at);
  if (!ticket.closed && pending_until != kNever) {
    ticket.pending_until = pending_until;
    ticket.pending_then = pending_then;
  }
  return Errc::ok;
}

Errc Desk::ask_status(const Command& command, Request& request, CommandResult* result) const {
  StatusId wanted = command.status;
  if (command.kind == CommandKind::cancel) {
    const auto& statuses = document_.statuses;
    const auto first = std::find_if(statuses.begin(), statuses.end(), [](const StatusSpec& s) {
      return s.category == StatusCategory::cancelled && !s.retired;
    });
    wanted = first == statuses.end() ? kNoId8 : static_cast<StatusId>(first - statuses.begin());
  }
  const auto known = [&](StatusId status) {
    return status < document_.statuses.size() && !document_.statuses[status].retired;
  };
  result->detail = wanted;
  if (!known(wanted)) return Errc::unknown_status;
  if (command.kind == CommandKind::set_status && command.until != kNever) {
    if (command.until <= now_ || command.until >= limits::time_max_ms) {
      return Errc::time_out_of_range;
    }
    result->detail = command.then_status;
    if (command.then_status != kNoId8 && !known(command.then_status)) return Errc::unknown_status;
  }
  request.status = wanted;
  return Errc::ok;
}

// "Target + by (open time) for the present cycle. Clears a breach that no longer holds."
Errc Desk::extend(ModelTicket& ticket, const Command& command, TimeMs at, CommandResult* result) {
  result->detail = command.clock;
  if (command.clock >= ticket.clocks.size() || document_.clocks[command.clock].retired) {
    return Errc::unknown_clock;
  }
  if (std::abs(command.by_ms) > limits::target_max_ms) return Errc::time_out_of_range;
  ModelClock& clock = ticket.clocks[command.clock];
  const bool none = clock.target.kind == TargetKind::ticket && clock.target.instant == kNever;
  if (!clock.active() || !clock.has_target() || none) return Errc::not_running;
  result->detail = 0;
  const ModelClock before = clock;
  clock.extended_ms += command.by_ms;
  ++ticket.version;
  redue(ticket, command.clock, before, at);
  Said said = about(ticket, command.clock, EventType::deadline_extended);
  said.event.elapsed_ms = elapsed_at(clock, at);
  said.event.actor = command.actor;
  said.event.at = at;
  said.reason = command.reason;
  say(said);
  update_light(ticket);
  return Errc::ok;
}

// Late news of it takes back the breach that did not hold; else one that holds no longer is
// cleared.
void Desk::redue(ModelTicket& ticket, ClockId id, const ModelClock& before, TimeMs at) {
  ModelClock& clock = ticket.clocks[id];
  const TimeMs announced = due_of(before);
  const TimeMs due = due_of(clock);
  if (!clock.breached || due <= announced) return;
  if (at <= announced) {
    clock.breached = false;
    Said said = about(ticket, id, EventType::breach_retracted);
    said.event.at = at;
    said.event.due = announced;
    said.event.target_ms = target_of(before);
    say(said);
  } else if (due >= at) {
    clock.breached = false;
    say_clock(ticket, id, EventType::breach_cleared, at, due, elapsed_at(clock, at), 0);
  }
}

Errc Desk::set_due(ModelTicket& ticket, const Command& command, TimeMs at) {
  if (command.due_at != kNever &&
      (command.due_at < limits::time_min_ms || command.due_at >= limits::time_max_ms)) {
    return Errc::time_out_of_range;
  }
  ticket.due_at = command.due_at;
  ++ticket.version;
  for (std::size_t i = 0; i < ticket.clocks.size(); ++i) {
    const ModelClock before = ticket.clocks[i];
    if (!before.active()) continue;
    choose_rule(ticket, static_cast<ClockId>(i), at, false);
    redue(ticket, static_cast<ClockId>(i), before, at);
  }
  update_light(ticket);
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
  Request request;
  request.activity = static_cast<ActivityId>(BuiltinActivity::acknowledged);
  request.actor = command.actor;
  if (const Errc code = may_change(ticket, request, at, result); code != Errc::ok) return code;
  change(ticket, request, at);
  // Choice: it holds the cycles that are active now; the next cycle is not held.
  TimeMs until = 0;
  for (ModelClock* clock : asked) {
    if (!clock->active()) continue;
    DurationMs timeout = command.timeout_ms;
    if (timeout == 0 && clock->target.ladder != kNoId16) {
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
  const auto open = std::count_if(slots_.begin(), slots_.end(),
                                  [](const auto& ticket) { return ticket && !ticket->closed; });
  const std::uint64_t quota = document_.quota.tickets;
  if (quota != 0 && static_cast<std::uint64_t>(open) >= quota) return Errc::quota;
  ModelTicket fresh;
  fresh.key = command.key;
  fresh.due_at = command.due_at;
  if (command.start_at != kNever && command.start_at > at) fresh.starts_at = command.start_at;
  fresh.clocks.resize(document_.clocks.size());
  fresh.created_at = fresh.changed_at = at;
  fresh.now.level = document_.levels.empty() ? 0 : 1;
  Request request;
  request.create = true;
  request.status = status;
  request.attributes.assign(command.attributes.begin(), command.attributes.end());
  request.actor = command.actor;
  take_defaults(&request.attributes);
  const bool uncontracted = lacks_contract(request.attributes, at);
  if (uncontracted && document_.customers.contract == ContractRule::refuse) {
    return Errc::contract_missing;
  }
  if (const Errc code = may_change(fresh, request, at, result); code != Errc::ok) return code;
  const std::size_t slot = take_slot();
  if (slot == slots_.size()) return Errc::capacity;
  ModelTicket& ticket = slots_[slot].emplace(fresh);
  quiet_ = command.quiet;
  change(ticket, request, at);
  if (uncontracted) say_contract_missing(ticket, at);
  run_until(ticket, now_);
  result->version = ticket.version;
  quiet_ = false;
  if (!command.quiet) return Errc::ok;
  Said imported = about(ticket, EventType::imported);
  imported.event.actor = command.actor;
  imported.event.at = at;
  say(imported);
  return Errc::ok;
}

}  // namespace vencer::model
