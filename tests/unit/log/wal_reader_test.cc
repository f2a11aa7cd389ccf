// Goal: a person who looks at a log sees every group with its place, and of a damaged log what lies
// before the damage. Method: a log of three segments, its groups seen, then the second one's header
// broken.
#include <gtest/gtest.h>

#include "engine/log/wal_reader.h"
#include "engine/log/wal_segment.h"
#include "tests/unit/log/faulty_storage.h"
#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::FaultyStorage;
using testing::OwnedStep;
using wal::kBlockBytes;

// Two groups a segment, a step each.
void build(FaultyStorage& disk, int groups) {
  ASSERT_TRUE(disk.make_directory("/d").ok());
  WalOptions options;
  options.directory = "/d";
  options.segment_bytes = 3 * kBlockBytes;
  options.create = true;
  WalRecovery recovery;
  std::vector<OwnedStep> none;
  auto wal = Wal::open(disk, options, testing::collect(&none), &recovery);
  ASSERT_TRUE(wal.ok());
  for (int i = 1; i <= groups; ++i) {
    OwnedStep step;
    step.now = i;
    Group group;
    group.append(step.record());
    ASSERT_TRUE((*wal)->submit(group).ok());
  }
}

TEST(WalReader, SeesEachGroupBeforeItsSteps) {
  FaultyStorage disk(1);
  build(disk, 5);
  auto segments = wal::load_segments(disk, "/d", std::nullopt);
  ASSERT_TRUE(segments.ok());
  std::vector<std::string> seen;
  wal::Visit visit;
  visit.step = [&](const StepRecord& record) {
    seen.push_back("step " + std::to_string(record.now));
    return ok_status();
  };
  visit.group = [&](const wal::GroupPlace& place, std::span<const std::byte>) {
    seen.push_back("group " + std::to_string(place.header.number) + " in " +
                   std::to_string(place.segment) + " at " + std::to_string(place.offset));
    return ok_status();
  };
  ASSERT_TRUE(wal::walk_chain("/d", *segments, visit).ok());
  EXPECT_EQ(seen, (std::vector<std::string>{
                      "group 1 in 0 at 4096", "step 1", "group 2 in 0 at 8192", "step 2",
                      "group 3 in 1 at 4096", "step 3", "group 4 in 1 at 8192", "step 4",
                      "group 5 in 2 at 4096", "step 5"}));
}

TEST(WalReader, WhatLiesBeforeABadHeaderCanBeRead) {
  FaultyStorage disk(2);
  build(disk, 5);
  disk.flip(wal::segment_path("/d", 2), 20, 3);
  auto found = wal::load_until_damage(disk, "/d");
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->segments.size(), 1u);
  ASSERT_TRUE(found->damage);
  EXPECT_NE(found->damage->message.find(wal::segment_path("/d", 2)), std::string::npos)
      << found->damage->message;
  const auto refused = wal::load_segments(disk, "/d", std::nullopt);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, found->damage->message);
  const auto walk = wal::walk_chain("/d", found->segments, wal::Visit());
  ASSERT_TRUE(walk.ok());
  EXPECT_EQ(walk->last_group, 2u);
}

}  // namespace
}  // namespace vencer
