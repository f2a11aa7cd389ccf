// Errc and Result<T>: how the engine says no. No exceptions cross a module's border.
//
// Numbers of Errc are on the wire and in the log (producer results): append only, never renumber.
// engine/wire asserts that schema/vencer.fbs carries the same numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/core/assert.h"

namespace vencer {

enum class Errc : std::uint16_t {
  ok = 0,
  // The frame.
  malformed_frame = 1,     // the connection cannot be kept: the next frame's start is unknown
  frame_too_long = 2,      //
  protocol_version = 3,    //
  unknown_frame_type = 4,  //
  invalid_flatbuffer = 5,  // the body failed verification; nothing was applied
  empty_command = 6,       // a command without a body, or with one this build does not know
  attribute_twice = 7,     // a command gives one attribute two values
  // Names.
  unknown_tenant = 10,
  unknown_ticket = 11,
  unknown_status = 12,
  unknown_attribute = 13,
  unknown_value = 14,
  unknown_activity = 15,
  unknown_level = 16,
  unknown_clock = 17,
  unknown_recipient = 19,
  invalid_key = 18,
  // The ticket's state.
  ticket_exists = 20,
  closed_for_good = 21,
  version_mismatch = 22,
  level_order = 23,        // escalation goes one level at a time, upwards
  activity_reserved = 24,  // the engine records it itself (created, status_changed, ...)
  nothing_to_acknowledge = 25,
  constraint = 26,        // one of the tenant's; detail is which
  contract_missing = 27,  // its customer has no contract in force
  not_running = 28,       // that clock does not run: there is no deadline to move
  invalid_link = 29,      // to itself, in a circle, or a second time
  // Time.
  occurred_at_required = 30,  // clock source "input"
  occurred_at_future = 31,    // later than now + skew_max
  not_in_this_clock_mode = 32,
  time_out_of_range = 33,
  // Producers.
  gap = 40,
  number_reused = 41,
  too_old = 42,
  // Limits.
  capacity = 50,
  quota = 51,
  limit = 52,
  overloaded = 53,
  // Tenant documents.
  invalid_document = 60,
  document_changed = 61,  // another document came between compilation and commit
  reevaluation_running = 62,
  names_in_use = 63,  // open tickets use a status, clock or activity that it drops
  // Streams.
  epoch_changed = 70,
  events_gone = 71,
  // The server.
  disk_full = 80,
  shutting_down = 81,
  not_authorised = 82,
  hello_required = 83,
  recovering = 84,        // the log is being replayed; the message says how far; try again
  snapshot_running = 85,  // one is being taken already
  // Made by the client library, never sent.
  unreachable = 90,  // no connection, or it was lost
  timeout = 91,      // no answer in time: whether it was applied is unknown
  internal = 99,
};

// The word for an Errc as it stands in messages, JSON and tests: "unknown_ticket".
std::string_view to_string(Errc code);

// What went wrong, for a person: code, and a sentence that names the thing and what would be right.
struct Error {
  Errc code = Errc::internal;
  std::string message;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & {
    VENCER_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    VENCER_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    VENCER_ASSERT(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const {
    VENCER_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

struct Unit {};
using Status = Result<Unit>;
inline Status ok_status() {
  return Unit{};
}

}  // namespace vencer
