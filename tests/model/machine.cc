#include "tests/model/machine.h"

#include <algorithm>

#include "engine/core/calendar_store.h"
#include "tests/support/mapped_pages.h"

namespace vencer::model {
namespace {

// To compile a calendar costs more than a whole story, and there are few.
std::shared_ptr<CalendarStore> shared_calendars() {
  static const auto store = std::make_shared<CalendarStore>(CalendarStore::Keep::all);
  return store;
}

}  // namespace

Machine::Machine(const Settings& settings, std::uint64_t slice)
    : machine_(shared_calendars(), std::make_shared<test::MappedPages>()), slice_(slice) {
  Step step;
  step.kind = StepKind::settings;
  step.settings = &settings;
  machine_.apply(step, *this);
}

Machine::Machine(const test::SavedState& saved, std::size_t chunk)
    : machine_(shared_calendars(), std::make_shared<test::MappedPages>()), slice_(UINT64_MAX) {
  const Status restored = saved.restore(&machine_, chunk);
  if (!restored.ok()) fault_ = restored.error().message + "\n";
}

// One that was abandoned leaves nothing behind.
void Machine::begin_saving(std::uint64_t seed) {
  saving_dice_ = Dice(seed);
  if (saving_dice_.percent(20)) {
    saved_.begin(machine_);
    saved_.slice(machine_, 1 + saving_dice_.below(5));
    machine_.abandon_snapshot();
  }
  saved_.begin(machine_);
}

const test::SavedState& Machine::finish_saving() {
  saved_.finish(machine_);
  return saved_;
}

void Machine::event(const Event& event) {
  said_.push_back({event,
                   {event.attributes.begin(), event.attributes.end()},
                   {event.rows.begin(), event.rows.end()},
                   std::string(event.reason)});
  Event& kept = said_.back().event;
  kept.attributes = {};
  kept.rows = {};
  kept.reason = {};
}

void Machine::result(const CommandResult& result) {
  results_.push_back(result);
}

void Machine::apply(Logged& logged) {
  for (std::uint64_t n = saving_dice_.below(8); n < 2 && machine_.snapshot_running(); ++n) {
    saved_.slice(machine_, 1 + saving_dice_.below(3));
  }
  const StepOutcome outcome = machine_.apply(logged.step, *this);
  logged.done = outcome.done;
  logged.told = machine_.event_sequence();
  if (logged.step.kind == StepKind::tenant_document) put_outcome_ = outcome;
}

TimeMs Machine::stamp(TimeMs at) const {
  return std::max(at, machine_.now());
}

void Machine::document(const TenantSpec& document, TimeMs at) {
  Logged& logged = log_.emplace_back();
  logged.document = document;
  const TenantSpec* before = machine_.tenant(1);
  logged.document.version = before == nullptr ? 1 : before->version + 1;
  logged.step.kind = StepKind::tenant_document;
  logged.step.now = stamp(at);
  logged.step.document = &logged.document;
  apply(logged);
}

void Machine::command(const Op& op) {
  frame({op});
}

void Machine::frame(const std::vector<Op>& ops) {
  Logged& logged = log_.emplace_back();
  logged.ops.assign(ops.begin(), ops.end());
  for (const Op& op : logged.ops) logged.commands.push_back(op.asked());
  logged.step.kind = StepKind::commands;
  logged.step.now = stamp(ops.front().at);
  logged.step.tenant = 1;
  logged.step.commands = logged.commands;
  logged.step.producer = {ops.front().producer, 0};
  logged.step.first_number = ops.front().number;
  apply(logged);
}

std::uint64_t Machine::advance(TimeMs to, std::uint64_t limit) {
  Logged& logged = log_.emplace_back();
  logged.step.kind = StepKind::advance;
  logged.step.now = stamp(to);
  logged.step.limit = std::min(limit, slice_);
  apply(logged);
  return logged.done;
}

std::uint64_t Machine::background(TimeMs at, std::uint64_t limit) {
  Logged& logged = log_.emplace_back();
  logged.step.kind = StepKind::background;
  logged.step.now = stamp(at);
  logged.step.limit = std::min(limit, slice_);
  apply(logged);
  return logged.done;
}

void Machine::touch(const TicketKey& key, TimeMs at) {
  const Slot slot = machine_.find_ticket(1, key);
  if (slot == kNoSlot || !machine_.needs_touch(slot)) return;
  Logged& logged = log_.emplace_back();
  logged.step.kind = StepKind::touch;
  logged.step.now = stamp(at);
  logged.step.slot = slot;
  apply(logged);
}

void Machine::advance_in_time(TimeMs to) {
  while (machine_.next_deadline() <= to) advance(machine_.next_deadline(), UINT64_MAX);
  advance(to, UINT64_MAX);
}

void Machine::replay(const std::deque<Logged>& log, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    Step step = log[i].step;
    step.limit = log[i].done;
    machine_.apply(step, *this);
  }
}

std::vector<Said> Machine::take_events() {
  std::vector<Said> said;
  said.swap(said_);
  return said;
}

std::vector<CommandResult> Machine::take_results() {
  std::vector<CommandResult> results;
  results.swap(results_);
  return results;
}

}  // namespace vencer::model
