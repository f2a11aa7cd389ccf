// Operator: a simulated person at the command line: puts documents, asks questions.
//
// A document is put again until it is answered. A question is answered as of a place in the
// history; where nothing else happened at that instant, the answer must be, byte for byte, what the
// twin gives.
#pragma once

#include <deque>
#include <string>

#include "tests/sim/peer.h"

namespace vencer::sim {

class Operator final : public Peer {
 public:
  explicit Operator(Site& site) : Peer(site) {}

  void put(std::string document);
  void ask_about(const TicketKey& ticket);
  void ask_for_forecast();
  void ask_for_counts();
  void ask_for_snapshot();
  bool done() const { return documents_.empty(); }
  std::uint64_t documents_refused() const { return documents_refused_; }

 private:
  void on_hello(const wire::HelloReply& hello) override;
  void on_frame(const FrameHeader& header, std::span<const std::byte> frame) override;
  void on_cut() override;
  void put_next();
  void check_ticket(std::uint64_t correlation, std::span<const std::byte> frame);
  void check_forecast(std::uint64_t correlation, std::span<const std::byte> frame);
  void check_counts(std::uint64_t correlation, std::span<const std::byte> frame);
  void check_snapshot(std::span<const std::byte> frame);
  void on_refusal(std::uint64_t correlation, std::span<const std::byte> frame);
  void compare(std::span<const std::byte> frame, std::span<const std::byte> expected,
               const char* what);
  // Can the twin answer, too?
  bool stands_at(TimeMs now, std::uint64_t event_sequence) const;

  std::deque<std::string> documents_;
  bool putting_ = false;
  std::uint64_t documents_refused_ = 0;
  std::uint64_t correlation_ = 10;
  std::uint64_t snapshot_correlation_ = 0;  // of the last one asked for
  TicketKey asked_;
};

}  // namespace vencer::sim
