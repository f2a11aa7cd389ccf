// kushki: rules K17 to K24 as stories: confirmation, closing, reopening, hours and internal areas.
#include <gtest/gtest.h>

#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

TEST(Kushki, K17_everything_stays_on_record) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"categoria", "PREGUNTA"}, {"agent", "ana"}});
  s.at("10:00");
  s.by(7).status("T-1", "PENDIENTE");
  s.at("12:00");
  s.by(7).status("T-1", "ABIERTO");
  s.crash_and_restart();  // the stream is the same from its first event
  s.at("13:00");
  s.expect_ticket(
      "T-1 resolution.rule=categoría/PREGUNTA resolution.calendar=habil resolution.elapsed=2h "
      "resolution.ran=2026-06-01 09:00 to 2026-06-01 10:00, 2026-06-01 12:00 to now");
  s.late("12:30").by(8).status("T-1", "RESUELTO");
  s.expect({"created T-1 emitted=09:00 status=NUEVO .agent=ana",
            "status_changed T-1 emitted=10:00 status_before=NUEVO status=PENDIENTE actor=7",
            "status_changed T-1 emitted=12:00 status_before=PENDIENTE status=ABIERTO actor=7",
            "status_changed T-1 emitted=13:00 at=12:30 status=RESUELTO actor=8",
            "clock_met T-1 clock=resolution elapsed=1h30m"});
}

TEST(Kushki, K18_time_stands_still_while_the_customer_is_asked) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"categoria", "PREGUNTA"}});
  s.activity("T-1", "agent_reply");
  s.at("10:00");
  s.status("T-1", "PENDIENTE");
  s.expect_ticket("T-1 resolution=paused resolution.due=- resolution.elapsed=1h");
  s.crash_and_restart();
  s.at("2026-06-02 10:00");
  s.expect_no({"breached", "warning"});
  s.status("T-1", "ABIERTO");
  s.expect_ticket("T-1 resolution=running resolution.due=2026-06-02 17:00");
  s.at("17:00:00.001");
  s.expect({"breached T-1 clock=resolution due=2026-06-02 17:00"});
}

TEST(Kushki, K19_resolved_when_the_customer_confirms) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"categoria", "PREGUNTA"}});
  s.create("T-2", {{"categoria", "PREGUNTA"}});
  s.at("10:00");
  s.status("T-1", "PENDIENTE");
  s.status("T-2", "PENDIENTE");
  s.crash_and_restart();
  s.at("2026-06-02 11:00");
  s.by(7).status("T-1", "RESUELTO");      // by the agent
  s.activity("T-2", "confirma_cliente");  // by the customer, and nobody else
  s.at("11:00:01");
  s.expect({"status_changed T-1 status=PENDIENTE status_before=NUEVO",
            "status_changed T-2 status=PENDIENTE status_before=NUEVO",
            "status_changed T-1 status=RESUELTO status_before=PENDIENTE actor=7",
            "clock_met T-1 clock=resolution elapsed=1h",
            "status_changed T-2 status=RESUELTO status_before=PENDIENTE actor=-",
            "clock_met T-2 clock=resolution elapsed=1h"});
}

TEST(Kushki, K20_reopen_within_four_days) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"reopen_window", "resolution"});
  for (const char* key : {"T-1", "T-2", "T-3"}) s.create(key, {{"categoria", "PREGUNTA"}});
  s.at("11:00");
  for (const char* key : {"T-1", "T-2", "T-3"}) s.status(key, "RESUELTO");
  s.status("T-3", "CERRADO");  // whoever closes it by hand takes nothing from the customer
  s.expect_ticket("T-2 reopen_window=running reopen_window.due=2026-06-05 11:00");
  s.crash_and_restart();
  s.at("2026-06-05 11:00");  // the last instant
  s.status("T-1", "ABIERTO");
  s.status("T-3", "ABIERTO");
  s.expect({"reopened T-1 status=ABIERTO status_before=RESUELTO",
            "reopened T-3 status=ABIERTO status_before=CERRADO"});
  s.at("11:00:00.001");
  s.expect({"clock_expired T-2 clock=reopen_window due=11:00", "closed T-2 status=CERRADO"});
  s.expect_ticket("T-2 closed_for_good=true status=CERRADO");
  s.refused("it is closed for good").status("T-2", "ABIERTO");
  s.refused("it is closed for good").late("2026-06-04 09:00").status("T-2", "ABIERTO");
}

TEST(Kushki, K21_reopened_with_the_time_that_was_left) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"categoria", "PREGUNTA"}});
  s.at("12:00");
  s.status("T-1", "RESUELTO");
  s.expect({"clock_met T-1 clock=resolution elapsed=3h"});
  s.crash_and_restart();
  s.at("2026-06-02 09:00");
  s.status("T-1", "ABIERTO");
  s.expect({"reopened T-1"});
  s.expect_ticket(
      "T-1 resolution=running resolution.cycle=1 resolution.elapsed=3h "
      "resolution.due=2026-06-02 14:00");
  s.at("14:00:00.001");
  s.expect({"breached T-1 clock=resolution due=14:00"});
  s.at("15:00");
  s.status("T-1", "RESUELTO");
  s.expect({"clock_missed T-1 clock=resolution elapsed=9h overrun=1h"});
}

TEST(Kushki, K22_survey_after_the_closing_once) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  for (const char* key : {"T-1", "T-2", "T-3", "T-4"}) s.create(key, {{"customer", "tienda"}});
  s.merge("T-2", "T-1");
  s.cancel("T-3");
  s.status("T-1", "RESUELTO");
  s.status("T-1", "CERRADO");
  s.at("10:00");
  s.status("T-1", "ABIERTO");
  s.status("T-1", "RESUELTO");
  s.expect({"merged T-2 other=T-1", "closed T-2 status=CANCELADO", "closed T-3 status=CANCELADO"});
  s.crash_and_restart();
  s.at("2026-06-05 10:00");
  s.expect_no({"survey_due"});
  s.at("2026-06-12 10:00");
  s.expect({"closed T-1 status=CERRADO", "survey_due T-1 .customer=tienda"});
  s.expect_ticket("T-4 status=NUEVO");
}

// Friday evening. By telephone there is no week-end.
TEST(Kushki, K23_working_days_and_every_day_by_telephone) {
  Story s("kushki");
  s.at("2026-06-05 17:00");
  s.only_clocks({"resolution"});
  s.create("T-1", {{"categoria", "PREGUNTA"}, {"canal", "correo electrónico"}});
  s.create("T-2", {{"categoria", "PREGUNTA"}, {"canal", "teléfono"}});
  s.create("T-3", {{"categoria", "PREGUNTA"}, {"canal", "chat"}});
  s.expect_ticket("T-1 resolution.due=2026-06-08 15:00 resolution.calendar=habil");
  s.expect_ticket("T-2 resolution.due=2026-06-06 01:00 resolution.calendar=24x7");
  s.at("20:00");
  s.set("T-3", {{"canal", "teléfono"}});  // now the customer calls: as if it had from the start
  s.expect_ticket("T-3 resolution.due=2026-06-06 01:00 resolution.elapsed=3h");
  s.crash_and_restart();
  s.at("2026-06-06 01:00:00.001");
  s.expect({"breached T-2 clock=resolution due=2026-06-06 01:00",
            "breached T-3 clock=resolution due=2026-06-06 01:00"});
  s.at("2026-06-08 15:00:00.001");
  s.expect({"breached T-1 clock=resolution due=2026-06-08 15:00"});
}

TEST(Kushki, K24_internal_areas_send_tickets_too) {
  Story s("kushki");
  s.at("2026-06-01 09:00");
  s.create("T-1", {{"solicitante", "área interna"}, {"categoria", "PREGUNTA"}});
  s.create("T-2", {{"solicitante", "comercio"}, {"categoria", "PREGUNTA"}});
  s.expect({"created T-1 .solicitante=área interna", "created T-2 .solicitante=comercio"});
  s.expect_ticket(
      "T-1 first_response.rule=áreas internas first_response.due=13:00 "
      "resolution.due=2026-06-05 09:00");
  s.expect_ticket(
      "T-2 first_response.rule=categoría/PREGUNTA first_response.due=09:15 "
      "resolution.due=2026-06-01 17:00");
  s.crash_and_restart();
  s.only_clocks({"first_response"});
  s.at("13:00:00.001");
  s.expect({"breached T-2 clock=first_response due=09:15",
            "breached T-1 clock=first_response due=13:00"});
}

}  // namespace
}  // namespace vencer::scenario
