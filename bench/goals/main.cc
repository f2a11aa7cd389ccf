// run_all: goal, measured and ratio for every row of the table of goals. bench/run-all builds and
// calls this.
#include <fmt/core.h>

#include <fstream>
#include <iostream>

#include "bench/goals/row.h"
#include "bench/harness/calibration.h"
#include "bench/harness/figures.h"
#include "bench/harness/options.h"
#include "bench/harness/report.h"

namespace vencer::bench {
namespace {

struct Measured {
  const Row* row;
  std::vector<Line> lines;
  std::string fault;
};

std::string goal_text(const Goal& goal) {
  const char* sign = goal.at_least ? ">=" : "<=";
  return goal.must == goal.stretch
             ? fmt::format("{} {}", sign, human(goal.must, goal.unit))
             : fmt::format("{} {}, {}", sign, human(goal.must), human(goal.stretch, goal.unit));
}

bool for_information(const Line& line) {
  return line.what.find("for information") != std::string::npos;
}

// No proof of the goal, but an indication.
bool at_another_size(const Line& line) {
  return line.note.find("in the place of") != std::string::npos;
}

std::string verdict_text(const Line& line) {
  const Verdict verdict = judge(line);
  if (!verdict.measured) return "not measured";
  const std::string at_size = at_another_size(line) ? " at that size" : "";
  if (verdict.stretch) return "stretch" + at_size;
  if (verdict.must) return "must" + at_size;
  return fmt::format("{}by {:.2f} x", for_information(line) ? "-, " : "SHORT ", 1 / verdict.ratio);
}

std::string table_text(const std::vector<Measured>& all) {
  Table table({"row", "what", "goal: must, stretch", "measured (least - most)", "of must",
               "verdict", "from"});
  for (const Measured& each : all) {
    if (!each.fault.empty()) {
      table.add({each.row->id, each.row->title, "", "-", "-", "not measured", each.fault});
    }
    for (const Line& line : each.lines) {
      const Verdict verdict = judge(line);
      std::string from = line.detail;
      if (!line.note.empty()) from += (from.empty() ? "" : "; ") + line.note;
      table.add({each.row->id, line.what, goal_text(line.goal),
                 spread_text(spread_of(line.runs), line.goal.unit),
                 verdict.measured ? fmt::format("{:.2f}", verdict.ratio) : "-", verdict_text(line),
                 from});
    }
  }
  return table.text();
}

std::string summary(const std::vector<Measured>& all) {
  std::string shorts, blind;
  int stretch = 0, must = 0, indicated = 0;
  for (const Measured& each : all) {
    if (!each.fault.empty()) blind += "\n- " + each.row->id + ": " + each.fault;
    for (const Line& line : each.lines) {
      const Verdict verdict = judge(line);
      if (for_information(line)) continue;
      if (!verdict.measured) blind += "\n- " + line.what + ": " + line.note;
      const bool proof = !at_another_size(line);
      stretch += verdict.stretch && proof;
      must += verdict.must && !verdict.stretch && proof;
      indicated += verdict.must && !proof;
      if (verdict.measured && !verdict.must) {
        shorts += fmt::format("\n- {}: {}: {}, goal {}", each.row->id, line.what,
                              human(verdict.figure, line.goal.unit), goal_text(line.goal));
      }
    }
  }
  return fmt::format(
      "{} lines meet the stretch goal, {} more the goal, {} a goal at another size.\nFall "
      "short:{}\nNot measured:{}\n",
      stretch, must, indicated, shorts.empty() ? " none" : shorts, blind.empty() ? " none" : blind);
}

nlohmann::ordered_json json_of(const std::vector<Measured>& all) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Measured& each : all) {
    nlohmann::ordered_json row = {{"row", each.row->id}, {"title", each.row->title}};
    if (!each.fault.empty()) row["not_measured"] = each.fault;
    for (const Line& line : each.lines) {
      const Verdict verdict = judge(line);
      row["lines"].push_back({{"what", line.what},
                              {"at_least", line.goal.at_least},
                              {"must", line.goal.must},
                              {"stretch", line.goal.stretch},
                              {"unit", line.goal.unit},
                              {"runs", line.runs},
                              {"median", verdict.figure},
                              {"ratio", verdict.ratio},
                              {"verdict", verdict_text(line)},
                              {"detail", line.detail},
                              {"note", line.note}});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Measured measure(const Row& row, const Context& context) {
  std::cerr << "run_all: " << row.id << ": " << row.title << "\n";
  Measured measured{&row, {}, {}};
  try {
    measured.lines = row.measure(context);
  } catch (const std::exception& error) {
    measured.fault = error.what();
    for (char& c : measured.fault) c = c == '\n' || c == '|' ? ' ' : c;
  }
  return measured;
}

int run(int argc, char** argv) {
  CLI::App app("Goal, measured and ratio for every row of the table of goals.", "run_all");
  Context context;
  std::string scratch = "/tmp", json_file;
  std::vector<std::string> rows, ids;
  for (const Row& row : all_rows()) ids.push_back(row.id);
  app.add_option("--rows", rows, "only these")->delimiter(',')->check(CLI::IsMember(ids));
  app.add_flag("--quick", context.quick, "about 3 minutes: one round of a second, 500,000 tickets");
  app.add_option("--rounds", context.rounds, "of each row")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--seconds", context.seconds, "each load")
      ->check(CLI::Range(0.2, 600.0))
      ->capture_default_str();
  app.add_option("--tickets", context.tickets,
                 "of the rows at size: 5,000,000; goals speak of 10 M to 100 M")
      ->check(CLI::Range(std::uint64_t{10'000}, std::uint64_t{100'000'000}));
  app.add_option("--storm", context.storm, "deadlines of a storm")
      ->check(CLI::Range(std::uint64_t{1000}, std::uint64_t{100'000'000}))
      ->capture_default_str();
  app.add_option("--json", json_file, "all of it to this file, too");
  app.add_option("--scratch", scratch, "where data may lie")->capture_default_str();
  if (const auto ended = parse_options(app, argc, argv)) return *ended;
  if (context.quick) context.rounds = 1, context.seconds = 1;
  if (context.tickets == 0) context.tickets = context.quick ? 500'000 : 5'000'000;

  const ScratchFolder folder(scratch);
  context.scratch = folder.path();
  context.log = folder.path() / "log";
  const std::string command = command_text(argc, argv);
  const Calibration before = calibrate(scratch);
  std::cout << report_head(command, before) << std::endl;
  std::vector<Measured> all;
  for (const Row& row : all_rows()) {
    if (rows.empty() || std::find(rows.begin(), rows.end(), row.id) != rows.end()) {
      all.push_back(measure(row, context));
    }
  }
  const Calibration after = calibrate(scratch);
  std::cout << table_text(all) << "\n" << summary(all) << "after: " << to_text(after) << "\n";
  if (!json_file.empty()) {
    std::ofstream(json_file) << nlohmann::ordered_json{{"command", command},
                                                       {"date", date_text()},
                                                       {"commit", commit_text()},
                                                       {"machine", machine_text()},
                                                       {"calibration_before", to_text(before)},
                                                       {"calibration_after", to_text(after)},
                                                       {"rows", json_of(all)}}
                                    .dump(2)
                             << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace vencer::bench

int main(int argc, char** argv) {
  return vencer::bench::run_main("run_all", vencer::bench::run, argc, argv);
}
