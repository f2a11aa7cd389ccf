// Goal: no notification is lost, whenever it comes, and none has to be waited for twice. Method:
// one thread, in every order; then two that wake each other in turn; what would be lost would hang.
#include "engine/runtime/wakeup.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <thread>

namespace vencer {
namespace {

bool readable(int descriptor) {
  pollfd one{descriptor, POLLIN, 0};
  return ::poll(&one, 1, 0) > 0;
}

TEST(ThreadWakeup, OneThatCameBeforeIsNotWaitedFor) {
  ThreadWakeup wakeup;
  wakeup.notify();
  wakeup.notify();
  wakeup.wait_until(kNoWakeTime);
}

TEST(ThreadWakeup, ManyBeforeAWaitAreOne) {
  ThreadWakeup wakeup;
  for (int i = 0; i < 10; ++i) wakeup.notify();
  wakeup.wait_until(kNoWakeTime);
  std::atomic<bool> said{false};
  std::thread other([&] {
    said.store(true);
    wakeup.notify();
  });
  wakeup.wait_until(kNoWakeTime);
  EXPECT_TRUE(said.load()) << "nobody had notified since";
  other.join();
}

TEST(ThreadWakeup, ATimeThatHasPassedIsNotWaitedFor) {
  ThreadWakeup wakeup;
  wakeup.wait_until(std::chrono::steady_clock::now() - std::chrono::hours(1));
}

// As the kernel does for a write that is done.
TEST(ThreadWakeup, ASignalledEventEndsTheWaitAndIsTaken) {
  ThreadWakeup wakeup;
  const std::uint64_t one = 1;
  ASSERT_EQ(::write(wakeup.event(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  wakeup.wait_until(kNoWakeTime);
  EXPECT_FALSE(readable(wakeup.event()));
}

TEST(ThreadWakeup, AnAwakeThreadCostsNoSystemCall) {
  ThreadWakeup wakeup;
  wakeup.notify();
  EXPECT_FALSE(readable(wakeup.event())) << "nobody waits: a flag is enough";
}

// Each waits for the other's word: one that is lost ends the game.
TEST(ThreadWakeup, TwoThreadsInTurn) {
  constexpr int kTurns = 20'000;
  ThreadWakeup here, there;
  std::atomic<int> turn{0};
  std::thread other([&] {
    for (int mine = 1; mine < kTurns; mine += 2) {
      while (turn.load(std::memory_order_acquire) != mine) there.wait_until(kNoWakeTime);
      turn.store(mine + 1, std::memory_order_release);
      here.notify();
    }
  });
  for (int mine = 0; mine < kTurns; mine += 2) {
    while (turn.load(std::memory_order_acquire) != mine) here.wait_until(kNoWakeTime);
    turn.store(mine + 1, std::memory_order_release);
    there.notify();
  }
  other.join();
  EXPECT_EQ(turn.load(), kTurns);
}

}  // namespace
}  // namespace vencer
