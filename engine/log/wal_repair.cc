#include "engine/log/wal_repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/log/wal_reader.h"
#include "engine/log/wal_segment.h"

namespace vencer {
namespace {

using wal::kBlockBytes;

class Repair {
 public:
  Repair(Storage& storage, const std::string& directory, const WalPosition& start)
      : storage_(storage), directory_(directory), start_(start) {}

  Result<WalRepair> run(bool accept_loss) {
    if (auto status = look(); !status) return status.error();
    out_.snapshot_group = start_.group;
    if (!out_.damaged) {
      out_.message = fmt::format(
          "{}: the log is not damaged, it ends with group {}; start the "
          "server, nothing was changed",
          directory_, walk_.last_group);
      return out_;
    }
    if (walk_.last_group < start_.group) return unreachable();
    if (accept_loss) {
      if (auto status = cut(); !status) return status.error();
    }
    out_.message =
        fmt::format("{} after group {}: at least {} groups behind it {} lost{}",
                    accept_loss ? "the log was cut" : "the log would be cut", walk_.last_group,
                    out_.lost_at_least, accept_loss ? "are" : "would be",
                    accept_loss ? "" : "; --accept-loss does it. Nothing was changed");
    return out_;
  }

 private:
  Status look() {
    auto loaded = wal::load_until_damage(storage_, directory_);
    if (!loaded) return loaded.error();
    segments_ = std::move(loaded->segments);
    if (segments_.empty()) {
      return loaded->damage ? *loaded->damage
                            : Error{Errc::internal, directory_ + ": there is no log here"};
    }
    behind_ = std::move(loaded->behind);
    wal::Visit visit;
    visit.start = start_;
    auto walk = wal::walk_chain(directory_, segments_, visit);
    if (!walk) return walk.error();
    walk_ = std::move(*walk);
    auto tail = wal::look_behind(segments_, walk_);
    if (!tail) return tail.error();
    tail_ = std::move(*tail);
    const wal::TailRow& row = decide(tail_.facts);
    const bool torn = row.what == wal::TailCase::damaged;
    out_.damaged = torn || loaded->damage.has_value();
    out_.last_group = walk_.last_group;
    const std::uint64_t known = std::max(tail_.proven_group, tail_.highest_header);
    out_.lost_at_least = known > walk_.last_group ? known - walk_.last_group : 0;
    if (torn) {
      out_.damage =
          wal::damage(directory_, segments_[walk_.segment].path, walk_.offset,
                      fmt::format("group {} should stand here: {}", walk_.last_group + 1, row.why))
              .message;
    } else if (loaded->damage) {
      out_.damage = loaded->damage->message;
    }
    return ok_status();
  }

  Error unreachable() const {
    return Error{Errc::internal,
                 fmt::format("{}: the log can be followed up to group {} only, and the snapshot "
                             "stands at group {}: a repair would lose what the snapshot has. "
                             "Nothing was changed. Restore a backup, or move the snapshots away "
                             "and repair again",
                             directory_, walk_.last_group, start_.group)};
  }

  // See the header: evidence first, then names from the last one down, so that what is left has no
  // gap; then the fresh segment; the old end is cut last.
  Status cut() {
    const wal::Segment& last = segments_[walk_.segment];
    for (const wal::Tail::Rest& rest : tail_.rests) {
      if (rest.segment != walk_.segment) continue;
      if (auto status = keep(last, rest.from, rest.to); !status) return status;
    }
    for (std::size_t i = segments_.size(); i-- > walk_.segment + 1;) {
      behind_.insert(behind_.begin(), wal::segment_name(segments_[i].header.number));
    }
    std::sort(behind_.begin(), behind_.end());
    for (auto name = behind_.rbegin(); name != behind_.rend(); ++name) {
      if (auto status = set_aside(*name); !status) return status;
    }
    if (auto status = drop_spares(); !status) return status;
    if (auto status = storage_.sync_directory(directory_); !status) return status;
    return start_afresh(last);
  }

  Status keep(const wal::Segment& segment, std::uint64_t from, std::uint64_t to) {
    std::vector<std::byte> bytes(to - from);
    auto got = segment.file->read_at(from, bytes);
    if (!got) return got.error();
    const std::string name = fmt::format("wal-{:016}-at-{}.lost", segment.header.number, from);
    const std::span<const std::byte> pieces[] = {std::span(bytes).first(*got)};
    out_.kept.push_back(directory_ + "/" + name);
    return wal::write_whole_file(storage_, directory_, name, pieces, *got);
  }

  Status set_aside(const std::string& name) {
    const std::string path = directory_ + "/" + name;
    out_.kept.push_back(path + ".lost");
    return storage_.rename(path, path + ".lost");
  }

  // They may hold groups numbered above the cut: nothing of them may be taken for evidence later.
  Status drop_spares() {
    auto names = storage_.list(directory_);
    if (!names) return names.error();
    for (const std::string& name : *names) {
      if (!wal::parse_spare_name(name)) continue;
      if (auto status = storage_.remove(directory_ + "/" + name); !status) return status;
    }
    return ok_status();
  }

  Status start_afresh(const wal::Segment& last) {
    wal::SegmentHeader header = last.header;
    header.format_version = wal::kFormatVersion;
    header.flags = 0;
    header.number = last.header.number + 1;
    header.origin = wal::Origin::recovery;
    header.base_group = walk_.last_group + 1;
    header.base_chain = walk_.chain;
    // What is not proven the next start writes again, as always.
    header.proven_group = std::min(walk_.last_group, tail_.proven_group);
    header.segment_bytes = 2 * kBlockBytes;  // the next start makes one of the right size
    if (auto status = make_segment(storage_, directory_, header, {}); !status) return status;
    auto old = storage_.open(last.path, OpenMode::read_write);
    if (!old) return old.error();
    return (*old)->truncate(walk_.offset);
  }

  Storage& storage_;
  const std::string& directory_;
  const WalPosition start_;
  std::vector<wal::Segment> segments_;
  std::vector<std::string> behind_;  // names that could not be loaded, or stand behind one
  wal::Walk walk_;
  wal::Tail tail_;
  WalRepair out_;
};

}  // namespace

Result<WalRepair> repair_wal(Storage& storage, const std::string& directory,
                             const WalPosition& start, bool accept_loss) {
  return Repair(storage, directory, start).run(accept_loss);
}

}  // namespace vencer
