#include "engine/log/event_copy.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <vector>

#include "engine/log/event_format.h"
#include "engine/log/event_verify.h"

namespace vencer {
namespace {

constexpr std::size_t kFlushBytes = 1 << 20;

// One segment after the other, each named as the one that it comes from.
class Copier {
 public:
  Copier(Storage& target, const std::string& to, const events::SegmentHeader& like,
         std::uint64_t epoch)
      : target_(target), to_(to), header_(like) {
    header_.epoch = epoch;
    seed_ = events::record_seed(header_);
  }

  Status put(const EventPlace& place, std::span<const std::byte> event) {
    if (place.path != source_) {
      if (auto status = finish(); !status) return status;
      if (auto status = begin(place); !status) return status;
    }
    events::append_record(seed_, place.sequence, event, &buffer_);
    return buffer_.size() < kFlushBytes ? ok_status() : flush();
  }

  Status finish() {
    if (file_ == nullptr) return ok_status();
    if (auto status = flush(); !status) return status;
    if (auto status = file_->sync(); !status) return status;
    file_.reset();
    return target_.sync_directory(to_);
  }

 private:
  Status begin(const EventPlace& place) {
    source_ = place.path;
    auto file =
        target_.open(to_ + "/" + events::segment_name(place.sequence), OpenMode::create_new);
    if (!file) return file.error();
    file_ = std::move(*file);
    header_.first_sequence = place.sequence;
    events::seal_header(&header_);
    at_ = sizeof header_;
    return file_->write_at(0, std::as_bytes(std::span(&header_, 1)));
  }

  Status flush() {
    if (auto status = file_->write_at(at_, buffer_); !status) return status;
    at_ += buffer_.size();
    buffer_.clear();
    return ok_status();
  }

  Storage& target_;
  const std::string& to_;
  events::SegmentHeader header_;
  std::uint32_t seed_ = 0;
  std::string source_;
  std::unique_ptr<File> file_;
  std::uint64_t at_ = 0;
  std::vector<std::byte> buffer_;
};

Result<bool> has_segments(Storage& storage, const std::string& directory) {
  if (!storage.exists(directory)) return false;
  auto names = storage.list(directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (events::parse_segment_name(name)) return true;
  }
  return false;
}

}  // namespace

Result<EventCopy> copy_events(Storage& source, const std::string& from, Storage& target,
                              const std::string& to, std::uint64_t epoch) {
  const auto there = has_segments(source, from);
  if (!there) return there.error();
  if (!*there) return EventCopy{};
  // Looked at whole before the first byte is written: what the copies' headers say stands in
  // theirs.
  const auto ignore = [](const EventPlace&, std::span<const std::byte>) { return true; };
  const auto report = examine_events(source, from, 1, UINT64_MAX, ignore);
  if (!report) return report.error();
  if (!report->good()) {
    const EventDamage& damage = report->damages.front();
    return Error{Errc::internal,
                 fmt::format("{} at byte {}: events {} to {} cannot be read: {}", damage.path,
                             damage.offset, damage.from, damage.to, damage.why)};
  }
  Copier copier(target, to, report->header, epoch);
  Status copied = ok_status();
  const auto again = examine_events(source, from, 1, UINT64_MAX,
                                    [&](const EventPlace& place, std::span<const std::byte> event) {
                                      copied = copier.put(place, event);
                                      return copied.ok();
                                    });
  if (!again) return again.error();
  if (!copied) return copied.error();
  if (auto status = copier.finish(); !status) return status.error();
  return EventCopy{report->last == 0 ? 0 : report->first, report->last};
}

}  // namespace vencer
