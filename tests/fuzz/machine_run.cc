#include "tests/fuzz/machine_run.h"

#include <algorithm>

#include "engine/core/calendar_store.h"
#include "engine/wire/event_record.h"
#include "tests/fuzz/fuzz.h"

namespace vencer::fuzz {
namespace {

constexpr std::uint32_t kTicketsMax = 64;
constexpr std::uint32_t kProducersMax = 64;
constexpr std::uint64_t kTimersMax = 2000;  // worked off by one step

}  // namespace

MachineRun::MachineRun() : machine_(std::make_shared<CalendarStore>()) {}

bool MachineRun::apply(Step step) {
  Settings settings;
  if (step.kind == StepKind::settings) {
    settings = *step.settings;
    settings.ticket_capacity = std::min(settings.ticket_capacity, kTicketsMax);
    settings.producer_capacity = std::min(settings.producer_capacity, kProducersMax);
    step.settings = &settings;
  } else if (!machine_.has_settings()) {
    return false;
  }
  step.now = std::clamp(step.now, machine_.now(), limits::time_max_ms - 1);
  step.limit = std::min(step.limit, kTimersMax);
  sequence_ = machine_.event_sequence();
  outcome_ = machine_.apply(step, *this);
  add(static_cast<std::uint64_t>(outcome_.code));
  add(outcome_.done);
  return true;
}

void MachineRun::event(const Event& event) {
  FUZZ_CHECK(event.sequence == ++sequence_, "sequence numbers have no gaps");
  FUZZ_CHECK(event.due == kNever || event.emitted >= event.due || event.type != EventType::breached,
             "a breach is early");
  record_.clear();
  encode_event_record(event, record_);
  for (const std::byte each : record_) add(static_cast<std::uint64_t>(each));
}

void MachineRun::result(const CommandResult& result) {
  add(static_cast<std::uint64_t>(result.code));
  add(result.version);
}

}  // namespace vencer::fuzz
