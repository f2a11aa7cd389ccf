#include "engine/log/stored_file.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "engine/core/assert.h"
#include "engine/log/crc32c.h"

namespace vencer {
namespace {

constexpr std::size_t kChunkBytes = 1 << 20;
constexpr std::size_t kHeadBytes = 64 << 10;  // of a compressed file, read without all the rest
constexpr int kLevel = 3;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

Error zstd_error(const std::string& path, const char* why) {
  return {Errc::internal, fmt::format("{}: {}", path, why)};
}

class Writer final : public StoredFileWriter {
 public:
  Writer(Storage& storage, std::string directory, std::string name, std::uint64_t bytes)
      : storage_(storage),
        directory_(std::move(directory)),
        path_(directory_ + "/" + std::move(name)),
        bytes_(bytes) {}

  Status begin(bool compress) {
    if (compress) {
      path_ += kCompressedSuffix;
      context_.reset(ZSTD_createCCtx());
      VENCER_ASSERT(context_ != nullptr);
      ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kLevel);
      ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
      ZSTD_CCtx_setPledgedSrcSize(context_.get(), bytes_);
      packed_.resize(ZSTD_CStreamOutSize());
    }
    const std::string temporary = path_ + ".tmp";
    if (storage_.exists(temporary)) {
      if (auto status = storage_.remove(temporary); !status) return status;
    }
    auto file = storage_.open(temporary, OpenMode::create_new);
    if (!file) return file.error();
    file_ = std::move(*file);
    return ok_status();
  }

  Status write(std::span<const std::byte> bytes) override {
    VENCER_ASSERT(written_ + bytes.size() <= bytes_);
    crc_ = crc32c(crc_, bytes);
    written_ += bytes.size();
    if (context_ != nullptr) return pack(bytes, false);
    if (auto status = file_->write_at(at_, bytes); !status) return status;
    at_ += bytes.size();
    return ok_status();
  }

  Result<std::uint32_t> finish() override {
    if (auto status = fill(); !status) return status.error();
    if (context_ != nullptr) {
      if (auto status = pack({}, true); !status) return status.error();
    }
    if (auto status = file_->sync(); !status) return status.error();
    file_.reset();
    if (auto status = storage_.rename(path_ + ".tmp", path_); !status) return status.error();
    if (auto status = storage_.sync_directory(directory_); !status) return status.error();
    return crc_;
  }

 private:
  // Zeros up to the end; a plain file has a hole there.
  Status fill() {
    static constexpr std::array<std::byte, kHeadBytes> kZeros{};
    const std::uint64_t from = written_;
    while (written_ < bytes_) {
      const auto zeros =
          std::span(kZeros).first(std::min<std::uint64_t>(kHeadBytes, bytes_ - written_));
      if (context_ != nullptr) {
        if (auto status = write(zeros); !status) return status;
      } else {
        crc_ = crc32c(crc_, zeros);
        written_ += zeros.size();
      }
    }
    return context_ == nullptr && from < bytes_ ? file_->truncate(bytes_) : ok_status();
  }

  Status pack(std::span<const std::byte> bytes, bool end) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (bool done = false; !done;) {
      ZSTD_outBuffer out{packed_.data(), packed_.size(), 0};
      const std::size_t left =
          ZSTD_compressStream2(context_.get(), &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0) return zstd_error(path_, ZSTD_getErrorName(left));
      const auto packed = std::span<const std::byte>(packed_).first(out.pos);
      if (auto status = file_->write_at(at_, packed); !status) return status;
      at_ += packed.size();
      done = end ? left == 0 : in.pos == in.size;
    }
    return ok_status();
  }

  Storage& storage_;
  const std::string directory_;
  std::string path_;
  const std::uint64_t bytes_;
  std::unique_ptr<File> file_;
  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  std::vector<std::byte> packed_;
  std::uint64_t at_ = 0;       // in the file
  std::uint64_t written_ = 0;  // of the content
  std::uint32_t crc_ = 0;
};

// Fills `into` with the first bytes of the content.
Status unpack(File& file, const std::string& path, std::span<std::byte> into) {
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  VENCER_ASSERT(context != nullptr);
  std::vector<std::byte> packed(kChunkBytes);
  std::uint64_t offset = 0;
  ZSTD_outBuffer out{into.data(), into.size(), 0};
  while (out.pos < out.size) {
    auto got = file.read_at(offset, packed);
    if (!got) return got.error();
    if (*got == 0) return zstd_error(path, "the compressed content is cut short");
    offset += *got;
    ZSTD_inBuffer in{packed.data(), *got, 0};
    while (in.pos < in.size && out.pos < out.size) {
      const std::size_t left = ZSTD_decompressStream(context.get(), &out, &in);
      if (ZSTD_isError(left) != 0) return zstd_error(path, ZSTD_getErrorName(left));
      if (left == 0 && out.pos < out.size) {
        return zstd_error(path, "the compressed content is shorter than it says");
      }
    }
  }
  return ok_status();
}

}  // namespace

struct StoredStorage::Cache {
  std::string path;
  std::vector<std::byte> content;
};

namespace {

class CompressedFile final : public File {
 public:
  CompressedFile(std::unique_ptr<File> file, std::string path, std::uint64_t size,
                 std::shared_ptr<StoredStorage::Cache> cache)
      : file_(std::move(file)), path_(std::move(path)), size_(size), cache_(std::move(cache)) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= size_) return std::size_t{0};
    const std::size_t length = std::min<std::uint64_t>(into.size(), size_ - offset);
    std::vector<std::byte>* from = &head_;
    const std::size_t head = std::min<std::uint64_t>(kHeadBytes, size_);
    if (offset + length > head) {
      from = &cache_->content;
      if (cache_->path != path_) {
        cache_->path.clear();
        cache_->content.resize(size_);
        if (auto status = unpack(*file_, path_, cache_->content); !status) return status.error();
        cache_->path = path_;
      }
    } else if (head_.empty()) {
      head_.resize(head);
      if (auto status = unpack(*file_, path_, head_); !status) {
        head_.clear();
        return status.error();
      }
    }
    std::memcpy(into.data(), from->data() + offset, length);
    return length;
  }
  Result<std::uint64_t> size() override { return size_; }
  Status write_at(std::uint64_t, std::span<const std::byte>) override { return refuse(); }
  Status sync() override { return refuse(); }
  Status truncate(std::uint64_t) override { return refuse(); }

 private:
  Error refuse() const { return zstd_error(path_, "compressed files are only read"); }

  std::unique_ptr<File> file_;
  const std::string path_;
  const std::uint64_t size_;
  std::vector<std::byte> head_;
  std::shared_ptr<StoredStorage::Cache> cache_;
};

Result<std::uint64_t> content_size(File& file, const std::string& path) {
  std::array<std::byte, 32> head{};  // a zstd header has 18 bytes at most
  auto got = file.read_at(0, head);
  if (!got) return got.error();
  const unsigned long long size = ZSTD_getFrameContentSize(head.data(), *got);
  if (size == ZSTD_CONTENTSIZE_ERROR) return zstd_error(path, "this is no zstd file");
  if (size == ZSTD_CONTENTSIZE_UNKNOWN) return zstd_error(path, "it does not say how large it is");
  if (size > kStoredBytesMax) return zstd_error(path, "its content is too large to be a segment");
  return size;
}

}  // namespace

Result<std::unique_ptr<StoredFileWriter>> StoredFileWriter::create(Storage& storage,
                                                                   const std::string& directory,
                                                                   const std::string& name,
                                                                   std::uint64_t bytes,
                                                                   bool compress) {
  auto writer = std::make_unique<Writer>(storage, directory, name, bytes);
  if (auto status = writer->begin(compress); !status) return status.error();
  return std::unique_ptr<StoredFileWriter>(std::move(writer));
}

Result<ContentSum> sum_content(Storage& storage, const std::string& path) {
  auto file = storage.open(path, OpenMode::read);
  if (!file) return file.error();
  ContentSum sum;
  std::vector<std::byte> chunk(kChunkBytes);
  for (;;) {
    auto got = (*file)->read_at(sum.bytes, chunk);
    if (!got) return got.error();
    if (*got == 0) return sum;
    sum.crc = crc32c(sum.crc, std::span(chunk).first(*got));
    sum.bytes += *got;
  }
}

Result<ContentSum> store_file(Storage& source, const std::string& from, Storage& target,
                              const std::string& directory, const std::string& name,
                              bool compress) {
  auto file = source.open(from, OpenMode::read);
  if (!file) return file.error();
  auto size = (*file)->size();
  if (!size) return size.error();
  auto writer = StoredFileWriter::create(target, directory, name, *size, compress);
  if (!writer) return writer.error();
  std::vector<std::byte> chunk(kChunkBytes);
  for (std::uint64_t at = 0; at < *size;) {
    auto got = (*file)->read_at(
        at, std::span(chunk).first(std::min<std::uint64_t>(chunk.size(), *size - at)));
    if (!got) return got.error();
    if (*got == 0)
      return Error{Errc::internal, fmt::format("{}: it became shorter while it was read", from)};
    if (auto status = (*writer)->write(std::span(chunk).first(*got)); !status)
      return status.error();
    at += *got;
  }
  auto crc = (*writer)->finish();
  if (!crc) return crc.error();
  return ContentSum{*size, *crc};
}

Error StoredStorage::read_only(const std::string& path) {
  return {Errc::internal, fmt::format("{}: this is only read", path)};
}

Result<std::unique_ptr<File>> StoredStorage::open(const std::string& path, OpenMode mode) {
  if (mode != OpenMode::read) return read_only(path);
  if (below_.exists(path) || !below_.exists(path + kCompressedSuffix)) {
    return below_.open(path, mode);
  }
  const std::string packed = path + kCompressedSuffix;
  auto file = below_.open(packed, mode);
  if (!file) return file.error();
  auto size = content_size(**file, packed);
  if (!size) return size.error();
  if (cache_ == nullptr) cache_ = std::make_shared<Cache>();
  return std::unique_ptr<File>(
      std::make_unique<CompressedFile>(std::move(*file), packed, *size, cache_));
}

Result<std::vector<std::string>> StoredStorage::list(const std::string& directory) {
  auto names = below_.list(directory);
  if (!names) return names.error();
  for (std::string& name : *names) {
    if (name.ends_with(kCompressedSuffix))
      name.resize(name.size() - std::strlen(kCompressedSuffix));
  }
  std::sort(names->begin(), names->end());
  names->erase(std::unique(names->begin(), names->end()), names->end());
  return names;
}

bool StoredStorage::exists(const std::string& path) {
  return below_.exists(path) || below_.exists(path + kCompressedSuffix);
}

}  // namespace vencer
