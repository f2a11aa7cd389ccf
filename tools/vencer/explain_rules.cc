// Each rule with its targets, an example due time for each, and the ladders on the way.
#include <fmt/format.h>

#include "engine/config/durations.h"
#include "tools/vencer/explain.h"

namespace vencer::cli {
namespace {

std::string measure_text(const TargetSpec& target) {
  switch (target.kind) {
    case TargetKind::open_time:
      return config::duration_text(target.target_ms);
    case TargetKind::business_days:
      return fmt::format("{} business day{}", target.days, target.days == 1 ? "" : "s");
    case TargetKind::close_of_day:
      return "close of day";
    case TargetKind::instant:
      return "an instant";
    case TargetKind::ticket:
      return "the ticket's own due_at";
  }
  return "";
}

bool starts_at_creation(const ClockSpec& clock, const TenantSpec& spec) {
  const auto created = std::uint64_t{1} << static_cast<int>(BuiltinActivity::created);
  return (clock.start.activities & created) != 0 ||
         (clock.run_while.statuses >> spec.initial_status & 1) != 0;
}

// One target with one of its calendars: the sentence, and the figures for programs.
class TargetExample {
 public:
  TargetExample(const Phrases& phrases, DueExamples& due, const RuleSpec& rule,
                const TargetSpec& target)
      : phrases_(phrases), due_(due), rule_(rule), target_(target) {}

  DueExample of(CalendarId calendar, std::string with) {
    DueExample example;
    example.rule = rule_.name;
    example.clock = clock().name;
    example.target = measure_text(target_);
    example.calendar = phrases_.calendar(calendar);
    example.zone = due_.zone(calendar);
    example.with = std::move(with);
    example.start = due_.start(calendar);
    example.due = due_.due(target_, calendar);
    example.start_text = due_.text(calendar, example.start);
    if (example.due != kNever) example.due_text = due_.text(calendar, example.due);
    return example;
  }

  // "a ticket created Mon ... America/Santiago with plan = Oro is due Tue ..."
  std::string sentence(const DueExample& example) const {
    const std::string what =
        starts_at_creation(clock(), phrases_.spec()) ? "a ticket created" : "started";
    std::string with = phrases_.matches(rule_.when);
    if (!example.with.empty()) with += (with.empty() ? "" : " and ") + example.with;
    if (!with.empty()) with = " with " + with;
    const std::string outcome = example.due != kNever ? "is due " + example.due_text
                                : target_.kind == TargetKind::ticket
                                    ? "is due when it says itself"
                                    : "is due beyond the year 2400";
    return fmt::format("  {} {} {}{} {}.", what, example.start_text, example.zone, with, outcome);
  }

 private:
  const ClockSpec& clock() const { return phrases_.spec().clocks[target_.clock]; }

  const Phrases& phrases_;
  DueExamples& due_;
  const RuleSpec& rule_;
  const TargetSpec& target_;
};

std::string calendar_text(const Phrases& phrases, const TargetSpec& target) {
  std::string text = phrases.calendar(target.calendar);
  if (target.calendar_by == kNoId8) return text;
  text += " (by " + phrases.spec().attributes[target.calendar_by].name;
  for (Value value = 1; value <= target.calendars.size(); ++value) {
    if (target.calendars[value - 1] == kNoId16) continue;
    text += fmt::format("; {}: {}", phrases.value(target.calendar_by, value),
                        phrases.calendar(target.calendars[value - 1]));
  }
  return text + ")";
}

void explain_steps(const Phrases& phrases, DueExamples& due, const TargetSpec& target,
                   std::vector<std::string>& says) {
  for (const LadderStepSpec& step : phrases.spec().ladders[target.ladder].steps) {
    const TimeMs at = due.step(target, target.calendar, step);
    if (at == kNever) continue;
    says.push_back(fmt::format("    {}: {}", step.name, due.text(target.calendar, at)));
  }
}

void explain_target(const Phrases& phrases, DueExamples& due, const RuleSpec& rule,
                    const TargetSpec& target, std::vector<std::string>& says,
                    std::vector<DueExample>& examples) {
  const TenantSpec& spec = phrases.spec();
  const std::string ladder =
      target.ladder == kNoId16 ? "no ladder" : "ladder " + spec.ladders[target.ladder].name;
  says.push_back(fmt::format("{}: {} in {}, {}.", spec.clocks[target.clock].name,
                             measure_text(target), calendar_text(phrases, target), ladder));
  TargetExample example(phrases, due, rule, target);
  const auto add = [&](CalendarId calendar, std::string with) {
    examples.push_back(example.of(calendar, std::move(with)));
    says.push_back(example.sentence(examples.back()));
  };
  add(target.calendar, "");
  if (target.ladder != kNoId16) explain_steps(phrases, due, target, says);
  for (Value value = 1; value <= target.calendars.size(); ++value) {
    if (target.calendars[value - 1] == kNoId16) continue;
    add(target.calendars[value - 1], phrases.value(target.calendar_by, value));
  }
}

std::string step_text(const Phrases& phrases, const LadderStepSpec& step) {
  const TenantSpec& spec = phrases.spec();
  std::vector<std::string> does;
  if (step.warn) does.push_back("warns " + phrases.recipient(step.recipient));
  if (step.level != 0) does.push_back("escalates to " + spec.levels[step.level - 1u]);
  if (!step.warn && step.recipient != kNoId16) {
    does.push_back("tells " + phrases.recipient(step.recipient));
  }
  const SetSpec set{step.set_status, step.set_attributes};
  if (!set.empty()) does.push_back("sets " + phrases.sets(set));
  std::string text = step.name + ": " + joined(does, "and");
  if (step.calendar != kNoId16) text += ", counted in " + phrases.calendar(step.calendar);
  if (step.every_ms != 0) {
    text += fmt::format(", again every {}, {} times more", config::duration_text(step.every_ms),
                        step.times);
  }
  return text + ".";
}

}  // namespace

ExplainedSection explain_rules(const Phrases& phrases, DueExamples& due,
                               std::vector<DueExample>& examples) {
  ExplainedSection section{"rules, the first that matches and names a clock", {}};
  for (const RuleId id : phrases.spec().rule_order) {
    const RuleSpec& rule = phrases.spec().rules[id];
    ExplainedEntry entry{rule.name, {}};
    const std::string when = phrases.matches(rule.when);
    entry.says.push_back(when.empty() ? "For all tickets." : "For tickets with " + when + ".");
    for (const TargetSpec& target : rule.targets) {
      explain_target(phrases, due, rule, target, entry.says, examples);
    }
    section.entries.push_back(std::move(entry));
  }
  return section;
}

ExplainedSection explain_ladders(const Phrases& phrases) {
  ExplainedSection section{"ladders", {}};
  for (const LadderSpec& ladder : phrases.spec().ladders) {
    if (ladder.retired) continue;
    ExplainedEntry entry{ladder.name, {}};
    for (const LadderStepSpec& step : ladder.steps) {
      entry.says.push_back(step_text(phrases, step));
    }
    entry.says.push_back(ladder.acknowledge_ms == 0
                             ? "An acknowledgement holds it until the clock stops."
                             : fmt::format("An acknowledgement holds it for {}.",
                                           config::duration_text(ladder.acknowledge_ms)));
    section.entries.push_back(std::move(entry));
  }
  return section;
}

}  // namespace vencer::cli
