#include "engine/runtime/huge_pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <thread>

#include "engine/runtime/page_populator.h"
#include "tests/unit/runtime/thread_limit.h"

namespace vencer {
namespace {

TEST(HugePages, AreZeroAlignedAndApart) {
  HugePages pages;
  std::set<std::byte*> seen;
  for (int i = 0; i < 100; ++i) {  // over several regions
    std::byte* page = pages.take();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(page) % kPageBytes, 0u);
    EXPECT_TRUE(seen.insert(page).second);
    if (i % 10 != 0) continue;
    EXPECT_TRUE(
        std::all_of(page, page + kPageBytes, [](std::byte b) { return b == std::byte{0}; }));
    std::memset(page, 0xff, kPageBytes);
  }
}

TEST(HugePages, ThoseMadeReadyAreTakenFirst) {
  HugePages pages;
  int made = 0;
  while (pages.populate()) ++made;
  EXPECT_EQ(made, 2);
  (void)pages.take();
  (void)pages.take();
  EXPECT_EQ(pages.taken_unready(), 0u);
  (void)pages.take();  // nobody made one
  EXPECT_EQ(pages.taken_unready(), 1u);
  EXPECT_EQ(pages.taken(), 3u);
}

TEST(HugePages, MoreAreReadyWhereMoreAreTaken) {
  HugePages pages;
  for (int i = 0; i < 40; ++i) (void)pages.take();
  int made = 0;
  while (pages.populate()) ++made;
  EXPECT_EQ(made, 10);
  for (int i = 0; i < 10; ++i) (void)pages.take();
  EXPECT_EQ(pages.taken_unready(), 40u);
}

TEST(HugePages, AllThatWillBeWantedAtTheStart) {
  HugePages pages;
  (void)pages.take();
  EXPECT_EQ(pages.populate_all(30), 29u);
  EXPECT_EQ(pages.populate_all(30), 0u);
  EXPECT_FALSE(pages.populate());  // more are ready than are kept ahead
  for (int i = 0; i < 29; ++i) (void)pages.take();
  EXPECT_EQ(pages.taken_unready(), 1u);  // the first
  EXPECT_TRUE(pages.populate());
}

TEST(HugePages, ACapacityBeyondTheMachineIsRefused) {
  HugePages pages;
  EXPECT_TRUE(take_memory(20'000, pages).ok());
  EXPECT_EQ(pages.populate_all(2), 0u);  // 4,000,000 bytes are there
  const Status taken = take_memory(1ull << 45, pages);
  ASSERT_FALSE(taken.ok());
  for (const char* part : {"35184372088832 tickets", "are available", "memory = ahead"}) {
    EXPECT_NE(taken.error().message.find(part), std::string::npos) << taken.error().message;
  }
}

// The thread that makes them ready is told when they run low, and takes nothing from the other.
TEST(HugePages, TwoThreads) {
  HugePages pages;
  ThreadWakeup wakeup;
  pages.wake(&wakeup);
  std::atomic<bool> done = false;
  std::thread populating([&] {
    while (!done) {
      while (pages.populate()) {
      }
      wakeup.wait_until(kNoWakeTime);
    }
  });
  std::set<std::byte*> seen;
  for (int i = 0; i < 60; ++i) {
    std::byte* page = pages.take();
    page[0] = page[kPageBytes - 1] = std::byte{1};
    EXPECT_TRUE(seen.insert(page).second);
  }
  done = true;
  wakeup.notify();
  populating.join();
}

// Of a start: one populator after the other, then the maintenance role.
TEST(HugePages, APopulatorEndsAndLeavesWhatIsReady) {
  const auto pages = std::make_shared<HugePages>();
  std::set<std::byte*> seen;
  for (int start = 0; start < 3; ++start) {
    const PagePopulator populating(pages);
    for (int i = 0; i < 40; ++i) {
      std::byte* page = pages->take();
      page[0] = page[kPageBytes - 1] = std::byte{1};
      EXPECT_TRUE(seen.insert(page).second);
    }
  }
  EXPECT_EQ(pages->taken(), 120u);
  while (pages->populate()) {
  }
  const std::uint64_t unready = pages->taken_unready();
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(seen.insert(pages->take()).second);
  EXPECT_EQ(pages->taken_unready(), unready);
}

TEST(HugePages, APopulatorWithoutAThreadLeavesAllToWhoTakes) {
  const auto pages = std::make_shared<HugePages>();
  {
    const testing::ThreadLimit limit(0);
    const PagePopulator populating(pages);
    EXPECT_NE(pages->take(), nullptr);
  }
  EXPECT_NE(pages->take(), nullptr);
  EXPECT_EQ(pages->taken_unready(), 2u);
}

}  // namespace
}  // namespace vencer
