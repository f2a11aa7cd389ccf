// A calendar file of holidays from anywhere: days in order and within the span, or a place and what
// is wrong there.
#include <vencer_paths.h>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/config/ics.h"
#include "tests/fuzz/byte_source.h"

namespace vencer::fuzz {
namespace {

void run(std::span<const std::byte> input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  const CivilDay from = civil_day(2000, 1, 1), to = civil_day(2060, 12, 31);
  const auto days = config::read_ics_holidays(text, "x.ics", from, to);
  if (!days.ok()) {
    FUZZ_CHECK(days.error().message.starts_with("x.ics"), days.error().message);
    return;
  }
  CivilDay before = from - 1;
  for (const CivilDay day : *days) {
    FUZZ_CHECK(before < day && day <= to, "day " + std::to_string(day));
    before = day;
  }
}

Seeds seeds() {
  Seeds all;
  const auto folder = std::filesystem::path(VENCER_SOURCE_DIR) / "tests/corpus/ics";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.size() <= (8 << 10)) all.push_back(input_of(text));
  }
  return all;
}

VENCER_FUZZ_TARGET(ics, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
