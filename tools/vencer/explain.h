// explain(): what a tenant document means, in plain words, for the person who answers for it.
//
// Sections of entries ("clocks": "resolution"), each with a few sentences; the rules carry an
// example due time for each of their targets. What is not declared has no section.
// Cost: milliseconds a calendar.  Thread: any.
#pragma once

#include <string>
#include <vector>

#include "tools/vencer/due_example.h"
#include "tools/vencer/phrases.h"

namespace vencer::cli {

// "A ticket of `rule` created then is due then".
struct DueExample {
  std::string rule, clock, target, calendar, zone;
  std::string with;  // "channel = telefono" where the calendar comes from an attribute
  TimeMs start = 0;
  TimeMs due = kNever;  // none: see target
  std::string start_text, due_text;
};

struct ExplainedEntry {
  std::string name;
  std::vector<std::string> says;
};

struct ExplainedSection {
  std::string title;
  std::vector<ExplainedEntry> entries;
};

struct Explanation {
  std::vector<ExplainedSection> sections;
  std::vector<DueExample> examples;
};

Explanation explain(const TenantSpec& spec, ExampleTime at);

// Its parts, a file each.
ExplainedSection explain_desk(const Phrases& phrases);  // statuses, levels, life, quota, ...
ExplainedSection explain_calendars(const Phrases& phrases);
ExplainedSection explain_clocks(const Phrases& phrases);
ExplainedSection explain_rules(const Phrases& phrases, DueExamples& due,
                               std::vector<DueExample>& examples);
ExplainedSection explain_ladders(const Phrases& phrases);
ExplainedSection explain_constraints(const Phrases& phrases);
ExplainedSection explain_detectors(const Phrases& phrases);
ExplainedSection explain_digests(const Phrases& phrases);  // and calendar events

}  // namespace vencer::cli
