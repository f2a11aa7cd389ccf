// Goal: a server that got no processor for a while (SIGSTOP, a paused machine) is late and loses
// nothing: deadlines that passed meanwhile are breached when it goes on, once each, commands that
// were sent meanwhile are answered, and the stream has no gap.
//
// Method: a real vencerd is stopped with running clocks and a subscriber; the wall clock passes
// their deadlines; it goes on. Nothing is timed: the test waits for the process's state, for the
// wall clock to have passed what it is to pass, and for answers.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "tests/support/process.h"
#include "tests/support/stream.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kTickets = 50;
constexpr DurationMs kTargetMs = 1500;
constexpr std::string_view kTenant = R"(format = 1
tenant = "slow"
status = [["New", "new"], ["Solved", "resolved"], ["Closed", "closed"]]
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved", "category:closed"]
[[policy]]
name = "all"
target = { resolution = "1500ms" }
calendar = "24x7"
)";

TimeMs wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// What the subscriber got, and what it waits for.
class Received {
 public:
  void add(const Event& event) {
    const std::lock_guard lock(mutex_);
    if (event.sequence != last_ + 1) gap_ = true;
    last_ = event.sequence;
    if (event.type == EventType::created) created_.insert(event.ticket.low);
    if (event.type == EventType::breached) {
      ++breaches_[event.ticket.low];
      early_ = early_ || event.emitted <= event.due;
    }
    changed_.notify_all();
  }
  template <typename Done>
  void wait(Done done) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return done(*this); });
  }
  // Under wait(), or when the subscriber has ended.
  std::uint64_t last_ = 0;
  bool gap_ = false, early_ = false;
  std::set<std::uint64_t> created_;
  std::map<std::uint64_t, int> breaches_;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

char state_of(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(in, line);
  const std::size_t name_ends = line.rfind(')');
  return name_ends == std::string::npos || name_ends + 2 >= line.size() ? '?' : line[name_ends + 2];
}

// Looks until it is so.
template <typename Condition>
void wait_until(Condition condition) {
  while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

TEST(Stopped, DeadlinesOfAPauseAreLateNotLost) {
  const TemporaryFolder folder;
  Server server(folder.path() / "data");
  {
    Client admin = connect(server.endpoint(), "");
    const auto put = admin.put_tenant(kTenant, "slow.toml");
    ASSERT_TRUE(put.ok()) << put.error().message;
  }
  Received received;
  Client subscriber = connect(server.endpoint(), "slow");
  SubscribeOptions options;
  options.from = SubscribeOptions::From::sequence;
  options.sequence = 1;
  EventHandlers handlers;
  handlers.events = [&](const EventBatch& batch) {
    for (const Event& event : batch.events) received.add(event);
  };
  ASSERT_TRUE(subscriber.subscribe(options, std::move(handlers)).ok());

  Client client = connect(server.endpoint(), "slow");
  CommandFrame frame(client.names()->tenant);
  for (std::uint64_t ticket = 1; ticket <= kTickets; ++ticket) {
    frame.create(number_key(ticket), kNoId8, {});
  }
  ASSERT_TRUE(client.send(frame).ok());
  received.wait([](const Received& so_far) { return so_far.created_.size() == kTickets; });

  server.process().signal(SIGSTOP);
  wait_until([&] { return state_of(server.process().pid()) == 'T'; });
  std::mutex mutex;
  std::condition_variable changed;
  bool answered = false;
  CommandFrame later(client.names()->tenant);
  later.create(number_key(kTickets + 1), kNoId8, {});
  ASSERT_TRUE(client.submit(later, [&](const FrameReply& reply) {
    const std::lock_guard lock(mutex);
    answered = true;
    EXPECT_TRUE(reply.ok()) << reply.error.message;
    changed.notify_all();
  }));
  const TimeMs passed = wall_clock() + kTargetMs;
  wait_until([&] { return wall_clock() > passed; });
  {
    const std::lock_guard lock(mutex);
    EXPECT_FALSE(answered) << "it was not stopped";
  }
  server.process().signal(SIGCONT);

  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return answered; });
  }
  received.wait([](const Received& so_far) { return so_far.breaches_.size() > kTickets; });
  const std::vector<std::string> all = event_bytes(client);
  received.wait([&](const Received& so_far) { return so_far.last_ >= all.size(); });
  received.wait([](const Received& so_far) {
    EXPECT_FALSE(so_far.gap_);
    EXPECT_FALSE(so_far.early_);
    EXPECT_EQ(so_far.created_.size(), kTickets + 1);
    for (const auto& [ticket, times] : so_far.breaches_) EXPECT_EQ(times, 1) << ticket;
    return true;
  });
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace vencer::testing
