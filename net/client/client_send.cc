// One frame of commands, its answer, and the numbers that they carry.
#include <fmt/format.h>

#include "net/client/client_impl.h"

namespace vencer {

Result<Client::Outcomes> Client::Impl::send(CommandFrame& frame) {
  if (connection->on_own_thread()) {
    return Error{Errc::overloaded,
                 "a call from within a callback would wait for itself; submit instead"};
  }
  const auto promise = std::make_shared<std::promise<Result<Client::Outcomes>>>();
  auto answered = promise->get_future();
  const Status sent = connection->commands(frame.bytes(), [promise](const FrameReply& reply) {
    if (!reply.ok()) return promise->set_value(reply.error);
    promise->set_value(Client::Outcomes{{reply.outcomes.begin(), reply.outcomes.end()},
                                        reply.now,
                                        reply.epoch,
                                        reply.event_sequence});
  });
  if (!sent) return sent.error();
  if (answered.wait_for(std::chrono::milliseconds(options.timeout_ms)) !=
      std::future_status::ready) {
    return Error{Errc::timeout,
                 fmt::format("no answer from {} within {} ms; whether it was applied is unknown",
                             options.endpoint, options.timeout_ms)};
  }
  return answered.get();
}

// Refusals use up their number too, but for those that are about the number.
void Client::Impl::count_number(Errc code) {
  switch (code) {
    case Errc::internal:       // no answer: it may have been applied
    case Errc::gap:            // these: somebody else uses this producer
    case Errc::number_reused:  //
    case Errc::too_old:
      number_known = false;
      break;
    default:
      ++next_number;
  }
}

Result<CommandReply> Client::Impl::send_one(CommandFrame& frame, std::string_view subject,
                                            std::string_view other) {
  std::unique_lock numbers(number_mutex, std::defer_lock);
  if (!options.producer.empty()) {
    numbers.lock();
    if (!number_known) {
      if (const Status asked = refresh(); !asked) return asked.error();
      const std::lock_guard lock(state_mutex);
      next_number = hello.last_number + 1;
      number_known = true;
    }
    frame.set_producer(options.producer, next_number);
  }
  const Result<Client::Outcomes> sent = send(frame);
  const bool whole = sent.ok() && sent->outcomes.size() == 1;
  if (numbers.owns_lock()) count_number(whole ? sent->outcomes[0].code : Errc::internal);
  if (!sent) return sent.error();
  if (!whole) return Error{Errc::internal, "the server gave no outcome"};
  const CommandOutcome& outcome = sent->outcomes[0];
  if (outcome.code != Errc::ok) return refusal(outcome, subject, other, *current_names());
  return CommandReply{outcome.version, outcome.clamped, outcome.repeated,
                      sent->now,       sent->epoch,     sent->event_sequence};
}

Result<Client::Outcomes> Client::send(CommandFrame& frame) {
  return impl_->send(frame);
}

}  // namespace vencer
