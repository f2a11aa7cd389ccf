// What e2e_test can be told on its command line, beside GoogleTest's own flags:
//
//   e2e_test --cycles 200 --seed 7 --report kills.jsonl --gtest_filter='Crash.*'
#pragma once

#include <cstdint>
#include <string>

namespace vencer::testing {

struct E2eOptions {
  std::uint64_t cycles = 10;  // deaths of the server in the crash test
  std::uint64_t seed = 1;
  std::string report;  // a file that gets a line of JSON per kind of fault; empty: none
};
E2eOptions& e2e_options();

// Appends {"test":NAME,FIELDS,"seed":..., "date":...} to the report, if one is asked for. `fields`
// is JSON without braces.
void report_figures(const std::string& name, const std::string& fields);

}  // namespace vencer::testing
