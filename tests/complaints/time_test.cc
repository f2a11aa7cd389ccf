// Complaints about time: zones, DST, holidays, days. The numbers are rows of README.md.
#include <gtest/gtest.h>

#include "tests/complaints/documents.h"
#include "tests/complaints/word_desk.h"

namespace vencer::test {
namespace {

constexpr DurationMs kHourMs = 3'600'000;

std::string resolution_in(const std::string& calendar_keys, const std::string& zone,
                          const std::string& target) {
  return kHead + calendar(zone, calendar_keys) + kResolution + policy(target, target);
}

// What a clock that started at `from` has counted by `to`.
DurationMs counted(const std::string& document, const std::string& zone, const char* from,
                   const char* to) {
  WordDesk desk(document, zone);
  desk.at(from).create("T", {{"priority", "Alto"}});
  desk.at(to);
  return desk.elapsed("T", "resolution");
}

const std::string kAllDay = "weekly = { mon-sun = [\"00:00-24:00\"] }";

TEST(Complaint, complaint_04_ambiguous_local_times_are_defined) {
  // Morocco leaves its zone on 2026-09-20 (in releases that know it; elsewhere nothing happens
  // then) and Kazakhstan went back for good on 2024-03-01: the last hour of February came twice.
  const std::string casablanca = resolution_in(kAllDay, "Africa/Casablanca", "2000h");
  EXPECT_EQ(counted(casablanca, "UTC", "2026-09-19 00:00", "2026-09-22 00:00"), 72 * kHourMs);
  const std::string almaty =
      resolution_in("weekly = { mon-sun = [\"23:00-24:00\"] }", "Asia/Almaty", "2000h");
  EXPECT_EQ(counted(almaty, "UTC", "2024-02-29 12:00", "2024-02-29 20:00"), 2 * kHourMs)
      << "a start means the first 23:00, an end the last midnight";
}

TEST(Complaint, complaint_05_spring_forward_makes_no_empty_interval) {
  const std::string night =
      resolution_in("weekly = { sun = [\"02:00-03:00\"] }", "America/New_York", "2000h");
  EXPECT_EQ(counted(night, "America/New_York", "2026-03-08 00:00", "2026-03-08 12:00"), 0)
      << "02:00 to 03:00 did not exist";
  EXPECT_EQ(counted(night, "America/New_York", "2026-03-15 00:00", "2026-03-15 12:00"), kHourMs);
}

TEST(Complaint, complaint_06_hours_of_the_past_are_right_across_dst) {
  const std::string office = resolution_in(kOffice, "America/New_York", "2000h");
  EXPECT_EQ(counted(office, "America/New_York", "2025-01-06 00:00", "2025-01-11 00:00"),
            45 * kHourMs);
  EXPECT_EQ(counted(office, "America/New_York", "2025-03-07 00:00", "2025-03-11 00:00"),
            18 * kHourMs)
      << "Friday and Monday on either side of the change";
}

TEST(Complaint, complaint_12_a_wait_over_a_weekend_costs_no_days) {
  WordDesk desk(resolution_in(kOffice, "America/Santiago", "3 business days"), "America/Santiago");
  desk.at("2026-06-04 10:00").create("T", {{"priority", "Alto"}});  // a Thursday
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-09 18:00");       // Friday, Monday, Tuesday
  desk.at("2026-06-05 18:30").status("T", "Pendiente");
  desk.at("2026-06-08 08:00").status("T", "Abierto");
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-09 18:00") << "no close of a day lay in the wait";
}

TEST(Complaint, complaint_21_a_wait_never_puts_the_due_into_closed_time) {
  WordDesk desk(desk_in("America/Santiago", "8h", "16h"), "America/Santiago");
  desk.at("2026-06-05 15:00").create("T", {{"priority", "Alto"}});  // a Friday
  desk.at("2026-06-05 16:00").status("T", "Pendiente");
  desk.at("2026-06-05 17:30").status("T", "Abierto");
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-08 15:30")
      << "one hour on Friday, half an hour before closing, the rest on Monday: not Saturday";
}

TEST(Complaint, complaint_22_zones_of_people_do_not_matter_and_holds_do) {
  WordDesk desk(desk_in("Asia/Kolkata", "8h", "16h"), "Asia/Kolkata");
  desk.at("2026-02-02 09:00").create("T", {{"priority", "Alto"}, {"agent", "7"}});
  EXPECT_EQ(desk.due("T", "resolution"), "2026-02-02 17:00") << "the calendar's zone alone counts";
  desk.at("2026-02-02 10:00").status("T", "Pendiente");
  desk.at("2026-08-03 09:00").status("T", "Abierto");
  EXPECT_EQ(desk.elapsed("T", "resolution"), kHourMs) << "on hold from February to August";
  EXPECT_EQ(desk.due("T", "resolution"), "2026-08-03 16:00");
}

TEST(Complaint, complaint_23_nothing_counts_outside_business_hours) {
  WordDesk desk(desk_in("America/Santiago", "8h", "16h"), "America/Santiago");
  desk.at("2026-06-05 18:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-08 09:00");
  EXPECT_EQ(desk.elapsed("T", "resolution"), 0);
  EXPECT_EQ(desk.told("breached"), "");
}

TEST(Complaint, complaint_25_lunch_breaks_and_two_shifts_a_day) {
  const std::string shifts = "weekly = { mon-fri = [\"08:00-12:00\", \"13:00-17:00\"] }";
  EXPECT_EQ(
      counted(resolution_in(shifts, "UTC", "2000h"), "UTC", "2026-06-01 11:00", "2026-06-01 14:00"),
      2 * kHourMs);
  const std::string lunch = kOffice + "\nbreaks = { mon-fri = [\"13:00-14:00\"] }";
  EXPECT_EQ(
      counted(resolution_in(lunch, "UTC", "2000h"), "UTC", "2026-06-01 09:00", "2026-06-01 18:00"),
      8 * kHourMs);
}

TEST(Complaint, complaint_30_a_schedule_without_monday_and_thursday) {
  const std::string days = "weekly = { tue-wed = [\"09:00-18:00\"], fri = [\"09:00-18:00\"] }";
  WordDesk desk(resolution_in(days, "UTC", "20h"), "UTC");
  desk.at("2026-06-01 10:00").create("T", {{"priority", "Alto"}});  // a Monday
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-05 11:00") << "Tuesday 9, Wednesday 9, Friday 2";
  desk.at("2026-06-01 23:00");
  EXPECT_EQ(desk.told("breached"), "");
}

TEST(Complaint, complaint_32_working_days_over_the_spring_change_count_once) {
  WordDesk desk(resolution_in(kOffice, "Europe/Paris", "2 business days"), "Europe/Paris");
  desk.at("2026-03-27 10:00").create("T", {{"priority", "Alto"}});  // Friday before the change
  EXPECT_EQ(desk.due("T", "resolution"), "2026-03-31 18:00");
}

TEST(Complaint, complaint_33_an_hour_across_the_autumn_change_is_an_hour) {
  WordDesk desk(resolution_in(kAllDay, "America/New_York", "1h"), "UTC");
  desk.at("2026-11-01 05:30").create("T", {{"priority", "Alto"}});  // 01:30, for the first time
  EXPECT_EQ(desk.due("T", "resolution"), "2026-11-01 06:30") << "01:30 again, an hour later";
}

TEST(Complaint, complaint_34_a_pause_during_a_holiday_pauses) {
  const std::string holiday = kOffice + "\nholidays = [2026-06-03]";
  WordDesk desk(resolution_in(holiday, "America/Santiago", "8h"), "America/Santiago");
  desk.at("2026-06-02 16:00").create("T", {{"priority", "Alto"}});
  desk.at("2026-06-03 11:00").status("T", "Pendiente");  // the holiday
  EXPECT_EQ(desk.phase("T", "resolution"), ClockPhase::paused);
  desk.at("2026-06-04 12:00");
  EXPECT_EQ(desk.elapsed("T", "resolution"), 2 * kHourMs) << "Thursday's hours do not count";
  desk.status("T", "Abierto");
  EXPECT_EQ(desk.due("T", "resolution"), "2026-06-04 18:00");
}

}  // namespace
}  // namespace vencer::test
