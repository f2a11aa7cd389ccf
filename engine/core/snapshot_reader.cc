// The stream of a snapshot, cut into its sections again.
#include <algorithm>
#include <string>

#include "engine/core/snapshot_restore.h"

namespace vencer {

std::string Take::fault() const {
  if (!failed()) return {};
  return std::string(fault_) + " (" + std::to_string(fault_value_) + ")";
}

struct SnapshotReader::Impl {
  Impl(StateMachine::Impl& engine, const SnapshotDocuments& documents, std::uint64_t total_bytes)
      : restore(engine, documents, total_bytes) {}

  SnapshotRestore restore;
  std::uint64_t fed = 0;        // bytes of whole sections and their headers
  std::vector<std::byte> part;  // of a section, its header in front
  bool failed = false;

  Status fail(std::uint64_t offset, std::string what) {
    failed = true;
    return Error{Errc::internal,
                 "snapshot, byte " + std::to_string(offset) + ": " + std::move(what)};
  }
  // Bytes of the section that begins here, its header included; 0: the header is not all there.
  Result<std::size_t> size_of(std::span<const std::byte> bytes) {
    if (bytes.size() < kSectionHeaderBytes) return std::size_t{0};
    Take take(bytes.first(kSectionHeaderBytes));
    const std::uint8_t kind = take.byte();
    const std::uint32_t size = take.fixed32();
    if (kind < 1 || kind > kSnapshotSections) {
      return fail(fed, "a section of unknown kind " + std::to_string(kind)).error();
    }
    if (size > kSectionBytesMax) {
      return fail(fed, std::string("section ") + kSnapshotSectionNames[kind] + " of " +
                           std::to_string(size) + " bytes; the most is " +
                           std::to_string(kSectionBytesMax))
          .error();
    }
    return kSectionHeaderBytes + size;
  }
  // A whole section.
  Status section(std::span<const std::byte> bytes) {
    const auto kind = std::to_integer<std::uint8_t>(bytes[0]);
    if (restore.ended()) return fail(fed, "a section behind the end");
    Take take(bytes.subspan(kSectionHeaderBytes));
    restore.section(static_cast<SnapshotSection>(kind), take);
    if (take.failed()) {
      return fail(fed + kSectionHeaderBytes + take.fault_offset(),
                  std::string("section ") + kSnapshotSectionNames[kind] + ", which begins at " +
                      std::to_string(fed) + ": " + take.fault());
    }
    fed += bytes.size();
    return ok_status();
  }
};

SnapshotReader::SnapshotReader(StateMachine* fresh, const SnapshotDocuments& documents,
                               std::uint64_t total_bytes)
    : impl_(std::make_unique<Impl>(*fresh->impl_, documents, total_bytes)) {
  VENCER_ASSERT(!fresh->impl_->configured && fresh->impl_->tickets == nullptr);
}
SnapshotReader::~SnapshotReader() = default;

Status SnapshotReader::feed(std::span<const std::byte> bytes) {
  Impl& impl = *impl_;
  VENCER_ASSERT(!impl.failed);
  while (!bytes.empty()) {
    // Most sections lie whole in what is fed, and are read where they lie.
    const std::span<const std::byte> begun = impl.part.empty() ? bytes : impl.part;
    const Result<std::size_t> size = impl.size_of(begun);
    if (!size.ok()) return size.error();
    if (impl.part.empty() && *size != 0 && *size <= bytes.size()) {
      if (Status read = impl.section(bytes.first(*size)); !read.ok()) return read;
      bytes = bytes.subspan(*size);
      continue;
    }
    const std::size_t wanted = *size == 0 ? kSectionHeaderBytes : *size;
    const std::size_t more = std::min(bytes.size(), wanted - impl.part.size());
    impl.part.insert(impl.part.end(), bytes.begin(),
                     bytes.begin() + static_cast<std::ptrdiff_t>(more));
    bytes = bytes.subspan(more);
    if (*size == 0 || impl.part.size() < *size) continue;
    if (Status read = impl.section(impl.part); !read.ok()) return read;
    impl.part.clear();
  }
  // A section without content, whose header was all that was missing.
  if (impl.part.size() == kSectionHeaderBytes) {
    const Result<std::size_t> size = impl.size_of(impl.part);
    if (!size.ok()) return size.error();
    if (*size == impl.part.size()) {
      if (Status read = impl.section(impl.part); !read.ok()) return read;
      impl.part.clear();
    }
  }
  return ok_status();
}

Status SnapshotReader::finish() {
  Impl& impl = *impl_;
  VENCER_ASSERT(!impl.failed);
  if (!impl.part.empty()) {
    return impl.fail(impl.fed + impl.part.size(),
                     "cut off within a section, which begins at " + std::to_string(impl.fed));
  }
  if (!impl.restore.ended()) return impl.fail(impl.fed, "cut off: the section `end` is missing");
  return ok_status();
}

SnapshotProgress SnapshotReader::progress() const {
  const Impl& impl = *impl_;
  return {impl.restore.tickets_done(), impl.restore.tickets_total(), impl.fed + impl.part.size()};
}

}  // namespace vencer
