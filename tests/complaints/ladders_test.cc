// Complaints about warnings, escalation and what runs on a machine. The numbers are rows of
// README.md.
#include <gtest/gtest.h>

#include "tests/complaints/documents.h"
#include "tests/complaints/word_desk.h"

namespace vencer::test {
namespace {

const char* const kZone = "America/Santiago";
const std::string kThreeLevels = R"(
  { at = "-2h", warn = "agente" },
  { at = "due", level = "N2", to = "jefe" },
  { at = "+1h", level = "Jefatura", to = "jefe" })";

TEST(Complaint, complaint_01_a_warning_comes_at_its_very_millisecond) {
  WordDesk desk(desk_in(kZone, "8h", "16h", R"({ at = "-2h", warn = "agente" })"), kZone);
  desk.at("2026-06-01 09:00:00.250").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 15:00:00.249");
  EXPECT_EQ(desk.told("warning"), "");
  desk.at("2026-06-01 15:00:00.250");
  EXPECT_EQ(desk.told("warning"), "warning resolution -2h due 2026-06-01 15:00:00.250\n");
}

TEST(Complaint, complaint_03_a_breach_is_told_the_millisecond_after) {
  WordDesk desk(desk_in(kZone, "8h", "16h"), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 17:00");
  EXPECT_EQ(desk.told("breached"), "") << "now is still in time";
  desk.at("2026-06-01 17:00:00.001");
  EXPECT_EQ(desk.told("breached"), "breached resolution due 2026-06-01 17:00\n");
}

TEST(Complaint, complaint_11_before_due_is_counted_in_open_time) {
  WordDesk desk(desk_in(kZone, "8h", "16h", R"({ at = "-2h", warn = "agente" })"), kZone);
  desk.at("2026-06-01 12:00").create("T", {{"priority", "Alto"}});  // due 11:00 of the next day
  desk.live_until("2026-06-02 10:00");
  EXPECT_EQ(desk.told("warning"), "warning resolution -2h due 2026-06-01 18:00\n")
      << "two open hours before: as the desk closes on Monday, not at midnight nor at 09:00";
}

TEST(Complaint, complaint_13_all_levels_run_also_after_an_outage) {
  WordDesk desk(desk_in(kZone, "8h", "16h", kThreeLevels), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.told();
  desk.at("2026-06-03 09:00");  // nothing ran for two days
  EXPECT_EQ(desk.told("warning breached escalated"),
            "warning resolution -2h due 2026-06-01 15:00\n"
            "breached resolution due 2026-06-01 17:00\n"
            "escalated resolution due due 2026-06-01 17:00 level N2\n"
            "escalated resolution +1h due 2026-06-01 18:00 level Jefatura\n");
}

TEST(Complaint, complaint_17_reminders_keep_to_service_hours) {
  WordDesk desk(
      desk_in(kZone, "4h", "16h", R"({ at = "+1h", to = "jefe", every = "3h", times = 4 })"),
      kZone);
  desk.at("2026-06-05 09:00").create("T", {{"priority", "Alto"}});  // a Friday, due 13:00
  desk.told();
  desk.live_until("2026-06-09 09:00");
  EXPECT_EQ(desk.told("escalated"),
            "escalated resolution +1h due 2026-06-05 14:00\n"
            "escalated resolution +1h due 2026-06-05 17:00\n"
            "escalated resolution +1h due 2026-06-08 11:00\n"
            "escalated resolution +1h due 2026-06-08 14:00\n"
            "escalated resolution +1h due 2026-06-08 17:00\n");
}

TEST(Complaint, complaint_18_merged_and_closed_tickets_are_silent) {
  WordDesk desk(desk_in(kZone, "8h", "16h", kThreeLevels), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.create("D", {{"priority", "Alto"}});
  EXPECT_EQ(desk.merge("D", "T"), Errc::ok);
  desk.create("C", {{"priority", "Alto"}}, "Cerrado");  // imported as closed
  desk.status("T", "Resuelto");
  desk.told();
  desk.live_until("2026-06-10 09:00");
  EXPECT_EQ(desk.told("warning breached escalated"), "");
}

TEST(Complaint, complaint_25_escalation_reaches_the_manager) {
  WordDesk desk(desk_in(kZone, "4h", "16h", kThreeLevels), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.told();
  desk.live_until("2026-06-01 18:00");
  EXPECT_EQ(desk.told("escalated"),
            "escalated resolution due due 2026-06-01 13:00 level N2\n"
            "escalated resolution +1h due 2026-06-01 14:00 level Jefatura\n");
}

TEST(Complaint, complaint_26_a_chain_goes_on_after_a_restart_within_it) {
  WordDesk desk(desk_in(kZone, "4h", "16h", kThreeLevels), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.live_until("2026-06-01 13:30");
  desk.told();
  desk.crash_and_recover();
  desk.live_until("2026-06-01 18:00");
  EXPECT_EQ(desk.told("warning breached escalated"),
            "escalated resolution +1h due 2026-06-01 14:00 level Jefatura\n");
}

TEST(Complaint, complaint_28_a_ladder_waits_while_nobody_is_on_duty) {
  WordDesk desk(kHead + calendar(kZone, kOffice) + kResolution + R"([[policy]]
name = "siempre"
target = { resolution = "2h" }
ladder = "escalada"
[ladder.escalada]
steps = [{ at = "+1h", to = "jefe", calendar = "oficina" }]
)",
                kZone);
  desk.at("2026-06-05 17:00").create("T", {{"priority", "Alto"}});  // due Friday 19:00
  desk.told();
  desk.live_until("2026-06-09 09:00");
  EXPECT_EQ(desk.told("escalated"), "escalated resolution +1h due 2026-06-08 10:00\n");
}

}  // namespace
}  // namespace vencer::test
