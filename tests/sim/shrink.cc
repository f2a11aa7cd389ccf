#include "tests/sim/shrink.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace vencer::sim {
namespace {

std::string tell_positions(const std::set<std::size_t>& positions) {
  std::string text;
  for (auto at = positions.begin(); at != positions.end();) {
    const std::size_t first = *at;
    std::size_t last = first;
    while (++at != positions.end() && *at == last + 1) last = *at;
    text += fmt::format("{}{}", text.empty() ? "" : ",", first);
    if (last > first) text += fmt::format("-{}", last);
  }
  return text;
}

class Shrinker {
 public:
  Shrinker(const LifeOptions& failing, int tries) : best_(failing), tries_(tries) {
    best_.tell = false;
  }

  LifeOptions run(std::size_t faults) {
    for (const double load : {0.05, 0.2, 0.5}) {
      LifeOptions smaller = best_;
      smaller.load = best_.load * load;
      if (fails(smaller)) break;
    }
    // Without halves, quarters, ... single ones.
    for (std::size_t chunk = std::max<std::size_t>(faults / 2, 1); chunk > 0; chunk /= 2) {
      for (std::size_t at = 0; at < faults; at += chunk) {
        LifeOptions fewer = best_;
        for (std::size_t i = at; i < std::min(at + chunk, faults); ++i) fewer.without.insert(i);
        if (fewer.without.size() > best_.without.size()) fails(fewer);
      }
    }
    return best_;
  }

 private:
  bool fails(const LifeOptions& candidate) {
    if (tries_-- <= 0 || Life(candidate).run().wrong.empty()) return false;
    best_ = candidate;
    return true;
  }

  LifeOptions best_;
  int tries_;
};

}  // namespace

// The plan of faults depends on the hours, so these stay; a failing life ends where it fails
// anyway.
LifeOptions shrink(const LifeOptions& failing, const LifeResult& result, int tries) {
  return Shrinker(failing, tries).run(result.planned_faults);
}

std::string replay_command(const LifeOptions& options) {
  std::string text = fmt::format("vencer-sim --seed {} --hours {} --faults {}", options.seed,
                                 options.hours, tell_groups(options.faults));
  if (options.load != 1) text += fmt::format(" --load {}", options.load);
  if (!options.without.empty()) text += " --without " + tell_positions(options.without);
  return text + " --tell";
}

bool parse_positions(const std::string& text, std::set<std::size_t>* positions) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    std::size_t first = 0;
    auto parsed = std::from_chars(at, end, first);
    if (parsed.ec != std::errc{}) return false;
    std::size_t last = first;
    if (parsed.ptr < end && *parsed.ptr == '-') {
      parsed = std::from_chars(parsed.ptr + 1, end, last);
      if (parsed.ec != std::errc{} || last < first || last - first > 1'000'000) return false;
    }
    for (std::size_t i = first; i <= last; ++i) positions->insert(i);
    if (parsed.ptr < end && *parsed.ptr != ',') return false;
    at = parsed.ptr + (parsed.ptr < end ? 1 : 0);
  }
  return true;
}

}  // namespace vencer::sim
