#include "net/server/event_encoder.h"

#include <span>
#include <utility>

#include "engine/core/event.h"
#include "engine/wire/event_record.h"
#include "engine/wire/frame.h"

namespace vencer {
namespace {

constexpr std::size_t kRememberedMax = 8;
// Of compact records a frame: made full they stay below the largest frame that a client takes.
constexpr std::size_t kRecordBytesMax = 128 << 10;

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
  auto slice = hub_.read(sequence, kRecordBytesMax);
  if (!slice) return slice.error();
  Remembered fresh;
  fresh.sequence = sequence;
  fresh.next_sequence = sequence + slice->records.size();
  fresh.filter = filter;
  std::vector<std::span<const std::byte>> passed;
  for (const auto record : slice->records) {
    if (passes(filter, record)) passed.push_back(record);
  }
  if (!passed.empty()) {
    encode_events(correlation, hub_.partition(), hub_.epoch(), passed, fresh.next_sequence,
                  fresh.frame);
  }
  append_with_correlation(fresh.frame, correlation, out);
  const Step step{fresh.next_sequence, !fresh.frame.empty()};
  remembered_.push_back(std::move(fresh));
  if (remembered_.size() > kRememberedMax) remembered_.pop_front();
  return step;
}

}  // namespace vencer
