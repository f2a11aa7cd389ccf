// Goal: whatever moment the process is killed at, nothing that was acknowledged is lost, nothing is
// applied twice, and the events come once, in order, with the same bytes as before.
//
// Method: a real vencerd under the load of two producers and a subscriber is killed with -9 after a
// drawn number of acknowledgements, and started again on the same data. What the client was told
// lies in files (ExpectedState); what the tickets must look like follows from the last number that
// the server has (CrashModel). VENCER_E2E_KILLS (default 8) and VENCER_E2E_SEED repeat and widen
// it.
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <thread>
#include <tuple>

#include "engine/wire/event_record.h"
#include "tests/e2e/crash_model.h"
#include "tests/e2e/expected_state.h"
#include "tests/support/process.h"
#include "tests/support/stream.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kProducers = 2;
constexpr std::uint64_t kAcksMax = 2000;  // of one life of the server, at most about
constexpr std::uint64_t kFrameCommandsMax = 24;
constexpr std::uint64_t kFramesInFlight = 8;
constexpr std::uint64_t kRepeats = 64;           // of the newest numbers, sent once more
constexpr std::uint64_t kTicketsLookedAt = 400;  // the newest of each producer

std::uint64_t environment_number(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

// What all writers of one life have come to: who kills waits here.
class Progress {
 public:
  void add(std::uint64_t acknowledged) {
    const std::lock_guard lock(mutex_);
    acknowledged_ += acknowledged;
    changed_.notify_all();
  }
  void fail(std::string fault) {
    const std::lock_guard lock(mutex_);
    if (fault_.empty()) fault_ = std::move(fault);
    changed_.notify_all();
  }
  void wait_for(std::uint64_t acknowledged) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return acknowledged_ >= acknowledged || !fault_.empty(); });
  }
  std::string fault() const {
    const std::lock_guard lock(mutex_);
    return fault_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t acknowledged_ = 0;
  std::string fault_;
};

// Sends the producer's commands from where the server is, several frames in flight, until the
// connection is lost; every answer goes into the expected state.
class Writer {
 public:
  Writer(const std::string& endpoint, std::uint64_t seed, std::uint64_t producer,
         ExpectedState& expected, Progress& progress)
      : client_(connect(endpoint, "crash", CrashModel::producer_id(producer))),
        model_(seed, producer, *client_.names()),
        producer_(producer),
        expected_(expected),
        progress_(progress),
        sizes_(seed * 31 + client_.hello().last_number) {}

  // The client ends first: a callback that is just returning still uses the rest.
  ~Writer() { const Client ended = std::move(client_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void run() {
    std::uint64_t next = client_.hello().last_number + 1;
    CommandFrame frame(client_.names()->tenant);
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return in_flight_ < kFramesInFlight || lost_; });
        if (lost_) return;
        ++in_flight_;
      }
      const std::uint64_t count = 1 + sizes_() % kFrameCommandsMax;
      frame.clear();
      frame.set_producer(CrashModel::producer_id(producer_), next);
      for (std::uint64_t i = 0; i < count; ++i) model_.add_to(frame, next + i);
      next += count;
      const auto answered = [this, last = next - 1](const FrameReply& reply) { see(reply, last); };
      if (!client_.submit(frame, answered)) return;
    }
  }

 private:
  void see(const FrameReply& reply, std::uint64_t last) {
    {
      const std::lock_guard lock(mutex_);
      --in_flight_;
      lost_ = lost_ || !reply.ok();
      changed_.notify_all();
    }
    if (!reply.ok()) {
      if (reply.error.code != Errc::unreachable) progress_.fail("frame: " + reply.error.message);
      return;
    }
    for (const CommandOutcome& outcome : reply.outcomes) {
      if (outcome.code != Errc::ok)
        progress_.fail("refused: " + std::string(to_string(outcome.code)));
    }
    expected_.acknowledged(producer_, last);
    progress_.add(reply.outcomes.size());
  }

  Client client_;
  CrashModel model_;
  const std::uint64_t producer_;
  ExpectedState& expected_;
  Progress& progress_;
  std::mt19937_64 sizes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t in_flight_ = 0;
  bool lost_ = false;
};

class Crash : public ::testing::Test {
 protected:
  Crash() : expected_(folder_.path()), data_(folder_.path() / "data") {}

  std::uint64_t seed() const { return seed_; }

  void put_tenant(const Server& server) {
    Client client = connect(server.endpoint(), "");
    const auto put = client.put_tenant(kCrashTenant, "crash.toml");
    ASSERT_TRUE(put.ok()) << put.error().message;
  }

  // One life of the server under load, ended by kill -9 after `acks` acknowledged commands.
  void load_and_kill(Server& server, std::uint64_t acks) {
    Progress progress;
    std::optional<Client> subscriber = connect(server.endpoint(), "crash");
    EventHandlers handlers;
    handlers.events = [&](const EventBatch& batch) {
      for (const Event& event : batch.events) {
        if (std::string wrong = expected_.received(event); !wrong.empty()) progress.fail(wrong);
      }
    };
    handlers.end = [](const Error&) {};
    SubscribeOptions options;
    options.from = SubscribeOptions::From::sequence;
    options.sequence = expected_.last_sequence() + 1;
    ASSERT_TRUE(subscriber->subscribe(options, std::move(handlers)).ok());
    std::vector<std::unique_ptr<Writer>> writers;
    for (std::uint64_t p = 0; p < kProducers; ++p) {
      writers.push_back(std::make_unique<Writer>(server.endpoint(), seed_, p, expected_, progress));
    }
    {
      std::vector<std::jthread> threads;
      for (auto& writer : writers) threads.emplace_back([&writer] { writer->run(); });
      progress.wait_for(acks);
      server.kill_hard();
    }
    writers.clear();
    subscriber.reset();
    EXPECT_EQ(progress.fault(), "");
  }

  void check(const Server& server) {
    for (std::uint64_t p = 0; p < kProducers; ++p) check_producer(server, p);
    check_events(server);
  }

  // Every acknowledged command is there; what is there is what the model says; a repeat is told as
  // one.
  void check_producer(const Server& server, std::uint64_t producer) {
    Client client = connect(server.endpoint(), "crash", CrashModel::producer_id(producer));
    const std::uint64_t last = client.hello().last_number;
    EXPECT_GE(last, expected_.read_acknowledged()[producer]);
    if (last == 0) return;
    CrashModel model(seed_, producer, *client.names());
    const std::uint64_t first = last > kRepeats ? last - kRepeats + 1 : 1;
    CommandFrame frame(client.names()->tenant);
    frame.set_producer(CrashModel::producer_id(producer), first);
    for (std::uint64_t n = first; n <= last; ++n) model.add_to(frame, n);
    const auto again = client.send(frame);
    ASSERT_TRUE(again.ok()) << again.error().message;
    for (std::uint64_t n = first; n <= last; ++n) {
      const CommandOutcome& outcome = again->outcomes[n - first];
      EXPECT_TRUE(outcome.repeated) << n;
      EXPECT_EQ(outcome.version, model.after(n).at(model.ticket_of(n)).version) << n;
    }
    check_tickets(client, producer, model.after(last));
  }

  void check_tickets(Client& client, std::uint64_t producer,
                     const std::map<std::uint64_t, CrashTicket>& tickets) {
    const AttributeId team = client.names()->attribute_id("team").value();
    std::uint64_t looked_at = 0;
    for (auto it = tickets.rbegin(); it != tickets.rend() && looked_at < kTicketsLookedAt; ++it) {
      ++looked_at;
      const auto ticket = client.get(CrashModel::key(producer, it->first));
      ASSERT_TRUE(ticket.ok()) << it->first << ": " << ticket.error().message;
      EXPECT_EQ(ticket->version, it->second.version) << it->first;
      EXPECT_EQ(ticket->status, it->second.status) << it->first;
      for (const AttributeValue& value : ticket->attributes) {
        if (value.attribute != team) continue;
        EXPECT_EQ(value.value, it->second.team) << it->first;
      }
    }
    const auto next = client.get(CrashModel::key(producer, tickets.rbegin()->first + 1));
    EXPECT_FALSE(next.ok());
  }

  // The whole stream again: what was received before has the same bytes, and nothing comes twice or
  // early.
  void check_events(const Server& server) {
    Client client = connect(server.endpoint(), "crash");
    const std::uint64_t known = expected_.last_sequence();
    std::uint64_t sequence = 0;
    std::set<std::tuple<std::uint64_t, std::uint8_t, int, int>> once;
    read_stream(client, 1, [&](const Event& event) {
      EXPECT_EQ(event.sequence, ++sequence);
      EXPECT_EQ(expected_.received(event), "");
      if (event.type == EventType::created || event.type == EventType::breached) {
        EXPECT_TRUE(once.emplace(event.ticket.low, static_cast<std::uint8_t>(event.type),
                                 event.clock, event.cycle)
                        .second)
            << "twice: event " << event.sequence;
      }
      if (event.type == EventType::breached) {
        EXPECT_GT(event.emitted, event.due);
      } else if (event.type == EventType::warning) {
        EXPECT_GE(event.emitted, event.due);
      }
    });
    EXPECT_GE(sequence, known);
    EXPECT_EQ(expected_.read_events().size(), expected_.last_sequence());
  }

  const std::uint64_t seed_ = environment_number("VENCER_E2E_SEED", 1);
  TemporaryFolder folder_;
  ExpectedState expected_;
  const std::filesystem::path data_;
};

TEST_F(Crash, KilledAtRandomMomentsUnderLoadNothingIsLostOrTwice) {
  const std::uint64_t kills = environment_number("VENCER_E2E_KILLS", 8);
  std::mt19937_64 random(seed());
  RecordProperty("seed", std::to_string(seed()));
  for (std::uint64_t life = 0; life < kills && !HasFatalFailure(); ++life) {
    SCOPED_TRACE("life " + std::to_string(life) + ", seed " + std::to_string(seed()));
    Server server(data_);
    if (life == 0) put_tenant(server);
    check(server);
    load_and_kill(server, 1 + random() % kAcksMax);
  }
  Server last(data_);
  check(last);
  EXPECT_EQ(last.stop(), 0) << last.log();
  Server after_clean_stop(data_);
  check(after_clean_stop);
  std::uint64_t commands = 0;
  for (const auto& [producer, number] : expected_.read_acknowledged()) commands += number;
  EXPECT_GT(commands, kills);
  EXPECT_GT(expected_.last_sequence(), commands / 5);
  std::printf("%llu kills, %llu commands acknowledged, %llu events, seed %llu\n",
              static_cast<unsigned long long>(kills), static_cast<unsigned long long>(commands),
              static_cast<unsigned long long>(expected_.last_sequence()),
              static_cast<unsigned long long>(seed()));
}

}  // namespace
}  // namespace vencer::testing
