#include "engine/log/wal_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/core/assert.h"
#include "engine/log/wal_segment.h"

namespace vencer::wal {

WalWriter::WalWriter(Storage& storage, const WalOptions& options, const Position& position)
    : storage_(storage),
      options_(options),
      identity_(position.identity),
      segment_bytes_(position.segment_bytes),
      offset_(position.offset),
      last_group_(position.last_group),
      complete_(position.last_group),
      proven_(position.last_group),
      claimed_(position.last_group),
      chain_(position.chain),
      submitted_(position.last_group),
      pool_(storage, options_, position) {
  finished_.reserve(done_.size());
}

Result<std::unique_ptr<Wal>> WalWriter::start(Storage& storage, const WalOptions& options,
                                              const Position& position) {
  std::unique_ptr<WalWriter> writer(new WalWriter(storage, options, position));
  if (auto status = writer->pool_.load(); !status) return status.error();
  if (auto status = writer->open_segment(position.segment); !status) return status.error();
  return std::unique_ptr<Wal>(std::move(writer));
}

// A write that failed may be on the disk, in part or whole, and a retry may seem to succeed when it
// did not: nothing goes after it.
Error WalWriter::poison(Error error) {
  error.message = fmt::format("the log takes no more after a failed write: {}", error.message);
  failed_ = error;
  return error;
}

Status WalWriter::open_segment(std::uint64_t number) {
  const bool sync = options_.durability == Durability::sync;
  auto file = storage_.open(segment_path(options_.directory, number),
                            sync ? OpenMode::direct_sync : OpenMode::read_write);
  if (!file) return file.error();
  file_ = std::move(*file);
  if (event_ >= 0) (void)write_apart(event_);  // if not: at once, which is right, too
  return ok_status();
}

bool WalWriter::write_apart(int event) {
  event_ = event;
  return options_.durability == Durability::sync && file_->write_apart(event);
}

Status WalWriter::next_segment() {
  if (auto status = drain(); !status) return status;
  // Mode none: what is unsynced lies in the segment being written only, so that a seal can sync it.
  if (options_.durability == Durability::none) {
    if (auto status = file_->sync(); !status) return status;
    proven_ = last_group_;
  }
  auto number = pool_.next(last_group_);
  if (!number) return number.error();
  segment_bytes_ = round_up(options_.segment_bytes, kBlockBytes);
  offset_ = kBlockBytes;
  return open_segment(*number);
}

Status WalWriter::write(Group& group) {
  const std::span<std::byte> bytes = group.impl().padded();
  const std::uint64_t room = round_up(options_.segment_bytes, kBlockBytes) - kBlockBytes;
  if (bytes.size() > kGroupLengthMax || bytes.size() > room) {
    return Error{Errc::limit,
                 fmt::format("a group of {} bytes; the log takes {} at most", bytes.size(),
                             std::min<std::uint64_t>(kGroupLengthMax, room))};
  }
  if (offset_ + bytes.size() > segment_bytes_) {
    if (auto status = next_segment(); !status) return status;
  }
  GroupHeader header;
  header.identity_high = identity_.high;
  header.identity_low = identity_.low;
  header.partition = identity_.partition;
  header.steps = group.steps();
  header.number = last_group_ + 1;
  header.durable = proven_;
  header.length = static_cast<std::uint32_t>(bytes.size());
  header.used = static_cast<std::uint32_t>(group.bytes() + sizeof header);
  header.flags = options_.durability == Durability::none ? kGroupUnsynced : 0;
  header.chain_before = chain_;
  seal_group(&header, bytes);
  file_->begin_write(header.number, offset_, bytes);
  offset_ += bytes.size();
  chain_ = header.chain;
  claimed_ = header.durable;
  last_group_ = header.number;
  last_is_seal_ = header.steps == 0;
  written_.fetch_add(bytes.size(), std::memory_order_relaxed);
  return ok_status();
}

bool WalWriter::can_begin() const {
  const std::uint64_t most =
      std::clamp<std::uint64_t>(options_.groups_in_flight, 1, limits::groups_in_flight_max);
  return last_group_ - complete_ < most;
}

Result<WalPosition> WalWriter::begin(Group& group) {
  VENCER_ASSERT(can_begin());
  if (failed_) return *failed_;
  if (auto status = write(group); !status) return failed_ ? *failed_ : poison(status.error());
  return position();
}

Result<std::uint64_t> WalWriter::poll(bool wait) {
  if (failed_) return *failed_;
  if (auto status = take_done(wait); !status) return status.error();
  return complete_;
}

Status WalWriter::take_done(bool wait) {
  const std::uint64_t before = complete_;
  while (complete_ < last_group_) {
    finished_.clear();
    file_->poll_writes(wait, &finished_);
    for (const WriteDone& one : finished_) {
      if (!one.status) return poison(one.status.error());
      VENCER_ASSERT(one.token > complete_ && one.token <= last_group_);
      done_[one.token % done_.size()] = true;
    }
    while (complete_ < last_group_ && done_[(complete_ + 1) % done_.size()]) {
      done_[++complete_ % done_.size()] = false;
    }
    if (!wait || complete_ > before) break;
  }
  if (options_.durability == Durability::sync) proven_ = complete_;
  submitted_.store(complete_, std::memory_order_release);
  return ok_status();
}

Status WalWriter::drain() {
  while (complete_ < last_group_) {
    if (auto status = take_done(true); !status) return status;
  }
  return ok_status();
}

Result<WalPosition> WalWriter::submit(Group& group) {
  while (!can_begin()) {
    if (auto polled = poll(true); !polled) return polled.error();
  }
  if (auto begun = begin(group); !begun) return begun;
  if (auto status = drain(); !status) return status.error();
  return position();
}

Status WalWriter::seal() {
  if (failed_) return *failed_;
  if (auto status = drain(); !status) return status;
  if (sealed()) return ok_status();
  const bool none = options_.durability == Durability::none;
  if (none) {
    if (auto status = file_->sync(); !status) return poison(status.error());
    proven_ = last_group_;
  }
  seal_.clear();
  if (auto submitted = submit(seal_); !submitted) return submitted.error();
  if (none) {
    if (auto status = file_->sync(); !status) return poison(status.error());
  }
  return ok_status();
}

}  // namespace vencer::wal
