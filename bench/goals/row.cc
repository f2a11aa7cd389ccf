#include "bench/goals/row.h"

#include <fmt/core.h>

#include "bench/harness/figures.h"

namespace vencer::bench {

std::vector<std::string> Context::server_flags(std::uint64_t capacity,
                                               const std::vector<std::string>& more) const {
  std::vector<std::string> flags = {"--capacity", std::to_string(capacity)};
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

const std::vector<Row>& all_rows() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> all;
    for (auto* part : {command_rows, partition_rows, deadline_rows, core_rows, size_rows}) {
      for (Row& row : part()) all.push_back(std::move(row));
    }
    return all;
  }();
  return rows;
}

Verdict judge(const Line& line) {
  Verdict verdict;
  const Spread spread = spread_of(line.runs);
  if (spread.runs == 0) return verdict;
  verdict.measured = true;
  verdict.figure = spread.median;
  const Goal& goal = line.goal;
  const auto good = [&](double wanted) {
    return goal.at_least ? spread.median >= wanted : spread.median <= wanted;
  };
  verdict.must = good(goal.must);
  verdict.stretch = good(goal.stretch);
  const double over = goal.at_least ? spread.median : goal.must;
  const double under = goal.at_least ? goal.must : spread.median;
  verdict.ratio = under > 0 ? over / under : 0;
  return verdict;
}

std::string scaled(std::uint64_t measured, std::uint64_t wanted, const char* of,
                   bool in_proportion) {
  if (measured >= wanted) return {};
  return fmt::format("at {} {} in the place of {}{}", human(static_cast<double>(measured)), of,
                     human(static_cast<double>(wanted)),
                     in_proportion ? ", the figure scaled up in proportion" : "");
}

FreshServer::FreshServer(const Context& context, std::uint64_t capacity,
                         const std::vector<std::string>& more)
    : folder(context.scratch),
      server(std::make_unique<VencerServer>(folder.path() / "data",
                                            context.server_flags(capacity, more))) {
  server->put_tenant(desk_document());
}

}  // namespace vencer::bench
