// status = [["Nuevo", "new"], ["Resuelto", "resolved"]]: names in the desk's words, each of one of
// the seven categories.
#include <fmt/format.h>

#include "engine/config/happenings.h"
#include "engine/config/sections.h"

namespace vencer::config {
namespace {

void read_status(Compilation& c, const Cursor& pair, TenantSpec& spec) {
  if (pair.kind() != NodeKind::array || pair.node().items.size() != 2) {
    pair.error(fmt::format("must be a pair [\"name\", \"category\"], is {}", pair.found()));
    return;
  }
  const std::vector<Cursor> parts = pair.items();
  const auto name = parts[0].name();
  const auto word = parts[1].string("open");
  const auto category = word ? category_of(*word) : std::nullopt;
  if (word && !category) {
    parts[1].error(
        fmt::format("{} is not a category{}", quoted(*word), hint(*word, category_words())));
  }
  if (!name) return;
  StatusSpec* status = c.declare(c.statuses, spec.statuses, parts[0], *name);
  if (status != nullptr) status->category = category.value_or(StatusCategory::open);
}

// New tickets take the first status of category "new", or else the first "open" one, in the order
// of the text.
void choose_initial(Compilation& c, const Cursor& list, TenantSpec& spec) {
  std::optional<std::size_t> best;
  for (const Node& pair : list.node().items) {
    if (pair.items.empty()) continue;
    const auto id = c.statuses.find(pair.items[0].text);
    if (!id) continue;
    const StatusCategory category = spec.statuses[*id].category;
    const bool first_open = category == StatusCategory::open && !best;
    const bool first_new = category == StatusCategory::fresh &&
                           (!best || spec.statuses[*best].category != StatusCategory::fresh);
    if (first_open || first_new) best = id;
  }
  if (best) {
    spec.initial_status = static_cast<StatusId>(*best);
  } else {
    list.error("no status is of category \"new\" or \"open\": a new ticket would have none");
  }
}

}  // namespace

void read_statuses(Compilation& c, const Cursor& list, TenantSpec& spec) {
  if (list.kind() != NodeKind::array) c.statuses.doubt();
  const std::size_t faults = c.diagnostics.error_count();
  for (const Cursor& pair : list.items()) read_status(c, pair, spec);
  if (c.diagnostics.error_count() > faults) return;
  choose_initial(c, list, spec);
  if ((category_mask(c, StatusCategory::resolved) | category_mask(c, StatusCategory::closed)) ==
      0) {
    list.error("no status is of category \"resolved\" or \"closed\": no ticket could ever end");
  }
}

}  // namespace vencer::config
