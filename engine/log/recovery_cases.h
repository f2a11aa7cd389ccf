// What recovery does with the bytes behind the last group of the unbroken chain, as a table.
//
// v is the last group of the chain, d the highest group that anything readable says was durable. A
// cut after v is right only if nothing at v + 1 or above can have been acknowledged. A test walks
// every combination of the facts through the rows, and compares with the rule written another way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vencer::wal {

struct TailFacts {
  bool proven_beyond = false;  // d > v: a group that cannot be reached was durable
  bool beyond_flight = false;  // a header numbered above v + groups_in_flight_max
  bool all_unsynced = false;   // every header above v was written in mode none (or there is none)
  bool cut_short = false;  // a segment file is shorter than it was made, and no recovery did that
  bool rest = false;       // something other than zeros lies behind v
  bool proven = false;     // v is a seal, or its segment says it was synced, or v is 0
};
inline constexpr std::size_t kTailFacts = 6;

enum class TailCase : std::uint8_t {
  clean,     // nothing behind v, and v is proven
  unsealed,  // nothing behind v; v may have been read from the page cache alone: it is rewritten
  torn,      // cut after v, the rest is kept aside
  damaged,   // refuse: acknowledged groups are missing or unreadable
};

// A row matches when each of its letters does: 'y' yes, 'n' no, '-' either. The first match
// decides.
struct TailRow {
  std::string_view facts;  // in the order of TailFacts
  TailCase what;
  std::string_view why;
};

inline constexpr std::array<TailRow, 6> kTailTable = {{
    // proven_beyond, beyond_flight, all_unsynced, cut_short, rest, proven
    {"y-----", TailCase::damaged, "a later header proves that groups missing here were durable"},
    {"---y--", TailCase::damaged, "the file is shorter than it was made: an unfinished copy?"},
    {"-yn---", TailCase::damaged,
     "a later group is further ahead than groups can be in flight: those between are missing"},
    {"----y-", TailCase::torn, "the last write was not finished"},
    {"-----y", TailCase::clean, "the last group is proven"},
    {"------", TailCase::unsealed, "the last group is whole but not proven"},
}};

constexpr std::array<bool, kTailFacts> as_array(const TailFacts& facts) {
  return {facts.proven_beyond, facts.beyond_flight, facts.all_unsynced,
          facts.cut_short,     facts.rest,          facts.proven};
}

constexpr bool matches(const TailRow& row, const TailFacts& facts) {
  const auto values = as_array(facts);
  for (std::size_t i = 0; i < kTailFacts; ++i) {
    if (row.facts[i] != '-' && (row.facts[i] == 'y') != values[i]) return false;
  }
  return true;
}

constexpr const TailRow& decide(const TailFacts& facts) {
  for (const TailRow& row : kTailTable) {
    if (matches(row, facts)) return row;
  }
  return kTailTable.back();  // not reached: the last row matches all
}

}  // namespace vencer::wal
