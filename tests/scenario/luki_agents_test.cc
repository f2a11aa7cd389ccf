// luki: support of a wallet, Panama and Colombia. Rules L11 to L20 as stories.
#include <gtest/gtest.h>

#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

constexpr std::uint64_t kSupervisor = 9002;

TEST(Luki, L11_the_customers_documents_in_24_hours) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"documentos"});
  for (const char* key : {"T-1", "T-2"}) {
    s.create(key, {{"tipo", "caso"}, {"category", "Sop. Documentos"}, {"agent", "ana"}});
    s.expect_ticket(std::string(key) + " documentos=idle resolution=running");
  }
  s.at("10:00");
  s.status("T-1", "Pendiente");
  s.status("T-2", "KYC Pending");
  s.expect_ticket("T-1 documentos=running documentos.due=2026-06-02 10:00 resolution=paused");
  s.at("15:00");
  s.activity("T-1", "documentos_recibidos");
  s.expect({"clock_met T-1 clock=documentos elapsed=5h target=24h"});
  s.crash_and_restart();
  s.at("2026-06-02 10:00");
  s.expect_no({"breached"});
  s.at("10:00:00.001");
  s.expect({"breached T-2 clock=documentos due=2026-06-02 10:00",
            "warning T-2 clock=documentos step=due to=ana"});
  s.at("11:00");
  s.activity("T-2", "documentos_recibidos");
  s.expect({"clock_missed T-2 clock=documentos overrun=1h"});
}

TEST(Luki, L12_pending_for_a_time_or_until_the_customer_answers) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  for (const char* key : {"T-1", "T-2"}) {
    s.create(key, {{"tipo", "caso"}, {"category", "Sop. Recarga"}}, "En atención");
    s.status_until(key, "Pendiente", "2026-06-03 09:00");
  }
  s.expect_ticket("T-1 status=Pendiente resolution=paused resolution.elapsed=0s");
  s.expect({"status_changed T-1 status=Pendiente", "status_changed T-2 status=Pendiente"});
  s.at("2026-06-02 09:00");
  s.activity("T-2", "customer_reply");
  s.expect({"clock_met T-2 clock=documentos elapsed=24h"});
  s.status("T-2", "En atención");
  s.expect_ticket("T-2 resolution=running resolution.due=2026-06-03 09:00");
  s.crash_and_restart();
  s.at("2026-06-03 08:59:59.999");
  s.expect({"status_changed T-2 status=En atención"});
  s.at("09:00");
  s.expect({"status_changed T-1 status=En atención status_before=Pendiente"});
  s.expect_ticket("T-1 resolution=running resolution.due=2026-06-04 09:00");
}

TEST(Luki, L13_every_attention_begins_with_a_greeting) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"first_response"});
  for (const char* key : {"T-1", "T-2"}) s.create(key, {{"tipo", "caso"}, {"agent", "ana"}});
  s.expect_ticket("T-1 first_response=idle");
  s.at("09:04");
  for (const char* key : {"T-1", "T-2"}) s.escalate(key, "N1b Agentes");
  s.at("09:05");
  s.activity("T-1", "saludo");
  s.expect({"clock_met T-1 clock=first_response elapsed=1m target=2m"});
  s.crash_and_restart();
  s.at("09:06:00.001");
  s.expect({"breached T-2 clock=first_response due=09:06", "warning T-2 step=due to=ana"});
}

// When each state began is told; how long each was, day by day, is kept.
TEST(Luki, L14_the_whole_working_day_is_recorded) {
  Story s("luki");
  s.at("2026-06-01 08:00");
  const char* const only_agents = "'presencia solo para agentes'";
  const char* const only_presence = "'agentes solo con estados de presencia'";
  s.create("T-1", {{"tipo", "caso"}});
  s.refused(only_agents).status("T-1", "Almuerzo");
  s.refused(only_presence).create("A-1", {{"tipo", "agente"}, {"agent", "ana"}});
  s.create("A-1", {{"tipo", "agente"}, {"pais", "Panamá"}, {"agent", "ana"}}, "En línea");
  s.refused(only_presence).status("A-1", "Resuelto");
  s.at("10:00");
  s.status("A-1", "En reunión");
  s.at("10:30");
  s.status("A-1", "En línea");
  s.at("12:00");
  s.status("A-1", "Almuerzo");
  s.crash_and_restart();
  s.at("13:00");
  for (const char* state : {"Capacitación", "En baño", "Emergencia"}) s.status("A-1", state);
  s.at("16:45");
  s.status("A-1", "General");
  s.at("17:05");
  s.late("17:00").status("A-1", "Fuera de turno");
  s.expect({"status_changed A-1 status=En reunión status_before=En línea emitted=10:00",
            "status_changed A-1 status=En línea emitted=10:30",
            "status_changed A-1 status=Almuerzo emitted=12:00",
            "status_changed A-1 status=Capacitación status_before=Almuerzo emitted=13:00",
            "status_changed A-1 status=En baño", "status_changed A-1 status=Emergencia",
            "status_changed A-1 status=General emitted=16:45",
            "status_changed A-1 status=Fuera de turno at=17:00 .agent=ana"});
  s.at("2026-06-02 08:00");
  s.status("A-1", "En línea");
  s.expect({"status_changed A-1 status=En línea status_before=Fuera de turno"});
  s.expect_no({"breached", "survey_due"});
  s.at("09:30");
  s.expect_ticket(
      "A-1 2026-06-01=En línea 3h30m, General 15m, En reunión 30m, Almuerzo 1h, Emergencia 3h45m, "
      "Fuera de turno 7h 2026-06-02=En línea 1h30m, Fuera de turno 8h");
}

TEST(Luki, L15_breaks_of_15_minutes_in_colombia) {
  Story s("luki");
  s.at("2026-06-01 10:00");
  s.only_clocks({"break"});
  s.create("A-1", {{"tipo", "agente"}, {"pais", "Colombia"}}, "En línea");
  s.create("A-2", {{"tipo", "agente"}, {"pais", "Panamá"}}, "En línea");
  s.refused("'break solo en Colombia'").status("A-2", "En Break");
  s.status("A-1", "En Break");
  s.at("10:15");
  s.status("A-1", "En línea");
  s.expect({"clock_met A-1 clock=break cycle=1 elapsed=15m target=15m"});
  s.at("15:00");
  s.status("A-1", "En Break");
  s.crash_and_restart();
  s.refused("'break solo en Colombia'").status("A-2", "En Break");
  s.at("15:15:00.001");
  s.expect({"breached A-1 clock=break cycle=2 due=15:15",
            "warning A-1 clock=break step=due recipient=supervisor"});
  s.at("15:17");
  s.status("A-1", "En línea");
  s.expect({"clock_missed A-1 clock=break cycle=2 overrun=2m"});
}

// On 3 November Panama has a holiday, Colombia on the 2nd.
TEST(Luki, L16_to_general_15_minutes_before_the_day_ends) {
  Story s("luki");
  s.at("2026-10-30 16:44:59.999");
  s.expect_no({"calendar_event"});
  s.at("16:45");
  s.expect({"calendar_event subject=pasar a General recipient=equipo to=equipo de atención",
            "calendar_event subject=pasar a General (Colombia)"});
  s.at("2026-11-02 16:44");
  s.expect_no({"calendar_event"});
  s.crash_and_restart();
  s.at("2026-11-03 16:45");
  s.expect({"calendar_event subject=pasar a General due=2026-11-02 16:45",
            "calendar_event subject=pasar a General (Colombia) due=2026-11-03 16:45"});
}

TEST(Luki, L17_approved_by_who_may) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  const char* const only_supervisors = "'evidencia y aprobación antes de N2/aprobacion/by'";
  s.create("T-1", {{"tipo", "caso"}});
  s.refused(only_supervisors).activity("T-1", "aprobacion");
  s.refused(only_supervisors).by(9003).activity("T-1", "aprobacion");
  s.crash_and_restart();
  s.refused(only_supervisors).by(9003).activity("T-1", "aprobacion");
  s.by(kSupervisor).activity("T-1", "aprobacion");
  s.expect({"activity_recorded T-1 activity=aprobacion actor=9002"});
}

TEST(Luki, L18_kyc_pending_rejected_review) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"documentos"});
  s.create("T-1", {{"tipo", "caso"}, {"category", "Sop. KYC"}});
  s.status("T-1", "KYC Pending");
  s.refused("'documentos antes de KYC Review'").status("T-1", "KYC Review");
  s.at("12:00");
  s.crash_and_restart();
  s.refused("'documentos antes de KYC Review'").status("T-1", "KYC Review");
  s.activity("T-1", "documentos_recibidos");
  s.status("T-1", "KYC Review");
  s.expect_ticket("T-1 status=KYC Review resolution=running");
  s.at("15:00");
  s.status("T-1", "KYC Rejected");
  s.expect_ticket("T-1 resolution=paused documentos=running documentos.cycle=2");
  s.at("16:00");
  s.activity("T-1", "documentos_recibidos");
  s.status("T-1", "KYC Review");
  s.expect({"clock_met T-1 clock=documentos cycle=1 elapsed=3h",
            "clock_met T-1 clock=documentos cycle=2 elapsed=1h"});
  s.status("T-1", "Resuelto");
  s.expect_ticket("T-1 resolution=met resolution.elapsed=3h");
}

TEST(Luki, L19_25_categories_each_with_its_term) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  const std::vector<std::pair<std::string, std::string>> terms = {
      {"Sop. Bloqueo de PIN de cajero", "24h"},
      {"Sop. Entrega de tarjeta", "48h"},
      {"Sop. Documentos", "48h"},
      {"Sop. Activación de tarjeta", "24h"},
      {"Sop. Bloqueo de tarjeta", "2h"},
      {"Sop. Reposición de tarjeta", "72h"},
      {"Sop. Cambio de PIN", "24h"},
      {"Sop. Recarga", "24h"},
      {"Sop. Retiro", "24h"},
      {"Sop. Transferencia enviada", "48h"},
      {"Sop. Transferencia recibida", "48h"},
      {"Sop. Pago de servicios", "48h"},
      {"Sop. Reverso", "72h"},
      {"Sop. Comisiones", "72h"},
      {"Sop. Límites", "24h"},
      {"Sop. Registro", "24h"},
      {"Sop. KYC", "48h"},
      {"Sop. Cambio de datos", "48h"},
      {"Sop. Cambio de teléfono", "24h"},
      {"Sop. Contraseña", "4h"},
      {"Sop. Cierre de cuenta", "72h"},
      {"Sop. Promociones", "72h"},
      {"Sop. Información general", "24h"},
      {"ERRORES EN APP", "8h"}};
  EXPECT_EQ(terms.size(), 24u);  // and the one that has days
  const Names& names = *s.client().names();
  EXPECT_EQ(names.attributes.at(*names.attribute_id("category")).values.size(), 25u);
  for (const auto& [category, term] : terms) {
    s.create(category, {{"tipo", "caso"}, {"category", category}});
  }
  s.create("T-25", {{"tipo", "caso"}, {"category", "Sop. Débitos no reconocidos"}});
  s.crash_and_restart();
  for (const auto& [category, term] : terms) {
    const Line line = ticket_line(category, *s.client().get(category), s.wording());
    s.expect_line(line, category + " resolution=running resolution.target=" + term);
  }
  s.expect_ticket("T-25 resolution.due=2026-07-13 17:00");
  s.at("11:00:00.001");
  s.only_clocks({"resolution"});
  s.expect({"breached Sop. Bloqueo de tarjeta due=11:00"});
}

TEST(Luki, L20_the_desks_own_number_names_the_case) {
  Story s("luki");
  s.at("2026-06-01 09:00");
  const std::string key = "CASO. (Nro de ticket interno) 2026-0048211";
  s.create(key, {{"tipo", "caso"}, {"category", "Sop. Recarga"}});
  s.create("CASO. (Nro de ticket interno) 2026-0048212", {{"tipo", "caso"}});
  s.expect({"created " + key + " .category=Sop. Recarga",
            "created CASO. (Nro de ticket interno) 2026-0048212 .category=-"});
  s.refused("it exists already").create(key, {{"tipo", "caso"}});
  s.crash_and_restart();
  s.refused("it exists already").create(key, {{"tipo", "caso"}});
  s.status(key, "Resuelto");
  s.expect({"status_changed " + key + " status=Resuelto"});
  s.expect_line(ticket_line(key, *s.client().get(key), s.wording()), key + " status=Resuelto");
}

}  // namespace
}  // namespace vencer::scenario
