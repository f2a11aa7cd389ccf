// What can be said only when all sections are read: the steps of each clock, and what nothing uses.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

// False if the clock has no room for it.
bool add_step_name(ClockSpec& clock, const std::string& name) {
  std::vector<std::string>& names = clock.step_names;
  if (std::find(names.begin(), names.end(), name) != names.end()) return true;
  if (names.size() >= limits::steps_max) return false;
  names.push_back(name);
  return true;
}

template <typename Id>
void warn_unused(const std::map<Id, Cursor>& places, const std::set<Id>& used,
                 std::string_view by_what) {
  for (const auto& [id, place] : places) {
    if (!used.contains(id)) place.warning(fmt::format("nothing uses it: {}", by_what));
  }
}

template <typename Spec>
void note_recipients(const NameTable& names, const std::vector<Spec>& specs,
                     std::set<RecipientId>& used) {
  for (std::size_t id = 0; id < specs.size(); ++id) {
    if (names.live(id)) used.insert(specs[id].recipient);
  }
}

}  // namespace

// A step is known by its name and fires once a cycle whichever ladder it came from; a clock holds
// the names of all steps of all its ladders, those of earlier versions included.
void link_step_names(Compilation& c) {
  std::set<ClockId> overfull;
  for (const RuleId rule : c.spec.rule_order) {
    for (const TargetSpec& target : c.spec.rules[rule].targets) {
      if (target.ladder == kNoId16) continue;
      ClockSpec& clock = c.spec.clocks[target.clock];
      for (const LadderStepSpec& step : c.spec.ladders[target.ladder].steps) {
        if (add_step_name(clock, step.name) || !overfull.insert(target.clock).second) continue;
        c.clock_places.at(target.clock)
            .error(fmt::format("clock {} has more than {} different steps over its ladders ({} is "
                               "one too many), those of earlier versions counted",
                               quoted(clock.name), limits::steps_max, quoted(step.name)));
      }
    }
  }
}

void check_usage(Compilation& c) {
  std::set<ClockId> clocks;
  std::set<LadderId> ladders;
  std::set<RecipientId> recipients;
  for (const RuleId rule : c.spec.rule_order) {
    for (const TargetSpec& target : c.spec.rules[rule].targets) {
      clocks.insert(target.clock);
      ladders.insert(target.ladder);
    }
  }
  for (const auto& [id, place] : c.ladder_places) {
    for (const LadderStepSpec& step : c.spec.ladders[id].steps) recipients.insert(step.recipient);
  }
  recipients.insert({c.spec.created_recipient, c.spec.customers.recipient});
  note_recipients(c.detectors, c.spec.detectors, recipients);
  note_recipients(c.digests, c.spec.digests, recipients);
  note_recipients(c.calendar_events, c.spec.calendar_events, recipients);
  warn_unused(c.clock_places, clocks, "no policy gives this clock a target");
  warn_unused(c.ladder_places, ladders, "no policy names this ladder");
  // Who has levels escalates by hand too, and `escalate --to` may name any recipient.
  if (!c.spec.levels.empty()) return;
  warn_unused(c.recipient_places, recipients,
              "nothing in this document tells it; only a command can");
}

}  // namespace vencer::config
