// Phrases: what a tenant's masks and ids mean, in English around the desk's own words.
//
//   happenings(start)  ->  "the ticket is created or 'Nuevo' is entered"
//   matches(when)      ->  "plan = Oro and channel is not chat"
//
// Retired names are not spoken of. Cost: O(names).  The spec must outlive it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/tenant.h"

namespace vencer::cli {

// "a", "a or b", "a, b or c"; "" of none.
std::string joined(const std::vector<std::string>& parts, std::string_view last = "or");

class Phrases {
 public:
  explicit Phrases(const TenantSpec& spec) : spec_(spec) {}

  const TenantSpec& spec() const { return spec_; }
  std::string happenings(const TriggerSpec& trigger) const;
  std::string conditions(const ConditionSpec& condition) const;
  std::string matches(const std::vector<MatchSpec>& matches) const;  // "" of none
  std::string sets(const SetSpec& set) const;
  std::string statuses(std::uint64_t mask) const;
  std::string activities(std::uint64_t mask, std::string_view last) const;
  std::string attributes(std::uint32_t mask) const;
  std::string levels(std::uint16_t mask) const;
  // "plan = Oro"; an open attribute's number, "not set" for 0.
  std::string value(AttributeId attribute, Value value) const;
  // "guardia (turno via telefono)"; "nobody in particular" of none.
  std::string recipient(RecipientId id) const;
  std::string calendar(CalendarId id) const;

 private:
  std::string value_word(AttributeId attribute, Value value) const;
  std::string route(const RouteSpec& route) const;

  const TenantSpec& spec_;
};

}  // namespace vencer::cli
