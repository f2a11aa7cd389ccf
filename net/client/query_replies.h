// Queries over many tickets: what may be asked, in words, and what comes back. engine/core/query.h
// says what each costs the server.
//
// Every answer says as of when it is true: list, then subscribe from event_sequence + 1. What takes
// several pages carries the first page's; a change after it comes as an event.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/query_rows.h"
#include "net/client/replies.h"

namespace vencer {

struct AsOf {
  TimeMs now = 0;
  std::uint64_t epoch = 0;
  std::uint64_t event_sequence = 0;
};

// Empty lists: any. where: {"team", "N2"}; several values of one attribute: any of them; {"team!",
// "N2"}: any but that; an empty value: not set.
struct TicketFilter {
  std::vector<std::string> statuses;
  std::vector<std::string> clocks;
  std::vector<std::pair<std::string, std::string>> where;
};

struct NextDueOptions {
  TicketFilter filter;
  std::string order;       // an attribute: orders equal dues; not set comes last
  TimeMs until = kNever;   // dues up to this
  std::size_t limit = 20;  // at most query_rows_max
};

struct DueRows {
  std::vector<ClockRow> rows;
  bool more = false;          // overdue: there are more than `limit`
  std::uint64_t overdue = 0;  // overdue: breached clocks of the tenant, whatever the filter
  bool reevaluating = false;  // some rows may be as of the document before
  AsOf as_of;
};

struct CountsReply {
  std::vector<AttributeId> by;
  std::vector<CountsRow> rows;
  std::uint64_t open = 0;
  std::vector<std::uint64_t> by_status;
  bool reevaluating = false;
  AsOf as_of;
};

struct ForecastReply {
  TimeMs begin = 0;
  DurationMs span_ms = 0;
  std::vector<std::uint64_t> dues;  // one a span
  std::uint64_t overdue = 0;
  AsOf as_of;
};

struct AttainmentOptions {
  std::vector<std::string> clocks;
  std::string by;                  // an attribute of count_by
  std::int32_t first = INT32_MIN;  // local days, both ends count
  std::int32_t last = INT32_MAX;
  bool by_day = false;
};
struct AttainmentReply {
  AttributeId by = kNoId8;
  bool by_day = false;
  std::vector<AttainmentRow> rows;
  AsOf as_of;
};

struct ExportPageReply {
  std::vector<Ticket> tickets;  // without run intervals; `now` and the like are below
  bool complete = false;
  std::uint32_t next = 0;  // `from` of the next page
  AsOf as_of;
};

}  // namespace vencer
