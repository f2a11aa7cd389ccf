// Desk: the naive model. What semantics.md promises, written as plainly as possible, to hold
// engine/core against: no wheel, no compiled tables, no slices, nothing kept that can be worked out
// anew. One tenant, everything on time: what falls due is worked off at its instant, and a new
// document reaches every ticket at once.
//
// Where semantics.md is silent the model follows what the core's headers say (engine.h, tenant.h,
// clock.h, ladder.h, calendar.h, command.h, event.h); such places are marked "choice".
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "tests/model/desk_ticket.h"

namespace vencer::model {

class Desk {
 public:
  explicit Desk(const Settings& settings) : settings_(settings) {}

  // False: it stopped short of `to`, at more than `events_max` events, in a story without end.
  bool advance(TimeMs to, std::size_t events_max = SIZE_MAX);
  StepOutcome put(const TenantSpec& document);
  CommandResult command(const Command& command);
  // With a producer's number.
  CommandResult numbered(const Command& command, const ProducerId& producer, std::uint64_t number);

  TimeMs now() const { return now_; }
  TimeMs next_deadline() const;
  const TenantSpec& document() const { return document_; }
  const std::vector<std::optional<ModelTicket>>& slots() const { return slots_; }
  const ModelTicket* find(const TicketKey& key) const;
  std::vector<ModelLink> links_of(const TicketKey& key) const;  // in the order in which they came
  Light light_of(const ModelTicket& ticket) const;
  Fall next_fall(const ModelTicket& ticket, ClockId id) const;
  std::vector<Said> take_events();

 private:
  struct Answer {
    std::uint32_t content_hash;
    CommandResult result;
  };
  using Slots = std::vector<std::optional<ModelTicket>>;

  // desk.cc
  TimeMs next_of(const ModelTicket& ticket) const;
  std::size_t next_slot() const;
  void fire_slot(std::size_t slot, TimeMs instant);
  void leave(std::size_t slot);
  std::size_t take_slot();
  std::size_t slot_of(const TicketKey& key) const;
  // desk_document.cc
  std::uint64_t in_use(const TenantSpec& document) const;
  // desk_command.cc
  Errc ask(ModelTicket& ticket, const Command& command, TimeMs at, CommandResult* result);
  Errc ask_status(const Command& command, Request& request, CommandResult* result) const;
  Errc create(const Command& command, TimeMs at, CommandResult* result);
  Errc acknowledge(ModelTicket& ticket, const Command& command, TimeMs at, CommandResult* result);
  Errc extend(ModelTicket& ticket, const Command& command, TimeMs at, CommandResult* result);
  Errc set_due(ModelTicket& ticket, const Command& command, TimeMs at);
  Errc check_attributes(const Command& command, CommandResult* result) const;
  // desk_change.cc
  Happened what_happens(const ModelTicket& ticket, const Request& request) const;
  void change(ModelTicket& ticket, const Request& request, TimeMs at, const Said* step = nullptr);
  void tell_change(ModelTicket& ticket, const Request& request, const Happened& h, TimeMs at,
                   const Said* step);
  void retract(ModelTicket& ticket, const Happened& h, TimeMs at);
  bool interval_room(const ModelTicket& ticket, const Request& request) const;
  bool stays_open(const ModelTicket& ticket) const;
  void settle(ModelTicket& ticket, TimeMs at);
  void redue(ModelTicket& ticket, ClockId id, const ModelClock& before, TimeMs at);
  void close(ModelTicket& ticket, TimeMs at);
  // desk_links.cc
  ModelTicket* there(const TicketKey& key);
  bool leads(LinkKind kind, const TicketKey& from, const TicketKey& to) const;
  Errc link(ModelTicket& ticket, const Command& command, TimeMs at);
  Errc ask_merge(ModelTicket& ticket, const Command& command, Request& request,
                 CommandResult* result);
  void end_as_duplicate(ModelTicket& ticket, const Request& request, const Happened& h, TimeMs at);
  void tell_incidents(const ModelTicket& problem, StatusId before);
  void tell_incidents(const TicketKey& problem, const std::vector<TicketKey>& incidents);
  // desk_mute.cc
  Errc mute(const Command& command, CommandResult* result);
  bool is_muted(const std::vector<AttributeValue>& attributes) const;
  // desk_rules.cc
  Value given(const Standing& standing) const;
  void complete(const ModelTicket& ticket, Request& request) const;
  bool exceeds(const ModelTicket& ticket, std::uint16_t id, const Happened& h) const;
  std::uint16_t broken(const ModelTicket& ticket, const Request& request, TimeMs at) const;
  Errc may_change(const ModelTicket& ticket, Request& request, TimeMs at,
                  CommandResult* result) const;
  void recount(const TenantSpec& document);
  bool take_turn_of_quota();
  // desk_customers.cc
  AttributeId customer_attribute() const;
  ModelCustomer* customer(std::uint64_t key);
  Errc put_customer(const Command& command, CommandResult* result);
  void reapply(ModelTicket& ticket, const ModelCustomer& known);
  void take_defaults(std::vector<AttributeValue>* attributes);
  bool lacks_contract(const std::vector<AttributeValue>& attributes, TimeMs at);
  void say_contract_missing(const ModelTicket& ticket, TimeMs at);
  ModelCustomer* next_customer();
  void end_contract(ModelCustomer& known);
  // desk_policy.cc
  void choose_rule(ModelTicket& ticket, ClockId id, TimeMs at, bool recompute) const;
  void policy(ModelTicket& ticket, TimeMs at, bool by_document = false);
  // desk_clocks.cc
  void move_clocks(ModelTicket& ticket, const Happened& h, TimeMs at);
  void move_clock(ModelTicket& ticket, ClockId id, const Happened& h, TimeMs at);
  void begin_cycle(ModelTicket& ticket, ClockId id, TimeMs at);
  void go_on(ModelTicket& ticket, ClockId id, TimeMs at, bool reopened);
  void stop(ModelTicket& ticket, ClockId id, TimeMs at);
  void cancel(ModelTicket& ticket, ClockId id, TimeMs at);
  void pause(ModelTicket& ticket, ClockId id, TimeMs at);
  // desk_ladder.cc
  void run_until(ModelTicket& ticket, TimeMs until, TimeMs not_before = 0);
  void breach(ModelTicket& ticket, ClockId id);
  void fire_step(ModelTicket& ticket, ClockId id, const Fall& fall, TimeMs at);
  // desk_time.cc
  void end_pending(ModelTicket& ticket, TimeMs at);
  void start_clocks(ModelTicket& ticket, TimeMs at);
  void expire(ModelTicket& ticket, ClockId id, const Fall& fall, TimeMs at);
  bool try_to_set(ModelTicket& ticket, const SetSpec& set, TimeMs at, const Said& refusal);
  void change_by_itself(ModelTicket& ticket, const SetSpec& set, TimeMs at, const Said& refusal);
  // desk_events.cc
  Said about(const ModelTicket& ticket, EventType type) const;
  Said about(const ModelTicket& ticket, ClockId id, EventType type) const;
  void say(Said said);
  void say_clock(const ModelTicket& ticket, ClockId id, EventType type, TimeMs at, TimeMs due,
                 DurationMs elapsed_ms, DurationMs overrun_ms);
  void update_light(ModelTicket& ticket);
  void address(Event& event, const Attributes& has, RecipientId recipient) const;

  Settings settings_;
  TimeMs now_ = 0;
  std::uint64_t sequence_ = 0;
  TenantSpec document_;
  std::vector<const Openings*> calendars_;  // of the document
  Slots slots_;
  std::deque<std::size_t> free_;
  std::map<ProducerId, std::vector<Answer>> producers_;
  std::vector<ModelCustomer> customers_;  // in the order in which they were first put
  std::vector<ModelLink> links_;
  bool taking_document_ = false;
  std::vector<std::pair<TicketKey, std::vector<TicketKey>>> waiting_;  // problems, their incidents
  std::map<std::pair<AttributeId, Value>, TimeMs> mutes_;  // no attribute: the whole tenant
  std::vector<Said> said_;
  bool quiet_ = false;                   // a quiet create is at work
  std::set<std::uint16_t> recounting_;   // limits, while a document is brought to the tickets ...
  std::size_t brought_ = 0;              // ... up to this slot
  std::int64_t quota_left_ = INT32_MAX;  // thousandths of a command ...
  TimeMs quota_at_ = 0;                  // ... as of then
};

}  // namespace vencer::model
