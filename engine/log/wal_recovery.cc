#include "engine/log/wal_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "engine/core/assert.h"
#include "engine/log/wal_segment.h"

namespace vencer::wal {
namespace {

std::uint64_t random_word() {
  std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

SegmentHeader header_for(const Identity& identity, std::uint64_t number, Origin origin) {
  SegmentHeader header;
  header.partition = identity.partition;
  header.identity_high = identity.high;
  header.identity_low = identity.low;
  header.number = number;
  header.origin = origin;
  return header;
}

class Recovery {
 public:
  Recovery(Storage& storage, const WalOptions& options, std::vector<Segment> segments,
           WalRecovery* recovery)
      : storage_(storage), options_(options), segments_(std::move(segments)), out_(*recovery) {}

  Result<Position> run(const ReplayStep& replay) {
    Visit visit;
    visit.start = options_.start;
    visit.step = replay;
    visit.progress = options_.progress;
    auto walk = walk_chain(options_.directory, segments_, visit);
    if (!walk) return walk.error();
    walk_ = std::move(*walk);
    auto tail = look_behind(segments_, walk_, options_.progress);
    if (!tail) return tail.error();
    tail_ = std::move(*tail);
    const TailRow& row = decide(tail_.facts);
    if (row.what == TailCase::damaged) return refuse(row);
    report(row);
    if (options_.replayed) {
      if (auto status = options_.replayed(); !status) return status.error();
    }
    if (auto status = keep_rests(); !status) return status.error();
    if (auto status = sync_old_files(); !status) return status.error();
    return start_segment();
  }

 private:
  Error refuse(const TailRow& row) const {
    std::string why = fmt::format("group {} should stand here: {}", walk_.last_group + 1, row.why);
    if (tail_.facts.proven_beyond && tail_.proven_group == options_.start.group) {
      why += fmt::format(" (the snapshot ends with group {})", tail_.proven_group);
    } else if (tail_.facts.proven_beyond) {
      why += fmt::format(" (up to {})", tail_.proven_group);
    }
    if (!tail_.cut_file.empty()) why += fmt::format(" ({})", tail_.cut_file);
    if (tail_.facts.beyond_flight) why += fmt::format(" (group {})", tail_.highest_header);
    return damage(options_.directory, segments_[walk_.segment].path, walk_.offset, why);
  }

  void report(const TailRow& row) {
    const Identity identity = identity_of(segments_.front().header);
    out_.identity_high = identity.high;
    out_.identity_low = identity.low;
    out_.groups = walk_.groups;
    out_.steps = walk_.steps;
    out_.bytes = walk_.bytes;
    out_.last_group = walk_.last_group;
    out_.proven_group = tail_.proven_group;
    out_.torn = row.what == TailCase::torn;
    out_.clean = row.what == TailCase::clean;
    out_.message = fmt::format("{} groups, {} steps, {} bytes read, groups up to {} proven: {}",
                               walk_.groups, walk_.steps, walk_.bytes, tail_.proven_group, row.why);
  }

  // Evidence before repair: what lies behind v is copied aside.
  Status keep_rests() {
    for (const Tail::Rest& rest : tail_.rests) {
      const Segment& segment = segments_[rest.segment];
      std::vector<std::byte> bytes(rest.to - rest.from);
      auto got = segment.file->read_at(rest.from, bytes);
      if (!got) return got.error();
      const std::string name =
          fmt::format("wal-{:016}-at-{}.torn", segment.header.number, rest.from);
      const std::span<const std::byte> pieces[] = {std::span(bytes).first(*got)};
      if (auto status = write_whole_file(storage_, options_.directory, name, pieces, *got);
          !status) {
        return status;
      }
      const std::string path = options_.directory + "/" + name;
      if (out_.torn_file.empty()) out_.torn_file = path;
      out_.message += fmt::format("; cut after group {}, {} bytes behind it are kept in {}",
                                  walk_.last_group, *got, path);
    }
    return ok_status();
  }

  // Mode none leaves any number of groups that no sync has covered; all but the last few stay where
  // they are and are synced there. In mode sync there are none but those.
  Status sync_old_files() {
    for (const Segment& segment : segments_) {
      if (segment.last_group <= tail_.proven_group) continue;
      if (auto status = segment.file->sync(); !status) return status;
    }
    return ok_status();
  }

  // The accepted groups above the last proven one, in the order of the chain.
  Result<std::vector<std::byte>> unproven_groups(std::uint64_t* first, std::uint32_t* chain) {
    std::vector<std::byte> bytes;
    *first = walk_.last_group + 1;
    *chain = walk_.chain;
    for (const GroupPlace& place : walk_.recent) {
      if (place.header.number <= tail_.proven_group) continue;
      if (bytes.empty()) {
        *first = place.header.number;
        *chain = place.header.chain_before;
      }
      const std::size_t at = bytes.size();
      bytes.resize(at + place.header.length);
      auto got = segments_[place.segment].file->read_at(place.offset, std::span(bytes).subspan(at));
      if (!got) return got.error();
      if (*got != place.header.length ||
          !group_intact(place.header, std::span(bytes).subspan(at))) {
        return damage(options_.directory, segments_[place.segment].path, place.offset,
                      "the group was read whole before and is not now: the disk fails");
      }
    }
    return bytes;
  }

  Result<Position> start_segment() {
    // An entered segment without a group of its own is replaced, so that restarts do not pile up
    // files.
    const Segment& last = segments_[walk_.segment];
    const bool replaces = last.last_group == 0;
    SegmentHeader header =
        header_for(identity_of(last.header), last.header.number, Origin::recovery);
    if (!replaces) ++header.number;
    auto groups = unproven_groups(&header.base_group, &header.base_chain);
    if (!groups) return groups.error();
    header.proven_group = walk_.last_group;
    header.segment_bytes =
        std::max(round_up(options_.segment_bytes, kBlockBytes), 2 * kBlockBytes + groups->size());
    if (auto status = make_somehow(header, *groups); !status) return status.error();
    if (auto status = drop_old(header.number, replaces); !status) return status.error();
    Position position;
    position.identity = identity_of(header);
    position.segment = header.number;
    position.segment_bytes = header.segment_bytes;
    position.offset = kBlockBytes + groups->size();
    position.last_group = walk_.last_group;
    position.chain = walk_.chain;
    position.old = old_segments(header.number);
    return position;
  }

  // On a full disk a spare segment makes room.
  Status make_somehow(const SegmentHeader& header, std::span<const std::byte> groups) {
    Status made = make_segment(storage_, options_.directory, header, groups);
    if (made || made.error().code != Errc::disk_full) return made;
    auto names = storage_.list(options_.directory);
    if (!names) return names.error();
    for (const std::string& name : *names) {
      if (made || !parse_spare_name(name)) continue;
      if (auto status = storage_.remove(options_.directory + "/" + name); !status) return status;
      made = make_segment(storage_, options_.directory, header, groups);
    }
    return made;
  }

  // Those below `fresh`. What was not walked lies below the place where the walk began.
  std::vector<OldSegment> old_segments(std::uint64_t fresh) const {
    std::vector<OldSegment> old;
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < segments_.size() && segments_[i].header.number < fresh; ++i) {
      const Segment& segment = segments_[i];
      last = std::max(
          {last, segment.last_group, i < walk_.entry.segment ? walk_.entry.last_group : 0});
      const bool went_on = i + 1 < segments_.size() && segments_[i + 1].header.number < fresh &&
                           segments_[i + 1].header.origin == Origin::prepared;
      const bool whole = segment.size == round_up(options_.segment_bytes, kBlockBytes);
      old.push_back({segment.header.number, last, went_on && whole});
    }
    return old;
  }

  Status drop_old(std::uint64_t fresh, bool replaced) {
    bool removed = false;
    for (std::size_t i = segments_.size(); i-- > 0 && segments_[i].header.number > fresh;) {
      if (auto status = storage_.remove(segments_[i].path); !status) return status;
      removed = true;
    }
    if (removed) {
      if (auto status = storage_.sync_directory(options_.directory); !status) return status;
    }
    if (replaced) return ok_status();
    auto old = storage_.open(segments_[walk_.segment].path, OpenMode::read_write);
    if (!old) return old.error();
    return (*old)->truncate(walk_.offset);
  }

  Storage& storage_;
  const WalOptions& options_;
  std::vector<Segment> segments_;
  WalRecovery& out_;
  Walk walk_;
  Tail tail_;
};

}  // namespace

Result<Position> create_log(Storage& storage, const WalOptions& options, WalRecovery* recovery) {
  Identity identity{options.identity_high, options.identity_low, options.partition};
  if (identity.high == 0 && identity.low == 0) {
    identity.high = random_word();
    identity.low = random_word();
  }
  SegmentHeader header = header_for(identity, 1, Origin::creation);
  header.segment_bytes = round_up(options.segment_bytes, kBlockBytes);
  header.base_group = 1;
  header.base_chain = chain_seed(identity);
  if (auto status = make_segment(storage, options.directory, header, {}); !status) {
    return status.error();
  }
  recovery->created = true;
  recovery->clean = true;
  recovery->identity_high = identity.high;
  recovery->identity_low = identity.low;
  recovery->message = "a new log";
  Position position;
  position.identity = identity;
  position.segment = 1;
  position.segment_bytes = header.segment_bytes;
  position.chain = header.base_chain;
  return position;
}

Result<Position> recover_log(Storage& storage, const WalOptions& options,
                             std::vector<Segment> segments, const ReplayStep& replay,
                             WalRecovery* recovery) {
  VENCER_ASSERT(!segments.empty());
  return Recovery(storage, options, std::move(segments), recovery).run(replay);
}

}  // namespace vencer::wal
