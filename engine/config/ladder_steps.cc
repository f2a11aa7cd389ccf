#include "engine/config/ladder_steps.h"

#include <fmt/format.h>

#include "engine/config/durations.h"
#include "engine/config/references.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

void read_at(Compilation&, const Cursor& at, LadderStepSpec& step) {
  const auto text = at.string("75%");
  if (!text) return;
  const Result<StepOffset> offset = parse_step_offset(*text);
  if (!offset) {
    at.error(offset.error().message);
    return;
  }
  step.anchor = offset->anchor;
  step.percent_milli = offset->percent_milli;
  step.offset_ms = offset->offset_ms;
  step.name = *text;
}

// After read_at, whose text is the default.
void read_name(Compilation&, const Cursor& at, LadderStepSpec& step) {
  if (const auto name = at.name()) step.name = *name;
}

void read_recipient(Compilation& c, const Cursor& at, LadderStepSpec& step) {
  step.recipient = read_recipient_name(c, at).value_or(kNoId16);
}

// warn = "agente" tells that recipient; warn = true tells whoever reads the events.
void read_warn(Compilation& c, const Cursor& at, LadderStepSpec& step) {
  step.warn = true;
  if (at.kind() != NodeKind::boolean || !at.node().boolean) read_recipient(c, at, step);
}

void read_level(Compilation& c, const Cursor& at, LadderStepSpec& step) {
  const auto name = at.name();
  const auto id = name ? c.levels.use(at, *name) : std::nullopt;
  if (id) step.level = static_cast<LevelId>(*id + 1);
}

void read_set_key(Compilation& c, const Cursor& table, LadderStepSpec& step) {
  SetSpec set = read_set(c, table);
  step.set_status = set.status;
  step.set_attributes = std::move(set.attributes);
}

void read_calendar(Compilation& c, const Cursor& at, LadderStepSpec& step) {
  step.calendar = read_calendar_name(c, at).value_or(kNoId16);
}

void read_every(Compilation&, const Cursor& at, LadderStepSpec& step) {
  const auto ms = read_duration(at, Days::refused, limits::repeat_every_min_ms);
  if (ms) step.every_ms = *ms;
}

void read_times(Compilation&, const Cursor& at, LadderStepSpec& step) {
  const auto times = read_number(at, 1, limits::repeats_max);
  if (times) step.times = static_cast<std::uint32_t>(*times);
}

constexpr Key<LadderStepSpec> kKeys[] = {
    {{"at", Need::required}, read_at},
    {{"name", Need::optional}, read_name},
    {{"warn", Need::optional}, read_warn},
    {{"level", Need::optional}, read_level},
    {{"to", Need::optional}, read_recipient},
    {{"set", Need::optional}, read_set_key},
    {{"calendar", Need::optional}, read_calendar},
    {{"every", Need::optional}, read_every},
    {{"times", Need::optional}, read_times},
};

void check_step(const Cursor& at, const LadderStepSpec& step) {
  const auto has = [&](std::string_view key) { return at.member(key).has_value(); };
  if (!has("warn") && !has("level") && !has("to") && !has("set")) {
    at.error("does nothing; say warn, level, to or set");
  }
  if (has("warn") && (has("level") || has("to"))) {
    at.error("a warning does not escalate: leave out level and to, or warn");
  }
  if (has("every") != has("times")) at.error("every and times go together");
  if (step.anchor == StepAnchor::after_due) return;
  if (has("calendar")) {
    at.member("calendar")->error("only a step at or after due has a calendar of its own");
  }
  if (has("every")) at.member("every")->error("only a step at or after due repeats");
}

}  // namespace

LadderStepSpec read_ladder_step(Compilation& c, const Cursor& at) {
  LadderStepSpec step;
  const std::size_t faults = c.diagnostics.error_count();
  read_keys(c, at, std::span<const Key<LadderStepSpec>>(kKeys), step);
  if (c.diagnostics.error_count() == faults) check_step(at, step);
  return step;
}

void list_ladder_step_keys(KeyRows& rows) {
  list_keys(rows, "ladder.*.steps.", std::span<const Key<LadderStepSpec>>(kKeys));
}

}  // namespace vencer::config
