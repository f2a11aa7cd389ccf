// Many deadlines at one instant, timers that are moved while they fire, and what cancels and moves
// leave behind.
#include <algorithm>
#include <vector>

#include "engine/core/timer_sort.h"
#include "engine/core/timer_walk.h"
#include "tests/unit/wheel/twin.h"

namespace vencer {
namespace {

constexpr TimeMs kNow = 1'700'000'000'000;

TEST(Storm, EqualDeadlinesComeById) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    Twin twin(kNow);
    for (int n = 0; n < 20'000; ++n) {
      twin.schedule(static_cast<TimerId>(dice.between(0, 1 << 20)), kNow + 3'600'000);
    }
    const std::size_t all = twin.size();
    EXPECT_EQ(twin.drain(kNow + 3'600'000), all);
    twin.wheel().verify();
  }
}

// While a millisecond is worked off its timers are cancelled, moved back and forth, and new ones
// come for it, for before it, and for between it and now.
TEST(Storm, ChangesWhileFiring) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    Twin twin(kNow);
    const TimeMs storm = kNow + 90'000;
    const TimeMs now = storm + 500;
    for (TimerId id = 0; id < 3000; ++id) twin.schedule(id, storm + dice.between(0, 2));
    for (int budget = 30'000; budget > 0 && twin.pop(now); --budget) {
      const auto id = static_cast<TimerId>(dice.between(0, 3999));
      switch (dice.between(0, 5)) {
        case 0:
          twin.cancel(id);
          break;
        case 1:
          twin.schedule(id, storm + dice.between(-5, 5));
          break;
        case 2:
          twin.schedule(id, now + dice.between(-2, 2));
          break;
        case 3:
          twin.schedule(id, kNow - dice.between(0, 5));
          break;
        default:
          break;
      }
      if (budget % 1000 == 0) twin.wheel().verify();
      if (HasFailure()) return;
    }
    twin.wheel().verify();
    twin.drain(now + 1'000'000);
    EXPECT_EQ(twin.size(), 0u);
  }
}

// More at one millisecond than the run takes: dealt into shares. Timers of several kinds, from
// slots of two levels at once, changed while they fire; a walk beside it shows what is still to
// come.
TEST(Storm, DealtIntoShares) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    Twin twin(kNow);
    const TimeMs storm = kNow + 30'000'000;
    const std::int64_t ids = seed % 2 == 0 ? 1'500'000 : 40'000;
    const auto some_id = [&] {
      const auto kind = static_cast<TimerKind>(dice.one_in(20) ? dice.between(1, 4) : 0);
      return timer_id(kind, static_cast<std::uint32_t>(dice.between(0, ids - 1)));
    };
    for (int n = 0; n < 30'000; ++n) twin.schedule(some_id(), storm + (dice.one_in(9) ? 1 : 0));
    twin.drain(storm - 1'000);  // what comes now lies in the lowest level
    for (int n = 0; n < 15'000; ++n) twin.schedule(some_id(), storm);
    twin.wheel().verify();
    for (int fired = 0; twin.pop(storm + 500); ++fired) {
      if (HasFailure()) return;
      if (dice.one_in(8)) twin.cancel(some_id());
      if (dice.one_in(8)) twin.schedule(some_id(), storm + dice.between(-2, 2));
      if (dice.one_in(8)) twin.schedule(some_id(), storm + 500 + dice.between(-2, 2));
      if (fired % 5000 == 0) {
        twin.wheel().verify();
        TimerWalk walk(twin.wheel(), Timer{0, 0}, 50);
        auto pending = twin.pending().begin();
        while (const auto timer = walk.next()) {
          while (timer_kind(pending->second) != TimerKind::ticket) ++pending;
          ASSERT_EQ(*timer, (Timer{pending->first, pending->second}));
          ++pending;
        }
      }
    }
    twin.drain(storm + 1'000);
    EXPECT_EQ(twin.size(), 0u);
    twin.wheel().verify();
    EXPECT_EQ(twin.wheel().stale(), 0u);
  }
}

// A storm of what no ticket stands for, above every share but the last; and cancelled in the
// middle.
TEST(Storm, SharesOfOtherKinds) {
  Twin twin(kNow);
  for (std::uint32_t i = 50'000; i-- > 0;) {
    twin.schedule(timer_id(TimerKind::customer, i), kNow + 5'000'000);
  }
  for (int n = 0; n < 100; ++n) ASSERT_TRUE(twin.pop(kNow + 5'000'000));
  twin.wheel().verify();
  for (std::uint32_t i = 200; i < 50'000; ++i) twin.cancel(timer_id(TimerKind::customer, i));
  EXPECT_EQ(twin.drain(kNow + 6'000'000), 100u);
  EXPECT_EQ(twin.wheel().stale(), 0u);
  twin.wheel().verify();
}

TEST(Storm, CancelledWholeLeavesNothingDue) {
  TimingWheel wheel(kNow);
  for (TimerId id = 0; id < 1000; ++id) wheel.schedule(id, kNow + 10);
  wheel.schedule(5000, kNow + 30);
  EXPECT_EQ(wheel.pop_due(kNow + 20), (Timer{kNow + 10, 0}));
  for (TimerId id = 1000; id-- > 1;) wheel.cancel(id);
  EXPECT_EQ(wheel.next_deadline(), kNow + 30);
  EXPECT_EQ(wheel.pop_due(kNow + 20), std::nullopt);
  EXPECT_EQ(wheel.stale(), 0u);  // what was met is gone
  wheel.verify();
}

// A timer that puts itself back at the instant just worked off, or before, comes again at once.
TEST(Storm, ATimerMayChaseItself) {
  Twin twin(kNow);
  twin.schedule(7, kNow + 1);
  for (int n = 0; n < 100; ++n) {
    const auto timer = twin.pop(kNow + 1'000);
    ASSERT_TRUE(timer);
    twin.schedule(7, timer->deadline + (n % 3) - 1);
  }
  twin.cancel(7);
  EXPECT_EQ(twin.drain(kNow + 1'000), 0u);
}

// Stale entries stay below about the live ones, whatever is done to them.
TEST(Stale, IsBounded) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    TimingWheel wheel(kNow);
    constexpr std::int64_t kIds = 20'000;
    std::size_t stale_max = 0;
    for (int n = 0; n < 1'000'000; ++n) {
      const auto id = static_cast<TimerId>(dice.between(0, kIds - 1));
      wheel.cancel(id);
      wheel.schedule(id, kNow + 1 + dice.by_magnitude(36));
      stale_max = std::max(stale_max, wheel.stale());
    }
    wheel.verify();
    EXPECT_LT(stale_max, kIds + 16'384);
    EXPECT_GT(stale_max, 4096u);  // else this test shows nothing
  }
}

// One id alone, moved to earlier, to the past, cancelled, always one entry more.
TEST(Stale, OfOneTimerIsBounded) {
  TimingWheel wheel(kNow);
  for (TimeMs n = 0; n < 200'000; ++n) {
    wheel.schedule(1, kNow + 1'000'000'000 - n);
    wheel.schedule(2, kNow - n);
    ASSERT_LT(wheel.stale(), 12'000u);
  }
  wheel.cancel(2);
  wheel.verify();
  EXPECT_EQ(wheel.pop_due(kNow + 1'000'000'000), (Timer{kNow + 1'000'000'000 - 199'999, 1}));
}

// The sweep runs while the hand moves and timers fire; answers stay those of the sorted set.
TEST(Stale, SweepDoesNotShow) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    Twin twin(kNow);
    for (int round = 0; round < 400 && !HasFailure(); ++round) {
      for (int n = 0; n < 300; ++n) {
        const auto id = static_cast<TimerId>(dice.between(0, 499));
        twin.cancel(id);
        twin.schedule(id, twin.now() + dice.by_magnitude(40) - dice.between(0, 1));
        if (dice.one_in(3)) twin.schedule(id, twin.now() + dice.by_magnitude(44));
      }
      if (dice.one_in(3)) twin.drain(twin.now() + dice.by_magnitude(30));
      if (round % 50 == 0) twin.wheel().verify();
    }
    twin.wheel().verify();
  }
}

// The hand enters a slot that the sweep has done by half: long chains, all in one slot.
TEST(Stale, HalfSweptSlot) {
  for (int more = 0; more < 40; more += 3) {
    SCOPED_TRACE(testing::Message() << "more " << more);
    Dice dice(1);
    Twin twin(kNow);
    const TimeMs slot = (kNow >> 22 << 22) + (TimeMs{5} << 22);
    const auto churn = [&] {
      const auto id = static_cast<TimerId>(dice.between(0, 2999));
      twin.cancel(id);
      twin.schedule(id, slot + dice.between(0, 1 << 20));
    };
    while (twin.wheel().stale() < twin.size() + 4096) churn();
    for (int n = 0; n < more; ++n) churn();
    twin.wheel().verify();
    twin.drain(slot + (1 << 19));
    twin.wheel().verify();
    twin.drain(slot + (1 << 20));
    EXPECT_EQ(twin.size(), 0u);
    EXPECT_EQ(twin.wheel().stale(), 0u);
  }
}

// An entry left behind whose generation comes round again must not fire: 65,536 schedules later.
TEST(Stale, GenerationsComeRound) {
  Twin twin(kNow);
  for (TimerId id = 100; id < 70'000; ++id)
    twin.schedule(id, kNow + 1'000'000);  // keep the sweep off
  twin.schedule(1, kNow + 500);
  for (int n = 0; n < (1 << 16) - 1; ++n) {
    twin.cancel(1);
    twin.schedule(1, kNow + 100'000 + n);
  }
  twin.cancel(1);
  twin.schedule(1, kNow + 700);  // the generation of the entry at + 500
  twin.wheel().verify();
  EXPECT_EQ(twin.drain(kNow + 699), 0u);
  EXPECT_EQ(twin.drain(kNow + 700), 1u);
  twin.schedule(1, kNow + 100'050);
  EXPECT_EQ(twin.drain(kNow + 999'999), 1u);
  twin.wheel().verify();
}

// Once warm, the wheel asks for no more memory.
TEST(Memory, WarmWheelDoesNotGrow) {
  TimingWheel wheel(kNow);
  Dice dice(1);
  TimeMs now = kNow;
  std::size_t warm = 0;
  for (int round = 0; round < 12; ++round) {
    for (TimerId id = 0; id < 50'000; ++id) wheel.schedule(id, now + dice.between(1, 1 << 25));
    for (TimerId id = 0; id < 50'000; id += 2) wheel.cancel(id);
    now += 1 << 25;
    while (wheel.pop_due(now)) {
    }
    if (round == 3) warm = wheel.memory_bytes();
  }
  EXPECT_EQ(wheel.memory_bytes(), warm);
  wheel.verify();
}

TEST(Memory, CapacityAloneCostsLittle) {
  TimingWheel wheel(kNow);
  EXPECT_LT(wheel.memory_bytes(), 1u << 20);
}

// Small, middle and large (in place) arrays, keys that differ in few bits or in many.
TEST(SortKeys, OrdersByTheUpperBits) {
  std::vector<std::uint64_t> scratch;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    const int bits = static_cast<int>(dice.between(1, 62));
    const int from_bit = static_cast<int>(dice.between(0, 20));
    std::vector<std::uint64_t> keys(static_cast<std::size_t>(dice.by_magnitude(18)));
    for (auto& key : keys) {
      key = static_cast<std::uint64_t>(dice.between(0, (std::int64_t{1} << bits) - 1));
      if (dice.one_in(2)) key = static_cast<std::uint64_t>(dice.by_magnitude(bits));
      if (seed % 3 == 0) key <<= 63 - bits;
    }
    const auto upper_less = [&](auto a, auto b) { return a >> from_bit < b >> from_bit; };
    auto sorted = keys;
    detail::sort_keys(sorted, from_bit, scratch);
    ASSERT_TRUE(std::is_sorted(sorted.begin(), sorted.end(), upper_less));
    std::sort(keys.begin(), keys.end());  // the same keys, none lost
    std::sort(sorted.begin(), sorted.end());
    ASSERT_EQ(keys, sorted);
  }
}

}  // namespace
}  // namespace vencer
