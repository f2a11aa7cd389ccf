#include "engine/config/ladder_steps.h"

#include <fmt/format.h>

#include "engine/config/durations.h"
#include "engine/config/matches.h"
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
  const auto name = at.name();
  const auto id = name ? c.recipients.use(at, *name) : std::nullopt;
  if (id) step.recipient = static_cast<RecipientId>(*id);
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

void read_set(Compilation& c, const Cursor& table, LadderStepSpec& step) {
  if (table.kind() == NodeKind::table && table.node().members.empty()) table.error("sets nothing");
  for (const Cursor& member : table.members()) {
    if (member.key() == "status") {
      const auto name = member.name();
      const auto id = name ? c.statuses.use(member, *name) : std::nullopt;
      if (id) step.set_status = static_cast<StatusId>(*id);
      continue;
    }
    const auto id = c.attributes.find(member.key());
    if (!id) {
      if (!c.attributes.doubtful()) member.key_error(c.attributes.unknown(member.key()));
      continue;
    }
    const auto attribute = static_cast<AttributeId>(*id);
    const auto value = read_value(c, member, attribute);
    if (value) step.set_attributes.push_back({attribute, *value});
  }
}

void read_calendar(Compilation& c, const Cursor& at, LadderStepSpec& step) {
  const auto name = at.name();
  const auto id = name ? c.calendars.use(at, *name) : std::nullopt;
  if (id) step.calendar = static_cast<CalendarId>(*id);
}

void read_every(Compilation&, const Cursor& at, LadderStepSpec& step) {
  const auto ms = read_duration(at, Days::refused, limits::repeat_every_min_ms);
  if (ms) step.every_ms = *ms;
}

void read_times(Compilation&, const Cursor& at, LadderStepSpec& step) {
  const auto times = at.integer();
  if (!times) return;
  if (*times < 1 || *times > static_cast<std::int64_t>(limits::repeats_max)) {
    at.error(fmt::format("{} is not between 1 and {}", *times, limits::repeats_max));
    return;
  }
  step.times = static_cast<std::uint32_t>(*times);
}

constexpr Key<LadderStepSpec> kKeys[] = {
    {{"at", Need::required}, read_at},
    {{"name", Need::optional}, read_name},
    {{"warn", Need::optional}, read_warn},
    {{"level", Need::optional}, read_level},
    {{"to", Need::optional}, read_recipient},
    {{"set", Need::optional}, read_set},
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
