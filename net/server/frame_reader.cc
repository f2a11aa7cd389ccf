#include "net/server/frame_reader.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace vencer {
namespace {

constexpr std::size_t kBufferBytesMin = 4096;
constexpr std::size_t kBufferBytesMax = BatchPool::kBufferBytesMax;
constexpr std::size_t kRoomBytesMin = 512;

bool aligned(const std::byte* bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes) % 8 == 0;
}

}  // namespace

std::span<std::byte> FrameReader::prepare() {
  const bool frame_fits = wanted_ != 0 && wanted_ <= buffer_.size();
  const bool too_small = filled_ == 0 && buffer_.size() < next_bytes_;
  if (too_small || (buffer_.size() - filled_ < kRoomBytesMin && !frame_fits)) grow();
  return {buffer_.data() + filled_, buffer_.size() - filled_};
}

void FrameReader::grow() {
  std::size_t bytes = std::max(next_bytes_, 2 * filled_);
  if (wanted_ > filled_) bytes = std::min(bytes, std::max(wanted_, kBufferBytesMin));
  FrameBuffer larger(bytes);
  if (filled_ > 0) std::memcpy(larger.data(), buffer_.data(), filled_);
  buffer_ = std::move(larger);
}

void FrameReader::adapt(std::size_t bytes, std::size_t room) {
  if (bytes == room) {
    next_bytes_ = std::min(2 * next_bytes_, kBufferBytesMax);
  } else if (bytes < next_bytes_ / 4) {
    next_bytes_ = std::max(next_bytes_ / 2, kBufferBytesMin);
  }
}

RequestBatchPtr FrameReader::take(std::size_t bytes, Problem* problem) {
  adapt(bytes, buffer_.size() - filled_);
  filled_ += bytes;
  RequestBatchPtr batch;
  std::size_t begin = 0;
  wanted_ = 0;
  while (filled_ - begin >= kFrameHeaderBytes) {
    const std::byte* at = buffer_.data() + begin;
    const FrameHeader header =
        decode_frame_header(std::span<const std::byte, kFrameHeaderBytes>(at, kFrameHeaderBytes));
    if (const Errc code = check_frame_header(header, frame_bytes_max_); code != Errc::ok) {
      *problem = {code, header};
      break;
    }
    const std::size_t size = kFrameHeaderBytes + header.length;
    if (filled_ - begin < size) {
      wanted_ = size;
      break;
    }
    if (batch == nullptr) batch = pool_->take();
    std::span<const std::byte> body(at + kFrameHeaderBytes, header.length);
    if (!aligned(body.data())) {
      std::byte* stray = batch->add_stray(body.size());
      std::memcpy(stray, body.data(), body.size());
      body = {stray, body.size()};
    }
    batch->frames.push_back({header.type, header.correlation, body});
    begin += size;
  }
  if (batch == nullptr) return nullptr;
  const std::size_t rest = filled_ - begin;
  FrameBuffer next = std::move(batch->buffer);  // of a batch before
  if (rest > 0) {
    if (next.size() < rest + kRoomBytesMin) {
      next = FrameBuffer(std::max(next_bytes_, rest + kRoomBytesMin));
    }
    std::memcpy(next.data(), buffer_.data() + begin, rest);
  }
  batch->buffer = std::exchange(buffer_, std::move(next));
  filled_ = rest;
  return batch;
}

}  // namespace vencer
