// What concerns the partition as a whole: producers, documents, slices, capacity, memory of keys,
// time.
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

Command create_command(std::uint64_t key) {
  Command command;
  command.kind = CommandKind::create;
  command.key = {key, 0, KeyKind::number};
  command.content_hash = static_cast<std::uint32_t>(key * 2654435761u);
  return command;
}

class Producers : public ::testing::Test {
 protected:
  std::vector<CommandResult> send(std::uint64_t first, std::vector<Command> commands) {
    Step step;
    step.kind = StepKind::commands;
    step.now = kT0;
    step.tenant = 1;
    step.producer = {7, 7};
    step.first_number = first;
    step.commands = commands;
    desk.sink.results.clear();
    EXPECT_EQ(desk.apply(step).code, Errc::ok);
    return desk.sink.results;
  }
  Desk desk;
};

TEST_F(Producers, a_repeat_gets_the_first_result_and_changes_nothing) {
  EXPECT_EQ(send(1, {create_command(1), create_command(1)})[1].code, Errc::ticket_exists);
  const std::uint64_t events = desk.machine.event_sequence();
  const auto again = send(1, {create_command(1), create_command(1), create_command(2)});
  EXPECT_EQ(again[0].code, Errc::ok);
  EXPECT_TRUE(again[0].repeated);
  EXPECT_EQ(again[1].code, Errc::ticket_exists);
  EXPECT_TRUE(again[1].repeated);
  EXPECT_FALSE(again[2].repeated);
  EXPECT_EQ(desk.machine.open_ticket_count(), 2u);
  EXPECT_GT(desk.machine.event_sequence(), events);
  EXPECT_EQ(desk.machine.last_number(1, {7, 7}), 3u);
  desk.expect_replay();
}

TEST_F(Producers, gaps_reused_numbers_and_old_ones_are_told_apart) {
  EXPECT_EQ(send(2, {create_command(1)})[0].code, Errc::gap);
  EXPECT_EQ(desk.machine.open_ticket_count(), 0u);
  send(1, {create_command(1)});
  EXPECT_EQ(send(1, {create_command(9)})[0].code, Errc::number_reused);
  std::vector<Command> many;
  for (std::uint64_t key = 2; key <= limits::producer_results + 1; ++key)
    many.push_back(create_command(key));
  send(2, many);
  EXPECT_EQ(send(1, {create_command(1)})[0].code, Errc::too_old);
  EXPECT_TRUE(send(2, {create_command(2)})[0].repeated);
}

TEST(Documents, open_tickets_are_reevaluated_as_of_the_commit_whatever_the_slices) {
  for (const std::uint64_t slice : {1u, 7u, 1000u}) {
    Desk desk;
    for (std::uint64_t key = 1; key <= 20; ++key)
      desk.create(kT0 + static_cast<TimeMs>(key), key, 2);
    TenantSpec next = desk_document();
    next.version = 2;
    next.rules[1].targets[1].target_ms = 2 * kHourMs;
    EXPECT_EQ(desk.put(kT0 + 3 * kHourMs, next).code, Errc::ok);
    EXPECT_TRUE(desk.machine.background_pending());
    next.version = 3;
    EXPECT_EQ(desk.put(kT0 + 3 * kHourMs, next).code, Errc::reevaluation_running);
    desk.priority(kT0 + 4 * kHourMs, 5, 1);  // touched meanwhile: brought to the document first
    while (desk.machine.background_pending()) {
      Step step;
      step.kind = StepKind::background;
      step.now = kT0 + 4 * kHourMs;
      step.limit = slice;
      EXPECT_GT(desk.apply(step).done, 0u);
    }
    desk.advance(kT0 + 4 * kHourMs);
    for (std::uint64_t key = 1; key <= 20; ++key) {
      const DurationMs target = key == 5 ? 4 * kHourMs : 2 * kHourMs;
      EXPECT_EQ(desk.clock(key, kResolution).due, kT0 + static_cast<TimeMs>(key) + target);
      EXPECT_EQ(desk.clock(key, kResolution).breached, key != 5);
    }
    desk.expect_replay();
  }
}

TEST(Documents, new_clocks_and_attributes_find_room_and_names_in_use_stay) {
  Desk desk;
  desk.create(kT0, 1);
  TenantSpec next = desk_document();
  next.version = 2;
  next.statuses[kNew].retired = true;
  next.initial_status = kOpen;
  const StepOutcome refused = desk.put(kT0 + 1, next);
  EXPECT_EQ(refused.code, Errc::names_in_use);
  EXPECT_EQ(refused.open_tickets, 1u);
  EXPECT_EQ(desk.machine.tenant(1)->version, 1u);
  desk.status(kT0 + 2, 1, kOpen);
  AttributeSpec plan{"plan", false, AttributeRole::plain, {"A"}, {false}, {}, false};
  next.attributes.push_back(plan);
  ClockSpec update = next.clocks[0];
  update.name = "update";
  update.start = {};
  update.reset.activities = 1ull << static_cast<unsigned>(BuiltinActivity::internal_note);
  next.clocks.push_back(update);
  EXPECT_EQ(desk.put(kT0 + 3, next).code, Errc::ok);
  EXPECT_EQ(desk.create(kT0 + 4, 2).code, Errc::ok);
  desk.activity(kT0 + 5, 1, BuiltinActivity::internal_note);
  EXPECT_EQ(desk.clock(1, 2).phase, ClockPhase::running);
  EXPECT_EQ(desk.ticket(1).attributes, (std::vector<AttributeValue>{{kPriority, 1}}));
  EXPECT_EQ(desk.clock(1, kResolution).due, kT0 + 4 * kHourMs);
  next.version = 4;
  EXPECT_EQ(desk.put(kT0 + 6, next).code, Errc::document_changed);
  desk.expect_replay();
}

TEST(Storm, slices_do_not_change_the_events_of_a_ticket) {
  std::vector<std::string> per_slice;
  for (const std::uint64_t slice : {1u, 3u, 1000u}) {
    Desk desk;
    for (std::uint64_t key = 1; key <= 50; ++key) desk.create(kT0, key, 1 + key % 2);
    desk.told();
    const TimeMs later = kT0 + 30 * kHourMs;
    while (desk.machine.next_deadline() <= later) desk.advance(later, slice);
    per_slice.push_back(desk.told());
    desk.expect_replay();
  }
  EXPECT_EQ(per_slice[0], per_slice[1]);  // strictly by instant, then slot, whatever the slice
  EXPECT_EQ(per_slice[0], per_slice[2]);
  EXPECT_FALSE(per_slice[0].empty());
}

TEST(Storm, a_commands_own_ticket_is_caught_up_first) {
  Desk desk;
  desk.create(kT0, 1);
  desk.create(kT0, 2);
  desk.told();
  desk.status(kT0 + 5 * kHourMs, 2, kResolved);
  EXPECT_EQ(desk.told(),
            "breached light_changed warning breached escalated status_changed clock_missed");
  EXPECT_EQ(desk.ticket(1).light, Light::green);  // ticket 1 waits for its slice
  desk.advance(kT0 + 5 * kHourMs);
  EXPECT_EQ(desk.ticket(1).light, Light::red);
  desk.expect_replay();
}

TEST(Lifecycle, a_closed_ticket_leaves_and_its_key_is_remembered_then_forgotten) {
  Desk desk;
  desk.create(kT0, 1);
  desk.create(kT0, 2);
  desk.status(kT0 + 1, 1, kClosed);
  EXPECT_EQ(desk.machine.open_ticket_count(), 1u);
  desk.advance(kT0 + 8 * limits::kDay);
  EXPECT_EQ(desk.create(kT0 + 8 * limits::kDay, 1).code, Errc::closed_for_good);
  EXPECT_EQ(desk.machine.ticket_count(), 2u);
  desk.advance(kT0 + 98 * limits::kDay);
  EXPECT_EQ(desk.machine.ticket_count(), 1u);
  EXPECT_EQ(desk.create(kT0 + 98 * limits::kDay, 1).code, Errc::ok);
  desk.expect_replay();
}

TEST(Limits, a_full_partition_says_so_and_serves_the_tickets_it_has) {
  Settings settings;
  settings.ticket_capacity = 3;
  Desk desk(desk_document(), settings);
  for (std::uint64_t key = 1; key <= 3; ++key) EXPECT_EQ(desk.create(kT0, key).code, Errc::ok);
  EXPECT_EQ(desk.create(kT0, 4).code, Errc::capacity);
  EXPECT_EQ(desk.status(kT0, 2, kOpen).code, Errc::ok);
}

TEST(Limits, more_run_intervals_than_allowed_are_refused_not_forgotten) {
  Desk desk;
  desk.create(kT0, 1, 2);
  TimeMs now = kT0;
  CommandResult result;
  for (std::size_t i = 0; i <= limits::run_intervals_max && result.code == Errc::ok; ++i) {
    result = desk.status(now += 10, 1, kPending);
    if (result.code == Errc::ok) result = desk.status(now += 10, 1, kOpen);
  }
  EXPECT_EQ(result.code, Errc::limit);
  EXPECT_EQ(desk.clock(1, kResolution).elapsed_ms,
            static_cast<DurationMs>(10 * (limits::run_intervals_max + 1)));
}

TEST(Commands, what_they_name_must_exist_and_a_refusal_changes_nothing) {
  Desk desk;
  desk.create(kT0, 1);
  const std::uint64_t digest = desk.machine.digest();
  EXPECT_EQ(desk.status(kT0, 1, 6).code, Errc::unknown_status);
  EXPECT_EQ(desk.status(kT0, 99, kOpen).code, Errc::unknown_ticket);
  EXPECT_EQ(desk.priority(kT0, 1, 4).code, Errc::unknown_value);
  EXPECT_EQ(desk.activity(kT0, 1, BuiltinActivity::created).code, Errc::activity_reserved);
  EXPECT_EQ(desk.create(kT0, 1).code, Errc::ticket_exists);
  Command command = create_command(1);
  command.kind = CommandKind::escalate;
  command.level = 3;
  EXPECT_EQ(desk.command(kT0, command).code, Errc::level_order);
  command.level = 9;
  EXPECT_EQ(desk.command(kT0, command).code, Errc::unknown_level);
  command.kind = CommandKind::set_status;
  command.status = kOpen;
  command.expected_version = 5;
  const CommandResult mismatch = desk.command(kT0, command);
  EXPECT_EQ(mismatch.code, Errc::version_mismatch);
  EXPECT_EQ(mismatch.version, 1u);
  command.kind = CommandKind::none;
  EXPECT_EQ(desk.command(kT0, command).code, Errc::empty_command);
  EXPECT_EQ(desk.machine.digest(), digest);
}

TEST(Commands, escalation_goes_one_level_at_a_time) {
  Desk desk;
  desk.create(kT0, 1);
  Command command = create_command(1);
  command.kind = CommandKind::escalate;
  EXPECT_EQ(desk.command(kT0, command).code, Errc::ok);
  EXPECT_EQ(desk.command(kT0, command).code, Errc::ok);
  EXPECT_EQ(desk.ticket(1).level, 3);
  EXPECT_EQ(desk.command(kT0, command).code, Errc::unknown_level);
  desk.advance(kT0 + 24 * kHourMs);  // the ladder's levels 2 and 3 never lower it
  EXPECT_EQ(desk.ticket(1).level, 3);
}

TEST(InputClock, time_moves_by_what_happened_and_fires_on_the_way) {
  Settings settings;
  settings.clock_source = ClockSource::input;
  Desk desk(desk_document(), settings);
  EXPECT_EQ(desk.machine.now(), 0);
  EXPECT_EQ(desk.create(0, 1).code, Errc::occurred_at_required);
  Command command = create_command(1);
  const AttributeValue attributes[] = {{kPriority, 1}};
  command.attributes = attributes;
  command.occurred_at = kT0;
  EXPECT_EQ(desk.command(0, command).code, Errc::ok);
  EXPECT_EQ(desk.machine.now(), kT0);
  desk.told();
  command.key.low = 2;
  command.occurred_at = kT0 + 5 * kHourMs;
  EXPECT_EQ(desk.command(kT0, command).code, Errc::ok);
  EXPECT_EQ(desk.told(),
            "breached light_changed warning breached escalated "
            "created clock_started clock_started light_changed");
  EXPECT_EQ(desk.last(EventType::warning).event.emitted, kT0 + 3 * kHourMs);  // no lag
  EXPECT_EQ(desk.last(EventType::breached).event.emitted, kT0 + 4 * kHourMs + 1);
  command.key.low = 3;
  command.occurred_at = kT0;  // late news is still late news
  EXPECT_EQ(desk.command(kT0, command).code, Errc::ok);
  EXPECT_EQ(desk.machine.now(), kT0 + 5 * kHourMs);
  desk.advance(kT0 + 9 * kHourMs);
  EXPECT_EQ(desk.machine.now(), kT0 + 9 * kHourMs);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
