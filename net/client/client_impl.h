// What a Client is made of. Internal to net/client.
#pragma once

#include <future>
#include <map>
#include <mutex>
#include <vector>

#include "net/client/client.h"
#include "net/client/connection.h"
#include "net/client/reply_reader.h"

namespace vencer {

struct Client::Impl {
  ClientOptions options;

  mutable std::mutex state_mutex;  // guards hello, names and those of others
  ServerHello hello;
  std::shared_ptr<const Names> names = std::make_shared<const Names>();
  std::map<TenantId, std::shared_ptr<const Names>> others;  // of events of every tenant

  std::mutex number_mutex;  // with a producer, one call at a time; guards the next two
  std::uint64_t next_number = 0;
  bool number_known = false;

  // The last member: its thread, which ends with it, uses those above.
  std::unique_ptr<Connection> connection;

  void take(HelloAnswer answer);
  void take_other(Names other);
  std::shared_ptr<const Names> current_names() const {
    const std::lock_guard lock(state_mutex);
    return names;
  }

  // Of this tenant, the client's own or another; without any names if they never came.
  std::shared_ptr<const Names> names_of(TenantId tenant) const;

  Status refresh();
  // Asks for the names of this tenant again; then(), on the connection's thread, whether or not it
  // worked.
  void refresh_in_background(TenantId tenant, std::function<void()> then);

  // One request, one answer of `type`, read by read(body). Waits.
  template <typename T>
  Result<T> call(std::span<const std::byte> frame, std::uint16_t type,
                 Result<T> (*read)(std::span<const std::byte>));
  Result<Client::Outcomes> send(CommandFrame& frame);
  // A frame of one command, numbered if there is a producer. subject: whom it is about, for a
  // refusal: "ticket T-1"; other: the key of the second ticket that it names, if it does.
  Result<CommandReply> send_one(CommandFrame& frame, std::string_view subject,
                                std::string_view other);
  // How every command opens: the tenant's names, an empty frame; fill(names, frame) puts the
  // command in.
  template <typename Fill>
  Result<CommandReply> command(std::string_view subject, const Fill& fill,
                               std::string_view other = {});
  // The same for a ticket's: fill(names, key, frame).
  template <typename Fill>
  Result<CommandReply> ticket_command(std::string_view key, const Fill& fill,
                                      std::string_view other = {});
  void count_number(Errc code);
};

// The sentence for an outcome that is not ok.
Error refusal(const CommandOutcome& outcome, std::string_view subject, std::string_view other,
              const Names& names);

Error needs_tenant();

// An answer that is not of the type that was asked for.
Error unexpected(const Answer& answer);

template <typename Fill>
Result<CommandReply> Client::Impl::command(std::string_view subject, const Fill& fill,
                                           std::string_view other) {
  const std::shared_ptr<const Names> words = current_names();
  if (words->tenant == kNoTenant) return needs_tenant();
  CommandFrame frame(words->tenant);
  if (const Status filled = fill(*words, frame); !filled) return filled.error();
  return send_one(frame, subject, other);
}

template <typename Fill>
Result<CommandReply> Client::Impl::ticket_command(std::string_view key, const Fill& fill,
                                                  std::string_view other) {
  return command(
      "ticket " + std::string(key),
      [&](const Names& words, CommandFrame& frame) -> Status {
        const Result<TicketKey> parsed = parse_key(key);
        if (!parsed) return parsed.error();
        return fill(words, *parsed, frame);
      },
      other);
}

template <typename T>
Result<T> Client::Impl::call(std::span<const std::byte> frame, std::uint16_t type,
                             Result<T> (*read)(std::span<const std::byte>)) {
  if (connection->on_own_thread()) {
    return Error{Errc::overloaded,
                 "a call from within a callback would wait for itself; submit instead"};
  }
  // Shared, because the answer may come after the caller has stopped waiting.
  const auto promise = std::make_shared<std::promise<Result<T>>>();
  std::future<Result<T>> answered = promise->get_future();
  const Status sent = connection->request(frame, [promise, type, read](const Answer& answer) {
    promise->set_value(answer.lost == nullptr && answer.frame_type == type ? read(answer.body)
                                                                           : unexpected(answer));
  });
  if (!sent) return sent.error();
  if (answered.wait_for(std::chrono::milliseconds(options.timeout_ms)) !=
      std::future_status::ready) {
    return Error{Errc::timeout, "no answer from " + options.endpoint + " within " +
                                    std::to_string(options.timeout_ms) + " ms"};
  }
  return answered.get();
}

}  // namespace vencer
