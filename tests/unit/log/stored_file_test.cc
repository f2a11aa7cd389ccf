// Goal: what is stored comes back byte for byte, plain or compressed, read in any order; a
// compressed file that is cut short or altered is an error, never other bytes.
#include "engine/log/stored_file.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/log/crc32c.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer {
namespace {

using testing::FaultyStorage;
using Bytes = std::vector<std::byte>;

Bytes random_bytes(std::size_t size) {
  std::mt19937_64 random(size);
  Bytes bytes(size);
  // Half of it like a segment: long runs of the same.
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::byte>(i % 8192 < 4096 ? random() : 7);
  }
  return bytes;
}

class StoredFile : public ::testing::Test {
 protected:
  StoredFile() {
    EXPECT_TRUE(disk_.make_directory("/d").ok());
    EXPECT_TRUE(disk_.sync_directory("").ok());
  }
  void store(const Bytes& bytes, std::uint64_t in_all, bool compress) {
    auto writer = StoredFileWriter::create(disk_, "/d", "f", in_all, compress);
    ASSERT_TRUE(writer.ok());
    // In pieces of odd sizes.
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t piece = std::min<std::size_t>(bytes.size() - at, 1 + at * 7 % 9999);
      ASSERT_TRUE((*writer)->write(std::span(bytes).subspan(at, piece)).ok());
      at += piece;
    }
    const auto crc = (*writer)->finish();
    ASSERT_TRUE(crc.ok()) << crc.error().message;
    crc_ = *crc;
  }
  Bytes read(File& file, std::uint64_t offset, std::size_t size) {
    Bytes bytes(size);
    const auto got = file.read_at(offset, bytes);
    EXPECT_TRUE(got.ok()) << (got ? "" : got.error().message);
    bytes.resize(got ? *got : 0);
    return bytes;
  }

  FaultyStorage disk_{1};
  std::uint32_t crc_ = 0;
};

TEST_F(StoredFile, ComesBackPlainAndCompressed) {
  for (const bool compress : {false, true}) {
    for (const std::size_t size : {0u, 1u, 4096u, 65'536u, 65'537u, 300'000u}) {
      const Bytes bytes = random_bytes(size);
      const std::uint64_t in_all = size + (size % 2 == 0 ? 0 : 100'000);  // the rest is zeros
      store(bytes, in_all, compress);
      Bytes whole = bytes;
      whole.resize(in_all);
      EXPECT_EQ(crc_, crc32c(0, whole));
      EXPECT_EQ(disk_.bytes("/d/f.zst") != nullptr, compress);
      StoredStorage view(disk_);
      EXPECT_EQ(*view.list("/d"), std::vector<std::string>{"f"});
      EXPECT_TRUE(view.exists("/d/f"));
      auto file = view.open("/d/f", OpenMode::read);
      ASSERT_TRUE(file.ok()) << file.error().message;
      EXPECT_EQ(*(*file)->size(), in_all);
      // The end first, then the beginning, then all.
      EXPECT_EQ(read(**file, in_all, 10), Bytes());
      EXPECT_EQ(read(**file, 0, 100),
                Bytes(whole.begin(),
                      whole.begin() + static_cast<long>(std::min<std::uint64_t>(100, in_all))));
      EXPECT_TRUE(read(**file, 0, in_all) == whole) << size;
      const auto sum = sum_content(view, "/d/f");
      ASSERT_TRUE(sum.ok());
      EXPECT_EQ(sum->crc, crc_);
      EXPECT_EQ(sum->bytes, in_all);
      ASSERT_TRUE(disk_.remove(compress ? "/d/f.zst" : "/d/f").ok());
    }
  }
}

TEST_F(StoredFile, IsThereWholeOrNotAtAll) {
  const Bytes bytes = random_bytes(10'000);
  auto writer = StoredFileWriter::create(disk_, "/d", "f", bytes.size(), false);
  ASSERT_TRUE((*writer)->write(bytes).ok());
  EXPECT_FALSE(disk_.exists("/d/f"));
  ASSERT_TRUE((*writer)->finish().ok());
  disk_.lose_power();
  EXPECT_EQ(*disk_.bytes("/d/f"), bytes);
}

TEST_F(StoredFile, AnAlteredCompressedFileIsAnError) {
  const Bytes bytes = random_bytes(100'000);
  store(bytes, bytes.size(), true);
  const Bytes stored = *disk_.bytes("/d/f.zst");
  std::mt19937_64 random(3);
  for (int i = 0; i < 300; ++i) {
    Bytes changed = stored;
    if (i % 3 == 0) {
      changed.resize(random() % stored.size());
    } else {
      changed[random() % stored.size()] ^= static_cast<std::byte>(1 << random() % 8);
    }
    disk_.put("/d/f.zst", changed);
    StoredStorage view(disk_);
    const auto sum = sum_content(view, "/d/f");
    EXPECT_TRUE(!sum.ok() || (sum->crc == crc_ && sum->bytes == bytes.size())) << i;
  }
}

TEST_F(StoredFile, NothingIsWrittenThroughTheView) {
  StoredStorage view(disk_);
  EXPECT_FALSE(view.open("/d/g", OpenMode::create_new).ok());
  EXPECT_FALSE(view.make_directory("/e").ok());
  EXPECT_FALSE(view.remove("/d").ok());
  EXPECT_FALSE(disk_.exists("/e"));
}

}  // namespace
}  // namespace vencer
