// zen: cloud support, Chile. Rules Z1 to Z7 as stories; the others in zen_stages_test.cc.
#include <gtest/gtest.h>

#include "net/client/key.h"
#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

const char* const kChat = "'chat solo para Soporte + y en horario'";

TEST(Zen, Z1_chat_for_support_plus_in_office_hours) {
  Story s("zen");
  s.at("2026-06-01 08:59:59.999");
  s.refused(kChat).create("T-1", {{"channel", "chat"}, {"plan", "Soporte + Cloud"}});
  s.at("09:00");
  s.create("T-1", {{"channel", "chat"}, {"plan", "Soporte + Cloud"}});
  s.refused(kChat).create("T-2", {{"channel", "chat"}, {"plan", "Soporte Cloud"}});
  s.refused(kChat).create("T-2", {{"channel", "chat"}});
  s.create("T-2", {{"channel", "correo"}, {"plan", "Soporte Cloud"}});
  s.expect({"created T-1 .channel=chat .plan=Soporte + Cloud", "created T-2 .channel=correo"});
  s.crash_and_restart();
  s.refused(kChat).set("T-2", {{"channel", "chat"}});
  s.refused(kChat).set("T-1", {{"plan", "Soporte Cloud"}});
  s.set("T-2", {{"channel", "chat"}, {"plan", "Soporte + Cloud"}});
  s.expect_ticket("T-2 .channel=chat .plan=Soporte + Cloud");
  s.at("17:59:59.999");
  s.create("T-3", {{"channel", "chat"}, {"plan", "Soporte + Cloud"}});
  s.at("18:00");
  s.refused(kChat).create("T-4", {{"channel", "chat"}, {"plan", "Soporte + Cloud"}});
  s.status("T-1", "Resuelto");  // what is not about the chat is done at any hour
}

TEST(Zen, Z2_unique_number_and_category) {
  Story s("zen");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"category", "Incidente"}, {"channel", "portal"}});
  s.expect({"created T-1 status=Nuevo .category=Incidente .channel=portal"});
  s.refused("it exists already").create("T-1", {{"category", "Solicitud"}});
  s.refused("'Queja'").create("T-2", {{"category", "Queja"}});
  s.expect_ticket("T-1 .category=Incidente");
  s.expect_ticket("T-2 unknown_ticket");
  s.crash_before_the_answer("create T-2", [](auto& frame, const Names& names, const auto& options) {
    const AttributeValue category = *names.attribute_value("category", "Cambio");
    frame.create(text_key("T-2"), kNoId8, {&category, 1}, options);
  });
  s.expect({"created T-2 .category=Cambio"});
  s.refused("it exists already").create("T-1", {{"category", "Incidente"}});
  s.set("T-1", {{"category", "Solicitud"}});
  s.expect_ticket("T-1 .category=Solicitud .channel=portal");
}

TEST(Zen, Z3_priority_from_impact_and_urgency) {
  Story s("zen");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"impact", "Alto"}, {"urgency", "Alta"}, {"plan", "Soporte Cloud"}});
  s.create("T-2", {{"impact", "Alto"}, {"urgency", "Media"}});
  s.create("T-3", {{"impact", "Alto"}, {"urgency", "Baja"}});
  s.create("T-4", {{"impact", "Medio"}, {"urgency", "Alta"}});
  s.create("T-5", {{"impact", "Medio"}, {"urgency", "Media"}});
  s.create("T-6", {{"impact", "Medio"}, {"urgency", "Baja"}});
  s.create("T-7", {{"impact", "Bajo"}, {"urgency", "Alta"}});
  s.create("T-8", {{"impact", "Bajo"}, {"urgency", "Media"}, {"plan", "Soporte Cloud"}});
  s.create("T-9",
           {{"impact", "Bajo"}, {"urgency", "Baja"}, {"priority", "Media"}});  // brings its own
  s.expect(
      {"created T-1 .priority=Urgente", "created T-2 .priority=Alto", "created T-3 .priority=Medio",
       "created T-4 .priority=Alto", "created T-5 .priority=Medio", "created T-6 .priority=Bajo",
       "created T-7 .priority=Medio", "created T-8 .priority=Bajo", "created T-9 .priority=Medio"});
  s.expect_ticket("T-1 resolution.due=2026-06-01 17:00");
  s.expect_ticket("T-8 resolution.due=2026-06-04 14:00");
  s.crash_and_restart();
  s.at("10:00");
  s.set("T-8", {{"impact", "Alto"}, {"urgency", "Alta"}});
  s.expect_ticket("T-8 .priority=Urgente resolution.due=2026-06-01 17:00");
  s.set("T-8", {{"priority", "Baja"}});
  s.set("T-8", {{"urgency", "Media"}});  // whoever set it by hand knows better
  s.expect_ticket("T-8 .priority=Bajo resolution.due=2026-06-04 14:00");
}

TEST(Zen, Z4_first_response_and_resolution_by_plan_and_priority) {
  Story s("zen");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"plan", "Soporte Cloud"}, {"priority", "Urgente"}});
  s.create("T-2", {{"plan", "Soporte Cloud"}, {"priority", "Alto"}});
  s.create("T-3", {{"plan", "Soporte Cloud"}, {"priority", "Medio"}});
  s.create("T-4", {{"plan", "Soporte Cloud"}, {"priority", "Bajo"}});
  s.create("T-5", {{"plan", "Soporte + Cloud"}, {"priority", "Urgente"}});
  s.create("T-6", {{"plan", "Soporte + Cloud"}, {"priority", "Alta"}});  // the text's word
  s.create("T-7", {{"plan", "Soporte + Cloud"}, {"priority", "Medio"}});
  s.create("T-8", {{"plan", "Soporte + Cloud"}, {"priority", "Bajo"}});
  s.expect_ticket("T-1 first_response.due=10:00 resolution.due=2026-06-01 17:00");
  s.expect_ticket("T-2 first_response.due=11:00 resolution.due=2026-06-02 16:00");
  s.expect_ticket("T-3 first_response.due=12:00 resolution.due=2026-06-04 14:00");
  s.expect_ticket("T-4 first_response.due=13:00 resolution.due=2026-06-04 14:00");
  s.expect_ticket("T-5 first_response.due=09:30 resolution.due=2026-06-01 14:00");
  s.expect_ticket("T-6 first_response.due=10:00 resolution.due=2026-06-01 17:00");
  s.expect_ticket("T-7 first_response.due=12:00 resolution.due=2026-06-02 16:00");
  s.expect_ticket("T-8 first_response.due=12:00 resolution.due=2026-06-03 15:00");
  s.only_clocks({"first_response"});
  s.at("09:30");
  s.activity("T-5", "agent_reply");
  s.expect({"clock_met T-5 clock=first_response elapsed=30m target=30m"});
  s.crash_and_restart();
  s.at("10:00");
  s.activity("T-1", "agent_reply");
  s.at("10:00:00.001");
  s.expect({"clock_met T-1 clock=first_response", "breached T-6 clock=first_response due=10:00"});
  s.activity("T-6", "agent_reply");
  s.expect({"clock_missed T-6 clock=first_response overrun=1ms"});
}

TEST(Zen, Z5_escalated_to_the_next_level) {
  Story s("zen");
  s.at("2026-06-01 09:00");
  s.only_clocks({"first_response", "nivel_2"});
  s.create("T-1", {{"plan", "Soporte Cloud"},
                   {"priority", "Urgente"},
                   {"agent", "ana"},
                   {"category", "Incidente"}});
  s.refused("levels go one at a time").escalate("T-1", "Jefatura");
  s.refused("'evidencia antes del Nivel 2'").escalate("T-1", "", "guardia");
  s.activity("T-1", "evidencia");
  s.escalate("T-1", "", "guardia");
  s.expect({"escalated T-1 level=Nivel 2 recipient=guardia to=ana step=-"});
  s.crash_and_restart();
  s.refused("levels go one at a time").escalate("T-1", "Nivel 1");
  s.expect_ticket("T-1 level=Nivel 2 version=3 nivel_2=running nivel_2.due=2026-06-02 16:00");
  s.at("12:00:00.001");
  s.expect({"breached T-1 clock=first_response due=10:00",
            "escalated T-1 step=due level=Nivel 2 recipient=guardia to=ana",
            "escalated T-1 step=+2h level=Jefatura recipient=jefatura to=jefatura via=telefono",
            "clock_met T-1 clock=nivel_2 elapsed=3h1ms"});
}

TEST(Zen, Z6_follow_up_after_the_solution) {
  Story s("zen");
  s.at("2026-06-01 10:00");
  s.only_clocks({"seguimiento"});
  s.create("T-1", {{"agent", "ana"}});
  s.create("T-2", {{"agent", "luis"}});
  s.create("T-3", {{"agent", "luis"}});
  s.at("11:00");
  s.status("T-1", "Resuelto");
  s.status("T-2", "Resuelto");
  s.expect_ticket("T-1 seguimiento=running seguimiento.due=2026-06-01 18:00");
  s.expect_ticket("T-3 seguimiento=idle");
  s.at("16:00");
  s.activity("T-1", "seguimiento");
  s.expect({"clock_met T-1 clock=seguimiento"});
  s.expect_ticket("T-1 light=none contacto=met");  // nothing more is owed
  s.crash_and_restart();
  s.at("18:00");
  s.expect_no({"breached"});
  s.at("18:00:00.001");
  s.expect({"breached T-2 clock=seguimiento due=18:00 light=red",
            "warning T-2 clock=seguimiento step=due recipient=agente to=luis"});
  s.at("2026-06-02 10:00");
  s.activity("T-2", "confirma_cliente");
  s.expect({"clock_missed T-2 clock=seguimiento overrun=1h"});
}

// Over a week-end in which the clocks go back by an hour: 72 hours are 72 hours.
TEST(Zen, Z7_closed_when_confirmed_or_silent) {
  Story s("zen");
  s.at("2026-04-02 10:00");
  s.only_clocks({"inactividad", "reopen_window"});
  s.create("T-1");
  s.create("T-2");
  s.create("T-3");
  s.status("T-1", "Resuelto");
  s.status("T-2", "Resuelto");
  s.activity("T-1", "confirma_cliente");
  s.status("T-1", "Cerrado");
  s.expect_ticket("T-1 status=Cerrado inactividad=met");
  s.at("16:00");
  s.activity("T-2", "customer_reply");
  s.expect_ticket("T-2 inactividad=running inactividad.cycle=2 inactividad.due=2026-04-05 15:00");
  s.crash_and_restart();
  s.at("2026-04-05 15:00");
  s.expect_ticket("T-2 status=Resuelto");
  s.at("15:00:00.001");
  s.expect({"clock_expired T-2 clock=inactividad cycle=2 due=15:00 status=Resuelto"});
  s.expect_ticket("T-2 status=Cerrado");
  s.expect_ticket("T-3 status=Nuevo");
  s.at("2026-04-06 09:00:00.001");  // 96 hours after "Resuelto"
  s.expect({"clock_expired T-1 clock=reopen_window", "closed T-1",
            "clock_expired T-2 clock=reopen_window", "closed T-2"});
  s.refused("it is closed for good").status("T-2", "En análisis");
}

}  // namespace
}  // namespace vencer::scenario
