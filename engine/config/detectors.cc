// [[detector]]: so many tickets alike within a time are one incident.
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/durations.h"
#include "engine/config/matches.h"
#include "engine/config/references.h"
#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

void read_name(Compilation&, const Cursor& at, DetectorSpec& detector) {
  if (const auto name = at.name()) detector.name = *name;
}

void read_when(Compilation& c, const Cursor& table, DetectorSpec& detector) {
  detector.when = read_matches(c, table);
}

void read_alike(Compilation& c, const Cursor& list, DetectorSpec& detector) {
  for (const Cursor& item : list.items()) {
    const auto id = read_attribute_name(c, item);
    if (!id) continue;
    if (std::find(detector.alike.begin(), detector.alike.end(), *id) != detector.alike.end()) {
      item.error(fmt::format("{} stands twice", quoted(item.node().text)));
    }
    detector.alike.push_back(*id);
  }
  if (detector.alike.size() > limits::detector_alike_max) {
    list.error(fmt::format("{} attributes; at most {}", detector.alike.size(),
                           limits::detector_alike_max));
  }
}

void read_count(Compilation&, const Cursor& at, DetectorSpec& detector) {
  const auto count = read_number(at, 2, limits::detector_count_max);
  if (count) detector.count = static_cast<std::uint32_t>(*count);
}
void read_within(Compilation&, const Cursor& at, DetectorSpec& detector) {
  detector.within_ms = read_duration(at, Days::allowed, 1).value_or(0);
}
void read_quiet(Compilation&, const Cursor& at, DetectorSpec& detector) {
  detector.quiet_ms = read_duration(at, Days::allowed).value_or(0);
}
void read_to(Compilation& c, const Cursor& at, DetectorSpec& detector) {
  detector.recipient = read_recipient_name(c, at).value_or(kNoId16);
}

constexpr Key<DetectorSpec> kTripKeys[] = {
    {{"count", Need::required}, read_count},
    {{"within", Need::required}, read_within},
    {{"quiet", Need::optional}, read_quiet},
    {{"to", Need::optional}, read_to},
};

// Quiet is as long as the window unless said otherwise: the same tickets do not tell twice.
void read_trip(Compilation& c, const Cursor& table, DetectorSpec& detector) {
  read_keys(c, table, std::span<const Key<DetectorSpec>>(kTripKeys), detector);
  if (table.kind() == NodeKind::table && !table.member("quiet")) {
    detector.quiet_ms = detector.within_ms;
  }
}

void read_count_escalations(Compilation&, const Cursor& at, DetectorSpec& detector) {
  detector.on_escalated = at.boolean().value_or(false);
}

constexpr Key<DetectorSpec> kKeys[] = {
    {{"name", Need::required}, read_name},
    {{"when", Need::optional}, read_when},
    {{"alike", Need::optional}, read_alike},
    {{"trip", Need::required}, read_trip},
    {{"count_escalations", Need::optional}, read_count_escalations},
};

}  // namespace

void read_detectors(Compilation& c, const Cursor& list, TenantSpec& spec) {
  for (const Cursor& at : list.items()) {
    DetectorSpec detector;
    if (!read_keys(c, at, std::span<const Key<DetectorSpec>>(kKeys), detector)) continue;
    if (detector.name.empty()) continue;
    DetectorSpec* declared = c.declare(c.detectors, spec.detectors, at, detector.name);
    if (declared != nullptr) *declared = std::move(detector);
  }
}

void list_detector_keys(KeyRows& rows) {
  list_keys(rows, "detector.", std::span<const Key<DetectorSpec>>(kKeys));
  list_keys(rows, "detector.trip.", std::span<const Key<DetectorSpec>>(kTripKeys));
}

}  // namespace vencer::config
