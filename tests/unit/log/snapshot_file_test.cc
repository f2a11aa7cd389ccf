// Goal: a snapshot file is there whole or not at all, and no altered byte of one gets through.
// Method: small files on FaultyStorage. Every bit flipped, every length cut, bytes behind, blocks
// of another file put in; a crash and an error at every storage call while one is written.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/log/snapshot_file.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer::snapshot {
namespace {

using vencer::testing::FaultyStorage;
using Bytes = std::vector<std::byte>;

FileHeader header_of(std::uint64_t group) {
  FileHeader header;
  header.partition = 7;
  header.identity_high = 0x0123456789abcdef;
  header.identity_low = 0xfedcba9876543210;
  header.semantics_version = 1;
  header.chain = 0x12345678;
  header.group = group;
  header.epoch = 1;
  header.event_sequence = 99;
  header.now = 1'700'000'000'000;
  return header;
}

std::vector<Bytes> payloads_of(std::uint64_t seed, std::size_t count, std::size_t bytes_max) {
  std::mt19937_64 random(seed);
  std::vector<Bytes> payloads(count);
  for (Bytes& payload : payloads) {
    payload.resize(1 + random() % bytes_max);
    for (std::byte& b : payload) b = static_cast<std::byte>(random());
  }
  return payloads;
}

Status write(Storage& storage, std::uint64_t group, const std::vector<Bytes>& payloads) {
  auto writer = SnapshotWriter::start(storage, "/snapshots", header_of(group));
  if (!writer) return writer.error();
  for (const Bytes& payload : payloads) {
    if (Status s = (*writer)->add(payload); !s) return s;
  }
  return (*writer)->finish(payloads.size(), 0xabcd);
}

Status read(Storage& storage, const std::string& path, bool ahead, std::vector<Bytes>* into) {
  const auto info = look_at_snapshot(storage, path);
  if (!info) return info.error();
  std::uint64_t before = kPageBytes;
  return read_snapshot(storage, *info, ahead,
                       [&](std::span<const std::byte> payload, std::uint64_t bytes) -> Status {
                         EXPECT_GT(bytes, before);
                         before = bytes;
                         into->emplace_back(payload.begin(), payload.end());
                         return ok_status();
                       });
}

const std::string kPath = "/snapshots/" + file_name(42);

bool good(Storage& storage, const std::vector<Bytes>& wanted) {
  std::vector<Bytes> found;
  return read(storage, kPath, false, &found).ok() && found == wanted;
}

TEST(SnapshotFileTest, WhatWasWrittenComesBack) {
  for (const bool ahead : {false, true}) {
    FaultyStorage disk(1);
    auto payloads = payloads_of(1, 30, kBlockPayloadMax);
    payloads.push_back(Bytes(kBlockPayloadMax, std::byte{7}));
    ASSERT_TRUE(write(disk, 42, payloads).ok());
    std::vector<Bytes> found;
    const Status status = read(disk, kPath, ahead, &found);
    ASSERT_TRUE(status.ok()) << status.error().message;
    EXPECT_TRUE(found == payloads);
    const auto info = look_at_snapshot(disk, kPath);
    ASSERT_TRUE(info.ok());
    EXPECT_EQ(info->header.group, 42u);
    EXPECT_EQ(info->header.chain, 0x12345678u);
    EXPECT_EQ(info->header.event_sequence, 99u);
    EXPECT_EQ(info->trailer.blocks, payloads.size());
    EXPECT_EQ(info->trailer.tickets, payloads.size());
    EXPECT_EQ(info->trailer.event_crc, 0xabcdu);
  }
}

TEST(SnapshotFileTest, NoPayloadAtAllIsASnapshotToo) {
  FaultyStorage disk(1);
  ASSERT_TRUE(write(disk, 42, {}).ok());
  EXPECT_TRUE(good(disk, {}));
}

TEST(SnapshotFileTest, EveryFlippedBitIsFound) {
  FaultyStorage disk(1);
  const auto payloads = payloads_of(2, 3, 3000);
  ASSERT_TRUE(write(disk, 42, payloads).ok());
  ASSERT_TRUE(good(disk, payloads));
  const std::uint64_t bytes = disk.bytes(kPath)->size();
  std::uint64_t found = 0;
  for (std::uint64_t at = 0; at < bytes; ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      disk.flip(kPath, at, bit);
      std::vector<Bytes> ignored;
      const Status status = read(disk, kPath, false, &ignored);
      if (!status) {
        ++found;
        EXPECT_NE(status.error().message.find(kPath + " at byte "), std::string::npos)
            << status.error().message;
      }
      disk.flip(kPath, at, bit);
    }
  }
  EXPECT_EQ(found, bytes * 8);
  RecordProperty("bits_flipped", std::to_string(bytes * 8));
  RecordProperty("bits_found", std::to_string(found));
}

TEST(SnapshotFileTest, EveryShorterOrLongerFileIsFound) {
  FaultyStorage disk(1);
  const auto payloads = payloads_of(3, 6, 9000);
  ASSERT_TRUE(write(disk, 42, payloads).ok());
  const Bytes whole = *disk.bytes(kPath);
  std::vector<std::size_t> lengths;
  for (std::size_t n = 0; n < whole.size(); n += 512) lengths.push_back(n);
  for (const std::size_t odd : {std::size_t{1}, std::size_t{71}, std::size_t{4095},
                                std::size_t{4097}, whole.size() - 1, whole.size() - 4095}) {
    lengths.push_back(odd);
  }
  for (const std::size_t n : lengths) {
    Bytes cut = whole;
    cut.resize(n);
    disk.put(kPath, cut);
    EXPECT_FALSE(good(disk, payloads)) << n;
    cut.resize(whole.size());  // with zeros to its length, as a file system may leave it
    disk.put(kPath, cut);
    EXPECT_FALSE(good(disk, payloads)) << n;
  }
  Bytes longer = whole;
  longer.resize(whole.size() + kPageBytes);
  disk.put(kPath, longer);
  EXPECT_FALSE(good(disk, payloads));
  std::copy(whole.end() - kPageBytes, whole.end(), longer.end() - kPageBytes);  // a second trailer
  disk.put(kPath, longer);
  EXPECT_FALSE(good(disk, payloads));
}

TEST(SnapshotFileTest, ABlockOfAnotherSnapshotIsFound) {
  FaultyStorage disk(1);
  const std::vector<Bytes> mine(3, Bytes(5000, std::byte{1}));
  const std::vector<Bytes> others(3, Bytes(5000, std::byte{2}));
  ASSERT_TRUE(write(disk, 42, mine).ok());
  ASSERT_TRUE(write(disk, 43, others).ok());
  const Bytes other = *disk.bytes("/snapshots/" + file_name(43));
  const Bytes whole = *disk.bytes(kPath);
  ASSERT_EQ(other.size(), whole.size());
  for (std::size_t at = 0; at < whole.size(); at += 2 * kPageBytes) {
    Bytes mixed = whole;
    const std::size_t from = at + kPageBytes, to = std::min(from + 2 * kPageBytes, whole.size());
    std::copy(other.begin() + static_cast<std::ptrdiff_t>(from),
              other.begin() + static_cast<std::ptrdiff_t>(to),
              mixed.begin() + static_cast<std::ptrdiff_t>(from));
    disk.put(kPath, mixed);
    EXPECT_FALSE(good(disk, mine)) << at;
  }
  disk.put(kPath, other);  // under another's name
  EXPECT_FALSE(look_at_snapshot(disk, kPath).ok());
}

// An old snapshot stands; a new one is written and the machine crashes at call k.
TEST(SnapshotFileTest, PowerLossAtEveryCallLeavesTheNewOneWholeOrNone) {
  const auto payloads = payloads_of(4, 4, 9000);
  std::uint64_t whole = 0, none = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (std::uint64_t k = 0; k < 14; ++k) {
      SCOPED_TRACE(::testing::Message() << "seed " << seed << " call " << k);
      FaultyStorage disk(seed * 100 + k);
      ASSERT_TRUE(write(disk, 41, payloads).ok());
      disk.crash_at(k);
      const bool finished = write(disk, 42, payloads).ok();
      disk.lose_power();
      ASSERT_TRUE(clear_snapshot_leftovers(disk, "/snapshots").ok());
      const auto paths = list_snapshots(disk, "/snapshots");
      ASSERT_TRUE(paths.ok());
      ASSERT_FALSE(paths->empty());
      EXPECT_EQ(paths->back(), "/snapshots/" + file_name(41));
      if (finished) {
        EXPECT_EQ(paths->size(), 2u);
      }
      for (const std::string& path : *paths) {
        std::vector<Bytes> found;
        const Status status = read(disk, path, false, &found);
        EXPECT_TRUE(status.ok()) << status.error().message;
        EXPECT_TRUE(found == payloads);
      }
      paths->size() == 2 ? ++whole : ++none;
    }
  }
  EXPECT_GT(whole, 0u);
  EXPECT_GT(none, 0u);
}

TEST(SnapshotFileTest, AFailedCallIsAnErrorAndTheOldOneStays) {
  const auto payloads = payloads_of(5, 4, 9000);
  std::uint64_t failures = 0;
  for (std::uint64_t k = 0; k < 14; ++k) {
    FaultyStorage disk(k);
    ASSERT_TRUE(write(disk, 41, payloads).ok());
    const std::uint64_t before = disk.calls();
    disk.fail_at(k, Errc::disk_full);
    const Status status = write(disk, 42, payloads);
    if (disk.calls() - before <= k) continue;  // it needed fewer calls
    ++failures;
    ASSERT_FALSE(status.ok()) << k;
    EXPECT_EQ(status.error().code, Errc::disk_full);
    std::vector<Bytes> found;
    EXPECT_TRUE(read(disk, "/snapshots/" + file_name(41), false, &found).ok());
  }
  EXPECT_GE(failures, 8u);
}

TEST(SnapshotFileTest, NewerFormatsAndOtherFilesAreNamed) {
  FaultyStorage disk(1);
  FileHeader header = header_of(42);
  header.format_version = 2;
  Bytes file(2 * kPageBytes);
  (void)encode_header(header, std::span(file).first<kPageBytes>());
  disk.put(kPath, file);
  const auto newer = look_at_snapshot(disk, kPath);
  ASSERT_FALSE(newer.ok());
  EXPECT_NE(newer.error().message.find("format version 2; this build reads version 1"),
            std::string::npos);
  EXPECT_TRUE(is_of_newer_format(disk, kPath).value());
  disk.put(kPath, Bytes(2 * kPageBytes));
  EXPECT_FALSE(look_at_snapshot(disk, kPath).ok());
  EXPECT_FALSE(parse_file_name("snapshot-00000000000000000042.snap.tmp").has_value());
  EXPECT_EQ(parse_file_name("snapshot-00000000000000000042.snap"), 42u);
}

}  // namespace
}  // namespace vencer::snapshot
