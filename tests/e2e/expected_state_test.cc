// Goal: the crash test can fail. Method: its oracle is shown a lost, a changed and a repeated
// event, and its files are read by another object, as after the death of the one that wrote them.
#include "tests/e2e/expected_state.h"

#include <gtest/gtest.h>

#include "tests/support/process.h"

namespace vencer::testing {
namespace {

Event event(std::uint64_t sequence, TimeMs emitted) {
  Event made;
  made.sequence = sequence;
  made.emitted = emitted;
  made.tenant = 1;
  made.ticket = {5, 0, KeyKind::number};
  return made;
}

TEST(ExpectedState, TellsWhatALogMustNotDo) {
  const TemporaryFolder folder;
  ExpectedState expected(folder.path());
  EXPECT_EQ(expected.received(event(1, 10)), "");
  EXPECT_EQ(expected.received(event(2, 20)), "");
  EXPECT_EQ(expected.received(event(1, 10)), "");
  EXPECT_EQ(expected.received(event(2, 21)), "event 2 has other bytes than before");
  EXPECT_EQ(expected.received(event(4, 40)), "event 4 came after 2");
  EXPECT_EQ(expected.received(event(0, 40)), "event 0 came after 2");
  EXPECT_EQ(expected.last_sequence(), 2u);
}

TEST(ExpectedState, TheFilesSayWhatWasTold) {
  const TemporaryFolder folder;
  {
    ExpectedState expected(folder.path());
    expected.acknowledged(0, 7);
    expected.acknowledged(1, 3);
    expected.acknowledged(0, 9);
    EXPECT_EQ(expected.received(event(1, 10)), "");
  }
  const ExpectedState later(folder.path());
  EXPECT_EQ(later.read_acknowledged(), (std::map<std::uint64_t, std::uint64_t>{{0, 9}, {1, 3}}));
  EXPECT_EQ(later.read_events().size(), 1u);
}

}  // namespace
}  // namespace vencer::testing
