// EventHub: what is in memory, for whom, and that readers see one stream wherever it lies; and the
// pool that its blocks come from and go back to.
#include "engine/runtime/event_hub.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/runtime/event_block_pool.h"
#include "engine/wire/event_record.h"
#include "tests/unit/log/log_testing.h"
#include "tests/unit/runtime/breach_events.h"

namespace vencer::testing {
namespace {

constexpr std::size_t kMiB = 1 << 20;
constexpr std::size_t kKept = EventHub::kReadBytesKept;

class Hub : public ::testing::Test {
 protected:
  static constexpr std::size_t kEventsOfGroup = 1024;

  Hub() {
    log_ = new_event_log(*storage_, directory_.path());
    hub_ = std::make_unique<EventHub>(*log_, 0, 1, 16 * kMiB);
  }

  void publish_group() {
    const auto block = pool_.take(0, 0);
    block->first_sequence = hub_->last_sequence() + 1;
    for (std::size_t i = 0; i < kEventsOfGroup; ++i) {
      add_breach(block->first_sequence + i, 1, *block);
    }
    group_bytes_ = block->memory_bytes();
    hub_->publish(block);
    ASSERT_TRUE(hub_->write(*block).ok());
  }
  // Publishes so much.
  void publish(std::size_t bytes) {
    for (std::size_t published = 0; published < bytes; published += group_bytes_) publish_group();
  }

  TempDirectory directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
  std::unique_ptr<EventLog> log_;
  EventBlockPool pool_;
  std::unique_ptr<EventHub> hub_;
  std::size_t group_bytes_ = 0;
};

TEST_F(Hub, WithoutReadersTheLastMegabyteStays) {
  publish(12 * kMiB);
  EXPECT_LE(hub_->recent_bytes(), kKept);
  EXPECT_GT(hub_->recent_bytes(), kKept - 2 * group_bytes_);
}

TEST_F(Hub, WhatOneReaderHasStillToReadStays) {
  const auto slow = hub_->enter(1), quick = hub_->enter(1);
  publish(8 * kMiB);
  EXPECT_GE(hub_->recent_bytes(), 8 * kMiB);
  quick->move_to(hub_->last_sequence() + 1);
  publish_group();
  EXPECT_GE(hub_->recent_bytes(), 8 * kMiB);
  slow->move_to(hub_->last_sequence() / 2);
  publish_group();
  EXPECT_LT(hub_->recent_bytes(), 6 * kMiB);
  EXPECT_GT(hub_->recent_bytes(), 4 * kMiB - 2 * group_bytes_);
  slow->move_to(hub_->last_sequence() + 1);
  publish_group();
  publish_group();
  EXPECT_LE(hub_->recent_bytes(), kKept);
}

TEST_F(Hub, AReaderThatIsFarBehindReadsFromTheSegments) {
  const auto slow = hub_->enter(1);
  publish(40 * kMiB);
  EXPECT_LE(hub_->recent_bytes(), 16 * kMiB);
  EXPECT_GT(hub_->recent_bytes(), 16 * kMiB - 2 * group_bytes_);
}

TEST_F(Hub, AReaderThatLeftHoldsNothing) {
  auto slow = hub_->enter(1);
  publish(8 * kMiB);
  slow.reset();
  publish_group();
  EXPECT_LE(hub_->recent_bytes(), kKept);
}

// Also where nothing is published, and where memory is so short that nobody's place matters.
TEST_F(Hub, ThoseWhoCameAndLeftAreForgotten) {
  const auto stays = hub_->enter(1);
  for (int i = 0; i < 10'000; ++i) (void)hub_->enter(1);
  EXPECT_LT(hub_->known_readers(), 40u);
}

// The slowest is asked first, and once it has moved on the others count again.
TEST_F(Hub, TheSlowestOfManyHoldsWhatItWants) {
  const auto slow = hub_->enter(1), middle = hub_->enter(1), quick = hub_->enter(1);
  publish(2 * kMiB);
  const std::uint64_t early = hub_->last_sequence();
  publish(6 * kMiB);
  quick->move_to(hub_->last_sequence() + 1);
  middle->move_to(early);
  publish_group();
  EXPECT_GE(hub_->recent_bytes(), 8 * kMiB);
  slow->move_to(hub_->last_sequence() + 1);
  publish_group();
  EXPECT_GE(hub_->recent_bytes(), 6 * kMiB);
  EXPECT_LT(hub_->recent_bytes(), 8 * kMiB);
  middle->move_to(hub_->last_sequence() + 1);
  publish_group();
  publish_group();
  EXPECT_LE(hub_->recent_bytes(), 2 * kKept);
}

TEST_F(Hub, WhoEntersLaterHoldsWhatItWants) {
  publish(8 * kMiB);
  const auto late = hub_->enter(hub_->last_sequence() + 1);
  publish(8 * kMiB);
  EXPECT_GE(hub_->recent_bytes(), 8 * kMiB);
}

TEST_F(Hub, OneStreamFromDiskAndMemory) {
  publish(8 * kMiB);
  std::uint64_t next = 1;
  while (next <= hub_->last_sequence()) {
    const auto slice = hub_->read(next, 64 << 10);
    ASSERT_TRUE(slice.ok());
    ASSERT_FALSE(slice->records.empty());
    for (const auto record : slice->records) ASSERT_EQ(record_sequence(record), next++);
  }
}

TEST(EventBlocks, ComeBackEmptyWhenTheLastReaderLetsGo) {
  EventBlockPool pool;
  auto block = pool.take(1000, 10);
  const EventBlock* const address = block.get();
  block->bytes.resize(1000);
  block->ends.push_back(1000);
  std::shared_ptr<const EventBlock> reader = block;
  block.reset();
  EXPECT_EQ(pool.spare_blocks(), 0u);
  reader.reset();
  EXPECT_EQ(pool.spare_blocks(), 1u);
  const auto again = pool.take(900, 10);
  EXPECT_EQ(again.get(), address);
  EXPECT_EQ(again->count(), 0u);
  EXPECT_TRUE(again->bytes.empty());
}

TEST(EventBlocks, ASmallGroupDoesNotHoldALargeBlock) {
  EventBlockPool pool;
  pool.take(kMiB, 1000).reset();
  const auto small = pool.take(100, 1);
  EXPECT_LT(small->memory_bytes(), 8192u);
  EXPECT_EQ(pool.spare_blocks(), 1u);
  EXPECT_GE(pool.take(kMiB / 2, 1000)->memory_bytes(), kMiB);
}

TEST(EventBlocks, SparesAreBounded) {
  EventBlockPool pool;
  std::vector<std::shared_ptr<EventBlock>> many;
  for (int i = 0; i < 20; ++i) many.push_back(pool.take(1000, 10));
  many.clear();
  EXPECT_EQ(pool.spare_blocks(), 8u);
  for (int i = 0; i < 8; ++i) many.push_back(pool.take(3 * kMiB, 10));
  many.clear();
  EXPECT_EQ(pool.spare_blocks(), 2u);  // 8 MiB
}

TEST(EventBlocks, MayOutliveThePool) {
  auto pool = std::make_unique<EventBlockPool>();
  auto block = pool->take(1000, 10);
  pool.reset();
  block->bytes.resize(1000);
  block.reset();
}

}  // namespace
}  // namespace vencer::testing
