// SnapshotSections: appends sections to the bytes of a snapshot (snapshot_format.h).
//
// record(kind) before each record: begins a section of that kind if the open one is another or long
// enough. Whatever is appended to the bytes then belongs to it, until close(); nobody else appends
// to them meanwhile.
#pragma once

#include "engine/core/assert.h"
#include "engine/core/snapshot_bytes.h"
#include "engine/core/snapshot_format.h"

namespace vencer {

class SnapshotSections {
 public:
  explicit SnapshotSections(SnapshotBytes* bytes) : bytes_(bytes) {}

  SnapshotBytes* bytes() { return bytes_; }
  Slot expected = 0;  // of slots: the one after the last record's, 0 as a section begins

  void record(SnapshotSection kind) {
    if (open_ && kind == kind_ && bytes_->size() - begin_ < kSectionBytesUsual) return;
    close();
    open_ = true;
    kind_ = kind;
    begin_ = bytes_->size();
    expected = 0;
    bytes_->resize(begin_ + kSectionHeaderBytes);
    (*bytes_)[begin_] = static_cast<std::byte>(kind);
  }
  // A section by itself.
  void begin(SnapshotSection kind) {
    close();
    record(kind);
  }
  void close() {
    if (!open_) return;
    open_ = false;
    const std::size_t size = bytes_->size() - begin_ - kSectionHeaderBytes;
    VENCER_ASSERT(size <= kSectionBytesMax);
    for (std::size_t i = 0; i < 4; ++i) {
      (*bytes_)[begin_ + 1 + i] = static_cast<std::byte>(size >> (8 * i));
    }
  }

 private:
  SnapshotBytes* bytes_;
  bool open_ = false;
  SnapshotSection kind_ = SnapshotSection::end;
  std::size_t begin_ = 0;
};

}  // namespace vencer
