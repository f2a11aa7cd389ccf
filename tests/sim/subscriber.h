// Subscriber: a simulated consumer of the event stream. Every frame that it gets must be, byte for
// byte, the one true stream's.
//
// It falls asleep, is cut off, dies and comes back where it was, or where it once was, or from the
// earliest; what is past the retention it must be told.
#pragma once

#include "tests/sim/peer.h"

namespace vencer::sim {

class Subscriber final : public Peer {
 public:
  // types: bit mask of event types that it wants; 0: all.
  Subscriber(Site& site, std::uint64_t types) : Peer(site), types_(types) {}

  std::uint64_t next_sequence() const { return next_; }
  // It forgets where it was: goes on from `sequence` the next time it connects.
  void resume_from(std::uint64_t sequence) {
    next_ = sequence;
    ++correlation_;  // what is on its way to it is for the one that died
  }

 private:
  void on_hello(const wire::HelloReply& hello) override;
  void on_frame(const FrameHeader& header, std::span<const std::byte> frame) override;
  void on_cut() override { streaming_ = false; }
  void on_hello_refused() override { hang_up(); }
  void subscribe();
  void on_events(std::uint64_t correlation, std::span<const std::byte> frame);
  void on_refusal(std::span<const std::byte> frame);

  const std::uint64_t types_;
  std::uint64_t next_ = 1;
  std::uint64_t correlation_ = 1000;
  bool streaming_ = false;
};

}  // namespace vencer::sim
