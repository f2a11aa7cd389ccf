#include <gtest/gtest.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string_view>

#include "tests/e2e/options.h"

namespace vencer::testing {

E2eOptions& e2e_options() {
  static E2eOptions options;
  return options;
}

void report_figures(const std::string& name, const std::string& fields) {
  const E2eOptions& options = e2e_options();
  const std::time_t now = std::time(nullptr);
  char date[16] = "";
  std::strftime(date, sizeof date, "%F", std::gmtime(&now));
  const std::string line = "{\"test\":\"" + name + "\"," + fields +
                           ",\"seed\":" + std::to_string(options.seed) + ",\"date\":\"" + date +
                           "\"}";
  std::printf("%s\n", line.c_str());
  if (!options.report.empty()) std::ofstream(options.report, std::ios::app) << line << '\n';
}

namespace {

bool read_number(std::string_view text, std::uint64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size() && *number > 0;
}

// What GoogleTest has left; false after a message.
bool read_options(int count, char** arguments) {
  E2eOptions& options = e2e_options();
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    const std::string_view value = i + 1 < count ? arguments[i + 1] : "";
    bool good = !value.empty();
    if (name == "--cycles") {
      good = read_number(value, &options.cycles);
    } else if (name == "--seed") {
      good = read_number(value, &options.seed);
    } else if (name == "--report") {
      options.report = value;
    } else {
      good = false;
    }
    if (good) continue;
    std::fprintf(stderr,
                 "e2e_test: %s %s: known are --cycles N, --seed N (from 1), --report FILE and "
                 "--gtest_...\n",
                 arguments[i], std::string(value).c_str());
    return false;
  }
  return true;
}

}  // namespace
}  // namespace vencer::testing

int main(int count, char** arguments) {
  ::testing::InitGoogleTest(&count, arguments);
  if (!vencer::testing::read_options(count, arguments)) return 2;
  return RUN_ALL_TESTS();
}
