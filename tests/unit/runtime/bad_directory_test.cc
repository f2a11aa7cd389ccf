// Goal: a data directory that is not whole, not of this build or not free is refused, with the file
// and the way out; nothing of it is changed, nothing begins anew over old data. Method: one that
// was worked with, spoilt in each way, opened twice.
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <map>

#include "engine/log/crc32c.h"
#include "engine/log/snapshot_format.h"
#include "partition_desk.h"

namespace vencer::testing {
namespace {

namespace fs = std::filesystem;

class BadDirectory : public ::testing::Test {
 protected:
  // Tickets, two snapshots, and what came behind them.
  BadDirectory() {
    desk_.config.segment_bytes = 256 << 10;
    desk_.config.snapshot_every_ms = 0;
    desk_.config.snapshot_log_bytes = 0;
    desk_.config.snapshot_bytes_per_second = 0;
    EXPECT_TRUE(desk_.open().ok());
    desk_.put_document();
    for (std::uint64_t key = 1; key <= 300; ++key) {
      EXPECT_TRUE(desk_.create(key));
      desk_.settle();
      if (key % 100 != 0) continue;
      flatbuffers::FlatBufferBuilder builder;
      builder.Finish(wire::CreateTakeSnapshot(builder));
      EXPECT_TRUE(desk_.submit(wire::FrameType::take_snapshot, builder));
      desk_.settle();
    }
    EXPECT_TRUE(desk_.partition().stop().ok());
    desk_.close();
  }

  std::string path(const std::string& name) const { return desk_.config.data + "/" + name; }
  void write_at(const std::string& name, std::uint64_t offset, std::string_view bytes) const {
    std::fstream file(path(name), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(offset));
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    ASSERT_TRUE(file.good()) << name;
  }
  std::string newest(const std::string& folder, std::string_view end) const {
    std::string found;
    for (const auto& entry : fs::directory_iterator(path(folder))) {
      const std::string name = entry.path().filename();
      if (name.ends_with(end)) found = std::max(found, name);
    }
    return folder + "/" + found;
  }
  // A header page of 4 KiB with a field altered and its checksum made right again.
  void alter_page(const std::string& name, std::size_t field, std::uint32_t value) const {
    std::string page(4096, '\0');
    std::ifstream(path(name), std::ios::binary).read(page.data(), 4096);
    std::memcpy(page.data() + field, &value, sizeof value);
    const std::uint32_t crc = crc32c(0, std::as_bytes(std::span(page).first(4092)));
    std::memcpy(page.data() + 4092, &crc, sizeof crc);
    write_at(name, 0, page);
  }
  std::map<std::string, std::uintmax_t> files() const {
    std::map<std::string, std::uintmax_t> all;
    for (const auto& entry : fs::recursive_directory_iterator(desk_.config.data)) {
      const bool lock = entry.path().filename() == "LOCK";
      if (entry.is_regular_file() && !lock) all[entry.path()] = entry.file_size();
    }
    return all;
  }
  // Refused twice in the same words, which name all of `words`.
  void refused(const std::vector<std::string>& words) {
    const auto before = files();
    std::string first;
    for (int i = 0; i < 2; ++i) {
      const Status opened = desk_.open();
      ASSERT_FALSE(opened.ok()) << "it was taken";
      const std::string& why = opened.error().message;
      for (const std::string& word : words) {
        EXPECT_NE(why.find(word), std::string::npos) << word << " in: " << why;
      }
      EXPECT_TRUE(first.empty() || first == why) << first << "\n" << why;
      first = why;
    }
    EXPECT_EQ(files(), before);
  }

  PartitionDesk desk_;
};

TEST_F(BadDirectory, TheLogIsGoneAndTheRestIsThere) {
  fs::remove_all(path("wal"));
  refused({path("wal"), "there is no log here", "restore a backup"});
}

TEST_F(BadDirectory, TheSegmentsAreGone) {
  fs::remove_all(path("wal"));
  fs::create_directory(path("wal"));
  refused({path("wal"), "there is no log here", "restore a backup"});
}

TEST_F(BadDirectory, AnyPartAloneIsNoFreshStart) {
  const std::vector<std::string> parts = {"wal", "snapshots", "events"};
  for (const std::string& part : parts) {
    const std::string aside = desk_.config.data + "-aside";
    fs::rename(desk_.config.data, aside);
    fs::create_directory(desk_.config.data);
    fs::rename(aside + "/" + part, path(part));
    refused({path(part), "STREAM", "Restore a backup"});
    fs::rename(path(part), aside + "/" + part);
    fs::remove_all(desk_.config.data);
    fs::rename(aside, desk_.config.data);
  }
  EXPECT_TRUE(desk_.open().ok());
}

// Where other disks are to be.
TEST_F(BadDirectory, EmptyFoldersAreAFreshStart) {
  fs::remove_all(desk_.config.data);
  for (const char* part : {"wal", "snapshots/lost+found", "events"}) {
    fs::create_directories(path(part));
  }
  EXPECT_TRUE(desk_.open().ok());
}

TEST_F(BadDirectory, OnlySnapshotsAndStream) {
  for (const char* part : {"wal", "events"}) fs::remove_all(path(part));
  fs::create_directory(path("events"));
  refused({path("wal"), "there is no log here"});
}

TEST_F(BadDirectory, ASegmentOfNoBytes) {
  const std::string segment = newest("wal", ".seg");
  fs::resize_file(path(segment), 0);
  refused({path(segment), "shorter than a header: an unfinished copy?", "vencer wal verify"});
}

TEST_F(BadDirectory, AHalfCopiedSegment) {
  const std::string segment = newest("wal", ".seg");
  fs::resize_file(path(segment), fs::file_size(path(segment)) / 8192 * 4096);
  refused({path(segment), "shorter", "vencer wal verify"});
}

TEST_F(BadDirectory, ASegmentOfAnotherPartition) {
  const std::string segment = newest("wal", ".seg");
  alter_page(segment, 12, 3);
  refused({path(segment), "a segment of partition 3, not of 0", "vencer wal verify"});
}

TEST_F(BadDirectory, ASegmentOfAnotherLog) {
  const std::string segment = newest("wal", ".seg");
  alter_page(segment, 16, 0x1234);
  refused({path(segment), "another log", "vencer wal verify"});
}

TEST_F(BadDirectory, AFormatOfTheFuture) {
  const std::string segment = newest("wal", ".seg");
  const std::string saved = path("saved");
  fs::copy(path(segment), saved);
  alter_page(segment, 8, 9);
  refused({path(segment), "format version 9", "use the build that wrote it"});
  fs::copy(saved, path(segment), fs::copy_options::overwrite_existing);

  const std::string snapshot = newest("snapshots", ".snap");
  fs::copy(path(snapshot), saved, fs::copy_options::overwrite_existing);
  alter_page(snapshot, 8, 9);
  refused({path(snapshot), "format version 9", "use the build that wrote it"});
  fs::copy(saved, path(snapshot), fs::copy_options::overwrite_existing);
  alter_page(snapshot, 32, 99);
  refused({path(snapshot), "semantics version 99", "use the build that wrote it"});
  fs::copy(saved, path(snapshot), fs::copy_options::overwrite_existing);

  write_at("STREAM", std::strlen("vencer stream "), "3");
  refused({path("STREAM"), "format version 3", "use the build that wrote it"});
}

// Another epoch, mode or skipped step would be as good a line as the right one.
TEST_F(BadDirectory, AnyBitOfTheStreamFile) {
  std::string text;
  {
    std::ifstream file(path("STREAM"), std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  ASSERT_FALSE(text.empty());
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string altered = text;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ 1 << bit % 8);
    std::ofstream(path("STREAM"), std::ios::binary | std::ios::trunc) << altered;
    const auto state = read_stream_state(desk_.storage, desk_.config.data);
    ASSERT_FALSE(state.ok()) << "byte " << bit / 8 << ", bit " << bit % 8;
    EXPECT_NE(state.error().message.find(path("STREAM")), std::string::npos);
  }
  refused({path("STREAM"), "cut short or altered", "restore a backup"});
}

// As builds before the checksum wrote it.
TEST_F(BadDirectory, AStreamFileOfVersionOneIsRead) {
  const auto before = read_stream_state(desk_.storage, desk_.config.data);
  ASSERT_TRUE(before.ok());
  std::ofstream(path("STREAM"), std::ios::trunc)
      << fmt::format("vencer stream 1\nidentity {:016x} {:016x}\ncreated 1\nepoch {}\n",
                     before->identity_high, before->identity_low, before->epoch)
      << "durability sync\nclean 1\n";
  EXPECT_TRUE(desk_.open().ok());
  EXPECT_EQ(read_stream_state(desk_.storage, desk_.config.data)->epoch, before->epoch);
}

TEST_F(BadDirectory, AStreamFileThatIsCutOff) {
  fs::resize_file(path("STREAM"), 30);
  refused({path("STREAM"), "cut short or altered", "restore a backup"});
  fs::resize_file(path("STREAM"), 0);
  refused({path("STREAM"), "cut short or altered"});
}

TEST_F(BadDirectory, AnotherProcessHoldsIt) {
  auto holder = DataDirectory::open(desk_.storage, desk_.config.data);
  ASSERT_TRUE(holder.ok());
  refused({desk_.config.data, "in use by another process (pid", "stop that one"});
}

// Root reads everything: it becomes another user, whose the files are, meanwhile.
class AsAnOrdinaryUser {
 public:
  explicit AsAnOrdinaryUser(const std::string& directory) {
    if (!root_) return;
    constexpr uid_t kNobody = 65534;
    EXPECT_EQ(::lchown(directory.c_str(), kNobody, kNobody), 0);
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      EXPECT_EQ(::lchown(entry.path().c_str(), kNobody, kNobody), 0);
    }
    EXPECT_EQ(::seteuid(kNobody), 0);
  }
  ~AsAnOrdinaryUser() { EXPECT_TRUE(!root_ || ::seteuid(0) == 0); }
  AsAnOrdinaryUser(const AsAnOrdinaryUser&) = delete;
  AsAnOrdinaryUser& operator=(const AsAnOrdinaryUser&) = delete;

 private:
  const bool root_ = ::geteuid() == 0;
};

TEST_F(BadDirectory, OneThatCannotBeRead) {
  const AsAnOrdinaryUser user(fs::path(desk_.config.data).parent_path());
  const std::string segment = newest("wal", ".seg");
  for (const std::string& name : {segment, std::string("STREAM"), std::string("LOCK"),
                                  newest("snapshots", ".snap"), std::string("wal")}) {
    const auto before = fs::status(path(name)).permissions();
    fs::permissions(path(name), fs::perms::none);
    const Status opened = desk_.open();
    fs::permissions(path(name), before);
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.error().message.find(path(name)), std::string::npos) << opened.error().message;
    EXPECT_NE(opened.error().message.find("ermission denied"), std::string::npos);
    EXPECT_NE(opened.error().message.find("run this as the user who owns the files"),
              std::string::npos);
  }
  EXPECT_TRUE(desk_.open().ok());
  desk_.close();
}

TEST_F(BadDirectory, ASnapshotThatCannotBeOpened) {
  const std::string snapshot = newest("snapshots", ".snap");
  fs::rename(path(snapshot), path("elsewhere"));
  fs::create_symlink("nowhere", path(snapshot));
  refused({path(snapshot), "No such file"});
  EXPECT_TRUE(fs::is_symlink(path(snapshot)));  // not set aside
}

TEST_F(BadDirectory, AFileWhereItShouldBe) {
  desk_.config.data = path("STREAM");
  const Status opened = desk_.open();
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message.find(path("")), std::string::npos) << opened.error().message;
}

}  // namespace
}  // namespace vencer::testing
