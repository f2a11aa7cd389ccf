#include "tools/vencer/load_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vencer {

// Values below 64 have a bucket each; above, the top bit names the octave and the next six the
// bucket.
std::size_t LatencyHistogram::bucket_of(std::uint64_t value_us) {
  if (value_us < kSubBuckets) return value_us;
  const auto octave = static_cast<unsigned>(std::bit_width(value_us)) - kSubBits;
  if (octave > kOctaves) return (kOctaves + 1) * kSubBuckets - 1;
  return octave * kSubBuckets + ((value_us >> (octave - 1)) - kSubBuckets);
}

std::uint64_t LatencyHistogram::upper_edge(std::size_t bucket) {
  if (bucket < kSubBuckets) return bucket;
  const std::size_t octave = bucket / kSubBuckets;
  return ((kSubBuckets + bucket % kSubBuckets + 1) << (octave - 1)) - 1;
}

void LatencyHistogram::record(std::uint64_t value_us, std::uint64_t times) {
  buckets_[bucket_of(value_us)] += times;
  count_ += times;
  max_ = std::max(max_, value_us);
  sum_ += static_cast<double>(value_us) * static_cast<double>(times);
}

void LatencyHistogram::add(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

double LatencyHistogram::mean() const {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::uint64_t LatencyHistogram::quantile(double q) const {
  if (count_ == 0) return 0;
  const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= std::max<std::uint64_t>(rank, 1)) return std::min(upper_edge(i), max_);
  }
  return max_;
}

}  // namespace vencer
