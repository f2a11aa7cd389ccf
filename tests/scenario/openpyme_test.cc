// openpyme: ERP support, Mexico. Rules O1 to O20 as stories.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "net/client/key.h"
#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

const Words kSupport = {{"categoria", "Soporte"}, {"impacto", "Medio"}, {"agent", "ana"}};
const Words kSupportOfAcme = {{"categoria", "Soporte"}, {"impacto", "Medio"}, {"customer", "acme"}};
const Words kChangeOfAcme = {{"categoria", "Cambio"}, {"customer", "acme"}};
const Words kChangeOfBeta = {{"categoria", "Cambio"}, {"customer", "beta"}};

constexpr std::array kStages = {"Toma de requerimientos",
                                "Análisis del cambio",
                                "Cotización",
                                "Aprobación del cliente",
                                "Diseño",
                                "Desarrollo",
                                "Pruebas internas",
                                "Validación en pruebas",
                                "Programación de la liberación",
                                "Liberación a producción",
                                "Validación del cambio en producción"};

TEST(Openpyme, O1_the_leader_of_the_account) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.put_customer("acme", {{"agent", "ana"}, {"cuenta", "general"}});
  s.put_customer("beta", {{"agent", "luis"}, {"cuenta", "especial"}});
  s.create("T-1", kSupportOfAcme);
  s.create("T-2", {{"categoria", "Soporte"}, {"customer", "beta"}});
  s.create("T-3", {{"categoria", "Soporte"}, {"customer", "acme"}, {"agent", "paco"}});
  s.expect({"created T-1 .agent=ana .cuenta=general recipient=líder to=ana via=correo",
            "created T-2 .agent=luis .cuenta=especial to=luis",
            "created T-3 .agent=paco .cuenta=general to=paco"});
  s.crash_and_restart();
  s.put_customer("acme", {{"agent", "rosa"}, {"cuenta", "general"}});  // for what comes now
  s.create("T-4", kSupportOfAcme);
  s.expect({"created T-4 .agent=rosa to=rosa"});
  s.expect_ticket("T-1 .agent=ana");
  s.put_customer("acme", {{"agent", "rosa"}, {"cuenta", "general"}}, "never", true);
  s.at("09:01");
  s.expect_ticket("T-1 .agent=rosa");
  s.expect_ticket("T-2 .agent=luis");
}

TEST(Openpyme, O2_a_contract_in_force) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.put_customer("acme", {{"agent", "ana"}}, "2026-06-02 12:00");
  s.create("T-1", kSupportOfAcme);
  s.create("T-2", {{"categoria", "Soporte"}, {"customer", "nadie"}});
  s.expect({"contract_missing T-2 customer=nadie recipient=mesa to=mesa de ayuda"});
  s.at("2026-06-02 12:00");
  s.create("T-3", kSupportOfAcme);  // to its last instant
  s.expect_no({"contract_expired", "contract_missing"});
  s.crash_and_restart();
  s.at("12:00:00.001");
  s.expect({"contract_expired customer=acme recipient=mesa to=mesa de ayuda via=correo"});
  s.create("T-4", kSupportOfAcme);  // taken, and flagged
  s.expect({"created T-4", "contract_missing T-4 customer=acme"});
  s.put_customer("acme", {{"agent", "ana"}}, "2027-06-02 12:00");
  s.create("T-5", kSupportOfAcme);
  s.expect_no({"contract_expired", "contract_missing"});
  s.expect_ticket("T-5 .customer=acme .agent=ana");
}

TEST(Openpyme, O3_a_duplicate_is_cancelled_once_the_customer_knows) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.create("T-1", kSupport);
  s.create("T-2", kSupport);
  s.refused("previo aviso al cliente").merge("T-2", "T-1");
  s.activity("T-2", "cliente_avisado");
  s.refused("linked to itself").merge("T-2", "T-2");
  s.refused("no such other ticket: T-9").merge("T-2", "T-9");
  s.merge("T-2", "T-1");
  s.expect({"merged T-2 other=T-1 status=Duplicado"});
  s.crash_and_restart();
  s.expect_ticket("T-2 status=Duplicado first_response=cancelled resolution=cancelled");
  s.at("2026-06-02 18:00:00.001");
  s.only_clocks({"first_response", "resolution"});
  s.expect({"breached T-1 clock=first_response", "breached T-1 clock=resolution"});
  s.expect_no({"survey_due"});
}

TEST(Openpyme, O4_support_never_in_the_backlog) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.refused("'soporte no puede estar en backlog'").create("T-1", kSupport, "Backlog");
  s.create("T-1", {{"categoria", "Cambio"}}, "Backlog");
  s.create("T-2", kSupport);
  s.create("T-3", {{"categoria", "Consultoría"}}, "Backlog");
  s.refused("'Queja'").create("T-4", {{"categoria", "Queja"}});
  s.refused("'soporte no puede estar en backlog'").set("T-1", {{"categoria", "Soporte"}});
  s.crash_and_restart();
  s.refused("'soporte no puede estar en backlog'").status("T-2", "Backlog");
  s.set("T-2", {{"categoria", "Cambio"}});
  s.status("T-2", "Backlog");
  s.status("T-1", "Nuevo");
  s.set("T-1", {{"categoria", "Soporte"}});
  s.expect({"status_changed T-2 status=Backlog .categoria=Cambio",
            "status_changed T-1 status=Nuevo .categoria=Cambio"});
  s.expect_ticket("T-1 status=Nuevo .categoria=Soporte");
}

// A Saturday night.
TEST(Openpyme, O5_operation_stopped_is_seen_to_at_once) {
  Story s("openpyme");
  s.at("2026-06-06 22:00");
  s.only_clocks({"first_response"});
  s.create("T-1", {{"categoria", "Soporte"}, {"impacto", "Alto"}, {"agent", "ana"}});
  s.create("T-2", kSupport);
  s.create("T-3", {{"categoria", "Soporte"}, {"impacto", "Bajo"}});
  s.expect_ticket("T-1 first_response.due=22:15 resolution.due=2026-06-07 02:00");
  s.expect_ticket("T-2 first_response.due=2026-06-08 11:00 resolution.due=2026-06-09 18:00");
  s.expect_ticket("T-3 first_response.due=2026-06-08 13:00 resolution.due=2026-06-12 18:00");
  s.at("22:07:30");
  s.expect({"warning T-1 step=50% recipient=agente to=ana via=correo"});
  s.crash_and_restart();
  s.at("22:15");
  s.expect_no({"breached"});
  s.at("23:15:00.001");
  s.expect({"breached T-1 due=22:15 light=red",
            "escalated T-1 step=due level=Líder de cuenta recipient=líder to=ana",
            "escalated T-1 step=+1h level=Dirección to=dirección via=teléfono"});
  s.set("T-3", {{"impacto", "Alto"}});  // it has stopped the customer after all
  s.expect_ticket("T-3 resolution.due=2026-06-07 02:00 resolution.calendar=24x7");
}

TEST(Openpyme, O6_the_template_first) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.create("T-1", kSupport);
  s.create("T-2", kSupport);
  s.refused("'plantilla antes de la contención'").status("T-1", "Contención");
  s.activity("T-1", "plantilla_llenada");
  s.crash_and_restart();
  s.status("T-1", "Contención");
  s.expect({"status_changed T-1 status=Contención"});
  s.refused("'plantilla antes de la contención'").status("T-2", "Contención");
  s.refused("'plantilla antes de la contención'").create("T-3", kSupport, "Contención");
}

TEST(Openpyme, O7_validated_by_the_customer) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution", "validación"});
  s.create("T-1", kSupport);
  s.expect_ticket("T-1 resolution.due=2026-06-02 18:00 validación=idle");
  s.at("11:00");
  s.status("T-1", "Validación del cliente");
  s.expect_ticket(
      "T-1 resolution=paused resolution.elapsed=2h resolution.due=- validación=running "
      "validación.due=2026-06-04 11:00");
  s.at("2026-06-02 11:00");
  s.status("T-1", "En atención");  // it did not work: on with the time left
  s.expect_ticket("T-1 resolution=running resolution.cycle=1 resolution.due=2026-06-03 18:00");
  s.at("2026-06-03 10:00");
  s.status("T-1", "Validación del cliente");
  s.expect({"clock_met T-1 clock=validación cycle=1 elapsed=24h"});
  s.crash_and_restart();
  s.at("2026-06-06 10:00:00.001");
  s.expect({"breached T-1 clock=validación cycle=2 due=2026-06-06 10:00",
            "warning T-1 clock=validación step=due to=ana"});
  s.status("T-1", "En atención");
  s.expect({"clock_missed T-1 clock=validación cycle=2 overrun=1ms"});
  s.expect_ticket("T-1 resolution=running resolution.elapsed=9h");
}

TEST(Openpyme, O8_each_round_of_the_containment_has_its_time) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.only_clocks({"contention_design"});
  s.create("T-1", kSupport);
  s.activity("T-1", "plantilla_llenada");
  s.expect_ticket("T-1 contention_design=running contention_design.due=2026-06-01 18:00");
  s.at("12:00");
  s.activity("T-1", "contencion_entregada");
  s.expect({"clock_met T-1 clock=contention_design cycle=1 elapsed=3h"});
  s.at("2026-06-02 09:00");
  s.activity("T-1", "contencion_fallida");
  s.expect_ticket("T-1 contention_design.cycle=2 contention_design.due=2026-06-02 18:00");
  s.crash_and_restart();
  s.at("18:00:00.001");
  s.expect({"breached T-1 cycle=2", "escalated T-1 cycle=2 step=due level=Líder de cuenta to=ana"});
  s.at("2026-06-03 09:30");
  s.activity("T-1", "contencion_entregada");
  s.activity("T-1", "contencion_fallida");
  s.expect({"clock_missed T-1 cycle=2 overrun=30m"});
  s.expect_ticket("T-1 contention_design.cycle=3 contention_design.due=2026-06-04 09:30");
}

TEST(Openpyme, O9_contained_or_solved_for_good) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.create("T-1", kSupport);
  s.create("T-2", kSupport);
  s.create("T-3", {{"categoria", "Consultoría"}, {"impacto", "Medio"}});
  s.refused("'tipo de solución al resolver'").status("T-1", "Resuelto");
  s.set("T-1", {{"solucion", "contención"}});
  s.crash_and_restart();
  s.status("T-1", "Resuelto");
  s.refused("'tipo de solución al resolver'").status("T-2", "Resuelto");
  s.set("T-2", {{"solucion", "permanente"}});
  s.status("T-2", "Resuelto");
  s.status("T-3", "Resuelto");  // advice contains nothing
  s.expect({"status_changed T-1 status=Resuelto .solucion=contención",
            "status_changed T-2 status=Resuelto .solucion=permanente",
            "status_changed T-3 status=Resuelto .solucion=-"});
}

TEST(Openpyme, O10_the_documentation_is_a_ticket_of_its_own) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", kSupport);
  s.at("12:00");
  s.create("T-2", {{"categoria", "Documentación"}, {"impacto", "Medio"}, {"agent", "luis"}});
  s.link("T-1", LinkKind::follow_up, "T-2");
  s.set("T-1", {{"solucion", "permanente"}});
  s.status("T-1", "Resuelto");
  s.expect({"linked T-1 link=follow_up other=T-2", "clock_met T-1 clock=resolution elapsed=3h"});
  s.crash_and_restart();
  s.expect_ticket("T-1 resolution=met");
  s.expect_ticket("T-2 resolution=running resolution.due=2026-06-04 12:00");
  s.at("2026-06-04 12:00:00.001");
  s.expect({"breached T-2 clock=resolution"});
}

TEST(Openpyme, O11_the_problem_behind_the_incidents) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.create("T-1", kSupport);
  s.create("T-2", kSupport);
  s.create("T-3", kSupport);
  s.refused("no such other ticket").link("T-1", LinkKind::problem, "P-1");  // there is none yet
  s.create("P-1", {{"categoria", "Problema"}, {"impacto", "Medio"}});
  s.link("T-1", LinkKind::problem, "P-1");
  s.link("T-2", LinkKind::problem, "P-1");
  s.expect({"linked T-1 link=problem other=P-1", "linked T-2 link=problem other=P-1"});
  s.crash_and_restart();
  s.at("2026-06-03 10:00");
  s.status("P-1", "En atención");
  s.expect_no({"problem_resolved"});
  s.status("P-1", "Resuelto");
  s.expect(
      {"problem_resolved T-1 other=P-1 .agent=ana", "problem_resolved T-2 other=P-1 .agent=ana"});
}

TEST(Openpyme, O12_support_one_by_one_for_each_account) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.put_customer("acme", {{"agent", "ana"}, {"cuenta", "general"}});
  s.put_customer("beta", {{"agent", "luis"}, {"cuenta", "especial"}});
  s.create("T-1", kSupportOfAcme, "En atención");
  s.create("T-2", kSupportOfAcme);
  s.create("T-3", {{"categoria", "Soporte"}, {"customer", "beta"}}, "En atención");
  s.create("T-4", {{"categoria", "Soporte"}, {"customer", "beta"}});
  s.refused("'soporte uno por uno'").status("T-2", "En atención");
  s.crash_and_restart();
  s.refused("'soporte uno por uno'").status("T-2", "En atención");
  s.refused("'soporte uno por uno'").status("T-4", "En atención");
  s.create("T-5", {{"categoria", "Consultoría"}, {"customer", "acme"}}, "En atención");
  s.refused("'soporte uno por uno'").set("T-5", {{"categoria", "Soporte"}});
  s.status("T-1", "Validación del cliente");
  s.status("T-2", "En atención");
  s.refused("'soporte uno por uno'").status("T-1", "En atención");  // it waits its turn now
  s.expect({"status_changed T-1 status=Validación del cliente",
            "status_changed T-2 status=En atención"});
}

TEST(Openpyme, O13_a_session_and_closed_once_the_subject_was_dealt_with) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"categoria", "Consultoría"}, {"impacto", "Medio"}, {"agent", "ana"}});
  s.at("10:00");
  s.activity("T-1", "agent_reply");
  s.status_until("T-1", "Sesión agendada", "2026-06-03 11:00", "En atención");
  s.expect({"status_changed T-1 status=Sesión agendada"});
  s.expect_ticket("T-1 resolution=paused resolution.elapsed=1h");
  s.crash_and_restart();
  s.at("2026-06-03 10:59:59.999");
  s.expect_no({"status_changed"});
  s.at("11:00");
  s.expect({"status_changed T-1 status=En atención"});
  s.at("12:30");
  s.activity("T-1", "tema_abordado");
  s.at("12:31");
  s.expect({"status_changed T-1 status=Cerrado", "survey_due T-1"});
  s.expect_ticket("T-1 closed_for_good=true resolution=met resolution.elapsed=2h30m2ms");
}

TEST(Openpyme, O14_changes_one_by_one_or_as_agreed) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.put_customer("acme", {{"agent", "ana"}, {"cuenta", "general"}});
  s.put_customer("beta", {{"agent", "luis"}, {"cuenta", "especial"}});
  s.create("T-1", kChangeOfAcme, "Desarrollo");
  s.create("T-2", kChangeOfAcme, "Diseño");
  s.create("T-3", kChangeOfBeta, "Desarrollo");
  s.create("T-4", kChangeOfBeta, "Desarrollo");
  s.create("T-5", kChangeOfBeta, "Desarrollo");
  s.create("T-6", kChangeOfBeta, "Diseño");
  s.refused("'un cambio a la vez en cuentas generales'").status("T-2", "Desarrollo");
  s.crash_and_restart();
  s.refused("'un cambio a la vez en cuentas generales'").status("T-2", "Desarrollo");
  s.refused("'los cambios acordados en cuentas especiales'").status("T-6", "Desarrollo");
  s.status("T-1", "Pruebas internas");
  s.status("T-2", "Desarrollo");
  s.cancel("T-4");
  s.status("T-6", "Desarrollo");
  s.expect({"status_changed T-1 status=Pruebas internas", "status_changed T-2 status=Desarrollo",
            "status_changed T-4", "status_changed T-6 status=Desarrollo"});
}

// 20 minutes for each stage but the development, which takes too long.
TEST(Openpyme, O15_eleven_stages_each_with_its_clock_and_owner) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"categoria", "Cambio"}}, kStages[0]);
  s.create("T-2", kSupport);
  Story::Lines lines;
  std::vector<std::string> clocks;
  for (const std::string stage : kStages) {
    const bool late = stage == "Desarrollo";
    const std::string clock = " T-1 clock=etapa/" + stage + " target=40h";
    clocks.push_back("etapa/" + stage);
    s.only_clocks(clocks);
    s.refused("'etapas solo para cambios'").status("T-2", stage);
    s.set("T-1", {{"agent", late ? "dev" : "ana"}});
    if (stage != kStages[0]) s.status("T-1", stage);
    if (late) {
      s.crash_and_restart();
      s.at("2026-06-08 10:40:00.001");
      lines.push_back("breached" + clock + " due=2026-06-08 10:40");
      lines.push_back("warning" + clock + " step=due to=dev via=correo");
      lines.push_back("clock_missed" + clock + " overrun=1ms");
    } else {
      s.after("20m");
      lines.push_back("clock_met" + clock + " elapsed=20m");
    }
  }
  s.status("T-1", "Resuelto");
  s.expect(lines);
}

TEST(Openpyme, O16_informed_until_it_is_closed) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.only_clocks({"update"});
  s.create("T-1", kSupport);
  s.create("T-2", {{"categoria", "Cambio"}});
  s.create("T-3", {{"categoria", "Consultoría"}});
  s.create("T-4", {{"categoria", "Problema"}});
  s.create("T-5", {{"categoria", "Documentación"}});
  s.at("15:00");
  s.activity("T-1", "agent_reply");
  s.status("T-2", "Validación en pruebas");  // nobody but the customer can do anything: still
  s.status("T-3", "Resuelto");
  s.status("T-4", "Cerrado");
  s.expect({"clock_met T-4 clock=update"});
  s.crash_and_restart();
  s.at("2026-06-02 09:00:00.001");
  s.expect({"breached T-2 clock=update", "breached T-3 clock=update", "breached T-5 clock=update"});
  s.at("15:00:00.001");
  s.expect({"breached T-1 clock=update due=15:00"});
}

TEST(Openpyme, O17_mail_answered_within_four_hours) {
  Story s("openpyme");
  s.at("2026-06-01 09:00");
  s.only_clocks({"next_response"});
  s.create("T-1", {{"categoria", "Soporte"}, {"canal", "correo"}, {"agent", "ana"}});
  s.create("T-2", {{"categoria", "Soporte"}, {"canal", "teléfono"}});
  s.at("12:00");
  s.activity("T-1", "customer_reply");
  s.activity("T-2", "customer_reply");
  s.at("13:00");
  s.activity("T-1", "customer_reply");  // the older one counts
  s.expect_ticket("T-1 next_response=running next_response.due=2026-06-01 17:00");
  s.expect_ticket("T-2 next_response.due=-");
  s.at("17:00");
  s.activity("T-1", "agent_reply");
  s.expect({"clock_met T-1 clock=next_response cycle=1 elapsed=4h target=4h"});
  s.at("17:30");
  s.activity("T-1", "customer_reply");
  s.crash_and_restart();
  s.at("2026-06-02 12:30");
  s.expect_no({"breached"});
  s.at("12:30:00.001");
  s.expect({"breached T-1 clock=next_response cycle=2 due=12:30",
            "escalated T-1 clock=next_response step=due recipient=líder to=ana"});
}

// The engine's green is the desk's white.
TEST(Openpyme, O18_red_after_24_hours_without_mail_or_note) {
  Story s("openpyme");
  s.at("2026-06-05 09:00");
  s.create("T-1", {{"categoria", "Soporte"}, {"impacto", "Bajo"}, {"agent", "ana"}});
  s.at("10:00");
  s.activity("T-1", "agent_reply");
  s.expect_ticket("T-1 light=green update.due=2026-06-06 10:00");
  s.at("2026-06-06 10:00");
  s.activity("T-1", "internal_note");
  s.expect({"light_changed T-1 light=green"});
  s.crash_and_restart();
  s.at("2026-06-07 10:00");  // a Sunday: it counts like any day
  s.expect_no({"light_changed"});
  s.at("10:00:00.001");
  s.expect({"light_changed T-1 light=red"});
  s.at("18:00");
  s.activity("T-1", "agent_reply");
  s.expect({"light_changed T-1 light=green"});
  s.expect_ticket("T-1 light=green update.due=2026-06-08 18:00");
}

TEST(Openpyme, O19_no_customer_without_news_today) {
  Story s("openpyme");
  s.at("2026-06-05 09:00");
  s.create("T-1", kSupport);
  s.create("T-2", kSupport);
  s.create("T-3", kSupport);
  s.create("T-4", kSupport);
  s.at("10:00");
  s.activity("T-1", "agent_reply");
  s.activity("T-2", "internal_note");
  s.status("T-4", "Cerrado");
  s.crash_and_restart();
  s.at("16:59:59.999");
  s.expect_no({"digest"});
  s.at("17:00");
  s.expect({"digest subject=sin noticias hoy count=1 rows=T-3 recipient=mesa to=mesa de ayuda"});
  s.at("2026-06-08 09:00");  // no list on Saturday and Sunday
  s.activity("T-3", "agent_reply");
  s.expect_no({"digest"});
  s.at("17:00");  // T-2 first: a note is no answer, so it is overdue the longest
  s.expect({"digest subject=sin noticias hoy count=2 rows=T-2, T-1"});
}

// The monitor sends an alarm again whose answer it never got: still one ticket.
TEST(Openpyme, O20_servers_watched_by_machines) {
  Story s("openpyme");
  s.at("2026-06-06 03:00");
  s.create("A-1", {{"canal", "alarma"}, {"servidor", "erp1"}});
  s.create("A-2", {{"canal", "alarma"}, {"servidor", "erp2"}});
  s.expect_ticket("A-1 first_response.due=03:15 resolution.due=11:00");
  s.at("03:05");
  s.crash_before_the_answer("create A-3", [](auto& frame, const Names& names, const auto& options) {
    const std::array values = {*names.attribute_value("canal", "alarma"),
                               *names.attribute_value("servidor", "erp1")};
    frame.create(text_key("A-3"), kNoId8, values, options);
  });
  s.expect({"created A-1 .servidor=erp1", "created A-2 .servidor=erp2",
            "created A-3 .servidor=erp1 .canal=alarma"});
  s.expect_no({"mass_incident"});
  s.at("03:15");
  s.create("A-4", {{"canal", "alarma"}, {"servidor", "erp1"}});
  s.expect(
      {"mass_incident subject=servidor en alarma count=3 rows=A-1, A-3, A-4 to=dirección "
       "via=teléfono"});
  s.create("A-5", {{"canal", "alarma"}, {"servidor", "erp1"}});  // told once
  s.expect_no({"mass_incident"});
}

}  // namespace
}  // namespace vencer::scenario
