// Subscriptions: the event streams that one connection asked for, of any partition, each at its
// own place.
//
// They pull: pump() appends Events frames only while the connection's outbound bytes stay below a
// bound, so a peer that does not read costs a bounded amount of memory and reads on from disk
// later. What became too old meanwhile ends the subscription with events_gone, never silently.
//
// Thread: the connection's IO worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/runtime/event_hub.h"
#include "engine/wire/request_codec.h"
#include "net/server/event_encoder.h"

namespace vencer {

// An IO worker's, by partition.
using EventEncoders = std::vector<std::unique_ptr<EventEncoder>>;

class Subscriptions {
 public:
  Subscriptions(const EventEncoders& encoders, std::size_t count_max)
      : encoders_(encoders), count_max_(count_max) {}

  // Both append the answer. tenant_count: of the partition, which there is.
  void add(const SubscribeRequest& request, std::uint32_t partition, std::uint64_t correlation,
           std::uint32_t tenant_count, Bytes& out);
  void remove(std::uint64_t correlation, Bytes& out);

  bool empty() const { return streams_.empty(); }
  void clear();
  // True: it stopped at a bound, of work or of bytes, and there are more events.
  bool pump(std::size_t out_bytes_max, Bytes& out);
  // Where filtered streams are, for those that moved without a frame since the last call.
  void heartbeat(Bytes& out);

 private:
  struct Stream {
    EventEncoder* encoder = nullptr;
    std::uint64_t correlation = 0;
    EventFilter filter;
    std::uint64_t next_sequence = 0;
    bool moved_silently = false;
    std::shared_ptr<EventHub::Reader> reader;  // that it is there, for the hub
  };
  // False: the stream has ended.
  bool step(Stream& stream, Bytes& out);

  const EventEncoders& encoders_;
  const std::size_t count_max_;
  std::vector<Stream> streams_;
};

}  // namespace vencer
