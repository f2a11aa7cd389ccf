#include "net/server/event_encoder.h"

#include <span>
#include <utility>

#include "engine/core/event.h"
#include "engine/wire/event_record.h"
#include "engine/wire/frame.h"

namespace vencer {
namespace {

constexpr std::size_t kRememberedMax = 8;
// Of compact records a frame. Made full they are three times as much, which stays in the fast
// memory of both ends while it is written, sent and read.
constexpr std::size_t kRecordBytesMax = 32 << 10;

bool passes(const EventFilter& filter, std::span<const std::byte> record) {
  if (filter.tenant != kNoTenant && record_tenant(record) != filter.tenant) return false;
  return filter.types == 0 || (filter.types & event_bit(record_type(record))) != 0;
}

void append_with_correlation(const Bytes& frame, std::uint64_t correlation, Bytes& out) {
  if (frame.empty()) return;
  const std::size_t at = out.size();
  out.insert(out.end(), frame.begin(), frame.end());
  const auto head = std::span<std::byte, kFrameHeaderBytes>(out.data() + at, kFrameHeaderBytes);
  FrameHeader header = decode_frame_header(head);
  header.correlation = correlation;
  encode_frame_header(header, head);
}

}  // namespace

Result<EventEncoder::Step> EventEncoder::append(std::uint64_t sequence, const EventFilter& filter,
                                                std::uint64_t correlation, Bytes& out) {
  for (const Remembered& known : remembered_) {
    if (known.sequence != sequence || !(known.filter == filter)) continue;
    append_with_correlation(known.frame, correlation, out);
    return Step{known.next_sequence, !known.frame.empty()};
  }
  if (streams_ <= 1) return encode(sequence, filter, correlation, out);
  // The oldest one's memory is used again.
  Remembered fresh;
  if (remembered_.size() >= kRememberedMax) {
    fresh = std::move(remembered_.front());
    remembered_.pop_front();
    fresh.frame.clear();
  }
  const auto step = encode(sequence, filter, correlation, fresh.frame);
  if (!step) return step.error();
  append_with_correlation(fresh.frame, correlation, out);
  fresh.sequence = sequence;
  fresh.next_sequence = step->next_sequence;
  fresh.filter = filter;
  remembered_.push_back(std::move(fresh));
  return *step;
}

Result<EventEncoder::Step> EventEncoder::encode(std::uint64_t sequence, const EventFilter& filter,
                                                std::uint64_t correlation, Bytes& out) {
  const auto slice = hub_.read(sequence, kRecordBytesMax);
  if (!slice) return slice.error();
  passed_.clear();
  for (const auto record : slice->records) {
    if (passes(filter, record)) passed_.push_back(record);
  }
  const Step step{sequence + slice->records.size(), !passed_.empty()};
  if (step.any) {
    ++encoded_;
    encode_events(correlation, hub_.partition(), hub_.epoch(), passed_, step.next_sequence, out);
  }
  return step;
}

}  // namespace vencer
