#include "engine/core/attainment.h"

#include <gtest/gtest.h>

namespace vencer {
namespace {

Verdict verdict(CivilDay day, bool missed, DurationMs elapsed_ms) {
  return {day, 1, missed, elapsed_bucket(elapsed_ms)};
}

// "<= 6 % relative error": 1 part in 17, and a millisecond for rounding down.
TEST(Attainment, a_bucket_is_told_within_a_seventeenth) {
  std::uint32_t before = 0;
  for (DurationMs elapsed = 0; elapsed < limits::target_max_ms; elapsed += 1 + elapsed / 40) {
    const std::uint32_t bucket = elapsed_bucket(elapsed);
    ASSERT_LT(bucket, kElapsedBuckets);
    ASSERT_GE(bucket, before);
    before = bucket;
    ASSERT_LE(std::abs(elapsed_of_bucket(bucket) - elapsed) * 17, elapsed + 17) << elapsed;
    if (elapsed < 16) {
      ASSERT_EQ(elapsed_of_bucket(bucket), elapsed);
    }
  }
}

TEST(Attainment, percentiles_are_of_met_and_missed) {
  Attainment attainment;
  for (int i = 1; i <= 100; ++i) attainment.add(verdict(20'000, i > 90, i <= 50 ? 3 : i), 1);
  const auto rows = attainment.report({}, 20'000);
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 1u);
  const AttainmentRow& row = rows->front();
  EXPECT_EQ(row.met, 90u);
  EXPECT_EQ(row.missed, 10u);
  EXPECT_EQ(row.p50_ms, 3);
  EXPECT_NEAR(static_cast<double>(row.p90_ms), 90, 6);
  EXPECT_NEAR(static_cast<double>(row.p99_ms), 99, 6);
}

TEST(Attainment, ninety_two_days_are_kept) {
  Attainment attainment;
  attainment.add(verdict(20'000, false, 5), 1);
  attainment.add(verdict(20'091, false, 5), 1);
  EXPECT_EQ(attainment.report({.by_day = true}, 20'091)->size(), 2u);
  EXPECT_EQ(attainment.report({.by_day = true}, 20'092)->size(), 1u);  // as time passes
  attainment.add(verdict(20'092, true, 5), 1);                         // takes the place of 20,000
  EXPECT_EQ(attainment.report({.by_day = true}, 20'092)->size(), 2u);
  // Late news, and what a reopen takes back, of a day that is no longer kept: passed over.
  attainment.add(verdict(20'000, false, 5), 1);
  attainment.add(verdict(20'000, false, 5), -1);
  EXPECT_EQ(attainment.report({.by_day = true}, 20'092)->size(), 2u);
}

TEST(Attainment, a_verdict_taken_back_leaves_no_row) {
  Attainment attainment;
  attainment.add(verdict(20'000, true, 5), 1);
  attainment.add(verdict(20'000, true, 5), {3, 7}, 1);
  ASSERT_EQ(attainment.report({.by = 3}, 20'000)->front().value, 7u);
  attainment.add(verdict(20'000, true, 5), -1);
  attainment.add(verdict(20'000, true, 5), {3, 7}, -1);
  EXPECT_TRUE(attainment.report({}, 20'000)->empty());
  EXPECT_TRUE(attainment.report({.by = 3}, 20'000)->empty());
}

TEST(Attainment, too_many_rows_are_refused) {
  Attainment attainment;
  for (Value value = 0; value < 5000; ++value) {
    attainment.add(verdict(20'000, false, 5), {0, value}, 1);
  }
  EXPECT_EQ(attainment.report({.by = 0}, 20'000).error().code, Errc::limit);
}

TEST(CounterTable, many_keys_come_and_go) {
  CounterTable table;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    table.add(i, 2);
    if (i >= 10) table.add(i - 10, -2);
  }
  std::uint64_t sum = 0;
  table.for_each([&](std::uint64_t, std::uint64_t count) { sum += count; });
  EXPECT_EQ(sum, 20u);
  EXPECT_EQ(table.at(99'999), 2u);
  EXPECT_EQ(table.at(5), 0u);
}

}  // namespace
}  // namespace vencer
