// Goal: a step that a replay cannot apply ends the start with its name and what to do; with the
// flag the start goes on without it, says so, begins a new epoch, and all later starts give the
// same state without being told; what is no such step is refused and changes nothing.
#include "engine/runtime/skipped_steps.h"

#include <fstream>

#include "engine/core/calendar_store.h"
#include "engine/runtime/data_directory.h"
#include "engine/runtime/log_repair.h"
#include "engine/runtime/partition_layout.h"
#include "engine/runtime/replayer.h"
#include "partition_desk.h"

namespace vencer::testing {
namespace {

using Steps = std::vector<StepRecord>;

class SkippedSteps : public ::testing::Test {
 protected:
  void open() {
    const Status opened = desk_.open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
  }
  void fill(std::uint64_t tickets) {
    open();
    desk_.put_document();
    for (std::uint64_t key = 1; key <= tickets; ++key) {
      ASSERT_TRUE(desk_.create(key));
      desk_.settle();
    }
  }
  void stop() {
    ASSERT_TRUE(desk_.partition().stop().ok());
    desk_.close();
  }
  // Every step of the log.
  Result<std::unique_ptr<Wal>> open_log(const std::function<Status(const StepRecord&)>& replay) {
    WalOptions options;
    options.directory = desk_.config.data + "/wal";
    options.segment_bytes = desk_.config.segment_bytes;
    WalRecovery recovery;
    return Wal::open(desk_.storage, options, replay, &recovery);
  }
  std::vector<StepName> names_of(StepKind kind) {
    std::vector<StepName> names;
    const auto wal = open_log([&](const StepRecord& step) {
      if (step.kind == static_cast<std::uint8_t>(kind)) names.push_back(step.name);
      return ok_status();
    });
    EXPECT_TRUE(wal.ok());
    return names;
  }
  // A group of one step that no build knows.
  StepName append_bad_step() {
    auto wal = open_log([](const StepRecord&) { return ok_status(); });
    EXPECT_TRUE(wal.ok());
    Group group;
    StepRecord bad;
    bad.kind = 99;
    bad.now = kStart;
    group.append(bad);
    const auto submitted = (*wal)->submit(group);
    EXPECT_TRUE(submitted.ok());
    EXPECT_TRUE((*wal)->seal().ok());
    return {submitted->group, 1};
  }
  std::string start_error() {
    const Status opened = desk_.open();
    return opened ? std::string() : opened.error().message;
  }
  void ask_for(const std::string& text) {
    desk_.config.skip_steps.clear();
    if (text.empty()) return;
    const Status set = set_config_option(desk_.config, "skip-step", text);
    ASSERT_TRUE(set.ok()) << set.error().message;
  }
  StreamState stream() {
    const auto state = read_stream_state(desk_.storage, desk_.config.data);
    EXPECT_TRUE(state.ok());
    return state ? *state : StreamState{};
  }
  bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  PartitionDesk desk_;
};

TEST_F(SkippedSteps, TheStartNamesItAndWhatGoesPastIt) {
  fill(5);
  const std::uint64_t digest = desk_.partition().machine().digest();
  const std::uint64_t epoch = desk_.partition().hub().epoch();
  stop();
  const std::string bad = step_name_text(append_bad_step());
  const std::string error = start_error();
  EXPECT_TRUE(has(error, "step " + bad + " of the log does not apply")) << error;
  EXPECT_TRUE(has(error, "vencer wal dump " + desk_.config.data + " --step " + bad)) << error;
  EXPECT_TRUE(has(error, "vencerd --skip-step 0:" + bad)) << error;

  ask_for("0:" + bad);
  open();
  EXPECT_EQ(desk_.partition().machine().digest(), digest);
  EXPECT_EQ(desk_.partition().hub().epoch(), epoch + 1);
  ASSERT_TRUE(desk_.create(6));
  desk_.settle();
  const std::uint64_t later = desk_.partition().machine().digest();
  desk_.close();                                          // like a crash
  for (const std::string& flag : {std::string(), bad}) {  // it need not be told again, and may
    ask_for(flag);
    open();
    EXPECT_EQ(desk_.partition().machine().digest(), later);
    EXPECT_EQ(desk_.partition().hub().epoch(), epoch + 1);
    stop();
  }
  EXPECT_TRUE(
      std::filesystem::exists(desk_.config.data + "/events.epoch-" + std::to_string(epoch)));
}

// What it did is gone: no ticket, no deadline. Steps that were logged with it may differ.
TEST_F(SkippedSteps, WhatRestsOnItMayDiffer) {
  fill(3);
  desk_.clock.set(kStart + 20'000);  // all of them are breached
  desk_.settle();
  const std::uint64_t events = desk_.partition().machine().event_sequence();
  stop();
  ask_for(step_name_text(names_of(StepKind::commands).at(1)));
  open();
  EXPECT_EQ(desk_.partition().machine().ticket_count(), 2u);
  EXPECT_LT(desk_.partition().machine().event_sequence(), events);
  const std::uint64_t digest = desk_.partition().machine().digest();
  desk_.clock.set(kStart + 40'000);
  ASSERT_TRUE(desk_.create(7));
  desk_.settle();
  stop();
  ask_for("");
  open();
  EXPECT_NE(desk_.partition().machine().digest(), digest);
  EXPECT_EQ(desk_.partition().machine().ticket_count(), 3u);
}

TEST_F(SkippedSteps, OneMoreLater) {
  fill(1);
  stop();
  const std::string first = step_name_text(append_bad_step());
  const std::string second = step_name_text(append_bad_step());
  ask_for(first);
  EXPECT_TRUE(has(start_error(), "step " + second + " of the log"));
  ask_for(second);  // the first is known by now
  open();
  EXPECT_EQ(desk_.partition().hub().epoch(), 3u);
  EXPECT_EQ(stream().skipped.size(), 2u);
  stop();
}

// A start that does not get to its end is none: the next one must know that events of this log may
// be of groups that no sync has covered.
TEST_F(SkippedSteps, HowTheLastRunEndedIsKeptUntilTheStartIsOver) {
  desk_.config.durability = Durability::none;
  fill(1);
  desk_.close();  // like a crash
  const std::string first = step_name_text(append_bad_step());
  const std::string second = step_name_text(append_bad_step());
  desk_.config.durability = Durability::sync;
  ask_for(first);
  EXPECT_TRUE(has(start_error(), "step " + second + " of the log"));
  EXPECT_EQ(stream().durability, Durability::none);
  EXPECT_FALSE(stream().clean);
  ask_for(second);
  open();
  EXPECT_EQ(desk_.partition().hub().epoch(), 5u);  // each start began one, and each skip
  EXPECT_EQ(stream().durability, Durability::sync);
}

// A start that has to begin an epoch fills it before it comes to the step that ends it. What the
// skips leave of the log makes other events: they are no difference to be refused.
TEST_F(SkippedSteps, EventsOfAStartThatWasBrokenOffAreNotComparedWith) {
  desk_.config.durability = Durability::none;
  desk_.config.event_segment_bytes = 128;  // each event is written when the next one comes
  fill(4);
  desk_.close();  // like a crash
  const std::string bad = step_name_text(append_bad_step());
  const std::string early = step_name_text(names_of(StepKind::commands).at(1));
  EXPECT_TRUE(has(start_error(), "step " + bad + " of the log"));
  EXPECT_EQ(stream().epoch, 1u);
  ASSERT_EQ(epoch_of_events(desk_.storage, desk_.config.data + "/events"), 2u);
  ask_for(early + "," + bad);
  open();
  EXPECT_EQ(desk_.partition().machine().ticket_count(), 3u);
  EXPECT_EQ(desk_.partition().hub().epoch(), 3u);
  const std::uint64_t digest = desk_.partition().machine().digest();
  stop();
  ask_for("");
  open();
  EXPECT_EQ(desk_.partition().machine().digest(), digest);
  EXPECT_EQ(desk_.partition().hub().epoch(), 3u);
}

TEST_F(SkippedSteps, WhatIsNoSuchStepIsRefusedAndChangesNothing) {
  ask_for("3.1");
  EXPECT_TRUE(has(start_error(), "there is no log here"));
  ask_for("");
  fill(2);
  stop();
  ask_for("4711.3");
  EXPECT_TRUE(has(start_error(), "skip-step 4711.3: the log has no such step")) << start_error();
  ask_for(step_name_text(names_of(StepKind::settings).at(0)));
  EXPECT_TRUE(has(start_error(), "cannot do without its settings"));
  EXPECT_EQ(stream().epoch, 1u);
  EXPECT_TRUE(stream().skipped.empty());
  ask_for("");
  open();
  EXPECT_EQ(desk_.partition().hub().epoch(), 1u);
}

TEST_F(SkippedSteps, WhatASnapshotHasIsNotReplayed) {
  fill(2);
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateTakeSnapshot(builder));
  ASSERT_TRUE(desk_.submit(wire::FrameType::take_snapshot, builder));
  desk_.settle();
  stop();
  ask_for(step_name_text(names_of(StepKind::commands).at(0)));
  EXPECT_TRUE(has(start_error(), "where a start begins: it is not replayed")) << start_error();
}

// The place is what a repair leaves to other groups.
TEST_F(SkippedSteps, ARepairForgetsWhatItCutsOff) {
  fill(3);
  stop();
  const StepName bad = append_bad_step();
  ask_for(step_name_text(bad));
  open();
  stop();
  ASSERT_EQ(stream().skipped.size(), 1u);
  {
    std::fstream file(desk_.config.data + "/wal/wal-0000000000000001.seg",
                      std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(3 * 4096 + 200);  // the third group
    file.put('!');
  }
  ASSERT_TRUE(repair_partition(desk_.storage, desk_.config.data, true).ok());
  EXPECT_TRUE(stream().skipped.empty());
}

// It replays to see whether groups are missing. A step that ends that is no damage of the log.
TEST_F(SkippedSteps, ARepairSaysThatTheLogIsWholeBeforeItMeetsOne) {
  fill(1);
  stop();
  const StepName bad = append_bad_step();
  std::uint64_t whole_up_to = 0;
  const auto asked =
      repair_partition(desk_.storage, desk_.config.data, false, [&](const WalRepair& log) {
        EXPECT_FALSE(log.damaged);
        whole_up_to = log.last_group;
      });
  EXPECT_GE(whole_up_to, bad.group);
  ASSERT_FALSE(asked.ok());
  EXPECT_TRUE(has(asked.error().message, "step " + step_name_text(bad) + " of the log does not"))
      << asked.error().message;
}

TEST_F(SkippedSteps, AnAlteredStreamIsRefused) {
  fill(1);
  stop();
  std::ofstream(desk_.config.data + "/STREAM", std::ios::app) << "skipped 12 00000000 4\n";
  EXPECT_TRUE(has(start_error(), "not a stream state: cut short or altered"));
}

TEST(SkippedStepText, ComesBackAndNothingElseDoes) {
  const SkippedStep skipped{{4711, 3}, 0x123abcd, 4720};
  EXPECT_EQ(skipped_step_text(skipped), "4711.3 0123abcd 4720");
  const SkippedStep most{{UINT64_MAX, UINT32_MAX}, UINT32_MAX, UINT64_MAX};
  for (const SkippedStep& each : {skipped, most}) {
    EXPECT_EQ(parse_skipped_step(skipped_step_text(each)), each);
  }
  for (const char* bad :
       {"", "4711.3", "4711.3 0123abcd", "4711.3 0123abcd ", "4711 0123abcd 4720", "4711.3  4720",
        "4711.3 0123abcd 4720 1", "4711.3 0123abcd 4720\n", "4711.3 123456789 4720", "0.3 1 1"}) {
    EXPECT_FALSE(parse_skipped_step(bad).has_value()) << bad;
  }
}

TEST(SkippedStepsConfig, WhichPartition) {
  ServerConfig config;
  config.data = "/data";
  const auto error = [&](const char* text, std::uint32_t on_disk) {
    config.skip_steps.clear();
    EXPECT_TRUE(set_config_option(config, "skip-step", text).ok()) << text;
    const auto count = partitions_to_open(config, on_disk);
    return count ? std::string() : count.error().message;
  };
  EXPECT_EQ(error("4711.3", 1), "");
  EXPECT_EQ(error("1:4711.3,0:2.1", 2), "");
  EXPECT_NE(error("4711.3", 2).find("of which of the 2 partitions? 0:4711.3"), std::string::npos);
  EXPECT_NE(error("2:4711.3", 2).find("counted from 0"), std::string::npos);
  ASSERT_EQ(error("1:4711.3,0:2.1", 2), "");
  EXPECT_EQ(config_of_partition(config, 1, 2).skip_steps.size(), 1u);
  EXPECT_EQ(config_of_partition(config, 1, 2).skip_steps[0].step, (StepName{4711, 3}));
  for (const char* bad : {"", "4711", "4711.", ".3", "0.1", "4711.0", "x:1.1", "1.1,", "1:1.1.1"}) {
    EXPECT_FALSE(set_config_option(config, "skip-step", bad).ok()) << bad;
  }
}

// Events go to one that fails an assertion.
class Aborting final : public EventTaker {
 public:
  Status take(const EventBytes&) override { std::abort(); }
};

TEST_F(SkippedSteps, AnAssertionIsNamedToo) {
  fill(1);
  stop();
  const StepName told = names_of(StepKind::tenant_document).at(0);
  const auto replay_all = [&] {
    note_replay_on_abort("vencer");
    StateMachine machine(std::make_shared<CalendarStore>());
    Aborting events;
    Replayer replayer(machine, &events, {"/data/partition-1", 1});
    (void)open_log([&](const StepRecord& step) { return replayer.apply(step); });
  };
  const std::string name = std::to_string(told.group) + "\\." + std::to_string(told.step);
  EXPECT_DEATH(replay_all(), "vencer: this happened while step " + name +
                                 " of the log was replayed; `vencer wal dump /data/partition-1 "
                                 "--step " +
                                 name + "` shows it; only `vencerd --skip-step 1:" + name + "`");
}

}  // namespace
}  // namespace vencer::testing
