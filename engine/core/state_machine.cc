#include "engine/core/state_machine.h"

#include <algorithm>
#include <utility>

#include "engine/core/engine.h"

namespace vencer {

StateMachine::StateMachine() : StateMachine(std::make_shared<CalendarStore>()) {}
StateMachine::StateMachine(std::shared_ptr<CalendarStore> calendars,
                           std::shared_ptr<PageSource> pages)
    : impl_(std::make_unique<Impl>(std::move(calendars), pages == nullptr
                                                             ? std::make_shared<HeapPages>()
                                                             : std::move(pages))) {}
StateMachine::~StateMachine() = default;

StepOutcome StateMachine::apply(const Step& step, Sink& sink) {
  Impl& engine = *impl_;
  engine.sink = &sink;
  engine.known_from = {};
  StepOutcome outcome;
  if (step.kind == StepKind::settings) {
    const Settings& wanted = *step.settings;
    if (!engine.configured) {
      engine.settings = wanted;
      // Clock source input: time begins with the first command, however long ago that was.
      engine.now = wanted.clock_source == ClockSource::input ? limits::time_min_ms : step.now;
      engine.tickets = std::make_unique<TicketTable>(wanted.ticket_capacity, engine.pages);
      engine.wheel = std::make_unique<TimingWheel>(engine.now, engine.pages);
      engine.wheel->borrow_ticket_words(engine.tickets->timer_words());
      engine.configured = true;
    } else if (wanted.partition != engine.settings.partition ||
               wanted.clock_source != engine.settings.clock_source ||
               wanted.ticket_capacity != engine.settings.ticket_capacity) {
      outcome.code = Errc::limit;  // of these a log keeps the first
    } else {
      engine.settings = wanted;
    }
    return outcome;
  }
  VENCER_ASSERT(engine.configured);
  if (engine.settings.clock_source == ClockSource::wall) {
    VENCER_ASSERT(step.now >= engine.now);
    engine.now = step.now;
  }
  switch (step.kind) {
    case StepKind::settings:
      break;
    case StepKind::commands:
      return engine.apply_commands(step);
    case StepKind::advance:
      return engine.apply_advance(step);
    case StepKind::background:
      return engine.apply_background(step);
    case StepKind::tenant_document:
      return engine.apply_document(step);
    case StepKind::touch:
      engine.bring_current(step.slot);
      return outcome;
    case StepKind::consumer_at:
      engine.consumers.insert_or_assign(std::string(step.consumer), step.position);
      return outcome;
    case StepKind::delete_tenant:
      return engine.apply_delete_tenant(step);
  }
  return outcome;
}

TicketRef StateMachine::Impl::ref(Slot slot) {
  TicketHeader& ticket = tickets->change(slot);
  TenantState& state = tenant_of(ticket);
  return {slot, ticket, state, *state.current, tickets->blocks().data(ticket.block)};
}

TicketRef StateMachine::Impl::look(Slot slot) const {
  const TicketHeader& ticket = (*tickets)[slot];
  const TenantState& state = tenants[ticket.tenant - 1u];
  return {slot, const_cast<TicketHeader&>(ticket), const_cast<TenantState&>(state), *state.current,
          const_cast<std::uint64_t*>(std::as_const(*tickets).blocks().data(ticket.block))};
}

// The ticket of a key with all done that is due in it by now; kNoSlot: there is none (any more).
Slot StateMachine::Impl::catch_up(TenantId tenant, const TicketKey& key) {
  const Slot slot = tickets->find(tenant, key);
  if (slot == kNoSlot) return kNoSlot;
  const TicketHeader& ticket = (*tickets)[slot];
  if (!ticket.has(TicketFlag::closed)) {
    const std::uint16_t document = ticket.document;
    bring_current(slot);
    const TicketRef open = ref(slot);
    // Whatever touched it last ended in reschedule(), so mostly there is nothing to do.
    if (ticket.document != document || next_due(open) <= now) {
      run_until(open, now);
      reschedule(open);
    }
  }
  while (ticket.has(TicketFlag::closed) && ticket.leave_at <= now) {
    const bool forgotten = ticket.has(TicketFlag::gone);
    leave(slot);
    if (forgotten) return kNoSlot;
  }
  return slot;
}

StepOutcome StateMachine::Impl::apply_advance(const Step& step) {
  StepOutcome outcome;
  if (settings.clock_source == ClockSource::input) {
    begin_time(step.now);
    while (outcome.done < step.limit && fire_next_input(step.now)) ++outcome.done;
    // To the end only when all that was due on the way is worked off, else to what is due next. A
    // deadline at which nothing is due any more is passed here and now, never left to chance: a
    // replay, which knows only the count, would stop before it where this run did not.
    TimeMs next = wheel->next_deadline();
    while (next <= step.now && !wheel->has_due(std::max(now, next))) next = wheel->next_deadline();
    now = std::max(now, std::min(next, step.now));
    return outcome;
  }
  for (; outcome.done < step.limit; ++outcome.done) {
    if (!fire_due(step.now)) break;
  }
  return outcome;
}

// Most of what a command costs is waiting for memory: the index, the header that it names, the
// block that the header names, the last run interval that a clock in the block names. Each is asked
// for a group of commands ahead, when what leads to it has arrived; and for a group at once, for a
// request waits where its page is looked up, and only those that stand close together are looked up
// side by side. Whoever walks calls begin() once, then ahead() before each command.
class StateMachine::Impl::Prefetch {
 public:
  Prefetch(const Impl& engine, const CompiledTenant& tenant, const Step& step)
      : engine_(engine), tenant_(tenant), step_(step) {}

  // What ahead() would have asked for before the first command, had there been others before it: a
  // batch of a few commands is nothing but that.
  void begin() {
    index(0, kIndexAhead + kGroup);
    header(0, kHeaderAhead + kGroup);
    block(0, kBlockAhead + kGroup);
    runs(0, kRunsAhead + kGroup);
  }
  [[gnu::always_inline]] void ahead(std::size_t at) {
    if (at % kGroup == 0 && at > 0) next_group(at);
  }

 private:
  static constexpr std::size_t kGroup = 2;
  static constexpr std::size_t kIndexAhead = 12, kHeaderAhead = 8, kBlockAhead = 4, kRunsAhead = 2;
  static constexpr std::size_t kRing = 16;
  static_assert(kRing >= kHeaderAhead + kGroup);  // begin() fills so many before block() reads

  [[gnu::noinline]] void next_group(std::size_t at) {
    index(at + kIndexAhead, kGroup);
    header(at + kHeaderAhead, kGroup);
    block(at + kBlockAhead, kGroup);
    runs(at + kRunsAhead, kGroup);
  }
  [[gnu::always_inline]] void index(std::size_t first, std::size_t many) const {
    const std::size_t end = std::min(first + many, step_.commands.size());
    for (std::size_t i = first; i < end; ++i) {
      const Command& command = step_.commands[i];
      engine_.tickets->prefetch_index(step_.tenant, command.key,
                                      command.kind == CommandKind::create);
    }
  }
  [[gnu::always_inline]] void header(std::size_t first, std::size_t many) {
    const std::size_t end = std::min(first + many, step_.commands.size());
    for (std::size_t i = first; i < end; ++i) {
      slots_[i % slots_.size()] =
          engine_.tickets->prefetch_header(step_.tenant, step_.commands[i].key);
    }
  }
  [[gnu::always_inline]] void block(std::size_t first, std::size_t many) const {
    const std::size_t end = std::min(first + many, step_.commands.size());
    for (std::size_t i = first; i < end; ++i) {
      const Slot slot = slots_[i % slots_.size()];
      if (slot != kNoSlot) engine_.tickets->prefetch_block(slot);
    }
  }

  // A change of status may pause or stop clocks, which ends a run, or continue them, which asks how
  // many there were.
  [[gnu::always_inline]] void runs(std::size_t first, std::size_t many) const {
    const std::size_t end = std::min(first + many, step_.commands.size());
    const auto version = static_cast<std::uint16_t>(tenant_.spec().version);
    for (std::size_t i = first; i < end; ++i) {
      const Slot slot = slots_[i % slots_.size()];
      const Command& command = step_.commands[i];
      if (slot == kNoSlot || command.kind != CommandKind::set_status) continue;
      const TicketHeader& ticket = (*engine_.tickets)[slot];
      // Whose block has this tenant's present layout; another ticket may have the slot by now.
      if (!ticket.has(TicketFlag::live) || ticket.block == 0 || ticket.tenant != step_.tenant ||
          ticket.document != version || command.status >= tenant_.spec().statuses.size())
        continue;
      const std::uint32_t which = tenant_.clock_reach().by_status(ticket.status, command.status);
      if (which == 0) continue;
      const ClockState* clocks =
          clocks_of(tenant_.layout(), std::as_const(*engine_.tickets).blocks().data(ticket.block));
      for (std::size_t id = 0; id < tenant_.clock_count(); ++id) {
        if ((which >> id & 1) != 0) engine_.intervals.prefetch(clocks[id].intervals);
      }
    }
  }

  const Impl& engine_;
  const CompiledTenant& tenant_;
  const Step& step_;
  std::array<Slot, kRing> slots_;  // as header() found them, whosever they are by now
};

// nullptr: there are too many.
Producer* StateMachine::Impl::producer_of(const Step& step) {
  const std::size_t before = producers.all().size();
  Producer* producer =
      producers.find_or_add(step.tenant, step.producer, settings.producer_capacity);
  if (saving != nullptr && producer != nullptr) [[unlikely]] {
    if (producers.all().size() > before) {
      producer->saved_in = snapshots;  // it was not there at begin
    } else {
      saving->keep({step.tenant, step.producer}, *producer);
    }
  }
  return producer;
}

StepOutcome StateMachine::Impl::apply_commands(const Step& step) {
  StepOutcome outcome;
  TenantState* const live = live_tenant(step.tenant);
  if (live == nullptr) {
    outcome.code = Errc::unknown_tenant;
    return outcome;
  }
  Producer* producer = nullptr;
  if (!step.producer.empty() && step.first_number > 0) {
    producer = producer_of(step);
    if (producer == nullptr) {
      outcome.code = Errc::limit;
      return outcome;
    }
  }
  TenantState& state = *live;
  Prefetch prefetch(*this, *state.current, step);
  prefetch.begin();
  for (std::size_t i = 0; i < step.commands.size(); ++i) {
    prefetch.ahead(i);
    const Command& command = step.commands[i];
    CommandResult result;
    if (producer == nullptr) {
      result = apply_command(state, command);
    } else if (producer->judge(step.first_number + i, command.content_hash, &result) ==
               Producer::Verdict::apply) {
      result = apply_command(state, command);
      producer->record(command.content_hash, result);
    }
    sink->result(result);
  }
  return outcome;
}

namespace {

// By kind; nullptr: none of an existing ticket, or none that this build knows.
constexpr TicketCommand kTicketCommands[] = {
    nullptr,                 // none
    nullptr,                 // create
    command_set_status,      //
    command_set_attributes,  //
    command_activity,        //
    command_escalate,        //
    command_acknowledge,     //
    command_merge,           //
    command_link,            //
    command_extend,          //
    command_set_due,         //
    command_cancel,          //
};

// When it happened at the desk. Clock source input has moved engine time already.
Errc effective_instant(const Command& command, TimeMs now, DurationMs skew_max, TimeMs* at) {
  *at = now;
  if (command.occurred_at == kNever) return Errc::ok;
  if (command.occurred_at < limits::time_min_ms) return Errc::time_out_of_range;
  if (command.occurred_at > now && command.occurred_at - now > skew_max)
    return Errc::occurred_at_future;
  *at = std::min(command.occurred_at, now);
  return Errc::ok;
}

}  // namespace

CommandResult StateMachine::Impl::apply_command(TenantState& state, const Command& command) {
  CommandResult result;
  if (settings.clock_source == ClockSource::input) {
    if (command.occurred_at == kNever) {
      result.code = Errc::occurred_at_required;
      return result;
    }
    if (command.occurred_at < limits::time_min_ms || command.occurred_at >= limits::time_max_ms) {
      result.code = Errc::time_out_of_range;
      return result;
    }
    advance_input_time(std::max(now, command.occurred_at));  // late news too finds all done by now
  }
  TimeMs at = now;
  result.code = effective_instant(command, now, settings.skew_max_ms, &at);
  if (result.code != Errc::ok) return result;

  const std::uint32_t per_second = state.current->spec().quota.commands_per_second;
  if (per_second != 0 && !state.bucket.take(per_second, now)) {
    result.code = Errc::quota;
    return result;
  }
  if (command.kind == CommandKind::put_customer) return put_customer(state, command);
  if (command.kind == CommandKind::mute) return mute(state, command);

  // Its own ticket is caught up first, whatever else waits: by now it may have closed or left.
  const Slot slot = catch_up(state.current->id(), command.key);
  if (slot != kNoSlot) result.version = (*tickets)[slot].version;
  if (command.kind == CommandKind::create) {
    result.code = slot == kNoSlot ? command_create(*this, state, command, at, &result)
                  : (*tickets)[slot].has(TicketFlag::closed) ? Errc::closed_for_good
                                                             : Errc::ticket_exists;
    return result;
  }
  const auto kind = static_cast<std::size_t>(command.kind);
  if (kind >= std::size(kTicketCommands) || kTicketCommands[kind] == nullptr) {
    result.code = Errc::empty_command;
  } else if (slot == kNoSlot) {
    result.code = Errc::unknown_ticket;
  } else if ((*tickets)[slot].has(TicketFlag::closed)) {
    result.code = Errc::closed_for_good;
  } else {
    const TicketRef ticket = ref(slot);
    if (command.expected_version != 0 && command.expected_version != ticket.ticket.version) {
      result.code = Errc::version_mismatch;
    } else {
      result.clamped = at < ticket.ticket.changed_at;
      at = std::max<TimeMs>(at, ticket.ticket.changed_at);
      result.code = kTicketCommands[kind](*this, ticket, command, at, &result);
      run_until(ticket, now);
      reschedule(ticket);
    }
    result.version = ticket.ticket.version;
  }
  return result;
}

bool StateMachine::has_settings() const {
  return impl_->configured;
}
const Settings& StateMachine::settings() const {
  return impl_->settings;
}
TimeMs StateMachine::now() const {
  return impl_->now;
}
TimeMs StateMachine::next_deadline() const {
  return impl_->configured ? impl_->wheel->next_deadline() : kNever;
}
std::uint64_t StateMachine::event_sequence() const {
  return impl_->sequence;
}

bool StateMachine::background_pending() const {
  return impl_->jobs_queued > 0;
}

const TenantSpec* StateMachine::tenant(TenantId id) const {
  const TenantState* state = impl_->live_tenant(id);
  return state == nullptr ? nullptr : &state->current->spec();
}

TenantId StateMachine::find_tenant(std::string_view name) const {
  for (std::size_t i = 0; i < impl_->tenants.size(); ++i) {
    const TenantState& state = impl_->tenants[i];
    if (!state.deleted && state.current->spec().name == name) return static_cast<TenantId>(i + 1);
  }
  return kNoTenant;
}

std::uint32_t StateMachine::tenant_count() const {
  return static_cast<std::uint32_t>(impl_->tenants.size());
}

std::uint64_t StateMachine::last_number(TenantId tenant, const ProducerId& producer) const {
  const Producer* found = impl_->producers.find(tenant, producer);
  return found == nullptr ? 0 : found->last();
}

std::uint64_t StateMachine::consumer_position(std::string_view name) const {
  const auto found = impl_->consumers.find(name);
  return found == impl_->consumers.end() ? 0 : found->second;
}

std::uint64_t StateMachine::ticket_count() const {
  return impl_->configured ? impl_->tickets->size() : 0;
}
std::uint64_t StateMachine::open_ticket_count() const {
  return impl_->open_tickets;
}

Slot StateMachine::find_ticket(TenantId tenant, const TicketKey& key) const {
  return impl_->live_tenant(tenant) == nullptr ? kNoSlot : impl_->tickets->find(tenant, key);
}

}  // namespace vencer
