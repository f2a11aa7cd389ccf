// Servers come and go: starts, ends, and what must hold at each start.
#include <fmt/format.h>

#include <algorithm>

#include "engine/log/event_verify.h"
#include "tests/sim/life.h"

namespace vencer::sim {
namespace {

constexpr WorldTime kOperatorLooks = 30 * kSecond;  // before the next try
constexpr std::size_t kReadBytes = 64 << 10;

}  // namespace

std::shared_ptr<Wire> Life::connect() {
  if (server_ == nullptr || server_->dead()) return nullptr;
  auto wire = std::make_shared<Wire>(world_, dice_, knobs_.net);
  std::erase_if(wires_, [](const std::weak_ptr<Wire>& w) { return w.expired(); });
  wires_.push_back(wire);
  ++net_.connections;
  server_->accept(wire);
  return wire;
}

// The process is gone, whatever took it; another one starts after a while.
void Life::end_process(WorldTime off_for) {
  if (server_ == nullptr) return;
  count_snapshots();
  server_.reset();
  history_.crashed();
  if (std::exchange(starting_, true)) return;
  world_.after(off_for, [this] { power_on(); });
}

void Life::after_turn() {
  if (!server_->dead() && !disk_.crashed()) {
    truth_.complain(watch_.look(world_.now(), server_->partition().machine().now()));
    if (server_->spins()) truth_.complain("SPINS: a role asks for a turn at once and does nothing");
    return watch_snapshot();
  }
  // Not from within one of its turns.
  world_.after(0, [this] { server_died(); });
}

void Life::server_died() {
  if (server_ == nullptr || (!server_->dead() && !disk_.crashed())) return;
  if (disk_.crashed()) {
    note("the power goes");
    ++counters_.crash_points;
  } else {
    note("the server ends itself: " + server_->fatal()->message);
    ++counters_.io_error_ends;
    const bool full = server_->fatal()->code == Errc::disk_full || world_.now() <= full_until_;
    if (!disk_.failing() && !full) {
      return truth_.complain("the server ends without cause: " + server_->fatal()->message);
    }
  }
  end_process(std::exchange(off_for_, kSecond));
}

void Life::power_on() {
  starting_ = false;
  if (server_ != nullptr) return;
  if (disk_.crashed()) {
    disk_.restart_after_power_loss();
  } else {
    disk_.restart_after_kill();
  }
  if (world_.now() < full_until_) disk_.set_full(true);
  flip_bits();
  put_back_what_cannot_be_proven();
  counters_.damaged_pages += disk_.damage().size();
  start();
}

void Life::start() {
  ++counters_.starts;
  if (!crashes_in_recovery_.empty()) {
    disk_.crash_at(crashes_in_recovery_.back());
    crashes_in_recovery_.pop_back();
  }
  if (reads_until_error_ != UINT64_MAX) {
    disk_.fail_read_at(std::exchange(reads_until_error_, UINT64_MAX));
  }
  const std::uint64_t groups_before = history_.last_group();
  newest_at_start_ = newest_snapshot();
  older_at_start_ = snapshots().size() > 1;
  server_ = std::make_unique<SimServer>(SimServer::Seams{world_, disk_, wall_, dice_},
                                        knobs_.config, knobs_.server);
  server_->after_turn = [this] { after_turn(); };
  const Status status = server_->start();
  if (disk_.crashed()) {
    note("the power goes while it starts");
    ++counters_.recovery_crashes;
    ++counters_.crash_points;
    return end_process(kSecond);
  }
  if (!status) return refused(status.error());
  started(groups_before);
}

// It says that it cannot. Is there a reason? Then the operator sees to it, and tries again.
void Life::refused(const Error& error) {
  note("the start is refused: " + error.message);
  const std::size_t damaged = disk_.damage().size();
  const bool full = error.code == Errc::disk_full || world_.now() <= full_until_;
  if (damaged > 0) {
    if (newest_snapshot_alone_is_damaged()) {
      return truth_.complain("a start is refused where the older snapshot would do: " +
                             error.message);
    }
    ++counters_.refusals;
    counters_.damage_refused += damaged;
    put_good_copies_back();
  } else if (disk_.failing()) {
    ++counters_.io_error_ends;
  } else if (!full) {
    return truth_.complain("a start is refused, and nothing is wrong: " + error.message);
  }
  end_process(kOperatorLooks);
}

void Life::started(std::uint64_t groups_before) {
  disk_.read_well();  // errors of reading are a start's
  const std::size_t damaged = disk_.damage().size();
  Partition& partition = server_->partition();
  const WalRecovery& recovery = partition.wal_recovery();
  note(fmt::format("it starts: group {} of {}{}", recovery.last_group, groups_before,
                   recovery.torn ? ", torn" : ""));
  std::string wrong;
  if (recovery.created && groups_before > 0) {
    wrong = fmt::format("LOST: a new log was made where there were {} groups", groups_before);
  } else if (recovery.last_group < groups_before) {
    wrong = fmt::format("LOST: group {} was durable; recovery ended at group {}", groups_before,
                        recovery.last_group);
  } else {
    wrong = history_.restarted(disk_, knobs_.config.data + "/wal",
                               std::max(recovery.last_group, history_.last_group()));
  }
  const StateMachine& machine = partition.machine();
  if (wrong.empty() && machine.digest() != truth_.twin().digest()) {
    wrong = fmt::format("OTHER STATE after the start: digest {:x}, the history gives {:x}",
                        machine.digest(), truth_.twin().digest());
  }
  if (wrong.empty() && partition.hub().last_sequence() != truth_.last_sequence()) {
    wrong = fmt::format("OTHER EVENTS after the start: the stream ends at {}, the history's at {}",
                        partition.hub().last_sequence(), truth_.last_sequence());
  }
  if (wrong.empty() && damaged > 0) wrong = check_all_events(true);
  if (wrong.empty() && damaged > 0) wrong = check_snapshots();
  if (!wrong.empty() && damaged > 0) {
    wrong = fmt::format("SWALLOWED: {} damaged pages were not told, and {}", damaged, wrong);
  }
  if (!wrong.empty()) return truth_.complain(wrong);
  if (recovery.groups < recovery.last_group) ++counters_.snapshot_starts;
  counters_.damage_harmless += damaged;
  disk_.heal();
  // A start may leap to the wall clock.
  watch_.begin(world_.now(), server_->engine_now(), machine.now());
  calm_since_ = world_.now();
}

// Every event that the server keeps, against the one true stream. Those before the snapshot of a
// start are read when somebody wants them: damage is told then, and never given out.
std::string Life::check_all_events(bool damaged) {
  const EventHub& hub = server_->partition().hub();
  for (std::uint64_t next = hub.first_sequence(); next <= hub.last_sequence();) {
    const auto slice = hub.read(next, kReadBytes);
    if (!slice && damaged) {  // told; those behind it are still looked at
      ++next;
      continue;
    }
    if (!slice) return "an event that is kept cannot be read: " + slice.error().message;
    for (const std::span<const std::byte> record : slice->records) {
      const auto expected = truth_.record(next);
      if (!std::equal(record.begin(), record.end(), expected.begin(), expected.end())) {
        return fmt::format("event {} is another than it was", next);
      }
      ++next;
    }
  }
  return {};
}

// Whether a whole event lies behind this one, and all before it are: its group was durable. (Behind
// a torn one a start looks as far as it can tell a record from chance: not asked of it here.)
bool Life::events_prove_more(std::uint64_t sequence) {
  bool whole = false;
  const auto see = [&](const EventPlace& place, std::span<const std::byte>) {
    whole = place.sequence == sequence + 1;
    return true;
  };
  const auto report = examine_events(disk_, knobs_.config.data + "/events", 1, sequence + 1, see);
  return report && report->good() && whole;
}

// A damaged group that nothing intact proves looks like a torn write: by design it is cut off
// (engine/log/README.md, "What cannot be told"). No test of recovery; put back. If it made an event
// that has reached its segment, that proves it, and the start must find the damage.
void Life::put_back_what_cannot_be_proven() {
  std::set<std::uint64_t> hit;
  for (const SimDisk::Damage& damage : disk_.damage()) {
    if (damage.path.find("/wal/") == std::string::npos) continue;
    for (std::uint64_t p = damage.page; p > 0; --p) {
      const SimDisk::PagePtr page = disk_.good_page(damage.path, p);
      wal::GroupHeader header;
      if (page == nullptr || !wal::decode_group_header(*page, &header)) continue;
      const bool covers = (p * SimDisk::kPage + header.length) > damage.page * SimDisk::kPage;
      if (covers && header.number <= history_.last_group()) hit.insert(header.number);
      break;
    }
  }
  if (hit.empty()) return;
  const std::uint64_t proven =
      history_.proven_by([&](std::uint64_t group) { return !hit.contains(group); });
  if (*hit.rbegin() <= proven) return;
  if (events_prove_more(history_.events_up_to(*hit.begin() - 1))) {
    note(fmt::format("group {} is damaged, an event proves it", *hit.begin()));
    ++counters_.damage_proven_by_events;
    return;
  }
  note(fmt::format("group {} is damaged, {} is proven: put back", *hit.rbegin(), proven));
  counters_.damage_unprovable += disk_.damage().size();
  disk_.heal();
}

}  // namespace vencer::sim
