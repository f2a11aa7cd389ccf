// The matrix: a priority from impact and urgency.
//
// While a ticket has just what the matrix gave (or nothing, where it gave nothing), it follows row
// and column; a value that somebody set stays. So the value is a function of row and column as
// long as nobody meddles: a combination without a cell clears it.
#include "engine/core/condition.h"
#include "engine/core/engine.h"

namespace vencer {
namespace {

Value cell_of(const MatrixSpec& matrix, Value row, Value column) {
  if (row == 0 || column == 0 || column > matrix.columns) return 0;
  const std::size_t at = static_cast<std::size_t>(row - 1) * matrix.columns + (column - 1);
  return at < matrix.cells.size() ? matrix.cells[at] : 0;
}

}  // namespace

Value last_value(std::span<const AttributeValue> values, AttributeId attribute) {
  for (std::size_t i = values.size(); i-- > 0;) {
    if (values[i].attribute == attribute) return values[i].value;
  }
  return 0;
}

bool is_live(const TenantSpec& spec, const AttributeValue& value) {
  if (value.attribute >= spec.attributes.size()) return false;
  const AttributeSpec& attribute = spec.attributes[value.attribute];
  return !attribute.retired &&
         (attribute.open || value.value == 0 ||
          (value.value <= attribute.values.size() && !attribute.value_retired[value.value - 1]));
}

// What a new ticket has beyond what its command brings: its customer's values, then the matrix.
void StateMachine::Impl::complete_new(const CompiledTenant& tenant, Change* change) {
  const MatrixSpec& matrix = tenant.spec().matrix;
  if (matrix.sets == kNoId8 && tenant.spec().customers.defaults == 0) return;
  completed.assign(change->attributes.begin(), change->attributes.end());
  take_defaults(tenant, &completed);
  if (matrix.sets != kNoId8 && last_value(completed, matrix.sets) == 0) {
    const Value gives =
        cell_of(matrix, last_value(completed, matrix.row), last_value(completed, matrix.column));
    if (gives != 0) completed.push_back({matrix.sets, gives});
  }
  change->attributes = completed;
}

// What a change of row or column brings with it.
void StateMachine::Impl::complete(const TicketRef& ref, Change* change) {
  const MatrixSpec& matrix = ref.spec().matrix;
  if (matrix.sets == kNoId8 || change->attributes.empty()) return;
  for (const AttributeValue& set : change->attributes) {
    if (set.attribute == matrix.sets) return;
  }
  const auto now_of = [&](AttributeId attribute) {
    return get_attribute(ref.tenant.layout(), ref.block, attribute);
  };
  const Value has = now_of(matrix.sets);
  if (has != cell_of(matrix, now_of(matrix.row), now_of(matrix.column))) return;
  const Value gives = cell_of(matrix, value_after(ref, *change, matrix.row),
                              value_after(ref, *change, matrix.column));
  if (gives == has) return;
  completed.assign(change->attributes.begin(), change->attributes.end());
  completed.push_back({matrix.sets, gives});
  change->attributes = completed;
}

}  // namespace vencer
