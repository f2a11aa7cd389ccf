#include "engine/runtime/role.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>

namespace vencer {

void begin_thread(const std::string& name) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

Error no_thread(const std::system_error& thrown) {
  return {Errc::internal,
          std::string("a thread could not be made: ") + thrown.what() +
              ". Nothing is wrong with the data and nothing of it is lost. Raise the limit on "
              "processes and threads (ulimit -u, the service's TasksMax, the cgroup's pids.max) or "
              "give the process more memory"};
}

RoleThread::RoleThread(std::string name, std::vector<Role*> roles)
    : name_(std::move(name)), roles_(std::move(roles)) {}

RoleThread::~RoleThread() {
  stop();
}

void RoleThread::start() {
  thread_ = std::thread([this] { run(); });
}

void RoleThread::stop() {
  stopping_.store(true, std::memory_order_release);
  wakeup_.notify();
  if (thread_.joinable()) thread_.join();
}

void RoleThread::run() {
  begin_thread(name_);
  while (!stopping_.load(std::memory_order_acquire)) {
    int done = 0;
    for (Role* role : roles_) done += role->do_work();
    if (done > 0) continue;
    SteadyTime until = kNoWakeTime;
    for (const Role* role : roles_) until = std::min(until, role->wake_at());
    wakeup_.wait_until(until);
  }
}

}  // namespace vencer
