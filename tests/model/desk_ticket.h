// What the model keeps of a ticket, what is asked of one, and what thereby happens.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "engine/core/event.h"
#include "engine/core/tenant.h"
#include "tests/model/model_clock.h"

namespace vencer::model {

// An event with what it points at.
struct Said {
  Event event;
  std::vector<AttributeValue> attributes;
  std::vector<EventRow> rows;
  std::string reason;
};

using Attributes = std::map<AttributeId, Value>;  // those that are set

// A ticket as conditions see it. Before its creation: not there, and no condition holds.
struct Standing {
  bool there = false;
  StatusId status = kNoId8;
  LevelId level = 0;
  Attributes attributes;
  bool in(const ConditionSpec& condition) const;  // "any of these is enough"
  bool matches(const std::vector<MatchSpec>& when) const;
  Value value(AttributeId attribute) const;
};

struct ModelTicket {
  TicketKey key;
  Standing now;
  std::uint64_t activities = 0;  // recorded so far
  std::vector<ModelClock> clocks;
  Light light = Light::none;
  std::uint32_t version = 0;
  TimeMs created_at = 0;
  TimeMs changed_at = 0;          // the floor of occurred_at
  TimeMs starts_at = kNever;      // its clocks are idle until then
  TimeMs pending_until = kNever;  // then it takes ...
  StatusId pending_then = kNoId8;
  TimeMs due_at = kNever;
  TimeMs cascade_at = 0;              // of the last automatic change
  int in_cascade = 0;                 // how many were made
  std::optional<TicketKey> survivor;  // it is a duplicate of that one
  bool surveyed = false;
  bool closed = false;
  bool gone = false;
  TimeMs leave_at = kNever;
};

struct ModelCustomer {
  std::uint64_t key = 0;
  Attributes attributes;
  TimeMs contract_until = 0;
  TimeMs ends_at = kNever;  // when that is told
};

// `to` is this to `from`: its problem, what follows from it, related.
struct ModelLink {
  LinkKind kind = LinkKind::none;
  TicketKey from;
  TicketKey to;
  friend bool operator==(const ModelLink&, const ModelLink&) = default;
};

// What is asked of a ticket, whoever asks.
struct Request {
  bool create = false;
  bool automatic = false;
  StatusId status = kNoId8;
  std::vector<AttributeValue> attributes;
  ActivityId activity = kNoId8;
  LevelId level = 0;
  RecipientId recipient = kNoId16;
  std::uint64_t actor = 0;
  bool merge = false;  // it is a duplicate of ...
  TicketKey other;
};

// What thereby happened.
struct Happened {
  std::uint64_t activities = 0;
  std::uint64_t entered = 0;  // status, as a bit
  std::uint32_t attributes_set = 0;
  std::uint32_t attributes_changed = 0;
  std::uint16_t levels = 0;
  std::vector<AttributeValue> became;
  Standing before;
  Standing after;
  bool reopened = false;
  bool matches(const TriggerSpec& trigger) const;
};

struct Fall {
  TimeMs at = kNever;        // the first instant at which it may happen
  TimeMs due = kNever;       // the instant that it is about
  bool breach = false;       // the clock's own due; else a step
  std::size_t position = 0;  // of the step in its ladder
};

}  // namespace vencer::model
