#include "engine/log/wal_verify.h"

#include <fmt/format.h>

#include <utility>

namespace vencer {
namespace {

using wal::Origin;
using wal::TailCase;

constexpr const char* kRepair =
    "restore a backup; or, if what is lost can be given up: vencer wal repair DIR --accept-loss";

const char* verdict(const WalReport& report) {
  if (report.in_use) return "in use; whole up to here";
  if (report.row == nullptr) return "DAMAGED; a start would be refused";
  switch (report.row->what) {
    case TailCase::clean:
      return "clean";
    case TailCase::unsealed:
      return "whole; the last group is not proven and would be rewritten";
    case TailCase::torn:
      return "torn; it would be cut after the last group";
    case TailCase::damaged:
      return "DAMAGED; a start would be refused";
  }
  return "?";
}

std::string describe(const WalReport::Segment& segment) {
  std::string text = fmt::format("{}: {} bytes, made by {}", segment.path, segment.size,
                                 origin_word(segment.header.origin));
  if (segment.size < segment.header.segment_bytes) {
    text += fmt::format(", shortened from {}", segment.header.segment_bytes);
  }
  if (segment.header.origin != Origin::prepared) {
    text += fmt::format(", begins with group {}", segment.header.base_group);
  }
  text += segment.last_group == 0 ? ", no groups of the chain"
                                  : fmt::format(", groups up to {}", segment.last_group);
  return text;
}

// "row 2 of the table (facts ynn-y-)": what recovery_cases.h calls it.
std::string row_text(const wal::TailRow& row) {
  const auto number = static_cast<std::size_t>(&row - wal::kTailTable.data()) + 1;
  return fmt::format("row {} of {} in the recovery table ({})", number, wal::kTailTable.size(),
                     row.facts);
}

void take_files(const std::vector<wal::Segment>& segments, WalReport* report) {
  for (const wal::Segment& segment : segments) {
    report->segments.push_back({segment.path, segment.size, segment.header, segment.last_group});
  }
}

// The end of a chain that was read to its end.
Status judge(std::vector<wal::Segment>& segments, WalReport* report) {
  auto tail = wal::look_behind(segments, report->walk);
  if (!tail) return tail.error();
  report->tail = std::move(*tail);
  const wal::TailRow& row = wal::decide(report->tail.facts);
  if (row.what == TailCase::damaged || row.what == TailCase::torn) {
    const auto goes_on = wal::chain_goes_on(segments, report->walk);
    if (!goes_on) return goes_on.error();
    report->in_use = *goes_on;
  }
  report->why = report->in_use ? "the log is being written" : std::string(row.why);
  if (report->in_use) return ok_status();
  if (row.what == TailCase::damaged && !report->tail.cut_file.empty()) {
    report->why += fmt::format(" ({})", report->tail.cut_file);
  }
  report->row = &row;
  if (row.what == TailCase::damaged) report->advice = kRepair;
  return ok_status();
}

}  // namespace

std::string_view origin_word(Origin origin) {
  switch (origin) {
    case Origin::creation:
      return "creation";
    case Origin::prepared:
      return "prepared";
    case Origin::recovery:
      return "recovery";
  }
  return "?";
}

std::string_view verdict_word(const WalReport& report) {
  if (report.in_use) return "in_use";
  if (report.row == nullptr) return "damaged";
  switch (report.row->what) {
    case TailCase::clean:
      return "clean";
    case TailCase::unsealed:
      return "unsealed";
    case TailCase::torn:
      return "torn";
    case TailCase::damaged:
      return "damaged";
  }
  return "?";
}

Result<WalReport> examine_wal(Storage& storage, const std::string& directory,
                              const WalPosition& snapshot) {
  auto found = wal::load_until_damage(storage, directory);
  if (!found) return found.error();
  if (found->segments.empty()) {
    if (found->damage) return *found->damage;
    return Error{Errc::internal, directory + ": there is no log here"};
  }
  std::vector<wal::Segment>& segments = found->segments;
  WalReport report;
  report.identity = identity_of(segments.front().header);
  wal::Visit visit;
  visit.from_the_first = true;
  visit.start = snapshot;
  // Places are taken down here too: a walk that ends in an error does not say how far it came.
  visit.group = [&](const wal::GroupPlace& place, std::span<const std::byte>) {
    report.place = {segments[place.segment].path, place.offset};
    return ok_status();
  };
  auto walk = wal::walk_chain(directory, segments, visit);
  if (walk) {
    report.walk = std::move(*walk);
    report.place = {segments[report.walk.segment].path, report.walk.offset};
  }
  report.tail.proven_group = report.walk.proven_group;
  if (!walk || found->damage) {
    report.why = walk ? found->damage->message : walk.error().message;
    report.advice = kRepair;
  } else if (auto status = judge(segments, &report); !status) {
    return status.error();
  }
  take_files(segments, &report);
  return report;
}

void print_report(const WalReport& report, const ReportLine& line) {
  line(fmt::format("log {:016x}{:016x}, partition {}", report.identity.high, report.identity.low,
                   report.identity.partition));
  for (const auto& segment : report.segments) line(describe(segment));
  line(fmt::format(
      "{} groups, {} steps, {} bytes read; the chain reaches group {}, durable is proven "
      "up to {}",
      report.walk.groups, report.walk.steps, report.walk.bytes, report.walk.last_group,
      report.tail.proven_group));
  for (const auto& rest : report.tail.rests) {
    line(fmt::format("behind it: {} bytes {} to {} are not zero",
                     report.segments[rest.segment].path, rest.from, rest.to));
  }
  for (const auto& place : report.tail.headers) {
    line(fmt::format("behind it: {} byte {}: the header of group {}, {} steps, durable {}",
                     report.segments[place.segment].path, place.offset, place.header.number,
                     place.header.steps, place.header.durable));
  }
  line(fmt::format("{} byte {}: {}", report.place.path, report.place.offset, report.why));
  if (report.row != nullptr) line(row_text(*report.row));
  line(fmt::format("verdict: {}", verdict(report)));
  if (!report.advice.empty()) line(report.advice);
}

Result<bool> verify_wal(Storage& storage, const std::string& directory, const ReportLine& line) {
  const auto report = examine_wal(storage, directory);
  if (!report) return report.error();
  print_report(*report, line);
  return report->good();
}

}  // namespace vencer
