// kushki: payments support, Latin America. Rules K1 to K8 as stories; the others in
// kushki_*_test.cc.
#include <gtest/gtest.h>

#include "tests/scenario/answers.h"
#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

const char* const kLinkedOnly = "'TAREA solo para comercios vinculados'";

TEST(Kushki, K1_a_ticket_from_any_channel) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"canal", "teléfono"}});
  s.create("T-2", {{"canal", "correo electrónico"}});
  s.create("T-3", {{"canal", "chat"}});
  s.crash_and_restart();
  s.create("T-4", {{"canal", "portal web"}});
  s.create("T-5", {{"canal", "base de conocimientos"}});
  s.refused("'fax'").create("T-6", {{"canal", "fax"}});
  s.expect({"created T-1 status=NUEVO .canal=teléfono", "created T-2 .canal=correo electrónico",
            "created T-3 .canal=chat", "created T-4 .canal=portal web",
            "created T-5 .canal=base de conocimientos"});
}

TEST(Kushki, K2_who_sends_and_who_receives_are_told) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"requester", "tienda"}, {"agent", "ana"}, {"team", "Soporte"}});
  s.expect(
      {"created T-1 recipient=quien radica y quien recibe "
       "routes=tienda (correo), ana (correo), Soporte (correo)"});
  s.crash_and_restart();
  s.create("T-2", {{"requester", "luz"}, {"team", "Riesgos"}});  // nobody has it yet: the area
  s.expect({"created T-2 routes=luz (correo), Riesgos (correo)"});
}

// Friday to Tuesday: Monday 20 July is a holiday.
TEST(Kushki, K3_overdue_cases_by_mail_first_thing_in_the_morning) {
  Story s("kushki");
  s.at("2026-07-17 09:00");
  s.create("T-1", {{"categoria", "PREGUNTA"}});
  s.create("T-2", {{"categoria", "TAREA"}, {"vinculado", "sí"}});
  s.create("T-3", {{"categoria", "PREGUNTA"}});
  s.at("09:30");
  s.activity("T-2", "agent_reply");
  s.at("17:00");
  s.activity("T-2", "aviso_cliente");
  s.status("T-3", "RESUELTO");
  s.crash_and_restart();
  s.at("2026-07-21 07:59:59.999");
  s.expect_no({"digest"});
  s.at("08:00");
  s.expect(
      {"digest subject=casos vencidos count=1 overdue=1 rows=T-1 recipient=coordinador "
       "to=coordinador de soporte via=correo",
       "digest subject=próximos a vencer count=1 overdue=0 rows=T-2"});
  s.status("T-1", "RESUELTO");
  s.status("T-2", "RESUELTO");
  s.at("2026-07-22 08:00");
  s.expect({"digest subject=casos vencidos count=0 rows=-",
            "digest subject=próximos a vencer count=0 rows=-"});
}

TEST(Kushki, K4_worked_off_by_due_and_type_of_customer) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.put_customer("tienda", {{"tipo_cliente", "Small business"}, {"vinculado", "sí"}});
  s.put_customer("banco", {{"tipo_cliente", "Enterprise"}, {"vinculado", "sí"}});
  s.put_customer("pyme", {{"tipo_cliente", "Médium"}, {"vinculado", "no"}});
  s.create("T-1", {{"categoria", "PREGUNTA"}, {"customer", "tienda"}});
  s.create("T-2", {{"categoria", "PREGUNTA"}, {"customer", "banco"}});
  s.create("T-3", {{"categoria", "PREGUNTA"}, {"customer", "pyme"}});
  s.create("T-4", {{"categoria", "TAREA"}, {"customer", "banco"}});
  s.create("T-5", {{"categoria", "PREGUNTA"}});
  s.expect_ticket("T-1 .tipo_cliente=Small business .vinculado=sí");
  s.at("09:30");
  s.create("T-6", {{"categoria", "PREGUNTA"}, {"customer", "banco"}});
  NextDueOptions by_type;
  by_type.filter.clocks = {"resolution"};
  by_type.order = "tipo_cliente";
  const Story::Lines expected = {"T-2 due=17:00 .tipo_cliente=Enterprise",
                                 "T-3 due=17:00 .tipo_cliente=Médium",
                                 "T-1 due=17:00 .tipo_cliente=Small business",
                                 "T-5 due=17:00 .tipo_cliente=-",
                                 "T-6 due=17:30 .tipo_cliente=Enterprise",
                                 "T-4 due=2026-06-03 13:00 .tipo_cliente=Enterprise"};
  expect_rows(s, due_rows(s, by_type), expected);
  s.crash_and_restart();
  expect_rows(s, due_rows(s, by_type), expected);
}

TEST(Kushki, K5_traffic_light_of_due_dates) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"categoria", "INCIDENTE"}, {"agent", "ana"}, {"team", "Soporte"}});
  s.create("T-2", {{"categoria", "TAREA"}, {"vinculado", "sí"}, {"team", "Legal"}});
  s.expect({"light_changed T-1 light=green", "light_changed T-2 light=green"});
  s.at("09:22:30");
  s.expect(
      {"warning T-1 clock=first_response step=75% light=amber", "light_changed T-1 light=amber"});
  s.crash_and_restart();
  expect_rows(
      s, count_rows(s, {"team"}),
      {"tickets team=Soporte green=0 amber=1 red=0", "tickets team=Legal green=1 amber=0 red=0"});
  s.at("09:30");
  s.expect_no({"light_changed"});
  s.at("09:30:00.001");
  s.expect({"breached T-1 clock=first_response light=red", "light_changed T-1 light=red"});
  expect_rows(s, count_rows(s, {"team", "categoria"}),
              {"tickets team=Soporte categoria=INCIDENTE green=0 amber=0 red=1",
               "tickets team=Legal categoria=TAREA green=1 amber=0 red=0"});
  s.activity("T-1", "agent_reply");  // what is left to do is in time
  s.expect({"light_changed T-1 light=green"});
}

TEST(Kushki, K6_question_task_incident_or_problem) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"categoria", "PREGUNTA"}});
  s.create("T-2", {{"categoria", "TAREA"}, {"vinculado", "sí"}});
  s.create("T-3", {{"categoria", "INCIDENTE"}});
  s.create("T-4", {{"categoria", "PROBLEMA"}});
  s.refused("'QUEJA'").create("T-5", {{"categoria", "QUEJA"}});
  s.expect_ticket("T-1 resolution.rule=categoría/PREGUNTA resolution.target=8h");
  s.expect_ticket("T-2 resolution.rule=categoría/TAREA resolution.target=24h");
  s.expect_ticket("T-3 resolution.rule=categoría/INCIDENTE resolution.target=16h");
  s.expect_ticket("T-4 resolution.rule=categoría/PROBLEMA resolution.target=80h");
  s.link("T-3", LinkKind::problem, "T-4");
  s.expect({"linked T-3 link=problem other=T-4"});
  s.crash_and_restart();
  s.at("2026-06-02 10:00");
  s.status("T-4", "RESUELTO");  // whoever has its incidents is told
  s.expect({"problem_resolved T-3 other=T-4"});
}

TEST(Kushki, K7_answered_at_once_and_solved_in_time) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"first_response", "resolution"});
  s.create("T-1", {{"categoria", "PREGUNTA"}});
  s.create("T-2", {{"categoria", "PREGUNTA"}});
  s.expect_ticket("T-1 first_response.due=09:15 resolution.due=2026-06-01 17:00");
  s.at("09:15");
  s.activity("T-1", "agent_reply");
  s.expect({"clock_met T-1 clock=first_response elapsed=15m target=15m"});
  s.crash_and_restart();
  s.at("09:15:00.001");
  s.expect({"breached T-2 clock=first_response due=09:15"});
  s.set("T-2", {{"categoria", "INCIDENTE"}});  // it turns out to be more than a question
  s.expect({"breach_cleared T-2 clock=first_response"});
  s.expect_ticket("T-2 first_response.due=09:30 resolution.due=2026-06-02 15:00");
  s.activity("T-2", "agent_reply");
  s.at("17:00");
  s.status("T-1", "RESUELTO");
  s.at("2026-06-02 15:00:00.001");
  s.expect({"clock_met T-2 clock=first_response elapsed=15m1ms target=30m",
            "clock_met T-1 clock=resolution elapsed=8h",
            "breached T-2 clock=resolution due=2026-06-02 15:00"});
}

TEST(Kushki, K8_tasks_only_for_linked_merchants) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.refused(kLinkedOnly).create("T-1", {{"categoria", "TAREA"}});
  s.refused(kLinkedOnly).create("T-1", {{"categoria", "TAREA"}, {"vinculado", "no"}});
  s.create("T-1", {{"categoria", "TAREA"}, {"vinculado", "sí"}});
  s.refused(kLinkedOnly).set("T-1", {{"vinculado", "no"}});
  s.put_customer("tienda", {{"vinculado", "no"}});
  s.refused(kLinkedOnly).create("T-2", {{"categoria", "TAREA"}, {"customer", "tienda"}});
  s.create("T-2", {{"categoria", "PREGUNTA"}, {"customer", "tienda"}});
  s.crash_and_restart();
  s.refused(kLinkedOnly).set("T-2", {{"categoria", "TAREA"}});
  s.put_customer("tienda", {{"vinculado", "sí"}}, "never", true);  // linked now
  s.at("09:01");
  s.set("T-2", {{"categoria", "TAREA"}});
  s.expect_ticket("T-2 .categoria=TAREA .vinculado=sí");
  s.create("T-3", {{"categoria", "TAREA"}, {"customer", "tienda"}});
  s.expect_ticket("T-3 .vinculado=sí");
}

}  // namespace
}  // namespace vencer::scenario
