// FileHold: as long as somebody copies a partition's files, none of them goes: no segment of the
// log is used again, no old snapshot and no event segment is deleted. The keeper makes up for it
// afterwards.
//
// Who takes it has to bound how long (backups.h).  Thread: maintenance's, all of it.
#pragma once

#include <cstdint>

namespace vencer {

class FileHold {
 public:
  void take() { ++holders_; }
  void let_go() { --holders_; }
  bool held() const { return holders_ > 0; }

 private:
  std::uint32_t holders_ = 0;
};

}  // namespace vencer
