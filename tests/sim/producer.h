// Producer: a simulated helpdesk that sends commands, and sees to it that each is done once.
//
// Numbered: frames are sent again until they are answered, on every new connection, some although
// they were answered, some in the wrong order. Unnumbered: what was not answered when the
// connection broke stays a riddle and is not sent again. Oracles here: an answer is one that the
// committed history gives (nothing leaves before it is durable); a repeat gets the first result;
// what was acknowledged is known to the server after any crash.
#pragma once

#include <deque>
#include <string>

#include "engine/wire/command_writer.h"
#include "tests/sim/peer.h"

namespace vencer::sim {

// A command with what it points at.
struct OwnedCommand {
  Command command;
  std::vector<AttributeValue> attributes;
  std::string reason;
};

struct ProducerKnobs {
  std::size_t commands_per_frame = 8;
  std::size_t frames_in_flight = 4;
  unsigned repeat_percent = 5;   // of answered frames that are sent again
  unsigned reorder_percent = 3;  // of frames that overtake the one before
  WorldTime patience = 10 * kSecond;
};

class Producer final : public Peer {
 public:
  Producer(Site& site, const ProducerId& id, const ProducerKnobs& knobs);

  void ask(OwnedCommand command);
  bool done() const { return queue_.empty() && flying_.empty(); }
  std::uint64_t acknowledged_number() const { return acknowledged_; }

 private:
  struct Flying {
    std::vector<std::byte> frame;
    std::uint64_t correlation = 0;
    std::uint64_t body = 0;  // hash
    std::uint64_t first_number = 0;
    std::size_t commands = 0;
    bool sent = false;  // on this connection
  };
  struct Answered {
    std::vector<std::byte> frame;
    std::uint64_t correlation;
    std::uint64_t body;
    std::vector<CommandResult> results;
  };

  ProducerId producer() const override { return id_; }
  void on_hello(const wire::HelloReply& hello) override;
  void on_frame(const FrameHeader& header, std::span<const std::byte> frame) override;
  void on_cut() override;
  void on_hello_refused() override { hang_up(); }

  void pump();
  void transmit(Flying& flying);
  void fill();
  void answered(std::uint64_t correlation, std::span<const std::byte> frame);
  bool check_repeat(std::uint64_t correlation, std::span<const std::byte> frame);
  void watch();
  void try_again();

  const ProducerId id_;  // empty: commands carry no numbers
  const ProducerKnobs knobs_;
  CommandWriter writer_;
  std::deque<OwnedCommand> queue_;
  std::deque<Flying> flying_;
  std::deque<Answered> past_;
  std::uint64_t last_correlation_ = 100;
  std::uint64_t next_number_ = 1;
  std::uint64_t acknowledged_ = 0;
  WorldTime waiting_since_ = 0;
  bool watching_ = false;
  static constexpr WorldTime kPauseLeast = 200 * kMillisecond, kPauseMost = 10 * kSecond;
  WorldTime pause_ = kPauseLeast;  // before the next try of what the server did not take
  bool trying_again_ = false;
};

}  // namespace vencer::sim
