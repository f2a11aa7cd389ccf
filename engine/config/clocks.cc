// [[clock]]: the stopwatches of a ticket. Their order is the order in which equal deadlines fall
// due.
#include <fmt/format.h>

#include "engine/config/choices.h"
#include "engine/config/happenings.h"
#include "engine/config/sections.h"

namespace vencer::config {
namespace {

void read_name(Compilation&, const Cursor&, ClockSpec&) {}  // read first, by read_clock

void read_start(Compilation& c, const Cursor& at, ClockSpec& clock) {
  clock.start = read_happenings(c, at);
}
void read_stop(Compilation& c, const Cursor& at, ClockSpec& clock) {
  clock.stop = read_happenings(c, at);
}
void read_reset(Compilation& c, const Cursor& at, ClockSpec& clock) {
  clock.reset = read_happenings(c, at);
}
void read_cancel(Compilation& c, const Cursor& at, ClockSpec& clock) {
  clock.cancel = read_happenings(c, at);
}
void read_pause_while(Compilation& c, const Cursor& at, ClockSpec& clock) {
  clock.pause_while.statuses = read_conditions(c, at);
}
void read_run_while(Compilation& c, const Cursor& at, ClockSpec& clock) {
  clock.run_while.statuses = read_conditions(c, at);
}
void read_cycles(Compilation&, const Cursor& at, ClockSpec& clock) {
  clock.each_cycle = read_choice(at, {"once", "each"}) == std::size_t{1};
}
void read_reopen(Compilation&, const Cursor& at, ClockSpec& clock) {
  clock.fresh_on_reopen = read_choice(at, {"continue", "fresh"}) == std::size_t{1};
}
void read_on_change(Compilation&, const Cursor& at, ClockSpec& clock) {
  if (read_choice(at, {"recompute"}, {"keep", "restart"})) clock.on_change = OnChange::recompute;
}

constexpr Key<ClockSpec> kKeys[] = {
    {{"name", Need::required}, read_name},
    {{"start", Need::optional}, read_start},
    {{"stop", Need::optional}, read_stop},
    {{"reset", Need::optional}, read_reset},
    {{"cancel", Need::optional}, read_cancel},
    {{"pause_while", Need::optional}, read_pause_while},
    {{"run_while", Need::optional}, read_run_while},
    {{"cycles", Need::optional}, read_cycles},
    {{"reopen", Need::optional}, read_reopen},
    {{"on_change", Need::optional}, read_on_change},
    {{"kind", Need::later}, nullptr},
    {{"at_end", Need::later}, nullptr},
    {{"per_status", Need::later}, nullptr},
};

// The complaint is about `key` where the clock has it, else about the clock.
void complain(const Cursor& at, std::string_view key, std::string_view what) {
  at.member(key).value_or(at).error(what);
}

void check_clock(const Compilation& c, const Cursor& at, const ClockSpec& clock) {
  // What was not found may only be what could not be read.
  if (c.statuses.doubtful() || c.activities.doubtful() || c.levels.doubtful() ||
      c.attributes.doubtful()) {
    return;
  }
  const bool runs_by_status = at.member("run_while").has_value();
  if (runs_by_status && clock.run_while.statuses == 0) {
    complain(at, "run_while", "names no status of this document: the clock would never run");
  }
  if (runs_by_status && at.member("start")) {
    complain(at, "start", "a clock with run_while starts by itself; leave out one of the two");
  }
  if (!runs_by_status && clock.start == TriggerSpec{}) {
    complain(at, "start", "nothing starts this clock; say start = [\"created\"] or run_while");
  }
  if (!runs_by_status && clock.stop == TriggerSpec{}) {
    complain(at, "stop",
             "nothing stops this clock; say stop = [\"category:resolved\"] or run_while");
  }
  if (runs_by_status && clock.run_while.statuses != 0 &&
      (clock.run_while.statuses & ~clock.pause_while.statuses) == 0) {
    complain(at, "pause_while", "pauses in every status in which it runs: it would never count");
  }
}

void read_clock(Compilation& c, const Cursor& at, TenantSpec& spec) {
  if (at.kind() != NodeKind::table) {
    at.error(fmt::format("must be a [[clock]] table, is {}", at.found()));
    return;
  }
  const auto name_at = at.member("name");
  const auto name = name_at ? name_at->name() : std::nullopt;
  ClockSpec* declared = name ? c.declare(c.clocks, spec.clocks, *name_at, *name) : nullptr;
  const std::size_t faults = c.diagnostics.error_count();
  ClockSpec clock;
  read_keys(c, at, std::span<const Key<ClockSpec>>(kKeys), clock);
  if (c.diagnostics.error_count() == faults) check_clock(c, at, clock);
  if (declared == nullptr) return;
  clock.name = declared->name;
  clock.step_names = std::move(declared->step_names);
  *declared = std::move(clock);
  c.clock_places.insert_or_assign(static_cast<ClockId>(declared - spec.clocks.data()), at);
}

// Ids stay what they were; a document that puts old clocks into another order changes nothing.
void check_order(const Cursor& list, const NameTable& clocks) {
  std::size_t highest = 0;
  for (const Cursor& at : list.items()) {
    const auto name = at.member("name");
    const auto id = name ? clocks.find(name->node().text) : std::nullopt;
    if (!id) continue;
    if (*id < highest) {
      at.warning(
          fmt::format("clock {} stood earlier in the version in force and keeps its place "
                      "where deadlines are equal",
                      quoted(name->node().text)));
    }
    highest = std::max(highest, *id);
  }
}

}  // namespace

void read_clocks(Compilation& c, const Cursor& list, TenantSpec& spec) {
  if (list.kind() != NodeKind::array) c.clocks.doubt();
  for (const Cursor& at : list.items()) read_clock(c, at, spec);
  if (list.kind() == NodeKind::array) check_order(list, c.clocks);
}

void list_clock_keys(KeyRows& rows) {
  list_keys(rows, "clock.", std::span<const Key<ClockSpec>>(kKeys));
}

}  // namespace vencer::config
