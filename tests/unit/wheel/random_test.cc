// Goal: over any schedule the wheel does what a sorted set does. Method: seeded random schedules of
// several temperaments, every answer compared, invariants verified now and then.
#include <algorithm>
#include <vector>

#include "tests/unit/wheel/twin.h"

namespace vencer {
namespace {

constexpr TimeMs kNow = 1'700'000'000'000;

struct Temper {
  const char* name;
  std::int64_t ids;
  int horizon_bits;  // deadlines up to 2^this ms ahead
  int jump_bits;     // clock jumps up to 2^this ms
  TimeMs rounding;   // deadlines fall on multiples of this: storms
};

// 2^41 ms are 69 years.
constexpr Temper kTempers[] = {
    {"few ids, near", 8, 13, 6, 1},           {"many ids, SLA horizons", 5000, 32, 28, 1},
    {"on the minute", 2000, 28, 24, 60'000},  {"decades", 300, 41, 41, 1},
    {"one millisecond, often", 200, 3, 2, 1}, {"centuries", 50, 45, 38, 1},
};

class RandomSchedule : public testing::TestWithParam<std::size_t> {};

TimeMs some_deadline(Dice& dice, const Temper& temper, const Twin& twin, TimerId id) {
  TimeMs deadline = twin.now();
  switch (dice.between(0, 9)) {
    case 0:
      deadline -= dice.by_magnitude(temper.horizon_bits);
      break;  // the past
    case 1:
      break;  // this instant
    case 2:
      deadline += 1;
      break;
    case 3: {  // near what it was
      const TimeMs before = twin.model_deadline(id);
      if (before != kNever) return before + dice.between(-3, 3);
      break;
    }
    default:
      deadline += dice.by_magnitude(temper.horizon_bits);
  }
  return deadline / temper.rounding * temper.rounding;
}

void change_something(Dice& dice, const Temper& temper, Twin& twin) {
  const auto kind = static_cast<TimerKind>(dice.one_in(8) ? dice.between(0, 4) : 0);
  const TimerId id = timer_id(kind, static_cast<std::uint32_t>(dice.between(0, temper.ids - 1)));
  if (dice.one_in(6)) {
    twin.cancel(id);
  } else {
    twin.schedule(id, some_deadline(dice, temper, twin, id));
  }
}

void run_schedule(const Temper& temper, std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << temper.name << ", seed " << seed);
  Dice dice(seed);
  Twin twin(kNow);
  for (int round = 0; round < 200 && !testing::Test::HasFailure(); ++round) {
    for (std::int64_t n = dice.by_magnitude(8); n >= 0; --n) change_something(dice, temper, twin);
    const TimeMs now = twin.now() + (dice.one_in(4) ? 1 : dice.by_magnitude(temper.jump_bits));
    // In slices, with changes between and inside them, as a shard does it.
    for (int budget = 100'000; budget > 0 && twin.pop(now); --budget) {
      if (dice.one_in(4)) change_something(dice, temper, twin);
    }
    if (round % 10 == 0) twin.wheel().verify();
  }
  twin.wheel().verify();
}

TEST_P(RandomSchedule, MatchesSortedSet) {
  for (std::uint64_t seed = 1; seed <= 30 && !HasFailure(); ++seed) {
    run_schedule(kTempers[GetParam()], seed);
  }
}

INSTANTIATE_TEST_SUITE_P(Tempers, RandomSchedule,
                         testing::Range<std::size_t>(0, std::size(kTempers)));

// Two wheels with the same pending set, one of them with a long past, hand over alike.
TEST(History, DoesNotShow) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    Twin old(kNow);
    const Temper temper{"", 3000, 34, 30, 1};
    for (int round = 0; round < 60; ++round) {
      for (int n = 0; n < 100; ++n) change_something(dice, temper, old);
      old.drain(old.now() + dice.by_magnitude(30));
    }
    std::vector<std::pair<TimeMs, TimerId>> pending(old.pending().begin(), old.pending().end());
    std::shuffle(pending.begin(), pending.end(), std::mt19937_64(seed));
    TimingWheel restored(old.now());
    for (const auto& [deadline, id] : pending) restored.schedule(id, deadline);
    ASSERT_EQ(restored.size(), old.size());
    for (TimeMs now = old.now(); old.size() > 0; now += 1 + dice.by_magnitude(34)) {
      for (;;) {
        const std::optional<Timer> expected = old.wheel().pop_due(now);
        const std::optional<Timer> got = restored.pop_due(now);
        ASSERT_EQ(got, expected);
        if (!got) break;
      }
      if (old.wheel().size() == 0) break;
    }
    ASSERT_EQ(restored.size(), 0u);
  }
}

}  // namespace
}  // namespace vencer
