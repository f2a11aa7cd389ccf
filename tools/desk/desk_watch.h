// DeskWatch: prints warnings, breaches and escalations of the desk's own tickets as they come, each
// with its lag, and keeps the figures for the end.
//
// Lag of an event: from the first instant at which it is allowed (its due time; one millisecond
// later for what follows a missed due time) to the engine's `emitted`. "here" is how much later it
// was on this side.
//
// Thread: see() on the client's; the rest on any.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/client/client.h"

namespace vencer {

class DeskWatch {
 public:
  // `prefix`: of the text of its own tickets' keys.
  DeskWatch(std::shared_ptr<const Names> names, std::string prefix)
      : names_(std::move(names)), prefix_(std::move(prefix)) {}

  static std::vector<EventType> types();
  // The desk is about to change what is due on this ticket.
  void changing(const std::string& key);
  void see(const EventBatch& batch);
  void end(const Error& error);

  std::uint64_t breaches() const;
  bool ended() const;  // the stream is over: the server has gone
  std::string summary() const;

 private:
  DurationMs lag_of(const Event& event) const;
  void print(const Event& event, TimeMs here) const;

  const std::shared_ptr<const Names> names_;
  const std::string prefix_;
  mutable std::mutex mutex_;
  std::uint64_t warnings_ = 0, breaches_ = 0, escalations_ = 0, of_others_ = 0;
  std::vector<DurationMs> lags_;
  std::map<std::string, TimeMs> changed_at_;
  std::string ended_;
};

}  // namespace vencer
