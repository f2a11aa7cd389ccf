// [life]: what happens to a ticket at its end.
#include <fmt/format.h>

#include "engine/config/durations.h"
#include "engine/config/sections.h"

namespace vencer::config {
namespace {

void read_survey(Compilation& c, const Cursor& at, TenantSpec& spec) {
  constexpr std::string_view kStatus = "status:";
  const auto text = at.string("status:Cerrado");
  if (!text) return;
  if (!text->starts_with(kStatus)) {
    at.error(fmt::format("{} is not a status; write \"status:Cerrado\"", quoted(*text)));
    return;
  }
  const auto id = c.statuses.use(at, text->substr(kStatus.size()));
  if (id) spec.survey_status = static_cast<StatusId>(*id);
}

void read_keep_closed(Compilation&, const Cursor& at, TenantSpec& spec) {
  if (const auto ms = read_duration(at, Days::allowed)) spec.keep_closed_ms = *ms;
}

void read_keep_keys(Compilation&, const Cursor& at, TenantSpec& spec) {
  if (const auto ms = read_duration(at, Days::allowed)) spec.keep_keys_ms = *ms;
}

constexpr Key<TenantSpec> kKeys[] = {
    {{"survey", Need::optional}, read_survey},
    {{"keep_closed", Need::optional}, read_keep_closed},
    {{"keep_keys", Need::optional}, read_keep_keys},
    {{"reopen_until", Need::later}, nullptr},
};

}  // namespace

void read_life(Compilation& c, const Cursor& table, TenantSpec& spec) {
  const std::size_t faults = c.diagnostics.error_count();
  read_keys(c, table, std::span<const Key<TenantSpec>>(kKeys), spec);
  if (c.diagnostics.error_count() == faults && spec.keep_keys_ms < spec.keep_closed_ms) {
    table.error(
        fmt::format("keep_keys ({}) is shorter than keep_closed ({}): the key of a ticket "
                    "would be forgotten before the ticket",
                    duration_text(spec.keep_keys_ms), duration_text(spec.keep_closed_ms)));
  }
}

void list_life_keys(KeyRows& rows) {
  list_keys(rows, "life.", std::span<const Key<TenantSpec>>(kKeys));
}

}  // namespace vencer::config
