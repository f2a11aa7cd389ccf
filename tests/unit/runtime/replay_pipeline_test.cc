// Goal: a replay for which there is no memory ends with a sentence that says what would help, not
// with an abort that blames the step at which it met that. Method: a machine whose pages run out.
#include "engine/runtime/replay_pipeline.h"

#include <gtest/gtest.h>

#include <new>
#include <optional>
#include <system_error>

#include "engine/core/calendar_store.h"
#include "engine/core/pages.h"
#include "engine/wire/step_codec.h"
#include "tests/unit/log/faulty_storage.h"
#include "tests/unit/runtime/thread_limit.h"

namespace vencer {
namespace {

class NoPages final : public PageSource {
 public:
  std::byte* take() override { throw std::bad_alloc(); }
};

class ReplayWithoutMemory : public ::testing::Test {
 protected:
  ReplayWithoutMemory() : machine_(std::make_shared<CalendarStore>(), std::make_shared<NoPages>()) {
    EventLogOptions options;
    options.directory = "/events";
    auto events = EventLog::open(disk_, options);
    EXPECT_TRUE(events.ok());
    events_ = std::move(*events);
    settings_ = encode_settings(Settings());
    step_.kind = static_cast<std::uint8_t>(StepKind::settings);
    step_.now = 1'750'000'000'000;
    step_.payload = settings_;
    step_.name = {1, 1};
  }

  testing::FaultyStorage disk_{1};
  std::unique_ptr<EventLog> events_;
  StateMachine machine_;
  RecoveryProgress::Part progress_;
  std::vector<std::byte> settings_;
  StepRecord step_;
};

TEST_F(ReplayWithoutMemory, ItsThreadsEndAndSaySo) {
  ReplayPipeline replay(machine_, *events_, {"data", 0, {}}, progress_, true);
  ASSERT_TRUE(replay.take(step_).ok());
  const Status finished = replay.finish();
  ASSERT_FALSE(finished.ok());
  EXPECT_TRUE(finished.error().message.starts_with("not enough memory: "));
  EXPECT_EQ(finished.error().message.find("--skip-step"), std::string::npos);
}

TEST_F(ReplayWithoutMemory, TheOneThatIsLeftEndsToo) {
  ReplayPipeline replay(machine_, *events_, {"data", 0, {}}, progress_, true);
  EXPECT_TRUE(replay.take(step_).ok());
}

// The first is joined when the second cannot be made: else the process would abort.
TEST_F(ReplayWithoutMemory, AThreadThatCannotBeMadeIsThrown) {
  for (const int threads : {0, 1}) {
    const testing::ThreadLimit limit(threads);
    std::optional<ReplayPipeline> replay;
    EXPECT_THROW(replay.emplace(machine_, *events_, ReplayedLog{"data", 0, {}}, progress_, true),
                 std::system_error);
  }
}

TEST_F(ReplayWithoutMemory, WithoutThreadsTheCallerMeetsIt) {
  ReplayPipeline replay(machine_, *events_, {"data", 0, {}}, progress_, false);
  EXPECT_THROW((void)replay.take(step_), std::bad_alloc);
}

}  // namespace
}  // namespace vencer
