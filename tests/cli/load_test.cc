// Goal: the figures that `vencer load` prints are right. Method: the histogram against the sorted
// values.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tools/vencer/load_histogram.h"

namespace vencer {
namespace {

TEST(LatencyHistogram, QuantilesLieWithinOneSixtyFourthOfTheSortedValues) {
  std::mt19937_64 random(7);
  LatencyHistogram histogram;
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t value = random() >> (24 + random() % 40);  // of every size up to 2^40
    values.push_back(value);
    histogram.record(value);
  }
  std::sort(values.begin(), values.end());
  EXPECT_EQ(histogram.count(), values.size());
  EXPECT_EQ(histogram.max(), values.back());
  for (const double q : {0.0001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
    const double exact = static_cast<double>(values[rank - 1]);
    const auto told = static_cast<double>(histogram.quantile(q));
    EXPECT_GE(told, exact) << q;
    EXPECT_LE(told, exact + exact / 64 + 1) << q;
  }
}

TEST(LatencyHistogram, SmallValuesAreExactAndTimesCount) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), 0u);
  histogram.record(3, 99);
  histogram.record(60, 1);
  EXPECT_EQ(histogram.quantile(0.99), 3u);
  EXPECT_EQ(histogram.quantile(1), 60u);
  EXPECT_DOUBLE_EQ(histogram.mean(), 3.57);
}

TEST(LatencyHistogram, AddedOnesAreOne) {
  LatencyHistogram all, even, odd;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    all.record(i * i);
    (i % 2 == 0 ? even : odd).record(i * i);
  }
  even.add(odd);
  EXPECT_EQ(even.count(), all.count());
  EXPECT_EQ(even.max(), all.max());
  for (const double q : {0.1, 0.5, 0.99}) EXPECT_EQ(even.quantile(q), all.quantile(q));
}

}  // namespace
}  // namespace vencer
