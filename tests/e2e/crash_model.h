// The load of the crash test as a function: the n-th command of a producer is the same whoever
// asks, so what a ticket must look like after any number of commands can be told without having
// kept anything.
//
// Every command is one that the server must accept.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "net/client/command_frame.h"
#include "net/client/key.h"
#include "net/client/names.h"

namespace vencer::testing {

// A tenant whose clocks run out within a fraction of a second, so that time does its part under
// load.
extern const std::string_view kCrashTenant;

struct CrashTicket {
  std::uint32_t version = 0;
  StatusId status = 0;
  Value team = 0;
};

class CrashModel {
 public:
  CrashModel(std::uint64_t seed, std::uint64_t producer, const Names& names);

  static ProducerId producer_id(std::uint64_t producer) { return {producer + 1, 0x63726173}; }
  static TicketKey key(std::uint64_t producer, std::uint64_t ticket) {
    return number_key((producer + 1) * 1'000'000'000 + ticket);
  }

  // Appends command number `number` (from 1) to the frame.
  void add_to(CommandFrame& frame, std::uint64_t number) const;
  // Moves on to the state after `number` commands, not before the last one asked for. Ticket ->
  // state.
  const std::map<std::uint64_t, CrashTicket>& after(std::uint64_t number);
  // Of the ticket that command `number` is about.
  std::uint64_t ticket_of(std::uint64_t number) const;

 private:
  std::uint64_t draw(std::uint64_t number, std::uint64_t salt) const;
  void apply(std::uint64_t number);

  const std::uint64_t seed_;
  const std::uint64_t producer_;
  std::vector<StatusId> statuses_;
  ActivityId note_ = 0;
  AttributeId team_ = 0;
  std::uint64_t applied_ = 0;
  std::map<std::uint64_t, CrashTicket> tickets_;
};

}  // namespace vencer::testing
