// ImportPlan: the rows of a CSV as the commands that the import sends, in the order in which it
// sends them.
//
// A pure function of file, mapping, zone and the tenant's names: the same input gives the same
// commands with the same numbers (the n-th command, from 1, has number n) under the same producer.
// That is what lets a second run go on where the server says the first one ended.
//
// A row becomes
//   first of its ticket   create (in the tenant's first status, with the row's attributes) at the
//   earlier
//                         of `opened` and the row's time; then its status at the row's own time
//   any other             the activity `update`; then the attributes that changed; then its status,
//   if it
//                         did: an attribute of the row in which a clock stops counts for its
//                         verdict
// The activity comes first so that a row that the engine no longer takes (its ticket is closed for
// good) is one refused activity, and a row that it takes leaves one activity_recorded event.
//
// Cost: O(rows log rows).  Errors: "file:line:column: reason"; nothing has been sent then.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/command.h"
#include "tools/vencer/import_csv.h"
#include "tools/vencer/import_map.h"

namespace vencer {

// The tenant's words, positions are ids.
struct ImportNames {
  struct Attribute {
    std::string name;
    bool open = false;
    std::vector<std::string> words;                     // closed: value v is words[v - 1]
    std::map<std::string, Value, std::less<>> aliases;  // closed: other words for a value
  };
  std::string tenant;
  std::vector<std::string> statuses, activities, clocks;
  std::vector<Attribute> attributes;
};

struct PlannedCommand {
  CommandKind kind = CommandKind::none;
  std::uint32_t incident = 0;  // position in ImportPlan::incidents
  std::uint32_t line = 0;      // of the file
  TimeMs occurred_at = 0;
  StatusId status = kNoId8;
  ActivityId activity = kNoId8;
  std::vector<AttributeValue> attributes;
};

struct PlannedIncident {
  std::string key;
  std::uint64_t updates = 0;  // rows after the first
  bool kept = false;          // the source's verdict in the last row
  Value by = 0;               // of the attribute `by` in the last row
};

struct ImportPlan {
  ProducerId producer;
  ClockId clock = kNoId8;
  ActivityId update = kNoId8;
  AttributeId by = kNoId8;
  std::vector<PlannedIncident> incidents;  // in the order of creation
  std::vector<PlannedCommand> commands;
};

// The producer that numbers the commands: that of this file's content, mapping and zone.
ProducerId import_producer(const CsvTable& table, const ImportMap& map, std::string_view zone);

Result<ImportPlan> make_import_plan(const CsvTable& table, const ImportMap& map,
                                    const ImportNames& names, std::string_view zone);

// 64 bits for a word of an open attribute (FNV-1a; never 0, which means "not set").
Value open_value(std::string_view word);

}  // namespace vencer
