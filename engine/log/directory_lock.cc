#include "engine/log/directory_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/log/errno_text.h"

namespace vencer {
namespace {

std::string holder(int descriptor) {
  char text[32] = {};
  const ssize_t got = ::pread(descriptor, text, sizeof text - 1, 0);
  std::string pid(text, got > 0 ? static_cast<std::size_t>(got) : 0);
  pid.erase(pid.find_last_not_of(" \n") + 1);
  return pid.empty() ? "unknown" : pid;
}

Error failed(const std::string& file, const char* what) {
  return Error{Errc::internal, fmt::format("{}: {}: {}", file, what, errno_text(errno))};
}

}  // namespace

DirectoryLock::~DirectoryLock() {
  ::close(descriptor_);
}

Result<std::unique_ptr<StorageLock>> lock_directory(const std::string& path) {
  const std::string file = path + "/LOCK";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed(file, "cannot open the lock file");
  auto lock = std::make_unique<DirectoryLock>(descriptor);
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return failed(file, "cannot lock");
    return Error{Errc::internal, fmt::format("{} is in use by another process (pid {}): two would "
                                             "destroy it; stop that one, or name another directory",
                                             path, holder(descriptor))};
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return failed(file, "cannot write the process id");
  }
  return std::unique_ptr<StorageLock>(std::move(lock));
}

}  // namespace vencer
