// [life]: what happens to a ticket at its end.
#include <fmt/format.h>

#include "engine/config/durations.h"
#include "engine/config/references.h"
#include "engine/config/sections.h"

namespace vencer::config {
namespace {

// The status of "status:Cerrado".
std::optional<StatusId> read_status_word(const Compilation& c, const Cursor& at,
                                         std::string_view text) {
  constexpr std::string_view kStatus = "status:";
  if (!text.starts_with(kStatus)) {
    at.error(fmt::format("{} is not \"status:...\"; write \"status:{}\"", quoted(text),
                         c.statuses.find(text) ? text : "Cerrado"));
    return std::nullopt;
  }
  const auto id = c.statuses.use(at, text.substr(kStatus.size()));
  if (!id) return std::nullopt;
  return static_cast<StatusId>(*id);
}

void read_survey(Compilation& c, const Cursor& at, TenantSpec& spec) {
  const auto text = at.string("status:Cerrado");
  if (!text) return;
  if (*text == "closed") {
    spec.survey_at_close = true;
  } else {
    spec.survey_status = read_status_word(c, at, *text).value_or(kNoId8);
  }
}

void read_reopen_until(Compilation& c, const Cursor& at, TenantSpec& spec) {
  const auto name = at.name();
  const auto id = name ? c.clocks.use(at, *name) : std::nullopt;
  if (!id) return;
  if (spec.clocks[*id].kind != ClockKind::window) {
    at.error(
        fmt::format("{} is no window; write kind = \"window\" in its [[clock]]", quoted(*name)));
    return;
  }
  spec.reopen_clock = static_cast<ClockId>(*id);
}

void read_merged(Compilation& c, const Cursor& at, TenantSpec& spec) {
  const auto text = at.string("status:Duplicado");
  const auto id = text ? read_status_word(c, at, *text) : std::nullopt;
  if (!id) return;
  const StatusCategory category = spec.statuses[*id].category;
  if (category != StatusCategory::cancelled && category != StatusCategory::closed) {
    at.error(
        fmt::format("{} is neither of category \"cancelled\" nor \"closed\": a duplicate "
                    "would go on",
                    quoted(spec.statuses[*id].name)));
    return;
  }
  spec.merged_status = *id;
}

void read_created(Compilation& c, const Cursor& at, TenantSpec& spec) {
  spec.created_recipient = read_recipient_name(c, at).value_or(kNoId16);
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
    {{"reopen_until", Need::optional}, read_reopen_until},
    {{"merged", Need::optional}, read_merged},
    {{"created", Need::optional}, read_created},
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
