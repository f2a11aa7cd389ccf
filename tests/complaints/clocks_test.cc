// Complaints about clocks: pauses, changes, reopenings, policies. The numbers are rows of
// README.md.
#include <gtest/gtest.h>

#include "tests/complaints/documents.h"
#include "tests/complaints/word_desk.h"

namespace vencer::test {
namespace {

constexpr DurationMs kHourMs = 3'600'000;
constexpr DurationMs kMinuteMs = 60'000;
const char* const kZone = "America/Santiago";

// Everything a desk with answers, updates and owners has; all round the clock.
const std::string kMoreClocks = R"([[clock]]
name = "first_response"
start = ["created"]
stop = ["agent_reply"]
[[clock]]
name = "next_response"
start = ["customer_reply"]
stop = ["agent_reply", "category:resolved", "category:closed"]
cycles = "each"
[[clock]]
name = "update"
start = ["created"]
reset = ["agent_reply", "nota"]
stop = ["category:resolved", "category:closed"]
[[clock]]
name = "equipo"
start = ["changed:team"]
reset = ["changed:team"]
stop = ["category:resolved", "category:closed"]
[[policy]]
name = "siempre"
target = { first_response = "1h", next_response = "2h", update = "24h", equipo = "4h" }
)";

TEST(Complaint, complaint_02_a_new_policy_moves_open_tickets_at_once) {
  WordDesk desk(desk_in(kZone, "8h", "16h"), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 10:00").put(desk_in(kZone, "4h", "16h"));
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-01 13:00");
  desk.put(kHead + calendar(kZone, "weekly = { mon-fri = [\"10:00-19:00\"] }") + kResolution +
           policy("4h", "16h"));
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-01 14:00") << "the calendar's change, too";
}

TEST(Complaint, complaint_07_events_and_history_are_never_repaired) {
  WordDesk desk(desk_in(kZone, "4h", "16h"), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 10:00").status("T", "Pendiente");
  desk.at("2026-06-01 11:00").status("T", "Abierto");
  desk.at("2026-06-01 12:00").set("T", {{"priority", "Bajo"}});
  const std::string due = desk.due("T", "resolution");
  desk.crash_and_recover();  // asserts: the same events, the same state
  EXPECT_EQ(desk.due("T", "resolution"), due);
}

TEST(Complaint, complaint_08_almost_all_of_the_time_is_not_all_of_it) {
  WordDesk desk(desk_in(kZone, "8h", "16h"), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 16:59:45.888");  // 99.951 %
  EXPECT_EQ(desk.told("breached"), "");
  desk.at("2026-06-01 17:00").status("T", "Resuelto");
  EXPECT_EQ(desk.told("breached clock_met clock_missed"),
            "clock_met resolution due 2026-06-01 17:00\n")
      << "on the very millisecond is in time";
}

TEST(Complaint, complaint_09_pending_time_survives_a_priority_change) {
  WordDesk desk(desk_in(kZone, "8h", "16h"), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Bajo"}});
  desk.at("2026-06-01 10:00").status("T", "Pendiente");
  desk.at("2026-06-01 13:00").status("T", "Abierto");
  desk.at("2026-06-01 14:00").set("T", {{"priority", "Alto"}});
  EXPECT_EQ(desk.elapsed("T", "resolution"), 2 * kHourMs);
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-02 11:00") << "6 h left: 4 today, 2 tomorrow";
}

TEST(Complaint, complaint_10_no_breach_while_pending_and_none_of_the_time_resolved) {
  WordDesk desk(desk_in(kZone, "8h", "16h"), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 10:00").status("T", "Pendiente");
  desk.at("2026-06-03 10:00");
  EXPECT_EQ(desk.told("breached"), "");
  desk.status("T", "Abierto");
  desk.at("2026-06-03 11:00").status("T", "Resuelto");
  desk.at("2026-06-05 11:00").status("T", "Abierto");
  EXPECT_EQ(desk.elapsed("T", "resolution"), 2 * kHourMs);
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-05 17:00");
}

TEST(Complaint, complaint_14_a_team_has_its_own_time_from_assignment) {
  WordDesk desk(desk_in(kZone, "8h", "16h") + kMoreClocks, kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}, {"team", "Soporte"}});
  desk.at("2026-06-01 16:00").set("T", {{"team", "Redes"}});
  EXPECT_EQ(desk.due("T", "equipo"), "2026-06-01 20:00");
}

TEST(Complaint, complaint_15_an_answer_resets_update_and_leaves_first_response_alone) {
  WordDesk desk(desk_in(kZone, "8h", "16h") + kMoreClocks, kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 09:30").activity("T", "nota");
  EXPECT_EQ(desk.due("T", "first_response"), "2026-06-01 10:00") << "a note is no answer";
  EXPECT_EQ(desk.due("T", "update"), "2026-06-02 09:30");
  desk.at("2026-06-01 09:45").activity("T", "agent_reply");
  EXPECT_EQ(desk.due("T", "update"), "2026-06-02 09:45");
  desk.told();
  desk.live_until("2026-06-02 09:45");
  EXPECT_EQ(desk.told("breached").find("update"), std::string::npos);
}

TEST(Complaint, complaint_16_what_is_switched_off_is_silent_and_what_changes_is_recomputed) {
  WordDesk desk(desk_in(kZone, "8h", "16h", R"({ at = "due", level = "N2", to = "jefe" })"), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 10:00").put(kHead + calendar(kZone, kOffice) + kResolution);  // no policy
  desk.told();
  desk.live_until("2026-06-03 18:00");
  EXPECT_EQ(desk.told("breached escalated warning"), "");
  EXPECT_EQ(desk.due("T", "resolution"), "none");

  WordDesk answers(desk_in(kZone, "8h", "16h") + kMoreClocks, kZone);
  answers.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  answers.at("2026-06-01 09:10").activity("T", "agent_reply");
  EXPECT_EQ(answers.phase("T", "first_response"), ClockPhase::met) << "the first reply recomputes";
}

TEST(Complaint, complaint_19_reopened_tickets_and_customers_notes) {
  WordDesk desk(desk_in(kZone, "8h", "16h") + kMoreClocks, kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 12:00").status("T", "Resuelto");
  desk.at("2026-06-02 09:00").status("T", "Abierto");
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-02 14:00") << "with the 5 h that were left";
  desk.activity("T", "customer_reply");
  EXPECT_EQ(desk.due("T", "next_response"), "2026-06-02 11:00");
}

TEST(Complaint, complaint_20_a_new_policy_never_stops_the_desk) {
  WordDesk desk(desk_in(kZone, "8h", "16h"), kZone);
  desk.at("2026-06-01 09:00");
  for (char name = 'A'; name <= 'Z'; ++name) {
    desk.create(std::string(1, name), {{"priority", "Alto"}});
  }
  desk.put(desk_in(kZone, "4h", "16h"), false);
  int slices = 0;
  for (bool left = true; left; ++slices) {
    left = desk.slice(3);  // between any two slices, commands are taken ...
    EXPECT_EQ(desk.status("Z", slices % 2 == 0 ? "Abierto" : "Nuevo"), Errc::ok);
    EXPECT_EQ(desk.due("Z", "resolution"), "2026-06-01 13:00") << "... under the new document";
  }
  EXPECT_GE(slices, 8);
  for (char name = 'A'; name <= 'Z'; ++name) {
    EXPECT_EQ(desk.due(std::string(1, name), "resolution"), "2026-06-01 13:00") << name;
  }
}

TEST(Complaint, complaint_24_an_answer_clock_ends_with_the_ticket_and_policies_can_be_swapped) {
  WordDesk desk(desk_in(kZone, "8h", "16h") + kMoreClocks, kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.activity("T", "customer_reply");
  desk.at("2026-06-01 10:00").set("T", {{"priority", "Bajo"}});
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-02 16:00");
  desk.status("T", "Resuelto");
  EXPECT_EQ(desk.phase("T", "next_response"), ClockPhase::met);
  desk.told();
  desk.live_until("2026-06-10 09:00");
  EXPECT_EQ(desk.told("breached").find("next_response"), std::string::npos);
}

TEST(Complaint, complaint_29_a_pause_counts_by_the_millisecond) {
  WordDesk desk(desk_in(kZone, "8h", "16h"), kZone);
  desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-01 10:00:00.001").status("T", "Pendiente");
  desk.at("2026-06-01 10:03:59.998").status("T", "Abierto");
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-01 17:03:59.997");
}

TEST(Complaint, complaint_31_pause_update_and_business_hours_together) {
  WordDesk desk(desk_in(kZone, "8h", "16h") + kMoreClocks, kZone);
  desk.at("2026-06-05 17:00").create("T", {{"priority", "Alto"}});  // a Friday
  desk.at("2026-06-05 17:30").status("T", "Pendiente");
  desk.at("2026-06-08 09:30").status("T", "Abierto");
  EXPECT_EQ(desk.elapsed("T", "resolution"), 30 * kMinuteMs);
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-08 17:00");
  EXPECT_EQ(desk.due("T", "update"), "2026-06-06 17:00") << "round the clock";
}

}  // namespace
}  // namespace vencer::test
