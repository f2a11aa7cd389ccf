// zen: cloud support, Chile. Rules Z1 to Z12 as stories.
#include <gtest/gtest.h>

#include "net/client/key.h"
#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

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
  s.create("T-1", {{"plan", "Soporte Cloud"}, {"priority", "Urgente"}, {"agent", "ana"}});
  s.refused("levels go one at a time").escalate("T-1", "Jefatura");
  s.escalate("T-1", "", "guardia");
  s.expect({"escalated T-1 level=Nivel 2 recipient=guardia to=ana step=-"});
  s.crash_and_restart();
  s.refused("levels go one at a time").escalate("T-1", "Nivel 1");
  s.expect_ticket("T-1 level=Nivel 2 version=2");
  s.at("12:00:00.001");
  s.expect({"breached T-1 clock=first_response due=10:00",
            "escalated T-1 step=due level=Nivel 2 recipient=guardia to=ana",
            "escalated T-1 step=+2h level=Jefatura recipient=jefatura to=jefatura via=telefono"});
}

// The survey is due once a ticket, however often it is closed.
TEST(Zen, Z12_survey_once_closed) {
  Story s("zen");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"plan", "Soporte Cloud"}, {"priority", "Urgente"}, {"customer", "acme"}});
  s.at("11:00");
  s.status("T-1", "Resuelto");
  s.expect_no({"survey_due"});
  s.status("T-1", "Cerrado");
  s.expect({"survey_due T-1 .customer=acme"});
  s.crash_and_restart();
  s.expect_ticket("T-1 status=Cerrado resolution=met resolution.elapsed=2h");
  s.expect_no({"survey_due"});
}

}  // namespace
}  // namespace vencer::scenario
