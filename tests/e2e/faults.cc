#include "tests/e2e/faults.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

namespace vencer::testing {

Faults::Faults(const std::filesystem::path& directory) : path_(directory.string() + ".faults") {
  const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ::ftruncate(file, sizeof(FaultControl)) != 0) {
    throw std::runtime_error("no page of faults at " + path_.string());
  }
  void* at = ::mmap(nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (at == MAP_FAILED) throw std::runtime_error("no page of faults at " + path_.string());
  page_ = new (at) FaultControl;
  const std::string name = directory.string();
  if (name.size() >= sizeof page_->directory) throw std::runtime_error("too long: " + name);
  std::memcpy(page_->directory, name.c_str(), name.size() + 1);
}

Faults::~Faults() {
  ::munmap(page_, sizeof(FaultControl));
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

std::vector<std::string> Faults::environment() const {
  // The address sanitizer wants to be the first library, and does not need to be.
  const char* asan = std::getenv("ASAN_OPTIONS");
  return {std::string(kFaultVariable) + "=" + path_.string(), "LD_PRELOAD=" VENCER_FAULT_SHIM,
          "ASAN_OPTIONS=" + (asan == nullptr ? std::string() : asan + std::string(":")) +
              "verify_asan_link_order=0"};
}

void Faults::calm() {
  page_->fail_from = FaultControl::kOff;
  page_->kill_at = FaultControl::kOff;
  page_->disk_bytes = FaultControl::kOff;
  page_->mapping_max = FaultControl::kOff;
}

}  // namespace vencer::testing
