#include "tools/vencer/load_run.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "tools/vencer/load_lane.h"

namespace vencer {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t kOpenLoopFramesMax = 4096;  // unanswered, a lane: it sends nothing then
constexpr int kReadyMax = 64;

std::int64_t wall_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// Of so many for each of `connections`, the first ones one more: the same in every run.
std::uint64_t share_of(std::uint64_t total, std::uint32_t connection, std::uint32_t connections) {
  return total / connections + (connection < total % connections ? 1 : 0);
}

// All lanes on one thread: a frame goes out when an answer or its time has come.
class LoadLoop {
 public:
  explicit LoadLoop(const LoadRunOptions& options)
      : options_(options), budget_(options.commands, options.for_ms), poll_(epoll_create1(0)) {}
  ~LoadLoop() { close(poll_); }
  LoadLoop(const LoadLoop&) = delete;
  LoadLoop& operator=(const LoadLoop&) = delete;

  Status connect();
  void run();
  void add_to(LoadReport& report) const {
    for (const auto& lane : lanes_) lane->add_to(report);
  }

 private:
  static constexpr std::chrono::nanoseconds kForEver{-1};

  void start();
  void watch(int operation, std::uint32_t lane, std::uint32_t events);
  void handle_ready(std::chrono::nanoseconds wait_at_most);
  void look_after(std::uint32_t lane);
  std::chrono::nanoseconds send_what_is_due();
  LoadTime due(std::uint64_t frame) const;

  struct Watched {
    bool for_room = false;  // in the socket, too
    bool gone = false;
  };
  const LoadRunOptions& options_;
  LoadBudget budget_;
  const int poll_;
  std::vector<std::unique_ptr<LoadLane>> lanes_;
  std::vector<Watched> watched_;
  std::uint64_t next_frame_ = 0;  // of the open loop
  bool ended_ = false;            // nothing more is to be sent at its time
};

Status LoadLoop::connect() {
  for (std::uint32_t i = 0; i < options_.connections; ++i) {
    LoadOptions workload = options_.workload;
    workload.connection = i;
    workload.first_tickets = share_of(workload.first_tickets, i, options_.connections);
    workload.existing = share_of(workload.existing, i, options_.connections);
    ClientOptions with = options_.client;
    if (options_.exactly_once) with.producer = {i + 1, workload.key_base};
    Result<LoadSocket> socket = LoadSocket::connect(with);
    if (!socket) return socket.error();
    lanes_.push_back(std::make_unique<LoadLane>(std::move(*socket), options_, workload, budget_));
    watched_.emplace_back();
    watch(EPOLL_CTL_ADD, i, EPOLLIN);
  }
  return ok_status();
}

void LoadLoop::watch(int operation, std::uint32_t lane, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = lane;
  epoll_ctl(poll_, operation, lanes_[lane]->file(), &event);
}

// Closed loop: fills the pipelines; answers do the rest.
void LoadLoop::start() {
  budget_.begin();
  ended_ = options_.rate == 0;
  if (!ended_) return;
  for (std::uint32_t i = 0; i < lanes_.size(); ++i) {
    const LoadTime now = steady_clock::now();
    for (std::uint32_t n = 0; n < options_.pipeline && lanes_[i]->send_next(now, now); ++n) {
    }
    lanes_[i]->flush();
    look_after(i);
  }
}

void LoadLoop::run() {
  start();
  const auto busy = [&] {
    return std::any_of(lanes_.begin(), lanes_.end(),
                       [](const auto& lane) { return lane->in_flight() > 0 && !lane->is_lost(); });
  };
  while (!ended_ || busy()) {
    handle_ready(ended_ ? kForEver : send_what_is_due());
  }
}

// Frames are evenly spread over time, and over the lanes in turn.
LoadTime LoadLoop::due(std::uint64_t frame) const {
  const std::chrono::duration<double> gap(options_.frame / options_.rate);
  return budget_.began() +
         std::chrono::duration_cast<steady_clock::duration>(gap * static_cast<double>(frame));
}

// How long until the next one.
std::chrono::nanoseconds LoadLoop::send_what_is_due() {
  LoadTime now = steady_clock::now();
  LoadTime next = due(next_frame_);
  for (int sent = 0; next <= now && sent < kReadyMax; ++sent) {
    const auto i = static_cast<std::uint32_t>(next_frame_ % lanes_.size());
    LoadLane& lane = *lanes_[i];
    if (lane.in_flight() >= kOpenLoopFramesMax && !lane.is_lost()) return kForEver;
    if (!lane.send_next(next, now) && !lane.is_lost()) {
      ended_ = true;
      break;
    }
    lane.flush();
    look_after(i);
    next = due(++next_frame_);
    now = steady_clock::now();
  }
  ended_ = ended_ || std::all_of(lanes_.begin(), lanes_.end(),
                                 [](const auto& lane) { return lane->is_lost(); });
  return std::max(next - now, std::chrono::nanoseconds(0));
}

void LoadLoop::handle_ready(std::chrono::nanoseconds wait_at_most) {
  using std::chrono::seconds;
  epoll_event ready[kReadyMax];
  const auto whole = std::chrono::floor<seconds>(wait_at_most);
  const timespec patience{whole.count(), (wait_at_most - whole).count()};
  const int count = epoll_pwait2(poll_, ready, kReadyMax,
                                 wait_at_most == kForEver ? nullptr : &patience, nullptr);
  for (int i = 0; i < count; ++i) {
    LoadLane& lane = *lanes_[ready[i].data.u32];
    if ((ready[i].events & ~std::uint32_t{EPOLLOUT}) != 0) lane.receive();
    if ((ready[i].events & EPOLLOUT) != 0) lane.flush();
    look_after(ready[i].data.u32);
  }
}

// What its socket is to be watched for from now on.
void LoadLoop::look_after(std::uint32_t i) {
  const LoadLane& lane = *lanes_[i];
  Watched& watched = watched_[i];
  if (lane.is_lost()) {
    if (!std::exchange(watched.gone, true)) watch(EPOLL_CTL_DEL, i, 0);
  } else if (lane.has_unsent() != watched.for_room) {
    watched.for_room = !watched.for_room;
    watch(EPOLL_CTL_MOD, i, EPOLLIN | (watched.for_room ? EPOLLOUT : 0u));
  }
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
  LoadLoop loop(options);
  if (const Status connected = loop.connect(); !connected) return connected.error();
  LoadReport report;
  report.began_at = static_cast<TimeMs>(wall_us() / 1000);
  loop.run();
  loop.add_to(report);
  listener.client.reset();
  report.events = listener.events;
  report.lag = listener.lag;
  return report;
}

}  // namespace vencer
