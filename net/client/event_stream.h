// EventStream: one subscription at the client: its start, its batches, and names that keep up with
// them.
//
// When a batch holds config_applied of a newer document of the client's tenant, the batches behind
// it wait until the new names have come, so that a handler never sees an id that the names do not
// know.
//
// Thread: on_answer() the connection's; wait_for_start() the caller's.
#pragma once

#include <deque>
#include <future>
#include <memory>
#include <span>
#include <vector>

#include "net/client/client_impl.h"

namespace vencer {

class EventStream : public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(Client::Impl& client, EventHandlers handlers)
      : client_(client), handlers_(std::move(handlers)) {}

  void on_answer(const Answer& answer);
  Result<StreamStart> wait_for_start(DurationMs timeout_ms);

 private:
  // The frame from its event `first` on.
  struct Waiting {
    std::vector<std::byte> body;
    std::size_t first = 0;
  };
  void on_events(std::span<const std::byte> body, std::size_t first);
  void go_on();
  void end(const Error& error);
  // The first event behind one that needs newer names; the number of events if there is none.
  std::size_t stop_behind(std::span<const Event> events, std::size_t first);

  Client::Impl& client_;
  EventHandlers handlers_;
  std::promise<Result<StreamStart>> start_;
  std::future<Result<StreamStart>> started_ = start_.get_future();
  bool open_ = false, ended_ = false;
  EventReader reader_;
  std::deque<Waiting> waiting_;
  bool waiting_for_names_ = false;
  std::uint32_t names_version_ = 0;  // newest that was asked for
};

}  // namespace vencer
