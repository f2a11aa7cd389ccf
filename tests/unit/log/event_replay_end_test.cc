// The end of a replay of events: what lies behind it proves that the log has lost groups, or is cut
// off; what was missing is written when its group is durable.
#include <cstring>
#include <filesystem>
#include <string>

#include "tests/unit/log/event_log_desk.h"

namespace vencer::testing {
namespace {

// As in mode none, and when a new epoch begins.
TEST_F(EventLogTest, WhatLiesBehindTheReplayIsCutWhereItProvesNothing) {
  for (const std::uint64_t keep : {0, 1, 57, 58, 59, 499, 500}) {
    std::filesystem::remove_all(options_.directory);
    open();
    ASSERT_TRUE(log_->finish_replay().ok());
    append(1, 500);
    open();
    ASSERT_TRUE(replay(1, keep).ok());
    EXPECT_EQ(log_->last_sequence(), keep);
    EXPECT_EQ(check(1), keep);
    append(keep + 1, keep + 200);
    open();
    ASSERT_TRUE(replay(1, keep + 200).ok());
    EXPECT_EQ(log_->replay_written(), 0u) << keep;
    EXPECT_EQ(check(1), keep + 200);
  }
}

// Elsewhere it is of a durable group that the log lacks. Nothing is changed then, so that it stays
// so until somebody decides.
TEST_F(EventLogTest, WhatLiesBehindTheReplayProvesAGroup) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 500);
  options_.proves_groups = options_.durable_only = true;
  const auto files = contents();
  for (const std::uint64_t keep : {0, 1, 57, 58, 59, 499}) {
    SCOPED_TRACE(keep);
    open();
    ASSERT_TRUE(replay_only(1, keep).ok());
    const Status ends = log_->check_end();
    ASSERT_FALSE(ends.ok());
    const std::string& why = ends.error().message;
    EXPECT_NE(why.find(": event " + std::to_string(keep + 1) + " is whole here"), std::string::npos)
        << why;
    EXPECT_NE(why.find(options_.directory + "/events-"), std::string::npos) << why;
    EXPECT_NE(why.find(" at byte "), std::string::npos) << why;
    EXPECT_FALSE(log_->finish_replay().ok());
    EXPECT_EQ(contents(), files);
  }
  open();
  ASSERT_TRUE(replay_only(1, 500).ok());
  ASSERT_TRUE(log_->check_end().ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  EXPECT_EQ(check(1), 500u);
}

// What no sync covered may be there in part: a record that is not whole proves nothing; whole ones
// behind it, and a later segment that begins with one, do.
TEST_F(EventLogTest, ATornRecordProvesNothing) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 300);
  log_.reset();
  const auto names = storage_->list(options_.directory);
  ASSERT_GT(names->size(), 2u);
  const std::uint64_t second = std::stoull((*names)[1].substr(std::strlen("events-"), 20));
  const std::uint64_t third = std::stoull((*names)[2].substr(std::strlen("events-"), 20));
  options_.proves_groups = options_.durable_only = true;
  patch(segment(second), 64 + 8, 1);  // its first event
  for (const std::uint64_t keep : {second - 1, second + 3}) {
    open();
    ASSERT_TRUE(replay_only(1, keep).ok());
    const Status ends = log_->check_end();
    ASSERT_FALSE(ends.ok());
    EXPECT_NE(ends.error().message.find(segment(third) + " at byte 64: event " +
                                        std::to_string(third) + " is whole here"),
              std::string::npos)
        << ends.error().message;
    EXPECT_TRUE(storage_->exists(segment(third)));
  }
  for (std::size_t i = 2; i < names->size(); ++i) {
    ASSERT_TRUE(storage_->remove(options_.directory + "/" + (*names)[i]).ok());
  }
  for (const std::uint64_t keep : {second - 1, second + 1}) {
    open();
    ASSERT_TRUE(replay_only(1, keep).ok());
    const Status ends = log_->check_end();
    ASSERT_FALSE(ends.ok());
    EXPECT_NE(
        ends.error().message.find(": event " + std::to_string(third - 1) + " was found whole"),
        std::string::npos)
        << ends.error().message;
  }
  std::filesystem::resize_file(segment(second), 64 + 8 + (event_bytes(second).size() + 7) / 8 * 8);
  open();
  ASSERT_TRUE(replay_only(1, second - 1).ok());
  ASSERT_TRUE(log_->check_end().ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  append(second, 300);
  EXPECT_EQ(check(1), 300u);
}

// Goal: what is written in place of a torn event takes no proof away, for this start or a later
// one. Method: one record, or the first header, is torn; the log has lost what the last segment
// tells of; two starts, and then the log is back.
TEST_F(EventLogTest, WhatWasCutOffHasProvedAGroup) {
  options_.proves_groups = options_.durable_only = true;
  for (const std::uint64_t torn : {64 + 8, 8}) {
    SCOPED_TRACE(torn);
    std::filesystem::remove_all(options_.directory);
    open();
    ASSERT_TRUE(log_->finish_replay().ok());
    append(1, 300);
    log_.reset();
    const auto names = storage_->list(options_.directory);
    const std::string last = options_.directory + "/" + names->back();
    patch(segment(1), torn, 1);
    for (int start = 0; start < 2; ++start) {
      open();
      ASSERT_TRUE(replay_only(1, 298).ok());
      ASSERT_TRUE(log_->durable_through(298).ok());
      const Status ends = log_->check_end();
      ASSERT_FALSE(ends.ok());
      const std::string& why = ends.error().message;
      EXPECT_NE(why.find(": event 300 was found whole here"), std::string::npos) << why;
      EXPECT_EQ(why.find(last + " at byte "), 0u) << why;
      EXPECT_FALSE(log_->finish_replay().ok());
    }
    open();
    ASSERT_TRUE(replay_only(1, 300).ok());
    ASSERT_TRUE(log_->durable_through(300).ok());
    ASSERT_TRUE(log_->check_end().ok());
    ASSERT_TRUE(log_->finish_replay().ok());
    EXPECT_EQ(check(1), 300u);
    for (const auto& [path, content] : contents()) EXPECT_TRUE(path.ends_with(".seg")) << path;
  }
}

// Of another epoch it says nothing about the groups of this one.
TEST_F(EventLogTest, AProofIsOfItsEpoch) {
  options_.proves_groups = options_.durable_only = true;
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 300);
  log_.reset();
  patch(segment(1), 64 + 8, 1);
  open();
  ASSERT_TRUE(replay_only(1, 200).ok());
  ASSERT_TRUE(log_->durable_through(200).ok());
  log_.reset();
  for (const auto& [path, content] : contents()) {
    if (path.ends_with(".seg")) std::filesystem::remove(path);
  }
  ++options_.epoch;
  open();
  ASSERT_TRUE(replay_only(1, 200).ok());
  ASSERT_TRUE(log_->check_end().ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  EXPECT_EQ(check(1), 200u);
}

// Else an event could outlive a group that was read, and never synced, and lost in another crash.
TEST_F(EventLogTest, WhatIsMissingIsWrittenWhenItsGroupIsDurable) {
  options_.proves_groups = options_.durable_only = true;
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 100);
  log_.reset();
  patch(segment(1), std::filesystem::file_size(segment(1)) - 8, 1);  // of its last event
  const auto files = contents();
  open();
  ASSERT_TRUE(replay_only(1, 300).ok());
  EXPECT_EQ(contents(), files);
  ASSERT_TRUE(log_->durable_through(250).ok());
  ASSERT_TRUE(log_->check_end().ok());
  EXPECT_NE(contents(), files);
  log_.reset();
  open();
  ASSERT_TRUE(replay_only(1, 250).ok());
  ASSERT_TRUE(log_->check_end().ok());
  ASSERT_TRUE(log_->finish_replay().ok());
  EXPECT_EQ(check(1), 250u);
}

// Whoever only compares may have any number of events missing: they are not kept, and whatever is
// durable or synced, no byte changes.
TEST_F(EventLogTest, WhoOnlyComparesKeepsAndChangesNothing) {
  open();
  ASSERT_TRUE(log_->finish_replay().ok());
  append(1, 100);
  log_.reset();
  patch(segment(1), std::filesystem::file_size(segment(1)) - 8, 1);  // of its last event
  const auto files = contents();
  options_.proves_groups = options_.durable_only = options_.compare_only = true;
  open();
  ASSERT_TRUE(replay_only(1, 300).ok());
  ASSERT_TRUE(log_->durable_through(300).ok());
  EXPECT_TRUE(log_->check_end().ok());
  EXPECT_EQ(log_->replay_compared() + log_->replay_written(), 300u);
  EXPECT_GE(log_->replay_written(), 200u);
  log_.reset();
  EXPECT_EQ(contents(), files);
  open();
  ASSERT_TRUE(replay_only(1, 10).ok());
  EXPECT_FALSE(log_->check_end().ok());
  log_.reset();
  EXPECT_EQ(contents(), files);
  options_.directory += "/none";
  open();
  ASSERT_TRUE(replay_only(1, 10).ok());
  EXPECT_TRUE(log_->check_end().ok());
  EXPECT_FALSE(storage_->exists(options_.directory));
}

}  // namespace
}  // namespace vencer::testing
