// [[clock]]: the stopwatches of a ticket. Their order is the order in which equal deadlines fall
// due. One with `per_status` stands for a clock of each of those statuses: "etapa/Desarrollo".
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/choices.h"
#include "engine/config/happenings.h"
#include "engine/config/references.h"
#include "engine/config/sections.h"

namespace vencer::config {
namespace {

// A [[clock]] while it is read.
struct Draft {
  ClockSpec clock;
  std::vector<StatusId> per_status;
};

void read_name(Compilation&, const Cursor&, Draft&) {}  // read first, by read_clock

void read_kind(Compilation&, const Cursor& at, Draft& draft) {
  if (read_choice(at, {"promise", "window"}) == std::size_t{1}) {
    draft.clock.kind = ClockKind::window;
  }
}
template <TriggerSpec ClockSpec::*kTrigger>
void read_trigger(Compilation& c, const Cursor& at, Draft& draft) {
  draft.clock.*kTrigger = read_happenings(c, at);
}
template <ConditionSpec ClockSpec::*kCondition>
void read_condition(Compilation& c, const Cursor& at, Draft& draft) {
  draft.clock.*kCondition = read_conditions(c, at);
}
void read_at_end(Compilation& c, const Cursor& at, Draft& draft) {
  draft.clock.at_end = read_set(c, at);
}
void read_cycles(Compilation&, const Cursor& at, Draft& draft) {
  draft.clock.each_cycle = read_choice(at, {"once", "each"}) == std::size_t{1};
}
void read_reopen(Compilation&, const Cursor& at, Draft& draft) {
  draft.clock.fresh_on_reopen = read_choice(at, {"continue", "fresh"}) == std::size_t{1};
}
void read_on_change(Compilation&, const Cursor& at, Draft& draft) {
  const auto choice = read_choice(at, {"recompute", "keep", "restart"});
  if (choice) draft.clock.on_change = static_cast<OnChange>(*choice);
}

void read_per_status(Compilation& c, const Cursor& list, Draft& draft) {
  if (list.kind() == NodeKind::array && list.node().items.empty()) {
    list.error("an empty list makes no clock; name some statuses");
  }
  for (const Cursor& item : list.items()) {
    const auto id = read_status_name(c, item);
    if (id) draft.per_status.push_back(*id);
  }
}

constexpr Key<Draft> kKeys[] = {
    {{"name", Need::required}, read_name},
    {{"kind", Need::optional}, read_kind},
    {{"per_status", Need::optional}, read_per_status},
    {{"start", Need::optional}, read_trigger<&ClockSpec::start>},
    {{"stop", Need::optional}, read_trigger<&ClockSpec::stop>},
    {{"reset", Need::optional}, read_trigger<&ClockSpec::reset>},
    {{"cancel", Need::optional}, read_trigger<&ClockSpec::cancel>},
    {{"pause_while", Need::optional}, read_condition<&ClockSpec::pause_while>},
    {{"run_while", Need::optional}, read_condition<&ClockSpec::run_while>},
    {{"at_end", Need::optional}, read_at_end},
    {{"cycles", Need::optional}, read_cycles},
    {{"reopen", Need::optional}, read_reopen},
    {{"on_change", Need::optional}, read_on_change},
};

// The complaint is about `key` where the clock has it, else about the clock.
void complain(const Cursor& at, std::string_view key, std::string_view what) {
  at.member(key).value_or(at).error(what);
}

bool contains(const ConditionSpec& all, const ConditionSpec& part) {
  return (part.statuses & ~all.statuses) == 0 && (part.levels & ~all.levels) == 0 &&
         std::all_of(part.values.begin(), part.values.end(), [&](const AttributeValue& value) {
           return std::find(all.values.begin(), all.values.end(), value) != all.values.end();
         });
}

// What starts and stops it.
void check_run(const Cursor& at, const ClockSpec& clock) {
  const bool by_condition = at.member("run_while").has_value();
  if (by_condition && clock.run_while.empty()) {
    complain(at, "run_while", "names no status of this document: the clock would never run");
  }
  if (by_condition && at.member("start")) {
    complain(at, "start", "a clock with run_while starts by itself; leave out one of the two");
  }
  if (!by_condition && clock.start.empty()) {
    complain(at, "start", "nothing starts this clock; say start = [\"created\"] or run_while");
  }
  if (!by_condition && clock.stop.empty() && clock.kind == ClockKind::promise) {
    complain(at, "stop",
             "nothing stops this clock; say stop = [\"category:resolved\"] or run_while");
  }
  if (by_condition && !clock.run_while.empty() && contains(clock.pause_while, clock.run_while)) {
    complain(at, "pause_while", "pauses whenever it runs: it would never count");
  }
}

void check_per_status(const Cursor& at, const Draft& draft) {
  for (const char* key : {"start", "run_while"}) {
    if (at.member(key)) {
      complain(at, key,
               "a clock with per_status runs while the ticket is in its status; leave it "
               "out");
    }
  }
  for (const StatusId status : draft.per_status) {
    if ((draft.clock.pause_while.statuses >> status & 1) != 0) {
      complain(at, "pause_while", "pauses in a status of per_status: that clock would never count");
      return;
    }
  }
}

void check_clock(const Compilation& c, const Cursor& at, const Draft& draft) {
  if (draft.clock.kind != ClockKind::window && at.member("at_end")) {
    complain(at, "at_end", "only a clock of kind \"window\" sets something at its end");
  }
  // What was not found may only be what could not be read.
  if (c.statuses.doubtful() || c.activities.doubtful() || c.levels.doubtful() ||
      c.attributes.doubtful()) {
    return;
  }
  if (at.member("per_status")) {
    check_per_status(at, draft);
  } else {
    check_run(at, draft.clock);
  }
}

// Under a name of its own; what it was in the version in force is forgotten but for its steps.
std::optional<ClockId> add_clock(Compilation& c, const Cursor& at, const Cursor& name_at,
                                 const std::string& name, const ClockSpec& clock) {
  ClockSpec* declared = c.declare(c.clocks, c.spec.clocks, name_at, name);
  if (declared == nullptr) return std::nullopt;
  std::vector<std::string> step_names = std::move(declared->step_names);
  *declared = clock;
  declared->name = name;
  declared->step_names = std::move(step_names);
  const auto id = static_cast<ClockId>(declared - c.spec.clocks.data());
  c.clock_places.insert_or_assign(id, at);
  return id;
}

void add_group(Compilation& c, const Cursor& at, const Cursor& name_at, const std::string& name,
               Draft& draft) {
  std::vector<ClockId>& group = c.clock_groups[name];
  for (const StatusId status : draft.per_status) {
    draft.clock.run_while = {std::uint64_t{1} << status, 0, {}};
    const std::string& of = c.spec.statuses[status].name;
    const auto id = add_clock(c, at, name_at, name + "/" + of, draft.clock);
    if (id) group.push_back(*id);
  }
}

void read_clock(Compilation& c, const Cursor& at) {
  if (at.kind() != NodeKind::table) {
    at.error(fmt::format("must be a [[clock]] table, is {}", at.found()));
    return;
  }
  const std::size_t faults = c.diagnostics.error_count();
  Draft draft;
  read_keys(c, at, std::span<const Key<Draft>>(kKeys), draft);
  if (c.diagnostics.error_count() == faults) check_clock(c, at, draft);
  const auto name_at = at.member("name");
  const auto name = name_at ? name_at->name() : std::nullopt;
  if (!name) return;
  if (c.clock_groups.contains(*name) || (at.member("per_status") && c.clocks.find(*name))) {
    name_at->error(fmt::format("{} is named twice", quoted(*name)));
  } else if (at.member("per_status")) {
    add_group(c, at, *name_at, std::string(*name), draft);
  } else {
    add_clock(c, at, *name_at, std::string(*name), draft.clock);
  }
}

}  // namespace

void read_clocks(Compilation& c, const Cursor& list, TenantSpec&) {
  if (list.kind() != NodeKind::array) c.clocks.doubt();
  for (const Cursor& at : list.items()) read_clock(c, at);
  if (list.kind() == NodeKind::array) {
    warn_of_kept_order(list, c.clocks, "where deadlines are equal");
  }
}

void list_clock_keys(KeyRows& rows) {
  list_keys(rows, "clock.", std::span<const Key<Draft>>(kKeys));
}

}  // namespace vencer::config
