// CoreDesk: a state machine with a document and any number of open tickets, driven by
// batches of 64 commands. Shared by the benchmarks of the core.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/calendar_store.h"
#include "engine/core/state_machine.h"
#include "engine/runtime/page_populator.h"

namespace vencer::bench {

inline constexpr TimeMs kT0 = 1'780'318'800'000;
inline constexpr std::size_t kBatch = 64;

struct NullSink final : Sink {
  void event(const Event& event) override { last = event.sequence; }
  void result(const CommandResult& result) override { refused += result.code != Errc::ok; }
  std::uint64_t last = 0;
  std::uint64_t refused = 0;
};

// What a desk can do at its least: eight attributes, four statuses, two clocks, four rules, a
// ladder of two steps, 24x7.
inline TenantSpec plain_document() {
  TenantSpec spec;
  spec.name = "bench";
  spec.version = 1;
  spec.statuses = {{"new", StatusCategory::fresh, false},
                   {"open", StatusCategory::open, false},
                   {"pending", StatusCategory::pending, false},
                   {"resolved", StatusCategory::resolved, false}};
  spec.levels = {"1", "2"};
  for (const char* name : kBuiltinActivityNames) spec.activities.push_back({name, false});
  for (int i = 0; i < 7; ++i) {
    AttributeSpec attribute;
    attribute.name = "a" + std::to_string(i);
    attribute.values = {"w", "x", "y", "z"};
    attribute.value_retired = {false, false, false, false};
    spec.attributes.push_back(attribute);
  }
  AttributeSpec customer;
  customer.name = "customer";
  customer.open = true;
  spec.attributes.push_back(customer);
  CalendarSpec always;
  always.name = "24x7";
  always.always_open = true;
  spec.calendars = {always};
  ClockSpec first;
  first.name = "first_response";
  first.start.activities = 1;
  first.stop.activities = 1ull << static_cast<unsigned>(BuiltinActivity::agent_reply);
  ClockSpec resolution;
  resolution.name = "resolution";
  resolution.start.activities = 1;
  resolution.stop.statuses = 1u << 3;
  resolution.pause_while.statuses = 1u << 2;
  resolution.step_names = {"75%", "due"};
  spec.clocks = {first, resolution};
  LadderStepSpec warn;
  warn.name = "75%";
  warn.percent_milli = 75'000;
  warn.warn = true;
  LadderStepSpec due;
  due.name = "due";
  due.anchor = StepAnchor::after_due;
  due.level = 2;
  spec.ladders = {{"ladder", 0, {warn, due}, false}};
  for (Value value = 1; value <= 4; ++value) {
    const DurationMs target = static_cast<DurationMs>(value) * 4 * limits::kHour;
    spec.rules.push_back({"r" + std::to_string(value),
                          {{0, false, {value}}},
                          {{0, target / 4, 0, kNoId16}, {1, target, 0, 0}},
                          false});
    spec.rule_order.push_back(static_cast<RuleId>(value - 1));
  }
  spec.keep_closed_ms = limits::keep_closed_default_ms;
  spec.keep_keys_ms = limits::keep_keys_default_ms;
  return spec;
}

struct CoreDesk {
  // `spec`: of at least two statuses and eight attributes, each open or of three values at least.
  explicit CoreDesk(std::uint64_t tickets, const TenantSpec& spec = plain_document()) {
    Settings settings;
    settings.ticket_capacity = static_cast<std::uint32_t>(tickets + (1 << 22));
    Step step;
    step.kind = StepKind::settings;
    step.now = kT0;
    step.settings = &settings;
    machine.apply(step, sink);
    step = {};
    step.kind = StepKind::tenant_document;
    step.now = kT0;
    step.document = &spec;
    machine.apply(step, sink);
    while (created < tickets) create_batch();
  }

  static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 31)) * 0x9e3779b97f4a7c15ull;
    return x ^ (x >> 29);
  }
  void apply() {
    Step step;
    step.kind = StepKind::commands;
    step.now = kT0 + static_cast<TimeMs>(applied++ / 64);
    step.tenant = 1;
    step.commands = commands;
    machine.apply(step, sink);
  }
  void create_batch() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      const std::uint64_t key = ++created;
      for (std::size_t a = 0; a < attributes[i].size(); ++a) {
        attributes[i][a] = {static_cast<AttributeId>(a), 1 + (mix(key) >> (4 * a)) % 3};
      }
      commands[i] = {};
      commands[i].kind = CommandKind::create;
      commands[i].key = {mix(key), 0, KeyKind::number};
      commands[i].attributes = attributes[i];
    }
    apply();
  }
  void status_batch(StatusId status) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      commands[i] = {};
      commands[i].kind = CommandKind::set_status;
      commands[i].key = {mix(1 + mix(++drawn) % created), 0, KeyKind::number};
      commands[i].status = status;
    }
    apply();
  }

  // As in a server: engine/runtime/recovery.cc.
  const std::shared_ptr<HugePages> pages = std::make_shared<HugePages>();
  PagePopulator populating{pages};
  StateMachine machine{std::make_shared<CalendarStore>(), pages};
  NullSink sink;
  std::array<Command, kBatch> commands;
  std::array<std::array<AttributeValue, 8>, kBatch> attributes;
  std::uint64_t created = 0, drawn = 0, applied = 0;
};

}  // namespace vencer::bench
