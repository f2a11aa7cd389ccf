// EventStream: one subscription at the client: its start, its batches, and names that keep up with
// them.
//
// A config_applied of a newer document of the client's tenant and what lies behind it wait until
// the new names have come, so that a handler never sees an id that the names do not know. In a
// stream of every tenant this holds for each of them, and its first event waits for its names.
//
// Thread: on_answer() the connection's; wait_for_start() the caller's.
#pragma once

#include <deque>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "net/client/client_impl.h"

namespace vencer {

class EventStream : public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(Client::Impl& client, bool every_tenant, EventHandlers handlers)
      : client_(client), every_tenant_(every_tenant), handlers_(std::move(handlers)) {}

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
  // The first event that has to wait for names, and whose; nullopt if none has.
  struct Stop {
    std::size_t at;
    TenantId tenant;
  };
  std::optional<Stop> stop(std::span<const Event> events, std::size_t first);
  bool needs_names(TenantId tenant, std::uint32_t version);

  Client::Impl& client_;
  bool every_tenant_;
  EventHandlers handlers_;
  std::promise<Result<StreamStart>> start_;
  std::future<Result<StreamStart>> started_ = start_.get_future();
  bool open_ = false, ended_ = false;
  EventReader reader_;
  std::deque<Waiting> waiting_;
  bool waiting_for_names_ = false;
  std::map<TenantId, std::uint32_t> asked_;  // newest version of a tenant that was asked for
};

}  // namespace vencer
