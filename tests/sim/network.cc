#include "tests/sim/network.h"

#include <algorithm>

namespace vencer::sim {

void Pipe::send(std::span<const std::byte> bytes) {
  if (cut_ || bytes.empty()) return;
  std::size_t pieces = 1;
  if (bytes.size() > 1 && dice_.percent(knobs_.pieces_percent)) pieces = 2 + dice_.below(3);
  while (!bytes.empty()) {
    const std::size_t count =
        pieces <= 1 ? bytes.size() : std::max<std::size_t>(1, dice_.below(bytes.size()));
    if (pieces > 1) --pieces;
    pieces_.emplace_back(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    under_way_ += count;
    bytes = bytes.subspan(count);
    const WorldTime delay = dice_.between(knobs_.delay_least, knobs_.delay_most);
    last_arrival_ = std::max(last_arrival_, world_.now() + delay);
    world_.at(last_arrival_, [this, alive = alive_] {
      if (*alive) arrive();
    });
  }
}

void Pipe::arrive() {
  if (pieces_.empty()) return;  // lost by a cut
  if (held_until_ > world_.now()) {
    world_.at(held_until_, [this, alive = alive_] {
      if (*alive) arrive();
    });
    return;
  }
  const std::vector<std::byte> piece = std::move(pieces_.front());
  pieces_.pop_front();
  under_way_ -= piece.size();
  if (on_bytes) on_bytes(piece);
}

void Pipe::cut() {
  if (std::exchange(cut_, true) || under_way_ == 0) return;
  std::size_t left = dice_.below(under_way_ + 1);
  under_way_ = 0;
  std::deque<std::vector<std::byte>> kept;
  for (std::vector<std::byte>& piece : pieces_) {
    piece.resize(std::min(left, piece.size()));
    left -= piece.size();
    under_way_ += piece.size();
    if (!piece.empty()) kept.push_back(std::move(piece));
  }
  pieces_ = std::move(kept);
}

void Wire::cut() {
  if (std::exchange(cut_, true)) return;
  to_server.cut();
  to_client.cut();
  for (std::function<void()>* end : {&on_server_end, &on_client_end}) {
    world_.after(dice_.between(0, 20 * kMillisecond), [end, alive = alive_] {
      if (*alive && *end) (*end)();
    });
  }
}

}  // namespace vencer::sim
