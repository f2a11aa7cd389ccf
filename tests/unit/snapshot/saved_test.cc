// Goal: a restored machine is the one that was saved. Method: an office by the dice is saved while
// it goes on, in slices of any size; the restored machine has the digest of begin, and given the
// steps since then it says and becomes the same. What chance seldom brings has a test of its own.
#include "tests/support/saved_state.h"
#include "tests/unit/snapshot/office.h"

namespace vencer::test {
namespace {

// `saved` was begun at step `from` of the desk, when the digest was `digest`.
void expect_same(const Desk& desk, const SavedState& saved, std::size_t from, std::size_t told,
                 std::size_t answered, std::uint64_t digest) {
  StateMachine restored;
  const Status status = saved.restore(&restored);
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(restored.digest(), digest);
  Recorder recorder;
  desk.replay(from, restored, recorder);
  const std::vector<Seen> rest(desk.sink.seen.begin() + static_cast<std::ptrdiff_t>(told),
                               desk.sink.seen.end());
  EXPECT_TRUE(same_events(rest, recorder.seen));
  ASSERT_EQ(recorder.results.size(), desk.sink.results.size() - answered);
  for (std::size_t i = 0; i < recorder.results.size(); ++i) {
    EXPECT_EQ(recorder.results[i].code, desk.sink.results[answered + i].code);
    EXPECT_EQ(recorder.results[i].version, desk.sink.results[answered + i].version);
    EXPECT_EQ(recorder.results[i].repeated, desk.sink.results[answered + i].repeated);
  }
  EXPECT_EQ(restored.digest(), desk.machine.digest());
  EXPECT_EQ(restored.open_ticket_count(), desk.machine.open_ticket_count());
}

// Steps between slices; then what it was at begin against what was saved.
void save_and_compare(Office& office, std::mt19937_64& dice, int steps) {
  Desk& desk = office.desk();
  SavedState saved;
  const std::uint64_t digest = office.machine().digest();
  const std::size_t from = desk.steps();
  const std::size_t told = desk.sink.seen.size(), answered = desk.sink.results.size();
  saved.begin(office.machine());
  for (int i = 0; i < steps; ++i) {
    office.step();
    if (dice() % 4 == 0) saved.slice(office.machine(), 1 + dice() % 4);
  }
  saved.finish(office.machine());
  EXPECT_EQ(office.machine().snapshot_backlog_bytes(), 0u);
  expect_same(desk, saved, from, told, answered, digest);
}

class SnapshotOffice : public testing::TestWithParam<unsigned> {};

TEST_P(SnapshotOffice, saved_while_it_goes_on_it_comes_back_as_it_was) {
  std::mt19937_64 dice(GetParam());
  Office office(GetParam());
  for (int round = 0; round < 4; ++round) {
    for (std::uint64_t n = dice() % 300; n > 0; --n) office.step();
    save_and_compare(office, dice, static_cast<int>(dice() % 120));
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, SnapshotOffice, testing::Range(0u, 40u));

TEST(Snapshot, of_a_machine_that_knows_its_settings_only) {
  StateMachine machine;
  Recorder recorder;
  Settings settings;
  settings.ticket_capacity = 77;
  settings.skew_max_ms = -3;
  settings.producer_capacity = 5;
  Step step;
  step.kind = StepKind::settings;
  step.now = kT0;
  step.settings = &settings;
  machine.apply(step, recorder);
  SavedState saved;
  saved.take(machine);
  StateMachine restored;
  ASSERT_TRUE(saved.restore(&restored, 1).ok());
  EXPECT_EQ(restored.settings(), settings);
  EXPECT_EQ(restored.now(), kT0);
  EXPECT_EQ(restored.digest(), machine.digest());
}

TEST(Snapshot, a_tenant_that_is_deleted_while_it_is_saved_is_in_it_whole) {
  for (int slices = 0; slices < 40; ++slices) {
    Office office(99);
    for (int i = 0; i < 250; ++i) office.step();
    SavedState saved;
    const std::uint64_t digest = office.machine().digest();
    const Desk& desk = office.desk();
    const std::size_t from = desk.steps();
    const std::size_t told = desk.sink.seen.size(), answered = desk.sink.results.size();
    saved.begin(office.machine());
    for (int i = 0; i < slices; ++i) saved.slice(office.machine(), 1);
    for (TenantId id = 1; id <= office.machine().tenant_count(); ++id) office.delete_tenant(id);
    while (office.machine().background_pending()) office.desk().background(office.now(), 3);
    saved.finish(office.machine());
    expect_same(desk, saved, from, told, answered, digest);
    if (testing::Test::HasFailure()) FAIL() << slices << " slices";
  }
}

TEST(Snapshot, free_slots_are_used_again_in_their_order) {
  Desk desk;
  for (std::uint64_t key = 1; key <= 20; ++key) desk.create(kT0, key);
  for (const std::uint64_t key : {7u, 3u, 15u, 1u, 20u}) desk.status(kT0, key, kCancelled);
  desk.advance(kT0 + 98 * limits::kDay);
  ASSERT_EQ(desk.machine.ticket_count(), 15u);
  SavedState saved;
  saved.begin(desk.machine);
  // What is taken and given back meanwhile is not in it.
  for (std::uint64_t key = 31; key <= 37; ++key) desk.create(kT0 + 98 * limits::kDay, key);
  saved.finish(desk.machine);
  StateMachine restored;
  ASSERT_TRUE(saved.restore(&restored).ok());
  Recorder recorder;
  desk.replay(desk.steps() - 7, restored, recorder);
  for (std::uint64_t key = 31; key <= 37; ++key) {
    const TicketKey ticket{key, 0, KeyKind::number};
    EXPECT_EQ(restored.find_ticket(1, ticket), desk.machine.find_ticket(1, ticket)) << key;
  }
  EXPECT_EQ(restored.digest(), desk.machine.digest());
}

// What it had counted says nothing any more, and whether it does is not saved.
TEST(Snapshot, a_clock_that_stopped_under_other_calendars_goes_on_by_those_of_now) {
  Desk desk(office_hours(9 * 60, 1));
  desk.create(kT0, 1, 2);
  desk.status(kT0 + 2 * kHourMs, 1, kResolved);
  desk.put(kT0 + 3 * kHourMs, office_hours(14 * 60, 2));
  desk.background(kT0 + 3 * kHourMs);
  SavedState saved;
  const std::uint64_t digest = desk.machine.digest();
  const std::size_t from = desk.steps(), told = desk.sink.seen.size();
  saved.take(desk.machine);
  desk.status(kT0 + 25 * kHourMs, 1, kOpen);
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms, kHourMs);
  expect_same(desk, saved, from, told, 2, digest);
}

TEST(Snapshot, an_instant_that_is_half_worked_off_goes_on_where_it_stood) {
  Desk desk;
  for (std::uint64_t key = 1; key <= 200; ++key) desk.create(kT0, key, 1 + key % 2);
  desk.advance(kT0 + kHourMs + 1, 70);  // of 200 breaches at one instant
  SavedState saved;
  const std::uint64_t digest = desk.machine.digest();
  const std::size_t from = desk.steps(), told = desk.sink.seen.size();
  saved.begin(desk.machine);
  desk.advance(kT0 + kHourMs + 1, 50);
  saved.slice(desk.machine, 3);
  for (std::uint64_t key = 201; key <= 210; ++key) desk.create(kT0 + kHourMs + 1, key);
  desk.advance(kT0 + 9 * kHourMs);
  saved.finish(desk.machine);
  expect_same(desk, saved, from, told, 200, digest);
}

TEST(Snapshot, a_storm_is_copied_before_it_is_worked_off) {
  Desk desk;
  for (std::uint64_t key = 1; key <= 500; ++key) desk.create(kT0, key);
  SavedState saved;
  const std::uint64_t digest = desk.machine.digest();
  const std::size_t from = desk.steps(), told = desk.sink.seen.size();
  saved.begin(desk.machine);
  const std::size_t begun = saved.bytes.size();
  desk.advance(kT0 + 5 * kHourMs);
  EXPECT_GT(desk.machine.snapshot_backlog_bytes(), 500u * 20);
  EXPECT_LT(desk.machine.snapshot_backlog_bytes(), 500u * 100);
  EXPECT_EQ(saved.bytes.size(), begun);
  saved.slice(desk.machine, 100);  // the document and what it costs; then the backlog
  EXPECT_EQ(desk.machine.snapshot_backlog_bytes(), 0u) << "a slice hands it out";
  desk.advance(kT0 + 6 * kHourMs);
  saved.finish(desk.machine);
  expect_same(desk, saved, from, told, 500, digest);
}

TEST(Snapshot, each_ticket_comes_once_whatever_happens_to_it) {
  Desk desk;
  for (std::uint64_t key = 1; key <= 100; ++key) desk.create(kT0, key);
  SavedState quiet, busy;
  quiet.take(desk.machine);
  busy.begin(desk.machine);
  for (int round = 0; round < 5; ++round) {
    for (std::uint64_t key = 1; key <= 100; ++key) {
      desk.status(kT0 + round, key, round % 2 == 0 ? kOpen : kPending);
    }
  }
  EXPECT_EQ(desk.machine.snapshot_progress().done, 100u);
  busy.finish(desk.machine);
  EXPECT_LT(busy.bytes.size(), quiet.bytes.size() + 100);
}

TEST(Snapshot, reading_a_ticket_copies_nothing) {
  Desk desk;
  for (std::uint64_t key = 1; key <= 10; ++key) desk.create(kT0, key);
  SavedState saved;
  saved.begin(desk.machine);
  for (std::uint64_t key = 1; key <= 10; ++key) desk.ticket(key);
  EXPECT_EQ(desk.machine.snapshot_backlog_bytes(), 0u);
  desk.machine.abandon_snapshot();
  EXPECT_FALSE(desk.machine.snapshot_running());
  desk.status(kT0, 1, kOpen);
  saved.take(desk.machine);
  StateMachine restored;
  ASSERT_TRUE(saved.restore(&restored).ok());
  EXPECT_EQ(restored.digest(), desk.machine.digest());
}

TEST(Snapshot, a_restored_machine_can_be_saved_and_restored_again) {
  Office office(5);
  for (int i = 0; i < 400; ++i) office.step();
  SavedState first, second;
  first.take(office.machine());
  StateMachine restored;
  ASSERT_TRUE(first.restore(&restored, 3).ok());
  second.take(restored);
  EXPECT_TRUE(second.bytes == first.bytes);
  StateMachine again;
  ASSERT_TRUE(second.restore(&again).ok());
  EXPECT_EQ(again.digest(), office.machine().digest());
}

}  // namespace
}  // namespace vencer::test
