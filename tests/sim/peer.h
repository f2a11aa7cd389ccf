// Peer: a simulated client: it connects, says hello, and comes back when it is cut off.
//
// Lives: as long as the world.  Thread: one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <flatbuffers/flatbuffers.h>
#include <vencer_generated.h>

#include "engine/core/types.h"
#include "engine/wire/frame.h"
#include "tests/sim/network.h"
#include "tests/sim/truth.h"

namespace vencer::sim {

struct ClientCounters {
  std::uint64_t frames_sent = 0, frames_repeated = 0, frames_reordered = 0;
  std::uint64_t acknowledged = 0, repeats_answered = 0, refused = 0;
  std::uint64_t events_received = 0, streams_resumed = 0, streams_behind = 0;
  std::uint64_t queries = 0, queries_checked = 0;
};

// What clients share.
struct Site {
  World& world;
  Dice& dice;
  Truth& truth;
  ClientCounters& counters;
  std::function<std::shared_ptr<Wire>()> connect;  // null: nobody listens
  std::function<TimeMs()> wall_ms;
  std::string tenant;              // its name
  TenantId tenant_id = kNoTenant;  // as soon as it is there
};

class Peer {
 public:
  explicit Peer(Site& site) : site_(site) {}
  virtual ~Peer() { *alive_ = false; }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void connect();
  // From here: the wire breaks, and it comes back after a while.
  void hang_up();
  bool greeted() const { return greeted_; }
  // It reads nothing until then.
  void fall_asleep_until(WorldTime when);

 protected:
  virtual ProducerId producer() const { return {}; }
  virtual void on_hello(const wire::HelloReply& hello) = 0;
  // Any other frame; `frame`: header and body.
  virtual void on_frame(const FrameHeader& header, std::span<const std::byte> frame) = 0;
  virtual void on_cut() = 0;
  virtual void on_hello_refused() {}

  void send(wire::FrameType type, std::uint64_t correlation,
            const flatbuffers::FlatBufferBuilder& body);
  void send(std::span<const std::byte> frame);
  // The body of a frame as a table of that type; a complaint and null if it does not verify.
  template <typename Table>
  const Table* read(std::span<const std::byte> frame) {
    const auto body = frame.subspan(kFrameHeaderBytes);
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(body.data()), body.size());
    if (!verifier.VerifyBuffer<Table>(nullptr)) {
      site_.truth.complain("a reply that does not verify");
      return nullptr;
    }
    return flatbuffers::GetRoot<Table>(body.data());
  }
  void later(WorldTime delay, std::function<void()> what);

  Site& site_;

 private:
  void on_bytes(std::span<const std::byte> bytes);
  void cut_off();

  std::shared_ptr<Wire> wire_;
  std::vector<std::byte> buffer_;
  std::uint64_t wires_ = 0;
  bool greeted_ = false;
  bool coming_back_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vencer::sim
