// Dice: seeded randomness for stories. The same seed gives the same throws on every machine, which
// the distributions of <random> do not promise. Or a tape: throws that somebody else has chosen, as
// a fuzzer does, one byte for a small one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vencer::model {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  // The tape must outlive the dice. Behind its end the throws are those of seed 0.
  explicit Dice(std::span<const std::byte> tape) : tape_(tape), taped_(true) {}
  // Is there a tape, and is all of it thrown?
  bool spent() const { return taped_ && tape_.empty(); }

  std::uint64_t next() {  // splitmix64
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  // 0 .. n - 1
  std::uint64_t below(std::uint64_t n) { return (tape_.empty() ? next() : from_tape(n)) % n; }
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
  std::uint64_t from_tape(std::uint64_t n) {
    const std::size_t wanted = n <= 1 << 8 ? 1 : n <= 1 << 16 ? 2 : 8;
    std::uint64_t thrown = 0;
    for (std::size_t left = std::min(wanted, tape_.size()); left > 0; --left) {
      thrown = thrown << 8 | static_cast<std::uint64_t>(tape_.front());
      tape_ = tape_.subspan(1);
    }
    return thrown;
  }

  std::uint64_t state_ = 0;
  std::span<const std::byte> tape_;
  bool taped_ = false;
};

}  // namespace vencer::model
