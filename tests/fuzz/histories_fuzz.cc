// A random history of a desk whose dice are thrown by the fuzzer, played through the state machine
// in several ways and through the naive model of the semantics (tests/model/play.h): what coverage
// leads to is held against an oracle, not only watched for crashes.
#include "tests/fuzz/byte_source.h"
#include "tests/model/dice.h"
#include "tests/model/play.h"

namespace vencer::fuzz {
namespace {

constexpr std::size_t kTapeMax = 4096;

void run(std::span<const std::byte> input) {
  const auto story = model::story_of(input.first(std::min(input.size(), kTapeMax)));
  if (!story) return;
  const std::string difference = model::play(*story);
  FUZZ_CHECK(difference.empty(), difference + model::tell(*story));
}

Seeds seeds() {
  Seeds all;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    model::Dice dice(seed);
    Input& tape = all.emplace_back(600 + 80 * seed);
    for (std::byte& each : tape) each = static_cast<std::byte>(dice.below(256));
  }
  return all;
}

VENCER_FUZZ_TARGET(histories, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
