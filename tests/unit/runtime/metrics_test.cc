#include "engine/runtime/metrics.h"

#include <gtest/gtest.h>

namespace vencer {
namespace {

TEST(Histogram, QuantilesAreUpperBoundsWithinAFactorOfTwo) {
  Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), 0u);
  for (std::uint64_t v = 1; v <= 1000; ++v) histogram.record(v);
  for (const double q : {0.01, 0.1, 0.5, 0.9, 0.99}) {
    const auto exact = static_cast<std::uint64_t>(q * 1000);
    EXPECT_GE(histogram.quantile(q), exact);
    EXPECT_LE(histogram.quantile(q), 2 * exact + 1);
  }
  EXPECT_EQ(histogram.count(), 1000u);
  histogram.record(UINT64_MAX);  // kept in the last bucket
  EXPECT_EQ(histogram.count(), 1001u);
}

}  // namespace
}  // namespace vencer
