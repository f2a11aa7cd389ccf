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

// All are thrown unless told otherwise.
inline std::uint32_t features_on = (1u << kFeatures) - 1;

inline bool on(Feature feature) {
  return (features_on & feature_bit(feature)) != 0;
}

// "windows,extend": their bits; 0 if one is unknown.
std::uint32_t features_of(std::string_view names);

}  // namespace vencer::model
