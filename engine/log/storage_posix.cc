#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <random>
#include <utility>

#include "engine/core/limits.h"
#include "engine/log/directory_lock.h"
#include "engine/log/errno_text.h"
#include "engine/log/storage.h"
#include "engine/log/write_ring.h"

namespace vencer {
namespace {

constexpr std::size_t kBlock = 4096;

Error failed(const char* what, const std::string& path, int number) {
  const Errc code = number == ENOSPC || number == EDQUOT ? Errc::disk_full : Errc::internal;
  return Error{code, fmt::format("{} {}: {}", what, path, errno_text(number))};
}

// From the best to the one that always works. Found out once per directory by trying.
enum class Method { direct_dsync, dsync, fdatasync };

int flags_of(Method method) {
  switch (method) {
    case Method::direct_dsync:
      return O_DIRECT | O_DSYNC;
    case Method::dsync:
      return O_DSYNC;
    case Method::fdatasync:
      break;
  }
  return 0;
}

const char* name_of(Method method) {
  switch (method) {
    case Method::direct_dsync:
      return "O_DIRECT|O_DSYNC";
    case Method::dsync:
      return "O_DSYNC";
    case Method::fdatasync:
      break;
  }
  return "fdatasync";
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path, bool sync_each_write)
      : descriptor_(descriptor), path_(std::move(path)), sync_each_write_(sync_each_write) {}
  ~PosixFile() override {
    ring_.reset();
    ::close(descriptor_);
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t got = ::pread(descriptor_, into.data() + done, into.size() - done,
                                  static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed("reading", path_, errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Status write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t put = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done,
                                   static_cast<off_t>(offset + done));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return failed("writing", path_, errno);
      if (put == 0) return failed("writing", path_, EIO);
      done += static_cast<std::size_t>(put);
    }
    return sync_each_write_ ? sync() : ok_status();
  }

  // A write that needs a sync behind it is not done when the ring says so.
  bool write_apart(int event) override {
    if (!sync_each_write_) ring_ = WriteRing::make(event);
    return ring_ != nullptr;
  }

  void begin_write(std::uint64_t token, std::uint64_t offset,
                   std::span<const std::byte> bytes) override {
    const auto slot = std::ranges::find_if(begun_, [](const Begun& b) { return b.at == nullptr; });
    if (ring_ == nullptr || slot == begun_.end() ||
        !ring_->begin(descriptor_, token, offset, bytes)) {
      return File::begin_write(token, offset, bytes);
    }
    *slot = {token, offset, bytes.data(), bytes.size()};
  }

  void poll_writes(bool wait, std::vector<WriteDone>* done) override {
    const std::size_t before = done->size();
    File::poll_writes(wait, done);
    if (ring_ == nullptr) return;
    if (wait && done->size() == before && ring_->under_way() > 0) ring_->wait();
    for (WriteRing::Finished one; ring_->take(&one);) {
      const auto slot = std::ranges::find_if(
          begun_, [&](const Begun& b) { return b.at != nullptr && b.token == one.token; });
      done->push_back({one.token, finish(std::exchange(*slot, {}), one.result)});
    }
  }

  Status sync() override {
    if (::fdatasync(descriptor_) != 0) return failed("syncing", path_, errno);
    return ok_status();
  }

  Status truncate(std::uint64_t size) override {
    while (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
      if (errno != EINTR) return failed("truncating", path_, errno);
    }
    return ok_status();
  }

  // Without the flags that wait: it asks for no error either, so that none is taken from sync().
  void write_out(std::uint64_t offset, std::uint64_t bytes) override {
    (void)::sync_file_range(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(bytes),
                            SYNC_FILE_RANGE_WRITE);
  }

  Result<std::uint64_t> size() override {
    struct stat info {};
    if (::fstat(descriptor_, &info) != 0) return failed("looking at", path_, errno);
    return static_cast<std::uint64_t>(info.st_size);
  }

 private:
  struct Begun {
    std::uint64_t token = 0;
    std::uint64_t offset = 0;
    const std::byte* at = nullptr;  // null: a free slot
    std::size_t size = 0;
  };

  // A part is written again, at once. One that the end of the thread that began it broke off has
  // met no trouble of the disk: it is done again, too.
  Status finish(const Begun& begun, int result) {
    const bool broken_off = result == -ECANCELED || result == -EINTR || result == -EAGAIN;
    if (result == 0) return failed("writing", path_, EIO);
    if (result < 0 && !broken_off) return failed("writing", path_, -result);
    // From the beginning: offset and memory stay aligned.
    if (result != static_cast<int>(begun.size)) {
      return write_at(begun.offset, {begun.at, begun.size});
    }
    return ok_status();
  }

  int descriptor_;
  std::string path_;
  bool sync_each_write_;
  std::unique_ptr<WriteRing> ring_;
  std::array<Begun, limits::groups_in_flight_max> begun_;
};

enum class Probe { works, unsupported, unknown };

// Only this says that a file system cannot; a full or failing disk says nothing about the method.
Probe refused_with(int number) {
  const bool cannot = number == EINVAL || number == EOPNOTSUPP;
  return cannot ? Probe::unsupported : Probe::unknown;
}

// Whether an aligned write goes through with these flags in this directory.
Probe probe(const std::string& directory, Method method) {
  alignas(kBlock) static constexpr std::array<std::byte, kBlock> kZeros{};
  const std::string path = fmt::format("{}/.write-probe-{}", directory, ::getpid());
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | flags_of(method), 0600);
  const int opened = descriptor < 0 ? errno : 0;
  ::unlink(
      path.c_str());  // at once: a crash leaves none. (Some make the file, and refuse it then.)
  if (descriptor < 0) return refused_with(opened);
  ssize_t put = 0;
  do {
    put = ::pwrite(descriptor, kZeros.data(), kBlock, 0);
  } while (put < 0 && errno == EINTR);
  const int written = put < 0 ? errno : 0;
  ::close(descriptor);
  if (put == static_cast<ssize_t>(kBlock)) return Probe::works;
  return refused_with(written);
}

class PosixStorage final : public Storage {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    int flags = O_CLOEXEC | (mode == OpenMode::read ? O_RDONLY : O_RDWR);
    bool sync_each_write = false;
    if (mode == OpenMode::create_new) flags |= O_CREAT | O_EXCL;
    if (mode == OpenMode::direct_sync) {
      const Method method = method_of(parent_of(path));
      flags |= flags_of(method);
      sync_each_write = method == Method::fdatasync;
    }
    int descriptor = ::open(path.c_str(), flags, 0600);
    if (descriptor < 0 && errno == EINVAL && (flags & O_DIRECT) != 0) {
      // The probe could not tell.
      flags &= ~flags_of(Method::direct_dsync);
      sync_each_write = true;
      descriptor = ::open(path.c_str(), flags, 0600);
    }
    if (descriptor < 0) return failed("opening", path, errno);
    if ((flags & O_DIRECT) != 0) {
      // What was read of a segment that is used again is cached, and every direct write would look
      // for it.
      (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    }
    return std::unique_ptr<File>(std::make_unique<PosixFile>(descriptor, path, sync_each_write));
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    DIR* stream = ::opendir(directory.c_str());
    if (stream == nullptr) return failed("listing", directory, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    const int number = errno;
    ::closedir(stream);
    if (number != 0) return failed("listing", directory, number);
    std::sort(names.begin(), names.end());
    return names;
  }

  Status make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
      return failed("making the directory", path, errno);
    }
    return ok_status();
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("renaming", from, errno);
    return ok_status();
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed("removing", path, errno);
    return ok_status();
  }

  Status sync_directory(const std::string& path) override {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return failed("opening", path, errno);
    const int number = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (number != 0) return failed("syncing", path, number);
    return ok_status();
  }

  bool exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }

  Result<std::unique_ptr<StorageLock>> lock(const std::string& directory) override {
    return lock_directory(directory);
  }

  std::uint64_t random_word() override {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) | device();
  }

  std::string write_method(const std::string& directory) override {
    return name_of(method_of(directory));
  }

 private:
  Method method_of(const std::string& directory) {
    const std::lock_guard hold(mutex_);
    const auto known = methods_.find(directory);
    if (known != methods_.end()) return known->second;
    for (const Method method : {Method::direct_dsync, Method::dsync}) {
      const Probe found = probe(directory, method);
      if (found == Probe::unsupported) continue;
      // What cannot be told now is taken to work, and asked again.
      if (found == Probe::works) methods_.emplace(directory, method);
      return method;
    }
    methods_.emplace(directory, Method::fdatasync);
    return Method::fdatasync;
  }

  std::mutex mutex_;
  std::map<std::string, Method> methods_;
};

}  // namespace

std::unique_ptr<Storage> make_posix_storage() {
  return std::make_unique<PosixStorage>();
}

}  // namespace vencer
