// Snapshots of a simulated life: crashes while one is taken, damage in one, and what must hold.
#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/life.h"

namespace vencer::sim {
namespace {

constexpr std::size_t kRushMost = 40;  // changes
constexpr WorldTime kRushEvery = 40 * kMinute;

}  // namespace

// By the files' names, which have the group in them: the newest last.
std::vector<std::string> Life::snapshots() const {
  std::vector<std::string> all;
  for (const std::string& path : disk_.paths()) {
    const bool snapshot = path.find("/snapshots/") != std::string::npos && path.ends_with(".snap");
    if (snapshot) all.push_back(path);
  }
  return all;
}

std::string Life::newest_snapshot() const {
  const std::vector<std::string> all = snapshots();
  return all.empty() ? std::string() : all.back();
}

void Life::flip_bits() {
  const std::string where = std::exchange(flips_in_snapshot_, false) ? newest_snapshot() : "";
  for (; flips_ > 0; --flips_) {
    if (const auto flipped = disk_.flip_a_bit(where)) {
      note(fmt::format("a bit flips in {} page {}", flipped->path, flipped->page));
    }
  }
}

// Behind each turn: has one begun? Then the desk is at its busiest, as it seldom is by chance; and
// it may be the one in which the power is to go.
void Life::watch_snapshot() {
  const bool runs = server_->partition().metrics().snapshot_running.get() != 0;
  const bool seen = std::exchange(snapshot_seen_, runs);
  if (!runs) return;
  if (!seen && work_ && world_.now() >= rush_again_at_) {
    rush_again_at_ = world_.now() + kRushEvery;  // what it logs may bring the next snapshot
    work_->rush(1 + dice_.below(kRushMost), dice_.percent(50) ? 50 * kMillisecond : 5 * kSecond);
  }
  if (crash_in_snapshot_) disk_.crash_at(*std::exchange(crash_in_snapshot_, std::nullopt));
}

// Before a run is forgotten.
void Life::count_snapshots() {
  if (server_ == nullptr || !server_->up()) return;
  const Metrics& metrics = server_->partition().metrics();
  counters_.snapshots += metrics.snapshots.get();
  counters_.snapshots_given_up += metrics.snapshot_failures.get();
  if (disk_.crashed()) counters_.snapshot_crashes += metrics.snapshot_running.get();
}

// After a start: what it came from is read to the last byte, so damage in it was told, and the file
// set aside. Older ones are read when they are needed.
std::string Life::check_snapshots() {
  const std::string newest = newest_snapshot();
  std::set<std::string> aside;
  for (const SimDisk::Damage& damage : disk_.damage()) {
    if (damage.path == newest) {
      return fmt::format("page {} of {}, from which it started, is damaged", damage.page, newest);
    }
    if (damage.path.ends_with(".damaged")) aside.insert(damage.path);
  }
  counters_.snapshots_set_aside += aside.size();
  return {};
}

// The operator's, after a refusal: bytes, and the names of what the start has set aside. Done on a
// disk that works: an error that was due would be the operator's, who would see it and try again.
void Life::put_good_copies_back() {
  disk_.calm();
  disk_.heal();
  const std::string_view aside = ".damaged";
  const std::string directory = knobs_.config.data + "/snapshots";
  for (const std::string& path : disk_.paths()) {
    if (!path.starts_with(directory) || !path.ends_with(aside)) continue;
    (void)disk_.rename(path, path.substr(0, path.size() - aside.size()));
    (void)disk_.sync_directory(directory);
  }
}

// Two are kept so that the older one does, with the log from there on. (There may be one alone: an
// error of reading has set the other aside at an earlier start.)
bool Life::newest_snapshot_alone_is_damaged() const {
  if (!older_at_start_) return false;
  for (const SimDisk::Damage& damage : disk_.damage()) {
    const bool newest = !newest_at_start_.empty() && damage.path.starts_with(newest_at_start_);
    if (!newest) return false;
  }
  return !disk_.failing() && world_.now() > full_until_;
}

}  // namespace vencer::sim
