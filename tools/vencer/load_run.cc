#include "tools/vencer/load_run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace vencer {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kOpenLoopFramesMax = 4096;  // unanswered, a connection: the pacer waits then

std::uint64_t since_us(SteadyClock::time_point from) {
  const auto span =
      std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - from);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(span.count(), 0));
}

std::int64_t wall_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// What all connections share: how much is still to be sent, and until when.
class Budget {
 public:
  Budget(std::uint64_t commands, DurationMs for_ms)
      : bounded_(commands > 0), left_(commands), for_ms_(for_ms) {}

  void begin() { began_ = SteadyClock::now(); }
  SteadyClock::time_point began() const { return began_; }

  // How many commands of `wanted` may go now.
  std::uint64_t take(std::uint64_t wanted) {
    if (for_ms_ > 0 && SteadyClock::now() >= began_ + std::chrono::milliseconds(for_ms_)) return 0;
    if (!bounded_) return wanted;
    std::uint64_t left = left_.load(std::memory_order_relaxed);
    std::uint64_t taken = 0;
    do {
      taken = std::min(wanted, left);
    } while (!left_.compare_exchange_weak(left, left - taken, std::memory_order_relaxed));
    return taken;
  }

 private:
  const bool bounded_;
  std::atomic<std::uint64_t> left_;
  const DurationMs for_ms_;
  SteadyClock::time_point began_;
};

// One connection: its workload, its frames in flight, its counts. Shared by the thread that starts
// it or paces it and the client's own; the mutex guards all but the client.
class Connection {
 public:
  Connection(Client client, const LoadRunOptions& options, const LoadOptions& workload,
             Budget& budget)
      : client_(std::move(client)),
        names_(client_.names()),
        workload_(*names_, workload),
        options_(options),
        budget_(budget),
        producer_(options.exactly_once ? ProducerId{workload.connection + 1, workload.key_base}
                                       : ProducerId{}),
        input_clock_(client_.hello().clock_source == ClockSource::input),
        start_now_(client_.hello().now) {}

  // The client ends first: a callback that is just returning still uses the mutex.
  ~Connection() { const Client ended = std::move(client_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Closed loop: fills the pipeline; answers do the rest.
  void start() {
    for (std::uint32_t i = 0; i < options_.pipeline; ++i) {
      if (!send_next(SteadyClock::now())) break;
    }
  }

  // Open loop: sends until the budget ends.
  void pace(double frames_per_second, double phase) {
    const std::chrono::duration<double> gap(1.0 / frames_per_second);
    for (std::uint64_t i = 0;; ++i) {
      const auto due = budget_.began() + std::chrono::duration_cast<SteadyClock::duration>(
                                             gap * (static_cast<double>(i) + phase));
      std::this_thread::sleep_until(due);
      if (!send_next(due)) break;
    }
  }

  // Until nothing is left to send and everything sent is answered or lost.
  void wait() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return in_flight_ == 0; });
  }

  void add_to(LoadReport& report) {
    const std::lock_guard lock(mutex_);
    report.commands += commands_;
    report.frames += frames_;
    report.latency.add(latency_);
    for (const auto& [code, count] : refused_) report.refused[code] += count;
    report.unknown += sent_ - commands_;
    if (report.slices.size() < slices_.size()) report.slices.resize(slices_.size());
    for (std::size_t i = 0; i < slices_.size(); ++i) {
      report.slices[i].commands += slices_[i].commands;
      report.slices[i].latency.add(slices_[i].latency);
    }
    report.seconds = std::max(
        report.seconds, std::chrono::duration<double>(last_answer_ - budget_.began()).count());
    if (lost_ && !report.lost) report.lost = client_.lost().value_or(*lost_);
  }

 private:
  struct Flight {
    explicit Flight(TenantId tenant) : frame(tenant) {}
    CommandFrame frame;
    SteadyClock::time_point from;
    std::uint64_t commands = 0;
  };

  // False if there is nothing more to send, or nobody to send it to.
  bool send_next(SteadyClock::time_point from) {
    Flight* flight = nullptr;
    {
      const std::lock_guard lock(mutex_);
      std::uint64_t count = options_.frame;
      if (options_.create_only) count = std::min(count, workload_.to_create());
      count = budget_.take(count);
      if (count == 0 || lost_) return false;
      ++in_flight_;
      flight = take_flight();
      fill(*flight, count, from);
    }
    const Status status = client_.submit(
        flight->frame, [this, flight](const FrameReply& reply) { answered(*flight, reply); });
    if (status) return true;
    const std::lock_guard lock(mutex_);
    lost_ = status.error();
    land();
    return false;
  }

  // One frame less in flight. The mutex is held.
  void land() {
    if (--in_flight_ == 0) idle_.notify_all();
  }

  Flight* take_flight() {
    if (free_.empty()) {
      flights_.push_back(std::make_unique<Flight>(names_->tenant));
      return flights_.back().get();
    }
    Flight* flight = free_.back();
    free_.pop_back();
    return flight;
  }

  void fill(Flight& flight, std::uint64_t count, SteadyClock::time_point from) {
    flight.frame.clear();
    if (!producer_.empty()) flight.frame.set_producer(producer_, sent_ + 1);
    CommandOptions command;
    TimeMs now = static_cast<TimeMs>(wall_us() / 1000);
    if (input_clock_) {
      now = start_now_ + static_cast<TimeMs>(since_us(budget_.began()) / 1000);
      command.occurred_at = now;
    }
    workload_.fill(flight.frame, count, command, now);
    flight.from = from;
    flight.commands = count;
    sent_ += count;
  }

  void answered(Flight& flight, const FrameReply& reply) {
    bool answer = false;
    {
      const std::lock_guard lock(mutex_);
      answer = count(flight, reply);
      free_.push_back(&flight);
    }
    if (answer && options_.rate == 0) send_next(SteadyClock::now());
    const std::lock_guard lock(mutex_);
    land();
  }

  // False if it is no answer: the connection is lost.
  bool count(const Flight& flight, const FrameReply& reply) {
    if (!reply.ok() && reply.error.code == Errc::unreachable) {
      lost_ = reply.error;
      return false;
    }
    last_answer_ = SteadyClock::now();
    const std::uint64_t latency_us = since_us(flight.from);
    latency_.record(latency_us, flight.commands);
    if (options_.every_ms > 0) record_slice(flight, latency_us);
    commands_ += flight.commands;
    ++frames_;
    if (!reply.ok()) refused_[reply.error.code] += flight.commands;
    for (const CommandOutcome& outcome : reply.outcomes) {
      if (outcome.code != Errc::ok) ++refused_[outcome.code];
    }
    return true;
  }

  void record_slice(const Flight& flight, std::uint64_t latency_us) {
    const auto offset =
        std::chrono::duration_cast<std::chrono::milliseconds>(flight.from - budget_.began());
    const auto slice =
        static_cast<std::size_t>(std::max<std::int64_t>(offset.count(), 0) / options_.every_ms);
    if (slice >= slices_.size()) slices_.resize(slice + 1);
    slices_[slice].commands += flight.commands;
    slices_[slice].latency.record(latency_us, flight.commands);
  }

  Client client_;
  const std::shared_ptr<const Names> names_;
  LoadWorkload workload_;
  const LoadRunOptions& options_;
  Budget& budget_;
  const ProducerId producer_;
  const bool input_clock_;
  const TimeMs start_now_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::uint64_t in_flight_ = 0;
  std::vector<std::unique_ptr<Flight>> flights_;
  std::vector<Flight*> free_;
  std::optional<Error> lost_;
  std::uint64_t sent_ = 0, commands_ = 0, frames_ = 0;
  SteadyClock::time_point last_answer_;
  LatencyHistogram latency_;
  std::vector<LoadSlice> slices_;
  std::map<Errc, std::uint64_t> refused_;
};

// Of so many for each of `connections`, the first ones one more: the same in every run.
std::uint64_t share_of(std::uint64_t total, std::uint32_t connection, std::uint32_t connections) {
  return total / connections + (connection < total % connections ? 1 : 0);
}

using Connections = std::vector<std::unique_ptr<Connection>>;

Result<Connections> connect_all(const LoadRunOptions& options, Budget& budget) {
  Connections connections;
  for (std::uint32_t i = 0; i < options.connections; ++i) {
    LoadOptions workload = options.workload;
    workload.connection = i;
    workload.first_tickets = share_of(workload.first_tickets, i, options.connections);
    workload.existing = share_of(workload.existing, i, options.connections);
    ClientOptions with = options.client;
    with.frames_in_flight_max = options.rate > 0 ? kOpenLoopFramesMax : 2 * options.pipeline + 8;
    if (options.exactly_once) with.producer = {i + 1, workload.key_base};
    Result<Client> client = Client::connect(with);
    if (!client) return client.error();
    connections.push_back(
        std::make_unique<Connection>(std::move(*client), options, workload, budget));
  }
  return connections;
}

void send_all(Connections& connections, const LoadRunOptions& options, Budget& budget) {
  budget.begin();
  std::vector<std::jthread> pacers;
  for (std::size_t i = 0; i < connections.size(); ++i) {
    if (options.rate == 0) {
      connections[i]->start();
      continue;
    }
    const auto share = static_cast<double>(connections.size());
    const double frames_per_second = options.rate / options.frame / share;
    pacers.emplace_back([&, i, frames_per_second, share] {
      connections[i]->pace(frames_per_second, static_cast<double>(i) / share);
    });
  }
  pacers.clear();
  // In the closed loop an answer sends the next frame: drain() returns once nothing is left to
  // send.
  for (auto& connection : connections) connection->wait();
}

// Reads all events of the tenant; its figures belong to the client's thread until it is closed.
struct Listener {
  std::optional<Client> client;
  std::uint64_t events = 0;
  LatencyHistogram lag;

  Status open(const ClientOptions& options) {
    Result<Client> connected = Client::connect(options);
    if (!connected) return connected.error();
    client.emplace(std::move(*connected));
    EventHandlers handlers;
    handlers.events = [this](const EventBatch& batch) { count(batch); };
    const auto subscription = client->subscribe({}, std::move(handlers));
    if (!subscription) return subscription.error();
    return ok_status();
  }
  void count(const EventBatch& batch) {
    const std::int64_t now_us = wall_us();
    events += batch.events.size();
    for (const Event& event : batch.events) {
      const bool of_a_deadline = event.type == EventType::warning ||
                                 event.type == EventType::breached ||
                                 event.type == EventType::escalated;
      if (!of_a_deadline || event.due == kNever) continue;
      lag.record(static_cast<std::uint64_t>(std::max<std::int64_t>(now_us - event.due * 1000, 0)));
    }
  }
};

}  // namespace

Result<LoadReport> run_load(const LoadRunOptions& options) {
  Listener listener;
  if (options.subscribe) {
    if (const Status opened = listener.open(options.client); !opened) return opened.error();
  }
  Budget budget(options.commands, options.for_ms);
  Result<Connections> connections = connect_all(options, budget);
  if (!connections) return connections.error();
  LoadReport report;
  report.began_at = static_cast<TimeMs>(wall_us() / 1000);
  send_all(*connections, options, budget);
  for (auto& connection : *connections) connection->add_to(report);
  connections->clear();
  listener.client.reset();
  report.events = listener.events;
  report.lag = listener.lag;
  return report;
}

}  // namespace vencer
