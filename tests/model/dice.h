// Dice: seeded randomness for stories. The same seed gives the same throws on every machine, which
// the distributions of <random> do not promise.
#pragma once

#include <cstdint>
#include <vector>

namespace vencer::model {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {  // splitmix64
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  // 0 .. n - 1
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  // low .. high
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool percent(unsigned p) { return below(100) < p; }
  template <typename T>
  const T& of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }
  // Each of the lowest n bits is set with p percent.
  std::uint64_t bits(unsigned n, unsigned p) {
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < n; ++i) mask |= percent(p) ? 1ull << i : 0;
    return mask;
  }

 private:
  std::uint64_t state_;
};

}  // namespace vencer::model
