#include "engine/core/event.h"

#include <array>

namespace vencer {

std::string_view to_string(EventType type) {
  static constexpr std::array<std::string_view, kEventTypes> kNames = {"none",
                                                                       "created",
                                                                       "status_changed",
                                                                       "assigned",
                                                                       "activity_recorded",
                                                                       "clock_started",
                                                                       "clock_paused",
                                                                       "clock_resumed",
                                                                       "clock_met",
                                                                       "clock_missed",
                                                                       "clock_cancelled",
                                                                       "clock_expired",
                                                                       "warning",
                                                                       "breached",
                                                                       "breach_cleared",
                                                                       "breach_retracted",
                                                                       "deadline_extended",
                                                                       "escalated",
                                                                       "acknowledged",
                                                                       "step_refused",
                                                                       "cascade_stopped",
                                                                       "light_changed",
                                                                       "reopened",
                                                                       "closed",
                                                                       "survey_due",
                                                                       "merged",
                                                                       "linked",
                                                                       "problem_resolved",
                                                                       "mass_incident",
                                                                       "digest",
                                                                       "calendar_event",
                                                                       "contract_expired",
                                                                       "contract_missing",
                                                                       "config_applied",
                                                                       "imported"};
  const auto index = static_cast<std::size_t>(type);
  return index < kNames.size() ? kNames[index] : "unknown";
}

}  // namespace vencer
