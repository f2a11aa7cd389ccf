// VENCER_ASSERT: an invariant of our own code, checked in every build. Never for bytes from disk or
// network (those get an Errc): a failed assertion ends the process, because state that broke an
// invariant must not be acknowledged, and the log can bring the last good state back.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace vencer::detail {
[[noreturn]] inline void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "vencer: assertion failed: %s (%s:%d)\n", expression, file, line);
  std::abort();
}
}  // namespace vencer::detail

#define VENCER_ASSERT(expression) \
  (static_cast<bool>(expression)  \
       ? void(0)                  \
       : ::vencer::detail::assertion_failed(#expression, __FILE__, __LINE__))
