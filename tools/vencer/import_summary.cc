#include "tools/vencer/import_summary.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace vencer {
namespace {

Value value_of(const Event& event, AttributeId attribute) {
  for (const AttributeValue& value : event.attributes) {
    if (value.attribute == attribute) return value.value;
  }
  return 0;
}

std::string word_of(const ImportNames::Attribute& attribute, Value value) {
  if (value == 0) return "";
  if (value <= attribute.words.size()) return attribute.words[value - 1];
  return fmt::format("{:016x}", value);
}

void count(ImportCounts& counts, ImportVerdicts::Seen::Verdict ours, bool kept) {
  using Verdict = ImportVerdicts::Seen::Verdict;
  ++counts.incidents;
  if (ours == Verdict::none) {
    ++counts.undecided;
  } else {
    ++((ours == Verdict::kept) == kept ? counts.agree : counts.differ);
  }
}

nlohmann::ordered_json json_of(const ImportCounts& counts) {
  return {{"incidents", counts.incidents},
          {"agree", counts.agree},
          {"differ", counts.differ},
          {"undecided", counts.undecided}};
}

}  // namespace

ImportVerdicts::ImportVerdicts(const ImportPlan& plan)
    : plan_(plan), seen_(plan.incidents.size()) {}

void ImportVerdicts::see(std::size_t incident, const Event& event) {
  Seen& seen = seen_[incident];
  if (event.type == EventType::activity_recorded && event.activity == plan_.update) ++seen.updates;
  if (event.clock != plan_.clock) return;
  if (event.type != EventType::clock_met && event.type != EventType::clock_missed) return;
  seen.verdict = event.type == EventType::clock_met ? Seen::Verdict::kept : Seen::Verdict::missed;
  seen.by = value_of(event, plan_.by);
}

ImportSummary summarize(const ImportPlan& plan, const ImportVerdicts& verdicts,
                        const ImportNames& names) {
  using Verdict = ImportVerdicts::Seen::Verdict;
  ImportSummary summary;
  std::map<Value, ImportCounts> by;
  for (std::size_t i = 0; i < plan.incidents.size(); ++i) {
    const PlannedIncident& incident = plan.incidents[i];
    const ImportVerdicts::Seen& seen = verdicts.of(i);
    count(summary.all, seen.verdict, incident.kept);
    count(by[seen.verdict == Verdict::none ? incident.by : seen.by], seen.verdict, incident.kept);
    if (seen.verdict != Verdict::none && (seen.verdict == Verdict::kept) != incident.kept) {
      summary.differing.push_back(incident.key);
    }
    summary.refused += incident.updates - std::min(incident.updates, seen.updates);
  }
  std::sort(summary.differing.begin(), summary.differing.end());
  for (const auto& [value, counts] : by) {
    summary.by.push_back({word_of(names.attributes[plan.by], value), counts});
  }
  return summary;
}

std::string to_json(const ImportSummary& summary, std::string_view by) {
  nlohmann::ordered_json json = json_of(summary.all);
  json["refused"] = summary.refused;
  json["differing"] = summary.differing;
  auto& split = json[fmt::format("by_{}", by)] = nlohmann::ordered_json::object();
  for (const ImportSummary::By& one : summary.by) split[one.value] = json_of(one.counts);
  return json.dump();
}

std::string to_text(const ImportSummary& summary, std::string_view by) {
  const auto line = [](std::string_view what, const ImportCounts& counts) {
    return fmt::format("{:<20} {:>9} {:>9} {:>9} {:>9}\n", what, counts.incidents, counts.agree,
                       counts.differ, counts.undecided);
  };
  std::string text = fmt::format("{:<20} {:>9} {:>9} {:>9} {:>9}\n", by, "incidents", "agree",
                                 "differ", "undecided");
  for (const ImportSummary::By& one : summary.by) text += line(one.value, one.counts);
  text += line("all", summary.all);
  text += fmt::format("refused rows: {}\ndiffering:", summary.refused);
  for (const std::string& key : summary.differing) text += " " + key;
  return text + (summary.differing.empty() ? " none\n" : "\n");
}

}  // namespace vencer
