#include "engine/core/limits.h"
#include "tests/unit/wire/samples.h"

namespace vencer::test {
namespace {

constexpr std::size_t kClocks = 2, kStatuses = 4, kAttributes = 3, kLevels = 2;

std::string name(const char* kind, std::size_t i) {
  return std::string(kind) + std::to_string(i);
}

DurationMs some_duration(Random& random) {
  return static_cast<DurationMs>(pick(random, 1, limits::target_max_ms));
}

template <typename Id>
Id id_or_none(Random& random, std::size_t count, Id none) {
  return count == 0 || coin(random) ? none : static_cast<Id>(pick(random, 0, count - 1));
}

std::uint64_t some_bits(Random& random, std::size_t count) {
  return random() & (count >= 64 ? ~0ull : (1ull << count) - 1);
}

std::vector<ShiftSpec> some_shifts(Random& random) {
  std::vector<ShiftSpec> shifts(pick(random, 0, 2));
  for (ShiftSpec& shift : shifts) {
    shift.start_minute = static_cast<std::int16_t>(pick(random, 0, 1440));
    shift.end_minute = static_cast<std::int16_t>(pick(random, 0, 1440));
  }
  return shifts;
}

CalendarSpec some_calendar(Random& random, std::size_t i) {
  CalendarSpec calendar;
  calendar.name = name("calendar", i);
  calendar.always_open = i == 0;
  if (calendar.always_open) return calendar;
  calendar.zone.name = "America/Santiago";
  calendar.zone.initial_offset_s = -16'966;
  std::int64_t at_s = -2'500'000'000;
  for (std::uint64_t n = pick(random, 0, 20); n > 0; --n) {
    at_s += static_cast<std::int64_t>(pick(random, 1, 40'000'000));
    calendar.zone.transitions.push_back({at_s, coin(random) ? -10'800 : -14'400});
  }
  for (auto& shifts : calendar.weekly) shifts = some_shifts(random);
  for (auto& shifts : calendar.breaks) shifts = some_shifts(random);
  for (std::uint64_t n = pick(random, 0, 3); n > 0; --n) {
    calendar.holidays.push_back(static_cast<CivilDay>(pick(random, 0, 40'000)));
    calendar.yearly_holidays.push_back({static_cast<std::uint8_t>(pick(random, 1, 12)),
                                        static_cast<std::uint8_t>(pick(random, 1, 31))});
    calendar.special.push_back(
        {static_cast<CivilDay>(pick(random, 0, 40'000)), some_shifts(random)});
  }
  return calendar;
}

TriggerSpec some_trigger(Random& random, const TenantSpec& tenant) {
  TriggerSpec trigger;
  trigger.activities = some_bits(random, tenant.activities.size());
  trigger.statuses = some_bits(random, tenant.statuses.size());
  trigger.attributes_set = static_cast<std::uint32_t>(some_bits(random, tenant.attributes.size()));
  trigger.levels = static_cast<std::uint16_t>(some_bits(random, tenant.levels.size()) << 1);
  return trigger;
}

ClockSpec some_clock(Random& random, const TenantSpec& tenant, std::size_t i) {
  ClockSpec clock;
  clock.name = name("clock", i);
  clock.start = some_trigger(random, tenant);
  clock.stop = some_trigger(random, tenant);
  clock.reset = some_trigger(random, tenant);
  clock.cancel = some_trigger(random, tenant);
  clock.pause_while.statuses = some_bits(random, tenant.statuses.size());
  clock.run_while.statuses = some_bits(random, tenant.statuses.size());
  clock.each_cycle = coin(random);
  clock.fresh_on_reopen = coin(random);
  clock.on_change = static_cast<OnChange>(pick(random, 0, 2));
  for (std::uint64_t n = pick(random, 0, 3); n > 0; --n)
    clock.step_names.push_back(name("step", n));
  clock.retired = coin(random);
  return clock;
}

LadderStepSpec some_step(Random& random, const TenantSpec& tenant, std::size_t i) {
  LadderStepSpec step;
  step.name = name("step", i);
  step.anchor = static_cast<StepAnchor>(pick(random, 0, 2));
  step.percent_milli = static_cast<std::uint32_t>(pick(random, 0, 200'000));
  step.offset_ms = some_duration(random);
  step.calendar = id_or_none(random, tenant.calendars.size(), kNoId16);
  step.warn = coin(random);
  step.level = static_cast<LevelId>(pick(random, 0, tenant.levels.size()));
  step.recipient = id_or_none(random, tenant.recipients.size(), kNoId16);
  step.set_status = id_or_none(random, tenant.statuses.size(), kNoId8);
  if (coin(random)) step.set_attributes.push_back({0, pick(random, 0, 2)});
  step.times = static_cast<std::uint32_t>(pick(random, 0, 3));
  if (step.times > 0) step.every_ms = limits::repeat_every_min_ms;
  return step;
}

RuleSpec some_rule(Random& random, const TenantSpec& tenant, std::size_t i) {
  RuleSpec rule;
  rule.name = name("rule/Soporte + Cloud/", i);
  for (std::uint64_t n = pick(random, 0, 2); n > 0; --n) {
    rule.when.push_back({0, coin(random), {0, 1, 2}});
  }
  rule.targets.push_back({static_cast<ClockId>(pick(random, 0, kClocks - 1)), some_duration(random),
                          static_cast<CalendarId>(pick(random, 0, tenant.calendars.size() - 1)),
                          id_or_none(random, tenant.ladders.size(), kNoId16)});
  rule.retired = coin(random);
  return rule;
}

void fill_names(Random& random, TenantSpec& tenant) {
  for (std::size_t i = 0; i < kStatuses; ++i) {
    tenant.statuses.push_back({name("Estado ", i), static_cast<StatusCategory>(i), coin(random)});
  }
  for (std::size_t i = 0; i < kLevels; ++i) tenant.levels.push_back(name("Nivel ", i + 1));
  for (const char* builtin : kBuiltinActivityNames) tenant.activities.push_back({builtin, false});
  tenant.activities.push_back({"evidencia", coin(random)});
  for (std::size_t i = 0; i < kAttributes; ++i) {
    AttributeSpec attribute;
    attribute.name = name("attribute", i);
    attribute.open = i == kAttributes - 1;
    attribute.role = static_cast<AttributeRole>(pick(random, 0, 4));
    if (!attribute.open) {
      attribute.values = {"Alto", "Bajo"};
      attribute.value_retired = {coin(random), coin(random)};
      attribute.aliases = {{"Alta", 1}};
    }
    tenant.attributes.push_back(attribute);
  }
}

}  // namespace

TenantSpec plain_tenant(Random& random) {
  TenantSpec tenant;
  tenant.name = "zen";
  tenant.version = static_cast<std::uint32_t>(pick(random, 1, 1000));
  tenant.source_hash = random();
  tenant.tzdata = coin(random) ? "2024a" : "";
  fill_names(random, tenant);
  for (std::size_t i = 0; i < 2; ++i) tenant.calendars.push_back(some_calendar(random, i));
  for (std::size_t i = 0; i < 2; ++i) {
    tenant.recipients.push_back({name("recipient", i),
                                 {{0, kNoId8, "turno", "correo"}, {1, 2, "", ""}},
                                 false,
                                 coin(random)});
  }
  for (std::size_t i = 0; i < kClocks; ++i) tenant.clocks.push_back(some_clock(random, tenant, i));
  tenant.ladders.push_back({"compromiso", some_duration(random), {}, coin(random)});
  for (std::size_t i = 0; i < 3; ++i) {
    tenant.ladders[0].steps.push_back(some_step(random, tenant, i));
  }
  for (std::size_t i = 0; i < 3; ++i) tenant.rules.push_back(some_rule(random, tenant, i));
  tenant.rule_order = {2, 0};
  tenant.initial_status = static_cast<StatusId>(pick(random, 0, kStatuses - 1));
  tenant.closed_status = id_or_none(random, kStatuses, kNoId8);
  tenant.survey_status = id_or_none(random, kStatuses, kNoId8);
  tenant.events_on = some_bits(random, kEventTypes);
  tenant.keep_closed_ms = some_duration(random);
  tenant.keep_keys_ms = some_duration(random);
  return tenant;
}

TenantSpec random_tenant(Random& random) {
  TenantSpec tenant = plain_tenant(random);
  add_desk(random, tenant);
  return tenant;
}

TenantSpec sample_plain_tenant() {
  Random random(20'260'401);
  return plain_tenant(random);
}
TenantSpec sample_tenant() {
  Random random(20'260'401);
  return random_tenant(random);
}

}  // namespace vencer::test
