// What a slot of many timers holds comes down in slices ahead of the hand, without a change to what
// is handed over, and an idle wheel says when there is one to do.
#include <algorithm>
#include <vector>

#include "engine/core/timer_walk.h"
#include "tests/unit/wheel/twin.h"

namespace vencer {
namespace {

constexpr TimeMs kNow = 1'700'000'000'000;
constexpr std::int64_t kMany = 50'000;
constexpr std::size_t kSlices = kMany / 8192 + 1;

// As who sleeps until next_deadline() would: when it was woken before `until`.
std::vector<TimeMs> sleep_through(Twin& twin, TimeMs until) {
  std::vector<TimeMs> woken;
  for (TimeMs next = twin.wheel().next_deadline(); next < until && woken.size() < 1000;
       next = twin.wheel().next_deadline()) {
    EXPECT_EQ(twin.drain(next), 0u);
    woken.push_back(next);
    twin.wheel().verify();
  }
  return woken;
}

// Slots of 2 s, 70 minutes and 99 days.
class Slices : public testing::TestWithParam<int> {};

TEST_P(Slices, ComeBeforeTheHandIsThere) {
  const TimeMs span = TimeMs{1} << (11 * GetParam());
  const TimeMs begin = (kNow / span + 5) * span;
  Dice dice(7);
  Twin twin(kNow);
  for (TimerId id = 0; id < kMany; ++id) {
    twin.schedule(id, begin + dice.between(0, span - 1));
  }
  const std::vector<TimeMs> woken = sleep_through(twin, begin);
  ASSERT_GE(woken.size(), kSlices - 2);  // the last of them are few
  EXPECT_LE(woken.size(), kSlices + 3);  // chunks that are not full
  EXPECT_EQ(woken.front(), begin - span);
  EXPECT_EQ(woken.back(), begin - span + static_cast<TimeMs>(woken.size()) - 1);
  EXPECT_EQ(twin.wheel().next_deadline(), twin.pending().begin()->first);
  EXPECT_EQ(twin.drain(begin + span / 2) + twin.drain(begin + span),
            static_cast<std::size_t>(kMany));
}

INSTANTIATE_TEST_SUITE_P(levels, Slices, testing::Values(1, 2, 3));

// Of the slot before, whose own timer comes late in it, only the next deadline would be known.
TEST(Slices, ComeAlsoBehindASlotOfFew) {
  const TimeMs begin = (kNow / 2048 + 9) * 2048;
  Twin twin(kNow);
  for (TimerId id = 0; id < kMany; ++id) twin.schedule(id, begin + id % 2048);
  twin.schedule(kMany, begin - 1);
  const std::vector<TimeMs> woken = sleep_through(twin, begin - 1);
  ASSERT_GE(woken.size(), kSlices - 2);
  EXPECT_EQ(woken.front(), begin - 2048);
  EXPECT_EQ(twin.drain(begin - 1), 1u);
}

// A sweep takes what a slot holds aside: it is still to come down.
TEST(Slices, ComeOfASlotThatIsBeingSwept) {
  const TimeMs begin = (kNow / 2048 + 9) * 2048;
  Twin twin(kNow);
  for (TimerId id = 0; id < kMany; ++id) twin.schedule(id, begin + id % 2048);
  for (TimerId id = 0; id < kMany; ++id) {
    if (id % 5 < 3) twin.cancel(id);  // more stale entries than timers
  }
  twin.schedule(kMany, begin + 1);  // so the sweep begins
  twin.wheel().verify();
  EXPECT_EQ(twin.wheel().next_deadline(), begin - 2048);
  EXPECT_FALSE(sleep_through(twin, begin).empty());
  twin.drain(begin + 2048);
  EXPECT_EQ(twin.size(), 0u);
}

TEST(Slices, AFewTimersWakeNobody) {
  Twin twin(kNow);
  for (TimerId id = 0; id < 5000; ++id) twin.schedule(id, kNow + 3'600'000 + id % 2000);
  EXPECT_TRUE(sleep_through(twin, kNow + 3'600'000).empty());
  EXPECT_EQ(twin.drain(kNow + 3'700'000), 5000u);
}

// Who jumps over the time for it finds them all, too.
TEST(Slices, AHandThatJumpsTakesWhatIsLeftAtOnce) {
  for (const TimeMs woken_ms : {0, 3, 8}) {
    Twin twin(kNow);
    const TimeMs begin = (kNow / 2048 + 9) * 2048;
    for (TimerId id = 0; id < kMany; ++id) twin.schedule(id, begin + id % 2048);
    for (TimeMs at = 0; at < woken_ms; ++at) twin.drain(begin - 2048 + at);
    const std::size_t early = twin.drain(begin + 1000);
    EXPECT_EQ(early, static_cast<std::size_t>(kMany / 2048 * 1001 +
                                              std::min<std::int64_t>(kMany % 2048, 1001)));
    twin.wheel().verify();
    EXPECT_EQ(twin.drain(begin + 3000), static_cast<std::size_t>(kMany) - early);
  }
}

// Timers move, are cancelled and swept away, and new ones come for a slot that is being emptied.
TEST(Slices, BesideChangesAndTheSweep) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    Twin twin(kNow);
    const TimeMs end = kNow + 20'000;
    const auto some_id = [&] { return static_cast<TimerId>(dice.between(0, 49'999)); };
    for (int n = 0; n < 60'000; ++n) twin.schedule(some_id(), kNow + dice.between(5'000, 15'000));
    for (TimeMs now = kNow; now < end; now += dice.between(1, 60)) {
      twin.drain(now);
      for (std::int64_t n = dice.between(0, 200); n > 0; --n) {
        switch (dice.between(0, 3)) {
          case 0:
            twin.cancel(some_id());
            break;
          case 1:
            twin.schedule(some_id(), now + dice.between(-2, 6'000));
            break;
          default:  // stale ones: a move to earlier leaves an entry behind
            twin.schedule(some_id(), now + dice.between(2'000, 4'096));
            break;
        }
        if (HasFailure()) return;
      }
      if (dice.one_in(20)) twin.wheel().verify();
    }
    twin.drain(end + 10'000);
    EXPECT_EQ(twin.size(), 0u);
    EXPECT_EQ(twin.wheel().stale(), 0u);
  }
}

// A walk while a slot is half empty.
TEST(Slices, AWalkFindsWhatHasComeDownAndWhatHasNot) {
  Twin twin(kNow);
  const TimeMs begin = (kNow / 2048 + 9) * 2048;
  for (TimerId id = 0; id < kMany; ++id) twin.schedule(id, begin + (id * 7919) % 2048);
  for (TimeMs at = 0; at < 5; ++at) twin.drain(begin - 2048 + at);
  TimerWalk walk(twin.wheel(), Timer{0, 0}, kMany);
  for (const auto& [deadline, id] : twin.pending()) {
    const std::optional<Timer> next = walk.next();
    ASSERT_TRUE(next.has_value());
    ASSERT_EQ(*next, (Timer{deadline, id}));
  }
  EXPECT_FALSE(walk.next().has_value());
}

}  // namespace
}  // namespace vencer
