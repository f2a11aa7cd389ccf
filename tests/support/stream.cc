#include "tests/support/stream.h"

#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "engine/wire/event_record.h"

namespace vencer::testing {

Client connect(const std::string& endpoint, const std::string& tenant, ProducerId producer) {
  ClientOptions options;
  options.endpoint = endpoint;
  options.tenant = tenant;
  options.producer = producer;
  options.timeout_ms = 60'000;
  Result<Client> client = Client::connect(options);
  if (!client) throw std::runtime_error("connect: " + client.error().message);
  return std::move(*client);
}

std::uint64_t read_stream(Client& client, std::uint64_t first,
                          const std::function<void(const Event&)>& see) {
  if (const Status status = client.refresh(); !status) {
    throw std::runtime_error("hello: " + status.error().message);
  }
  const std::uint64_t last = client.hello().last_sequence;
  if (last < first) return 0;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::string ended;
  std::uint64_t count = 0;
  EventHandlers handlers;
  handlers.events = [&](const EventBatch& batch) {
    const std::lock_guard lock(mutex);
    for (const Event& event : batch.events) {
      if (event.sequence > last) continue;
      see(event);
      ++count;
    }
    done = done || batch.next_sequence > last;
    changed.notify_all();
  };
  handlers.end = [&](const Error& error) {
    const std::lock_guard lock(mutex);
    ended = "the stream ended: " + error.message;
    done = true;
    changed.notify_all();
  };
  SubscribeOptions options;
  options.from = SubscribeOptions::From::sequence;
  options.sequence = first;
  const auto subscription = client.subscribe(options, std::move(handlers));
  if (!subscription) throw std::runtime_error("subscribe: " + subscription.error().message);
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return done; });
  }
  (void)client.unsubscribe(subscription->id);
  if (!ended.empty()) throw std::runtime_error(ended);
  return count;
}

std::vector<std::string> event_bytes(Client& client) {
  std::vector<std::string> records;
  read_stream(client, 1, [&](const Event& event) {
    std::vector<std::byte> bytes;
    encode_event_record(event, bytes);
    records.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  });
  return records;
}

}  // namespace vencer::testing
