#include "net/client/client.h"

#include <vencer_generated.h>

#include "net/client/client_impl.h"
#include "net/client/event_stream.h"
#include "net/client/request_frames.h"

namespace vencer {

Error unexpected(const Answer& answer) {
  if (answer.lost != nullptr) return *answer.lost;
  if (answer.frame_type == static_cast<std::uint16_t>(wire::FrameType::error)) {
    return read_failure(answer.body);
  }
  return {Errc::internal,
          "the server answered with frame type " + std::to_string(answer.frame_type)};
}

void Client::Impl::take(HelloAnswer answer) {
  const std::lock_guard lock(state_mutex);
  hello = std::move(answer.hello);
  names = std::make_shared<const Names>(std::move(answer.names));
}

void Client::Impl::take_other(Names other) {
  const std::lock_guard lock(state_mutex);
  const TenantId tenant = other.tenant;
  others[tenant] = std::make_shared<const Names>(std::move(other));
}

Status Client::Impl::refresh() {
  Result<HelloAnswer> answer = call<HelloAnswer>(
      hello_frame(options), static_cast<std::uint16_t>(wire::FrameType::hello_reply), &read_hello);
  if (!answer) return answer.error();
  take(std::move(answer).value());
  return ok_status();
}

std::shared_ptr<const Names> Client::Impl::names_of(TenantId tenant) const {
  const std::lock_guard lock(state_mutex);
  if (tenant == names->tenant) return names;
  const auto other = others.find(tenant);
  return other == others.end() ? std::make_shared<const Names>() : other->second;
}

void Client::Impl::refresh_in_background(TenantId tenant, std::function<void()> then) {
  const auto done = std::make_shared<std::function<void()>>(std::move(then));
  const bool own = tenant == current_names()->tenant;
  const auto on_answer = [this, done, own](const Answer& answer) {
    if (answer.lost == nullptr &&
        answer.frame_type == static_cast<std::uint16_t>(wire::FrameType::hello_reply)) {
      Result<HelloAnswer> hello_answer = read_hello(answer.body);
      if (hello_answer && own) take(std::move(hello_answer).value());
      if (hello_answer && !own) take_other(std::move(hello_answer->names));
    }
    (*done)();
  };
  const Status sent =
      connection->errand(own ? hello_frame(options) : hello_frame(options, tenant), on_answer);
  if (!sent) (*done)();
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::connect(const ClientOptions& options) {
  if (options.frames_in_flight_max < 1 || options.frames_in_flight_max > kFramesInFlightMax) {
    return Error{Errc::limit,
                 "frames_in_flight_max lies between 1 and " + std::to_string(kFramesInFlightMax)};
  }
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  auto connection =
      Connection::open(options.endpoint, options.timeout_ms, options.frames_in_flight_max);
  if (!connection) return connection.error();
  impl->connection = std::move(connection).value();
  if (const Status greeted = impl->refresh(); !greeted) return greeted.error();
  return Client(std::move(impl));
}

ServerHello Client::hello() const {
  const std::lock_guard lock(impl_->state_mutex);
  return impl_->hello;
}

std::shared_ptr<const Names> Client::names() const {
  return impl_->current_names();
}
std::shared_ptr<const Names> Client::names_of(TenantId tenant) const {
  return impl_->names_of(tenant);
}
Status Client::refresh() {
  return impl_->refresh();
}

// ---- Pipelined ---------------------------------------------------------------------------------
Status Client::submit(CommandFrame& frame, FrameCallback callback) {
  return impl_->connection->commands(frame.bytes(), std::move(callback));
}
Status Client::submit(std::span<const std::byte> frame, FrameCallback callback) {
  return impl_->connection->commands(frame, std::move(callback));
}
Status Client::drain(DurationMs timeout_ms) {
  return impl_->connection->drain(timeout_ms);
}
std::optional<Error> Client::lost() const {
  return impl_->connection->lost();
}

// ---- Streams -----------------------------------------------------------------------------------
Result<Client::SubscriptionInfo> Client::subscribe(const SubscribeOptions& options,
                                                   EventHandlers handlers) {
  const TenantId tenant = names()->tenant;
  if (tenant == kNoTenant && !options.every_tenant) {
    return Error{Errc::unknown_tenant, "no tenant: name one in ClientOptions, or say every_tenant"};
  }
  if (impl_->connection->on_own_thread()) {
    return Error{Errc::overloaded, "a call from within a callback would wait for itself"};
  }
  auto stream = std::make_shared<EventStream>(*impl_, options.every_tenant, std::move(handlers));
  const Result<std::uint64_t> id =
      impl_->connection->open_stream(subscribe_frame(tenant, options),
                                     [stream](const Answer& answer) { stream->on_answer(answer); });
  if (!id) return id.error();
  const Result<StreamStart> start = stream->wait_for_start(impl_->options.timeout_ms);
  if (!start) {
    impl_->connection->remove_stream(*id);
    return start.error();
  }
  return SubscriptionInfo{*id, start->epoch, start->next_sequence, start->first_sequence,
                          start->partition};
}

Status Client::unsubscribe(std::uint64_t id) {
  if (impl_->connection->on_own_thread()) {
    return Error{Errc::overloaded, "a call from within a callback would wait for itself"};
  }
  impl_->connection->remove_stream(id);  // late frames find nobody
  return impl_->connection->send_to_stream(id, unsubscribe_frame());
}

}  // namespace vencer
