// Role: a duty cycle. The configuration places roles on threads (server_config.h: threads).
//
//   do_work() does a bounded amount of work and returns how much; 0: nothing to do until wake_at()
//   or a notification of the thread's Wakeup.
//
// The idea is Aeron's (agents with duty cycles): what a role does never depends on which thread
// calls it, only that it is one thread at a time.
#pragma once

#include <atomic>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "engine/core/result.h"
#include "engine/runtime/wakeup.h"

namespace vencer {

class Role {
 public:
  virtual ~Role() = default;
  virtual int do_work() = 0;
  virtual SteadyTime wake_at() const = 0;
};

// One thread that runs roles in turn. Lives: from start() to stop(), which joins.
class RoleThread {
 public:
  RoleThread(std::string name, std::vector<Role*> roles);
  ~RoleThread();
  RoleThread(const RoleThread&) = delete;
  RoleThread& operator=(const RoleThread&) = delete;

  void start();
  void stop();
  Wakeup& wakeup() { return wakeup_; }

 private:
  void run();

  const std::string name_;
  const std::vector<Role*> roles_;
  ThreadWakeup wakeup_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// A thread of the server begins: named for `top` and the debugger (at most 15 bytes are kept), and
// signals that end the process are left to the main thread.
void begin_thread(const std::string& name);

// What a start says when std::thread throws, and what would help.
Error no_thread(const std::system_error& thrown);

}  // namespace vencer
