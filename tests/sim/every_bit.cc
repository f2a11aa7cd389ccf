#include "tests/sim/every_bit.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/core/assert.h"
#include "engine/log/event_log.h"
#include "engine/log/event_verify.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/wal.h"
#include "engine/log/wal_format.h"
#include "tests/sim/sim_disk.h"

namespace vencer::sim {
namespace {

using Bytes = std::vector<std::byte>;
using Files = std::map<std::string, Bytes>;

const std::string kDirectory = "/d";

Files files_of(const SimDisk& disk) {
  Files files;
  for (const std::string& path : disk.paths()) files[path] = disk.content(path);
  return files;
}

void put(const Files& files, SimDisk& disk) {
  VENCER_ASSERT(disk.make_directory(kDirectory).ok());
  for (const auto& [path, bytes] : files) {
    auto file = disk.open(path, OpenMode::create_new);
    VENCER_ASSERT(file.ok() && (*file)->write_at(0, bytes).ok());
  }
}

enum class Seen { told, harmless, swallowed };

Seen told_if(bool told) {
  return told ? Seen::told : Seen::swallowed;
}

template <typename Look>
EveryBit flip_each(Files files, std::uint64_t stride, const Look& look) {
  EveryBit counted;
  std::uint64_t at = 0;
  for (auto& [path, bytes] : files) {
    for (std::byte& byte : bytes) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        if (at++ % stride != 0) continue;
        byte ^= static_cast<std::byte>(1u << bit);
        SimDisk disk(1);
        put(files, disk);
        ++counted.bits;
        const Seen seen = look(disk, path);
        counted.detected += seen == Seen::told ? 1 : 0;
        counted.harmless += seen == Seen::harmless ? 1 : 0;
        byte ^= static_cast<std::byte>(1u << bit);
      }
    }
  }
  return counted;
}

Bytes payload(std::size_t n) {
  Bytes bytes(n * 100);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(n * 31 + i * 7);
  return bytes;
}

bool names(const Error& error, const std::string& path) {
  return error.message.find(path) != std::string::npos;
}

WalOptions log_options() {
  WalOptions options;
  options.directory = kDirectory;
  options.partition = 9;
  options.segment_bytes = 3 * wal::kBlockBytes;  // two groups
  options.spare_segments = 0;
  options.create = true;
  options.identity_high = 1;
  options.identity_low = 2;
  return options;
}

Result<std::unique_ptr<Wal>> open_log(SimDisk& disk, std::vector<Bytes>* steps,
                                      WalRecovery* recovery) {
  const auto take = [&](const StepRecord& step) -> Status {
    steps->emplace_back(step.payload.begin(), step.payload.end());
    return ok_status();
  };
  return Wal::open(disk, log_options(), take, recovery);
}

constexpr std::size_t kGroups = 4;
constexpr std::uint64_t kEvents = 10;

Bytes event_bytes(std::uint64_t sequence) {
  return payload(1 + sequence % 3);
}

void write_log(SimDisk& disk) {
  std::vector<Bytes> none;
  WalRecovery recovery;
  auto log = open_log(disk, &none, &recovery);
  VENCER_ASSERT(log.ok());
  for (std::size_t n = 1; n <= kGroups; ++n) {
    const Bytes bytes = payload(n);
    StepRecord step{};
    step.kind = 2;
    step.now = static_cast<TimeMs>(n);
    step.payload = bytes;
    Group group;
    group.append(step);
    VENCER_ASSERT((*log)->submit(group).ok());
  }
  VENCER_ASSERT((*log)->seal().ok());
}

bool recovery_notices(SimDisk& disk) {
  std::vector<Bytes> steps;
  WalRecovery recovery;
  const auto log = open_log(disk, &steps, &recovery);
  if (!log) return names(log.error(), kDirectory + "/wal-");
  if (steps.size() != kGroups) return false;
  for (std::size_t n = 1; n <= kGroups; ++n) {
    if (steps[n - 1] != payload(n)) return false;
  }
  return recovery.torn;  // the seal: it proves, and is proven by nothing
}

}  // namespace

EveryBit every_bit_of_a_log(std::uint64_t stride) {
  SimDisk disk(1);
  put({}, disk);
  write_log(disk);
  Files files = files_of(disk);
  // Of the last segment: its header and the seal. Behind it nothing has been written.
  files.rbegin()->second.resize(2 * wal::kBlockBytes);
  const auto size = static_cast<std::ptrdiff_t>(log_options().segment_bytes);
  return flip_each(files, stride, [&](SimDisk& damaged, const std::string&) {
    // The segment has its length again.
    auto file = damaged.open(files.rbegin()->first, OpenMode::read_write);
    VENCER_ASSERT(file.ok() && (*file)->truncate(static_cast<std::uint64_t>(size)).ok());
    return told_if(recovery_notices(damaged));
  });
}

EveryBit every_bit_of_a_snapshot(std::uint64_t stride) {
  SimDisk disk(1);
  put({}, disk);
  snapshot::FileHeader header;
  header.partition = 7;
  header.identity_high = 1;
  header.identity_low = 2;
  header.semantics_version = 1;
  header.chain = 3;
  header.group = 42;
  header.epoch = 1;
  header.event_sequence = 99;
  auto writer = snapshot::SnapshotWriter::start(disk, kDirectory, header);
  VENCER_ASSERT(writer.ok());
  for (std::size_t n = 1; n <= 3; ++n) VENCER_ASSERT((*writer)->add(payload(n)).ok());
  VENCER_ASSERT((*writer)->finish(3, 0xabcd).ok());
  return flip_each(files_of(disk), stride, [](SimDisk& damaged, const std::string& path) {
    const auto info = snapshot::look_at_snapshot(damaged, path);
    if (!info) return told_if(names(info.error(), path));
    const Status read = snapshot::read_snapshot(
        damaged, *info, false,
        [](std::span<const std::byte>, std::uint64_t) { return ok_status(); });
    return told_if(!read && names(read.error(), path));
  });
}

EveryBit every_bit_of_event_segments(std::uint64_t stride) {
  SimDisk disk(1);
  put({}, disk);
  EventLogOptions options;
  options.directory = kDirectory;
  options.segment_bytes = 2048;
  auto log = EventLog::open(disk, options);
  VENCER_ASSERT(log.ok() && (*log)->finish_replay().ok());
  for (std::uint64_t n = 1; n <= kEvents; ++n) {
    const Bytes bytes = event_bytes(n);
    const EventBytes event{n, bytes};
    VENCER_ASSERT((*log)->append({&event, 1}).ok());
  }
  VENCER_ASSERT((*log)->sync().ok());
  return flip_each(files_of(disk), stride, [](SimDisk& damaged, const std::string& path) {
    std::uint64_t good = 0;
    const auto report =
        examine_events(damaged, kDirectory, 1, UINT64_MAX, [&](const EventPlace& at, auto event) {
          good += std::ranges::equal(event, event_bytes(at.sequence)) ? 1 : 0;
          return true;
        });
    if (!report) return told_if(names(report.error(), path));
    const bool told = std::any_of(report->damages.begin(), report->damages.end(),
                                  [&](const EventDamage& one) { return one.path == path; });
    if (told || report->torn_bytes > 0) return Seen::told;
    return good == kEvents ? Seen::harmless : Seen::swallowed;
  });
}

}  // namespace vencer::sim
