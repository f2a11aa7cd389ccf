// Receive buffer: bytes of a stream in, whole frames out, each body 8-aligned in place.
//
// Cost: no copy but of a frame that a read cut off.  Memory: grows to the largest frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "engine/wire/frame.h"

namespace vencer {

class ReceiveBuffer {
 public:
  // Room for at least `bytes` more; valid until the next call of anything.
  std::span<std::byte> room(std::size_t bytes) {
    if (begin_ > 0) compact();
    const std::size_t needed = (end_ + bytes + 7) / 8;
    if (words_.size() < needed) words_.resize(needed);
    return std::span(data(), words_.size() * 8).subspan(end_);
  }
  void received(std::size_t bytes) { end_ += bytes; }

  // Is a header there? Then what it says.
  bool peek(FrameHeader& header) const {
    if (end_ - begin_ < kFrameHeaderBytes) return false;
    header = decode_frame_header(
        std::span<const std::byte, kFrameHeaderBytes>(data() + begin_, kFrameHeaderBytes));
    return true;
  }
  // Takes the body of a frame that is wholly there; empty if it is not. Valid until room().
  std::span<const std::byte> take(const FrameHeader& header) {
    const std::size_t whole = kFrameHeaderBytes + header.length;
    if (end_ - begin_ < whole) return {};
    if (begin_ % 8 != 0) compact();  // a server whose frames are not padded
    const std::span<const std::byte> body(data() + begin_ + kFrameHeaderBytes, header.length);
    begin_ += whole;
    return body;
  }

 private:
  std::byte* data() { return reinterpret_cast<std::byte*>(words_.data()); }
  const std::byte* data() const { return reinterpret_cast<const std::byte*>(words_.data()); }
  void compact() {
    std::memmove(data(), data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }

  std::vector<std::uint64_t> words_;  // for their alignment
  std::size_t begin_ = 0, end_ = 0;   // bytes not taken yet
};

}  // namespace vencer
