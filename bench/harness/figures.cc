#include "bench/harness/figures.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace vencer::bench {

Spread spread_of(std::vector<double> values) {
  Spread spread;
  if (values.empty()) return spread;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  spread.median = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  spread.least = values.front();
  spread.most = values.back();
  spread.runs = static_cast<int>(values.size());
  return spread;
}

std::vector<double> ratios(const std::vector<double>& over, const std::vector<double>& under) {
  std::vector<double> result;
  for (std::size_t i = 0; i < std::min(over.size(), under.size()); ++i) {
    if (under[i] > 0) result.push_back(over[i] / under[i]);
  }
  return result;
}

std::string human(double value, const std::string& unit) {
  const char* scale = "";
  if (std::fabs(value) >= 1e9) {
    value /= 1e9, scale = " G";
  } else if (std::fabs(value) >= 999'500) {
    value /= 1e6, scale = " M";
  } else if (std::fabs(value) >= 9'995) {
    value /= 1e3, scale = " k";
  }
  const double size = std::fabs(value);
  const int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  const bool sticks = unit.starts_with("/") || (*scale != '\0' && unit == "B");
  return fmt::format("{:.{}f}{}{}{}", value, digits, scale,
                     unit.empty() || sticks || unit == "x" ? "" : " ", unit == "x" ? " x" : unit);
}

std::string spread_text(const Spread& spread, const std::string& unit) {
  if (spread.runs == 0) return "-";
  if (spread.runs == 1) return human(spread.median, unit);
  return fmt::format("{} ({} - {})", human(spread.median, unit), human(spread.least),
                     human(spread.most));
}

}  // namespace vencer::bench
