// What goes wrong, when its time has come.
#include "tests/sim/life.h"

namespace vencer::sim {
namespace {

constexpr int kRecoveryCrashesMax = 4;

}  // namespace

void Life::happen(const Fault& fault) {
  note(tell(fault));
  ++counters_.faults;
  const bool up = server_ != nullptr && !server_->dead();
  switch (fault.kind) {
    case FaultKind::power:
      off_for_ = fault.b;
      if (up) disk_.crash_at(static_cast<std::uint64_t>(fault.a));
      break;
    case FaultKind::recovery_crash:
      for (int i = 0; i < kRecoveryCrashesMax && (i == 0 || dice_.percent(50)); ++i) {
        crashes_in_recovery_.push_back(dice_.below(static_cast<std::uint64_t>(fault.a) + 1));
      }
      [[fallthrough]];
    case FaultKind::kill:
      if (up && fault.kind == FaultKind::kill) ++counters_.kills;
      if (up) end_process(fault.b);
      break;
    case FaultKind::snapshot_crash:
      off_for_ = fault.b;
      crash_in_snapshot_ = static_cast<std::uint64_t>(fault.a);
      operator_->ask_for_snapshot();
      break;
    case FaultKind::stop:
      if (!up || disk_.crashed()) break;
      ++counters_.clean_stops;
      if (const Status stopped = server_->stop();
          !stopped && !disk_.failing() && !disk_.crashed() && world_.now() > full_until_) {
        truth_.complain("a stop fails: " + stopped.error().message);
      }
      end_process(fault.b);
      break;
    case FaultKind::step:
      ++counters_.clock_steps;
      wall_.step(fault.a * kMillisecond);
      break;
    case FaultKind::drift:
      ++counters_.clock_drifts;
      wall_.drift(fault.a);
      world_.after(fault.b, [this] { wall_.drift(0); });
      break;
    case FaultKind::starve:
      ++counters_.starved;
      calm_since_ = std::max(calm_since_, world_.now() + fault.a);
      if (up) server_->starve_shard_until(world_.now() + fault.a);
      break;
    case FaultKind::cut_one:
    case FaultKind::cut_all:
    case FaultKind::slow_reader:
    case FaultKind::resume_back:
      net_fault(fault);
      break;
    default:
      disk_fault(fault);
      break;
  }
}

void Life::disk_fault(const Fault& fault) {
  const bool up = server_ != nullptr && !server_->dead();
  switch (fault.kind) {
    case FaultKind::write_error:
    case FaultKind::write_errors:
      if (up) {
        disk_.fail_at(static_cast<std::uint64_t>(fault.a), fault.kind == FaultKind::write_errors);
      }
      break;
    case FaultKind::read_error:
      reads_until_error_ = static_cast<std::uint64_t>(fault.a);
      if (up) end_process(kSecond);
      break;
    case FaultKind::full:
      ++counters_.full_periods;
      full_until_ = world_.now() + fault.a;
      disk_.set_full(true);
      world_.after(fault.a, [this] {
        if (world_.now() >= full_until_) disk_.set_full(false);
      });
      break;
    case FaultKind::lost_write:
    case FaultKind::misdirected:
      if (!up) break;
      disk_.do_silently(fault.kind == FaultKind::lost_write ? SimDisk::Silent::lost
                                                            : SimDisk::Silent::misdirected);
      world_.after(fault.a, [this] {
        disk_.do_silently(SimDisk::Silent::none);
        if (server_ == nullptr || disk_.damage().empty()) return;
        disk_.power_off();
        server_died();
      });
      break;
    case FaultKind::bit_flips:
    case FaultKind::bad_snapshot:
      flips_ = static_cast<std::uint64_t>(fault.a);
      flips_in_snapshot_ = fault.kind == FaultKind::bad_snapshot;
      if (up) end_process(fault.b);
      break;
    default:
      break;
  }
}

void Life::net_fault(const Fault& fault) {
  std::vector<std::shared_ptr<Wire>> wires;
  for (const auto& weak : wires_) {
    if (auto wire = weak.lock(); wire != nullptr && !wire->is_cut())
      wires.push_back(std::move(wire));
  }
  if (fault.kind == FaultKind::cut_all) {
    for (const auto& wire : wires) wire->cut();
    net_.cut += wires.size();
  } else if (fault.kind == FaultKind::cut_one && !wires.empty()) {
    dice_.of(wires)->cut();
    ++net_.cut;
  }
  if (subscribers_.empty()) return;
  Subscriber& subscriber = *subscribers_[dice_.below(subscribers_.size())];
  if (fault.kind == FaultKind::slow_reader) {
    ++counters_.slow_readers;
    subscriber.fall_asleep_until(world_.now() + fault.a);
  } else if (fault.kind == FaultKind::resume_back) {
    ++counters_.streams_died;
    subscriber.hang_up();
    // Where it stood once, or at the very beginning, which may be past the retention.
    subscriber.resume_from(1 + dice_.below(subscriber.next_sequence()));
  }
}

}  // namespace vencer::sim
