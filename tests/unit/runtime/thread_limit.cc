// The program's own pthread_create stands before the library's, through which std::thread goes.
#include "tests/unit/runtime/thread_limit.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

#include <atomic>

namespace {

std::atomic<bool> limited{false};
std::atomic<int> left{0};

}  // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*run)(void*), void* argument) noexcept {
  if (limited && left.fetch_sub(1) <= 0) return EAGAIN;
  static const auto library =
      reinterpret_cast<decltype(&pthread_create)>(::dlsym(RTLD_NEXT, "pthread_create"));
  return library(thread, attributes, run, argument);
}

namespace vencer::testing {

ThreadLimit::ThreadLimit(int threads) {
  left = threads;
  limited = true;
}

ThreadLimit::~ThreadLimit() {
  limited = false;
}

}  // namespace vencer::testing
