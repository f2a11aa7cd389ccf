// The words of the enums of replies.h.
#include "net/client/replies.h"

namespace vencer {

std::string_view to_string(TicketClockPhase phase) {
  switch (phase) {
    case TicketClockPhase::idle:
      return "idle";
    case TicketClockPhase::running:
      return "running";
    case TicketClockPhase::paused:
      return "paused";
    case TicketClockPhase::met:
      return "met";
    case TicketClockPhase::missed:
      return "missed";
    case TicketClockPhase::cancelled:
      return "cancelled";
    case TicketClockPhase::expired:
      return "expired";
  }
  return "unknown";
}

std::string_view to_string(Light light) {
  switch (light) {
    case Light::none:
      return "none";
    case Light::green:
      return "green";
    case Light::amber:
      return "amber";
    case Light::red:
      return "red";
  }
  return "unknown";
}

std::string_view to_string(LinkKind kind) {
  switch (kind) {
    case LinkKind::none:
      return "none";
    case LinkKind::problem:
      return "problem";
    case LinkKind::follow_up:
      return "follow_up";
    case LinkKind::related:
      return "related";
  }
  return "unknown";
}

std::string_view to_string(StatusCategory category) {
  switch (category) {
    case StatusCategory::fresh:
      return "new";
    case StatusCategory::open:
      return "open";
    case StatusCategory::pending:
      return "pending";
    case StatusCategory::on_hold:
      return "on_hold";
    case StatusCategory::resolved:
      return "resolved";
    case StatusCategory::closed:
      return "closed";
    case StatusCategory::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace vencer
