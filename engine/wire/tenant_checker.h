// TenantChecker: the pass over a decoded document (tenant_check.cc). Internal to engine/wire.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/tenant.h"

namespace vencer {

class TenantChecker {
 public:
  explicit TenantChecker(const TenantSpec& tenant) : tenant_(tenant) {}

  // The first fault, or "".
  std::string run();

 private:
  // Keeps the first fault.
  void require(bool holds, std::string_view table, std::string_view name, std::string_view what);
  void require(bool holds, std::string_view what) {
    if (!holds && fault_.empty()) fault_ = what;
  }

  bool is_status_or_none(StatusId id) const { return id == kNoId8 || id < tenant_.statuses.size(); }
  bool is_calendar(CalendarId id) const { return id < tenant_.calendars.size(); }
  bool is_calendar_or_none(CalendarId id) const { return id == kNoId16 || is_calendar(id); }
  bool is_recipient_or_none(RecipientId id) const {
    return id == kNoId16 || id < tenant_.recipients.size();
  }
  bool is_attribute(AttributeId id) const { return id < tenant_.attributes.size(); }
  bool is_closed(AttributeId id) const { return is_attribute(id) && !tenant_.attributes[id].open; }
  bool is_value(AttributeId id, Value value) const;
  bool are_values(const std::vector<AttributeValue>& values) const;
  bool are_statuses(std::uint64_t bits) const;
  bool are_activities(std::uint64_t bits) const;
  bool are_attributes(std::uint32_t bits) const;
  bool are_levels(std::uint16_t bits) const;
  bool is_trigger(const TriggerSpec& trigger) const;
  bool is_condition(const ConditionSpec& condition) const;
  bool are_matches(const std::vector<MatchSpec>& matches) const;

  // tenant_check.cc
  void check_tables();
  void check_head();
  void check_shifts(const CalendarSpec& calendar, const std::vector<ShiftSpec>& shifts);
  void check_calendar(const CalendarSpec& calendar);
  void check_attribute(const AttributeSpec& attribute);
  void check_clock(const ClockSpec& clock);
  void check_rule(const RuleSpec& rule);
  void check_target(const RuleSpec& rule, const TargetSpec& target);
  void check_ladder(const LadderSpec& ladder);
  void check_recipient(const RecipientSpec& recipient);
  // tenant_check_desk.cc
  void check_desk();
  void check_life();
  void check_count_by();
  void check_matrix();
  void check_constraint(const ConstraintSpec& constraint);
  void check_detector(const DetectorSpec& detector);
  void check_digest(const DigestSpec& digest);
  void check_calendar_event(const CalendarEventSpec& event);

  const TenantSpec& tenant_;
  std::string fault_;
};

}  // namespace vencer
