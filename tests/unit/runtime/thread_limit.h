// Threads that can still be made while it lives; std::thread throws for those beyond them. (The
// limit of the system does not bind root.)
#pragma once

namespace vencer::testing {

class ThreadLimit {
 public:
  explicit ThreadLimit(int threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;
};

}  // namespace vencer::testing
