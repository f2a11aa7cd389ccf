// vencer import: plays a source's log of updates through the server and holds our verdicts against
// its own.
//
// The commands go out in order, each with its number (import_plan.h), one frame at a time: after a
// crash of the server, or of this program, the server's last number says where to go on. The
// verdicts are read from the event stream afterwards (import_summary.h), so the summary does not
// depend on who sent what.
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>
#include <unordered_map>

#include <fmt/core.h>

#include "tools/vencer/command.h"
#include "tools/vencer/import_plan.h"
#include "tools/vencer/import_summary.h"

namespace vencer::cli {
namespace {

constexpr int kOverloadedTries = 200;
constexpr auto kOverloadedWait = std::chrono::milliseconds(50);

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return Error{Errc::invalid_document, fmt::format("{}: cannot be read", path)};
  }
  return std::move(text).str();
}

ImportNames import_names(const Names& names) {
  ImportNames into;
  into.tenant = names.tenant_name;
  for (const Names::Status& status : names.statuses) into.statuses.push_back(status.name);
  for (const Names::Activity& activity : names.activities) into.activities.push_back(activity.name);
  for (const Names::Clock& clock : names.clocks) into.clocks.push_back(clock.name);
  for (const Names::Attribute& attribute : names.attributes) {
    ImportNames::Attribute one{attribute.name, attribute.open, attribute.values, {}};
    for (const Names::Alias& alias : attribute.aliases) one.aliases[alias.alias] = alias.value;
    into.attributes.push_back(std::move(one));
  }
  return into;
}

struct Prepared {
  CsvTable table;
  ImportMap map;
  std::string zone;
};

Result<Prepared> prepare(const Invocation& call) {
  Prepared prepared;
  prepared.zone = call.text("--zone");
  const std::string map_path = call.text("--map");
  Result<std::string> map_text = read_file(map_path);
  if (!map_text) return map_text.error();
  Result<ImportMap> map = parse_import_map(*map_text, map_path);
  if (!map) return map.error();
  const std::string path = call.text("FILE");
  Result<std::string> text = read_file(path);
  if (!text) return text.error();
  Result<CsvTable> table = parse_csv(*text, path);
  if (!table) return table.error();
  prepared.map = std::move(*map);
  prepared.table = std::move(*table);
  return prepared;
}

Result<Client> connect(const Invocation& call, const ProducerId& producer) {
  const Globals& globals = call.globals();
  ClientOptions options;
  options.endpoint = globals.endpoint;
  options.tenant = globals.tenant;
  options.token = globals.token;
  options.producer = producer;
  options.name = "vencer import";
  options.timeout_ms = globals.timeout_ms;
  return Client::connect(options);
}

// Adds what `command` asks for.
void add_to_frame(CommandFrame& frame, const PlannedCommand& command, const TicketKey& key) {
  const CommandOptions options{.occurred_at = command.occurred_at};
  switch (command.kind) {
    case CommandKind::create:
      frame.create(key, command.status, command.attributes, options);
      break;
    case CommandKind::set_status:
      frame.set_status(key, command.status, options);
      break;
    case CommandKind::set_attributes:
      frame.set_attributes(key, command.attributes, options);
      break;
    default:
      frame.activity(key, command.activity, options);
      break;
  }
}

class Player {
 public:
  Player(Client& client, const ImportPlan& plan, const std::string& file)
      : client_(client), plan_(plan), file_(file) {}

  Status bind_keys() {
    for (const PlannedIncident& incident : plan_.incidents) {
      Result<TicketKey> key = parse_key(incident.key);
      if (!key) return key.error();
      incident_of_.emplace(key_text(*key), keys_.size());
      keys_.push_back(*key);
    }
    return ok_status();
  }

  // Sends what the server does not have yet.
  Status play(std::size_t frame_commands) {
    std::size_t sent = client_.hello().last_number;
    if (sent > plan_.commands.size()) {
      return Error{Errc::internal,
                   fmt::format("the server has {} commands of this import, which has {}", sent,
                               plan_.commands.size())};
    }
    if (sent > 0)
      std::cerr << fmt::format("going on after {} of {} commands\n", sent, plan_.commands.size());
    CommandFrame frame(client_.names()->tenant);
    while (sent < plan_.commands.size()) {
      const std::size_t count = std::min(frame_commands, plan_.commands.size() - sent);
      if (Status status = send(frame, sent, count); !status) return status;
      sent += count;
    }
    return ok_status();
  }

  Status read_verdicts(ImportVerdicts& verdicts, DurationMs timeout_ms) {
    if (Status status = client_.refresh(); !status) return status;
    const std::uint64_t last = client_.hello().last_sequence;
    if (last == 0) return ok_status();
    EventHandlers handlers;
    handlers.events = [&](const EventBatch& batch) { take(batch, last, verdicts); };
    handlers.end = [this](const Error& error) { finish(error); };
    SubscribeOptions options;
    options.from = SubscribeOptions::From::earliest;
    const auto subscription = client_.subscribe(options, std::move(handlers));
    if (!subscription) return subscription.error();
    const Status status = wait(timeout_ms);
    if (Status ended = client_.unsubscribe(subscription->id); status && !ended) return ended;
    if (subscription->first_sequence > 1) {
      return Error{Errc::events_gone,
                   fmt::format("events before {} are no longer kept: verdicts among "
                               "them cannot be told",
                               subscription->first_sequence)};
    }
    return status;
  }

 private:
  Status send(CommandFrame& frame, std::size_t first, std::size_t count) {
    for (int tries = 1;; ++tries) {
      frame.clear();
      frame.set_producer(plan_.producer, first + 1);
      for (std::size_t i = first; i < first + count; ++i) {
        add_to_frame(frame, plan_.commands[i], keys_[plan_.commands[i].incident]);
      }
      const Result<Client::Outcomes> outcomes = client_.send(frame);
      if (outcomes) {
        for (std::size_t i = 0; i < outcomes->outcomes.size(); ++i) {
          note_refusal(plan_.commands[first + i], outcomes->outcomes[i]);
        }
        return ok_status();
      }
      if (outcomes.error().code != Errc::overloaded || tries == kOverloadedTries) {
        return outcomes.error();
      }
      std::this_thread::sleep_for(kOverloadedWait);
    }
  }

  void note_refusal(const PlannedCommand& command, const CommandOutcome& outcome) const {
    if (outcome.code == Errc::ok) return;
    std::cerr << fmt::format("{}:{}: {}: refused: {}\n", file_, command.line,
                             plan_.incidents[command.incident].key, to_string(outcome.code));
  }

  void take(const EventBatch& batch, std::uint64_t last, ImportVerdicts& verdicts) {
    const std::lock_guard lock(mutex_);
    for (const Event& event : batch.events) {
      const auto found = incident_of_.find(key_text(event.ticket));
      if (event.sequence <= last && found != incident_of_.end()) verdicts.see(found->second, event);
    }
    next_sequence_ = batch.next_sequence;
    done_ = done_ || batch.next_sequence > last;
    changed_.notify_all();
  }

  void finish(const Error& error) {
    const std::lock_guard lock(mutex_);
    error_ = error;
    done_ = true;
    changed_.notify_all();
  }

  // Until the stream has been read, or nothing has come for timeout_ms.
  Status wait(DurationMs timeout_ms) {
    std::unique_lock lock(mutex_);
    while (!done_) {
      const std::uint64_t before = next_sequence_;
      const bool moved = changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                                           [&] { return done_ || next_sequence_ != before; });
      if (!moved) return Error{Errc::internal, "no event for too long: is the server alive?"};
    }
    return error_.code == Errc::ok ? ok_status() : Status(error_);
  }

  Client& client_;
  const ImportPlan& plan_;
  const std::string& file_;
  std::vector<TicketKey> keys_;
  std::unordered_map<std::string, std::size_t> incident_of_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_sequence_ = 0;
  bool done_ = false;
  Error error_{Errc::ok, ""};
};

// The summary tells refused rows by their missing event, which the tenant must keep on.
Status check_updates_seen(const ImportPlan& plan, const ImportVerdicts& verdicts,
                          const ImportNames& names) {
  std::uint64_t planned = 0, seen = 0;
  for (std::size_t i = 0; i < plan.incidents.size(); ++i) {
    planned += plan.incidents[i].updates;
    seen += verdicts.of(i).updates;
  }
  if (planned == 0 || seen > 0) return ok_status();
  return Error{Errc::invalid_document,
               fmt::format("the stream has no activity_recorded of tenant '{}': its document must "
                           "name it in events_on",
                           names.tenant)};
}

int run(Invocation& call) {
  if (call.text("SOURCE") != "servicenow") {
    return call.usage("import",
                      fmt::format("'{}' is not a source; known: servicenow", call.text("SOURCE")));
  }
  const std::string form = call.text("--summary");
  if (form != "json" && form != "text") {
    return call.usage("import", fmt::format("--summary '{}' is neither json nor text", form));
  }
  const Result<std::uint64_t> frame_commands = call.number("--frame");
  if (!frame_commands) return call.fail("import", frame_commands.error());
  if (*frame_commands == 0) return call.usage("import", "--frame must be at least 1");
  const Result<Prepared> prepared = prepare(call);
  if (!prepared) return call.usage("import", prepared.error().message);
  const auto& [table, map, zone] = *prepared;

  Result<Client> client = connect(call, import_producer(table, map, zone));
  if (!client) return call.fail("import", client.error());
  if (client->hello().clock_source != ClockSource::input) {
    return call.fail("import",
                     {Errc::not_in_this_clock_mode, "the server's time is the wall clock's"},
                     "start vencerd with --clock input on a data directory of its own");
  }
  const ImportNames names = import_names(*client->names());
  const Result<ImportPlan> plan = make_import_plan(table, map, names, zone);
  if (!plan) return call.usage("import", plan.error().message);

  Player player(*client, *plan, table.file);
  ImportVerdicts verdicts(*plan);
  Status status = player.bind_keys();
  const std::size_t most = client->hello().commands_per_frame_max;
  if (status) status = player.play(std::min<std::size_t>(*frame_commands, most));
  if (!status) {
    return call.fail("import", status.error(), "run it again: it goes on where the server is");
  }
  status = player.read_verdicts(verdicts, call.globals().timeout_ms);
  if (status) status = check_updates_seen(*plan, verdicts, names);
  if (!status) return call.fail("import", status.error());
  const ImportSummary summary = summarize(*plan, verdicts, names);
  std::cout << (form == "json" ? to_json(summary, map.by.text) + "\n"
                               : to_text(summary, map.by.text));
  return exit_ok;
}

const Registration registration({
    .name = "import",
    .summary = "play a source's log of updates, and compare verdicts",
    .details = "Rows go by their time and their place in the file; each ticket's time is its rows' "
               "(the server runs\n"
               "with --clock input). Broken off anywhere, on either side, the same command goes on "
               "where the server\n"
               "is; nothing is applied twice, and the summary is the same. Refused rows (of a "
               "ticket that is closed\n"
               "for good) are counted, not fatal.\n"
               "Exit code 0: the summary stands on standard output, whatever it says.",
    .options = {{"SOURCE", "kind of log: servicenow", OptionKind::positional, true},
                {"FILE", "the CSV file", OptionKind::positional, true},
                {"--map", "which column means what (TOML)", OptionKind::value, true, {}, "FILE"},
                {"--zone", "IANA time zone of the file's times", OptionKind::value, false, "UTC",
                 "ZONE"},
                {"--summary", "json or text", OptionKind::value, false, "text", "FORM"},
                {"--frame", "commands a frame", OptionKind::value, false, "512", "N"}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
