// ImportMap: which column of a source's CSV means what to the tenant. TOML;
// tools/examples/servicenow-map.toml explains each key.
//
// Errors: refused whole, with "file:line:column: key: reason"; a key that is not known is an error.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

namespace vencer {

struct ImportMap {
  struct Text {
    std::string text;
    std::string
        where;  // "file:line:column: key": for faults that show only against table or tenant
  };
  // A column, and what its words are called in the tenant (a word that is not named stays as it
  // is).
  struct Column {
    Text name;
    std::map<std::string, std::string> words;
  };
  struct Attribute {
    Text name;  // in the tenant
    Column column;
  };

  Text key;          // [row]: column of the ticket's key
  Text at;           // column of the row's own time
  Text opened;       // column of the time of creation; empty: the first row's own time
  Text time_format;  // of both, as strptime knows it
  Text missing;      // a cell with this text holds no value
  Column status;
  std::vector<Attribute> attributes;  // by name
  Text update;                        // activity that every row after a ticket's first records

  Text verdict_column;  // [verdict]: the source's own word
  Text kept, missed;    // its values
  Text clock;           // the tenant's clock that it is held against
  Text by;              // attribute by which the summary is split
};

Result<ImportMap> parse_import_map(std::string_view text, std::string_view file);

}  // namespace vencer
