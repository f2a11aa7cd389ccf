// What random stories use, a bit each, so that a difference can be looked for with less of it:
//
//   model_stories --without windows,extend
#pragma once

#include <cstdint>
#include <string_view>

namespace vencer::model {

enum class Feature : std::uint8_t {
  calendars,   // random ones, in zones made up
  conditions,  // levels and values in conditions; changed and became triggers
  targets,     // business days, close of day, instants, a ticket's own
  calendar_by,
  on_change,  // keep, restart
  windows,
  reopen_window,
  extend,
  until,
  start_at,
  cancel,
  everyone,
  quiet,
  matrix,
  constraints,
  limits,
  merge,
  links,
  customers,
  mute,
  quota,
};
inline constexpr std::string_view kFeatureNames[] = {
    "calendars",   "conditions", "targets",  "calendar_by", "on_change", "windows", "reopen_window",
    "extend",      "until",      "start_at", "cancel",      "everyone",  "quiet",   "matrix",
    "constraints", "limits",     "merge",    "links",       "customers", "mute",    "quota"};
inline constexpr std::size_t kFeatures = sizeof kFeatureNames / sizeof kFeatureNames[0];

inline constexpr std::uint32_t feature_bit(Feature feature) {
  return 1u << static_cast<unsigned>(feature);
}

// Those that are thrown unless told otherwise: where core and model are known to agree.
inline std::uint32_t features_on =
    feature_bit(Feature::calendars) | feature_bit(Feature::conditions) |
    feature_bit(Feature::targets) | feature_bit(Feature::calendar_by) |
    feature_bit(Feature::on_change) | feature_bit(Feature::windows) |
    feature_bit(Feature::reopen_window) | feature_bit(Feature::extend) |
    feature_bit(Feature::until) | feature_bit(Feature::start_at) | feature_bit(Feature::cancel) |
    feature_bit(Feature::everyone) | feature_bit(Feature::quiet);

inline bool on(Feature feature) {
  return (features_on & feature_bit(feature)) != 0;
}

// "windows,extend": their bits; 0 if one is unknown.
std::uint32_t features_of(std::string_view names);

}  // namespace vencer::model
