#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "engine/log/snapshot_file.h"

namespace vencer::snapshot {
namespace {

constexpr std::size_t kReadBytes = 4 << 20;  // at once
constexpr std::size_t kBatchesAhead = 3;     // read and checked, not yet taken
constexpr std::string_view kTemporary = ".snap.tmp";

// An error of the disk, not of what it gave.
Error note_unread(Error error, bool* unread) {
  if (unread != nullptr) *unread = true;
  return error;
}

// Blocks in a row, whole, checked, and the file's bytes up to their end.
struct Batch {
  explicit Batch(std::uint64_t file_bytes)
      : buffer(static_cast<std::size_t>(std::min<std::uint64_t>(kReadBytes, file_bytes))) {}

  PageBuffer buffer;
  std::vector<std::span<const std::byte>> payloads;
  std::vector<std::uint64_t> ends;  // in the file
};

// Reads and checks a file from its second page to its trailer, batch by batch.
class Blocks {
 public:
  Blocks(std::unique_ptr<File> file, const SnapshotInfo& info, std::uint32_t seed, bool* unread)
      : file_(std::move(file)), info_(info), unread_(unread), crc_(seed) {}

  // False: the file has ended, and its trailer is what it should be.
  Result<bool> next(Batch* batch) {
    batch->payloads.clear();
    batch->ends.clear();
    const std::uint64_t blocks_end = info_.trailer.file_bytes - kPageBytes;
    if (offset_ == blocks_end) return end();
    const std::size_t ask = std::min<std::uint64_t>(kReadBytes, blocks_end - offset_);
    const auto bytes = batch->buffer.bytes().first(ask);
    auto got = file_->read_at(offset_, bytes);
    if (!got) return note_unread(got.error(), unread_);
    if (*got < ask) return bad("the file ends here while it is read");
    std::size_t at = 0;
    while (at < ask) {
      const auto length = block_length(bytes.subspan(at), number_ + 1);
      if (!length) return bad("no block begins here");
      if (at + *length > ask) {
        if (*length > blocks_end - offset_) return bad("the block is longer than the file");
        break;  // the rest of it comes with the next batch
      }
      std::uint32_t crc = 0;
      const auto payload = open_block(crc_, number_ + 1, bytes.subspan(at, *length), &crc);
      if (!payload) return bad("the block is damaged (CRC)");
      crc_ = crc;
      ++number_;
      payload_bytes_ += payload->size();
      at += *length;
      offset_ += *length;
      batch->payloads.push_back(*payload);
      batch->ends.push_back(offset_);
    }
    return true;
  }

 private:
  Error bad(const std::string& why) const { return bad_snapshot(info_.path, offset_, why); }

  Result<bool> end() {
    PageBuffer page(kPageBytes);
    auto got = file_->read_at(offset_, page.bytes());
    if (!got) return note_unread(got.error(), unread_);
    FileTrailer trailer;
    if (*got != kPageBytes || !decode_trailer(crc_, page.bytes().first<kPageBytes>(), &trailer)) {
      return bad("the trailer is damaged (CRC)");
    }
    if (trailer.blocks != number_ || trailer.payload_bytes != payload_bytes_) {
      return bad(fmt::format("the trailer says {} blocks of {} bytes; here are {} of {}",
                             trailer.blocks, trailer.payload_bytes, number_, payload_bytes_));
    }
    return false;
  }

  std::unique_ptr<File> file_;
  const SnapshotInfo& info_;
  bool* const unread_;
  std::uint64_t offset_ = kPageBytes;
  std::uint64_t number_ = 0;
  std::uint64_t payload_bytes_ = 0;
  std::uint32_t crc_;
};

Status take_batch(const Batch& batch, const TakePayload& take) {
  for (std::size_t i = 0; i < batch.payloads.size(); ++i) {
    if (auto status = take(batch.payloads[i], batch.ends[i]); !status) return status;
  }
  return ok_status();
}

// A thread that reads and checks; kBatchesAhead batches go round between it and the caller.
class ReadAhead {
 public:
  ReadAhead(Blocks& blocks, std::uint64_t file_bytes) : blocks_(blocks) {
    for (std::size_t i = 0; i < kBatchesAhead; ++i) {
      free_.push_back(std::make_unique<Batch>(file_bytes));
    }
    thread_ = std::thread([this] { run(); });
  }
  ~ReadAhead() {
    {
      const std::lock_guard hold(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  // The next batch; a null one at the end. The one before goes back with it.
  Result<std::unique_ptr<Batch>> next(std::unique_ptr<Batch> done) {
    std::unique_lock hold(mutex_);
    if (done != nullptr) free_.push_back(std::move(done));
    changed_.notify_all();
    changed_.wait(hold, [this] { return !full_.empty() || ended_.has_value(); });
    if (full_.empty()) {
      if (thrown_) std::rethrow_exception(thrown_);
      if (!*ended_) return ended_->error();
      return std::unique_ptr<Batch>();
    }
    auto batch = std::move(full_.front());
    full_.pop_front();
    return batch;
  }

 private:
  void run() {
    std::unique_lock hold(mutex_);
    while (true) {
      changed_.wait(hold, [this] { return stopped_ || !free_.empty(); });
      if (stopped_) return;
      auto batch = std::move(free_.back());
      free_.pop_back();
      hold.unlock();
      Result<bool> more = false;
      std::exception_ptr thrown;
      try {
        more = blocks_.next(batch.get());
      } catch (const std::bad_alloc&) {  // the caller's to meet: no word on the file
        thrown = std::current_exception();
      }
      hold.lock();
      if (thrown || !more || !*more) {
        thrown_ = thrown;
        ended_ = more ? ok_status() : Status(more.error());
        changed_.notify_all();
        return;
      }
      full_.push_back(std::move(batch));
      changed_.notify_all();
    }
  }

  Blocks& blocks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Batch>> free_;
  std::deque<std::unique_ptr<Batch>> full_;
  std::optional<Status> ended_;
  std::exception_ptr thrown_;
  bool stopped_ = false;
  std::thread thread_;
};

std::string complaint(HeaderCheck check, const FileHeader& header) {
  switch (check) {
    case HeaderCheck::not_a_snapshot:
      return "no snapshot begins here";
    case HeaderCheck::newer_format:
      return fmt::format("format version {}; this build reads version {}", header.format_version,
                         kFormatVersion);
    default:
      return "the header is damaged (CRC)";
  }
}

}  // namespace

Error bad_snapshot(const std::string& path, std::uint64_t offset, const std::string& why) {
  return Error{Errc::internal, fmt::format("{} at byte {}: {}", path, offset, why)};
}

Result<SnapshotInfo> look_at_snapshot(Storage& storage, const std::string& path, bool* unread) {
  auto file = storage.open(path, OpenMode::read);
  if (!file) return note_unread(file.error(), unread);
  auto size = (*file)->size();
  if (!size) return note_unread(size.error(), unread);
  SnapshotInfo info;
  info.path = path;
  PageBuffer page(kPageBytes);
  auto got = (*file)->read_at(0, page.bytes());
  if (!got) return note_unread(got.error(), unread);
  if (*got < kPageBytes) {
    return bad_snapshot(path, *size, "shorter than a header: an unfinished copy?");
  }
  std::uint32_t crc = 0;
  const HeaderCheck check = decode_header(page.bytes().first<kPageBytes>(), &info.header, &crc);
  if (check != HeaderCheck::ok) return bad_snapshot(path, 0, complaint(check, info.header));
  const auto named = parse_file_name(std::string_view(path).substr(path.find_last_of('/') + 1));
  if (named && *named != info.header.group) {
    return bad_snapshot(path, 0,
                        fmt::format("a snapshot after group {} by its header, which is not what "
                                    "its name says",
                                    info.header.group));
  }
  if (*size < 2 * kPageBytes || *size % kPageBytes != 0) {
    return bad_snapshot(path, *size, "the file ends without a trailer: an unfinished copy?");
  }
  const std::uint64_t at = *size - kPageBytes;
  got = (*file)->read_at(at, page.bytes());
  if (!got) return note_unread(got.error(), unread);
  // Its CRC is checked at the end of the chain; here, that it may be one.
  std::memcpy(&info.trailer, page.bytes().data(), sizeof info.trailer);
  if (info.trailer.magic != kTrailerMagic || info.trailer.file_bytes != *size) {
    return bad_snapshot(path, at, "no trailer stands here: an unfinished copy?");
  }
  return info;
}

Result<bool> is_of_newer_format(Storage& storage, const std::string& path) {
  auto file = storage.open(path, OpenMode::read);
  if (!file) return file.error();
  PageBuffer page(kPageBytes);
  const auto got = (*file)->read_at(0, page.bytes());
  if (!got) return got.error();
  FileHeader header;
  std::uint32_t crc = 0;
  return *got == kPageBytes && decode_header(page.bytes().first<kPageBytes>(), &header, &crc) ==
                                   HeaderCheck::newer_format;
}

Status read_snapshot(Storage& storage, const SnapshotInfo& info, bool read_ahead,
                     const TakePayload& take, bool* unread) {
  auto file = storage.open(info.path, OpenMode::read);
  if (!file) return note_unread(file.error(), unread);
  PageBuffer page(kPageBytes);
  auto got = (*file)->read_at(0, page.bytes());
  if (!got) return note_unread(got.error(), unread);
  FileHeader header;
  std::uint32_t crc = 0;
  if (*got < kPageBytes ||
      decode_header(page.bytes().first<kPageBytes>(), &header, &crc) != HeaderCheck::ok) {
    return bad_snapshot(info.path, 0, "the header was read whole before and is not now");
  }
  Blocks blocks(std::move(*file), info, crc, unread);
  if (!read_ahead) {
    Batch batch(info.trailer.file_bytes);
    while (true) {
      auto more = blocks.next(&batch);
      if (!more) return more.error();
      if (!*more) return ok_status();
      if (auto status = take_batch(batch, take); !status) return status;
    }
  }
  ReadAhead ahead(blocks, info.trailer.file_bytes);
  std::unique_ptr<Batch> batch;
  while (true) {
    auto next = ahead.next(std::move(batch));
    if (!next) return next.error();
    batch = std::move(*next);
    if (batch == nullptr) return ok_status();
    if (auto status = take_batch(*batch, take); !status) return status;
  }
}

Result<std::vector<std::string>> list_snapshots(Storage& storage, const std::string& directory) {
  std::vector<std::string> paths;
  if (!storage.exists(directory)) return paths;
  auto names = storage.list(directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (parse_file_name(name)) paths.push_back(directory + "/" + name);
  }
  std::ranges::reverse(paths);  // names sort as their numbers do
  return paths;
}

Status clear_snapshot_leftovers(Storage& storage, const std::string& directory) {
  if (!storage.exists(directory)) return ok_status();
  auto names = storage.list(directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (!name.ends_with(kTemporary)) continue;
    if (auto status = storage.remove(directory + "/" + name); !status) return status;
  }
  return ok_status();
}

}  // namespace vencer::snapshot
