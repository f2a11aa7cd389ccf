// What each construct of the format means to the core: tests/corpus/valid/everything.toml, read
// section by section.
#include <gtest/gtest.h>

#include "engine/core/limits.h"
#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

const CompiledDocument& document() {
  static const CompiledDocument compiled = compile_document(
      read_file(source("tests/corpus/valid/everything.toml")), "everything.toml", nullptr);
  return compiled;
}
const TenantSpec& spec() {
  return document().spec;
}

template <typename Spec>
std::uint64_t bit(const std::vector<Spec>& specs, const std::string& name) {
  return std::uint64_t{1} << id_of(specs, name);
}
std::uint64_t status(const std::string& name) {
  return bit(spec().statuses, name);
}
AttributeId attribute(const std::string& name) {
  return static_cast<AttributeId>(id_of(spec().attributes, name));
}
std::uint32_t attribute_bit(const std::string& name) {
  return std::uint32_t{1} << attribute(name);
}
std::size_t recipient(const std::string& name) {
  return id_of(spec().recipients, name);
}
const ConstraintSpec& constraint(const std::string& name) {
  return named(spec().constraints, name);
}

TEST(Constructs, AreAllTaken) {
  EXPECT_TRUE(document().errors.empty()) << joined(document().errors);
  EXPECT_TRUE(document().warnings.empty()) << joined(document().warnings);
}

TEST(Constructs, HappeningsAndConditionsOfAttributesAndLevels) {
  const ClockSpec& clock = named(spec().clocks, "resolution");
  const AttributeValue chat{attribute("channel"), 1};
  const AttributeValue phone{attribute("channel"), 3};
  EXPECT_EQ(clock.stop.statuses, status("Resuelto"));
  EXPECT_EQ(clock.stop.became, std::vector<AttributeValue>{chat});
  EXPECT_EQ(clock.reset.attributes_changed, attribute_bit("category"));
  EXPECT_EQ(clock.reset.attributes_set, attribute_bit("agent"));
  EXPECT_EQ(clock.reset.levels, 1u << 2);
  EXPECT_EQ(clock.pause_while.statuses, status("Espera"));
  EXPECT_EQ(clock.pause_while.levels, 1u << 2);
  EXPECT_EQ(clock.pause_while.values,
            (std::vector<AttributeValue>{phone, {attribute("agent"), 0}}));
  EXPECT_EQ(clock.on_change, OnChange::keep);
}

TEST(Constructs, AClockForEachStatus) {
  const ClockSpec& analysis = named(spec().clocks, "etapa/Análisis");
  const ClockSpec& development = named(spec().clocks, "etapa/Desarrollo");
  EXPECT_EQ(analysis.run_while, (ConditionSpec{status("Análisis"), 0, {}}));
  EXPECT_EQ(development.run_while, (ConditionSpec{status("Desarrollo"), 0, {}}));
  EXPECT_TRUE(analysis.each_cycle && development.each_cycle);
  EXPECT_EQ(analysis.on_change, OnChange::restart);
  EXPECT_EQ(id_of(spec().clocks, "etapa"), spec().clocks.size()) << "no clock of its own";
}

TEST(Constructs, Windows) {
  const ClockSpec& window = named(spec().clocks, "reapertura");
  EXPECT_EQ(window.kind, ClockKind::window);
  EXPECT_EQ(std::uint64_t{1} << window.at_end.status, status("Cerrado"));
  EXPECT_EQ(window.at_end.attributes, (std::vector<AttributeValue>{{attribute("priority"), 3}}));
  EXPECT_EQ(spec().reopen_clock, id_of(spec().clocks, "reapertura"));
  EXPECT_EQ(named(spec().clocks, "resolution").kind, ClockKind::promise);
}

const TargetSpec& target(const std::string& rule, const std::string& clock) {
  for (const TargetSpec& each : named(spec().rules, rule).targets) {
    if (spec().clocks[each.clock].name == clock) return each;
  }
  ADD_FAILURE() << rule << " has no target for " << clock;
  return named(spec().rules, rule).targets.at(0);
}

TEST(Constructs, KindsOfTargets) {
  const TargetSpec& days = target("cambios", "resolution");
  EXPECT_EQ(days.kind, TargetKind::business_days);
  EXPECT_EQ(days.days, 30u);
  EXPECT_EQ(target("cambios", "etapa/Análisis").kind, TargetKind::close_of_day);
  EXPECT_EQ(target("cambios", "etapa/Desarrollo").kind, TargetKind::ticket);
  EXPECT_EQ(named(spec().rules, "cambios").targets.size(), 5u) << "its own name goes before";
  // Santiago is at UTC-3 in December.
  constexpr TimeMs kUtc = 1'798'740'000'000;  // 2026-12-31T18:00:00Z
  EXPECT_EQ(target("cambios", "entrega").kind, TargetKind::instant);
  EXPECT_EQ(target("cambios", "entrega").instant, kUtc + 3 * limits::kHour);
  EXPECT_EQ(target("cambios", "cierre").instant, kUtc + 5 * limits::kHour);
  for (const char* clock : {"etapa/Análisis", "etapa/Desarrollo"}) {
    EXPECT_EQ(target("todo", clock).kind, TargetKind::open_time);
    EXPECT_EQ(target("todo", clock).target_ms, 48 * limits::kHour);
  }
}

TEST(Constructs, ACalendarByAttribute) {
  const TargetSpec& days = target("cambios", "resolution");
  EXPECT_EQ(days.calendar, id_of(spec().calendars, "oficina"));
  EXPECT_EQ(days.calendar_by, attribute("channel"));
  EXPECT_EQ(days.calendars, (std::vector<CalendarId>{kNoId16, kNoId16, kAlwaysOpen}));
  EXPECT_EQ(target("todo", "resolution").calendar_by, kNoId8);
}

TEST(Constructs, TheMatrixByValueWhateverItsOrder) {
  const MatrixSpec& matrix = spec().matrix;
  EXPECT_EQ(matrix.sets, attribute("priority"));
  EXPECT_EQ(matrix.row, attribute("impact"));
  EXPECT_EQ(matrix.column, attribute("urgency"));
  EXPECT_EQ(matrix.columns, 2u);
  EXPECT_EQ(matrix.cells, (std::vector<Value>{1, 2, 3, 0}));
}

TEST(Constructs, TheEndOfATicket) {
  EXPECT_TRUE(spec().survey_at_close);
  EXPECT_EQ(spec().survey_status, kNoId8);
  EXPECT_EQ(std::uint64_t{1} << spec().merged_status, status("Duplicado"));
  EXPECT_EQ(spec().created_recipient, recipient("guardia"));
}

TEST(Constructs, CustomersCountsTimeInStatusAndQuota) {
  EXPECT_EQ(spec().customers.defaults, attribute_bit("plan") | attribute_bit("agent"));
  EXPECT_EQ(spec().customers.contract, ContractRule::refuse);
  EXPECT_EQ(spec().customers.recipient, recipient("guardia"));
  EXPECT_EQ(spec().count_by,
            (std::vector<AttributeId>{attribute("priority"), attribute("channel")}));
  EXPECT_TRUE(spec().time_in_status.on);
  EXPECT_EQ(spec().time_in_status.when, (std::vector<MatchSpec>{{attribute("kind"), false, {2}}}));
  EXPECT_EQ(spec().time_in_status.calendar, id_of(spec().calendars, "oficina"));
  EXPECT_EQ(spec().quota, (QuotaSpec{100'000, 5000}));
}

TEST(Constructs, RecipientsThatAreToldTogether) {
  EXPECT_TRUE(named(spec().recipients, "guardia").everyone);
  EXPECT_EQ(named(spec().recipients, "guardia").routes.size(), 2u);
  EXPECT_FALSE(named(spec().recipients, "equipo").everyone);
}

TEST(Constraints, ForbiddenStatusesAreLookedAtWhateverLeadsThere) {
  const ConstraintSpec& forbidden = constraint("soporte sin backlog");
  EXPECT_EQ(forbidden.kind, ConstraintKind::forbidden);
  EXPECT_EQ(forbidden.while_in, (ConditionSpec{status("Backlog"), 1u << 2, {}}));
  EXPECT_TRUE(forbidden.on_create);
  EXPECT_FALSE(forbidden.on_merge);
  EXPECT_EQ(forbidden.on.statuses, status("Backlog"));
  EXPECT_EQ(forbidden.on.levels, 1u << 2);
  EXPECT_EQ(forbidden.on.attributes_changed, attribute_bit("category"));
}

TEST(Constraints, AForbiddenHappening) {
  const ConstraintSpec& forbidden = constraint("cambios no se fusionan");
  EXPECT_EQ(forbidden.kind, ConstraintKind::forbidden);
  EXPECT_TRUE(forbidden.on_merge);
  EXPECT_FALSE(forbidden.on_create);
  EXPECT_TRUE(forbidden.on.empty());
  EXPECT_TRUE(forbidden.while_in.empty());
}

TEST(Constraints, Only) {
  const ConstraintSpec& only = constraint("chat solo +");
  EXPECT_EQ(only.kind, ConstraintKind::only);
  EXPECT_TRUE(only.on_create);
  EXPECT_EQ(only.on.attributes_set, attribute_bit("channel"));
  EXPECT_EQ(only.match, (std::vector<MatchSpec>{{attribute("plan"), false, {2}}}));
  EXPECT_EQ(only.calendar, id_of(spec().calendars, "oficina"));
}

TEST(Constraints, NeedsBecomeSeveral) {
  const std::uint64_t evidence = bit(spec().activities, "evidencia");
  const std::uint64_t approval = bit(spec().activities, "approval");
  const ConstraintSpec& needs = constraint("evidencia antes del N2");
  EXPECT_EQ(needs.kind, ConstraintKind::needs);
  EXPECT_EQ(needs.activities, evidence | approval);
  EXPECT_EQ(needs.on.levels, 1u << 2);
  const ConstraintSpec& order = constraint("evidencia antes del N2/approval");
  EXPECT_EQ(order.kind, ConstraintKind::needs);
  EXPECT_EQ(order.on.activities, approval);
  EXPECT_EQ(order.activities, evidence);
  const ConstraintSpec& by = constraint("evidencia antes del N2/approval/by");
  EXPECT_EQ(by.kind, ConstraintKind::actors);
  EXPECT_EQ(by.on.activities, approval);
  EXPECT_EQ(by.actors, (std::vector<std::uint64_t>{101, 102}));
  EXPECT_EQ(id_of(spec().constraints, "evidencia antes del N2/evidencia"),
            spec().constraints.size())
      << "the first needs nothing before it";
}

TEST(Constraints, ActorsAndLimits) {
  const ConstraintSpec& actors = constraint("resolver");
  EXPECT_EQ(actors.kind, ConstraintKind::actors);
  EXPECT_EQ(actors.actors, (std::vector<std::uint64_t>{7, 101, 102}));
  const ConstraintSpec& limit = constraint("un cambio a la vez");
  EXPECT_EQ(limit.kind, ConstraintKind::limit);
  EXPECT_EQ(limit.per, attribute("customer"));
  EXPECT_EQ(limit.statuses, status("Desarrollo"));
  EXPECT_EQ(limit.max, 1u);
  EXPECT_TRUE(limit.on_create);
  EXPECT_EQ(limit.on.statuses, status("Desarrollo"));
  EXPECT_EQ(limit.on.attributes_changed, attribute_bit("category") | attribute_bit("customer"));
}

TEST(Constructs, Detectors) {
  const DetectorSpec& mass = named(spec().detectors, "masivo");
  EXPECT_EQ(mass.when, (std::vector<MatchSpec>{{attribute("category"), true, {3}}}));
  EXPECT_EQ(mass.alike, (std::vector<AttributeId>{attribute("category"), attribute("customer")}));
  EXPECT_EQ(mass.count, 5u);
  EXPECT_EQ(mass.within_ms, 10 * limits::kMinute);
  EXPECT_EQ(mass.quiet_ms, 30 * limits::kMinute);
  EXPECT_EQ(mass.recipient, recipient("guardia"));
  const DetectorSpec& escalated = named(spec().detectors, "escaladas");
  EXPECT_TRUE(escalated.on_escalated);
  EXPECT_EQ(escalated.quiet_ms, limits::kHour) << "as long as the window";
  EXPECT_EQ(escalated.recipient, kNoId16);
}

TEST(Constructs, Digests) {
  const std::uint64_t reply = bit(spec().activities, "agent_reply");
  const DigestSpec& overdue = named(spec().digests, "vencidos");
  EXPECT_EQ(overdue.at, DigestTime::first_open);
  EXPECT_EQ(overdue.list, DigestList::overdue);
  EXPECT_EQ(overdue.recipient, recipient("equipo"));
  EXPECT_EQ(overdue.activities, 0u);
  const DigestSpec& due = named(spec().digests, "por vencer");
  EXPECT_EQ(due.at, DigestTime::local_time);
  EXPECT_EQ(due.minute, 510);
  EXPECT_TRUE(due.every_day);
  EXPECT_EQ(due.span_ms, 4 * limits::kHour);
  const DigestSpec& silent = named(spec().digests, "sin novedad");
  EXPECT_FALSE(silent.every_day);
  EXPECT_EQ(silent.activities, reply | bit(spec().activities, "internal_note"));
  const DigestSpec& answered = named(spec().digests, "respondidos");
  EXPECT_EQ(answered.list, DigestList::answered_yesterday);
  EXPECT_EQ(answered.activities, bit(spec().activities, "approval"));
}

TEST(Constructs, CalendarEvents) {
  const CalendarEventSpec& close = named(spec().calendar_events, "cierre");
  EXPECT_TRUE(close.at_close);
  EXPECT_EQ(close.offset_ms, -15 * limits::kMinute);
  EXPECT_EQ(close.recipient, recipient("equipo"));
  const CalendarEventSpec& open = named(spec().calendar_events, "apertura");
  EXPECT_FALSE(open.at_close);
  EXPECT_EQ(open.offset_ms, 0);
}

TEST(Constructs, WhatALaterDocumentLeavesOutIsRetiredOrAtItsDefault) {
  const std::string rest = R"(format = 1
tenant = "todo"
status = [["Nuevo", "new"], ["Resuelto", "resolved"]]
level = ["N1", "N2"]
[[constraint]]
name = "resolver"
on = ["status:Resuelto"]
actors = [7]
)";
  const CompiledDocument later = compile_document(rest, "later.toml", &spec());
  ASSERT_TRUE(later.errors.empty()) << joined(later.errors);
  for (std::size_t id = 0; id < spec().constraints.size(); ++id) {
    EXPECT_EQ(later.spec.constraints[id].name, spec().constraints[id].name);
    EXPECT_EQ(later.spec.constraints[id].retired, spec().constraints[id].name != "resolver");
  }
  EXPECT_TRUE(later.spec.detectors.at(0).retired);
  EXPECT_TRUE(later.spec.digests.at(0).retired);
  EXPECT_TRUE(later.spec.calendar_events.at(0).retired);
  TenantSpec plain;
  EXPECT_EQ(later.spec.matrix, plain.matrix);
  EXPECT_EQ(later.spec.customers, plain.customers);
  EXPECT_EQ(later.spec.time_in_status, plain.time_in_status);
  EXPECT_EQ(later.spec.quota, plain.quota);
  EXPECT_TRUE(later.spec.count_by.empty());
  EXPECT_EQ(later.spec.reopen_clock, kNoId8);
  EXPECT_EQ(later.spec.merged_status, kNoId8);
  EXPECT_EQ(later.spec.created_recipient, kNoId16);
  EXPECT_FALSE(later.spec.survey_at_close);
}

TEST(Minimal, IsTenLinesAndMeansEightHours) {
  const std::string text = example("minimal.toml");
  std::size_t lines = 0;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines += line.starts_with('#') ? 0 : 1;
  EXPECT_EQ(lines, 10u);
  const CompiledDocument minimal = compile_document(text, "minimal.toml", nullptr);
  EXPECT_TRUE(minimal.errors.empty() && minimal.warnings.empty()) << joined(minimal.warnings);
  ASSERT_EQ(minimal.spec.rules.size(), 1u);
  EXPECT_EQ(minimal.spec.rules[0].targets[0].target_ms, 8 * limits::kHour);
}

}  // namespace
}  // namespace vencer::config_test
