// Streams of every tenant of a server that has several partitions.
#include <algorithm>
#include <memory>
#include <utility>

#include "net/client/client.h"

namespace vencer {
namespace {

// What the streams share: who is told, until one of them ends. On the connection's thread.
struct Together {
  EventHandlers handlers;
  bool ended = false;
};

EventHandlers handlers_of(const std::shared_ptr<Together>& all, std::uint32_t partition) {
  return {[all](const EventBatch& batch) {
            if (!all->ended && all->handlers.events) all->handlers.events(batch);
          },
          [all, partition](const Error& error) {
            if (std::exchange(all->ended, true) || !all->handlers.end) return;
            all->handlers.end(
                {error.code, "partition " + std::to_string(partition) + ": " + error.message});
          }};
}

}  // namespace

Result<std::vector<Client::SubscriptionInfo>> Client::subscribe_everywhere(
    const SubscribeOptions& options, const std::vector<StreamPosition>& positions,
    EventHandlers handlers) {
  const auto partitions = static_cast<std::uint32_t>(hello().partitions.size());
  for (const StreamPosition& position : positions) {
    if (position.partition < partitions) continue;
    return Error{Errc::unknown_value, "there is no partition " +
                                          std::to_string(position.partition) +
                                          "; the last one is " + std::to_string(partitions - 1)};
  }
  const auto all = std::make_shared<Together>();
  all->handlers = std::move(handlers);
  std::vector<SubscriptionInfo> streams;
  for (std::uint32_t partition = 0; partition < partitions; ++partition) {
    SubscribeOptions one = options;
    one.every_tenant = true;
    one.partition = partition;
    const auto position =
        std::find_if(positions.begin(), positions.end(),
                     [&](const StreamPosition& known) { return known.partition == partition; });
    if (position != positions.end()) {
      one.from = SubscribeOptions::From::sequence;
      one.sequence = position->sequence;
      one.epoch = position->epoch;
    }
    Result<SubscriptionInfo> stream = subscribe(one, handlers_of(all, partition));
    if (!stream) {
      for (const SubscriptionInfo& begun : streams) (void)unsubscribe(begun.id);
      return Error{stream.error().code,
                   "partition " + std::to_string(partition) + ": " + stream.error().message};
    }
    streams.push_back(*stream);
  }
  return streams;
}

}  // namespace vencer
