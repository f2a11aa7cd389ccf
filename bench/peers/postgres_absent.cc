// In the place of postgres_peer.cc where libpq is not installed.
#include "bench/peers/peer.h"

namespace vencer::bench {

std::unique_ptr<Peer> make_postgres_peer(int) {
  return nullptr;
}

}  // namespace vencer::bench
