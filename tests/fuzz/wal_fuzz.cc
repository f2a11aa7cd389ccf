// A directory of log segments, and the whole of recovery over it.
//
//   u8 flags | u16 storage call of the crash | image
//
// A fuzzer can't guess a CRC, so the flags let it have them made right before the files are read:
// bit 0 segment headers, bit 1 groups, bit 2 their chain too. Bit 3: recovery is broken off by a
// loss of power at that storage call.
//
// Holds: refused means that nothing changed, and `wal verify` says alike. Accepted means that the
// same steps are there when it is opened again, after a loss of power and after one more group.
#include "engine/core/assert.h"
#include "engine/log/wal.h"
#include "engine/log/wal_format.h"
#include "engine/log/wal_segment.h"
#include "engine/log/wal_verify.h"
#include "tests/fuzz/disk_image.h"
#include "tests/unit/log/log_testing.h"

namespace vencer::fuzz {
namespace {

using testing::FaultyStorage;
using testing::OwnedStep;
using Steps = std::vector<OwnedStep>;

constexpr std::uint32_t kPartition = 7;
constexpr std::uint64_t kSegmentBytes = 4 * wal::kBlockBytes;
const std::string kDirectory = "/log";
const std::string kNames[] = {
    wal::segment_path(kDirectory, 1),          wal::segment_path(kDirectory, 2),
    wal::segment_path(kDirectory, 3),          wal::segment_path(kDirectory, 4),
    wal::segment_path(kDirectory, 2) + ".tmp", kDirectory + "/other",
};
enum Flag : unsigned { seal_headers = 1, seal_groups = 2, seal_chain = 4, crash = 8 };

WalOptions options() {
  WalOptions made;
  made.directory = kDirectory;
  made.partition = kPartition;
  made.segment_bytes = kSegmentBytes;
  made.create = true;
  made.identity_high = 0x0123456789abcdef;
  made.identity_low = 0xfedcba9876543210;
  return made;
}

// Every header and group that stands on a block gets the checksums that fit its bytes.
class Sealer {
 public:
  explicit Sealer(unsigned flags) : flags_(flags) {}

  void seal(Input& file) {
    if (file.size() < wal::kBlockBytes) return;
    wal::SegmentHeader header;
    std::memcpy(&header, file.data(), sizeof header);
    if ((flags_ & seal_headers) != 0 && header.magic == wal::kSegmentMagic) {
      wal::encode_segment_header(
          header, std::span<std::byte, wal::kBlockBytes>(file.data(), wal::kBlockBytes));
    }
    if (header.origin != wal::Origin::prepared) chain_ = header.base_chain;
    for (std::size_t at = wal::kBlockBytes; at + wal::kBlockBytes <= file.size();) {
      at += seal_group(std::span(file).subspan(at), identity_of(header));
    }
  }

 private:
  std::size_t seal_group(std::span<std::byte> rest, const wal::Identity& identity) {
    wal::GroupHeader group;
    std::memcpy(&group, rest.data(), sizeof group);
    const bool fits = group.length % wal::kBlockBytes == 0 && group.length >= wal::kBlockBytes &&
                      group.length <= rest.size();
    if ((flags_ & seal_groups) == 0 || group.magic != wal::kGroupMagic || !fits) {
      return wal::kBlockBytes;
    }
    if ((flags_ & seal_chain) != 0) {
      group.chain_before = chain_;
      group.identity_high = identity.high;
      group.identity_low = identity.low;
      group.partition = identity.partition;
    }
    wal::seal_group(&group, rest.first(group.length));
    chain_ = group.chain;
    return group.length;
  }

  unsigned flags_;
  std::uint32_t chain_ = 0;
};

Result<std::unique_ptr<Wal>> open(FaultyStorage& disk, Steps* steps) {
  steps->clear();
  WalRecovery recovery;
  return Wal::open(disk, options(), testing::collect(steps), &recovery);
}

void check_refused(FaultyStorage& disk, const Files& before, const Error& error) {
  FUZZ_CHECK(!error.message.empty(), "a refusal says why");
  FUZZ_CHECK(files_of(disk, kDirectory) == before, "refused and changed: " + error.message);
}

void check_accepted(FaultyStorage& disk, std::unique_ptr<Wal> log, const Steps& steps) {
  log.reset();
  disk.lose_power();
  Steps again;
  auto reopened = open(disk, &again);
  FUZZ_CHECK(reopened.ok(), reopened.error().message);
  FUZZ_CHECK(again == steps, "other steps after a loss of power");
  const OwnedStep more{2, 3, 1, 2, 3, Input(77, std::byte{5})};
  Group group;
  group.append(more.record());
  FUZZ_CHECK((*reopened)->submit(group).ok(), "a recovered log takes a group");
  reopened->reset();
  disk.lose_power();
  Steps with_more = steps;
  with_more.push_back(more);
  auto last = open(disk, &again);
  FUZZ_CHECK(last.ok(), last.error().message);
  FUZZ_CHECK(again == with_more, "other steps after one more group");
}

// What verify says before must be what open does.
void check_verdict(const Result<std::unique_ptr<Wal>>& opened, const Files& before) {
  if (before.empty()) return;
  FaultyStorage copy(1);
  put_files(before, kDirectory, copy);
  const Result<bool> verdict = verify_wal(copy, kDirectory, [](const std::string&) {});
  FUZZ_CHECK(files_of(copy, kDirectory) == before, "verify changes nothing");
  if (opened.ok() && before.contains(kNames[0])) {
    FUZZ_CHECK(verdict.ok() && *verdict, "open takes what verify calls damaged");
  }
}

void run(std::span<const std::byte> input) {
  ByteSource source(input);
  const unsigned flags = source.take<std::uint8_t>();
  const std::uint64_t crash_call = source.take<std::uint16_t>() % 64;
  Files files = read_image(source, kNames);
  Sealer sealer(flags);
  for (auto& [path, bytes] : files) sealer.seal(bytes);
  FaultyStorage disk(crash_call);
  put_files(files, kDirectory, disk);
  Steps steps;
  if ((flags & crash) != 0) {
    const bool accepted = open(*disk.copy(), &steps).ok();
    disk.crash_at(crash_call);
    Steps partly;
    (void)open(disk, &partly);
    disk.calm();
    disk.lose_power();
    auto opened = open(disk, &partly);
    FUZZ_CHECK(opened.ok() == accepted, "a crash in recovery changes what the log is");
    if (!opened.ok()) return check_refused(disk, files, opened.error());
    FUZZ_CHECK(partly == steps, "a crash in recovery changes the steps");
    return check_accepted(disk, std::move(*opened), partly);
  }
  auto opened = open(disk, &steps);
  check_verdict(opened, files);
  if (!opened.ok()) return check_refused(disk, files, opened.error());
  check_accepted(disk, std::move(*opened), steps);
}

Input seed_of(unsigned flags, std::uint16_t call, const Files& files) {
  ByteSink sink;
  sink.put(static_cast<std::uint8_t>(flags)).put(call);
  write_image(files, kNames, sink);
  return sink.take();
}

// Logs as the writer leaves them: several segments, sealed or not, killed, recovered.
Seeds seeds() {
  Seeds all;
  std::mt19937_64 random(1);
  for (int kind = 0; kind < 8; ++kind) {
    FaultyStorage disk(static_cast<std::uint64_t>(kind));
    put_files({}, kDirectory, disk);
    Steps steps;
    for (int life = 0; life < 1 + kind % 2; ++life) {
      auto log = open(disk, &steps);
      FUZZ_CHECK(log.ok(), log.error().message);
      for (int groups = kind / 2; groups >= 0; --groups) {
        Group group;
        for (const OwnedStep& step : testing::random_steps(random, 3, 60)) {
          group.append(step.record());
        }
        FUZZ_CHECK((*log)->submit(group).ok(), "");
      }
      if (kind % 4 == 0) (void)(*log)->seal();
      log->reset();
      disk.kill();
    }
    for (const unsigned flags : {0u, 7u, 3u, 15u}) {
      all.push_back(
          seed_of(flags, static_cast<std::uint16_t>(kind + 1), files_of(disk, kDirectory)));
    }
  }
  return all;
}

VENCER_FUZZ_TARGET(wal, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
