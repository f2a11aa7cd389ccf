#include "engine/log/event_segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace vencer::events {
namespace {

constexpr std::uint64_t kLookEvents = 64;

std::string complaint(const SegmentHeader& found, const SegmentHeader& wanted) {
  if (found.format_version != wanted.format_version) {
    return fmt::format("format version {}; this build reads version {}", found.format_version,
                       wanted.format_version);
  }
  if (found.partition != wanted.partition) {
    return fmt::format("a segment of partition {}, not of {}", found.partition, wanted.partition);
  }
  if (found.identity_high != wanted.identity_high || found.identity_low != wanted.identity_low) {
    return "a segment of another log (identity differs)";
  }
  if (found.epoch != wanted.epoch) {
    return fmt::format("a segment of epoch {}, not of {}", found.epoch, wanted.epoch);
  }
  if (found.first_sequence != wanted.first_sequence) {
    return fmt::format("the name says event {}, the header {}", wanted.first_sequence,
                       found.first_sequence);
  }
  return {};
}

}  // namespace

void Segment::mark(std::uint64_t sequence, std::uint64_t offset) {
  if (marks.empty() || offset >= marks.back().offset + kMarkEveryBytes) {
    marks.push_back({sequence, offset});
  }
}

Mark Segment::mark_before(std::uint64_t sequence) const {
  const auto behind =
      std::upper_bound(marks.begin(), marks.end(), sequence,
                       [](std::uint64_t s, const Mark& mark) { return s < mark.sequence; });
  return behind == marks.begin() ? Mark{first, sizeof(SegmentHeader)} : *std::prev(behind);
}

SegmentHeader header_for(const EventLogOptions& options, std::uint64_t first) {
  SegmentHeader header;
  header.partition = options.partition;
  header.identity_high = options.identity_high;
  header.identity_low = options.identity_low;
  header.epoch = options.epoch;
  header.first_sequence = first;
  seal_header(&header);
  return header;
}

Result<Segment> load_segment(Storage& storage, const EventLogOptions& options,
                             std::uint64_t first) {
  Segment segment;
  segment.first = first;
  segment.path = options.directory + "/" + segment_name(first);
  auto file = storage.open(segment.path, OpenMode::read);
  if (!file) return file.error();
  auto size = (*file)->size();
  if (!size) return size.error();
  segment.bytes = *size;
  SegmentHeader header{};
  auto got = (*file)->read_at(0, std::as_writable_bytes(std::span(&header, 1)));
  if (!got) return got.error();
  if (*got < sizeof header || !header_intact(header)) return segment;
  const std::string wrong = complaint(header, header_for(options, first));
  if (!wrong.empty()) {
    return Error{Errc::internal, fmt::format("{}: {}. The events can be made again from the log: "
                                             "move this directory away and start",
                                             segment.path, wrong)};
  }
  segment.headed = true;
  if (options.time_of == nullptr) return segment;
  RecordReader reader(std::move(*file), record_seed(header), sizeof header, *size,
                      kFirstRecordBytes);
  auto event = reader.next(first);
  if (!event) return event.error();
  if (*event) segment.first_time = options.time_of(**event);
  return segment;
}

Status RecordReader::fill(std::size_t least) {
  const std::uint64_t want = std::max<std::uint64_t>(least, buffer_bytes_);
  buffer_.resize(std::min<std::uint64_t>(want, end_ - offset_));
  auto got = file_->read_at(offset_, buffer_);
  if (!got) return got.error();
  buffer_.resize(*got);
  at_ = offset_;
  return ok_status();
}

Result<std::optional<std::span<const std::byte>>> RecordReader::next(std::uint64_t sequence) {
  using Found = std::optional<std::span<const std::byte>>;
  if (offset_ >= end_) return Found();
  for (int attempt = 0; attempt < 3; ++attempt) {
    const std::size_t skip = std::min<std::uint64_t>(offset_ - at_, buffer_.size());
    std::size_t need = 0;
    const auto bytes = std::span<const std::byte>(buffer_).subspan(skip);
    const Found found = read_record(seed_, sequence, bytes, &need);
    if (found) {
      offset_ += need;
      record_ = bytes.first(need);
      return found;
    }
    if (bytes.size() >= need || end_ - offset_ < need) break;  // whole, but not good; or cut short
    if (auto status = fill(need); !status) return status.error();
  }
  return Found();
}

Result<std::optional<FoundRecord>> find_record_behind(File& file, std::uint64_t size,
                                                      std::uint32_t seed, std::uint64_t sequence,
                                                      std::uint64_t offset,
                                                      std::uint64_t look_bytes) {
  using Found = std::optional<FoundRecord>;
  if (offset + sizeof(RecordHeader) >= size) return Found();
  std::vector<std::byte> bytes(std::min(size - offset, look_bytes));
  auto got = file.read_at(offset, bytes);
  if (!got) return got.error();
  const auto seen = std::span<const std::byte>(bytes).first(*got);
  for (std::uint64_t skip = 8; skip + sizeof(RecordHeader) < seen.size(); skip += 8) {
    RecordHeader header;
    std::memcpy(&header, seen.data() + skip, sizeof header);
    const bool plausible = header.length != 0 && header.length <= kEventBytesMax &&
                           record_bytes(header.length) <= seen.size() - skip;
    for (std::uint64_t i = 1; plausible && i <= kLookEvents; ++i) {
      std::size_t need = 0;
      if (read_record(seed, sequence + i, seen.subspan(skip), &need)) {
        return Found({sequence + i, offset + skip});
      }
    }
  }
  return Found();
}

}  // namespace vencer::events
