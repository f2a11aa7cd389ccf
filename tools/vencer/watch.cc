// vencer watch: the event stream, as a table or as JSON lines.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <optional>

#include "tools/vencer/event_text.h"
#include "tools/vencer/times.h"
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
    TenantId tenant = kNoTenant;
    std::shared_ptr<const Names> names = client_.names();
    for (const Event& event : batch.events) {
      if (printed_ == count_max_) break;
      if (event.tenant != tenant) names = client_.names_of(event.tenant);
      tenant = event.tenant;
      print(event, batch.epoch, *names);
      next_sequence_ = event.sequence + 1;
      ++printed_;
    }
    std::fflush(stdout);
    epoch_ = batch.epoch;
    if (printed_ == count_max_) {
      finish(std::nullopt);
    } else {
      next_sequence_ = batch.next_sequence;
    }
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
    return fmt::format("go on with --from {} --epoch {}", next_sequence_, epoch_);
  }
  void starts_at(const Client::SubscriptionInfo& info) {
    if (next_sequence_ == 0) next_sequence_ = info.next_sequence;
    if (epoch_ == 0) epoch_ = info.epoch;
  }

 private:
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
  std::atomic<std::uint64_t> next_sequence_ = 0, epoch_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::optional<Error> error_;
};

Result<SubscribeOptions> subscribe_options(const Invocation& call) {
  SubscribeOptions options;
  const std::string from = call.text("--from");
  if (from == "earliest") {
    options.from = SubscribeOptions::From::earliest;
  } else if (from != "now") {
    const Result<std::uint64_t> sequence = call.number("--from");
    if (!sequence) return Error{Errc::unknown_value, "--from: write now, earliest or a sequence"};
    options.from = SubscribeOptions::From::sequence;
    options.sequence = *sequence;
  }
  if (call.given("--epoch")) {
    const Result<std::uint64_t> epoch = call.number("--epoch");
    if (!epoch) return epoch.error();
    options.epoch = *epoch;
  }
  Result<std::vector<EventType>> types = parse_event_types(call.text("--types"));
  if (!types) return types.error();
  options.types = std::move(types).value();
  options.every_tenant = call.globals().tenant.empty();
  return options;
}

int follow(Invocation& call, const SubscribeOptions& options, std::optional<DurationMs> for_ms,
           std::uint64_t count_max) {
  Result<Client> client = call.connect(Invocation::Tenant::optional);
  if (!client) return call.fail("watch", client.error());
  std::signal(SIGINT, [](int) { interrupted = true; });
  std::signal(SIGTERM, [](int) { interrupted = true; });
  std::signal(SIGPIPE, SIG_IGN);
  Watch watch(call, *client, options.every_tenant, count_max);
  if (call.globals().output == Output::table) print_line(event_table_head(options.every_tenant));
  const auto subscription =
      client->subscribe(options, {[&](const EventBatch& batch) { watch.on_events(batch); },
                                  [&](const Error& error) { watch.finish(error); }});
  if (!subscription) return call.fail("watch", subscription.error());
  watch.starts_at(*subscription);
  watch.wait(for_ms);
  // No callback may run while the watch goes away; a connection that is lost already says so
  // elsewhere.
  (void)client->unsubscribe(subscription->id);
  if (watch.error()) return call.fail("watch", *watch.error(), watch.resume_hint());
  return exit_ok;
}

int run(Invocation& call) {
  const Result<SubscribeOptions> options = subscribe_options(call);
  if (!options) return call.usage("watch", options.error().message);
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
  return follow(call, *options, for_ms, count_max);
}

const Registration registration({
    .name = "watch",
    .summary = "follow the event stream",
    .details = "Without --tenant: every tenant's events.\n"
               "Events come once each, in order of their sequence. A connection that is lost ends "
               "the command with\n"
               "exit code 3 and says where to go on.",
    .options =
        {{.name = "--from",
          .help = "now, earliest, or the first sequence wanted",
          .fallback = "now",
          .placeholder = "WHERE"},
         {.name = "--epoch", .help = "refuse another epoch of the stream", .placeholder = "N"},
         {.name = "--types", .help = "only these: warning,breached,...", .placeholder = "A,B"},
         {.name = "--for", .help = "end after this time", .placeholder = "DURATION"},
         {.name = "--count", .help = "end after so many events", .placeholder = "N"}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
