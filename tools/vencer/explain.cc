#include "tools/vencer/explain.h"

#include <fmt/format.h>

#include "engine/config/durations.h"

namespace vencer::cli {
namespace {

std::string span(DurationMs ms) {
  return config::duration_text(ms);
}

void add_life(const Phrases& phrases, std::vector<std::string>& says) {
  const TenantSpec& spec = phrases.spec();
  says.push_back(fmt::format("A new ticket is in {}.", spec.statuses[spec.initial_status].name));
  if (spec.created_recipient != kNoId16) {
    says.push_back("Of a new ticket is told " + phrases.recipient(spec.created_recipient) + ".");
  }
  if (spec.reopen_clock != kNoId8) {
    says.push_back(
        fmt::format("It can be reopened until the end of {}; then it is closed for good.",
                    spec.clocks[spec.reopen_clock].name));
  }
  if (spec.survey_status != kNoId8) {
    says.push_back(fmt::format("The survey is due when it enters {}, once a ticket.",
                               spec.statuses[spec.survey_status].name));
  }
  if (spec.survey_at_close) says.push_back("The survey is due when it is closed for good.");
  if (spec.merged_status != kNoId8) {
    says.push_back(fmt::format("A duplicate goes to {}.", spec.statuses[spec.merged_status].name));
  }
  says.push_back(fmt::format("Closed for good it stays at hand for {}, its key is known for {}.",
                             span(spec.keep_closed_ms), span(spec.keep_keys_ms)));
}

void add_customers(const Phrases& phrases, std::vector<std::string>& says) {
  const CustomersSpec& customers = phrases.spec().customers;
  if (customers.defaults != 0) {
    says.push_back("A ticket takes from its customer, where it brings none: " +
                   phrases.attributes(customers.defaults) + ".");
  }
  if (customers.contract == ContractRule::ignore) return;
  says.push_back(customers.contract == ContractRule::flag
                     ? "A ticket of a customer without a contract in force is told to " +
                           phrases.recipient(customers.recipient) + "."
                     : "A ticket of a customer without a contract in force is refused.");
}

void add_matrix(const Phrases& phrases, std::vector<std::string>& says) {
  const MatrixSpec& matrix = phrases.spec().matrix;
  if (matrix.sets == kNoId8) return;
  const auto& attributes = phrases.spec().attributes;
  says.push_back(fmt::format("{} is filled from {} and {}, where the ticket brings none.",
                             attributes[matrix.sets].name, attributes[matrix.row].name,
                             attributes[matrix.column].name));
  for (std::size_t cell = 0; cell < matrix.cells.size(); ++cell) {
    if (matrix.cells[cell] == 0) continue;
    says.push_back(fmt::format("  {} and {}: {}",
                               phrases.value(matrix.row, cell / matrix.columns + 1),
                               phrases.value(matrix.column, cell % matrix.columns + 1),
                               phrases.value(matrix.sets, matrix.cells[cell])));
  }
}

void add_counting(const Phrases& phrases, std::vector<std::string>& says) {
  const TenantSpec& spec = phrases.spec();
  std::uint32_t counted = 0;
  for (const AttributeId attribute : spec.count_by) counted |= std::uint32_t{1} << attribute;
  if (counted != 0) says.push_back("Tickets are counted by " + phrases.attributes(counted) + ".");
  if (spec.time_in_status.on) {
    const std::string which = phrases.matches(spec.time_in_status.when);
    says.push_back(fmt::format("Time in each status is kept by day of {} for {}.",
                               phrases.calendar(spec.time_in_status.calendar),
                               which.empty() ? "all tickets" : "tickets with " + which));
  }
  if (spec.quota.tickets != 0) {
    says.push_back(fmt::format("At most {} tickets.", spec.quota.tickets));
  }
  if (spec.quota.commands_per_second != 0) {
    says.push_back(fmt::format("At most {} commands a second.", spec.quota.commands_per_second));
  }
}

}  // namespace

ExplainedSection explain_desk(const Phrases& phrases) {
  ExplainedEntry desk{phrases.spec().name, {}};
  add_life(phrases, desk.says);
  add_customers(phrases, desk.says);
  add_matrix(phrases, desk.says);
  add_counting(phrases, desk.says);
  return {"desk", {std::move(desk)}};
}

Explanation explain(const TenantSpec& spec, ExampleTime at) {
  const Phrases phrases(spec);
  DueExamples due(spec, at);
  Explanation explanation;
  const auto add = [&](ExplainedSection section) {
    if (!section.entries.empty()) explanation.sections.push_back(std::move(section));
  };
  add(explain_desk(phrases));
  add(explain_calendars(phrases));
  add(explain_clocks(phrases));
  add(explain_rules(phrases, due, explanation.examples));
  add(explain_ladders(phrases));
  add(explain_constraints(phrases));
  add(explain_detectors(phrases));
  add(explain_digests(phrases));
  return explanation;
}

}  // namespace vencer::cli
