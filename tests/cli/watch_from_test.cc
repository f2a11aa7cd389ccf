#include "tools/vencer/watch_from.h"

#include <gtest/gtest.h>

namespace vencer::cli {
namespace {

std::string error_of(std::string_view from, std::string_view epoch, bool every_tenant = true) {
  const auto where = parse_watch_from(from, epoch, every_tenant);
  return where ? std::string() : where.error().message;
}

TEST(WatchFrom, OnePositionForAPartitionOrForAll) {
  const auto now = parse_watch_from("now", "", true);
  ASSERT_TRUE(now.ok());
  EXPECT_EQ(now->options.from, SubscribeOptions::From::now);
  EXPECT_TRUE(now->options.every_tenant);
  const auto one = parse_watch_from("17", "3", false);
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->options.sequence, 17u);
  EXPECT_EQ(one->options.epoch, 3u);
  const auto each = parse_watch_from("0:17,1:4", "1:2,0:1", true);
  ASSERT_TRUE(each.ok());
  ASSERT_EQ(each->positions.size(), 2u);
  EXPECT_EQ(each->positions[0].sequence, 17u);
  EXPECT_EQ(each->positions[0].epoch, 1u);
  EXPECT_EQ(each->positions[1].partition, 1u);
  EXPECT_EQ(each->positions[1].sequence, 4u);
  EXPECT_EQ(each->positions[1].epoch, 2u);
}

TEST(WatchFrom, WhatIsNotAPositionIsToldWithWhatWouldBe) {
  for (const char* from : {"yesterday", "1.5", ""}) {
    EXPECT_EQ(error_of(from, ""), "--from: write now, earliest or a sequence") << from;
  }
  for (const char* from : {"0:x", "0:1,", "0:1,0:2", ":1", "1:", "0:1,2"}) {
    EXPECT_EQ(error_of(from, ""),
              "--from: write now, earliest, a sequence, or one for each partition as 0:17,1:4")
        << from;
  }
  for (const char* epoch : {"1", "0:1", "0:1,2:1", "0:1,1:1,2:1"}) {
    EXPECT_EQ(error_of("0:1,1:1", epoch),
              "--epoch: write one for each partition of --from, as 0:1,1:1")
        << epoch;
  }
  EXPECT_EQ(error_of("7", "new"), "--epoch: 'new' is not a whole number");
  // A tenant's stream is one.
  EXPECT_NE(error_of("0:1,1:1", "", false), "");
}

TEST(WatchFrom, OneSequenceSaysNothingOfSeveralStreams) {
  const auto one = parse_watch_from("17", "", true);
  EXPECT_TRUE(check_watch_from(*one, 1).ok());
  EXPECT_NE(check_watch_from(*one, 2).error().message.find("this server has 2 partitions"),
            std::string::npos);
  EXPECT_FALSE(check_watch_from(*parse_watch_from("now", "1", true), 2).ok());
  EXPECT_TRUE(check_watch_from(*parse_watch_from("17", "", false), 2).ok());
  EXPECT_TRUE(check_watch_from(*parse_watch_from("earliest", "", true), 2).ok());
}

}  // namespace
}  // namespace vencer::cli
