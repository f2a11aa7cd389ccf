// [matrix]: an attribute filled from two others, in the form of the procedure's table.
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/matches.h"
#include "engine/config/references.h"
#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

// rows = { impact = ["Alto", "Medio", "Bajo"] }: an attribute, and its values in the table's order.
struct Side {
  AttributeId attribute = kNoId8;
  std::vector<Value> values;
  bool ok = false;
};

struct Draft {
  AttributeId sets = kNoId8;
  Side rows, columns;
  std::optional<Cursor> cell;
};

void read_sets(Compilation& c, const Cursor& at, Draft& draft) {
  draft.sets = read_closed_attribute(c, at).value_or(kNoId8);
}

void warn_of_missing(const Compilation& c, const Cursor& at, const Side& side) {
  const AttributeSpec& attribute = c.spec.attributes[side.attribute];
  for (Value value = 1; value <= attribute.values.size(); ++value) {
    if (!c.values[side.attribute].live(value - 1) ||
        std::find(side.values.begin(), side.values.end(), value) != side.values.end()) {
      continue;
    }
    at.warning(
        fmt::format("has nothing for {} {}", attribute.name, quoted(attribute.values[value - 1])));
    return;
  }
}

Side read_side(Compilation& c, const Cursor& table) {
  Side side;
  const std::size_t faults = c.diagnostics.error_count();
  const std::vector<Cursor> members = table.members();
  if (table.kind() == NodeKind::table && members.size() != 1) {
    table.error("must name one attribute and its values: { impact = [\"Alto\", \"Bajo\"] }");
  }
  if (members.size() != 1) return side;
  const Cursor& list = members.front();
  const auto id = c.attributes.find(list.key());
  if (!id) {
    if (!c.attributes.doubtful()) list.key_error(c.attributes.unknown(list.key()));
    return side;
  }
  side.attribute = static_cast<AttributeId>(*id);
  if (c.spec.attributes[*id].open) {
    list.key_error(fmt::format("{} is open; a matrix needs a list of values", quoted(list.key())));
    return side;
  }
  for (const Cursor& item : list.items()) {
    const auto value = read_value(c, item, side.attribute);
    if (!value) continue;
    if (std::find(side.values.begin(), side.values.end(), *value) != side.values.end()) {
      item.error("stands twice");
    }
    side.values.push_back(*value);
  }
  side.ok = c.diagnostics.error_count() == faults && !c.values[*id].doubtful();
  if (side.ok) warn_of_missing(c, list, side);
  return side;
}

void read_rows(Compilation& c, const Cursor& table, Draft& draft) {
  draft.rows = read_side(c, table);
}
void read_cols(Compilation& c, const Cursor& table, Draft& draft) {
  draft.columns = read_side(c, table);
}
void read_cell(Compilation&, const Cursor& list, Draft& draft) {
  draft.cell = list;
}

constexpr Key<Draft> kKeys[] = {
    {{"sets", Need::required}, read_sets},
    {{"rows", Need::required}, read_rows},
    {{"cols", Need::required}, read_cols},
    {{"cell", Need::required}, read_cell},
};

// One row of the table; "" leaves the attribute as it is.
void read_row(Compilation& c, const Cursor& list, const Draft& draft, Value row,
              MatrixSpec& matrix) {
  const std::vector<Cursor> items = list.items();
  if (items.size() != draft.columns.values.size()) {
    if (list.kind() != NodeKind::array) return;
    list.error(fmt::format("{} cells for {} columns", items.size(), draft.columns.values.size()));
    return;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].kind() == NodeKind::string && items[i].node().text.empty()) continue;
    const auto value = read_value(c, items[i], draft.sets);
    if (value) matrix.cells[(row - 1) * matrix.columns + draft.columns.values[i] - 1] = *value;
  }
}

bool check(const Compilation& c, const Cursor& at, const Draft& draft) {
  const AttributeId row = draft.rows.attribute;
  const AttributeId column = draft.columns.attribute;
  if (draft.sets == kNoId8 || !draft.rows.ok || !draft.columns.ok || !draft.cell) return false;
  if (row == column || row == draft.sets || column == draft.sets) {
    at.error("rows, cols and sets must be three different attributes");
    return false;
  }
  const std::size_t cells =
      c.spec.attributes[row].values.size() * c.spec.attributes[column].values.size();
  if (cells > limits::matrix_cells_max) {
    at.error(fmt::format("{} cells, one for each pair of values; at most {}", cells,
                         limits::matrix_cells_max));
    return false;
  }
  return true;
}

}  // namespace

void read_matrix(Compilation& c, const Cursor& table, TenantSpec& spec) {
  Draft draft;
  if (!read_keys(c, table, std::span<const Key<Draft>>(kKeys), draft)) return;
  if (!check(c, table, draft)) return;
  MatrixSpec matrix;
  matrix.sets = draft.sets;
  matrix.row = draft.rows.attribute;
  matrix.column = draft.columns.attribute;
  matrix.columns = static_cast<std::uint16_t>(spec.attributes[matrix.column].values.size());
  matrix.cells.resize(spec.attributes[matrix.row].values.size() * matrix.columns);
  const std::vector<Cursor> rows = draft.cell->items();
  if (draft.cell->kind() == NodeKind::array && rows.size() != draft.rows.values.size()) {
    draft.cell->error(fmt::format("{} rows of cells for {} values in `rows`", rows.size(),
                                  draft.rows.values.size()));
    return;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    read_row(c, rows[i], draft, draft.rows.values[i], matrix);
  }
  spec.matrix = std::move(matrix);
}

void list_matrix_keys(KeyRows& rows) {
  list_keys(rows, "matrix.", std::span<const Key<Draft>>(kKeys));
}

}  // namespace vencer::config
