// Answers to the queries of a desk, as lines (line.h) that a story compares.
//
//   expect_rows(s, due_rows(s, options), {"T-2 clock=resolution due=17:00", ...});
//
// All rows, in their order. A query that fails throws: the story cannot go on.
#pragma once

#include <source_location>
#include <string>
#include <vector>

#include "net/client/query_replies.h"
#include "tests/scenario/story.h"

namespace vencer::scenario {

// "T-1 clock=resolution due=2026-06-01 17:00 light=green status=NUEVO .plan=Soporte Cloud"
std::vector<Line> due_rows(Story& story, const NextDueOptions& options);
std::vector<Line> overdue_rows(Story& story, const TicketFilter& filter = {});
// "tickets team=Legal green=3 amber=0 red=1"; "team=-" where it is not set.
std::vector<Line> count_rows(Story& story, const std::vector<std::string>& by);
// "resolution day=2026-06-01 plan=Soporte Cloud met=1 missed=0 p50=4h"
std::vector<Line> attainment_rows(Story& story, const AttainmentOptions& options);
// How many deadlines lie in the forecast's span of five minutes that holds this local time.
std::uint64_t forecast_at(Story& story, std::string_view time);

void expect_rows(Story& story, const std::vector<Line>& came, const Story::Lines& lines,
                 std::source_location where = std::source_location::current());

}  // namespace vencer::scenario
