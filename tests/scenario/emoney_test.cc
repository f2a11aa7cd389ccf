// emoney: platform support round the clock, Chile. Rules E1 to E11 as stories.
#include <gtest/gtest.h>

#include "tests/scenario/answers.h"
#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

constexpr std::uint64_t kCustomer = 7001;

// What the case needs before it may leave the desk.
void go_through_the_desk(Story& s, const char* key) {
  s.activity(key, "asignado_a_ejecutivo");
  s.activity(key, "diagnostico");
}

TEST(Emoney, E1_the_customer_reaches_a_higher_level) {
  Story s("emoney");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"canal", "telefónico"}, {"criticidad", "normal"}, {"customer", "banco"}});
  go_through_the_desk(s, "T-1");
  s.refused("levels go one at a time").by(kCustomer).escalate("T-1", "Subgerente de Tecnología");
  s.by(kCustomer).escalate("T-1", "", "turno");
  s.expect(
      {"escalated T-1 level=Plataforma de Atención 24×7 step=- actor=7001 recipient=turno "
       "to=ejecutivo de turno (día) via=telefónico .customer=banco"});
  s.crash_and_restart();
  s.refused("levels go one at a time").by(kCustomer).escalate("T-1", "Mesa de servicios");
  s.at("21:00");
  s.activity("T-1", "contacto_ejecutivo");
  s.by(kCustomer).escalate("T-1", "Coordinador de Mesa de Servicios", "coordinador");
  s.expect({"escalated T-1 level=Coordinador de Mesa de Servicios actor=7001 via=telefónico"});
}

TEST(Emoney, E2_another_priority_because_it_took_too_long) {
  Story s("emoney");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"criticidad", "crítico"}, {"priority", "Normal"}, {"agent", "ana"}});
  s.activity("T-1", "asignado_a_ejecutivo");
  s.at("12:00");
  s.expect({"warning T-1 step=75% elapsed=3h recipient=ejecutivo to=ana .priority=Normal"});
  s.at("13:00");
  s.expect_no({"breached", "escalated"});
  s.at("13:00:00.001");
  s.expect({"breached T-1 clock=resolution due=13:00 light=red",
            "escalated T-1 step=due level=Plataforma de Atención 24×7"});
  s.crash_and_restart();
  s.expect_ticket("T-1 .priority=Alta level=Plataforma de Atención 24×7");
  s.at("15:00:00.001");
  s.expect({"escalated T-1 step=+1h level=Coordinador de Mesa de Servicios .priority=Alta",
            "escalated T-1 step=+2h level=Subgerente de Tecnología"});
  s.expect_ticket("T-1 .priority=Máxima");
}

// By hand; time waits for nobody's paperwork.
TEST(Emoney, E3_the_regular_ways_come_first) {
  Story s("emoney");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"criticidad", "normal"}});
  s.create("T-2", {{"criticidad", "normal"}});
  s.refused("'conductos regulares antes del nivel 2'").escalate("T-1");
  s.refused("'conductos regulares antes del nivel 2/diagnostico'").activity("T-1", "diagnostico");
  s.activity("T-1", "asignado_a_ejecutivo");
  s.refused("'conductos regulares antes del nivel 2'").escalate("T-1");
  s.crash_and_restart();
  s.refused("'conductos regulares antes del nivel 2'").escalate("T-1");
  s.activity("T-1", "diagnostico");
  s.escalate("T-1");
  s.refused("'contacto con el ejecutivo antes del nivel 3'").escalate("T-1");
  s.activity("T-1", "contacto_ejecutivo");
  s.escalate("T-1");
  s.at("10:00:00.001");
  s.expect({"escalated T-1 step=- level=Plataforma de Atención 24×7",
            "escalated T-1 step=- level=Coordinador de Mesa de Servicios",
            "escalated T-2 step=due level=Plataforma de Atención 24×7"});
}

TEST(Emoney, E4_in_time_and_without_more_delay) {
  Story s("emoney");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"criticidad", "crítico"}});
  s.create("T-2", {{"criticidad", "crítico"}});
  for (const char* key : {"T-1", "T-2"}) go_through_the_desk(s, key);
  s.at("10:00");
  s.escalate("T-1");
  s.status("T-2", "Esperando cliente");
  s.expect({"escalated T-1 step=-"});
  s.expect_ticket("T-1 resolution=running resolution.due=13:00");
  s.expect_ticket("T-2 resolution=paused");
  s.at("11:00");
  s.status("T-2", "En atención");
  s.at("13:00");
  s.expect_no({"breached", "escalated"});
  s.crash_and_restart();
  s.at("13:00:00.001");
  s.expect({"breached T-1 due=13:00 emitted=13:00:00.001",
            "escalated T-1 step=due due=13:00 emitted=13:00:00.001"});
  s.expect_ticket("T-1 resolution=running resolution.elapsed=4h1ms");
  s.at("14:00:00.001");
  s.expect({"escalated T-1 step=+1h level=Coordinador de Mesa de Servicios",
            "breached T-2 due=14:00", "escalated T-2 step=due level=Plataforma de Atención 24×7"});
}

// The server is down from nine to half past three.
TEST(Emoney, E5_the_sequence_also_after_an_outage) {
  Story s("emoney");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"criticidad", "crítico"}, {"agent", "ana"}});
  go_through_the_desk(s, "T-1");
  s.refused("levels go one at a time").escalate("T-1", "Coordinador de Mesa de Servicios");
  s.crash_and_restart();
  s.at("15:30");
  s.expect({"warning T-1 step=75% due=12:00", "breached T-1 due=13:00",
            "escalated T-1 step=due due=13:00 level=Plataforma de Atención 24×7",
            "escalated T-1 step=+1h due=14:00 level=Coordinador de Mesa de Servicios",
            "escalated T-1 step=+2h due=15:00 level=Subgerente de Tecnología"});
  s.refused("levels go one at a time").escalate("T-1", "Mesa de servicios");
}

// A Friday afternoon.
TEST(Emoney, E6_level_1_by_mail_or_telephone_in_office_hours) {
  Story s("emoney");
  s.at("2026-06-05 17:30");
  s.only_clocks({"asignación"});
  s.create("T-1", {{"canal", "correo electrónico"}, {"criticidad", "normal"}});
  s.create("T-2", {{"canal", "telefónico"}, {"criticidad", "normal"}});
  s.at("17:45");
  s.set("T-1", {{"agent", "ana"}});
  s.expect({"assigned T-1 .agent=ana", "clock_met T-1 clock=asignación elapsed=15m target=1h"});
  s.expect_ticket("T-1 level=Mesa de servicios");
  s.expect_ticket("T-2 level=Mesa de servicios asignación.due=2026-06-08 09:30");
  s.crash_and_restart();
  s.at("2026-06-08 09:30");
  s.expect_no({"breached"});
  s.at("09:30:00.001");
  s.expect({"breached T-2 clock=asignación due=09:30",
            "escalated T-2 step=due level=Plataforma de Atención 24×7 recipient=turno"});
}

// A Saturday, before sunrise.
TEST(Emoney, E7_alarms_begin_at_level_2_day_and_night) {
  Story s("emoney");
  s.at("2026-06-06 03:00");
  s.create("T-1", {{"canal", "alarma automática"}});
  s.expect({"created T-1",
            "escalated T-1 level=Plataforma de Atención 24×7 recipient=turno "
            "to=ejecutivo de turno (noche) via=telefónico"});
  s.expect_ticket("T-1 asignación.due=03:10 resolution.due=05:00");
  s.activity("T-1", "asignado_a_ejecutivo");
  s.at("04:59:59.999");
  s.status("T-1", "Resuelto");
  s.expect({"clock_met T-1 clock=asignación", "clock_met T-1 clock=resolution"});
  s.crash_and_restart();
  s.at("10:00");
  s.create("T-2", {{"canal", "incidente de seguridad"}});
  s.create("T-3", {{"canal", "telefónico"}, {"criticidad", "crítico"}});
  s.expect({"escalated T-2 level=Plataforma de Atención 24×7 to=ejecutivo de turno (día)"});
  s.expect_ticket("T-3 level=Mesa de servicios asignación.due=2026-06-08 09:15");
  s.at("10:10:00.001");
  s.expect({"breached T-2 clock=asignación due=10:10",
            "escalated T-2 clock=asignación level=Plataforma de Atención 24×7"});
}

TEST(Emoney, E8_promises_kept_by_how_critical_the_customer_is) {
  Story s("emoney");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.put_customer("banco", {{"criticidad", "crítico"}});
  s.put_customer("pyme", {{"criticidad", "alto"}});
  s.put_customer("tienda", {{"criticidad", "normal"}});
  s.create("T-1", {{"customer", "tienda"}});
  s.create("T-2", {{"customer", "banco"}});
  s.create("T-3", {{"customer", "pyme"}});
  s.create("T-4", {{"customer", "banco"}});
  for (const char* key : {"T-1", "T-2", "T-3", "T-4"}) s.activity(key, "asignado_a_ejecutivo");
  s.at("12:00");
  s.status("T-4", "Resuelto");
  s.at("13:00");
  s.create("T-5", {{"customer", "banco"}});
  s.activity("T-5", "asignado_a_ejecutivo");
  NextDueOptions next;
  next.filter.clocks = {"resolution"};
  next.order = "criticidad";
  expect_rows(s, due_rows(s, next),
              {"T-2 due=13:00 .criticidad=crítico", "T-5 due=17:00 .criticidad=crítico",
               "T-3 due=17:00 .criticidad=alto", "T-1 due=2026-06-02 16:00 .criticidad=normal"});
  s.at("13:00:00.001");
  s.crash_and_restart();
  TicketFilter critical;
  critical.where = {{"criticidad", "crítico"}};
  expect_rows(s, overdue_rows(s, critical), {"T-2 clock=resolution due=13:00 light=red"});
  s.at("14:00");
  s.status("T-3", "Resuelto");
  s.status("T-5", "Resuelto");
  s.at("2026-06-02 09:00");
  s.expect({"digest subject=vencidos count=1 overdue=1 rows=T-2 recipient=coordinador"});
  s.status("T-2", "Resuelto");
  AttainmentOptions kept;
  kept.clocks = {"resolution"};
  kept.by = "criticidad";
  expect_rows(s, attainment_rows(s, kept),
              {"resolution criticidad=crítico met=2 missed=1",
               "resolution criticidad=alto met=1 missed=0"});
}

TEST(Emoney, E9_what_the_vendor_promised) {
  Story s("emoney");
  s.at("2026-06-01 09:00");
  s.only_clocks({"proveedor"});
  s.create("T-1", {{"criticidad", "crítico"}, {"proveedor", "marca"}});
  s.at("10:00");
  s.status("T-1", "En proveedor");
  s.expect_ticket("T-1 proveedor=running proveedor.due=14:00 resolution=running");
  s.at("11:00");
  s.activity("T-1", "respuesta_proveedor");
  s.status("T-1", "En atención");
  s.expect({"clock_met T-1 clock=proveedor cycle=1 elapsed=1h target=4h .proveedor=marca"});
  s.at("12:00");
  s.status("T-1", "En proveedor");
  s.crash_and_restart();
  s.at("16:00:00.001");
  s.expect({"breached T-1 clock=proveedor cycle=2 due=16:00",
            "escalated T-1 clock=proveedor step=due recipient=coordinador via=telefónico"});
  // With a contract that takes the vendor's time off ours:
  s.change_document("pause_while = [\"category:pending\"]",
                    "pause_while = [\"category:pending\", \"status:En proveedor\"]");
  s.create("T-2", {{"criticidad", "crítico"}});
  s.status("T-2", "En proveedor");
  s.expect_ticket("T-2 proveedor=running resolution=paused");
}

TEST(Emoney, E10_escalated_cases_do_not_repeat) {
  Story s("emoney");
  s.at("2026-06-01 09:00");
  s.only_clocks({});
  for (const char* key : {"T-1", "T-2", "T-3", "T-5"}) {
    s.create(key, {{"criticidad", "normal"}, {"servicio", "Tarjetas"}, {"customer", "banco"}});
    go_through_the_desk(s, key);
  }
  s.create("T-4", {{"criticidad", "normal"}, {"servicio", "Portal"}, {"customer", "banco"}});
  go_through_the_desk(s, "T-4");
  s.escalate("T-1");
  s.escalate("T-2");
  s.escalate("T-4");
  s.expect_no({"mass_incident"});
  s.crash_and_restart();
  s.at("12:00");
  s.escalate("T-3");
  s.expect(
      {"mass_incident subject=escalamientos repetidos count=3 rows=T-1, T-2, T-3 "
       "recipient=coordinador to=Coordinador de Mesa de Servicios .servicio=Tarjetas"});
  s.escalate("T-5");  // told already
  s.expect_no({"mass_incident"});
  expect_rows(s, count_rows(s, {"servicio"}),
              {"tickets servicio=Tarjetas green=4", "tickets servicio=Portal green=1"});
}

TEST(Emoney, E11_the_last_level_hears_of_it_until_it_is_done) {
  Story s("emoney");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"criticidad", "crítico"}});
  s.activity("T-1", "asignado_a_ejecutivo");
  s.at("17:00:00.001");
  s.expect({"escalated T-1 step=due level=Plataforma de Atención 24×7",
            "escalated T-1 step=+1h level=Coordinador de Mesa de Servicios",
            "escalated T-1 step=+2h level=Subgerente de Tecnología",
            "escalated T-1 step=+3h due=16:00 level=Subgerente de Tecnología recipient=subgerente",
            "escalated T-1 step=+3h due=17:00 to=Subgerente de Tecnología via=telefónico"});
  s.crash_and_restart();
  s.at("18:00:00.001");
  s.expect({"escalated T-1 step=+3h due=18:00"});
  s.at("18:30");
  s.status("T-1", "Resuelto");
  s.at("23:00");
  s.expect_no({"escalated"});
}

}  // namespace
}  // namespace vencer::scenario
