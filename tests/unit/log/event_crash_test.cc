// Goal: after any crash the same events lie in the segments, byte for byte, with nothing behind
// them. Method: append batches on FaultyStorage, syncing now and then; power loss at call k for
// every k; then a replay of a random number of events not below what was durable in the log (the
// oracle: a pure function of the sequence number), itself crashed at random calls, until it ends.
// And the same for a sync that fails once.
#include <gtest/gtest.h>

#include <random>

#include "engine/log/event_log.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer {
namespace {

using testing::FaultyStorage;

std::vector<std::byte> event_bytes(std::uint64_t sequence, std::uint64_t generation) {
  std::vector<std::byte> bytes(1 + sequence * 13 % 60);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>(sequence * 7 + i * 3 + generation);
  }
  return bytes;
}

EventLogOptions options() {
  EventLogOptions o;
  o.directory = "/events";
  o.identity_high = 5;
  o.segment_bytes = 600;
  return o;
}

// Replays 1..to. Which generation an event belongs to: those above a cut are made anew.
using Generations = std::vector<std::uint64_t>;
Status replay(EventLog& log, const Generations& generations) {
  for (std::uint64_t s = 1; s <= generations.size(); ++s) {
    const auto bytes = event_bytes(s, generations[s - 1]);
    if (auto status = log.replay({s, bytes}); !status) return status;
  }
  return log.finish_replay();
}

::testing::AssertionResult same(const EventLog& log, const Generations& generations) {
  std::uint64_t at = 1;
  while (true) {
    const auto batch = log.read_from(at, 200);
    if (!batch) return ::testing::AssertionFailure() << batch.error().message;
    if (batch->records.empty()) break;
    for (const auto record : batch->records) {
      if (at > generations.size() ||
          !std::ranges::equal(record, event_bytes(at, generations[at - 1]))) {
        return ::testing::AssertionFailure() << "event " << at << " differs";
      }
      ++at;
    }
  }
  if (at == generations.size() + 1) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << at - 1 << " events of " << generations.size();
}

class EventCrashTest : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(EventCrashTest, PowerLossAtEveryCall) {
  for (std::uint64_t k = 0; k < 80; ++k) {
    SCOPED_TRACE(::testing::Message() << "crash at call " << k);
    FaultyStorage disk(GetParam() * 1000 + k);
    std::mt19937_64 random(GetParam() * 31 + k);
    Generations generations;
    for (std::uint64_t life = 1; life <= 4; ++life) {
      // The log keeps a prefix of what the events had (mode none) or all of it (mode sync).
      if (random() % 3 == 0)
        generations.resize(generations.size() - random() % (generations.size() / 3 + 1));
      for (int attempt = 0;; ++attempt) {
        ASSERT_LT(attempt, 100);
        if (attempt < 5) disk.crash_at(random() % 12);
        auto log = EventLog::open(disk, options());
        const Status status = log ? replay(**log, generations) : Status(log.error());
        if (status && !disk.crashed()) {
          disk.calm();
          ASSERT_TRUE(same(**log, generations));
          disk.crash_at(life == 1 ? k : random() % 60);
          for (int i = 0; i < 30 && !disk.crashed(); ++i) {
            std::vector<std::vector<std::byte>> owned(1 + random() % 8);
            std::vector<EventBytes> batch;
            for (auto& bytes : owned) {
              generations.push_back(life);
              bytes = event_bytes(generations.size(), life);
              batch.push_back({generations.size(), bytes});
            }
            if (!(*log)->append(batch)) break;
            if (random() % 5 == 0) (void)(*log)->sync();
          }
          break;
        }
        ASSERT_TRUE(disk.crashed()) << status.error().message;
        disk.lose_power();
      }
      if (random() % 4 == 0) {
        disk.kill();
      } else {
        disk.lose_power();
      }
    }
  }
}

// After a sync that failed the page cache shows what the disk does not have, and no later sync
// brings it there. The process ends; the next one finds all events as they should be, and a
// snapshot of it rests on them: it must have written them again.
TEST_P(EventCrashTest, AFailedSyncThenKillThenPowerLoss) {
  for (std::uint64_t k = 0; k < 40; ++k) {
    SCOPED_TRACE(::testing::Message() << "error at call " << k);
    FaultyStorage disk(GetParam() * 1000 + k);
    ASSERT_TRUE(disk.make_directory("/events").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    std::mt19937_64 random(GetParam() + 5);
    Generations generations;
    std::uint64_t synced = 0;
    std::uint32_t crc = 0;
    {
      auto log = EventLog::open(disk, options());
      ASSERT_TRUE(log.ok() && (*log)->finish_replay().ok());
      disk.fail_at(k);
      for (bool well = true; well;) {
        std::vector<std::byte> bytes;
        for (std::uint64_t more = 1 + random() % 8; well && more > 0; --more) {
          bytes = event_bytes(generations.size() + 1, 1);
          const EventBytes event{generations.size() + 1, bytes};
          generations.push_back(1);  // of a durable group, whatever becomes of the event
          well = (*log)->append({&event, 1}).ok();
        }
        if (!well || random() % 3 != 0) continue;
        const auto done = (*log)->sync_through((*log)->last_sequence());
        well = done.ok();
        if (!well) break;
        synced = (*log)->last_sequence();
        crc = *done;
        (*log)->begin_segment();
      }
      EXPECT_FALSE((*log)->sync().ok()) << "a clean stop would trust it";
    }
    disk.kill();
    const std::uint64_t last = generations.size();
    {
      auto log = EventLog::open(disk, options());
      ASSERT_TRUE(log.ok());
      const Status begun = (*log)->begin_replay(synced, crc, MissingEvents::refuse);
      ASSERT_TRUE(begun.ok()) << begun.error().message;
      for (std::uint64_t s = synced + 1; s <= last; ++s) {
        const auto bytes = event_bytes(s, 1);
        ASSERT_TRUE((*log)->replay({s, bytes}).ok());
      }
      ASSERT_TRUE((*log)->finish_replay().ok());
      const auto done = (*log)->sync_through(last);
      ASSERT_TRUE(done.ok()) << done.error().message;
      crc = *done;
    }
    disk.lose_power();
    auto log = EventLog::open(disk, options());
    ASSERT_TRUE(log.ok());
    const Status begun = (*log)->begin_replay(last, crc, MissingEvents::refuse);
    ASSERT_TRUE(begun.ok()) << begun.error().message;
    ASSERT_TRUE((*log)->finish_replay().ok());
    ASSERT_TRUE(same(**log, generations));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, EventCrashTest, ::testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace vencer
