// LatencyHistogram: how long things took, from a microsecond to hours, within 1.6 %.
//
// Log-linear: 64 buckets an octave, so any value stands at most 1/64 below its bucket's upper edge.
//
// Cost: record O(1), 4 ns; quantile O(buckets).  Memory: 19 KiB.  Units: microseconds.  Thread: one
// at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vencer {

class LatencyHistogram {
 public:
  // `times`: that many commands took as long.
  void record(std::uint64_t value_us, std::uint64_t times = 1);
  void add(const LatencyHistogram& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }
  double mean() const;
  // The upper edge of the bucket in which the quantile (0..1) lies, at most max(); 0 if empty.
  std::uint64_t quantile(double q) const;

 private:
  static constexpr unsigned kSubBits = 6;
  static constexpr unsigned kSubBuckets = 1u << kSubBits;
  static constexpr unsigned kOctaves = 36;  // 2^41 us: 25 days

  static std::size_t bucket_of(std::uint64_t value_us);
  static std::uint64_t upper_edge(std::size_t bucket);

  std::array<std::uint64_t, (kOctaves + 1) * kSubBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace vencer
