// vencer watch: the event stream, as a table or as JSON lines.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>

#include "tools/vencer/event_text.h"
#include "tools/vencer/times.h"
#include "tools/vencer/watch_from.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

std::atomic<bool> interrupted = false;

// Prints what comes on the client's thread; the main one waits for the end.
class Watch {
 public:
  Watch(const Invocation& call, Client& client, bool every_tenant, std::uint64_t count_max)
      : call_(call), client_(client), every_tenant_(every_tenant), count_max_(count_max) {}

  void on_events(const EventBatch& batch) {
    if (printed_ == count_max_) return;  // another partition's
    TenantId tenant = kNoTenant;
    std::uint64_t next = batch.next_sequence;
    std::shared_ptr<const Names> names = client_.names();
    for (const Event& event : batch.events) {
      if (printed_ == count_max_) break;
      if (event.tenant != tenant) names = client_.names_of(event.tenant);
      tenant = event.tenant;
      print(event, batch.epoch, *names);
      next = event.sequence + 1;
      ++printed_;
    }
    std::fflush(stdout);
    const bool enough = printed_ == count_max_;
    stands_at(batch.partition, batch.epoch, enough ? next : batch.next_sequence);
    if (enough) finish(std::nullopt);
  }

  void finish(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    if (done_) return;
    done_ = true;
    error_ = std::move(error);
    changed_.notify_all();
  }

  // Until the stream ends, enough was printed, `for_ms` have passed, or a signal came.
  void wait(std::optional<DurationMs> for_ms) {
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(for_ms.value_or(0));
    std::unique_lock lock(mutex_);
    while (!done_ && !interrupted) {
      if (for_ms && std::chrono::steady_clock::now() >= end) break;
      // A signal handler cannot notify: look again from time to time.
      changed_.wait_for(lock, std::chrono::milliseconds(50));
    }
    done_ = true;
  }

  const std::optional<Error>& error() const { return error_; }
  std::string resume_hint() const {
    const std::lock_guard lock(mutex_);
    const bool one = streams_.size() == 1;
    std::string from, epoch;
    for (const auto& [partition, stream] : streams_) {
      const std::string prefix =
          one ? "" : fmt::format("{}{}:", from.empty() ? "" : ",", partition);
      from += fmt::format("{}{}", prefix, stream.next_sequence);
      epoch += fmt::format("{}{}", prefix, stream.epoch);
    }
    return fmt::format("go on with --from {} --epoch {}", from, epoch);
  }
  void starts_at(const Client::SubscriptionInfo& info) {
    const std::lock_guard lock(mutex_);
    streams_.try_emplace(info.partition, Stream{info.epoch, info.next_sequence});
  }

 private:
  struct Stream {
    std::uint64_t epoch = 0, next_sequence = 0;
  };
  void stands_at(std::uint32_t partition, std::uint64_t epoch, std::uint64_t next_sequence) {
    const std::lock_guard lock(mutex_);
    streams_[partition] = {epoch, next_sequence};
  }
  void print(const Event& event, std::uint64_t epoch, const Names& names) {
    std::string line = call_.globals().output == Output::table
                           ? event_row(event, names, call_.globals().color, every_tenant_)
                           : event_json(event, epoch, names);
    line.push_back('\n');
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) interrupted = true;
  }

  const Invocation& call_;
  Client& client_;
  const bool every_tenant_;
  const std::uint64_t count_max_;
  std::uint64_t printed_ = 0;
  mutable std::mutex mutex_;
  std::map<std::uint32_t, Stream> streams_;  // by partition
  std::condition_variable changed_;
  bool done_ = false;
  std::optional<Error> error_;
};

Result<WatchFrom> read_where(const Invocation& call) {
  const bool every_tenant = call.globals().tenant.empty();
  Result<WatchFrom> where = parse_watch_from(
      call.text("--from"), call.given("--epoch") ? call.text("--epoch") : "", every_tenant);
  if (!where) return where;
  Result<std::vector<EventType>> types = parse_event_types(call.text("--types"));
  if (!types) return types.error();
  where->options.types = std::move(types).value();
  return where;
}

Result<std::vector<Client::SubscriptionInfo>> subscribe(Client& client, const WatchFrom& where,
                                                        EventHandlers handlers) {
  if (where.options.every_tenant) {
    return client.subscribe_everywhere(where.options, where.positions, std::move(handlers));
  }
  const auto one = client.subscribe(where.options, std::move(handlers));
  if (!one) return one.error();
  return std::vector{*one};
}

int follow(Invocation& call, const WatchFrom& where, std::optional<DurationMs> for_ms,
           std::uint64_t count_max) {
  Result<Client> client = call.connect(Invocation::Tenant::optional);
  if (!client) return call.fail("watch", client.error());
  if (Status good = check_watch_from(where, client->hello().partitions.size()); !good) {
    return call.usage("watch", good.error().message);
  }
  std::signal(SIGINT, [](int) { interrupted = true; });
  std::signal(SIGTERM, [](int) { interrupted = true; });
  std::signal(SIGPIPE, SIG_IGN);
  const bool every_tenant = where.options.every_tenant;
  Watch watch(call, *client, every_tenant, count_max);
  if (call.globals().output == Output::table) print_line(event_table_head(every_tenant));
  const auto subscriptions = subscribe(*client, where,
                                       {[&](const EventBatch& batch) { watch.on_events(batch); },
                                        [&](const Error& error) { watch.finish(error); }});
  if (!subscriptions) return call.fail("watch", subscriptions.error());
  for (const Client::SubscriptionInfo& stream : *subscriptions) watch.starts_at(stream);
  watch.wait(for_ms);
  // No callback may run while the watch goes away; a connection that is lost already says so
  // elsewhere.
  for (const Client::SubscriptionInfo& stream : *subscriptions) {
    (void)client->unsubscribe(stream.id);
  }
  if (watch.error()) return call.fail("watch", *watch.error(), watch.resume_hint());
  return exit_ok;
}

int run(Invocation& call) {
  const Result<WatchFrom> where = read_where(call);
  if (!where) return call.usage("watch", where.error().message);
  std::optional<DurationMs> for_ms;
  if (call.given("--for")) {
    const Result<DurationMs> duration = parse_duration(call.text("--for"));
    if (!duration) return call.usage("watch", "--for: " + duration.error().message);
    for_ms = *duration;
  }
  std::uint64_t count_max = UINT64_MAX;
  if (call.given("--count")) {
    const Result<std::uint64_t> count = call.number("--count");
    if (!count || *count == 0) return call.usage("watch", "--count: a whole number above 0");
    count_max = *count;
  }
  return follow(call, *where, for_ms, count_max);
}

const Registration registration({
    .name = "watch",
    .summary = "follow the event stream",
    .details = "Without --tenant: every tenant's events, of all partitions; each partition counts "
               "its own.\n"
               "Events come once each, in order of their sequence. A connection that is lost ends "
               "the command with\n"
               "exit code 3 and says where to go on.",
    .options = {{.name = "--from",
                 .help = "now, earliest, or the first sequence wanted; of all partitions: 0:17,1:4",
                 .fallback = "now",
                 .placeholder = "WHERE"},
                {.name = "--epoch",
                 .help = "refuse another epoch of the stream; of all partitions: 0:1,1:1",
                 .placeholder = "N"},
                {.name = "--types",
                 .help = "only these: warning,breached,...",
                 .placeholder = "A,B"},
                {.name = "--for", .help = "end after this time", .placeholder = "DURATION"},
                {.name = "--count", .help = "end after so many events", .placeholder = "N"}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
