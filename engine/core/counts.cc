// Keeps what is counted of a ticket in step with the ticket (counts.h).
#include "engine/core/counts.h"

#include <algorithm>

#include "engine/core/engine.h"

namespace vencer {

void OverdueClocks::restore(std::vector<Overdue>& all) {
  std::sort(all.begin(), all.end());
  for (const Overdue& each : all) ordered_.insert(ordered_.end(), each);
}

namespace {

LightCounts& lights_of(const TicketRef& ref) {
  Tallies& tallies = ref.state.tallies;
  return &ref.tenant == ref.state.current.get() ? tallies.lights : tallies.lights_before;
}

// The verdicts that stand in the ticket's words, under value i of count_by in `cell`.
void move_verdicts(const TicketRef& ref, std::uint32_t cell, std::size_t i, int by) {
  const CountBy& count_by = ref.tenant.count_by();
  const AttributeValue value{count_by.attribute(i), count_by.value(cell, i)};
  for (std::size_t c = 0; c < ref.tenant.clock_count(); ++c) {
    const auto id = static_cast<ClockId>(c);
    const std::uint32_t word = ref.clock(id).counted;
    if ((word & CountedClock::kKind) != CountedClock::kVerdict) continue;
    ref.state.tallies.attainment.add(CountedClock::verdict_in(word, id), value, by);
  }
}

// Out of forecast or overdue, whichever it is in.
void take_out(const TicketRef& ref, ClockId id, std::uint32_t word) {
  if ((word & CountedClock::kKind) == CountedClock::kDue) {
    ref.state.tallies.forecast.add(CountedClock::forecast_key_in(word), -1);
  } else if ((word & CountedClock::kKind) == CountedClock::kOverdue) {
    ref.state.tallies.overdue.erase(CountedClock::place_in(word), ref.slot, id);
  }
}

}  // namespace

void StateMachine::Impl::count(const TicketRef& ref) {
  count_ticket(ref);
  Tallies& tallies = ref.state.tallies;
  for (std::size_t i = 0; i < ref.tenant.clock_count(); ++i) {
    const auto id = static_cast<ClockId>(i);
    ClockState& clock = ref.clock(id);
    const bool counts = clock.active() && clock.due != kNever && clock.has_target() &&
                        (ref.tenant.promises() >> i & 1) != 0;
    const bool breached = counts && clock.has(ClockFlag::breached);
    std::uint32_t wanted = 0;
    if (counts) wanted = breached ? CountedClock::kOverdue : CountedClock::of_due(clock.due);
    if (CountedClock::without_place(clock.counted) == wanted &&
        (!breached || tallies.overdue.due_at(CountedClock::place_in(clock.counted)) == clock.due)) {
      continue;
    }
    // A verdict stands until the clock's next cycle.
    if ((clock.counted & CountedClock::kKind) == CountedClock::kVerdict && !clock.active())
      continue;
    take_out(ref, id, clock.counted);
    if (breached) {
      wanted = CountedClock::of_place(tallies.overdue.insert({clock.due, ref.slot, id}));
    } else if (counts) {
      tallies.forecast.add(CountedClock::forecast_key_in(wanted), 1);
    }
    clock.counted = wanted;
  }
}

// The ticket's own word: its light and counted attributes.
void StateMachine::Impl::count_ticket(const TicketRef& ref) {
  std::uint32_t& word = ref.ticket.counted;
  const CountBy& count_by = ref.tenant.count_by();
  std::uint32_t wanted = 0;
  if (!ref.ticket.has(TicketFlag::closed)) {
    const std::uint32_t cell = count_by.cell([&](AttributeId attribute) {
      return get_attribute(ref.tenant.layout(), ref.block, attribute);
    });
    wanted = 1 + cell * static_cast<std::uint32_t>(kLights) +
             static_cast<std::uint32_t>(ref.ticket.light());
  }
  if (word == wanted) return;
  LightCounts& lights = lights_of(ref);
  if (word != 0) --lights[word - 1];
  if (wanted != 0) ++lights[wanted - 1];
  if (word != 0 && wanted != 0 && count_by.size() > 0) {
    const auto from = (word - 1) / static_cast<std::uint32_t>(kLights);
    const auto to = (wanted - 1) / static_cast<std::uint32_t>(kLights);
    for (std::size_t i = 0; i < count_by.size() && from != to; ++i) {
      if (count_by.value(from, i) == count_by.value(to, i)) continue;
      move_verdicts(ref, from, i, -1);
      move_verdicts(ref, to, i, 1);
    }
  }
  word = wanted;
}

// Before the ticket's block is laid out for another document; `fresh` after it was.
void StateMachine::Impl::uncount_ticket(const TicketRef& ref) {
  std::uint32_t& word = ref.ticket.counted;
  if (word == 0) return;
  --lights_of(ref)[word - 1];
  const auto cell = (word - 1) / static_cast<std::uint32_t>(kLights);
  for (std::size_t i = 0; i < ref.tenant.count_by().size(); ++i) move_verdicts(ref, cell, i, -1);
  word = 0;
}

void StateMachine::Impl::recount_ticket(const TicketRef& ref) {
  count_ticket(ref);
  const std::uint32_t word = ref.ticket.counted;
  if (word == 0) return;
  const auto cell = (word - 1) / static_cast<std::uint32_t>(kLights);
  for (std::size_t i = 0; i < ref.tenant.count_by().size(); ++i) move_verdicts(ref, cell, i, 1);
}

// stop_clock, of a clock with a target: the verdict of its cycle, in the local day of the stop.
void StateMachine::Impl::count_verdict(const TicketRef& ref, ClockId id, TimeMs at) {
  if ((ref.tenant.promises() >> id & 1) == 0) return;
  count_ticket(ref);  // under what the ticket is now
  const ClockState& clock = ref.clock(id);
  Verdict verdict;
  verdict.day = ref.tenant.calendar(clock.calendar).date_of(at);
  verdict.clock = id;
  verdict.missed = clock.phase() == ClockPhase::missed;
  verdict.bucket = elapsed_bucket(clock.elapsed_before);
  std::uint32_t& word = ref.clock(id).counted;
  take_out(ref, id, word);
  word = CountedClock::of_verdict(verdict);
  change_verdict(ref, verdict, 1);
}

// continue_cycle: a reopen takes the verdict back.
void StateMachine::Impl::take_back_verdict(const TicketRef& ref, ClockId id) {
  std::uint32_t& word = ref.clock(id).counted;
  if ((word & CountedClock::kKind) != CountedClock::kVerdict) return;
  count_ticket(ref);
  change_verdict(ref, CountedClock::verdict_in(word, id), -1);
  word = 0;
}

// start_cycle: the verdict of the cycle before stays for good, under what the ticket is now.
void StateMachine::Impl::leave_verdict(const TicketRef& ref, ClockId id) {
  std::uint32_t& word = ref.clock(id).counted;
  if ((word & CountedClock::kKind) != CountedClock::kVerdict) return;
  count_ticket(ref);
  word = 0;
}

void StateMachine::Impl::change_verdict(const TicketRef& ref, const Verdict& verdict, int by) {
  Attainment& attainment = ref.state.tallies.attainment;
  attainment.add(verdict, by);
  const CountBy& count_by = ref.tenant.count_by();
  for (std::size_t i = 0; i < count_by.size(); ++i) {
    const AttributeId attribute = count_by.attribute(i);
    attainment.add(verdict, {attribute, get_attribute(ref.tenant.layout(), ref.block, attribute)},
                   by);
  }
}

}  // namespace vencer
