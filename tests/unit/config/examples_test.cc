// The shipped documents mean what their procedures say: key facts of each, not dumps.
#include <gtest/gtest.h>

#include "engine/core/event.h"
#include "engine/core/limits.h"
#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

constexpr DurationMs kHour = limits::kHour;
constexpr DurationMs kMinute = limits::kMinute;
constexpr DurationMs kSecond = limits::kSecond;

TenantSpec compiled(const std::string& name) {
  const CompiledDocument document = compile_document(example(name), name, nullptr);
  EXPECT_TRUE(document.errors.empty()) << joined(document.errors);
  EXPECT_TRUE(document.warnings.empty()) << joined(document.warnings);
  return document.spec;
}

// The document's table, as the ticket sees it: first response and resolution of plan and priority.
struct Cell {
  const char* plan;
  const char* priority;
  DurationMs first_response_ms;
  DurationMs resolution_ms;
};

void expect_table(const TenantSpec& spec, const std::vector<Cell>& cells, const char* calendar) {
  const auto plan = id_of(spec.attributes, "plan");
  const auto priority = id_of(spec.attributes, "priority");
  const auto in_table = [&](RuleId rule) { return spec.rules[rule].name.rfind("tabla/", 0) == 0; };
  ASSERT_EQ(std::count_if(spec.rule_order.begin(), spec.rule_order.end(), in_table),
            static_cast<std::ptrdiff_t>(cells.size()));
  for (const Cell& cell : cells) {
    SCOPED_TRACE(std::string(cell.plan) + "/" + cell.priority);
    const RuleSpec& rule =
        named(spec.rules, std::string("tabla/") + cell.plan + "/" + cell.priority);
    ASSERT_EQ(rule.when.size(), 2u);
    EXPECT_EQ(rule.when[0].attribute, plan);
    ASSERT_EQ(rule.when[0].values.size(), 1u);
    EXPECT_EQ(spec.attributes[plan].values[rule.when[0].values[0] - 1], cell.plan);
    EXPECT_EQ(rule.when[1].attribute, priority);
    ASSERT_EQ(rule.when[1].values.size(), 1u);
    EXPECT_EQ(spec.attributes[priority].values[rule.when[1].values[0] - 1], cell.priority);
    EXPECT_FALSE(rule.when[0].negated || rule.when[1].negated);
    ASSERT_EQ(rule.targets.size(), 2u);
    EXPECT_EQ(spec.clocks[rule.targets[0].clock].name, "first_response");
    EXPECT_EQ(rule.targets[0].target_ms, cell.first_response_ms);
    EXPECT_EQ(spec.clocks[rule.targets[1].clock].name, "resolution");
    EXPECT_EQ(rule.targets[1].target_ms, cell.resolution_ms);
    for (const TargetSpec& target : rule.targets) {
      EXPECT_EQ(spec.calendars[target.calendar].name, calendar);
      EXPECT_EQ(spec.ladders[target.ladder].name, "compromiso");
    }
  }
}

TEST(Zen, HasTheSixteenTargetsOfItsProcedure) {
  expect_table(compiled("zen.toml"),
               {{"Soporte Cloud", "Urgente", 1 * kHour, 8 * kHour},
                {"Soporte Cloud", "Alto", 2 * kHour, 16 * kHour},
                {"Soporte Cloud", "Medio", 3 * kHour, 32 * kHour},
                {"Soporte Cloud", "Bajo", 4 * kHour, 32 * kHour},
                {"Soporte + Cloud", "Urgente", 30 * kMinute, 5 * kHour},
                {"Soporte + Cloud", "Alto", 1 * kHour, 8 * kHour},
                {"Soporte + Cloud", "Medio", 3 * kHour, 16 * kHour},
                {"Soporte + Cloud", "Bajo", 3 * kHour, 24 * kHour}},
               "oficina");
}

std::uint64_t mask_of(const TenantSpec& spec, const std::vector<std::string>& statuses) {
  std::uint64_t mask = 0;
  for (const std::string& name : statuses) mask |= 1ull << id_of(spec.statuses, name);
  return mask;
}

TEST(Zen, StartsStopsAndPausesItsClocks) {
  const TenantSpec spec = compiled("zen.toml");
  const auto activity = [](BuiltinActivity id) { return 1ull << static_cast<unsigned>(id); };
  const ClockSpec& first = named(spec.clocks, "first_response");
  EXPECT_EQ(first.start.activities, activity(BuiltinActivity::created));
  EXPECT_EQ(first.stop.activities, activity(BuiltinActivity::agent_reply));
  EXPECT_EQ(first.pause_while.statuses, 0u);
  const ClockSpec& resolution = named(spec.clocks, "resolution");
  EXPECT_EQ(resolution.start.activities, activity(BuiltinActivity::created));
  EXPECT_EQ(resolution.stop.statuses, mask_of(spec, {"Resuelto", "Cerrado"}));
  EXPECT_EQ(resolution.cancel.statuses, mask_of(spec, {"Cancelado"}));
  EXPECT_EQ(resolution.pause_while.statuses, mask_of(spec, {"Esperando cliente"}));
  EXPECT_FALSE(resolution.fresh_on_reopen);
  EXPECT_FALSE(resolution.each_cycle);
  EXPECT_EQ(resolution.on_change, OnChange::recompute);
  EXPECT_EQ(resolution.step_names, (std::vector<std::string>{"75%", "-30m", "due", "+2h"}));
}

TEST(Zen, KnowsItsWords) {
  const TenantSpec spec = compiled("zen.toml");
  EXPECT_EQ(spec.name, "zen");
  EXPECT_EQ(spec.version, 1u);
  EXPECT_NE(spec.source_hash, 0u);
  EXPECT_EQ(spec.statuses[spec.initial_status].name, "Nuevo");
  EXPECT_EQ(spec.survey_status, kNoId8);
  EXPECT_TRUE(spec.survey_at_close);
  EXPECT_EQ(spec.clocks.at(spec.reopen_clock).name, "reopen_window");
  EXPECT_EQ(spec.levels, (std::vector<std::string>{"Nivel 1", "Nivel 2", "Jefatura"}));
  ASSERT_EQ(spec.activities.size(), kBuiltinActivities + 4u);
  EXPECT_EQ(spec.activities[kBuiltinActivities].name, "evidencia");
  EXPECT_EQ(spec.keep_closed_ms, 7 * limits::kDay);
  EXPECT_EQ(spec.keep_keys_ms, limits::keep_keys_default_ms);
  EXPECT_EQ(spec.events_on, 0u);
  const AttributeSpec& priority = named(spec.attributes, "priority");
  EXPECT_EQ(priority.role, AttributeRole::priority);
  EXPECT_EQ(priority.values, (std::vector<std::string>{"Urgente", "Alto", "Medio", "Bajo"}));
  const std::vector<AttributeAlias> aliases = {{"Alta", 2}, {"Media", 3}, {"Baja", 4}};
  EXPECT_EQ(priority.aliases, aliases);
  EXPECT_EQ(named(spec.attributes, "agent").role, AttributeRole::agent);
  EXPECT_EQ(named(spec.attributes, "team").role, AttributeRole::team);
  EXPECT_EQ(named(spec.attributes, "customer").role, AttributeRole::customer);
  EXPECT_TRUE(named(spec.attributes, "customer").open);
  EXPECT_EQ(named(spec.attributes, "channel").role, AttributeRole::plain);
}

TEST(Zen, WarnsAndEscalatesStepByStep) {
  const TenantSpec spec = compiled("zen.toml");
  const LadderSpec& ladder = named(spec.ladders, "compromiso");
  EXPECT_EQ(ladder.acknowledge_ms, 30 * kMinute);
  ASSERT_EQ(ladder.steps.size(), 4u);
  EXPECT_EQ(ladder.steps[0].anchor, StepAnchor::percent);
  EXPECT_EQ(ladder.steps[0].percent_milli, 75'000u);
  EXPECT_TRUE(ladder.steps[0].warn);
  EXPECT_EQ(spec.recipients[ladder.steps[0].recipient].name, "agente");
  EXPECT_EQ(ladder.steps[1].anchor, StepAnchor::before_due);
  EXPECT_EQ(ladder.steps[1].offset_ms, 30 * kMinute);
  EXPECT_EQ(ladder.steps[2].anchor, StepAnchor::after_due);
  EXPECT_EQ(ladder.steps[2].offset_ms, 0);
  EXPECT_EQ(ladder.steps[2].level, 2);
  EXPECT_FALSE(ladder.steps[2].warn);
  EXPECT_EQ(ladder.steps[3].offset_ms, 2 * kHour);
  EXPECT_EQ(ladder.steps[3].level, 3);
  EXPECT_EQ(ladder.steps[3].calendar, kNoId16);
  const RecipientSpec& duty = named(spec.recipients, "guardia");
  ASSERT_EQ(duty.routes.size(), 2u);
  EXPECT_EQ(spec.calendars[duty.routes[0].calendar].name, "oficina");
  EXPECT_EQ(duty.routes[0].attribute, id_of(spec.attributes, "agent"));
  EXPECT_EQ(duty.routes[1].calendar, kAlwaysOpen);
  EXPECT_EQ(duty.routes[1].to, "turno");
  EXPECT_EQ(duty.routes[1].via, "telefono");
}

TEST(Demo, IsZenAtTheSpeedOfSeconds) {
  const TenantSpec spec = compiled("demo.toml");
  EXPECT_EQ(spec.name, "demo");
  ASSERT_EQ(spec.rule_order.size(), 8u);
  for (const RuleSpec& rule : spec.rules) {
    for (const TargetSpec& target : rule.targets) {
      EXPECT_GE(target.target_ms, 5 * kSecond) << rule.name;
      EXPECT_LE(target.target_ms, 40 * kSecond) << rule.name;
      EXPECT_EQ(target.calendar, kAlwaysOpen);
    }
  }
  // A slip in one of the two would make what is shown differ from what is shipped.
  const TenantSpec zen = compiled("zen.toml");
  EXPECT_EQ(spec.statuses, zen.statuses);
  EXPECT_EQ(spec.levels, zen.levels);
  EXPECT_EQ(spec.attributes, zen.attributes);
  EXPECT_EQ(spec.activities, zen.activities);
  ASSERT_EQ(spec.clocks.size(), 2u);
  for (ClockSpec clock : spec.clocks) {
    const ClockSpec& of_zen = named(zen.clocks, clock.name);
    clock.step_names = of_zen.step_names;  // those of the demo's ladders, which are its own
    EXPECT_EQ(clock, of_zen) << clock.name;
  }
}

TEST(ServiceNow, HasOneWallClockTargetForEachPriority) {
  const TenantSpec spec = compiled("servicenow.toml");
  EXPECT_EQ(spec.name, "servicenow");
  const AttributeSpec& priority = named(spec.attributes, "priority");
  ASSERT_EQ(priority.values.size(), 4u);
  ASSERT_EQ(spec.rule_order.size(), 4u);
  for (const RuleSpec& rule : spec.rules) {
    ASSERT_EQ(rule.targets.size(), 1u);
    EXPECT_EQ(rule.targets[0].calendar, kAlwaysOpen);
  }
  const ClockSpec& resolution = named(spec.clocks, "resolution");
  EXPECT_EQ(resolution.pause_while.statuses, 0u) << "the source does not pause";
  for (const char* waiting :
       {"Awaiting User Info", "Awaiting Problem", "Awaiting Vendor", "Awaiting Evidence"}) {
    EXPECT_EQ(named(spec.statuses, waiting).category, StatusCategory::pending);
  }
}

}  // namespace
}  // namespace vencer::config_test
