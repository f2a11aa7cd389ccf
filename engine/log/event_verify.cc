#include "engine/log/event_verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "engine/log/event_segment.h"

namespace vencer {
namespace {

using events::RecordReader;
using events::SegmentHeader;

constexpr std::size_t kReadBytes = 1 << 20;
// How far behind a damaged record the next whole one is looked for.
constexpr std::uint64_t kLookBytes = 4 << 20;

class Examiner {
 public:
  Examiner(Storage& storage, const std::string& directory, std::uint64_t from, std::uint64_t to,
           const SeeEvent& see)
      : storage_(storage), directory_(directory), from_(from), to_(to), see_(see) {}

  Result<EventsReport> run() {
    auto names = storage_.list(directory_);
    if (!names) return names.error();
    std::vector<std::uint64_t> firsts;
    for (const std::string& name : *names) {
      if (const auto first = events::parse_segment_name(name)) firsts.push_back(*first);
    }
    if (firsts.empty()) {
      return Error{Errc::internal, directory_ + ": there are no event segments here"};
    }
    report_.first = firsts.front();
    for (std::size_t i = 0; i < firsts.size() && !enough_; ++i) {
      const std::uint64_t next = i + 1 < firsts.size() ? firsts[i + 1] : 0;
      if (next != 0 && next <= from_) continue;  // wholly below the range
      if (firsts[i] > to_) break;
      if (auto status = segment(firsts[i], next); !status) return status.error();
    }
    return std::move(report_);
  }

 private:
  // next: the first event of the segment behind it; 0: it is the last.
  Status segment(std::uint64_t first, std::uint64_t next) {
    EventsReport::Segment& segment = report_.segments.emplace_back();
    segment.path = directory_ + "/" + events::segment_name(first);
    segment.first = first;
    auto file = storage_.open(segment.path, OpenMode::read);
    if (!file) return file.error();
    auto size = (*file)->size();
    if (!size) return size.error();
    segment.bytes = *size;
    SegmentHeader header{};
    auto got = (*file)->read_at(0, std::as_writable_bytes(std::span(&header, 1)));
    if (!got) return got.error();
    const bool whole = *got == sizeof header && events::header_intact(header);
    if (!whole && next == 0) {  // made, and never synced
      report_.torn_bytes = segment.bytes;
      return ok_status();
    }
    const std::string wrong =
        whole ? complaint(header, first) : "the segment's header does not match its checksum";
    if (!wrong.empty()) {
      damage(segment.path, 0, first, next == 0 ? first : next - 1, wrong);
      return ok_status();
    }
    return records(segment, header, **file, next);
  }

  std::string complaint(const SegmentHeader& found, std::uint64_t first) {
    if (found.format_version != events::kFormatVersion) {
      return fmt::format(
          "format version {}; this build reads version {}: use the build that wrote "
          "it",
          found.format_version, events::kFormatVersion);
    }
    if (found.first_sequence != first) {
      return fmt::format("the name says event {}, the header {}", first, found.first_sequence);
    }
    if (!headed_) {
      report_.header = found;
      headed_ = true;
      return {};
    }
    const SegmentHeader& wanted = report_.header;
    if (found.identity_high != wanted.identity_high || found.identity_low != wanted.identity_low) {
      return "a segment of another log (identity differs)";
    }
    if (found.partition != wanted.partition) {
      return fmt::format("a segment of partition {}, not of {}", found.partition, wanted.partition);
    }
    if (found.epoch != wanted.epoch) {
      return fmt::format("a segment of epoch {}, not of {}", found.epoch, wanted.epoch);
    }
    return {};
  }

  Status records(EventsReport::Segment& segment, const SegmentHeader& header, File& file,
                 std::uint64_t next) {
    const std::uint32_t seed = events::record_seed(header);
    std::uint64_t at = segment.first;
    std::uint64_t offset = sizeof header;
    while (!enough_) {
      if (auto status = whole_records(segment, seed, header.epoch, &at, &offset); !status) {
        return status;
      }
      if (enough_ || (next != 0 && at >= next)) break;
      auto found = events::find_record_behind(file, segment.bytes, seed, at, offset, kLookBytes);
      if (!found) return found.error();
      if (!*found) break;
      damage(segment.path, offset, at, (*found)->sequence - 1,
             "the record does not match its checksum");
      at = (*found)->sequence;
      offset = (*found)->offset;
    }
    if (enough_) return ok_status();
    if (next == 0) {
      report_.torn_bytes = segment.bytes - std::min(segment.bytes, offset);
    } else if (at < next) {
      const bool ends = offset >= segment.bytes;
      damage(segment.path, offset, at, next - 1,
             ends ? "the file ends here, before the next segment begins"
                  : "what stands here is no record that matches its checksum");
    } else if (at > next) {
      damage(segment.path, offset, next, at - 1, "these events stand in the next segment too");
    }
    return ok_status();
  }

  // Up to the first that is not whole.
  Status whole_records(EventsReport::Segment& segment, std::uint32_t seed, std::uint64_t epoch,
                       std::uint64_t* at, std::uint64_t* offset) {
    auto file = storage_.open(segment.path, OpenMode::read);
    if (!file) return file.error();
    RecordReader reader(std::move(*file), seed, *offset, segment.bytes, kReadBytes);
    for (; !enough_; ++*at, *offset = reader.offset()) {
      auto event = reader.next(*at);
      if (!event) return event.error();
      if (!*event) break;
      if (*at > to_) {
        enough_ = true;
        break;
      }
      segment.last = report_.last = *at;
      ++report_.events;
      if (*at >= from_) enough_ = !see_({*at, segment.path, *offset, epoch}, **event);
    }
    return ok_status();
  }

  void damage(const std::string& path, std::uint64_t offset, std::uint64_t from, std::uint64_t to,
              std::string why) {
    if (report_.damages.size() == EventsReport::kDamagesKept) return;
    report_.damages.push_back({path, offset, from, to, std::move(why)});
  }

  Storage& storage_;
  const std::string& directory_;
  const std::uint64_t from_, to_;
  const SeeEvent& see_;
  EventsReport report_;
  bool headed_ = false;
  bool enough_ = false;
};

}  // namespace

Result<EventsReport> examine_events(Storage& storage, const std::string& directory,
                                    std::uint64_t from, std::uint64_t to, const SeeEvent& see) {
  return Examiner(storage, directory, from, to, see).run();
}

}  // namespace vencer
