// What travels from the IO threads to the shard, and back: whole frames in, encoded replies out.
//
// Ownership moves with the object; nobody shares one. A batch is what one read of a socket brought.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "engine/core/types.h"

namespace vencer {

// Which connection of which IO worker. A slot is used again, its generation is not.
struct ConnectionId {
  std::uint32_t worker = 0;
  std::uint32_t slot = 0;
  std::uint64_t generation = 0;
  friend bool operator==(const ConnectionId&, const ConnectionId&) = default;
};

// Memory for frames: starts 8-aligned, as FlatBuffers need, and is not zeroed.
class FrameBuffer {
 public:
  FrameBuffer() = default;
  explicit FrameBuffer(std::size_t bytes)
      : words_(std::make_unique_for_overwrite<std::uint64_t[]>((bytes + 7) / 8)),
        size_((bytes + 7) / 8 * 8) {}
  FrameBuffer(FrameBuffer&& other) noexcept
      : words_(std::move(other.words_)), size_(std::exchange(other.size_, 0)) {}
  FrameBuffer& operator=(FrameBuffer&& other) noexcept {
    words_ = std::move(other.words_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  std::byte* data() { return reinterpret_cast<std::byte*>(words_.get()); }
  const std::byte* data() const { return reinterpret_cast<const std::byte*>(words_.get()); }
  std::size_t size() const { return size_; }

 private:
  std::unique_ptr<std::uint64_t[]> words_;
  std::size_t size_ = 0;
};

// One verified request; the body lies 8-aligned in one of the batch's buffers.
struct RequestFrame {
  std::uint16_t type = 0;  // wire FrameType
  std::uint64_t correlation = 0;
  std::span<const std::byte> body;
  std::uint32_t partition = 0;  // where it goes
};

class BatchPool;

struct RequestBatch {
  ConnectionId connection;
  std::uint64_t principal = 0;  // who was authorised; 0: nobody had to be
  std::vector<RequestFrame> frames;
  std::size_t bytes = 0;  // of the bodies: what the queue's bound counts

  FrameBuffer buffer;
  // Copies of bodies that did not lie 8-aligned in `buffer`: the first strays_used of them.
  std::vector<FrameBuffer> strays;
  std::size_t strays_used = 0;
  std::shared_ptr<BatchPool> home;  // where it goes when it is done; none: it is deleted

  // Room for one more stray.
  std::byte* add_stray(std::size_t size);
};

struct GoesHome {
  void operator()(RequestBatch* batch) const;
};
using RequestBatchPtr = std::unique_ptr<RequestBatch, GoesHome>;

// Batches of one IO worker that the shard is done with, to be filled again: in steady state a read
// allocates nothing. At most kSpare are kept, with buffers of at most kBufferBytesMax each.
// Thread: any.
class BatchPool : public std::enable_shared_from_this<BatchPool> {
 public:
  static constexpr std::size_t kSpare = 64;
  static constexpr std::size_t kBufferBytesMax = 256 << 10;

  RequestBatchPtr take();  // empty, but for a buffer that may be used
  void give_back(std::unique_ptr<RequestBatch> batch);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<RequestBatch>> spare_;
};

// One encoded frame in ReplyBatch::bytes.
struct Reply {
  ConnectionId connection;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  std::uint32_t request_bytes = 0;  // of the request's body: credit that the connection gets back
};

struct ReplyBatch {
  std::vector<std::byte> bytes;
  std::vector<Reply> replies;
  void clear() {
    bytes.clear();
    replies.clear();
  }
};

// Where the replies of one IO worker go.  Thread: any. Must not block.
class ReplyOutlet {
 public:
  virtual ~ReplyOutlet() = default;
  // Gives an empty one in exchange, of those that it is done with; a null one if it has none.
  virtual std::unique_ptr<ReplyBatch> deliver(std::unique_ptr<ReplyBatch> batch) = 0;
  // There are new events in the hub.
  virtual void events_published() = 0;
};

}  // namespace vencer
