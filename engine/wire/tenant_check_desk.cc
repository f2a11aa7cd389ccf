// The check of what a desk adds to clocks, rules and ladders (tenant_check.cc).
#include <algorithm>

#include "engine/core/limits.h"
#include "engine/wire/tenant_checker.h"

namespace vencer {
namespace {

constexpr std::int32_t kMinutesADay = 24 * 60;

bool is_duration(DurationMs ms) {
  return ms >= 0 && ms <= limits::target_max_ms;
}

}  // namespace

void TenantChecker::check_desk() {
  require(tenant_.constraints.size() <= limits::constraints_max, "number of constraints");
  require(tenant_.detectors.size() <= limits::detectors_max, "number of detectors");
  require(tenant_.digests.size() <= limits::digests_max, "number of digests");
  require(tenant_.calendar_events.size() <= limits::calendar_events_max,
          "number of calendar events");
  check_life();
  check_count_by();
  check_matrix();
  for (const ConstraintSpec& constraint : tenant_.constraints) check_constraint(constraint);
  for (const DetectorSpec& detector : tenant_.detectors) check_detector(detector);
  for (const DigestSpec& digest : tenant_.digests) check_digest(digest);
  for (const CalendarEventSpec& event : tenant_.calendar_events) check_calendar_event(event);
}

void TenantChecker::check_life() {
  const ClockId reopen = tenant_.reopen_clock;
  require(reopen == kNoId8 ||
              (reopen < tenant_.clocks.size() && tenant_.clocks[reopen].kind == ClockKind::window),
          "reopen_clock is no window");
  require(is_status_or_none(tenant_.merged_status), "merged_status");
  require(is_recipient_or_none(tenant_.created_recipient), "created_recipient");
  require(are_attributes(tenant_.customers.defaults), "customers: defaults");
  require(tenant_.customers.contract <= ContractRule::refuse, "customers: contract");
  require(is_recipient_or_none(tenant_.customers.recipient), "customers: recipient");
  require(are_matches(tenant_.time_in_status.when), "time_in_status: a condition");
  require(is_calendar(tenant_.time_in_status.calendar), "time_in_status: calendar");
}

// The core keeps one cell for each combination of values.
void TenantChecker::check_count_by() {
  require(tenant_.count_by.size() <= limits::count_by_max, "number of attributes in count_by");
  std::size_t cells = 1;
  for (const AttributeId attribute : tenant_.count_by) {
    require(is_closed(attribute), "count_by names no closed attribute");
    if (!fault_.empty()) return;
    cells *= tenant_.attributes[attribute].values.size() + 1;
    require(cells <= limits::count_cells_max, "count_by has too many cells");
  }
}

void TenantChecker::check_matrix() {
  const MatrixSpec& matrix = tenant_.matrix;
  if (matrix.sets == kNoId8) return require(matrix.cells.empty(), "matrix: cells without a matrix");
  require(is_closed(matrix.sets) && is_closed(matrix.row) && is_closed(matrix.column),
          "matrix: an attribute");
  require(matrix.columns > 0 && matrix.cells.size() % matrix.columns == 0,
          "matrix: number of cells");
  for (const Value value : matrix.cells) {
    require(is_value(matrix.sets, value), "matrix: a cell's value");
  }
}

void TenantChecker::check_constraint(const ConstraintSpec& constraint) {
  const auto must = [&](bool holds, std::string_view what) {
    require(holds, "constraint", constraint.name, what);
  };
  must(constraint.kind <= ConstraintKind::limit, "kind");
  must(is_trigger(constraint.on), "it looks at what there is not");
  must(are_matches(constraint.when), "a condition");
  must(is_condition(constraint.while_in), "while_in");
  must(are_matches(constraint.match), "what only may be");
  must(is_calendar_or_none(constraint.calendar), "calendar");
  must(are_activities(constraint.activities), "activities");
  must(constraint.actors.size() <= limits::actors_max, "number of actors");
  must(std::ranges::is_sorted(constraint.actors), "order of actors");
  must(constraint.per == kNoId8 || is_attribute(constraint.per), "per");
  must(constraint.kind != ConstraintKind::limit || constraint.per != kNoId8 || constraint.retired,
       "a limit per nothing");
  must(are_statuses(constraint.statuses), "statuses");
}

void TenantChecker::check_detector(const DetectorSpec& detector) {
  const auto must = [&](bool holds, std::string_view what) {
    require(holds, "detector", detector.name, what);
  };
  must(are_matches(detector.when), "a condition");
  must(detector.alike.size() <= limits::detector_alike_max, "number of attributes alike");
  must(std::ranges::all_of(detector.alike, [this](AttributeId id) { return is_attribute(id); }),
       "an attribute alike");
  must(detector.count <= limits::detector_count_max && (detector.count > 0 || detector.retired),
       "count");
  must(is_duration(detector.within_ms), "within");
  must(is_duration(detector.quiet_ms), "quiet");
  must(is_recipient_or_none(detector.recipient), "recipient");
}

void TenantChecker::check_digest(const DigestSpec& digest) {
  const auto must = [&](bool holds, std::string_view what) {
    require(holds, "digest", digest.name, what);
  };
  must(digest.at <= DigestTime::local_time, "kind of time");
  must(is_calendar(digest.calendar), "calendar");
  must(digest.minute >= 0 && digest.minute < kMinutesADay, "minute");
  must(digest.list <= DigestList::answered_yesterday, "list");
  must(is_duration(digest.span_ms), "span");
  must(are_activities(digest.activities), "activities");
  must(are_matches(digest.when), "a condition");
  must(is_recipient_or_none(digest.recipient), "recipient");
}

void TenantChecker::check_calendar_event(const CalendarEventSpec& event) {
  const auto must = [&](bool holds, std::string_view what) {
    require(holds, "calendar event", event.name, what);
  };
  must(is_calendar(event.calendar), "calendar");
  must(event.offset_ms >= -limits::target_max_ms && event.offset_ms <= limits::target_max_ms,
       "offset");
  must(is_recipient_or_none(event.recipient), "recipient");
}

}  // namespace vencer
