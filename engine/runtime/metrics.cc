#include "engine/runtime/metrics.h"

#include <algorithm>
#include <bit>

namespace vencer {

void Histogram::record(std::uint64_t value) {
  const auto bucket = static_cast<std::size_t>(std::bit_width(value));
  buckets_[std::min(bucket, kBuckets - 1)].add();
}

std::uint64_t Histogram::count() const {
  std::uint64_t total = 0;
  for (const Counter& bucket : buckets_) total += bucket.get();
  return total;
}

std::uint64_t Histogram::quantile(double q) const {
  const std::uint64_t total = count();
  if (total == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(q * static_cast<double>(total));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i].get();
    if (seen > wanted || seen == total) return (std::uint64_t{1} << i) - 1;
  }
  return 0;
}

std::uint64_t Metrics::commands_accepted() const {
  std::uint64_t total = 0;
  for (const Counter& kind : commands) total += kind.get();
  return total;
}

}  // namespace vencer
