// Goal: with archive_log no group of the log is lost when its segment is used again: archive and
// log together hold the chain from group 1 on. Method: snapshots that give up segments, the roles
// turned by hand; then the archive's segments beside the log's.
#include <filesystem>

#include "engine/log/wal_archive.h"
#include "engine/log/wal_verify.h"
#include "partition_desk.h"

namespace vencer::testing {
namespace {

namespace fs = std::filesystem;

class ArchiveLog : public ::testing::Test {
 protected:
  ArchiveLog() {
    desk_.config.segment_bytes = 256 << 10;
    desk_.config.snapshot_every_ms = 0;
    desk_.config.snapshot_log_bytes = 0;
    desk_.config.snapshot_bytes_per_second = 0;
    archive_ = desk_.config.data + "-archive";
    desk_.config.archive_log = archive_;
    const Status opened = desk_.open();
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    desk_.put_document();
  }

  void rounds(int count) {
    for (int round = 0; round < count; ++round) {
      for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(desk_.create(++last_key_));
        desk_.settle();
      }
      flatbuffers::FlatBufferBuilder builder;
      builder.Finish(wire::CreateTakeSnapshot(builder));
      ASSERT_TRUE(desk_.submit(wire::FrameType::take_snapshot, builder));
      desk_.settle();
    }
  }
  void tidy() {
    for (int i = 0; i < 200; ++i) {
      desk_.clock.skip(std::chrono::seconds{1});
      desk_.partition().maintenance().do_work();
    }
  }
  void put_another_logs_archive() {
    fs::create_directories(archive_);
    Manifest manifest;
    manifest.kind = "archive";
    manifest.set("identity", "00000000000000000000000000000001");
    manifest.set("partition", 0);
    ASSERT_TRUE(write_manifest(desk_.storage, archive_, manifest).ok());
  }
  void expect_good_archive() {
    const auto archived = examine_archive(desk_.storage, archive_);
    ASSERT_TRUE(archived.ok()) << archived.error().message;
    EXPECT_TRUE(archived->good()) << archived->why;
  }
  bool has_first_segment() const {
    return fs::exists(desk_.config.data + "/wal/wal-0000000000000001.seg");
  }

  PartitionDesk desk_;
  std::string archive_;
  std::uint64_t last_key_ = 0;
};

TEST_F(ArchiveLog, ArchiveAndLogHoldTheWholeChain) {
  rounds(4);
  tidy();
  EXPECT_FALSE(has_first_segment());
  EXPECT_GE(desk_.partition().metrics().log_archived.get(), 2u);
  desk_.close();
  expect_good_archive();
  // All in one place.
  const std::string together = desk_.config.data + "-together";
  ASSERT_TRUE(extract_archive(desk_.storage, archive_, together).ok());
  for (const auto& entry : fs::directory_iterator(desk_.config.data + "/wal")) {
    fs::copy(entry.path(), together, fs::copy_options::skip_existing);
  }
  const auto whole = examine_wal(desk_.storage, together);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_TRUE(whole->good()) << whole->why;
  EXPECT_EQ(whole->walk.entry.last_group, 0u);
  EXPECT_GT(whole->walk.groups, 400u);
}

TEST_F(ArchiveLog, WhatCannotBeArchivedStays) {
  put_another_logs_archive();
  rounds(3);
  tidy();
  EXPECT_TRUE(has_first_segment());
  EXPECT_GT(desk_.partition().metrics().log_archive_failures.get(), 0u);
  EXPECT_EQ(desk_.partition().metrics().log_archived.get(), 0u);
  // It is mended: what was waiting goes.
  fs::remove_all(archive_);
  tidy();
  EXPECT_FALSE(has_first_segment());
}

TEST_F(ArchiveLog, OneThatACrashLeftInBothIsTakenOnce) {
  rounds(2);
  desk_.close();
  const auto first = archive_wal(desk_.storage, desk_.config.data + "/wal", archive_, true, "now",
                                 [](const std::string&) {});
  ASSERT_TRUE(first.ok()) << first.error().message;
  ASSERT_GE(first->added, 2u);
  ASSERT_TRUE(desk_.open().ok());
  rounds(2);
  tidy();
  EXPECT_FALSE(has_first_segment());
  EXPECT_EQ(desk_.partition().metrics().log_archive_failures.get(), 0u);
  expect_good_archive();
}

}  // namespace
}  // namespace vencer::testing
