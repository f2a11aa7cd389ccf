// A library that is loaded into a server before libc (LD_PRELOAD): its storage calls below one
// directory are counted, and at the numbers that the test has set they fail, find the disk full, or
// end the process as kill -9 would, in the middle of a write.
//
// It does what the kernel does when a device breaks: a failed write has reached the disk not at
// all, in part or as a whole; a failed sync has synced nothing. Each call here is a bare system
// call, so that no other wrapper is met on the way.
// Thread: any.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/e2e/fault_control.h"

namespace {

using vencer::testing::FaultControl;

// Not libc's syscall(), which is one of the calls met here.
template <typename... Words>
long kernel(long number, Words... words) {
  static_assert(sizeof...(Words) <= 6);
  const long w[6] = {(long)words...};
  long result = number;
  register long fourth asm("r10") = w[3];
  register long fifth asm("r8") = w[4];
  register long sixth asm("r9") = w[5];
  asm volatile("syscall"
               : "+a"(result)
               : "D"(w[0]), "S"(w[1]), "d"(w[2]), "r"(fourth), "r"(fifth), "r"(sixth)
               : "rcx", "r11", "memory");
  if (result >= 0 || result < -4095) return result;
  errno = static_cast<int>(-result);
  return -1;
}

constexpr long kBlock = 4096;
constexpr char kKeepDescriptors[] = "/proc/self/fd/";

// Null before the constructor below has run (calls come that early), and in a process that no test
// has prepared.
FaultControl* the_page = nullptr;
FaultControl* control() {
  return the_page;
}

FaultControl* map_page() {
  const char* path = getenv(vencer::testing::kFaultVariable);
  if (path == nullptr) return nullptr;
  const long file = kernel(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
  if (file < 0) return nullptr;
  const long at =
      kernel(SYS_mmap, nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  kernel(SYS_close, file);
  return at == -1 ? nullptr : reinterpret_cast<FaultControl*>(at);
}

bool below(const FaultControl& page, const char* path) {
  const size_t size = strlen(page.directory);
  return size > 0 && strncmp(path, page.directory, size) == 0 &&
         (path[size] == '/' || path[size] == '\0');
}

bool ours(const FaultControl& page, int descriptor) {
  char link[64], path[1024];
  snprintf(link, sizeof link, "%s%d", kKeepDescriptors, descriptor);
  const long size = kernel(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return below(page, path);
}

[[noreturn]] void end_process() {
  kernel(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

enum class Fate { go_on, fail, end };

Fate next_call(FaultControl& page) {
  const uint64_t number = page.calls.fetch_add(1) + 1;
  if (number == page.kill_at.load()) return Fate::end;
  if (number < page.fail_from.load()) return Fate::go_on;
  page.failed.fetch_add(1);
  errno = static_cast<int>(page.fail_errno.load());
  return Fate::fail;
}

// A call that takes effect as a whole or not at all; true if it may go on.
bool may_go_on(FaultControl* page) {
  const Fate fate = next_call(*page);
  if (fate == Fate::end) end_process();
  return fate == Fate::go_on;
}

uint64_t bytes_below(const char* directory) {
  DIR* stream = opendir(directory);
  if (stream == nullptr) return 0;
  uint64_t bytes = 0;
  while (const dirent* entry = readdir(stream)) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char path[1024];
    if (snprintf(path, sizeof path, "%s/%s", directory, entry->d_name) >= int{sizeof path})
      continue;
    struct stat info;
    if (lstat(path, &info) != 0) continue;
    bytes += S_ISDIR(info.st_mode) ? bytes_below(path) : static_cast<uint64_t>(info.st_size);
  }
  closedir(stream);
  return bytes;
}

// How many of `bytes` at `offset` there is room for; files count as far as they reach.
size_t room_for(FaultControl& page, int descriptor, uint64_t offset, size_t bytes) {
  const uint64_t limit = page.disk_bytes.load();
  struct stat info;
  if (limit == FaultControl::kOff || fstat(descriptor, &info) != 0) return bytes;
  const auto size = static_cast<uint64_t>(info.st_size);
  if (offset + bytes <= size) return bytes;
  const uint64_t used = bytes_below(page.directory);
  const uint64_t free = used < limit ? limit - used : 0;
  const uint64_t growth = offset + bytes - (offset > size ? offset : size);
  if (growth <= free) return bytes;
  page.full.fetch_add(1);
  return bytes - static_cast<size_t>(growth - free) / kBlock * kBlock -
         ((growth - free) % kBlock != 0 ? static_cast<size_t>(kBlock) : 0);
}

template <typename Write>
ssize_t write_checked(int descriptor, uint64_t offset, size_t bytes, Write write) {
  FaultControl* page = control();
  if (page == nullptr || !ours(*page, descriptor)) return write(bytes);
  const Fate fate = next_call(*page);
  if (fate == Fate::go_on) {
    const size_t fits = room_for(*page, descriptor, offset, bytes);
    if (fits == bytes) return write(bytes);
    if (fits > 0 && fits < bytes) return write(fits);
    errno = ENOSPC;
    return -1;
  }
  // None of it, half of it, all of it.
  const int number = errno;
  const uint64_t part = page->calls.load() % 3;
  const size_t half = bytes / 2 / kBlock * kBlock;
  if (part == 1 && half > 0) (void)write(half);
  if (part == 2) (void)write(bytes);
  if (fate == Fate::end) end_process();
  errno = number;
  return -1;
}

bool path_may_go_on(const char* path) {
  FaultControl* page = control();
  return page == nullptr || !below(*page, path) || may_go_on(page);
}
bool file_may_go_on(int descriptor) {
  FaultControl* page = control();
  return page == nullptr || !ours(*page, descriptor) || may_go_on(page);
}

__attribute__((constructor)) void begin() {
  the_page = map_page();
  const FaultControl* page = control();
  if (page == nullptr || page->descriptors.load() == 0) return;
  const rlimit limit{page->descriptors.load(), page->descriptors.load()};
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

extern "C" {

ssize_t pwrite(int descriptor, const void* data, size_t bytes, off_t offset) {
  return write_checked(descriptor, static_cast<uint64_t>(offset), bytes, [&](size_t count) {
    return kernel(SYS_pwrite64, descriptor, data, count, offset);
  });
}
ssize_t pwrite64(int descriptor, const void* data, size_t bytes, off_t offset) {
  return pwrite(descriptor, data, bytes, offset);
}
ssize_t write(int descriptor, const void* data, size_t bytes) {
  struct stat info;
  const bool file = control() != nullptr && fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
  if (!file) return kernel(SYS_write, descriptor, data, bytes);
  const long at = kernel(SYS_lseek, descriptor, 0, SEEK_CUR);
  return write_checked(descriptor, static_cast<uint64_t>(at), bytes,
                       [&](size_t count) { return kernel(SYS_write, descriptor, data, count); });
}
ssize_t pwritev(int descriptor, const iovec* parts, int count, off_t offset) {
  return file_may_go_on(descriptor)
             ? kernel(SYS_pwritev, descriptor, parts, count, offset, off_t{0})
             : -1;
}
// The log's writes beside each other: the server's ring is of its log alone. One that fails has not
// been taken by the kernel; at the end of the process it may have been.
long syscall(long number, ...) noexcept {
  long w[6];
  va_list rest;
  va_start(rest, number);
  for (long& one : w) one = va_arg(rest, long);
  va_end(rest);
  FaultControl* page = control();
  const bool writes = number == SYS_io_uring_enter && w[1] > 0;
  if (page != nullptr && page->directory[0] != '\0' && writes) {
    const Fate fate = next_call(*page);
    if (fate == Fate::fail) return -1;
    if (fate == Fate::end) {
      if (page->calls.load() % 2 == 0) (void)kernel(number, w[0], w[1], w[2], w[3], w[4], w[5]);
      end_process();
    }
  }
  return kernel(number, w[0], w[1], w[2], w[3], w[4], w[5]);
}
int fsync(int descriptor) {
  return file_may_go_on(descriptor) ? static_cast<int>(kernel(SYS_fsync, descriptor)) : -1;
}
int fdatasync(int descriptor) {
  return file_may_go_on(descriptor) ? static_cast<int>(kernel(SYS_fdatasync, descriptor)) : -1;
}
int ftruncate(int descriptor, off_t size) noexcept {
  return file_may_go_on(descriptor) ? static_cast<int>(kernel(SYS_ftruncate, descriptor, size))
                                    : -1;
}
int ftruncate64(int descriptor, off_t size) noexcept {
  return ftruncate(descriptor, size);
}
int rename(const char* from, const char* to) noexcept {
  return path_may_go_on(from) ? static_cast<int>(kernel(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to))
                              : -1;
}
int unlink(const char* path) noexcept {
  return path_may_go_on(path) ? static_cast<int>(kernel(SYS_unlinkat, AT_FDCWD, path, 0)) : -1;
}
int mkdir(const char* path, mode_t mode) noexcept {
  return path_may_go_on(path) ? static_cast<int>(kernel(SYS_mkdirat, AT_FDCWD, path, mode)) : -1;
}

int fallocate(int descriptor, int mode, off_t offset, off_t bytes) {
  FaultControl* page = control();
  if (page != nullptr && ours(*page, descriptor)) {
    if (!may_go_on(page)) return -1;
    const auto at = static_cast<uint64_t>(offset);
    if (room_for(*page, descriptor, at, static_cast<size_t>(bytes)) != static_cast<size_t>(bytes)) {
      errno = ENOSPC;
      return -1;
    }
  }
  return static_cast<int>(kernel(SYS_fallocate, descriptor, mode, offset, bytes));
}
int posix_fallocate(int descriptor, off_t offset, off_t bytes) {
  return fallocate(descriptor, 0, offset, bytes) == 0 ? 0 : errno;
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : mode_t{0};
  va_end(rest);
  if ((flags & O_CREAT) != 0 && !path_may_go_on(path)) return -1;
  return static_cast<int>(kernel(SYS_openat, AT_FDCWD, path, flags, mode));
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : mode_t{0};
  va_end(rest);
  return open(path, flags, mode);
}

void* mmap(void* wanted, size_t bytes, int protection, int flags, int descriptor,
           off_t offset) noexcept {
  if ((flags & MAP_ANONYMOUS) != 0) {
    const FaultControl* page = control();
    if (page != nullptr && bytes > page->mapping_max.load()) {
      errno = ENOMEM;
      return MAP_FAILED;
    }
  }
  const long at = kernel(SYS_mmap, wanted, bytes, protection, flags, descriptor, offset);
  return at == -1 ? MAP_FAILED : reinterpret_cast<void*>(at);
}

}  // extern "C"
