#include "engine/log/wal_pool.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/log/wal_segment.h"

namespace vencer::wal {
namespace {

// A piece small enough that the file system's work on it does not hold up a synced write.
constexpr std::uint64_t kShrinkBytes = 4 << 20;

}  // namespace

SegmentPool::SegmentPool(Storage& storage, const WalOptions& options, const Position& position)
    : storage_(storage),
      options_(options),
      identity_(position.identity),
      segment_bytes_(round_up(options.segment_bytes, kBlockBytes)),
      old_(position.old.begin(), position.old.end()),
      current_(position.segment),
      current_recyclable_(position.segment_bytes == segment_bytes_) {
  count();
}

std::string SegmentPool::spare_path(std::uint64_t slot) const {
  return options_.directory + "/" + spare_name(slot);
}

std::uint64_t SegmentPool::free_slot() {
  std::uint64_t slot = 1;
  for (const std::uint64_t taken : slots_) {
    if (taken != slot) break;
    ++slot;
  }
  slots_.insert(slot);
  return slot;
}

void SegmentPool::count() {
  ready_count_.store(static_cast<std::uint32_t>(spares_.size()) + (next_ready_ ? 1 : 0),
                     std::memory_order_relaxed);
  segment_count_.store(static_cast<std::uint32_t>(old_.size()) + 1, std::memory_order_relaxed);
  full_.store(disk_full_, std::memory_order_relaxed);
}

WalRoom SegmentPool::room() const {
  WalRoom room;
  room.disk_full = full_.load(std::memory_order_relaxed);
  room.ready_segments = ready_count_.load(std::memory_order_relaxed);
  room.segments = segment_count_.load(std::memory_order_relaxed);
  return room;
}

Status SegmentPool::load() {
  auto names = storage_.list(options_.directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const auto slot = parse_spare_name(name);
    if (!slot) continue;
    auto file = storage_.open(spare_path(*slot), OpenMode::read);
    if (!file) return file.error();
    auto size = (*file)->size();
    if (!size) return size.error();
    const std::lock_guard hold(state_);
    slots_.insert(*slot);
    const bool fits = *size == segment_bytes_ && spares_.size() < options_.spare_segments_max;
    if (fits) {
      spares_.push_back(*slot);
    } else {
      doomed_.push_back({*slot, *size});
    }
  }
  const std::lock_guard hold(state_);
  count();
  return ok_status();
}

SegmentHeader SegmentPool::header_of(std::uint64_t number) const {
  SegmentHeader header;
  header.partition = identity_.partition;
  header.identity_high = identity_.high;
  header.identity_low = identity_.low;
  header.number = number;
  header.segment_bytes = segment_bytes_;
  header.origin = Origin::prepared;
  return header;
}

Status SegmentPool::make_next() {
  std::uint64_t number = 0, slot = 0;
  {
    const std::lock_guard hold(state_);
    if (next_ready_) return ok_status();
    number = current_ + 1;
    if (!spares_.empty()) slot = spares_.back();
  }
  Status made =
      slot == 0 ? make_segment(storage_, options_.directory, header_of(number), {})
                : reuse_segment(storage_, options_.directory, spare_name(slot), header_of(number));
  if (!made) return made;
  const std::lock_guard hold(state_);
  if (slot != 0) {
    spares_.pop_back();
    slots_.erase(slot);
  }
  next_ready_ = true;
  count();
  return ok_status();
}

Status SegmentPool::make_spare() {
  std::uint64_t slot = 0;
  {
    const std::lock_guard hold(state_);
    slot = free_slot();
  }
  Status made =
      write_whole_file(storage_, options_.directory, spare_name(slot), {}, segment_bytes_);
  const std::lock_guard hold(state_);
  if (made) {
    spares_.push_back(slot);
  } else {
    slots_.erase(slot);
  }
  count();
  return made;
}

Status SegmentPool::shrink_doomed() {
  Doomed one{};
  {
    const std::lock_guard hold(state_);
    one = doomed_.back();
  }
  const std::string path = spare_path(one.slot);
  if (one.bytes > kShrinkBytes) {
    one.bytes -= kShrinkBytes;
    auto file = storage_.open(path, OpenMode::read_write);
    if (!file) return file.error();
    if (auto status = (*file)->truncate(one.bytes); !status) return status;
    const std::lock_guard hold(state_);
    doomed_.back() = one;
    return ok_status();
  }
  if (auto status = storage_.remove(path); !status) return status;
  const std::lock_guard hold(state_);
  slots_.erase(one.slot);
  doomed_.pop_back();
  return ok_status();
}

Result<std::uint64_t> SegmentPool::next(std::uint64_t last_group) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    {
      const std::lock_guard hold(state_);
      if (next_ready_) {
        old_.push_back({current_, last_group, current_recyclable_});
        current_recyclable_ = true;
        next_ready_ = false;
        ++current_;
        count();
        return current_;
      }
    }
    const std::lock_guard busy(work_);  // maintenance may be about to have it ready
    if (auto status = make_next(); !status) return status.error();
  }
  return Error{Errc::internal, "the next log segment was made and is gone again"};
}

Result<bool> SegmentPool::tend() {
  const std::lock_guard busy(work_);
  bool next = false, spare = false, doomed = false;
  {
    const std::lock_guard hold(state_);
    next = !next_ready_;
    spare = spares_.size() < options_.spare_segments;
    doomed = !doomed_.empty();
  }
  // What is given back may be what a spare one needs.
  Status done = ok_status();
  if (next) {
    done = make_next();
  } else if (doomed) {
    done = shrink_doomed();
  } else if (spare) {
    done = make_spare();
  } else {
    return false;
  }
  const std::lock_guard hold(state_);
  if (!done) {
    disk_full_ = disk_full_ || done.error().code == Errc::disk_full;
  } else if (next_ready_ && spares_.size() >= options_.spare_segments) {
    disk_full_ = false;
  }
  count();
  if (!done) return done.error();
  return true;
}

std::optional<FullSegment> SegmentPool::oldest_below(std::uint64_t group) const {
  const std::lock_guard hold(state_);
  if (old_.empty() || old_.front().last_group >= group) return std::nullopt;
  return FullSegment{segment_name(old_.front().number), old_.front().last_group};
}

Status SegmentPool::release_below(std::uint64_t group) {
  const std::lock_guard busy(work_);
  std::vector<std::pair<OldSegment, std::uint64_t>> taken;  // and its slot
  {
    const std::lock_guard hold(state_);
    for (const OldSegment& segment : old_) {
      if (segment.last_group >= group) break;
      // A start wrote the same last group again into the next segment. Who releases one segment
      // after the other, as the archiver does, has not had that one yet: it goes with the next
      // call.
      const bool again = !taken.empty() && taken.back().first.last_group == segment.last_group;
      if (again && segment.last_group + 1 == group) break;
      taken.emplace_back(segment, free_slot());
    }
  }
  if (taken.empty()) return ok_status();
  for (const auto& [segment, slot] : taken) {
    const std::string from = segment_path(options_.directory, segment.number);
    if (auto status = storage_.rename(from, spare_path(slot)); !status) return status;
  }
  if (auto status = storage_.sync_directory(options_.directory); !status) return status;
  const std::lock_guard hold(state_);
  for (const auto& [segment, slot] : taken) {
    old_.pop_front();
    if (segment.recyclable && spares_.size() < options_.spare_segments_max) {
      spares_.push_back(slot);
    } else {
      doomed_.push_back({slot, segment_bytes_});
    }
  }
  count();
  return ok_status();
}

}  // namespace vencer::wal
