// What documents can say beside the plain ones of samples_tenant.cc: every construct in use, at
// random.
#include "engine/core/limits.h"
#include "tests/unit/wire/samples.h"

namespace vencer::test {
namespace {

std::string name(const char* kind, std::uint64_t i) {
  return std::string(kind) + std::to_string(i);
}

std::uint64_t some_bits(Random& random, std::size_t count) {
  return random() & (count >= 64 ? ~0ull : (1ull << count) - 1);
}

template <typename Id>
Id some_id(Random& random, std::size_t count) {
  return static_cast<Id>(pick(random, 0, count - 1));
}
template <typename Id>
Id id_or_none(Random& random, std::size_t count, Id none) {
  return coin(random) ? none : some_id<Id>(random, count);
}

DurationMs some_duration(Random& random) {
  return static_cast<DurationMs>(pick(random, 1, limits::target_max_ms));
}

// Of the closed attributes 0 and 1.
std::vector<AttributeValue> some_values(Random& random) {
  std::vector<AttributeValue> values(pick(random, 0, 3));
  for (AttributeValue& value : values)
    value = {some_id<AttributeId>(random, 2), pick(random, 0, 2)};
  return values;
}

std::vector<MatchSpec> some_matches(Random& random) {
  std::vector<MatchSpec> matches;
  for (std::uint64_t n = pick(random, 0, 2); n > 0; --n) {
    matches.push_back({some_id<AttributeId>(random, 2), coin(random), {pick(random, 0, 2)}});
  }
  return matches;
}

ConditionSpec some_condition(Random& random, const TenantSpec& tenant) {
  return {some_bits(random, tenant.statuses.size()),
          static_cast<std::uint16_t>(some_bits(random, tenant.levels.size()) << 1),
          some_values(random)};
}

TriggerSpec some_trigger(Random& random, const TenantSpec& tenant) {
  TriggerSpec trigger;
  trigger.activities = some_bits(random, tenant.activities.size());
  trigger.statuses = some_bits(random, tenant.statuses.size());
  trigger.attributes_changed =
      static_cast<std::uint32_t>(some_bits(random, tenant.attributes.size()));
  trigger.became = some_values(random);
  return trigger;
}

RecipientId some_recipient(Random& random, const TenantSpec& tenant) {
  return id_or_none(random, tenant.recipients.size(), kNoId16);
}

void add_to_clocks(Random& random, TenantSpec& tenant) {
  for (ClockSpec& clock : tenant.clocks) {
    clock.kind = static_cast<ClockKind>(pick(random, 0, 1));
    clock.pause_while = some_condition(random, tenant);
    clock.run_while = some_condition(random, tenant);
    clock.start.became = some_values(random);
    clock.stop.attributes_changed =
        static_cast<std::uint32_t>(some_bits(random, tenant.attributes.size()));
    if (clock.kind == ClockKind::window) {
      clock.at_end = {id_or_none(random, tenant.statuses.size(), kNoId8), some_values(random)};
    }
  }
}

void add_to_rules(Random& random, TenantSpec& tenant) {
  for (RuleSpec& rule : tenant.rules) {
    for (TargetSpec& target : rule.targets) {
      target.kind = static_cast<TargetKind>(pick(random, 0, 4));
      target.days = static_cast<std::uint32_t>(pick(random, 1, limits::business_days_max));
      if (coin(random)) target.instant = static_cast<TimeMs>(pick(random, 0, limits::time_max_ms));
      if (coin(random)) {
        target.calendar_by = 0;
        target.calendars = {kNoId16, some_id<CalendarId>(random, tenant.calendars.size())};
      }
    }
  }
}

ConstraintSpec some_constraint(Random& random, const TenantSpec& tenant, std::uint64_t i) {
  ConstraintSpec constraint;
  constraint.name = name("regla ", i);
  constraint.kind = static_cast<ConstraintKind>(i % 5);
  constraint.on_create = coin(random);
  constraint.on_merge = coin(random);
  constraint.on = some_trigger(random, tenant);
  constraint.when = some_matches(random);
  constraint.while_in = some_condition(random, tenant);
  constraint.match = some_matches(random);
  constraint.calendar = id_or_none(random, tenant.calendars.size(), kNoId16);
  constraint.activities = some_bits(random, tenant.activities.size());
  for (std::uint64_t n = pick(random, 0, 3); n > 0; --n) constraint.actors.push_back(1000 - n);
  constraint.per = constraint.kind == ConstraintKind::limit ? 2 : kNoId8;
  constraint.statuses = some_bits(random, tenant.statuses.size());
  constraint.max = static_cast<std::uint32_t>(pick(random, 0, 10));
  constraint.retired = coin(random);
  return constraint;
}

DetectorSpec some_detector(Random& random, const TenantSpec& tenant, std::uint64_t i) {
  DetectorSpec detector;
  detector.name = name("masivo ", i);
  detector.when = some_matches(random);
  detector.alike = {1, 2};
  detector.count = static_cast<std::uint32_t>(pick(random, 1, limits::detector_count_max));
  detector.within_ms = some_duration(random);
  detector.quiet_ms = some_duration(random);
  detector.recipient = some_recipient(random, tenant);
  detector.on_escalated = coin(random);
  detector.retired = coin(random);
  return detector;
}

DigestSpec some_digest(Random& random, const TenantSpec& tenant, std::uint64_t i) {
  DigestSpec digest;
  digest.name = name("resumen ", i);
  digest.at = static_cast<DigestTime>(pick(random, 0, 1));
  digest.calendar = some_id<CalendarId>(random, tenant.calendars.size());
  digest.minute = static_cast<std::int32_t>(pick(random, 0, 1439));
  digest.every_day = coin(random);
  digest.list = static_cast<DigestList>(pick(random, 0, 3));
  digest.span_ms = some_duration(random);
  digest.activities = some_bits(random, tenant.activities.size());
  digest.when = some_matches(random);
  digest.recipient = some_recipient(random, tenant);
  digest.retired = coin(random);
  return digest;
}

}  // namespace

void add_desk(Random& random, TenantSpec& tenant) {
  add_to_clocks(random, tenant);
  add_to_rules(random, tenant);
  for (RecipientSpec& recipient : tenant.recipients) recipient.everyone = coin(random);
  if (coin(random)) tenant.matrix = {0, 0, 1, 2, {1, 2, 0, 1}};
  for (std::uint64_t i = 0; i < 5; ++i) {
    tenant.constraints.push_back(some_constraint(random, tenant, i));
  }
  tenant.customers = {static_cast<std::uint32_t>(some_bits(random, tenant.attributes.size())),
                      static_cast<ContractRule>(pick(random, 0, 2)),
                      some_recipient(random, tenant)};
  for (std::uint64_t i = 0; i < 2; ++i) {
    tenant.detectors.push_back(some_detector(random, tenant, i));
    tenant.digests.push_back(some_digest(random, tenant, i));
    tenant.calendar_events.push_back({name("cierre ", i),
                                      some_id<CalendarId>(random, tenant.calendars.size()),
                                      coin(random), coin(random) ? -some_duration(random) : 5000,
                                      some_recipient(random, tenant), coin(random)});
  }
  tenant.time_in_status = {coin(random), some_matches(random),
                           some_id<CalendarId>(random, tenant.calendars.size())};
  tenant.quota = {pick(random, 0, 1000), static_cast<std::uint32_t>(pick(random, 0, 1000))};
  tenant.count_by = {1, 0};
  tenant.reopen_clock = id_or_none(random, tenant.clocks.size(), kNoId8);
  if (tenant.reopen_clock != kNoId8) tenant.clocks[tenant.reopen_clock].kind = ClockKind::window;
  tenant.merged_status = id_or_none(random, tenant.statuses.size(), kNoId8);
  tenant.created_recipient = some_recipient(random, tenant);
  tenant.survey_at_close = coin(random);
}

}  // namespace vencer::test
