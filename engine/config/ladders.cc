// [ladder.NAME]: warnings before a deadline, escalation at and after it.
#include <fmt/format.h>

#include "engine/config/durations.h"
#include "engine/config/ladder_steps.h"
#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

void read_acknowledge(Compilation&, const Cursor& at, LadderSpec& ladder) {
  if (const auto ms = read_duration(at, Days::allowed, 1)) ladder.acknowledge_ms = *ms;
}

void read_steps(Compilation& c, const Cursor& list, LadderSpec& ladder) {
  const std::vector<Cursor> items = list.items();
  if (list.kind() == NodeKind::array && items.empty()) list.error("has no step");
  if (items.size() > limits::steps_max) {
    list.error(fmt::format("{} steps; at most {}", items.size(), limits::steps_max));
    return;
  }
  const std::size_t faults = c.diagnostics.error_count();
  for (const Cursor& item : items) ladder.steps.push_back(read_ladder_step(c, item));
  if (c.diagnostics.error_count() == faults) check_ladder(c, list, ladder);
}

constexpr Key<LadderSpec> kKeys[] = {
    {{"acknowledge", Need::optional}, read_acknowledge},
    {{"steps", Need::required}, read_steps},
};

void read_ladder(Compilation& c, const Cursor& at, TenantSpec& spec) {
  LadderSpec* declared = c.declare(c.ladders, spec.ladders, at, at.key());
  LadderSpec ladder;
  ladder.name = at.key();
  read_keys(c, at, std::span<const Key<LadderSpec>>(kKeys), ladder);
  if (declared == nullptr) return;
  *declared = std::move(ladder);
  c.ladder_places.insert_or_assign(static_cast<LadderId>(declared - spec.ladders.data()), at);
}

}  // namespace

void read_ladders(Compilation& c, const Cursor& table, TenantSpec& spec) {
  if (table.kind() != NodeKind::table) c.ladders.doubt();
  for (const Cursor& member : table.members()) read_ladder(c, member, spec);
}

void list_ladder_keys(KeyRows& rows) {
  list_keys(rows, "ladder.*.", std::span<const Key<LadderSpec>>(kKeys));
  list_ladder_step_keys(rows);
}

}  // namespace vencer::config
