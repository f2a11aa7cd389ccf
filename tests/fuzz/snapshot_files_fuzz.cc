// A directory of snapshot files, as a start finds it.
//
//   u8 flags | image
//
// Bit 0 of the flags: header, blocks and trailer get the checksums that fit. Bit 1: a thread reads
// ahead.
//
// Holds: refused with the file, or read whole, the same with and without the thread; written again
// it reads the same. What is left of an unfinished writer goes, and nothing else.
#include "engine/log/snapshot_file.h"
#include "engine/log/snapshot_format.h"
#include "tests/fuzz/disk_image.h"

namespace vencer::fuzz {
namespace {

using testing::FaultyStorage;
using Payloads = std::vector<Input>;

const std::string kDirectory = "/snapshots";
const std::string kNames[] = {
    kDirectory + "/" + snapshot::file_name(42),
    kDirectory + "/" + snapshot::file_name(77),
    kDirectory + "/" + snapshot::file_name(42) + ".tmp",
    kDirectory + "/other",
};

void seal(Input& file) {
  using namespace snapshot;
  if (file.size() < 2 * kPageBytes || file.size() % kPageBytes != 0) return;
  FileHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  std::uint32_t crc = encode_header(header, Page(file.data(), kPageBytes));
  std::size_t at = kPageBytes;
  for (; at < file.size() - kPageBytes;) {
    BlockHeader block;
    std::memcpy(&block, file.data() + at, sizeof block);
    const bool fits = block.length >= kPageBytes && block.length % kPageBytes == 0 &&
                      block.length <= file.size() - kPageBytes - at &&
                      block.payload_bytes <= block.length - sizeof block;
    if (!fits) return;
    crc = seal_block(crc, &block, std::span(file).subspan(at, block.length));
    at += block.length;
  }
  FileTrailer trailer;
  std::memcpy(&trailer, file.data() + at, sizeof trailer);
  encode_trailer(crc, trailer, Page(file.data() + at, kPageBytes));
}

Result<Payloads> read(FaultyStorage& disk, const snapshot::SnapshotInfo& info, bool ahead) {
  Payloads payloads;
  std::uint64_t before = 0;
  const Status status = snapshot::read_snapshot(
      disk, info, ahead, [&](std::span<const std::byte> payload, std::uint64_t bytes) {
        FUZZ_CHECK(bytes > before, "progress goes on");
        before = bytes;
        payloads.emplace_back(payload.begin(), payload.end());
        return ok_status();
      });
  if (!status) return status.error();
  return payloads;
}

void check_again(const snapshot::SnapshotInfo& info, const Payloads& payloads) {
  FaultyStorage disk(2);
  put_files({}, kDirectory, disk);
  auto writer = snapshot::SnapshotWriter::start(disk, kDirectory, info.header);
  FUZZ_CHECK(writer.ok(), writer.error().message);
  for (const Input& payload : payloads) FUZZ_CHECK((*writer)->add(payload).ok(), "");
  FUZZ_CHECK((*writer)->finish(info.trailer.tickets, info.trailer.event_crc).ok(), "");
  disk.lose_power();
  const auto again = snapshot::look_at_snapshot(disk, (*writer)->path());
  FUZZ_CHECK(again.ok(), again.error().message);
  const auto read_again = read(disk, *again, false);
  FUZZ_CHECK(read_again.ok(), read_again.error().message);
  FUZZ_CHECK(*read_again == payloads, "other payloads when written again");
}

void run(std::span<const std::byte> input) {
  ByteSource source(input);
  const unsigned flags = source.take<std::uint8_t>();
  Files files = read_image(source, kNames);
  for (auto& [path, bytes] : files) {
    if ((flags & 1) != 0) seal(bytes);
  }
  FaultyStorage disk(1);
  put_files(files, kDirectory, disk);
  FUZZ_CHECK(snapshot::clear_snapshot_leftovers(disk, kDirectory).ok(), "");
  Files kept = files;
  kept.erase(kNames[2]);
  FUZZ_CHECK(files_of(disk, kDirectory) == kept, "more, or less, than leftovers went");
  const auto paths = snapshot::list_snapshots(disk, kDirectory);
  FUZZ_CHECK(paths.ok(), paths.error().message);
  for (const std::string& path : *paths) {
    const auto info = snapshot::look_at_snapshot(disk, path);
    if (!info.ok()) {
      FUZZ_CHECK(info.error().message.find(path) != std::string::npos, info.error().message);
      continue;
    }
    const auto payloads = read(disk, *info, false);
    if ((flags & 2) != 0) {
      const auto ahead = read(disk, *info, true);
      FUZZ_CHECK(ahead.ok() == payloads.ok(), "reading ahead finds otherwise");
      FUZZ_CHECK(!ahead.ok() || *ahead == *payloads, "reading ahead reads otherwise");
    }
    if (!payloads.ok()) {
      FUZZ_CHECK(payloads.error().message.find(path) != std::string::npos,
                 payloads.error().message);
      continue;
    }
    check_again(*info, *payloads);
  }
}

Seeds seeds() {
  Seeds all;
  for (const std::size_t blocks : {0u, 1u, 3u}) {
    FaultyStorage disk(blocks);
    put_files({}, kDirectory, disk);
    snapshot::FileHeader header;
    header.partition = 7;
    header.identity_high = 11;
    header.identity_low = 22;
    header.semantics_version = 1;
    header.group = 42;
    header.epoch = 1;
    auto writer = snapshot::SnapshotWriter::start(disk, kDirectory, header);
    FUZZ_CHECK(writer.ok(), writer.error().message);
    for (std::size_t i = 0; i < blocks; ++i) {
      FUZZ_CHECK((*writer)->add(Input(100 + 5000 * i, std::byte{9})).ok(), "");
    }
    const Files unfinished = files_of(disk, kDirectory);
    FUZZ_CHECK((*writer)->finish(3, 4).ok(), "");
    Files files = files_of(disk, kDirectory);
    for (const std::uint8_t flags : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{3}}) {
      ByteSink sink;
      sink.put(flags);
      write_image(files, kNames, sink);
      all.push_back(sink.take());
    }
    for (const auto& [path, bytes] : unfinished) {
      files[path] = bytes;
    }
    ByteSink sink;
    sink.put(std::uint8_t{1});
    write_image(files, kNames, sink);
    all.push_back(sink.take());
  }
  return all;
}

VENCER_FUZZ_TARGET(snapshot_files, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
