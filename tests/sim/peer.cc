#include "tests/sim/peer.h"

#include <cstring>

#include "engine/wire/frame_builder.h"

namespace vencer::sim {
namespace {

constexpr WorldTime kComesBackLeast = 20 * kMillisecond, kComesBackMost = 3 * kSecond;
constexpr std::uint64_t kHelloCorrelation = 1;

}  // namespace

void Peer::later(WorldTime delay, std::function<void()> what) {
  site_.world.after(delay, [alive = alive_, what = std::move(what)] {
    if (*alive) what();
  });
}

void Peer::connect() {
  coming_back_ = false;
  wire_ = site_.connect();
  if (wire_ == nullptr) return cut_off();
  buffer_.clear();
  greeted_ = false;
  const std::uint64_t generation = ++wires_;
  wire_->to_client.on_bytes = [this, generation, alive = alive_](std::span<const std::byte> bytes) {
    if (*alive && generation == wires_) on_bytes(bytes);
  };
  wire_->on_client_end = [this, generation, alive = alive_] {
    if (*alive && generation == wires_) cut_off();
  };
  flatbuffers::FlatBufferBuilder builder;
  const auto tenant = builder.CreateString(site_.tenant);
  const wire::Uuid id(producer().high, producer().low);
  wire::HelloBuilder hello(builder);
  if (site_.tenant_id != kNoTenant) hello.add_tenant(tenant);
  if (!producer().empty() && site_.tenant_id != kNoTenant) hello.add_producer(&id);
  builder.Finish(hello.Finish());
  send(wire::FrameType::hello, kHelloCorrelation, builder);
}

void Peer::hang_up() {
  if (wire_ != nullptr) wire_->cut();
}

void Peer::fall_asleep_until(WorldTime when) {
  if (wire_ != nullptr) wire_->to_client.hold_until(when);
}

void Peer::cut_off() {
  ++wires_;
  greeted_ = false;
  if (wire_ != nullptr) wire_->cut();
  on_cut();
  if (std::exchange(coming_back_, true)) return;
  later(site_.dice.between(kComesBackLeast, kComesBackMost), [this] { connect(); });
}

void Peer::send(wire::FrameType type, std::uint64_t correlation,
                const flatbuffers::FlatBufferBuilder& body) {
  std::vector<std::byte> frame;
  append_frame(type, correlation, body, frame);
  send(frame);
}

void Peer::send(std::span<const std::byte> frame) {
  if (wire_ != nullptr) wire_->to_server.send(frame);
}

void Peer::on_bytes(std::span<const std::byte> bytes) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  while (buffer_.size() >= kFrameHeaderBytes) {
    const FrameHeader header = decode_frame_header(
        std::span<const std::byte, kFrameHeaderBytes>(buffer_.data(), kFrameHeaderBytes));
    const std::size_t size = kFrameHeaderBytes + header.length;
    if (buffer_.size() < size) return;
    // Its own memory: FlatBuffers read 8-aligned.
    std::vector<std::byte> frame(buffer_.begin(),
                                 buffer_.begin() + static_cast<std::ptrdiff_t>(size));
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size));
    const auto type = static_cast<wire::FrameType>(header.type);
    if (type == wire::FrameType::hello_reply) {
      if (const auto* hello = read<wire::HelloReply>(frame)) {
        greeted_ = true;
        on_hello(*hello);
      }
    } else if (!greeted_ && type == wire::FrameType::error) {
      return on_hello_refused();
    } else {
      const std::uint64_t generation = wires_;
      on_frame(header, frame);
      if (generation != wires_) return;
    }
  }
}

}  // namespace vencer::sim
