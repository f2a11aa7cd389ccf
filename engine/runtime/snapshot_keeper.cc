#include "engine/runtime/snapshot_keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/log/wal_format.h"
#include "engine/runtime/logging.h"

namespace vencer {
namespace {

using Phase = SnapshotExchange::Phase;
using std::chrono::milliseconds;

constexpr milliseconds kTidyEvery{5};
constexpr milliseconds kLookEvery{1000};
constexpr std::chrono::seconds kArchiveRetryEvery{30};
constexpr std::uint32_t kTellEveryPercent = 10;

std::uint64_t ms_between(SteadyTime from, SteadyTime to) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(to - from).count());
}

}  // namespace

SnapshotKeeper::SnapshotKeeper(const SnapshotPlan& plan, const Seams& seams)
    : plan_(plan),
      storage_(seams.storage),
      wal_(seams.wal),
      events_(seams.events),
      exchange_(seams.exchange),
      metrics_(seams.metrics),
      clock_(seams.clock),
      hold_(seams.hold),
      on_fatal_(seams.on_fatal),
      removal_(seams.storage, plan.directory) {
  if (!plan_.archive.archive.empty()) {
    archiver_ = std::make_unique<SegmentArchiver>(storage_, wal_, plan_.archive);
  }
}

Status SnapshotKeeper::start(std::vector<snapshot::SnapshotInfo> kept,
                             std::uint64_t replayed_bytes) {
  replayed_bytes_ = replayed_bytes;
  last_begin_ = clock_.steady_now();
  for (const snapshot::SnapshotInfo& info : kept) {
    if (kept_.size() < kKept) {
      kept_.push_back({info.path, info.header.group});
    } else {
      removal_.take(info.path);
    }
  }
  if (!kept.empty()) last_bytes_ = kept.front().trailer.file_bytes;
  return removal_.find_leftovers();
}

int SnapshotKeeper::do_work() {
  int done = tidy();
  paced_ = false;
  switch (exchange_.phase()) {
    case Phase::idle:
      return done + watch();
    case Phase::walking:
    case Phase::walked:
      return done + write_down();
    case Phase::dropped:
      if (!failed_) failed_ = Error{Errc::overloaded, exchange_.drop_reason()};
      end(*std::exchange(failed_, std::nullopt));
      return done + 1;
    default:  // asked, cancelled: the shard's turn
      return done;
  }
}

SteadyTime SnapshotKeeper::wake_at() const {
  return paced_ ? std::min(next_tidy_, next_write_) : next_tidy_;
}

// Old files and what else has time, a step every few milliseconds.
int SnapshotKeeper::tidy() {
  const SteadyTime now = clock_.steady_now();
  if (now < next_tidy_) return 0;
  next_tidy_ = now + (events_.write_out() ? kTidyEvery : kLookEvery);
  if (hold_.held()) return 0;
  for (const auto& step : {removal_.step(), events_.tidy(), give_up_log(now)}) {
    if (!step) {
      log_line(LogLevel::error, "old files could not be looked after",
               {{"error", step.error().message}});
    } else if (*step) {
      next_tidy_ = now + kTidyEvery;
    }
  }
  return 0;  // wake_at() says when to come back
}

// The log below the older snapshot. True: there is more to do.
Result<bool> SnapshotKeeper::give_up_log(SteadyTime now) {
  if (log_wanted_from_ == 0 || now < archive_retry_at_) return false;
  if (archiver_ == nullptr) {
    const Status released = wal_.release_below(std::exchange(log_wanted_from_, 0));
    if (!released) return released.error();
    return false;
  }
  const auto more = archiver_->step(log_wanted_from_);
  metrics_.log_archived.set(archiver_->archived());
  if (!more) {
    metrics_.log_archive_failures.add();
    archive_retry_at_ = now + kArchiveRetryEvery;
    return Error{more.error().code, "a log segment could not be archived and stays in the log: " +
                                        more.error().message};
  }
  if (!*more) log_wanted_from_ = 0;
  return more;
}

bool SnapshotKeeper::due(SteadyTime now) const {
  const std::uint64_t grown = wal_.written_bytes() - log_bytes_at_begin_ + replayed_bytes_;
  if (grown == 0) return false;
  if (plan_.log_bytes > 0 && grown >= std::max(plan_.log_bytes, last_bytes_)) return true;
  return plan_.every_ms > 0 && now - last_begin_ >= milliseconds(plan_.every_ms);
}

int SnapshotKeeper::watch() {
  if (!due(clock_.steady_now())) return 0;
  return exchange_.try_ask() ? 1 : 0;
}

int SnapshotKeeper::write_down() {
  if (failed_) return 0;  // the shard has yet to let go
  if (writer_ == nullptr) {
    begun_ = exchange_.begun();
    if (begun_.mark == nullptr || !begun_.mark->known()) return 0;  // the commit role notifies
    if (Status opened = open_file(begun_); !opened) {
      fail(opened.error());
      return 1;
    }
  }
  const SteadyTime now = clock_.steady_now();
  paced_ = now < next_write_;
  if (paced_) return 0;
  const bool walked = exchange_.phase() == Phase::walked;  // before looking for a last buffer
  auto buffer = exchange_.next_buffer();
  if (!buffer) return walked ? complete() : 0;
  if (plan_.bytes_per_second > 0) {
    next_write_ = std::max(next_write_, now - kTidyEvery) +
                  std::chrono::nanoseconds(buffer->size() * 1'000'000'000 / plan_.bytes_per_second);
  }
  const Status written = write_buffer(*buffer);
  exchange_.give_back(std::move(*buffer));
  if (!written) {
    fail(written.error());
  } else {
    report_progress();
  }
  return 1;
}

Status SnapshotKeeper::open_file(const SnapshotExchange::Begun& begun) {
  snapshot::FileHeader header;
  header.partition = plan_.partition;
  header.identity_high = plan_.identity_high;
  header.identity_low = plan_.identity_low;
  header.semantics_version = wal::kSemanticsVersion;
  header.epoch = plan_.epoch;
  header.group = begun.mark->position().group;
  header.chain = begun.mark->position().chain;
  header.event_sequence = begun.event_sequence;
  header.now = begun.now;
  group_ = header.group;
  began_at_ = clock_.steady_now();
  next_write_ = began_at_;
  last_begin_ = began_at_;
  written_bytes_at_begin_ = wal_.written_bytes();
  told_percent_ = 0;
  metrics_.snapshot_running.set(1);
  metrics_.snapshot_percent.set(0);
  auto writer = snapshot::SnapshotWriter::start(storage_, plan_.directory, header);
  if (!writer) return writer.error();
  writer_ = std::move(*writer);
  log_line(LogLevel::info, "a snapshot is being taken",
           {{"file", writer_->path()}, {"tickets", begun.tickets}, {"group", group_}});
  return ok_status();
}

Status SnapshotKeeper::write_buffer(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto block = bytes.first(std::min(bytes.size(), snapshot::kBlockPayloadMax));
    if (Status added = writer_->add(block); !added) return added;
    bytes = bytes.subspan(block.size());
  }
  return ok_status();
}

void SnapshotKeeper::report_progress() {
  const std::uint32_t percent = exchange_.percent();
  metrics_.snapshot_percent.set(percent);
  if (percent < told_percent_ + kTellEveryPercent) return;
  told_percent_ = percent / kTellEveryPercent * kTellEveryPercent;
  log_line(LogLevel::info, "the snapshot goes on",
           {{"percent", told_percent_}, {"bytes", writer_->file_bytes()}});
}

// What the file rests on first, then its name.
int SnapshotKeeper::complete() {
  auto event_crc = events_.sync_through(begun_.event_sequence);
  if (!event_crc && events_.sync_failed()) on_fatal_(event_crc.error());
  Status done = event_crc ? writer_->finish(begun_.tickets, *event_crc) : Status(event_crc.error());
  if (!done) {
    fail(done.error());
    return 1;
  }
  SnapshotTaken taken;
  taken.file = writer_->path();
  taken.bytes = writer_->file_bytes();
  taken.tickets = begun_.tickets;
  taken.took_ms = ms_between(began_at_, clock_.steady_now());
  taken.group = group_;
  taken.event_sequence = begun_.event_sequence;
  log_bytes_at_begin_ = written_bytes_at_begin_;
  replayed_bytes_ = 0;
  last_bytes_ = taken.bytes;
  metrics_.snapshots.add();
  metrics_.snapshot_bytes.set(taken.bytes);
  metrics_.snapshot_ms.set(taken.took_ms);
  metrics_.snapshot_at.set(static_cast<std::uint64_t>(begun_.now));
  log_line(LogLevel::info, "the snapshot is complete",
           {{"file", taken.file},
            {"bytes", taken.bytes},
            {"tickets", taken.tickets},
            {"took_ms", taken.took_ms}});
  keep({taken.file, group_});
  end(std::move(taken));
  return 1;
}

// Two stay; the log is wanted from the older one on. With one alone the whole log stays: it is what
// there is if that one turns out to be damaged.
void SnapshotKeeper::keep(Kept fresh) {
  std::erase_if(kept_, [&](const Kept& one) { return one.path == fresh.path; });
  kept_.insert(kept_.begin(), std::move(fresh));
  while (kept_.size() > kKept) {
    removal_.take(kept_.back().path);
    kept_.pop_back();
  }
  if (kept_.size() < kKept) return;
  log_wanted_from_ = kept_.back().group;
  next_tidy_ = {};
}

// Of the file being written: it goes, and the shard is told.
void SnapshotKeeper::fail(const Error& error) {
  failed_ = error;
  exchange_.cancel();
}

void SnapshotKeeper::end(Result<SnapshotTaken> result) {
  if (!result) {
    metrics_.snapshot_failures.add();
    // Not again at once: the disk may be full.
    log_bytes_at_begin_ = wal_.written_bytes();
    last_begin_ = clock_.steady_now();
    log_line(LogLevel::error, "the snapshot was given up; the one before stays",
             {{"error", result.error().message}});
    if (writer_ != nullptr) (void)writer_->abandon();
  }
  writer_.reset();
  begun_ = {};
  metrics_.snapshot_running.set(0);
  exchange_.finish(std::move(result));
}

}  // namespace vencer
