// The readers of the document's sections, one file each. They fill Compilation::spec and complain
// to its diagnostics; each reads the value of one top-level key.
#pragma once

#include "engine/config/compilation.h"
#include "engine/config/cursor.h"
#include "engine/config/keys.h"

namespace vencer::config {

void read_statuses(Compilation& c, const Cursor& list, TenantSpec& spec);         // statuses.cc
void read_levels(Compilation& c, const Cursor& list, TenantSpec& spec);           // words.cc
void read_activities(Compilation& c, const Cursor& list, TenantSpec& spec);       // words.cc
void read_events_on(Compilation& c, const Cursor& list, TenantSpec& spec);        // words.cc
void read_attributes(Compilation& c, const Cursor& table, TenantSpec& spec);      // attributes.cc
void read_calendars(Compilation& c, const Cursor& table, TenantSpec& spec);       // calendars.cc
void read_files(Compilation& c, const Cursor& table, TenantSpec& spec);           // files.cc
void read_clocks(Compilation& c, const Cursor& list, TenantSpec& spec);           // clocks.cc
void read_policies(Compilation& c, const Cursor& list, TenantSpec& spec);         // policies.cc
void read_ladders(Compilation& c, const Cursor& table, TenantSpec& spec);         // ladders.cc
void read_recipients(Compilation& c, const Cursor& table, TenantSpec& spec);      // recipients.cc
void read_life(Compilation& c, const Cursor& table, TenantSpec& spec);            // life.cc
void read_roles(Compilation& c, const Cursor& table, TenantSpec& spec);           // roles.cc
void read_matrix(Compilation& c, const Cursor& table, TenantSpec& spec);          // matrix.cc
void read_customers(Compilation& c, const Cursor& table, TenantSpec& spec);       // counting.cc
void read_count_by(Compilation& c, const Cursor& list, TenantSpec& spec);         // counting.cc
void read_time_in_status(Compilation& c, const Cursor& table, TenantSpec& spec);  // counting.cc
void read_quota(Compilation& c, const Cursor& table, TenantSpec& spec);           // counting.cc
void read_constraints(Compilation& c, const Cursor& list, TenantSpec& spec);      // constraints.cc
void read_detectors(Compilation& c, const Cursor& list, TenantSpec& spec);        // detectors.cc
void read_digests(Compilation& c, const Cursor& list, TenantSpec& spec);          // digests.cc
void read_calendar_events(Compilation& c, const Cursor& list, TenantSpec& spec);  // digests.cc

// Conditions that concern several sections, when all are read.
void link_step_names(Compilation& c);  // links.cc
void check_usage(Compilation& c);      // links.cc
void check_shadowed(Compilation& c);   // shadowing.cc
void check_restless(Compilation& c);   // restless.cc
void check_files(Compilation& c);      // files.cc
void check_doubts(Compilation& c);     // doubts.cc

// ["feriados.ics"]: the days of those files, of which the document must hold the text.
std::vector<CivilDay> read_holiday_files(Compilation& c, const Cursor& list);  // files.cc

void list_document_keys(KeyRows& rows);
void list_attribute_keys(KeyRows& rows);
void list_calendar_keys(KeyRows& rows);
void list_file_keys(KeyRows& rows);
void list_clock_keys(KeyRows& rows);
void list_policy_keys(KeyRows& rows);
void list_ladder_keys(KeyRows& rows);
void list_recipient_keys(KeyRows& rows);
void list_life_keys(KeyRows& rows);
void list_role_keys(KeyRows& rows);
void list_matrix_keys(KeyRows& rows);
void list_counting_keys(KeyRows& rows);
void list_constraint_keys(KeyRows& rows);
void list_detector_keys(KeyRows& rows);
void list_digest_keys(KeyRows& rows);

}  // namespace vencer::config
