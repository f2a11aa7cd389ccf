// kushki: rules K9 to K16 as stories: areas, tiers, stand-by, warnings, and news for the customer.
#include <gtest/gtest.h>

#include "tests/scenario/answers.h"
#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

TEST(Kushki, K9_escalated_to_the_area_that_it_belongs_to) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"area_competente"});
  s.create("T-1", {{"categoria", "PROBLEMA"}, {"team", "Soporte"}});
  s.refused("'Cocina'").set("T-1", {{"team", "Cocina"}});
  s.at("10:00");
  s.set("T-1", {{"team", "Riesgos"}});
  s.expect({"assigned T-1 .team=Riesgos"});
  s.expect_ticket("T-1 area_competente=running area_competente.due=2026-06-01 18:00");
  s.at("16:24");
  s.expect(
      {"warning T-1 clock=area_competente step=80% elapsed=6h24m "
       "recipient=responsable del área to=Riesgos"});
  s.at("17:00");
  s.set("T-1", {{"team", "Finanzas"}});  // the next area begins anew
  s.expect_ticket("T-1 area_competente.elapsed=0s area_competente.due=2026-06-03 13:00");
  s.crash_and_restart();
  s.at("2026-06-03 13:00");
  s.expect_no({"breached"});
  s.at("13:00:00.001");
  s.expect({"breached T-1 clock=area_competente due=13:00",
            "escalated T-1 clock=area_competente step=due to=coordinador de soporte"});
  s.at("15:00");
  s.activity("T-1", "area_atendido");
  s.expect({"clock_missed T-1 clock=area_competente overrun=2h"});
}

TEST(Kushki, K10_mass_incident_told_to_tier_2) {
  Story s("kushki");
  const Words console = {{"categoria", "INCIDENTE"}, {"servicio", "Consola"}};
  s.at("2026-06-01 09:00");
  s.create("T-1", console);
  s.create("T-2", console);
  s.create("T-3", {{"categoria", "PREGUNTA"}, {"servicio", "Consola"}});
  s.create("T-4", {{"categoria", "INCIDENTE"}, {"servicio", "Efectivo"}});
  s.at("09:05");
  s.create("T-5", console);
  s.create("T-6", console);
  s.crash_and_restart();
  s.expect_no({"mass_incident"});
  s.at("09:10");  // ten minutes after the first: still within them
  s.create("T-7", console);
  s.expect(
      {"mass_incident subject=incidente masivo count=5 rows=T-1, T-2, T-5, T-6, T-7 "
       "recipient=Tier 2 to=Tier 2 via=Slack .servicio=Consola"});
  s.at("09:11");
  s.create("T-8", console);  // told already
  s.at("09:41");             // half an hour's quiet: what comes now is another incident
  for (const char* key : {"T-11", "T-12", "T-13", "T-14"}) s.create(key, console);
  s.at("09:51:00.001");
  s.create("T-15", console);  // four of them are too old by a millisecond
  s.expect_no({"mass_incident"});
  for (const char* key : {"T-16", "T-17", "T-18", "T-19"}) s.create(key, console);
  s.expect({"mass_incident count=5 rows=T-15, T-16, T-17, T-18, T-19"});
}

// Saturday night.
TEST(Kushki, K11_stand_by_reports_to_stand_by_of_tier_2) {
  Story s("kushki");
  s.at("2026-06-06 22:00");
  s.only_clocks({"dictamen"});
  s.create("T-1", {{"categoria", "INCIDENTE"}, {"agent", "ana"}});
  s.at("22:15");
  s.expect(
      {"warning T-1 clock=dictamen step=50% recipient=stand by to=Stand By de Tier 2 "
       "via=Slack / llamada"});
  s.crash_and_restart();
  s.at("22:30:00.001");
  s.expect(
      {"escalated T-1 clock=dictamen step=due level=Tier 2 recipient=stand by "
       "to=Stand By de Tier 2 via=Slack / llamada"});
  s.at("2026-06-08 08:00");  // office hours: no stand-by, the agent
  s.create("T-2", {{"categoria", "INCIDENTE"}, {"agent", "luis"}});
  s.escalate("T-2", "", "stand by");
  s.expect({"escalated T-2 level=Tier 2 recipient=stand by to=luis via=correo"});
}

TEST(Kushki, K12_how_critical_is_it) {
  Story s("kushki");
  s.at("2026-06-05 17:50");
  s.only_clocks({"dictamen"});
  s.create("T-1", {{"categoria", "INCIDENTE"}});  // its half hour begins at 18:00
  s.create("T-2", {{"categoria", "INCIDENTE"}});
  s.create("T-3", {{"categoria", "PREGUNTA"}});
  s.create("T-4", {{"categoria", "INCIDENTE"}});
  s.expect_ticket("T-1 dictamen=running dictamen.due=2026-06-05 18:30");
  s.expect_ticket("T-3 dictamen.due=-");
  s.set("T-4", {{"criticidad", "baja"}});
  s.expect({"clock_met T-4 clock=dictamen elapsed=0s"});
  s.at("18:20");
  s.set("T-1", {{"criticidad", "alta"}});
  s.expect({"clock_met T-1 clock=dictamen elapsed=20m target=30m .criticidad=alta"});
  s.crash_and_restart();
  s.at("18:30:00.001");
  s.expect({"breached T-2 clock=dictamen due=18:30",
            "escalated T-2 clock=dictamen step=due level=Tier 2"});
  s.at("18:40");
  s.set("T-2", {{"criticidad", "media"}});
  s.expect({"clock_missed T-2 clock=dictamen overrun=10m"});
  s.at("2026-07-20 10:00");  // a Monday, but a holiday: nobody but the stand-by
  s.create("T-5", {{"categoria", "INCIDENTE"}});
  s.expect_ticket("T-5 dictamen=running dictamen.due=10:30");
}

TEST(Kushki, K13_prevalidated_before_tier_3) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"categoria", "INCIDENTE"}});
  s.refused("levels go one at a time").escalate("T-1", "Tier 3");
  s.escalate("T-1", "Tier 2", "Tier 2");
  s.expect({"escalated T-1 level=Tier 2 recipient=Tier 2 to=Tier 2 via=Slack"});
  s.refused("'prevalidación antes de Tier 3'").escalate("T-1", "Tier 3");
  s.crash_and_restart();
  s.refused("'prevalidación antes de Tier 3'").escalate("T-1");
  s.activity("T-1", "prevalidado");
  s.escalate("T-1", "Tier 3");
  s.set("T-1", {{"team", "Tier 3"}});
  s.expect({"escalated T-1 level=Tier 3", "assigned T-1 level=Tier 3 .team=Tier 3"});
}

TEST(Kushki, K14_what_is_about_to_fall_due) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"categoria", "INCIDENTE"}, {"agent", "ana"}});
  s.create("T-2", {{"categoria", "PROBLEMA"}, {"agent", "luis"}});
  for (const char* key : {"T-1", "T-2"}) s.activity(key, "agent_reply");
  s.set("T-1", {{"criticidad", "media"}});
  s.at("17:00");
  for (const char* key : {"T-1", "T-2"}) s.activity(key, "aviso_cliente");
  s.at("2026-06-02 08:00");
  s.expect({"digest subject=casos vencidos count=0",
            "digest subject=próximos a vencer count=2 rows=T-1, T-2"});
  s.crash_and_restart();
  NextDueOptions today;
  today.filter.clocks = {"resolution"};
  today.until = s.time("18:00");
  expect_rows(s, due_rows(s, today), {"T-1 clock=resolution due=2026-06-02 15:00 elapsed=9h"});
  EXPECT_EQ(forecast_at(s, "15:00"), 3u);  // both are to be told something, too
  s.at("14:55");
  s.expect({"warning T-1 clock=resolution step=75% due=11:00 elapsed=12h recipient=agente to=ana",
            "warning T-1 clock=resolution step=-5m due=14:55 to=ana"});
  s.at("15:00");
  s.expect_no({"breached"});
  s.at("15:00:00.001");
  s.expect({"breached T-1 clock=resolution due=15:00",
            "escalated T-1 clock=resolution step=due recipient=coordinador"});
  TicketFilter solutions;
  solutions.clocks = {"resolution"};
  expect_rows(s, overdue_rows(s, solutions), {"T-1 clock=resolution due=15:00 light=red"});
}

TEST(Kushki, K15_the_customer_hears_how_it_stands) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"update"});
  s.create("T-1", {{"categoria", "PROBLEMA"}, {"agent", "ana"}});
  s.expect_ticket("T-1 update.due=2026-06-01 17:00");
  s.at("16:00");
  s.activity("T-1", "aviso_cliente");
  s.expect_ticket("T-1 update.cycle=2 update.due=2026-06-02 14:00");
  s.crash_and_restart();
  s.at("2026-06-02 10:00");
  s.activity("T-1", "agent_reply");
  s.at("18:00");
  s.expect_no({"breached"});
  s.at("18:00:00.001");
  s.expect({"breached T-1 clock=update cycle=3 due=18:00 light=red",
            "warning T-1 clock=update step=due recipient=agente to=ana"});
  s.activity("T-1", "aviso_cliente");
  s.expect_ticket("T-1 update=running update.cycle=4 update.breached=- light=green");
  s.status("T-1", "RESUELTO");
  s.activity("T-1", "aviso_cliente");  // of the solution: nothing is to be told after that
  s.at("2026-06-05 18:00");
  s.expect_no({"breached"});
}

TEST(Kushki, K16_the_answer_of_the_area_in_the_customers_words) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"traducir_respuesta"});
  s.create("T-1", {{"categoria", "PROBLEMA"}, {"agent", "ana"}, {"team", "Finanzas"}});
  s.expect_ticket("T-1 traducir_respuesta=idle");
  s.at("10:00");
  s.activity("T-1", "area_atendido");
  s.expect_ticket("T-1 traducir_respuesta=running traducir_respuesta.due=11:00");
  s.at("10:40");
  s.activity("T-1", "agent_reply");
  s.expect({"clock_met T-1 clock=traducir_respuesta cycle=1 elapsed=40m target=1h"});
  s.at("17:30");
  s.activity("T-1", "area_atendido");
  s.crash_and_restart();
  s.at("2026-06-02 08:30:00.001");
  s.expect({"breached T-1 clock=traducir_respuesta cycle=2 due=08:30",
            "warning T-1 clock=traducir_respuesta step=due recipient=agente to=ana"});
  s.at("09:00");
  s.activity("T-1", "agent_reply");
  s.expect({"clock_missed T-1 clock=traducir_respuesta cycle=2 overrun=30m"});
}

}  // namespace
}  // namespace vencer::scenario
