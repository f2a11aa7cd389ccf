// zen: cloud support, Chile. Rules Z8 to Z12 as stories: stages, dates, and what comes afterwards.
#include <gtest/gtest.h>

#include "tests/scenario/answers.h"
#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

// At any hour of any day: Friday evening to Saturday evening.
TEST(Zen, Z8_contact_within_24_hours) {
  Story s("zen");
  s.at("2026-06-05 17:00");
  s.only_clocks({"contacto"});
  s.create("T-1", {{"agent", "ana"}});
  s.create("T-2");
  s.create("T-3");
  s.expect_ticket("T-1 contacto=running contacto.due=2026-06-06 17:00 contacto.calendar=24x7");
  s.at("2026-06-06 09:00");
  s.activity("T-3", "agent_reply");
  s.crash_and_restart();
  s.at("17:00");
  s.activity("T-2", "contacto");
  s.at("17:00:00.001");
  s.expect({"clock_met T-3 clock=contacto elapsed=16h", "clock_met T-2 clock=contacto elapsed=24h",
            "breached T-1 clock=contacto due=17:00"});
  s.activity("T-1", "contacto");
  s.expect({"clock_missed T-1 clock=contacto overrun=1ms"});
}

TEST(Zen, Z9_analysis_takes_48_office_hours) {
  Story s("zen");
  s.at("2026-06-01 09:00");
  s.only_clocks({"analisis"});
  s.create("T-1", {{"category", "Incidente"}, {"agent", "ana"}});
  s.create("T-2", {{"category", "Cambio"}});
  s.expect_ticket("T-1 analisis=idle");
  s.at("10:00");
  s.status("T-1", "En análisis");
  s.status("T-2", "En análisis");
  s.expect_ticket("T-1 analisis=running analisis.due=2026-06-08 13:00 analisis.target=48h");
  s.at("2026-06-03 10:00");
  s.status("T-2", "En ejecución");
  s.expect({"clock_met T-2 clock=analisis elapsed=18h"});
  s.crash_and_restart();
  s.at("2026-06-05 09:00");
  s.status("T-2", "En análisis");  // again: another 48 hours
  s.expect_ticket("T-2 analisis=running analisis.cycle=2 analisis.elapsed=0s");
  s.at("2026-06-08 13:00");
  s.expect_no({"breached"});
  s.at("13:00:00.001");
  s.expect({"breached T-1 clock=analisis due=2026-06-08 13:00",
            "warning T-1 clock=analisis step=due recipient=agente to=ana"});
  s.at("15:00");
  s.status("T-1", "En ejecución");
  s.expect({"clock_missed T-1 clock=analisis overrun=2h"});
}

TEST(Zen, Z10_delivery_on_the_date_told_to_the_customer) {
  Story s("zen");
  s.at("2026-06-01 09:00");
  s.only_clocks({"entrega"});
  s.due("2026-06-05 18:00").create("T-1", {{"category", "Proyecto"}, {"agent", "ana"}});
  s.create("T-2", {{"category", "Proyecto"}});
  s.due("2026-06-04 12:00").create("T-3", {{"category", "Cambio"}});
  s.expect_ticket("T-1 entrega=running entrega.due=2026-06-05 18:00");
  s.expect_ticket("T-2 entrega=running entrega.due=-");
  s.at("2026-06-03 09:00");
  s.set_due("T-2", "2026-06-10 12:00");
  s.set_due("T-3", "2026-06-12 12:00");  // put off, and told to the customer
  s.expect_ticket("T-2 entrega.due=2026-06-10 12:00");
  s.crash_and_restart();
  s.status("T-1", "Esperando cliente");  // a date told does not wait
  s.expect_ticket("T-1 entrega.due=2026-06-05 18:00");
  s.at("2026-06-05 18:00:00.001");
  s.expect({"warning T-1 clock=entrega step=75% due=2026-06-04 15:45 to=ana",
            "warning T-1 clock=entrega step=-30m due=17:30 to=ana",
            "breached T-1 clock=entrega due=18:00 light=red",
            "escalated T-1 step=due level=Nivel 2 recipient=guardia to=turno via=telefono"});
  s.at("2026-06-10 12:00");
  s.status("T-2", "Resuelto");
  s.expect({"clock_met T-2 clock=entrega due=12:00"});
}

TEST(Zen, Z11_starts_on_the_day_told_and_keeps_in_touch) {
  Story s("zen");
  s.at("2026-06-01 09:00");
  s.only_clocks({"update"});
  s.starting("2026-06-08 09:00").create("T-1", {{"category", "Proyecto"}, {"agent", "ana"}});
  s.expect_ticket("T-1 update=idle contacto=idle light=none");
  s.at("2026-06-08 08:59:59.999");
  s.expect_ticket("T-1 update=idle");
  s.crash_and_restart();
  s.at("09:00");
  s.expect_ticket("T-1 update=running update.due=2026-06-09 09:00 contacto=running light=green");
  s.at("2026-06-09 08:00");
  s.activity("T-1", "internal_note");
  s.at("2026-06-10 08:00");
  s.activity("T-1", "agent_reply");
  s.expect_no({"breached"});
  s.expect_ticket("T-1 update.cycle=3 update.due=2026-06-11 08:00");
  s.at("2026-06-11 08:00:00.001");
  s.expect({"breached T-1 clock=update cycle=3 due=08:00",
            "warning T-1 clock=update step=due recipient=agente to=ana"});
  s.activity("T-1", "agent_reply");
  s.status("T-1", "Resuelto");
  s.activity("T-1", "internal_note");  // nobody waits for news any more
  s.at("2026-06-13 08:00");
  s.expect_no({"breached"});
}

// The survey is due once a ticket, when it is closed for good, however often it is closed. Promises
// kept and broken, by plan and by day.
TEST(Zen, Z12_survey_and_attainment) {
  Story s("zen");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"plan", "Soporte Cloud"}, {"priority", "Urgente"}, {"customer", "acme"}});
  s.create("T-2", {{"plan", "Soporte + Cloud"}, {"priority", "Urgente"}, {"customer", "lan"}});
  s.create("T-3", {{"plan", "Soporte Cloud"}, {"priority", "Bajo"}});
  s.at("11:00");
  s.status("T-1", "Resuelto");
  s.status("T-1", "Cerrado");
  s.status("T-1", "En análisis");
  s.at("13:00");
  s.status("T-1", "Resuelto");
  s.status("T-1", "Cerrado");
  s.cancel("T-3");
  s.at("2026-06-02 09:00");
  s.status("T-2", "Resuelto");
  s.expect_no({"survey_due"});
  s.expect_ticket("T-1 status=Cerrado resolution=met resolution.elapsed=4h");
  s.crash_and_restart();
  AttainmentOptions by_plan;
  by_plan.clocks = {"resolution"};
  by_plan.by = "plan";
  by_plan.by_day = true;
  expect_rows(s, attainment_rows(s, by_plan),
              {"resolution day=2026-06-01 plan=Soporte Cloud met=1 missed=0",
               "resolution day=2026-06-02 plan=Soporte + Cloud met=0 missed=1"});
  s.at("2026-06-05 13:00");
  s.expect_no({"survey_due"});
  s.at("2026-06-09 09:00");
  s.expect({"survey_due T-1 .customer=acme", "survey_due T-2 .customer=lan"});
}

}  // namespace
}  // namespace vencer::scenario
