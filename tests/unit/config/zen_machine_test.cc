// zen's document in the state machine: what the compiled targets mean to a ticket.
#include <gtest/gtest.h>

#include "engine/core/limits.h"
#include "engine/core/state_machine.h"
#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

constexpr TimeMs kHour = limits::kHour;
constexpr TimeMs kMonday10 = 1'780'322'400'000;    // 2026-06-01 10:00 in Santiago
constexpr TimeMs kFriday1750 = 1'780'696'200'000;  // 2026-06-05 17:50 in Santiago

class Deaf : public Sink {
 public:
  void event(const Event&) override {}
  void result(const CommandResult& result) override { last = result.code; }
  Errc last = Errc::internal;
};

class ZenDesk : public testing::Test {
 protected:
  void SetUp() override {
    const CompiledDocument document = compile_document(example("zen.toml"), "zen.toml", nullptr);
    ASSERT_TRUE(document.errors.empty()) << joined(document.errors);
    spec_ = document.spec;
    Settings settings;
    settings.ticket_capacity = 64;
    Step first;
    first.kind = StepKind::settings;
    first.settings = &settings;
    machine_.apply(first, sink_);
    Step put;
    put.kind = StepKind::tenant_document;
    put.document = &spec_;
    const StepOutcome outcome = machine_.apply(put, sink_);
    ASSERT_EQ(outcome.code, Errc::ok);
    tenant_ = outcome.tenant;
  }

  Value value(const char* attribute, const char* name) const {
    const AttributeSpec& known = named(spec_.attributes, attribute);
    const auto found = std::find(known.values.begin(), known.values.end(), name);
    return static_cast<Value>(found - known.values.begin()) + 1;
  }

  // A ticket of this plan and priority ("": none), created at the instant.
  TicketView create(TimeMs now, const char* plan, const char* priority) {
    std::vector<AttributeValue> attributes;
    const auto give = [&](const char* attribute, const char* name) {
      if (*name == '\0') return;
      const auto id = static_cast<AttributeId>(id_of(spec_.attributes, attribute));
      attributes.push_back({id, value(attribute, name)});
    };
    give("plan", plan);
    give("priority", priority);
    Command command;
    command.kind = CommandKind::create;
    command.key.low = ++tickets_;
    command.attributes = attributes;
    Step step;
    step.kind = StepKind::commands;
    step.now = now;
    step.tenant = tenant_;
    step.commands = {&command, 1};
    machine_.apply(step, sink_);
    EXPECT_EQ(sink_.last, Errc::ok);
    return machine_.view(machine_.find_ticket(tenant_, command.key));
  }

  TimeMs due(const TicketView& ticket, const char* clock) const {
    for (const ClockView& view : ticket.clocks) {
      if (view.clock == id_of(spec_.clocks, clock)) return view.due;
    }
    return 0;
  }

  TenantSpec spec_;
  StateMachine machine_;
  Deaf sink_;
  TenantId tenant_ = kNoTenant;
  std::uint64_t tickets_ = 0;
};

TEST_F(ZenDesk, CountsOfficeHoursOnly) {
  // Half an hour from Friday 17:50: ten minutes on Friday, twenty on Monday.
  const TicketView urgent = create(kFriday1750, "Soporte + Cloud", "Urgente");
  EXPECT_EQ(due(urgent, "first_response"), kFriday1750 + 63 * kHour + 30 * limits::kMinute);
  // Five hours: ten minutes on Friday, until 13:50 on Monday.
  EXPECT_EQ(due(urgent, "resolution"), kFriday1750 + 68 * kHour);
}

TEST_F(ZenDesk, GivesEachTicketTheTargetOfItsCell) {
  // A day has nine office hours: 16 h from Monday 10:00 are Tuesday 17:00, 32 h Thursday 15:00.
  const TicketView cases[] = {
      create(kMonday10, "Soporte Cloud", "Urgente"), create(kMonday10, "Soporte Cloud", "Alto"),
      create(kMonday10, "Soporte Cloud", "Bajo"), create(kMonday10, "Soporte + Cloud", "Bajo")};
  EXPECT_EQ(due(cases[0], "first_response"), kMonday10 + 1 * kHour);
  EXPECT_EQ(due(cases[0], "resolution"), kMonday10 + 8 * kHour) << "at closing time";
  EXPECT_EQ(due(cases[1], "resolution"), kMonday10 + 31 * kHour);
  EXPECT_EQ(due(cases[2], "first_response"), kMonday10 + 4 * kHour);
  EXPECT_EQ(due(cases[2], "resolution"), kMonday10 + 77 * kHour);
  EXPECT_EQ(due(cases[3], "resolution"), kMonday10 + 54 * kHour) << "24 h: Wednesday 16:00";
}

TEST_F(ZenDesk, PromisesNothingToATicketWithoutPriority) {
  EXPECT_EQ(due(create(kMonday10, "Soporte Cloud", ""), "resolution"), kNever);
}

}  // namespace
}  // namespace vencer::config_test
