#include "tests/complaints/word_desk.h"

#include <absl/time/time.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "engine/config/document.h"

namespace vencer::test {
namespace {

absl::TimeZone zone_of(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) ADD_FAILURE() << "no such zone: " << name;
  return zone;
}

TicketKey key_of(std::string_view text) {
  TicketKey key;
  key.kind = KeyKind::text;
  for (std::size_t i = 0; i < text.size() && i < 8; ++i) {
    key.low |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  }
  return key;
}

bool names(std::string_view words, const std::string& word) {
  std::istringstream each{std::string(words)};
  for (std::string one; each >> one;) {
    if (one == word) return true;
  }
  return false;
}

template <typename List>
std::size_t position(const List& list, std::string_view name, const char* what) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& each) { return each.name == name; });
  if (found == list.end()) ADD_FAILURE() << "no such " << what << ": " << name;
  return static_cast<std::size_t>(found - list.begin());
}

}  // namespace

// A step and what it points to.
struct WordDesk::Logged {
  Step step;
  Command command;
  std::vector<AttributeValue> attributes;
  TenantSpec document;
  Settings settings;
};

class WordDesk::Log : public Sink {
 public:
  void event(const Event& event) override {
    events.push_back(event);
    events.back().attributes = {};
    events.back().rows = {};
    events.back().reason = {};
  }
  void result(const CommandResult& result) override { last = result; }
  std::vector<Event> events;
  std::size_t told = 0;
  CommandResult last;
};

WordDesk::WordDesk(std::string_view document, std::string zone)
    : zone_(std::move(zone)),
      machine_(std::make_unique<StateMachine>()),
      sink_(std::make_unique<Log>()) {
  auto logged = std::make_unique<Logged>();
  logged->settings.ticket_capacity = 256;
  logged->step.kind = StepKind::settings;
  logged->step.settings = &logged->settings;
  apply(std::move(logged));
  EXPECT_EQ(put(document), Errc::ok);
  told();
}
WordDesk::~WordDesk() = default;

StepOutcome WordDesk::apply(std::unique_ptr<Logged> logged) {
  logged->step.now = now_;
  const StepOutcome outcome = machine_->apply(logged->step, *sink_);
  if (logged->step.kind == StepKind::advance || logged->step.kind == StepKind::background) {
    logged->step.limit = outcome.done;  // what was really worked off, as the shard logs it
  }
  log_.push_back(std::move(logged));
  return outcome;
}

WordDesk& WordDesk::at(std::string_view local) {
  now_ = instant(local);
  auto logged = std::make_unique<Logged>();
  logged->step.kind = StepKind::advance;
  logged->step.limit = UINT64_MAX;
  apply(std::move(logged));
  occurred_at_ = kNever;
  return *this;
}

WordDesk& WordDesk::live_until(std::string_view local_end) {
  const TimeMs end = instant(local_end);
  for (int i = 0; i < 100'000 && machine_->next_deadline() <= end; ++i) {
    now_ = std::max(now_, machine_->next_deadline());
    auto logged = std::make_unique<Logged>();
    logged->step.kind = StepKind::advance;
    logged->step.limit = UINT64_MAX;
    apply(std::move(logged));
  }
  return at(local_end);
}

WordDesk& WordDesk::happened(std::string_view local) {
  occurred_at_ = instant(local);
  return *this;
}

Errc WordDesk::command(std::string_view key, Command command) {
  auto logged = std::make_unique<Logged>();
  logged->command = command;
  logged->attributes.assign(command.attributes.begin(), command.attributes.end());
  logged->command.attributes = logged->attributes;
  logged->command.key = key_of(key);
  logged->command.occurred_at = occurred_at_;
  logged->step.kind = StepKind::commands;
  logged->step.tenant = 1;
  logged->step.commands = {&logged->command, 1};
  apply(std::move(logged));
  return sink_->last.code;
}

std::vector<AttributeValue> WordDesk::values(const Words& words) const {
  std::vector<AttributeValue> values;
  for (const auto& [name, word] : words) {
    const std::size_t id = position(spec().attributes, name, "attribute");
    const AttributeSpec& attribute = spec().attributes.at(id);
    Value value = 0;
    if (attribute.open) {
      value = std::stoull(word);
    } else {
      const auto found = std::find(attribute.values.begin(), attribute.values.end(), word);
      EXPECT_NE(found, attribute.values.end()) << word;
      value = static_cast<Value>(found - attribute.values.begin()) + 1;
    }
    values.push_back({static_cast<AttributeId>(id), value});
  }
  return values;
}

Errc WordDesk::create(std::string_view key, const Words& attributes, std::string_view status) {
  const std::vector<AttributeValue> list = values(attributes);
  Command command;
  command.kind = CommandKind::create;
  command.attributes = list;
  if (!status.empty()) {
    command.status = static_cast<StatusId>(position(spec().statuses, status, "status"));
  }
  return this->command(key, command);
}

Errc WordDesk::status(std::string_view key, std::string_view status) {
  Command command;
  command.kind = CommandKind::set_status;
  command.status = static_cast<StatusId>(position(spec().statuses, status, "status"));
  return this->command(key, command);
}

Errc WordDesk::set(std::string_view key, const Words& attributes) {
  const std::vector<AttributeValue> list = values(attributes);
  Command command;
  command.kind = CommandKind::set_attributes;
  command.attributes = list;
  return this->command(key, command);
}

Errc WordDesk::activity(std::string_view key, std::string_view activity) {
  Command command;
  command.kind = CommandKind::activity;
  command.activity = static_cast<ActivityId>(position(spec().activities, activity, "activity"));
  return this->command(key, command);
}

Errc WordDesk::acknowledge(std::string_view key) {
  Command command;
  command.kind = CommandKind::acknowledge;
  return this->command(key, command);
}

Errc WordDesk::merge(std::string_view key, std::string_view into) {
  Command command;
  command.kind = CommandKind::merge;
  command.other = key_of(into);
  return this->command(key, command);
}

Errc WordDesk::put(std::string_view document, bool reevaluate) {
  CompiledDocument compiled = compile_document(document, "complaint.toml", machine_->tenant(1));
  for (const std::string& error : compiled.errors) ADD_FAILURE() << error;
  if (!compiled.errors.empty()) return Errc::invalid_document;
  auto logged = std::make_unique<Logged>();
  logged->document = std::move(compiled.spec);
  logged->step.kind = StepKind::tenant_document;
  logged->step.document = &logged->document;
  const Errc code = apply(std::move(logged)).code;
  if (reevaluate) slice(UINT64_MAX);
  return code;
}

bool WordDesk::slice(std::uint64_t units) {
  if (!machine_->background_pending()) return false;
  auto logged = std::make_unique<Logged>();
  logged->step.kind = StepKind::background;
  logged->step.limit = units;
  apply(std::move(logged));
  return machine_->background_pending();
}

void WordDesk::crash_and_recover() {
  const std::uint64_t digest = machine_->digest();
  auto fresh = std::make_unique<StateMachine>();
  Log replayed;
  for (const auto& logged : log_) fresh->apply(logged->step, replayed);
  EXPECT_EQ(fresh->digest(), digest);
  EXPECT_EQ(replayed.events.size(), sink_->events.size());
  machine_ = std::move(fresh);
}

std::string WordDesk::told(std::string_view types) {
  std::ostringstream lines;
  for (; sink_->told < sink_->events.size(); ++sink_->told) {
    const Event& event = sink_->events[sink_->told];
    const std::string type(to_string(event.type));
    if (!types.empty() && !names(types, type)) continue;
    lines << type;
    if (event.clock != kNoId8) lines << ' ' << spec().clocks[event.clock].name;
    if (event.step != kNoId8) lines << ' ' << spec().clocks[event.clock].step_names[event.step];
    if (event.due != kNever) lines << " due " << local(event.due);
    if (event.level > 1) lines << " level " << spec().levels[event.level - 1u];
    lines << '\n';
  }
  return lines.str();
}

const TenantSpec& WordDesk::spec() const {
  return *machine_->tenant(1);
}

ClockView WordDesk::clock(std::string_view key, std::string_view clock) const {
  const std::size_t id = position(spec().clocks, clock, "clock");
  for (const ClockView& view : machine_->view(machine_->find_ticket(1, key_of(key))).clocks) {
    if (view.clock == id) return view;
  }
  ADD_FAILURE() << "no clock " << clock;
  return {};
}

std::string WordDesk::due(std::string_view key, std::string_view clock) const {
  const TimeMs due = this->clock(key, clock).due;
  return due == kNever ? "none" : local(due);
}

DurationMs WordDesk::elapsed(std::string_view key, std::string_view clock) const {
  return this->clock(key, clock).elapsed_ms;
}

ClockPhase WordDesk::phase(std::string_view key, std::string_view clock) const {
  return this->clock(key, clock).phase;
}

// Shortest form: seconds and milliseconds only if there are any.
std::string WordDesk::local(TimeMs at) const {
  const absl::TimeZone zone = zone_of(zone_);
  const char* format = at % 60'000 == 0 ? "%Y-%m-%d %H:%M"
                       : at % 1000 == 0 ? "%Y-%m-%d %H:%M:%S"
                                        : "%Y-%m-%d %H:%M:%E3S";
  return absl::FormatTime(format, absl::FromUnixMillis(at), zone);
}

TimeMs WordDesk::instant(std::string_view local) const {
  absl::Time time;
  std::string error;
  const char* format = local.size() <= 16 ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%M:%E*S";
  if (!absl::ParseTime(format, std::string(local), zone_of(zone_), &time, &error)) {
    ADD_FAILURE() << local << ": " << error;
  }
  return absl::ToUnixMillis(time);
}

}  // namespace vencer::test
