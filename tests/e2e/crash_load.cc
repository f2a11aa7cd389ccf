#include "tests/e2e/crash_load.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <set>
#include <thread>
#include <tuple>
#include <vector>

namespace vencer::testing {
namespace {

constexpr std::uint64_t kProducers = 2;
constexpr std::uint64_t kFrameCommandsMax = 24;
constexpr std::uint64_t kFramesInFlight = 8;
constexpr std::uint64_t kRepeats = 64;           // of the newest numbers, sent once more
constexpr std::uint64_t kTicketsLookedAt = 400;  // the newest of each producer

// Nothing if the server has ended meanwhile.
std::optional<Client> try_connect(const Server& server, const std::string& tenant,
                                  ProducerId producer) {
  ClientOptions options;
  options.endpoint = server.endpoint();
  options.tenant = tenant;
  options.producer = producer;
  options.timeout_ms = 60'000;
  Result<Client> client = Client::connect(options);
  if (!client) {
    EXPECT_EQ(client.error().code, Errc::unreachable) << client.error().message;
    return std::nullopt;
  }
  return std::move(*client);
}

// Sends the producer's commands from where the server is, several frames in flight, until the
// connection is lost; every answer goes into the expected state.
class Writer {
 public:
  Writer(Client client, std::uint64_t seed, std::uint64_t producer, ExpectedState& expected,
         Progress& progress)
      : client_(std::move(client)),
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
        if (lost_) break;
        ++in_flight_;
      }
      const std::uint64_t count = 1 + sizes_() % kFrameCommandsMax;
      frame.clear();
      frame.set_producer(CrashModel::producer_id(producer_), next);
      for (std::uint64_t i = 0; i < count; ++i) model_.add_to(frame, next + i);
      next += count;
      const auto answered = [this, last = next - 1](const FrameReply& reply) { see(reply, last); };
      if (!client_.submit(frame, answered)) break;
    }
    progress_.lose();
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

// Every event from the first unknown one on goes into the expected state.
bool subscribe(Client& client, ExpectedState& expected, Progress& progress) {
  EventHandlers handlers;
  handlers.events = [&expected, &progress](const EventBatch& batch) {
    for (const Event& event : batch.events) {
      if (std::string wrong = expected.received(event); !wrong.empty()) progress.fail(wrong);
    }
  };
  handlers.end = [](const Error&) {};
  SubscribeOptions options;
  options.from = SubscribeOptions::From::sequence;
  options.sequence = expected.last_sequence() + 1;
  const auto subscription = client.subscribe(options, std::move(handlers));
  EXPECT_TRUE(subscription.ok() || subscription.error().code == Errc::unreachable)
      << subscription.error().message;
  return subscription.ok();
}

}  // namespace

void Progress::add(std::uint64_t acknowledged) {
  const std::lock_guard lock(mutex_);
  acknowledged_ += acknowledged;
  changed_.notify_all();
}

void Progress::fail(std::string fault) {
  const std::lock_guard lock(mutex_);
  if (fault_.empty()) fault_ = std::move(fault);
  changed_.notify_all();
}

void Progress::lose() {
  const std::lock_guard lock(mutex_);
  lost_ = true;
  changed_.notify_all();
}

void Progress::wait_for(std::uint64_t acknowledged) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return acknowledged_ >= acknowledged || lost_ || !fault_.empty(); });
}

std::string Progress::fault() const {
  const std::lock_guard lock(mutex_);
  return fault_;
}

void CrashLoad::put_tenant(const Server& server) {
  Client client = connect(server.endpoint(), "");
  std::string document(kCrashTenant);
  const std::string named = "tenant = \"crash\"";
  document.replace(document.find(named), named.size(), "tenant = \"" + tenant_ + "\"");
  const auto put = client.put_tenant(document, "crash.toml");
  ASSERT_TRUE(put.ok()) << put.error().message;
}

void CrashLoad::run(Server& server, std::uint64_t acks, const std::function<void()>& end) {
  Progress progress;
  std::optional<Client> subscriber = try_connect(server, tenant_, {});
  bool lost = !subscriber || !subscribe(*subscriber, expected_, progress);
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint64_t p = 0; p < kProducers && !lost; ++p) {
    std::optional<Client> client = try_connect(server, tenant_, CrashModel::producer_id(p));
    lost = !client;
    if (lost) break;
    writers.push_back(std::make_unique<Writer>(std::move(*client), seed_, p, expected_, progress));
  }
  {
    std::vector<std::jthread> threads;
    for (auto& writer : writers) threads.emplace_back([&writer] { writer->run(); });
    if (!lost) progress.wait_for(acks);
    end();
  }
  writers.clear();
  subscriber.reset();
  EXPECT_EQ(progress.fault(), "");
}

void CrashLoad::check(const Server& server) {
  for (std::uint64_t p = 0; p < kProducers; ++p) check_producer(server, p);
  check_events(server);
}

void CrashLoad::check_producer(const Server& server, std::uint64_t producer) {
  Client client = connect(server.endpoint(), tenant_, CrashModel::producer_id(producer));
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

void CrashLoad::check_tickets(Client& client, std::uint64_t producer,
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

void CrashLoad::check_events(const Server& server) {
  Client client = connect(server.endpoint(), tenant_);
  const std::uint64_t known = expected_.last_sequence();
  std::uint64_t sequence = 0;
  std::set<std::tuple<std::uint64_t, std::uint8_t, int, int>> once;
  read_stream(client, 1, [&](const Event& event) {
    EXPECT_EQ(event.sequence, ++sequence);
    EXPECT_EQ(expected_.received(event), "");
    if (event.type == EventType::created || event.type == EventType::breached) {
      EXPECT_TRUE(once.emplace(event.ticket.low, static_cast<std::uint8_t>(event.type), event.clock,
                               event.cycle)
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

std::uint64_t CrashLoad::commands() const {
  std::uint64_t all = 0;
  for (const auto& [producer, number] : expected_.read_acknowledged()) all += number;
  return all;
}

}  // namespace vencer::testing
