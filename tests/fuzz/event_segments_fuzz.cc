// A directory of event segments, and what recovery makes of it.
//
//   u8 flags | u8 events replayed | u8 events appended | image
//
// Bit 0 of the flags: headers and records get the checksums that fit. The log's events are a
// function of their number; what lies in the files may be anything.
//
// Holds: whatever lay there, after a replay that was accepted the log reads back exactly the
// events replayed and appended, from the oldest that it says it has, now and when opened again.
#include "engine/log/event_format.h"
#include "engine/log/event_log.h"
#include "engine/log/event_segment.h"
#include "tests/fuzz/disk_image.h"

namespace vencer::fuzz {
namespace {

using testing::FaultyStorage;

const std::string kDirectory = "/events";
const std::string kNames[] = {
    kDirectory + "/" + events::segment_name(1),  kDirectory + "/" + events::segment_name(6),
    kDirectory + "/" + events::segment_name(11), kDirectory + "/" + events::segment_name(40),
    kDirectory + "/" + events::segment_name(7),  kDirectory + "/other",
};

EventLogOptions options() {
  EventLogOptions made;
  made.directory = kDirectory;
  made.partition = 7;
  made.identity_high = 11;
  made.identity_low = 22;
  made.segment_bytes = 400;
  made.retention_bytes = 2000;
  return made;
}

Input event_of(std::uint64_t sequence) {
  Input bytes(1 + sequence * 37 % 90);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>((sequence * 31 + i * 7) & 0xff);
  }
  return bytes;
}

void seal(Input& file) {
  events::SegmentHeader header;
  if (file.size() < sizeof header) return;
  std::memcpy(&header, file.data(), sizeof header);
  events::seal_header(&header);
  std::memcpy(file.data(), &header, sizeof header);
  const std::uint32_t seed = events::record_seed(header);
  std::uint64_t sequence = header.first_sequence;
  for (std::size_t at = sizeof header; at + sizeof(events::RecordHeader) < file.size();) {
    std::uint32_t length = 0;
    std::memcpy(&length, file.data() + at, sizeof length);
    const std::size_t body = at + sizeof(events::RecordHeader);
    if (length == 0 || length > file.size() - body) return;
    std::vector<std::byte> record;
    events::append_record(seed, sequence++, std::span(file).subspan(body, length), &record);
    std::memcpy(file.data() + at, record.data(), sizeof(events::RecordHeader));
    at += record.size();
  }
}

// Opens and replays; nothing if what lies there is refused.
std::unique_ptr<EventLog> recover(FaultyStorage& disk, std::uint64_t last) {
  auto log = EventLog::open(disk, options());
  if (!log.ok()) {
    FUZZ_CHECK(!log.error().message.empty(), "a refusal says why");
    return nullptr;
  }
  for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
    const Input bytes = event_of(sequence);
    if (!(*log)->replay({sequence, bytes})) return nullptr;
  }
  if (!(*log)->finish_replay()) return nullptr;
  return std::move(*log);
}

void check_all(const EventLog& log, std::uint64_t last) {
  FUZZ_CHECK(log.last_sequence() == last, std::to_string(log.last_sequence()));
  std::uint64_t at = log.first_sequence();
  FUZZ_CHECK(at >= 1 && at <= last + 1, std::to_string(at));
  while (at <= last) {
    const auto batch = log.read_from(at, 300);
    FUZZ_CHECK(batch.ok(), batch.error().message);
    FUZZ_CHECK(!batch->records.empty(), "event " + std::to_string(at) + " is not there");
    for (const auto record : batch->records) {
      const Input expected = event_of(at);
      FUZZ_CHECK(std::equal(record.begin(), record.end(), expected.begin(), expected.end()),
                 "event " + std::to_string(at) + " is another one");
      ++at;
    }
  }
}

void run(std::span<const std::byte> input) {
  ByteSource source(input);
  const bool sealed = (source.take<std::uint8_t>() & 1) != 0;
  const std::uint64_t replayed = source.below(32);
  const std::uint64_t appended = source.below(8);
  Files files = read_image(source, kNames);
  FaultyStorage disk(1);
  for (auto& [path, bytes] : files) {
    if (sealed) seal(bytes);
  }
  put_files(files, kDirectory, disk);
  const auto log = recover(disk, replayed);
  if (log == nullptr) return;
  check_all(*log, replayed);
  for (std::uint64_t sequence = replayed + 1; sequence <= replayed + appended; ++sequence) {
    const Input bytes = event_of(sequence);
    const EventBytes event{sequence, bytes};
    FUZZ_CHECK(log->append({&event, 1}).ok(), "a recovered log takes an event");
  }
  check_all(*log, replayed + appended);
  FUZZ_CHECK(log->sync().ok(), "");
  const std::uint64_t first = log->first_sequence();
  // What retention took away was not compared; a crash before its files have gone brings it back.
  while (true) {
    const auto more = log->tidy();
    FUZZ_CHECK(more.ok(), more.error().message);
    if (!*more) break;
  }
  disk.lose_power();
  const auto again = recover(disk, replayed + appended);
  FUZZ_CHECK(again != nullptr, "refused after a loss of power");
  // What retention left to both runs was synced.
  const std::uint64_t kept_from = std::max(first, again->first_sequence());
  FUZZ_CHECK(again->replay_compared() + kept_from > replayed + appended,
             "synced events are not there");
  check_all(*again, replayed + appended);
}

Seeds seeds() {
  Seeds all;
  for (const std::uint64_t count : {0u, 3u, 12u, 14u}) {
    FaultyStorage disk(count);
    put_files({}, kDirectory, disk);
    const auto log = recover(disk, count);
    FUZZ_CHECK(log != nullptr, "");
    Files files;
    for (auto& [path, bytes] : files_of(disk, kDirectory)) {
      if (std::find(std::begin(kNames), std::end(kNames), path) != std::end(kNames)) {
        files[path] = bytes;
      }
    }
    for (const std::uint8_t flags : {std::uint8_t{0}, std::uint8_t{1}}) {
      for (const std::uint64_t replayed : {count, count / 2, count + 5}) {
        ByteSink sink;
        sink.put(flags).put(static_cast<std::uint8_t>(replayed)).put(std::uint8_t{4});
        write_image(files, kNames, sink);
        all.push_back(sink.take());
      }
    }
  }
  return all;
}

VENCER_FUZZ_TARGET(event_segments, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
