// Network: connections between simulated clients and the simulated server: bytes in order, late, in
// pieces of any size, until the connection is cut, at any byte.
//
// Lives: a Wire as long as either end holds it.  Thread: one.  Time: the world's.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "tests/model/dice.h"
#include "tests/sim/world.h"

namespace vencer::sim {

using model::Dice;

struct NetKnobs {
  WorldTime delay_least = 50;
  WorldTime delay_most = 2 * kMillisecond;
  unsigned pieces_percent = 20;  // of sends that come in pieces
};

struct NetCounters {
  std::uint64_t connections = 0, cut = 0, bytes = 0;
};

// One direction: what was sent and has not come.
class Pipe {
 public:
  Pipe(World& world, Dice& dice, const NetKnobs& knobs)
      : world_(world), dice_(dice), knobs_(knobs) {}

  std::function<void(std::span<const std::byte>)> on_bytes;
  void send(std::span<const std::byte> bytes);
  std::size_t under_way() const { return under_way_; }
  // The reader takes nothing until then.
  void hold_until(WorldTime when) { held_until_ = when; }
  // Of what is under way a part still comes, the rest never.
  void cut();
  bool is_cut() const { return cut_; }

 private:
  void arrive();

  World& world_;
  Dice& dice_;
  const NetKnobs& knobs_;
  std::deque<std::vector<std::byte>> pieces_;
  std::size_t under_way_ = 0;
  WorldTime last_arrival_ = 0;
  WorldTime held_until_ = 0;
  bool cut_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

 public:
  ~Pipe() { *alive_ = false; }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
};

// A connection. Each end learns of the cut by its own callback, once.
class Wire {
 public:
  Wire(World& world, Dice& dice, const NetKnobs& knobs)
      : to_server(world, dice, knobs), to_client(world, dice, knobs), world_(world), dice_(dice) {}

  Pipe to_server, to_client;
  std::function<void()> on_server_end, on_client_end;
  void cut();
  bool is_cut() const { return cut_; }

 private:
  World& world_;
  Dice& dice_;
  bool cut_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

 public:
  ~Wire() { *alive_ = false; }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
};

}  // namespace vencer::sim
