// vencer-desk: plays a synthetic desk (desk_script.h) on a tenant of a running server, in honest
// time, and prints what falls due (desk_watch.h). Works with any tenant that has statuses of
// category open, pending and resolved.
//
// Exit code: 0 if a breach was seen, 1 if none, 2 for a wrong command line, 3 if the server is
// gone.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "net/client/client.h"
#include "tools/desk/desk_script.h"
#include "tools/desk/desk_watch.h"

namespace vencer {
namespace {

using SteadyClock = std::chrono::steady_clock;

volatile std::sig_atomic_t g_stop = 0;

struct DeskOptions {
  std::string endpoint = "127.0.0.1:7401";
  std::string tenant = "demo";
  std::uint64_t seed = 1;
  double rate = 0.7;
  double for_s = 0;
};

// Seconds since 1970 in base 36: tickets of another run have other keys.
std::string run_prefix() {
  auto left = std::chrono::duration_cast<std::chrono::seconds>(
                  std::chrono::system_clock::now().time_since_epoch())
                  .count();
  std::string text;
  for (; left > 0; left /= 36)
    text.insert(text.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[left % 36]);
  return text + "-";
}

std::string status_of(const Names& names, StatusCategory category) {
  for (const Names::Status& status : names.statuses) {
    if (status.category == category && !status.retired) return status.name;
  }
  return {};
}

class Desk {
 public:
  Desk(Client& client, std::string prefix, DeskWatch& watch)
      : client_(client),
        held_(client.names()),
        names_(*held_),
        prefix_(std::move(prefix)),
        watch_(watch) {}

  std::uint64_t commands = 0, refused = 0;

  // Does what the script says; false if the server is gone.
  bool act(const DeskAction& action) {
    const std::string key = prefix_ + std::to_string(action.ticket);
    using Kind = DeskAction::Kind;
    if (action.kind == Kind::start_work || action.kind == Kind::raise) watch_.changing(key);
    const Result<CommandReply> reply = send(key, action);
    ++commands;
    if (reply) return true;
    if (client_.lost()) return false;
    ++refused;
    fmt::print("refused: ticket {}: {}\n", key, reply.error().message);
    return true;
  }

 private:
  Result<CommandReply> send(const std::string& key, const DeskAction& action) {
    using Kind = DeskAction::Kind;
    switch (action.kind) {
      case Kind::create:
        return client_.create(key, draw_attributes(action.draw));
      case Kind::agent_reply:
        return client_.activity(key, "agent_reply");
      case Kind::customer_reply:
        return client_.activity(key, "customer_reply");
      case Kind::start_work:
        return client_.set_status(key, status_of(names_, StatusCategory::open));
      case Kind::wait:
        return client_.set_status(key, status_of(names_, StatusCategory::pending));
      case Kind::resolve:
        return client_.set_status(key, status_of(names_, StatusCategory::resolved));
      case Kind::reassign:
        return client_.set_attributes(key, {{"team", team(action.draw)}});
      case Kind::raise:
        return client_.set_attributes(key, {{"priority", highest_priority()}});
    }
    return Error{Errc::internal, "an action of no kind"};
  }

  static std::string team(std::uint64_t draw) { return std::to_string(1 + draw % 5); }

  std::string highest_priority() const {
    const Result<AttributeId> id = names_.attribute_id("priority");
    return id && !names_.attributes[*id].values.empty() ? names_.attributes[*id].values[0] : "";
  }

  // Every closed attribute gets a value; priorities as desks have them: most are in the middle.
  Words draw_attributes(std::uint64_t draw) const {
    Words words;
    for (const Names::Attribute& attribute : names_.attributes) {
      if (attribute.open || attribute.retired || attribute.values.empty()) continue;
      std::uint64_t choice = draw % attribute.values.size();
      if (attribute.name == "priority" && attribute.values.size() == 4) {
        const std::uint64_t percent = draw % 100;
        choice = percent < 10 ? 0 : percent < 30 ? 1 : percent < 80 ? 2 : 3;
      }
      words.emplace_back(attribute.name, attribute.values[choice]);
      draw = draw / 97 + draw % 97 * 0x9e3779b97f4a7c15;
    }
    return words;
  }

  Client& client_;
  const std::shared_ptr<const Names> held_;
  const Names& names_;
  const std::string prefix_;
  DeskWatch& watch_;
};

// Sleeps until `time`, a signal, or the end of the stream.
bool wait_until(SteadyClock::time_point time, const DeskWatch& watch) {
  constexpr auto slice = std::chrono::milliseconds(100);
  for (auto now = SteadyClock::now(); now < time; now = SteadyClock::now()) {
    if (g_stop != 0 || watch.ended()) return false;
    std::this_thread::sleep_for(std::min<SteadyClock::duration>(time - now, slice));
  }
  return g_stop == 0 && !watch.ended();
}

Result<Client> connect(const DeskOptions& options) {
  ClientOptions with;
  with.endpoint = options.endpoint;
  with.tenant = options.tenant;
  with.name = "vencer-desk";
  return Client::connect(with);
}

int complain(const Error& error) {
  fmt::print(stderr, "vencer-desk: {}\n", error.message);
  return 3;
}

int play(const DeskOptions& options) {
  Result<Client> player = connect(options);
  if (!player) return complain(player.error());
  Result<Client> watcher = connect(options);
  if (!watcher) return complain(watcher.error());
  const std::string prefix = run_prefix();
  DeskWatch watch(player->names(), prefix);
  SubscribeOptions subscribe;
  subscribe.types = DeskWatch::types();
  const auto subscription =
      watcher->subscribe(subscribe, {[&](const EventBatch& batch) { watch.see(batch); },
                                     [&](const Error& error) {
                                       if (g_stop == 0) watch.end(error);
                                     }});
  if (!subscription) return complain(subscription.error());

  Desk desk(*player, prefix, watch);
  DeskScript script(options.seed, options.rate);
  const auto opened = SteadyClock::now();
  const auto closes = options.for_s > 0
                          ? opened + std::chrono::milliseconds(std::llround(options.for_s * 1000))
                          : SteadyClock::time_point::max();
  for (bool open = true; open;) {
    const DeskAction action = script.next();
    const auto at = opened + std::chrono::milliseconds(action.at);
    open = wait_until(std::min(at, closes), watch) && at < closes && desk.act(action);
  }
  (void)watcher->unsubscribe(subscription->id);
  fmt::print("{} tickets, {} commands ({} refused): {}\n", script.tickets(), desk.commands,
             desk.refused, watch.summary());
  if (watch.ended() && g_stop == 0) return 3;
  return watch.breaches() > 0 ? 0 : 1;
}

}  // namespace
}  // namespace vencer

int main(int argc, char** argv) {
  vencer::DeskOptions options;
  std::string span;
  CLI::App app("A synthetic desk, in honest time, on a running vencerd.", "vencer-desk");
  app.add_option("--endpoint", options.endpoint, "the server")->capture_default_str();
  app.add_option("--tenant", options.tenant, "on which it plays")->capture_default_str();
  app.add_option("--seed", options.seed, "of what happens")->capture_default_str();
  app.add_option("--rate", options.rate, "tickets a second")
      ->check(CLI::Range(0.01, 1000.0))
      ->capture_default_str();
  app.add_option("--for", options.for_s, "ends after so long (90s, 5m); without it, at Ctrl-C")
      ->transform(
          CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"m", 60}, {"h", 3600}}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { vencer::g_stop = 1; });
  return vencer::play(options);
}
