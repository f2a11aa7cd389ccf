#include "engine/log/wal_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace vencer::wal {
namespace {

// Hands on the steps of an intact group. False: the steps do not fill it as its header says, which
// no disk does (the CRC holds): the writer was wrong.
Result<bool> replay_group(std::span<const std::byte> group, const GroupHeader& header,
                          const ReplayStep& replay) {
  std::size_t at = sizeof(GroupHeader);
  for (std::uint32_t i = 0; i < header.steps; ++i) {
    StepHeader step;
    if (header.used - at < sizeof step) return false;
    std::memcpy(&step, group.data() + at, sizeof step);
    at += sizeof step;
    const std::uint64_t padded = round_up(step.payload_bytes, 8);
    if (header.used - at < padded) return false;
    StepRecord record;
    record.kind = step.kind;
    record.frame_type = step.frame_type;
    record.now = step.now;
    record.principal = step.principal;
    record.argument = step.argument;
    record.payload = group.subspan(at, step.payload_bytes);
    record.name = {header.number, i + 1};
    record.group_chain = header.chain;
    if (replay) {
      if (auto status = replay(record); !status) return status.error();
    }
    at += padded;
  }
  return at == header.used;
}

bool follows_on(const GroupHeader& header, const Identity& identity, std::uint64_t number,
                std::uint32_t chain) {
  return identity_of(header) == identity && header.number == number &&
         header.chain_before == chain && header.durable < header.number;
}

// How far the reading has come in the files from segment `first` on.
class Shown {
 public:
  Shown(ReadProgress* progress, const std::vector<Segment>& segments, std::size_t first)
      : progress_(progress), segments_(segments), in_all_(bytes_from(segments, first)) {
    if (progress_ != nullptr) progress_->expect(in_all_);
  }
  // Everything before this place has been read.
  void enter(std::size_t segment) { before_ = in_all_ - bytes_from(segments_, segment); }
  void read_to(std::uint64_t offset) const {
    if (progress_ != nullptr) progress_->read_to(before_ + offset);
  }
  void finish() const {
    if (progress_ != nullptr) progress_->finish();
  }

 private:
  ReadProgress* progress_;
  const std::vector<Segment>& segments_;
  std::uint64_t in_all_;
  std::uint64_t before_ = 0;
};

class Walker {
 public:
  Walker(const std::string& directory, std::vector<Segment>& segments, const Visit& visit)
      : directory_(directory), segments_(segments), visit_(visit) {
    identity_ = identity_of(segments.front().header);
    walk_.proven_group = visit.start.group;
  }

  Result<Walk> run() {
    auto entry = find_entry(directory_, segments_, visit_);
    if (!entry) return entry.error();
    walk_.entry = *entry;
    walk_.last_group = entry->last_group;
    walk_.chain = entry->chain;
    walk_.segment = entry->segment;
    walk_.offset = entry->offset;
    if (entry->offset > kBlockBytes) segments_[entry->segment].last_group = entry->last_group;
    if (auto status = check_place(entry->segment, kBlockBytes); !status) return status.error();
    shown_.emplace(visit_.progress, segments_, entry->segment);
    walk_.proven_group =
        std::max(walk_.proven_group, segments_[entry->segment].header.proven_group);
    for (std::size_t i = entry->segment; i < segments_.size(); ++i) {
      auto entered = i == entry->segment ? Result<bool>(true) : enter(i);
      if (!entered) return entered.error();
      if (!*entered) break;
      if (auto status = read(i); !status) return status.error();
    }
    return std::move(walk_);
  }

 private:
  std::uint64_t next() const { return walk_.last_group + 1; }

  // Whether the chain goes on in segment i as far as its header knows.
  Result<bool> enter(std::size_t i) {
    const SegmentHeader& header = segments_[i].header;
    if (header.base_group == 0) return true;
    if (next() < header.base_group) return false;  // look_behind() says what that means
    if (header.base_group != next() || header.base_chain != walk_.chain) {
      return damage(directory_, segments_[i].path, 0,
                    fmt::format("the segment continues another chain than ends in group {}",
                                walk_.last_group));
    }
    walk_.proven_group = std::max(walk_.proven_group, header.proven_group);
    walk_.segment = i;
    walk_.offset = kBlockBytes;
    return true;
  }

  Status read(std::size_t i) {
    Segment& segment = segments_[i];
    Window window(*segment.file, segment.size);
    shown_->enter(i);
    std::uint64_t offset = i == walk_.entry.segment ? walk_.entry.offset : kBlockBytes;
    while (next() < segment.stop_before) {
      auto block = window.view(offset, kBlockBytes);
      if (!block) return block.error();
      GroupHeader header;
      if (!decode_group_header(*block, &header) || !follows(header)) break;
      auto group = window.view(offset, header.length);
      if (!group) return group.error();
      if (!group_intact(header, *group)) break;
      if (auto status = accept(i, offset, header, *group); !status) return status;
      offset += header.length;
      shown_->read_to(offset);
    }
    return ok_status();
  }

  bool follows(const GroupHeader& header) const {
    return follows_on(header, identity_, next(), walk_.chain);
  }

  Status check_place(std::size_t i, std::uint64_t offset) const {
    return check_passes(segments_[i], offset, visit_.start, {walk_.last_group, walk_.chain});
  }

  Status accept(std::size_t i, std::uint64_t offset, const GroupHeader& header,
                std::span<const std::byte> group) {
    if (header.semantics_version != kSemanticsVersion) {
      return Error{
          Errc::internal,
          fmt::format("{} at byte {}: group {} has semantics version {}; this build replays "
                      "version {} only: use the build that wrote it",
                      segments_[i].path, offset, header.number, header.semantics_version,
                      kSemanticsVersion)};
    }
    if (header.number > visit_.start.group) {
      if (auto status = hand_on(i, offset, header, group); !status) return status;
    }
    segments_[i].last_group = header.number;
    walk_.last_group = header.number;
    walk_.proven_group = std::max(walk_.proven_group, header.durable);
    walk_.chain = header.chain;
    walk_.last_is_seal = header.steps == 0;
    walk_.segment = i;
    walk_.offset = offset + header.length;
    walk_.recent.push_back({i, offset, header});
    if (walk_.recent.size() > limits::groups_in_flight_max) walk_.recent.pop_front();
    return check_place(i, offset);
  }

  Status hand_on(std::size_t i, std::uint64_t offset, const GroupHeader& header,
                 std::span<const std::byte> group) {
    if (visit_.group) {
      if (auto status = visit_.group({i, offset, header}, group); !status) return status;
    }
    auto whole = replay_group(group, header, visit_.step);
    if (!whole) return whole.error();
    if (!*whole) {
      return damage(directory_, segments_[i].path, offset,
                    fmt::format("the steps of group {} do not fill it", header.number));
    }
    ++walk_.groups;
    walk_.steps += header.steps;
    walk_.bytes += header.length;
    return ok_status();
  }

  const std::string& directory_;
  std::vector<Segment>& segments_;
  const Visit& visit_;
  std::optional<Shown> shown_;
  Identity identity_;
  Walk walk_;
};

// Each byte equals the one before it, and the first is zero.
bool all_zero(std::span<const std::byte> bytes) {
  return bytes.empty() || (bytes[0] == std::byte{0} &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

// Where a segment was used before, what lies behind the groups is no evidence of a write: older
// groups, or the middle of one. But a block that is nearly the header of one of the next groups is.
bool resembles_next(std::span<const std::byte> block, const Identity& identity, const Walk& walk) {
  GroupHeader header;
  if (block.size() < sizeof header) return false;
  std::memcpy(&header, block.data(), sizeof header);
  const int alike = (header.magic == kGroupMagic) + (header.format_version == kFormatVersion) +
                    (header.identity_high == identity.high) +
                    (header.identity_low == identity.low) +
                    (header.partition == identity.partition);
  const bool numbered = header.number > walk.last_group &&
                        header.number <= walk.last_group + limits::groups_in_flight_max;
  return alike >= 4 && (numbered || header.chain_before == walk.chain);
}

// Reads segment i from `offset` to its end, block by block.
Status scan(const Segment& segment, std::size_t i, std::uint64_t offset, const Walk& walk,
            const Shown& shown, Tail* tail) {
  Window window(*segment.file, segment.size);
  Tail::Rest rest{i, 0, 0};
  for (; offset < segment.size; offset += kBlockBytes) {
    auto block = window.view(offset, kBlockBytes);
    if (!block) return block.error();
    shown.read_to(offset);
    if (all_zero(*block)) continue;
    GroupHeader header;
    const bool ours =
        decode_group_header(*block, &header) && identity_of(header) == identity_of(segment.header);
    const bool later = ours && header.number > walk.last_group;
    if (!segment.header.recycled() || later ||
        (!ours && resembles_next(*block, identity_of(segment.header), walk))) {
      const std::uint64_t end = later ? offset + header.length : offset + block->size();
      if (rest.to == 0) rest.from = offset;
      rest.to = std::max(rest.to, std::min(end, segment.size));
    }
    if (!ours) continue;
    tail->proven_group = std::max(tail->proven_group, header.durable);
    if (!later) continue;
    if (tail->headers.size() < Tail::kHeadersKept) tail->headers.push_back({i, offset, header});
    tail->highest_header = std::max(tail->highest_header, header.number);
    if ((header.flags & kGroupUnsynced) == 0) tail->facts.all_unsynced = false;
  }
  if (rest.to != 0) tail->rests.push_back(rest);
  return ok_status();
}

}  // namespace

Result<Walk> walk_chain(const std::string& directory, std::vector<Segment>& segments,
                        const Visit& visit) {
  return Walker(directory, segments, visit).run();
}

Result<bool> chain_goes_on(std::vector<Segment>& segments, const Walk& walk) {
  const Identity identity = identity_of(segments.front().header);
  const std::pair<std::size_t, std::uint64_t> places[] = {{walk.segment, walk.offset},
                                                          {walk.segment + 1, kBlockBytes}};
  for (const auto& [i, offset] : places) {
    if (i >= segments.size() || walk.last_group + 1 >= segments[i].stop_before) continue;
    Window window(*segments[i].file, segments[i].size);
    auto block = window.view(offset, kBlockBytes);
    if (!block) return block.error();
    GroupHeader header;
    if (!decode_group_header(*block, &header)) continue;
    if (!follows_on(header, identity, walk.last_group + 1, walk.chain)) continue;
    auto group = window.view(offset, header.length);
    if (!group) return group.error();
    if (group_intact(header, *group)) return true;
  }
  return false;
}

Result<Tail> look_behind(std::vector<Segment>& segments, const Walk& walk, ReadProgress* progress) {
  Tail tail;
  tail.proven_group = walk.proven_group;
  tail.facts.all_unsynced = true;
  Shown shown(progress, segments, walk.entry.segment);
  for (std::size_t i = walk.segment; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    if (segment.size < segment.header.segment_bytes && !tail.facts.cut_short) {
      tail.facts.cut_short = true;
      tail.cut_file = fmt::format("{}: {} bytes, made with {}", segment.path, segment.size,
                                  segment.header.segment_bytes);
    }
    if (i > walk.segment) {
      tail.proven_group = std::max(tail.proven_group, segment.header.proven_group);
    }
    const std::uint64_t from = i == walk.segment ? walk.offset : kBlockBytes;
    shown.enter(i);
    if (auto status = scan(segment, i, from, walk, shown, &tail); !status) return status.error();
    if (tail.proven_group > walk.last_group) break;  // no more is needed to refuse
  }
  shown.finish();
  const std::uint64_t in_flight = walk.last_group + limits::groups_in_flight_max;
  tail.facts.proven_beyond = tail.proven_group > walk.last_group;
  tail.facts.beyond_flight = tail.highest_header > in_flight;
  tail.facts.rest = !tail.rests.empty();
  tail.facts.proven =
      walk.last_group == 0 || walk.last_is_seal || tail.proven_group >= walk.last_group;
  return tail;
}

}  // namespace vencer::wal
