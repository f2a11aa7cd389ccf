// The posix storage and the directory lock, on the real file system.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "engine/log/crc32c.h"
#include "engine/log/directory_lock.h"
#include "engine/log/storage.h"
#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::TempDirectory;

std::span<const std::byte> text(const char* s) {
  return std::as_bytes(std::span(s, std::strlen(s)));
}

TEST(Crc32c, KnownValues) {
  EXPECT_EQ(crc32c(0, text("123456789")), 0xe3069283u);
  EXPECT_EQ(crc32c(0, {}), 0u);
  // RFC 3720, B.4: 32 zeros, 32 ones.
  EXPECT_EQ(crc32c(0, std::vector<std::byte>(32)), 0x8a9136aau);
  EXPECT_EQ(crc32c(0, std::vector<std::byte>(32, std::byte{0xff})), 0x62a8ab43u);
  // In two pieces of any size it is the same.
  for (std::size_t cut = 0; cut <= 9; ++cut) {
    const auto all = text("123456789");
    EXPECT_EQ(crc32c(crc32c(0, all.first(cut)), all.subspan(cut)), 0xe3069283u);
  }
}

class PosixTest : public ::testing::Test {
 protected:
  TempDirectory directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
  std::string path(const char* name) const { return directory_.path() + "/" + name; }
};

TEST_F(PosixTest, WritesAndReadsBack) {
  auto file = storage_->open(path("a"), OpenMode::create_new);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->write_at(3, text("hello")).ok());
  ASSERT_TRUE((*file)->sync().ok());
  EXPECT_EQ(*(*file)->size(), 8u);
  std::byte into[16];
  EXPECT_EQ(*(*file)->read_at(4, into), 4u);  // short at the end
  EXPECT_EQ(std::memcmp(into, "ello", 4), 0);
  EXPECT_EQ(*(*file)->read_at(100, into), 0u);
  ASSERT_TRUE((*file)->truncate(4).ok());
  EXPECT_EQ(*(*file)->size(), 4u);
  EXPECT_FALSE(storage_->open(path("a"), OpenMode::create_new).ok());
  ASSERT_TRUE(storage_->rename(path("a"), path("b")).ok());
  ASSERT_TRUE(storage_->make_directory(path("c")).ok());
  ASSERT_TRUE(storage_->make_directory(path("c")).ok());
  ASSERT_TRUE(storage_->sync_directory(directory_.path()).ok());
  EXPECT_EQ(*storage_->list(directory_.path()), (std::vector<std::string>{"b", "c"}));
  ASSERT_TRUE(storage_->remove(path("b")).ok());
  EXPECT_FALSE(storage_->exists(path("b")));
}

TEST_F(PosixTest, ErrorsNameThePath) {
  const auto missing = storage_->open(path("none"), OpenMode::read);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Errc::internal);
  EXPECT_NE(missing.error().message.find(path("none")), std::string::npos);
  EXPECT_FALSE(storage_->list(path("none")).ok());
  EXPECT_FALSE(storage_->sync_directory(path("none")).ok());
  EXPECT_FALSE(storage_->remove(path("none")).ok());
}

TEST_F(PosixTest, FullDiskHasACodeOfItsOwn) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  auto full = storage_->open("/dev/full", OpenMode::read_write);
  ASSERT_TRUE(full.ok());
  const auto status = (*full)->write_at(0, text("x"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Errc::disk_full);
}

TEST_F(PosixTest, DirectSyncWritesAligned) {
  ASSERT_TRUE(storage_->open(path("a"), OpenMode::create_new).ok());
  auto file = storage_->open(path("a"), OpenMode::direct_sync);
  ASSERT_TRUE(file.ok()) << file.error().message;
  auto* block = static_cast<std::byte*>(std::aligned_alloc(4096, 8192));
  std::memset(block, 0x5a, 8192);
  EXPECT_TRUE((*file)->write_at(4096, {block, 8192}).ok());
  EXPECT_EQ(*(*file)->size(), 12288u);
  std::free(block);
  const std::string method = storage_->write_method(directory_.path());
  EXPECT_TRUE(method == "O_DIRECT|O_DSYNC" || method == "O_DSYNC" || method == "fdatasync")
      << method;
  EXPECT_EQ(storage_->list(directory_.path())->size(), 1u) << "the probe left a file";
}

// A full disk is no reason to do without direct writes for as long as the process lives. (A limit
// of file sizes stands for it: the probe's write fails, and not for what it is.)
TEST_F(PosixTest, AProbeThatCouldNotTellIsMadeAgain) {
  const std::string method = storage_->write_method(directory_.path());
  const auto other = make_posix_storage();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  (void)other->write_method(directory_.path());
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(other->write_method(directory_.path()), method);
  EXPECT_TRUE(storage_->list(directory_.path())->empty());
}

TEST_F(PosixTest, OneProcessAtATime) {
  auto lock = lock_directory(directory_.path());
  ASSERT_TRUE(lock.ok()) << lock.error().message;
  const auto second = lock_directory(directory_.path());
  ASSERT_FALSE(second.ok());
  const std::string pid = "(pid " + std::to_string(::getpid()) + ")";
  EXPECT_NE(second.error().message.find(pid), std::string::npos) << second.error().message;
  lock->reset();
  EXPECT_TRUE(lock_directory(directory_.path()).ok());
  EXPECT_FALSE(lock_directory(path("none")).ok());
}

// A lock of a process that was killed is free again.
TEST_F(PosixTest, TheLockDiesWithItsProcess) {
  int ready[2], go[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(go), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto lock = lock_directory(directory_.path());
    char answer = lock.ok() ? 'y' : 'n';
    (void)!::write(ready[1], &answer, 1);
    (void)!::read(go[0], &answer, 1);  // until it is killed
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  const auto refused = lock_directory(directory_.path());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find(std::to_string(child)), std::string::npos);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(lock_directory(directory_.path()).ok());
  for (const int fd : {ready[0], ready[1], go[0], go[1]}) ::close(fd);
}

// Three at once, by io_uring where the kernel allows it: each comes back once, and is on the disk;
// the end of the file waits for the rest.
TEST_F(PosixTest, WritesApart) {
  constexpr std::size_t kBytes = 64 << 10;
  const std::string apart = path("apart");
  ASSERT_TRUE(storage_->open(apart, OpenMode::create_new).value()->truncate(8 * kBytes).ok());
  const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  auto* memory = static_cast<std::byte*>(std::aligned_alloc(4096, 3 * kBytes));
  for (std::size_t i = 0; i < 3 * kBytes; ++i) memory[i] = static_cast<std::byte>(1 + i / kBytes);
  {
    auto file = storage_->open(apart, OpenMode::direct_sync);
    ASSERT_TRUE(file.ok()) << file.error().message;
    if (!(*file)->write_apart(event)) {
      std::free(memory);
      ::close(event);
      GTEST_SKIP() << "neither io_uring nor a synced write here";
    }
    const auto begin = [&](std::uint64_t token) {
      const std::size_t lane = token % 3;
      (*file)->begin_write(token, token % 8 * kBytes, {memory + lane * kBytes, kBytes});
    };
    std::vector<WriteDone> done;
    for (std::uint64_t token = 0; token < 3; ++token) begin(token);
    std::vector<int> times(60);
    for (std::uint64_t next = 3; next < 60;) {
      done.clear();
      (*file)->poll_writes(true, &done);
      ASSERT_FALSE(done.empty());
      for (const WriteDone& one : done) {
        EXPECT_TRUE(one.status.ok());
        ++times.at(one.token);
        if (next < 60) begin(next++);
      }
    }
    EXPECT_LE(std::ranges::max(times), 1);
    std::uint64_t signals = 0;
    EXPECT_EQ(::read(event, &signals, sizeof signals), static_cast<ssize_t>(sizeof signals));
  }
  auto read = storage_->open(apart, OpenMode::read);
  std::vector<std::byte> got(kBytes);
  for (std::uint64_t place = 0; place < 8; ++place) {
    ASSERT_TRUE((*read)->read_at(place * kBytes, got).ok());
    EXPECT_NE(got.front(), std::byte{0});
    EXPECT_EQ(got.front(), got.back());
  }
  std::free(memory);
  ::close(event);
}

}  // namespace
}  // namespace vencer
