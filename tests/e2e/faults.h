// Faults: the test's side of a server whose storage calls can be made to fail (fault_control.h).
//
//   Faults faults(data);
//   Server server(data, {}, {faults.environment()});
//   faults->fail_errno = EIO;
//   faults->fail_from = faults->calls + 3;
//
// Lives: longer than the server.  Thread: any.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/fault_control.h"

namespace vencer::testing {

class Faults {
 public:
  // Of the files below `directory`, which need not be there yet.
  explicit Faults(const std::filesystem::path& directory);
  ~Faults();
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

  FaultControl* operator->() { return page_; }
  std::vector<std::string> environment() const;
  void calm();  // nothing fails any more; calls go on being counted

 private:
  std::filesystem::path path_;
  FaultControl* page_ = nullptr;
};

}  // namespace vencer::testing
