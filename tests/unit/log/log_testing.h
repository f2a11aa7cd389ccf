// What the tests of the log share: steps that own their bytes, random ones, a temporary directory.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "engine/log/wal.h"

namespace vencer::testing {

struct OwnedStep {
  std::uint8_t kind = 2;
  std::uint16_t frame_type = 0;
  TimeMs now = 0;
  std::uint64_t principal = 0, argument = 0;
  std::vector<std::byte> payload;

  friend bool operator==(const OwnedStep&, const OwnedStep&) = default;
  friend std::ostream& operator<<(std::ostream& out, const OwnedStep& step) {
    return out << "step now=" << step.now << " bytes=" << step.payload.size();
  }
  StepRecord record() const { return {kind, frame_type, now, principal, argument, payload}; }
};

inline std::function<Status(const StepRecord&)> collect(std::vector<OwnedStep>* into) {
  return [into](const StepRecord& step) -> Status {
    if (reinterpret_cast<std::uintptr_t>(step.payload.data()) % 8 != 0) {
      return Error{Errc::internal, "a payload is not 8-aligned"};
    }
    into->push_back({step.kind,
                     step.frame_type,
                     step.now,
                     step.principal,
                     step.argument,
                     {step.payload.begin(), step.payload.end()}});
    return ok_status();
  };
}

// 1..steps_max steps, each with 0..payload_max bytes (mostly few).
inline std::vector<OwnedStep> random_steps(std::mt19937_64& random, std::size_t steps_max,
                                           std::size_t payload_max) {
  std::vector<OwnedStep> steps(1 + random() % steps_max);
  for (OwnedStep& step : steps) {
    step.kind = static_cast<std::uint8_t>(1 + random() % 7);
    step.frame_type = static_cast<std::uint16_t>(random());
    step.now = static_cast<TimeMs>(random() >> 8);
    step.principal = random();
    step.argument = random();
    const std::size_t limit = random() % 4 == 0 ? payload_max : payload_max / 10;
    step.payload.resize(random() % (limit + 1));
    for (std::byte& b : step.payload) b = static_cast<std::byte>(random());
  }
  return steps;
}

class TempDirectory {
 public:
  TempDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vencer-log-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace vencer::testing
