// A life from its beginning to its end.
#include "tests/sim/life.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "engine/config/document.h"
#include "engine/runtime/logging.h"

namespace vencer::sim {
namespace {

enum class Salt : std::uint64_t { knobs = 1, disk, work, plan, rest };

Dice dice_for(std::uint64_t seed, Salt salt) {
  Dice mixed(seed * 0x9e3779b97f4a7c15ull + static_cast<std::uint64_t>(salt));
  return Dice(mixed.next());
}

constexpr WorldTime kWindDown = 30 * kHour;  // more than the longest outage
constexpr std::uint64_t kEveryType = 0;

}  // namespace

Life::Life(const LifeOptions& options)
    : options_(options),
      dice_(dice_for(options.seed, Salt::rest)),
      knobs_(throw_knobs(dice_for(options.seed, Salt::knobs), options.load)),
      wall_{world_, knobs_.begins_at * 1000},
      disk_(dice_for(options.seed, Salt::disk).next()),
      truth_(knobs_.with_model),
      history_([this](const StepRecord& step) { truth_.step(step); }),
      site_{world_,
            dice_,
            truth_,
            clients_,
            [this] { return connect(); },
            [this] { return wall_.read_us() / 1000; },
            knobs_.example,
            kNoTenant} {
  setup_logging(LogLevel::error, LogFormat::logfmt);
  // Made by whoever installs the server, long before.
  (void)disk_.make_directory(knobs_.config.data);
  (void)disk_.sync_directory("");
  disk_.always(options.lie);
  history_.event_sequence = [this] { return truth_.last_sequence(); };
  disk_.on_durable_write = [this](const std::string& path, std::uint64_t,
                                  std::span<const std::byte> bytes) {
    if (path.find("/wal/") != std::string::npos) history_.wrote(bytes);
  };
  spec_ = compile_document(document_text(knobs_.example, 1), "sim", nullptr).spec;
  site_.tenant = spec_.name;
  plan_ = plan_faults(dice_for(options.seed, Salt::plan), options.hours, options.faults);
}

Life::~Life() {
  server_.reset();
}

void Life::note(const std::string& what) const {
  if (!options_.tell) return;
  std::fprintf(stderr, "%10.4f h  %s\n",
               static_cast<double>(world_.now()) / static_cast<double>(kHour), what.c_str());
}

LifeResult Life::run() {
  operator_ = std::make_unique<Operator>(site_);
  operator_->put(document_text(knobs_.example, ++document_version_));
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    if (options_.without.contains(i)) continue;
    world_.at(plan_[i].at, [this, i] { happen(plan_[i]); });
  }
  power_on();
  operator_->connect();
  begin_work();
  world_.after(kHour, [this] { hourly(); });
  const auto end = static_cast<WorldTime>(options_.hours * static_cast<double>(kHour));
  while (truth_.wrong().empty() && world_.run_one(end)) {
  }
  if (truth_.wrong().empty()) wind_down();
  if (truth_.wrong().empty()) finish();
  LifeResult result;
  result.wrong = truth_.wrong();
  result.hours = static_cast<double>(world_.now()) / static_cast<double>(kHour);
  result.planned_faults = plan_.size();
  result.life = counters_;
  result.truth = truth_.counters();
  result.clients = clients_;
  result.disk = disk_.counters();
  result.net = net_;
  if (work_) result.work = work_->counters();
  result.digest = truth_.twin().digest() * 31 + truth_.last_sequence() * 7 +
                  disk_.counters().calls + world_.happened() * 3 + clients_.frames_sent;
  return result;
}

// As soon as the first document is in force.
void Life::begin_work() {
  if (site_.tenant_id == kNoTenant) {
    return world_.after(kSecond, [this] { begin_work(); });
  }
  for (std::size_t i = 0; i < knobs_.producers; ++i) {
    const bool numbered = i == 0 || dice_.percent(80);
    const ProducerId id{numbered ? i + 1 : 0, numbered ? 0x73696dull : 0};
    producers_.push_back(std::make_unique<Producer>(site_, id, knobs_.producer));
    producers_.back()->connect();
  }
  for (std::size_t i = 0; i < knobs_.subscribers; ++i) {
    const std::uint64_t types = i < 2 ? kEveryType : dice_.next() | event_bit(EventType::breached);
    subscribers_.push_back(std::make_unique<Subscriber>(site_, types));
    subscribers_.back()->connect();
  }
  std::vector<Producer*> producers;
  for (const auto& producer : producers_) producers.push_back(producer.get());
  work_ = std::make_unique<Workload>(site_, dice_for(options_.seed, Salt::work), knobs_.work, spec_,
                                     std::move(producers));
  work_->begin();
  random_work();
}

// Beside the stream of tickets: questions, other documents, storms, bulk, imports.
void Life::random_work() {
  if (winding_down_) return;
  const auto size = static_cast<std::size_t>(1 + options_.load * 40);
  switch (dice_.below(20)) {
    case 0:
      operator_->put(document_text(knobs_.example, ++document_version_));
      break;
    case 1:
      work_->storm(10 * kMinute, 20);
      break;
    case 2:
    case 3:
      work_->bulk(dice_.below(size) + 1);
      break;
    case 4:
      work_->import_old(dice_.below(size) + 1);
      break;
    case 5:
    case 6:
      operator_->ask_for_forecast();
      break;
    case 7:
      operator_->ask_for_counts();
      break;
    case 8:
      operator_->ask_for_snapshot();
      break;
    default:
      operator_->ask_about(work_->some_ticket());
      break;
  }
  world_.after(dice_.between(kSecond, 40 * kMinute), [this] { random_work(); });
}

void Life::hourly() {
  truth_.compare(true);
  if (server_ != nullptr && !server_->dead() && world_.now() - calm_since_ > 10 * kMinute &&
      world_.now() > full_until_) {
    const StateMachine& machine = server_->partition().machine();
    if (machine.next_deadline() < server_->engine_now() - 60'000) {
      truth_.complain(fmt::format("LATE: {} was due; it is {}, and nothing held the shard up",
                                  machine.next_deadline(), server_->engine_now()));
    }
  }
  world_.after(kHour, [this] { hourly(); });
}

bool Life::settled() const {
  if (server_ == nullptr || server_->dead() || !operator_->done()) return false;
  for (const auto& producer : producers_) {
    if (!producer->done()) return false;
  }
  for (const auto& subscriber : subscribers_) {
    if (subscriber->next_sequence() != truth_.last_sequence() + 1) return false;
  }
  return true;
}

// Nothing new goes wrong; all that was asked is answered, all that was told is heard.
void Life::wind_down() {
  winding_down_ = true;
  note("winds down");
  if (work_) work_->end();
  disk_.calm();
  crashes_in_recovery_.clear();
  reads_until_error_ = UINT64_MAX;
  flips_ = 0;
  crash_in_snapshot_.reset();
  full_until_ = 0;
  const WorldTime until = world_.now() + kWindDown;
  while (truth_.wrong().empty() && !settled() && world_.run_one(until)) {
  }
  if (truth_.wrong().empty() && !settled()) {
    std::string text = "STUCK: thirty hours after the last fault not everything is answered";
    for (const auto& s : subscribers_) text += fmt::format(", a stream at {}", s->next_sequence());
    for (const auto& p : producers_) text += p->done() ? "" : ", a producer waits";
    if (!operator_->done()) text += ", the operator waits";
    if (server_ == nullptr || server_->dead()) text += ", no server is up";
    truth_.complain(text + fmt::format(" of {}", truth_.last_sequence()));
  }
}

// The last word: stopped in order, started once more.
void Life::finish() {
  const Status stopped = server_->stop();
  if (!stopped) return truth_.complain("the last stop fails: " + stopped.error().message);
  truth_.compare(true);
  server_.reset();
  disk_.heal();
  power_on();
  if (!truth_.wrong().empty()) return;
  if (server_ == nullptr) return truth_.complain("no start after the last stop");
  truth_.complain(check_all_events(false));
}

}  // namespace vencer::sim
