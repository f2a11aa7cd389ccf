// Engine: the inside of StateMachine, shared by the files that each do one concern. Not for other
// folders.
//
// Reading order: state_machine.cc (steps) -> commands/*.cc (what a command asks) -> transition.cc
// (one change of one ticket) -> clock_transition.cc (what it does to a clock) -> timers.cc (what
// falls due)
// -> documents.cc (a new tenant document) -> lifecycle.cc (closed, stripped, forgotten).
//
// Order within one change (semantics.md, section 5): status and attributes; retractions; the
// policy, if what it matches on changed; then each clock in configured order: stop, cancel, reset,
// start, pause or resume. Then whatever is due by now fires, in the order of its instants.
//
// Choices where semantics.md is silent, all in the users' interest:
//   - a refused level of a ladder step is told to its recipient all the same, then step_refused;
//   - a quiet creation is bound by constraints, contract and quota like any other;
//   - the quota of tickets counts open ones. Commands of a producer that are answered again take
//     nothing of commands_per_second; refused ones do, unless it is the quota that refuses them, or
//     their occurred_at;
//   - a ticket that is closed or cancelled cancels the clocks that are still active: a closed
//     ticket never breaches;
//   - a clock that ends because its ticket is cancelled, and not by a stop of its own, is cancelled
//     also where its run_while no longer holds: nobody kept that promise;
//   - setting the status a ticket already has is accepted and enters nothing;
//   - the reopen window runs each time, whatever its `cycles` says;
//   - a new document does not restart clocks: it re-evaluates targets, calendars and pauses. One
//     that pauses or resumes a clock, or under which it keeps what it counted so far in another
//     calendar, counts as a change of its ticket: late news from before it is taken as of its
//     commit, or run intervals would overlap.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/background.h"
#include "engine/core/compiled_tenant.h"
#include "engine/core/constraints.h"
#include "engine/core/counts.h"
#include "engine/core/customer_table.h"
#include "engine/core/detectors.h"
#include "engine/core/ladder.h"
#include "engine/core/mutes.h"
#include "engine/core/producer_table.h"
#include "engine/core/schedules.h"
#include "engine/core/snapshot_walk.h"
#include "engine/core/state_machine.h"
#include "engine/core/target.h"
#include "engine/core/ticket_extras.h"
#include "engine/core/ticket_table.h"
#include "engine/core/timing_wheel.h"
#include "engine/core/token_bucket.h"

namespace vencer {

// A tenant: its document in force, the one before while open tickets are being re-evaluated, and
// what says whether a document may drop a name.
struct TenantState {
  // Shared with the snapshot that is being taken: it needs those of its begin.
  std::shared_ptr<const CompiledTenant> current;
  std::shared_ptr<const CompiledTenant> previous;  // while a re-evaluation runs
  TimeMs committed_at = 0;                         // of `current`
  JobQueue jobs;                                   // the first is being worked off
  std::uint64_t open_tickets = 0;
  std::array<std::uint64_t, limits::statuses_max> by_status{};      // open tickets
  std::array<std::uint64_t, limits::activities_max> by_activity{};  // open tickets that had it
  std::array<std::uint64_t, limits::clocks_max> by_clock{};         // active clocks
  std::vector<Detector> detectors;  // by position in the document in force
  LimitCounts limit_counts;
  Mutes mutes;
  TokenBucket bucket;
  bool deleted = false;  // its tickets are leaving, or have left
  Schedules schedules;

  Tallies tallies;  // counts.h

  bool reevaluating() const { return previous != nullptr; }
};

// A ticket in hand, with what is needed to work on it. Valid until its block moves (bring_current).
struct TicketRef {
  Slot slot;
  TicketHeader& ticket;
  TenantState& state;
  const CompiledTenant& tenant;
  std::uint64_t* block;

  ClockState& clock(ClockId id) const { return clocks_of(tenant.layout(), block)[id]; }
  const TenantSpec& spec() const { return tenant.spec(); }
  StatusCategory category() const { return spec().statuses[ticket.status].category; }
};

// One change of one ticket, whoever asked for it.
struct Change {
  bool create = false;
  bool automatic = false;  // by time: a ladder step, the end of a window or of a pending-until
  StatusId status = kNoId8;
  std::span<const AttributeValue> attributes;
  ActivityId activity = kNoId8;
  LevelId level = 0;
  RecipientId recipient = kNoId16;
  std::uint64_t actor = 0;
  bool merge = false;  // the ticket is a duplicate of `other`
  TicketKey other;
  Event* step_event = nullptr;  // of the ladder step that raises the level: told as its escalation
};

// A ticket that enters one of these is closed for good; one of category closed not before its
// reopen window, if the tenant has one, comes to its end.
inline bool is_final(StatusCategory category) {
  return category == StatusCategory::closed || category == StatusCategory::cancelled;
}
inline bool is_working(StatusCategory category) {
  return category != StatusCategory::resolved && !is_final(category);
}
// From these a ticket is reopened.
inline bool is_done(StatusCategory category) {
  return category == StatusCategory::resolved || category == StatusCategory::closed;
}
// Does the engine know this instant?
inline bool is_instant(TimeMs at) {
  return at >= limits::time_min_ms && at < limits::time_max_ms;
}

// What a change amounts to, as triggers see it.
struct Happenings {
  std::uint64_t activities = 0;
  std::uint64_t statuses = 0;
  std::uint32_t attributes_set = 0;
  std::uint32_t attributes_changed = 0;
  std::uint16_t levels = 0;
  std::uint32_t held_before = 0;  // clocks whose run_while held before the change
  std::span<const AttributeValue> set_to =
      {};  // of attributes_set; the last of an attribute counts
  StatusId status_before = kNoId8;
  StatusId status_after = kNoId8;
  bool reopened = false;

  bool trigger(const TriggerSpec& spec) const {
    // In one go: each is asked of four triggers a clock, and hardly any of them holds.
    const std::uint64_t any = (activities & spec.activities) | (statuses & spec.statuses) |
                              (attributes_set & spec.attributes_set) |
                              (attributes_changed & spec.attributes_changed) |
                              static_cast<std::uint64_t>(levels & spec.levels);
    return any != 0 || (attributes_changed != 0 && !spec.became.empty() && became(spec.became));
  }
  bool became(const std::vector<AttributeValue>& any_of) const;
};

struct StateMachine::Impl {
  Impl(std::shared_ptr<CalendarStore> store, std::shared_ptr<PageSource> source)
      : intervals(source), calendars(std::move(store)), pages(std::move(source)) {}

  // --- State: everything the digest covers
  // --------------------------------------------------------
  bool configured = false;
  Settings settings;
  TimeMs now = 0;
  std::uint64_t sequence = 0;
  std::unique_ptr<TicketTable> tickets;
  std::unique_ptr<TimingWheel> wheel;
  RunIntervals intervals;
  TicketExtrasTable extras;
  ProducerTable producers;
  std::map<std::string, std::uint64_t, std::less<>> consumers;
  std::vector<TenantState> tenants;               // tenant id - 1
  std::vector<TimerOwner> calendar_event_owners;  // by timer index; append-only, as is the next
  std::vector<TimerOwner> digest_owners;
  CustomerTable customers;
  std::uint64_t open_tickets = 0;
  std::uint32_t jobs_queued = 0;  // of all tenants

  // --- For the length of one apply
  // ------------------------------------------------------------------
  Sink* sink = nullptr;
  mutable Calendar::From known_from;  // a document may end its calendar's life: not for longer
  bool quiet = false;                 // a ticket is being imported: nothing but `imported` is told
  std::vector<AttributeValue> completed;  // room for Change::attributes, see matrix.cc
  std::vector<std::uint64_t> blank;       // the block of a ticket that is not there yet

  // The snapshot that is being taken. Tickets and customers are written through their tables'
  // change(), which tells it; what else changes is told by producer_of(), fire_due() and whoever
  // calls `saving` by name.
  std::unique_ptr<SnapshotWalk> saving;
  std::uint64_t snapshots = 0;  // begun: what a producer's `saved_in` is compared with

  // A memo, no state: what it gives depends on what is asked only.
  std::shared_ptr<CalendarStore> calendars;
  std::shared_ptr<PageSource> pages;

  // state_machine.cc
  StepOutcome apply_commands(const Step& step);
  class Prefetch;
  CommandResult apply_command(TenantState& state, const Command& command);
  StepOutcome apply_advance(const Step& step);
  Slot catch_up(TenantId tenant, const TicketKey& key);
  TenantState& tenant_of(const TicketHeader& ticket) { return tenants[ticket.tenant - 1u]; }
  TicketRef ref(Slot slot);         // to change it
  TicketRef look(Slot slot) const;  // to read it: not told to a snapshot that is being taken
  Producer* producer_of(const Step& step);
  // Extras of a ticket; nullptr: it has none. Costs others one bit of their header.
  TicketExtras* extras_of(const TicketRef& ref) {
    return ref.ticket.has(TicketFlag::extras) ? extras.find(ref.slot) : nullptr;
  }
  const TicketExtras* extras_of(const TicketRef& ref) const {
    return ref.ticket.has(TicketFlag::extras) ? extras.find(ref.slot) : nullptr;
  }
  TicketExtras& add_extras(const TicketRef& ref) {
    ref.ticket.set(TicketFlag::extras);
    return extras.get_or_add(ref.slot);
  }

  // transition.cc
  void apply_change(const TicketRef& ref, const Change& change, TimeMs at);
  Happenings collect(const TicketRef& ref, const Change& change) const;
  void record_activities(const TicketRef& ref, std::uint64_t activities);
  enum class Policy { change, document };
  void apply_policy(const TicketRef& ref, TimeMs at, Policy why = Policy::change);
  bool interval_room(const TicketRef& ref, const Change& change) const;

  // take_change.cc
  Errc take_change(const TicketRef& ref, Change change, TimeMs at, CommandResult* result);
  bool change_automatically(const TicketRef& ref, Change change, TimeMs at, Event refused);
  void change_by_time(const TicketRef& ref, const Change& change, TimeMs at, Event refused);

  // matrix.cc
  void complete_new(const CompiledTenant& tenant, Change* change);
  void complete(const TicketRef& ref, Change* change);

  // constraints.cc
  std::uint16_t broken_constraint(const TicketRef& ref, const Change& change, TimeMs at) const;
  std::uint16_t broken_by_new(TenantState& state, const Change& change, LevelId level, TimeMs at);
  void count_limits(const TicketRef& ref, int by);
  void count_limit(const TicketRef& ref, std::uint16_t id, int by);
  void recount_limits(const TicketRef& ref);

  // customers.cc
  CommandResult put_customer(TenantState& state, const Command& command);
  void fire_customer(Slot slot);
  void take_defaults(const CompiledTenant& tenant, std::vector<AttributeValue>* values) const;
  bool lacks_contract(const CompiledTenant& tenant, std::span<const AttributeValue> values,
                      TimeMs at) const;
  void tell_contract_missing(const TicketRef& ref, TimeMs at);
  void queue_reapply(TenantState& state, std::uint64_t customer);
  void reapply(const TenantState& state, const Job& job, Slot slot);
  void give_customer_values(const TicketRef& ref, std::uint64_t key, TimeMs at);

  // links.cc
  Slot find_other(const TicketRef& ref, const TicketKey& key) const;
  Errc add_link(const TicketRef& ref, Slot other_slot, LinkKind kind);
  Errc check_circle(const TicketRef& ref, Slot from, LinkKind kind) const;
  void drop_links(const TicketRef& ref);
  void tell_incidents(const TicketRef& ref, StatusCategory before);
  void tell_incident(const TenantState& state, const TicketKey& incident, const TicketKey& problem);

  // mute.cc
  CommandResult mute(TenantState& state, const Command& command);

  // tenant_deletion.cc
  StepOutcome apply_delete_tenant(const Step& step);
  TenantState* live_tenant(TenantId id);
  void delete_unit(const TenantState& state, const Job& job, std::uint32_t unit);
  void erase_ticket(Slot slot);

  // clock_transition.cc
  void retract(const TicketRef& ref, const Happenings& h, TimeMs at);
  // The clocks that the change can move, a bit each (all, where a bit too many does no harm).
  static std::uint32_t clocks_moved_by(const TicketRef& ref, const Happenings& h);
  void move_clocks(const TicketRef& ref, const Happenings& h, TimeMs at,
                   std::uint32_t which = ClockReach::kAll);
  void move_clock(const TicketRef& ref, ClockId id, const Happenings& h, TimeMs at);
  void start_cycle(const TicketRef& ref, ClockId id, TimeMs at);
  void continue_cycle(const TicketRef& ref, ClockId id, TimeMs at);
  void stop_clock(const TicketRef& ref, ClockId id, TimeMs at);
  void cancel_clock(const TicketRef& ref, ClockId id, TimeMs at);
  void pause_clock(const TicketRef& ref, ClockId id, TimeMs at);
  void resume_clock(const TicketRef& ref, ClockId id, TimeMs at);
  void retarget(const TicketRef& ref, ClockId id, TimeMs at, OnChange how);
  void refresh(const TicketRef& ref, ClockId id);  // next_at anew
  NextFall next_fall(const TicketRef& ref, ClockId id) const;
  void end_acknowledgement(const TicketRef& ref, ClockId id);
  void count_active(const TicketRef& ref, ClockId id, int by);

  // targeting.cc
  Goal goal_of(const TicketRef& ref, ClockId id) const;
  Goal goal_in_force(const TicketRef& ref, ClockId id) const;
  void take_target(const TicketRef& ref, const Goal& goal, OnChange how, TimeMs at,
                   RunIntervals* own, ClockState& clock) const;
  TimeMs due_under(const TicketRef& ref, ClockId id, OnChange how, TimeMs at) const;
  Runs runs_of(const TicketRef& ref) const {
    return {intervals, ref.tenant.calendars(), known_from};
  }
  void redue(const TicketRef& ref, ClockId id, TimeMs at);

  // timers.cc
  bool fire_due(TimeMs by);
  void fire_timer(const Timer& timer);
  void fire_ticket(Slot slot, TimeMs deadline);
  void run_until(const TicketRef& ref, TimeMs until, TimeMs not_before = 0);
  void announce_breach(const TicketRef& ref, ClockId id);
  void fire_step(const TicketRef& ref, ClockId id, const NextFall& fall, TimeMs at);
  TimeMs next_due(const TicketRef& ref) const;
  void reschedule(const TicketRef& ref);
  bool fire_next_input(TimeMs to);
  void advance_input_time(TimeMs to);  // clock source input: works off all that is due on the way

  // documents.cc
  StepOutcome apply_document(const Step& step);
  StepOutcome check_document(const TenantState* state, const TenantSpec& document) const;
  std::uint64_t dropped_while_pending(const TenantState& state, const TenantSpec& document) const;
  void bring_current(Slot slot);
  void move_block(TicketHeader& ticket, const CompiledTenant& from, const CompiledTenant& to);

  // background.cc
  void enqueue(TenantState& state, Job job);
  void drop_jobs(TenantState& state);
  StepOutcome apply_background(const Step& step);
  void work_unit(TenantState& state, Job& job, std::uint32_t unit);
  void finish(TenantState& state, Job& job);
  bool is_ticket_of(const TenantState& state, Slot slot) const;

  // schedules.cc
  void take_schedules(TenantState& state);
  void schedule_all(TenantState& state);
  void drop_schedules(TenantState& state);  // of a tenant that goes
  void begin_time(TimeMs at);
  bool time_has_begun() const;
  void fire_calendar_event(const Timer& timer);
  void fire_digest(const Timer& timer);
  void schedule_digest(TenantState& state, std::uint16_t position, TimeMs after);

  // digests.cc
  void begin_digest(TenantState& state, std::uint16_t position, TimeMs due);
  void collect_for_digest(TenantState& state, std::uint16_t position, Slot slot);
  bool happened_as_listed(const TicketRef& ref, std::uint16_t position, TimeMs due) const;
  void finish_digest(TenantState& state, std::uint16_t position);
  void revise_digests(TenantState& state, const TenantSpec& document);
  void note_days(const TicketRef& ref, std::uint64_t activities);

  // status_time.cc
  void keep_status_time(const TicketRef& ref, StatusId was, TimeMs at);
  void stop_status_time(const TicketRef& ref, StatusId was, TimeMs at);
  std::vector<TimeInStatus> time_in_status(const TicketRef& ref) const;

  // detect.cc
  void take_detectors(TenantState& state, const TenantSpec& document);
  void detect(const TicketRef& ref, bool escalated);
  void tell_mass_incident(const TicketRef& ref, std::uint16_t position);
  void link_incident(TenantId tenant, const std::vector<TicketKey>& keys);

  // window.cc
  void expire_window(const TicketRef& ref, ClockId id, TimeMs at);
  bool reopen_window_open(const TicketRef& ref) const;
  void settle_closed(const TicketRef& ref, TimeMs at);

  // pending.cc
  TimeMs own_due(const TicketRef& ref) const;
  bool waits_for_start(const TicketRef& ref) const;
  void fire_own(const TicketRef& ref, TimeMs at);
  void end_pending(const TicketRef& ref, TimeMs at);
  void forget_pending(const TicketRef& ref);
  void start_clocks(const TicketRef& ref, TimeMs at);

  // lifecycle.cc
  void close_for_good(const TicketRef& ref, TimeMs at);
  void leave(Slot slot);  // strips a closed ticket, or forgets its key

  // counts.cc
  void count(const TicketRef& ref);
  void count_ticket(const TicketRef& ref);
  void uncount_ticket(const TicketRef& ref);
  void recount_ticket(const TicketRef& ref);
  void count_verdict(const TicketRef& ref, ClockId id, TimeMs at);
  void take_back_verdict(const TicketRef& ref, ClockId id);
  void leave_verdict(const TicketRef& ref, ClockId id);
  static void change_verdict(const TicketRef& ref, const Verdict& verdict, int by);

  // emit.cc
  Event event_of(const TicketRef& ref, EventType type) const;
  Event event_of(const TicketRef& ref, ClockId id, EventType type) const;
  void emit(const CompiledTenant& tenant, Event& event);
  void emit(const TicketRef& ref, Event& event);
  void emit_clock(const TicketRef& ref, ClockId id, EventType type, TimeMs at,
                  DurationMs elapsed_ms, DurationMs overrun_ms);
  Light light_of(const TicketRef& ref) const;
  void update_light(const TicketRef& ref);
  void address(Event& event, const CompiledTenant& tenant, RecipientId recipient,
               const TicketRef* of = nullptr) const;
};

// commands/*.cc: what each command asks of its ticket. `at` is when it happened at the desk. On any
// code but ok nothing has changed. result->detail says which id a code is about.
using TicketCommand = Errc (*)(StateMachine::Impl& engine, const TicketRef& ref,
                               const Command& command, TimeMs at, CommandResult* result);
Errc command_create(StateMachine::Impl& engine, TenantState& state, const Command& command,
                    TimeMs at, CommandResult* result);
Errc command_set_status(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                        TimeMs at, CommandResult* result);
Errc command_set_attributes(StateMachine::Impl& engine, const TicketRef& ref,
                            const Command& command, TimeMs at, CommandResult* result);
Errc command_activity(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                      TimeMs at, CommandResult* result);
Errc command_escalate(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                      TimeMs at, CommandResult* result);
Errc command_extend(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                    TimeMs at, CommandResult* result);
Errc command_set_due(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                     TimeMs at, CommandResult* result);
Errc command_cancel(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                    TimeMs at, CommandResult* result);
Errc command_acknowledge(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                         TimeMs at, CommandResult* result);

Errc command_merge(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                   TimeMs at, CommandResult* result);
Errc command_link(StateMachine::Impl& engine, const TicketRef& ref, const Command& command,
                  TimeMs at, CommandResult* result);

// The value that a list of settings gives to an attribute: the last counts; 0: none.
Value last_value(std::span<const AttributeValue> values, AttributeId attribute);
// Ids are positions, append-only: no list that the state or the log points into may shrink from
// one document to the next, nor an attribute change from values of the document to keys of the
// producer.
bool keeps_ids(const TenantSpec& before, const TenantSpec& after);
// Is it an attribute and a value of the document in force?
bool is_live(const TenantSpec& spec, const AttributeValue& value);
// Are these attributes and values the document's? Shared by create and set_attributes.
Errc check_attributes(const CompiledTenant& tenant, std::span<const AttributeValue> attributes,
                      CommandResult* result);

}  // namespace vencer
