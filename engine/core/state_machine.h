// StateMachine: the deterministic heart. State and events are a pure function of the steps applied.
//
//   outcome = machine.apply(step, sink)
//
// Lives: one per partition.  Thread: one writer, the shard's; const members from that thread too.
// Cost: a command O(clocks of its ticket + rules looked at); a timer the same. No allocation per
// command beyond the tables reserved at the settings step (see README.md of this folder).
// Errors: bad commands get an Errc and change nothing; a step that could not have been logged by a
// correct shard (time going back, no settings first) is an assertion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/core/step.h"
#include "engine/core/ticket_extras.h"

namespace vencer {

enum class ClockPhase : std::uint8_t {
  idle = 0,
  running = 1,
  paused = 2,
  met = 3,
  missed = 4,
  cancelled = 5,
  expired = 6  // a window whose end came
};

struct RunInterval {
  TimeMs from;
  TimeMs to;  // kNever: still running
};

struct ClockView {
  ClockId clock = kNoId8;
  ClockPhase phase = ClockPhase::idle;
  std::uint16_t cycle = 0;
  bool breached = false;
  RuleId rule = kNoId16;  // none: no target; a target "ticket" may have no due
  DurationMs target_ms = 0;
  CalendarId calendar = kNoId16;
  LadderId ladder = kNoId16;
  TimeMs due = kNever;
  DurationMs extended_ms = 0;     // by commands, in its present cycle; target_ms has it in
  DurationMs elapsed_ms = 0;      // as of the machine's now
  TimeMs next_at = kNever;        // when its next step or breach falls due
  TimeMs acknowledged_until = 0;  // 0: not acknowledged; kNever: until it stops
  StepId next_step = kNoId8;      // what falls due at next_at; none: the breach
  std::uint16_t fired_steps = 0;
  std::vector<RunInterval> intervals;  // of this cycle
};

struct TicketView {
  TicketKey key;
  TenantId tenant = kNoTenant;
  std::uint32_t version = 0;
  StatusId status = 0;
  LevelId level = 0;
  Light light = Light::none;
  bool closed_for_good = false;
  TimeMs created_at = 0;
  TimeMs changed_at = 0;
  TimeMs pending_until = kNever;  // then `pending_then` is taken by itself
  StatusId pending_then = kNoId8;
  TimeMs start_at = kNever;  // its clocks are idle until then
  TimeMs due_at = kNever;    // given on the ticket, for targets "ticket"
  std::vector<AttributeValue> attributes;
  std::vector<ClockView> clocks;
  bool merged = false;  // a duplicate of `survivor`
  TicketKey survivor;
  std::vector<TicketLink> links;
  std::vector<TimeInStatus> time_in_status;  // by day and status, the present stay in it
};

class CalendarStore;
class PageSource;
class SnapshotDocuments;
struct SnapshotProgress;

class StateMachine {
 public:
  StateMachine();
  // Compiled calendars may be shared with other machines of the same thread (calendar_store.h).
  // Without pages of its own: the heap's.
  explicit StateMachine(std::shared_ptr<CalendarStore> calendars,
                        std::shared_ptr<PageSource> pages = nullptr);
  ~StateMachine();
  StateMachine(const StateMachine&) = delete;
  StateMachine& operator=(const StateMachine&) = delete;

  StepOutcome apply(const Step& step, Sink& sink);

  bool has_settings() const;
  const Settings& settings() const;
  TimeMs now() const;            // engine time: of the last step, or later in clock source input
  TimeMs next_deadline() const;  // nothing is due before it; kNever: nothing pending. There may be
                                 // nothing due then, either: an advance to it says what is next
  bool background_pending() const;
  std::uint64_t event_sequence() const;  // of the last event; 0: none yet
  std::uint64_t digest() const;  // of all state; equal after replay. O(state): not for hot paths

  // The document in force; nullptr if there is no such tenant. Valid until the next step.
  const TenantSpec* tenant(TenantId id) const;
  TenantId find_tenant(std::string_view name) const;  // kNoTenant
  std::uint32_t tenant_count() const;                 // ids are 1 .. count

  // kNoSlot if unknown (never created, or its key is no longer remembered).
  Slot find_ticket(TenantId tenant, const TicketKey& key) const;
  // Must it be touched (StepKind::touch) before it is read?
  bool needs_touch(Slot slot) const;
  TicketView view(Slot slot) const;

  std::uint64_t last_number(TenantId tenant, const ProducerId& producer) const;  // 0: none
  std::uint64_t consumer_position(std::string_view name) const;
  std::uint64_t ticket_count() const;  // in memory, remembered keys included
  std::uint64_t open_ticket_count() const;

  // Its state as bytes, in slices between steps: snapshot.h. `documents` outlives the snapshot.
  // Has settings, and no snapshot is running.
  void begin_snapshot(const SnapshotDocuments& documents, std::vector<std::byte>* out);
  // Appends to `out` what the backlog holds and the records of up to `most` more tickets (or what
  // costs as much); true: that was the end of it, and it runs no more.
  bool snapshot_slice(std::size_t most, std::vector<std::byte>* out);
  void abandon_snapshot();  // if one is running
  bool snapshot_running() const;
  std::size_t snapshot_backlog_bytes() const;
  SnapshotProgress snapshot_progress() const;  // of the one that runs

  struct Impl;  // engine.h; for this folder only

 private:
  friend class Queries;         // query.h
  friend class SnapshotReader;  // snapshot.h
  std::unique_ptr<Impl> impl_;
};

}  // namespace vencer
