#include "bench/bare/bare_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <vencer_generated.h>

#include "bench/bare/bare_table.h"
#include "engine/core/limits.h"
#include "engine/log/wal.h"
#include "engine/wire/frame.h"
#include "engine/wire/reply_codec.h"
#include "engine/wire/request_codec.h"
#include "net/server/frame_reader.h"

namespace vencer::bench {
namespace {

constexpr std::size_t kGroupsInFlight = 2;
constexpr std::size_t kFrameBytesMax = 16 << 20;
constexpr std::uint64_t kListener = ~std::uint64_t{0}, kDisk = kListener - 1;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

TimeMs wall_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int connect_to(const std::string& endpoint) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto port =
      static_cast<std::uint16_t>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1)));
  const sockaddr_in address = loopback(port);
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail(endpoint);
  }
  return fd;
}

void send_all(int fd, const std::byte* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) fail("upstream");
    bytes += sent, size -= static_cast<std::size_t>(sent);
  }
}

struct Client {
  int socket = -1, upstream = -1;
  FrameReader reader{kFrameBytesMax};
  Bytes out;            // whole frames, not sent yet
  Bytes from_upstream;  // until a frame is whole
  bool touched = false, writable_wanted = false;
};

// Replies wait beside the group that they rest on.
struct Filled {
  Group log;
  std::uint64_t number = 0;
  Bytes replies;
  struct Reply {
    Client* client;
    std::size_t begin, end;
  };
  std::vector<Reply> whose;
  void clear() {
    log.clear();
    replies.clear();
    whose.clear();
  }
};

class BareServer {
 public:
  explicit BareServer(const BareOptions& options)
      : options_(options), table_(options.capacity, wall_now()) {
    if (!std::filesystem::create_directories(options.data + "/wal")) {
      throw std::runtime_error("--data " + options.data + " has a log; it wants an empty folder");
    }
    WalOptions wal;
    wal.directory = options.data + "/wal";
    wal.create = true;
    wal.groups_in_flight = kGroupsInFlight;
    WalRecovery recovery;
    wal_ = must(Wal::open(
        *storage_, wal, [](const StepRecord&) { return ok_status(); }, &recovery));
    for (std::size_t i = 0; i < kGroupsInFlight + 1; ++i) {
      free_.push_back(std::make_unique<Filled>());
      free_.back()->log.reserve(limits::group_bytes_max);
    }
    open_next();
    listen();
    (void)wal_->write_apart(disk_event_);
    watch(disk_event_, kDisk, EPOLLIN);
    upkeep_ = std::thread([this] { keep_segments_ready(); });
  }
  ~BareServer() {
    ended_ = true;
    if (upkeep_.joinable()) upkeep_.join();
  }
  BareServer(const BareServer&) = delete;
  BareServer& operator=(const BareServer&) = delete;

  [[noreturn]] void run() {
    std::array<epoll_event, 128> events;
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), -1);
      if (count < 0 && errno != EINTR) fail("epoll_wait");
      now_ = std::max(now_, wall_now());
      for (int i = 0; i < count; ++i) handle(events[static_cast<std::size_t>(i)]);
      land(false);
      begin();
      flush_touched();
    }
  }

 private:
  void listen() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    auto* const at = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, at, length) != 0 || ::listen(listener_, 1024) != 0 ||
        ::getsockname(listener_, at, &length) != 0) {
      fail("listen");
    }
    watch(listener_, kListener, EPOLLIN);
    const std::string endpoint = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    std::ofstream(options_.ports_file + ".new") << endpoint << "\n";
    std::filesystem::rename(options_.ports_file + ".new", options_.ports_file);
  }

  void watch(int fd, std::uint64_t what, std::uint32_t events, int how = EPOLL_CTL_ADD) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = what;
    if (::epoll_ctl(epoll_, how, fd, &event) != 0) fail("epoll_ctl");
  }

  void handle(const epoll_event& event) {
    const std::uint64_t what = event.data.u64;
    if (what == kListener) return accept();
    if (what == kDisk) {
      std::uint64_t signals = 0;
      (void)!::read(disk_event_, &signals, sizeof signals);
      return;
    }
    Client& client = *clients_[what / 2];
    if (client.socket < 0) return;  // closed in this round
    if (what % 2 == 1) return read_upstream(client);
    if ((event.events & EPOLLOUT) != 0) flush(client);
    if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(client);
  }

  void accept() {
    auto client = std::make_unique<Client>();
    client->socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client->socket < 0) fail("accept");
    const int yes = 1;
    (void)::setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    client->upstream = connect_to(options_.upstream);
    const std::uint64_t number = clients_.size();
    watch(client->socket, 2 * number, EPOLLIN);
    watch(client->upstream, 2 * number + 1, EPOLLIN);
    clients_.push_back(std::move(client));
  }

  // Its place stays: replies may be on their way to it.
  static void close(Client& client) {
    ::close(client.socket);
    ::close(client.upstream);
    client.socket = client.upstream = -1;
  }

  void read(Client& client) {
    const auto into = client.reader.prepare();
    const ssize_t got = ::recv(client.socket, into.data(), into.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return close(client);
    FrameReader::Problem problem;
    const RequestBatchPtr batch = client.reader.take(static_cast<std::size_t>(got), &problem);
    if (problem.code != Errc::ok) return close(client);
    if (batch == nullptr) return;
    for (const RequestFrame& frame : batch->frames) serve(client, frame);
  }

  void serve(Client& client, const RequestFrame& frame) {
    if (frame.type != static_cast<std::uint16_t>(wire::FrameType::commands)) {
      std::array<std::byte, kFrameHeaderBytes> header;
      encode_frame_header({static_cast<std::uint32_t>(frame.body.size()), kProtocolVersion,
                           frame.type, frame.correlation},
                          header);
      send_all(client.upstream, header.data(), header.size());
      return send_all(client.upstream, frame.body.data(), frame.body.size());
    }
    if (verify_request(frame.type, frame.body) != Errc::ok ||
        commands_.decode(frame.body) != Errc::ok) {
      throw std::runtime_error("a frame of commands that vencerd would refuse");
    }
    while (!open_->log.fits(frame.body.size())) {
      land(true);
      begin();
    }
    table_.apply(commands_.commands, now_, &results_);
    StepRecord step;
    step.kind = static_cast<std::uint8_t>(StepKind::commands);
    step.frame_type = frame.type;
    step.now = now_;
    step.payload = frame.body;
    open_->log.append(step);
    const std::size_t from = open_->replies.size();
    encode_commands_reply(frame.correlation, results_, {now_}, open_->replies);
    open_->whose.push_back({&client, from, open_->replies.size()});
  }

  void read_upstream(Client& client) {
    std::array<std::byte, 64 << 10> part;
    const ssize_t got = ::recv(client.upstream, part.data(), part.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return close(client);
    Bytes& bytes = client.from_upstream;
    bytes.insert(bytes.end(), part.begin(), part.begin() + got);
    std::size_t whole = 0;
    while (bytes.size() - whole >= kFrameHeaderBytes) {
      const FrameHeader header = decode_frame_header(
          std::span<const std::byte, kFrameHeaderBytes>(bytes.data() + whole, kFrameHeaderBytes));
      if (bytes.size() - whole < kFrameHeaderBytes + header.length) break;
      whole += kFrameHeaderBytes + header.length;
    }
    const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(whole);
    client.out.insert(client.out.end(), bytes.begin(), end);
    bytes.erase(bytes.begin(), end);
    touch(client);
  }

  void open_next() {
    open_ = std::move(free_.back());
    free_.pop_back();
  }

  void begin() {
    if (open_->log.empty() || free_.empty() || !wal_->can_begin()) return;
    open_->number = must(wal_->begin(open_->log)).group;
    flying_.push_back(std::move(open_));
    open_next();
  }

  void land(bool wait) {
    if (flying_.empty()) return;
    const std::uint64_t durable = must(wal_->poll(wait));
    while (!flying_.empty() && flying_.front()->number <= durable) {
      std::unique_ptr<Filled> group = std::move(flying_.front());
      flying_.pop_front();
      for (const Filled::Reply& reply : group->whose) {
        const auto bytes = group->replies.begin();
        Bytes& out = reply.client->out;
        out.insert(out.end(), bytes + static_cast<std::ptrdiff_t>(reply.begin),
                   bytes + static_cast<std::ptrdiff_t>(reply.end));
        touch(*reply.client);
      }
      group->clear();
      free_.push_back(std::move(group));
    }
  }

  void touch(Client& client) {
    if (!std::exchange(client.touched, true)) touched_.push_back(&client);
  }

  void flush_touched() {
    for (Client* client : touched_) {
      client->touched = false;
      flush(*client);
    }
    touched_.clear();
  }

  void flush(Client& client) {
    if (client.socket < 0 || client.out.empty()) return;
    const ssize_t sent = ::send(client.socket, client.out.data(), client.out.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return close(client);
    if (sent > 0) client.out.erase(client.out.begin(), client.out.begin() + sent);
    if (client.out.empty() == client.writable_wanted) want_writable(client);
  }

  void want_writable(Client& client) {
    client.writable_wanted = !client.out.empty();
    for (std::uint64_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i].get() != &client) continue;
      watch(client.socket, 2 * i, client.writable_wanted ? EPOLLIN | EPOLLOUT : EPOLLIN,
            EPOLL_CTL_MOD);
    }
  }

  // As the maintenance role does. What is durable is not needed any more.
  void keep_segments_ready() {
    while (!ended_) {
      (void)wal_->release_below(wal_->durable_group());
      const auto more = wal_->prepare_next_segment();
      if (!more || !*more) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  const BareOptions options_;
  BareTable table_;
  const std::unique_ptr<Storage> storage_ = make_posix_storage();
  std::unique_ptr<Wal> wal_;
  std::thread upkeep_;
  std::atomic<bool> ended_{false};
  const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  const int disk_event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  int listener_ = -1;
  TimeMs now_ = wall_now();
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Client*> touched_;
  CommandBatch commands_;
  std::vector<CommandResult> results_;
  std::unique_ptr<Filled> open_;
  std::vector<std::unique_ptr<Filled>> free_;
  std::deque<std::unique_ptr<Filled>> flying_;
};

}  // namespace

void run_bare_server(const BareOptions& options) {
  BareServer(options).run();
}

}  // namespace vencer::bench
