// CSV as RFC 4180 has it: a header, cells split by commas, quoted where they hold commas, quotes or
// line ends; LF or CRLF; a byte order mark is skipped. Every row has as many cells as the header.
//
// Cost: O(bytes), the table owns its cells.  Thread: any.
// Errors: the whole text is refused at the first fault, as "file:line:column: reason" (both from 1;
// the column counts bytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

namespace vencer {

struct CsvCell {
  std::string text;
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // where it begins
};

struct CsvTable {
  std::string file;
  std::vector<std::string> header;
  std::vector<std::vector<CsvCell>> rows;

  // Position of a column of the header.
  std::optional<std::size_t> find_column(std::string_view name) const;
  // "file:line:column" of a cell.
  std::string where(const CsvCell& cell) const;
};

Result<CsvTable> parse_csv(std::string_view text, std::string_view file);

}  // namespace vencer
