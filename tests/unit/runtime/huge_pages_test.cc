#include "engine/runtime/huge_pages.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
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
  EXPECT_EQ(pages.populate_all(2), 0u);  // 3,800,000 bytes are there
  const Status taken = take_memory(1ull << 45, pages);
  ASSERT_FALSE(taken.ok());
  for (const char* part : {"35184372088832 tickets", "are available", "memory = ahead"}) {
    EXPECT_NE(taken.error().message.find(part), std::string::npos) << taken.error().message;
  }
}

// What is expected comes from one piece of the address space, in ascending order.
TEST(HugePages, AddressesOfWhatIsExpectedAreReserved) {
  HugePages pages;
  pages.expect(100 * kPageBytes);
  std::byte* first = pages.take();
  for (std::size_t i = 1; i < 100; ++i) EXPECT_EQ(pages.take(), first + i * kPageBytes);
  // More than that is there, elsewhere.
  for (int i = 0; i < 40; ++i) EXPECT_NE(pages.take(), nullptr);
  pages.expect(50 * kPageBytes);  // taken already: nothing to reserve
  EXPECT_NE(pages.take(), nullptr);
}

// Of a full table nothing lies ready for tickets that cannot come.
TEST(HugePages, TowardsTheEndOfWhatIsExpectedFewerAreReady) {
  HugePages pages;
  pages.expect(100 * kPageBytes);
  const auto ready = [&pages](std::uint64_t taken) {
    while (pages.taken() < taken) (void)pages.take();
    int made = 0;
    while (pages.populate()) ++made;
    for (int i = 0; i < made; ++i) (void)pages.take();
    return made;
  };
  EXPECT_EQ(ready(70), 16);
  EXPECT_EQ(ready(90), 10);
  EXPECT_EQ(pages.taken(), 100u);
  EXPECT_EQ(ready(100), 2);
  EXPECT_EQ(ready(140), 10);
  EXPECT_EQ(ready(190), 16);
  pages.expect(300 * kPageBytes);
  EXPECT_EQ(ready(299), 2);
}

// None of it is memory before it is touched: more than this machine has can be expected.
TEST(HugePages, WhatIsReservedIsNotMemory) {
  HugePages pages;
  pages.expect(std::uint64_t{1} << 42);
  EXPECT_NE(pages.take(), nullptr);
  EXPECT_EQ(pages.taken(), 1u);
}

TEST(HugePages, WithoutAddressesForAllTheyComeByRegions) {
  HugePages pages;
  pages.expect(std::uint64_t{1} << 60);  // no such mapping
  std::byte* page = pages.take();
  page[0] = std::byte{1};
  EXPECT_NE(pages.take(), page);
}

// `ulimit -v` and -d: what nobody uses is not taken from what others need.
TEST(HugePages, WithinALimitOfAddressesNoneAreReserved) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto within_a_limit = [](auto resource) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0) std::exit(1);
    // Below the hard limit, and far above what the sanitizers map.
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? (rlim_t{1} << 47) : limit.rlim_max;
    if (::setrlimit(resource, &limit) != 0) std::exit(2);
    HugePages pages;
    pages.expect(200 * kPageBytes);
    std::byte* first = pages.take();
    bool in_one_piece = true;
    for (std::size_t i = 1; i < 200; ++i) {
      in_one_piece = pages.take() == first + i * kPageBytes && in_one_piece;
    }
    std::exit(in_one_piece ? 3 : 0);
  };
  EXPECT_EXIT(within_a_limit(RLIMIT_AS), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(within_a_limit(RLIMIT_DATA), ::testing::ExitedWithCode(0), "");
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
