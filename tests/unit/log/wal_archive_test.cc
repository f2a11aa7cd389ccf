// Goal: an archive grows with its log, is checked to the byte, and gives the segments back; and a
// copy up to a group is exactly that. Method: logs of many small segments on a disk in memory.
#include "engine/log/wal_archive.h"

#include <gtest/gtest.h>

#include "engine/log/stored_file.h"
#include "engine/log/wal_extent.h"
#include "engine/log/wal_segment.h"
#include "tests/unit/log/faulty_storage.h"
#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::FaultyStorage;
using testing::OwnedStep;
using wal::kBlockBytes;

// Two groups a segment.
class WalArchive : public ::testing::Test {
 protected:
  WalArchive() { EXPECT_TRUE(disk_.make_directory("/d").ok()); }
  void write(int groups) {
    WalOptions options;
    options.directory = "/d";
    options.segment_bytes = 3 * kBlockBytes;
    options.create = true;
    options.identity_high = 1;
    WalRecovery recovery;
    std::vector<OwnedStep> old;
    auto wal = Wal::open(disk_, options, testing::collect(&old), &recovery);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    for (int i = 0; i < groups; ++i) {
      OwnedStep step;
      step.now = ++last_;
      Group group;
      group.append(step.record());
      ASSERT_TRUE((*wal)->submit(group).ok());
    }
    ASSERT_TRUE((*wal)->prepare_next_segment().ok());
  }
  Result<ArchiveResult> archive(bool compress = true) {
    return archive_wal(disk_, "/d", "/a", compress, "today", [](const std::string&) {});
  }

  FaultyStorage disk_{1};
  TimeMs last_ = 0;
};

TEST_F(WalArchive, GrowsWithItsLog) {
  write(5);
  auto first = archive();
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->added, 2u);
  EXPECT_EQ(first->last_group, 4u);
  write(4);  // a recovery cuts the third segment and goes on in a fourth
  auto second = archive(false);
  ASSERT_TRUE(second.ok()) << second.error().message;
  EXPECT_EQ(second->kept, 2u);
  EXPECT_GE(second->added, 2u);
  const auto report = examine_archive(disk_, "/a");
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_TRUE(report->good()) << report->why;
  EXPECT_EQ(report->walk.last_group, second->last_group);
  const auto files = extract_archive(disk_, "/a", "/back");
  ASSERT_TRUE(files.ok()) << files.error().message;
  EXPECT_EQ(*files, second->added + second->kept);
  for (std::uint64_t number = 1; number <= *files; ++number) {
    EXPECT_EQ(*disk_.bytes(wal::segment_path("/d", number)),
              *disk_.bytes(wal::segment_path("/back", number)))
        << number;
  }
}

TEST_F(WalArchive, WhatIsWrongIsNamed) {
  write(5);
  ASSERT_TRUE(archive(false).ok());
  disk_.flip(wal::segment_path("/a", 2), 5000, 1);
  auto report = examine_archive(disk_, "/a");
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->good());
  EXPECT_NE(report->why.find(wal::segment_path("/a", 2)), std::string::npos) << report->why;
  EXPECT_FALSE(extract_archive(disk_, "/a", "/back").ok());
  EXPECT_FALSE(disk_.exists(wal::segment_path("/back", 1)));
  // Stored again, once it is taken away.
  ASSERT_TRUE(disk_.remove(wal::segment_path("/a", 2)).ok());
  report = examine_archive(disk_, "/a");
  ASSERT_TRUE(report.ok());
  EXPECT_NE(report->why.find("missing"), std::string::npos) << report->why;
  const auto again = archive(false);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->added, 1u);
  EXPECT_TRUE(examine_archive(disk_, "/a")->good());
}

TEST_F(WalArchive, ADamagedLogIsNotArchived) {
  write(5);
  disk_.flip(wal::segment_path("/d", 1), kBlockBytes + 100, 1);
  const auto refused = archive();
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("wal verify /d"), std::string::npos)
      << refused.error().message;
  EXPECT_FALSE(disk_.exists("/a"));
}

TEST_F(WalArchive, ASegmentWithOtherBytesIsNotTakenForTheOneThatIsThere) {
  write(5);
  ASSERT_TRUE(archive(false).ok());
  // Another history of the same log.
  const std::vector<std::string> names = *disk_.list("/d");
  for (const std::string& name : names) ASSERT_TRUE(disk_.remove("/d/" + name).ok());
  last_ = 1000;
  write(5);
  const auto refused = archive(false);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("with other bytes"), std::string::npos)
      << refused.error().message;
}

// Every group of a log: the files cut and filled as the extents say hold it to that group.
TEST_F(WalArchive, ACopyUpToEachGroup) {
  write(5);
  write(4);
  for (std::uint64_t up_to = 1; up_to <= 9; ++up_to) {
    const auto extents = wal_extents(disk_, "/d", up_to);
    ASSERT_TRUE(extents.ok()) << up_to << extents.error().message;
    auto copy = std::make_unique<FaultyStorage>(2);
    ASSERT_TRUE(copy->make_directory("/d").ok());
    for (const SegmentExtent& extent : *extents) {
      std::vector<std::byte> bytes = *disk_.bytes("/d/" + extent.name);
      EXPECT_EQ(bytes.size(), extent.bytes);
      bytes.resize(extent.content);
      bytes.resize(extent.bytes);
      copy->put("/d/" + extent.name, bytes);
    }
    const auto report = examine_wal(*copy, "/d");
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->walk.last_group, up_to);
  }
  EXPECT_FALSE(wal_extents(disk_, "/d", 10).ok());
}

}  // namespace
}  // namespace vencer
