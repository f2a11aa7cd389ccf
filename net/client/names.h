// Names: the words of one tenant <-> the small integers that travel, as of one version of its
// document.
//
// Made from the Hello reply. Immutable; Client::names() hands out the newest, and an older one
// stays valid for as long as somebody holds it. Ids are positions in the lists; level n is levels[n
// - 1].
//
// Cost: to a word O(1); to an id O(names of that kind), a hash for values of closed attributes is
// not needed at desk sizes.  Thread: any. Errors: unknown_status, ... with the words that would be
// right; an id that the tables do not know is shown as "#7" (an event of a newer document).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/event.h"
#include "engine/core/result.h"
#include "engine/core/types.h"

namespace vencer {

struct Names {
  struct Status {
    std::string name;
    StatusCategory category = StatusCategory::open;
    bool retired = false;
  };
  struct Activity {
    std::string name;
    bool retired = false;
    bool reserved = false;  // recorded by the engine only
  };
  struct Alias {
    std::string alias;
    Value value = 0;
  };
  // What an attribute is for beside being matched on; numbers as the Hello has them.
  enum class Role : std::uint8_t { plain = 0, agent = 1, team = 2, customer = 3, priority = 4 };
  struct Attribute {
    std::string name;
    bool open = false;
    std::vector<std::string> values;  // closed: value v is values[v - 1]
    std::vector<Alias> aliases;
    bool retired = false;
    Role role = Role::plain;
  };
  struct Clock {
    std::string name;
    std::vector<std::string> steps;
    bool retired = false;
  };
  struct Route {
    std::string to;                  // a name, for the consumer
    AttributeId attribute = kNoId8;  // else the ticket's value of this attribute
    std::string via;
  };
  struct Recipient {
    std::string name;
    std::vector<Route> routes;
    bool everyone = false;  // all open routes are told, not only the first
  };

  TenantId tenant = kNoTenant;
  std::string tenant_name;
  std::uint32_t version = 0;
  std::vector<Status> statuses;
  std::vector<std::string> levels;
  std::vector<Activity> activities;
  std::vector<Attribute> attributes;
  std::vector<Clock> clocks;
  std::vector<std::string> rules;
  std::vector<std::string> calendars;
  std::vector<std::string> ladders;
  std::vector<Recipient> recipients;
  std::vector<std::string> constraints;
  std::vector<std::string> detectors;
  std::vector<std::string> digests;
  std::vector<std::string> calendar_events;

  // Words to ids. Retired names are unknown.
  Result<StatusId> status_id(std::string_view name) const;
  Result<ActivityId> activity_id(std::string_view name) const;
  Result<AttributeId> attribute_id(std::string_view name) const;
  Result<LevelId> level_id(std::string_view name) const;
  Result<ClockId> clock_id(std::string_view name) const;
  Result<RecipientId> recipient_id(std::string_view name) const;
  // Closed: a value's name or alias; open: parse_open_value() of key.h. "" clears (0).
  Result<AttributeValue> attribute_value(std::string_view name, std::string_view value) const;

  // The attribute of that role in force; kNoId8: the tenant has none.
  AttributeId attribute_of(Role role) const;

  // Ids to words; "" for the "none" id.
  std::string status_name(StatusId id) const;
  std::string activity_name(ActivityId id) const;
  std::string attribute_name(AttributeId id) const;
  std::string level_name(LevelId id) const;
  std::string clock_name(ClockId id) const;
  std::string step_name(ClockId clock, StepId step) const;
  std::string rule_name(RuleId id) const;
  std::string calendar_name(CalendarId id) const;
  std::string ladder_name(LadderId id) const;
  std::string recipient_name(RecipientId id) const;
  std::string constraint_name(std::uint16_t id) const;
  // Of an event: the detector, digest, calendar event or constraint that it is of.
  std::string subject_name(EventType type, std::uint16_t subject) const;
  // Closed: the value's name; open: its decimal number (a hashed text cannot be told from its
  // hash).
  std::string value_text(AttributeId attribute, Value value) const;
};

}  // namespace vencer
