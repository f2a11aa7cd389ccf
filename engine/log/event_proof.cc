// What proves that the log lacks groups, beyond the reach of the replay: the last whole event
// behind one that is missing or torn. It is looked for before anything is written in its place, and
// stands in a file of its own until a replay has come so far: the start after one that was refused
// would find nothing any more.
//
// An event is written when its group is durable, and its checksum is of this log, epoch and number:
// wherever a whole one lies, whatever was cut off there before, the log had its group.
#include <cstddef>
#include <span>
#include <utility>

#include "engine/log/crc32c.h"
#include "engine/log/event_log_files.h"
#include "engine/log/stored_file.h"

namespace vencer::events {
namespace {

constexpr const char* kProofName = "PROOF";
constexpr std::uint64_t kProofMagic = 0x31464f5250434e56;  // "VNCPROF1"
constexpr std::size_t kProofReadBytes = 256 << 10;
constexpr std::uint64_t kProofLookBytes = 256 << 10;
constexpr int kLooksMax = 64;  // in one segment

struct ProofFile {
  std::uint64_t magic = kProofMagic;
  std::uint64_t segment = 0, offset = 0, sequence = 0;  // where it was
  std::uint32_t seed = 0;                               // of its segment's records
  std::uint32_t crc = 0;                                // CRC32C of all before
};
static_assert(sizeof(ProofFile) == 40);

std::uint32_t crc_of(const ProofFile& file) {
  return crc32c(0, std::as_bytes(std::span(&file, 1)).first(offsetof(ProofFile, crc)));
}

}  // namespace

// From where event `sequence` should stand. A record that its checksum alone has told counts when
// the next one is whole, too: of all that is looked at chance may make one.
Result<std::optional<EventLogFiles::Place>> EventLogFiles::last_whole(
    const Segment& segment, std::uint64_t offset, std::uint64_t sequence) const {
  std::optional<Place> last;
  for (int looks = 0; looks < kLooksMax; ++looks) {
    auto file = storage_.open(segment.path, OpenMode::read);
    if (!file) return file.error();
    RecordReader reader(std::move(*file), seed_, offset, segment.bytes, kProofReadBytes);
    for (int row = 0;; ++row) {
      offset = reader.offset();
      const auto event = reader.next(sequence);
      if (!event) return event.error();
      if (!*event) break;
      if (looks == 0 || row > 0) last = Place{segment.first, offset, sequence};
      ++sequence;
    }
    file = storage_.open(segment.path, OpenMode::read);
    if (!file) return file.error();
    const auto further =
        find_record_behind(**file, segment.bytes, seed_, sequence, offset, kProofLookBytes);
    if (!further) return further.error();
    if (!*further) break;
    sequence = (*further)->sequence;
    offset = (*further)->offset;
  }
  return last;
}

// The reader stands where `sequence` should. The newest segment that has a whole one decides: those
// before it are of lower events.
Status EventLogFiles::look_for_proof(std::uint64_t sequence) {
  std::optional<Place> found;
  for (std::size_t i = segments_.size(); i > walk_ && !found; --i) {
    const Segment& segment = segments_[i - 1];
    const bool here = i - 1 == walk_;
    auto last = last_whole(segment, here ? reader_->offset() : sizeof(SegmentHeader),
                           here ? sequence : segment.first);
    if (!last) return last.error();
    found = *last;
  }
  if (!found || (proof_ && proof_->sequence >= found->sequence)) return ok_status();
  proof_ = found;
  proof_kept_ = false;
  return ok_status();
}

// One that is damaged proves nothing.
Status EventLogFiles::load_proof() {
  const std::string path = options_.directory + "/" + kProofName;
  proof_file_ = storage_.exists(path);
  if (!proof_file_ || !options_.proves_groups) return ok_status();
  auto file = storage_.open(path, OpenMode::read);
  if (!file) return file.error();
  ProofFile kept;
  const auto got = (*file)->read_at(0, std::as_writable_bytes(std::span(&kept, 1)));
  if (!got) return got.error();
  const bool good = *got == sizeof kept && kept.magic == kProofMagic && kept.crc == crc_of(kept);
  if (!good || kept.seed != seed_) return ok_status();
  proof_ = Place{kept.segment, kept.offset, kept.sequence};
  proof_kept_ = true;
  return ok_status();
}

// Before it is cut off.
Status EventLogFiles::keep_proof() {
  if (!proof_ || proof_kept_) return ok_status();
  ProofFile kept;
  kept.segment = proof_->segment;
  kept.offset = proof_->offset;
  kept.sequence = proof_->sequence;
  kept.seed = seed_;
  kept.crc = crc_of(kept);
  auto writer =
      StoredFileWriter::create(storage_, options_.directory, kProofName, sizeof kept, false);
  if (!writer) return writer.error();
  if (auto status = (*writer)->write(std::as_bytes(std::span(&kept, 1))); !status) return status;
  if (auto finished = (*writer)->finish(); !finished) return finished.error();
  proof_file_ = proof_kept_ = true;
  return ok_status();
}

// The replay has come so far.
Status EventLogFiles::drop_proof() {
  proof_.reset();
  if (!std::exchange(proof_file_, false)) return ok_status();
  if (auto status = storage_.remove(options_.directory + "/" + kProofName); !status) return status;
  return storage_.sync_directory(options_.directory);
}

}  // namespace vencer::events
