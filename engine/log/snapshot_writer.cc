#include <cstdlib>
#include <cstring>
#include <utility>

#include "engine/core/assert.h"
#include "engine/log/snapshot_file.h"

namespace vencer::snapshot {
namespace {

constexpr std::string_view kBeingWritten = ".tmp";

constexpr std::size_t round_up(std::size_t bytes) {
  return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

}  // namespace

void PageBuffer::Free::operator()(std::byte* data) const {
  std::free(data);
}

PageBuffer::PageBuffer(std::size_t bytes)
    : size_(round_up(bytes)),
      data_(static_cast<std::byte*>(std::aligned_alloc(kPageBytes, size_))) {
  VENCER_ASSERT(data_ != nullptr);
}

SnapshotWriter::SnapshotWriter(Storage& storage, std::string directory, const FileHeader& header)
    : storage_(storage),
      directory_(std::move(directory)),
      path_(directory_ + "/" + file_name(header.group)),
      temporary_(path_ + std::string(kBeingWritten)) {}

Result<std::unique_ptr<SnapshotWriter>> SnapshotWriter::start(Storage& storage,
                                                              const std::string& directory,
                                                              const FileHeader& header) {
  if (!storage.exists(directory)) {
    if (auto status = storage.make_directory(directory); !status) return status.error();
    // Else the directory could go, and with it a snapshot for which the log below has gone.
    const std::string parent = directory.substr(0, directory.find_last_of('/'));
    if (auto status = storage.sync_directory(parent); !status) return status.error();
  }
  std::unique_ptr<SnapshotWriter> writer(new SnapshotWriter(storage, directory, header));
  if (storage.exists(writer->temporary_)) {
    if (auto status = storage.remove(writer->temporary_); !status) return status.error();
  }
  // Made, and then opened for direct writes: what is written is on the disk, and the page cache
  // keeps what it has.
  if (auto made = storage.open(writer->temporary_, OpenMode::create_new); !made) {
    return made.error();
  }
  auto file = storage.open(writer->temporary_, OpenMode::direct_sync);
  if (!file) return file.error();
  writer->file_ = std::move(*file);
  writer->crc_ = encode_header(header, writer->buffer_.bytes().first<kPageBytes>());
  if (auto status = writer->write(kPageBytes); !status) return status.error();
  return writer;
}

Status SnapshotWriter::write(std::size_t length) {
  auto status = file_->write_at(offset_, buffer_.bytes().first(length));
  if (status) offset_ += length;
  return status;
}

Status SnapshotWriter::add(std::span<const std::byte> payload) {
  VENCER_ASSERT(file_ != nullptr && !payload.empty() && payload.size() <= kBlockPayloadMax);
  BlockHeader header;
  header.number = ++blocks_;
  header.length = static_cast<std::uint32_t>(round_up(sizeof header + payload.size()));
  header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  const auto block = buffer_.bytes().first(header.length);
  std::memcpy(block.data() + sizeof header, payload.data(), payload.size());
  const std::size_t used = sizeof header + payload.size();
  std::memset(block.data() + used, 0, block.size() - used);
  crc_ = seal_block(crc_, &header, block);
  payload_bytes_ += payload.size();
  return write(block.size());
}

Status SnapshotWriter::finish(std::uint64_t tickets, std::uint32_t event_crc) {
  VENCER_ASSERT(file_ != nullptr);
  FileTrailer trailer;
  trailer.blocks = blocks_;
  trailer.payload_bytes = payload_bytes_;
  trailer.file_bytes = offset_ + kPageBytes;
  trailer.tickets = tickets;
  trailer.event_crc = event_crc;
  encode_trailer(crc_, trailer, buffer_.bytes().first<kPageBytes>());
  if (auto status = write(kPageBytes); !status) return status;
  if (auto status = file_->sync(); !status) return status;
  file_.reset();
  if (auto status = storage_.rename(temporary_, path_); !status) return status;
  return storage_.sync_directory(directory_);
}

Status SnapshotWriter::abandon() {
  file_.reset();
  return storage_.remove(temporary_);
}

}  // namespace vencer::snapshot
