// Compilation: what is known while a document is turned into a TenantSpec.
//
// Lives: one call of compile_document.  Thread: the caller's.  Starts from the version in force
// with every name retired; sections revive the names that they declare and append new ones.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/cursor.h"
#include "engine/config/name_table.h"
#include "engine/core/result.h"
#include "engine/core/tenant.h"

namespace vencer::config {

// A file whose text came with the document: [file."NAME"].
struct AttachedFile {
  Cursor place;
  std::string_view text;
  bool named;                                             // by a calendar
  std::optional<Result<std::vector<CivilDay>>> holidays;  // once it is read as .ics
};

// Values of an attribute for which a table of targets has no cell.
struct TableGap {
  Cursor place;
  std::vector<MatchSpec> when;  // of the tickets that come to this part of the table
  AttributeId attribute;
  std::vector<Value> values;
  std::size_t first_rule, last_rule;  // of the table, in rule_order; the last is not one of it
};

struct Compilation {
  Compilation(Diagnostics& to, const TenantSpec* in_force);

  // The name's id, with a fresh Spec under it that the caller fills. Nothing after an error.
  template <typename Spec>
  Spec* declare(NameTable& names, std::vector<Spec>& specs, const Cursor& at,
                std::string_view name);

  // Marks as retired what this document does not name.
  void retire();

  Diagnostics& diagnostics;
  const TenantSpec* previous;  // nullptr: the first document
  TenantSpec spec;
  NameTable statuses, levels, activities, attributes, calendars, clocks, rules, ladders, recipients;
  NameTable constraints, detectors, digests, calendar_events;
  std::vector<NameTable> values;  // by AttributeId

  // Clocks that one [[clock]] with `per_status` makes, by its name.
  std::map<std::string, std::vector<ClockId>, std::less<>> clock_groups;
  std::map<std::string, std::vector<std::uint64_t>, std::less<>> roles;  // actors, ascending

  std::map<std::string, AttachedFile, std::less<>> files;
  std::size_t ics_days = 0;  // that calendars took from them

  // Where each stands in this document, for complaints about what several sections say together.
  std::map<ClockId, Cursor> clock_places;
  std::map<RuleId, Cursor> rule_places;
  std::map<LadderId, Cursor> ladder_places;
  std::map<RecipientId, Cursor> recipient_places;
  std::map<CalendarId, Cursor> calendar_places;
  std::map<std::size_t, Cursor> constraint_places;
  std::vector<TableGap> table_gaps;
};

NameTable make_value_table(const AttributeSpec* remembered);

// Ids stay what they were, and what goes by their order (clocks, constraints) goes by the order of
// the first document that named them: a warning to each item of `list` that stands elsewhere now.
// `what` says what keeps its place.
void warn_of_kept_order(const Cursor& list, const NameTable& names, std::string_view what);

template <typename Spec>
Spec* Compilation::declare(NameTable& names, std::vector<Spec>& specs, const Cursor& at,
                           std::string_view name) {
  const auto id = names.declare(at, name);
  if (!id) return nullptr;
  if (*id >= specs.size()) specs.resize(*id + 1);
  specs[*id].name = name;
  return &specs[*id];
}

}  // namespace vencer::config
