// Step: one entry of the log, decoded; the only thing that changes the state. `now` never
// decreases.
//
//   settings    the first step of a log; later ones change what may change
//   commands    a frame of commands of one tenant, or a compiled tenant document
//   advance     time moves to `now`; at most `limit` timers are worked off. What is logged is the
//               count really worked off, so a replay needs no budget.
//   background  at most `limit` units of the running background job, likewise
//   touch       bring one ticket to the document in force (before a query reads it)
//   consumer_at position of a named consumer
//   delete_tenant  its tickets leave in the background; its id is not used again. Its name is free:
//   a
//               document of that name makes a tenant of a new id
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/core/limits.h"
#include "engine/core/tenant.h"
#include "engine/core/types.h"

namespace vencer {

enum class StepKind : std::uint8_t {
  settings = 1,
  commands = 2,
  advance = 3,
  background = 4,
  consumer_at = 5,
  tenant_document = 6,
  touch = 7,
  delete_tenant = 8,
};

// Every value outside the commands that can change a result.
struct Settings {
  std::uint32_t partition = 0;
  ClockSource clock_source = ClockSource::wall;
  std::uint32_t ticket_capacity = limits::tickets_default;
  std::uint32_t producer_capacity = limits::producers_default;
  DurationMs skew_max_ms = limits::skew_max_default_ms;
  friend bool operator==(const Settings&, const Settings&) = default;
};

struct Step {
  StepKind kind = StepKind::advance;
  TimeMs now = 0;
  std::uint64_t principal = 0;  // who was authorised; 0: nobody had to be

  // commands, delete_tenant
  TenantId tenant = kNoTenant;
  ProducerId producer;             // empty: no numbers
  std::uint64_t first_number = 0;  // of commands[0]; the others follow
  std::span<const Command> commands;
  // tenant_document
  const TenantSpec* document = nullptr;
  // settings
  const Settings* settings = nullptr;
  // advance, background
  std::uint64_t limit = 0;
  // touch
  Slot slot = kNoSlot;
  // consumer_at
  std::string_view consumer;
  std::uint64_t position = 0;
};

struct StepOutcome {
  Errc code = Errc::ok;    // tenant_document, settings, touch; commands: of the frame as a whole
  std::uint64_t done = 0;  // advance, background: what was really worked off
  TenantId tenant = kNoTenant;     // tenant_document: its id
  std::uint32_t version = 0;       // tenant_document: the version now in force
  std::uint64_t open_tickets = 0;  // names_in_use: how many stand in the way
};

// Where a step's outputs go. Called in order, on the applying thread.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void event(const Event& event) = 0;
  // One call per command of a commands step, in order, unless the whole frame was refused.
  virtual void result(const CommandResult& result) = 0;
};

}  // namespace vencer
