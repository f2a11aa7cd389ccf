// FrameReader: bytes of one connection, as they come -> batches of whole frames.
//
// A header is checked before anything is allocated for its frame, and memory grows with the bytes
// that really came (at most twice as much), never with what a header announces.
//
// Cost: O(bytes). What was read becomes the batch's own memory; only a started frame is copied on.
// Thread: the connection's IO worker's.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "engine/runtime/request.h"
#include "engine/wire/frame.h"

namespace vencer {

class FrameReader {
 public:
  explicit FrameReader(std::size_t frame_bytes_max,
                       std::shared_ptr<BatchPool> pool = std::make_shared<BatchPool>())
      : frame_bytes_max_(frame_bytes_max), pool_(std::move(pool)) {}
  // Batches from here on.
  void draw_from(std::shared_ptr<BatchPool> pool) { pool_ = std::move(pool); }
  void set_frame_bytes_max(std::size_t bytes) { frame_bytes_max_ = bytes; }

  // Where the next bytes may be read to. Valid until take().
  std::span<std::byte> prepare();

  // Why the bytes behind the last whole frame can never become one.
  struct Problem {
    Errc code = Errc::ok;
    FrameHeader header;
  };
  // `bytes` have been read. Frames that are whole now, bodies 8-aligned, not verified; an empty
  // pointer if there is none. After a problem nothing more may be read.
  RequestBatchPtr take(std::size_t bytes, Problem* problem);

  // Of a frame that has started.
  std::size_t partial_bytes() const { return filled_; }

 private:
  void grow();
  void adapt(std::size_t bytes, std::size_t room);

  std::size_t frame_bytes_max_;
  std::shared_ptr<BatchPool> pool_;
  FrameBuffer buffer_;
  std::size_t filled_ = 0;
  std::size_t wanted_ = 0;  // whole size of the started frame; 0: its header is not known yet
  std::size_t next_bytes_ = 4096;  // of the next buffer: follows what reads bring
};

}  // namespace vencer
