// Spread: a figure measured a few times; Histogram figures come from tools/vencer/load_histogram.h.
//
// Text: human() gives three digits and a unit of thousands; spread_text() "1,205 k (699 k - 1,372
// k)".
#pragma once

#include <string>
#include <vector>

namespace vencer::bench {

struct Spread {
  double median = 0, least = 0, most = 0;
  int runs = 0;
};
// An even number of values has the mean of the middle two. Empty: runs 0.
Spread spread_of(std::vector<double> values);
// The same figure of a ratio measured pairwise, run by run.
std::vector<double> ratios(const std::vector<double>& over, const std::vector<double>& under);

// "5.31 M", "191 k", "42.0", "0.83"; with unit "ns": "190 ns".
std::string human(double value, const std::string& unit = {});
std::string spread_text(const Spread& spread, const std::string& unit = {});

}  // namespace vencer::bench
