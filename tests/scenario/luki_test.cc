// luki: support of a wallet, Panama and Colombia. Rules L1 to L10 as stories; the others in
// luki_agents_test.cc.
#include <gtest/gtest.h>

#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

constexpr std::uint64_t kAgent = 21;
constexpr std::uint64_t kSupervisor = 9001;
const char* const kBeforeN2 = "'evidencia y aprobación antes de N2'";

// A case at N1b with what N2 wants to see.
void prepare_for_n2(Story& s, const char* key) {
  s.create(key, {{"tipo", "caso"}});
  s.escalate(key);
  s.activity(key, "evidencia");
  s.by(kSupervisor).activity(key, "aprobacion");
}

TEST(Luki, L1_moni_first_then_people) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"pase a agente"});
  s.create("T-1", {{"tipo", "caso"}, {"canal", "chat"}});
  s.create("T-2", {{"tipo", "caso"}, {"canal", "chat"}, {"agent", "ana"}});
  s.create("T-3", {{"tipo", "caso"}, {"canal", "chat"}});
  s.expect_ticket("T-1 level=N1a Moni");
  s.at("09:03");
  s.escalate("T-1", "N1b Agentes");
  s.status("T-3", "Resuelto");  // by Moni
  s.expect({"escalated T-1 level=N1b Agentes",
            "clock_met T-1 clock=pase a agente elapsed=3m target=5m", "clock_cancelled T-3"});
  s.crash_and_restart();
  s.at("09:05");
  s.expect_no({"breached"});
  s.at("09:05:00.001");
  s.expect({"breached T-2 clock=pase a agente due=09:05",
            "warning T-2 clock=pase a agente step=due recipient=agente to=ana"});
}

TEST(Luki, L2_to_the_next_level_by_three_channels) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  prepare_for_n2(s, "T-1");
  s.refused("levels go one at a time").escalate("T-1", "N3 Desarrollo");
  s.escalate("T-1", "N2 Soporte", "N2");
  s.crash_and_restart();
  s.escalate("T-1", "N3 Desarrollo");
  s.expect({"escalated T-1 level=N1b Agentes",
            "escalated T-1 level=N2 Soporte recipient=N2 "
            "routes=soporte N2 (correo), soporte N2 (whatsapp), soporte N2 (portal)",
            "escalated T-1 level=N3 Desarrollo routes=-"});
}

TEST(Luki, L3_no_level_2_without_evidence) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"tipo", "caso"}});
  s.escalate("T-1");
  s.by(kSupervisor).activity("T-1", "aprobacion");
  s.refused(kBeforeN2).escalate("T-1", "N2 Soporte", "N2");
  s.crash_and_restart();
  s.refused(kBeforeN2).escalate("T-1");
  s.activity("T-1", "evidencia");
  s.escalate("T-1", "N2 Soporte", "N2");
  s.expect({"escalated T-1 level=N1b Agentes", "escalated T-1 level=N2 Soporte"});
}

TEST(Luki, L4_validated_by_the_supervisor) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"validación"});
  for (const char* key : {"T-1", "T-2"}) {
    s.create(key, {{"tipo", "caso"}, {"agent", "ana"}});
    s.escalate(key);
    s.activity(key, "evidencia");
    s.status(key, "En validación");
  }
  s.refused(kBeforeN2).escalate("T-1");
  s.expect_ticket("T-1 validación=running validación.due=11:00");
  s.at("10:00");
  s.by(kSupervisor).activity("T-1", "aprobacion");
  s.expect({"clock_met T-1 clock=validación elapsed=1h target=2h"});
  s.escalate("T-1");
  s.crash_and_restart();
  s.at("11:00:00.001");
  s.expect({"escalated T-1 level=N2 Soporte", "breached T-2 clock=validación due=11:00",
            "warning T-2 clock=validación step=due to=ana"});
  s.refused(kBeforeN2).escalate("T-2");
}

TEST(Luki, L5_paycaddy_wants_all_its_data) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  prepare_for_n2(s, "T-1");
  s.escalate("T-1", "N2 Soporte");
  s.escalate("T-1", "N3 Desarrollo");
  s.refused("'datos antes de PAYCADDY'").escalate("T-1", "PAYCADDY");
  s.refused("'datos antes de PAYCADDY/card_id'").activity("T-1", "card_id");
  s.activity("T-1", "n2_confirma");
  s.activity("T-1", "card_id");
  s.refused("'datos antes de PAYCADDY/user_id'").activity("T-1", "user_id");
  s.activity("T-1", "wallet_id");
  s.crash_and_restart();
  s.refused("'datos antes de PAYCADDY'").escalate("T-1", "PAYCADDY");
  s.activity("T-1", "user_id");
  s.escalate("T-1", "PAYCADDY");
  s.expect({"escalated T-1 level=N1b Agentes", "escalated T-1 level=N2 Soporte",
            "escalated T-1 level=N3 Desarrollo", "escalated T-1 level=PAYCADDY"});
}

// Friday and Saturday: a day is the wall's, not the desk's.
TEST(Luki, L6_answers_of_the_day_before_are_gone_through) {
  Story s("luki");
  s.at("2026-06-05 08:00");
  s.only_clocks({"contacto"});
  s.create("T-1", {{"tipo", "caso"}, {"agent", "ana"}});
  s.create("T-2", {{"tipo", "caso"}, {"agent", "luis"}});
  s.at("23:59:59.999");
  s.activity("T-1", "agent_reply");
  s.at("2026-06-06 00:00");
  s.activity("T-2", "agent_reply");
  s.at("07:59:59.999");
  s.expect_no({"digest"});
  s.at("08:00");
  s.expect({"digest subject=respuestas de ayer count=1 rows=T-1 recipient=equipo"});
  s.crash_and_restart();
  s.at("2026-06-07 08:00");
  s.expect({"digest subject=respuestas de ayer count=1 rows=T-2"});
  s.activity("T-1", "contactado");
  s.expect({"clock_met T-1 clock=contacto"});
  s.at("2026-06-08 17:00:00.001");
  s.expect({"breached T-2 clock=contacto due=2026-06-08 17:00", "warning T-2 step=due to=luis"});
}

TEST(Luki, L7_contacted_when_and_with_a_solution) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"contacto"});
  s.create("T-1", {{"tipo", "caso"}});
  s.activity("T-1", "agent_reply");
  s.at("2026-06-02 10:00");
  s.late("09:20").by(kAgent).activity("T-1", "contactado");
  s.by(kAgent).activity("T-1", "cliente_con_solucion");
  s.expect({"activity_recorded T-1 activity=agent_reply",
            "activity_recorded T-1 activity=contactado at=2026-06-02 09:20 actor=21",
            "clock_met T-1 clock=contacto at=2026-06-02 09:20",
            "activity_recorded T-1 activity=cliente_con_solucion actor=21"});
  s.crash_and_restart();
  s.at("2026-06-04 09:00");
  s.expect_no({"breached", "activity_recorded"});
  s.expect_ticket("T-1 contacto=met");
}

// Over a Saturday night.
TEST(Luki, L8_blocked_pin_in_24_hours) {
  Story s("luki");
  s.at("2026-06-06 20:00");
  s.only_clocks({"resolution"});
  const Words blocked = {{"tipo", "caso"}, {"category", "Sop. Bloqueo de PIN de cajero"}};
  s.create("T-1", blocked);
  s.create("T-2", blocked);
  s.expect_ticket("T-1 resolution.target=24h resolution.due=2026-06-07 20:00");
  s.crash_and_restart();
  s.at("2026-06-07 20:00");
  s.status("T-1", "Resuelto");
  s.at("20:00:00.001");
  s.expect({"clock_met T-1 clock=resolution elapsed=24h",
            "breached T-2 clock=resolution due=2026-06-07 20:00",
            "escalated T-2 step=due recipient=supervisor"});
}

// Colombia has three holidays in June, Panama none.
TEST(Luki, L9_unknown_debits_in_30_business_days) {
  Story s("luki");
  s.at("2026-06-01 10:00");
  s.only_clocks({"resolution"});
  const std::string category = "Sop. Débitos no reconocidos";
  s.create("T-1", {{"tipo", "caso"}, {"pais", "Panamá"}, {"category", category}});
  s.create("T-2", {{"tipo", "caso"}, {"pais", "Colombia"}, {"category", category}});
  s.create("T-3", {{"tipo", "caso"}, {"pais", "Panamá"}, {"category", category}});
  s.expect_ticket("T-1 resolution.due=2026-07-13 17:00");
  s.expect_ticket("T-2 resolution.due=2026-07-16 17:00");
  s.at("2026-07-01 09:00");
  s.status("T-3", "Pendiente");
  s.crash_and_restart();
  s.at("2026-07-03 09:00");
  s.status("T-3", "En atención");  // two working days later
  s.expect_ticket("T-3 resolution.due=2026-07-15 17:00");
  s.at("2026-07-13 17:00");
  s.expect_no({"breached"});
  s.at("17:00:00.001");
  s.expect({"breached T-1 clock=resolution due=2026-07-13 17:00"});
  s.at("2026-07-16 17:00");
  s.status("T-2", "Resuelto");
  s.expect({"breached T-3 due=2026-07-15 17:00", "clock_met T-2 clock=resolution"});
}

TEST(Luki, L10_cards_delivered_in_48_hours_by_allies_in_72) {
  Story s("luki");
  s.at("2026-06-05 10:00");
  s.only_clocks({"resolution"});
  const std::string category = "Sop. Entrega de tarjeta";
  s.create("T-1", {{"tipo", "caso"}, {"lugar", "Ciudad"}, {"category", category}});
  s.create("T-2", {{"tipo", "caso"}, {"lugar", "Aliados"}, {"category", category}});
  s.create("T-3", {{"tipo", "caso"}, {"category", category}});
  s.expect_ticket("T-1 resolution.rule=entrega de tarjeta/Ciudad resolution.target=48h");
  s.expect_ticket("T-3 resolution.target=48h");
  s.set("T-3", {{"lugar", "Aliados"}});
  s.crash_and_restart();
  s.at("2026-06-07 10:00:00.001");
  s.expect({"breached T-1 due=2026-06-07 10:00"});
  s.at("2026-06-08 10:00");
  s.status("T-2", "Resuelto");
  s.at("10:00:00.001");
  s.expect({"clock_met T-2 elapsed=72h target=72h", "breached T-3 due=2026-06-08 10:00"});
}

}  // namespace
}  // namespace vencer::scenario
