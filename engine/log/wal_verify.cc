#include "engine/log/wal_verify.h"

#include <fmt/format.h>

#include "engine/log/wal_reader.h"

namespace vencer {
namespace {

using wal::Origin;

const char* name_of(Origin origin) {
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

const char* verdict(wal::TailCase what) {
  switch (what) {
    case wal::TailCase::clean:
      return "clean";
    case wal::TailCase::unsealed:
      return "whole; the last group is not proven and would be rewritten";
    case wal::TailCase::torn:
      return "torn; it would be cut after the last group";
    case wal::TailCase::damaged:
      return "DAMAGED; a start would be refused";
  }
  return "?";
}

std::string describe(const wal::Segment& segment) {
  std::string text = fmt::format("{}: {} bytes, made by {}", segment.path, segment.size,
                                 name_of(segment.header.origin));
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

}  // namespace

Result<bool> verify_wal(Storage& storage, const std::string& directory,
                        const std::function<void(const std::string&)>& line) {
  auto segments = wal::load_segments(storage, directory, std::nullopt);
  if (!segments) return segments.error();
  if (segments->empty()) return Error{Errc::internal, directory + ": there is no log here"};
  wal::Visit visit;
  visit.from_the_first = true;
  auto walk = wal::walk_chain(directory, *segments, visit);
  if (!walk) return walk.error();
  auto tail = wal::look_behind(*segments, *walk);
  if (!tail) return tail.error();

  const wal::Identity identity = identity_of(segments->front().header);
  line(fmt::format("log {:016x}{:016x}, partition {}", identity.high, identity.low,
                   identity.partition));
  for (const wal::Segment& segment : *segments) line(describe(segment));
  line(fmt::format(
      "{} groups, {} steps, {} bytes read; the chain reaches group {}, durable is proven "
      "up to {}",
      walk->groups, walk->steps, walk->bytes, walk->last_group, tail->proven_group));
  for (const auto& rest : tail->rests) {
    line(fmt::format("behind it: {} bytes {} to {} are not zero", (*segments)[rest.segment].path,
                     rest.from, rest.to));
  }
  for (const auto& place : tail->headers) {
    line(fmt::format("behind it: {} byte {}: the header of group {}, {} steps, durable {}",
                     (*segments)[place.segment].path, place.offset, place.header.number,
                     place.header.steps, place.header.durable));
  }
  const wal::TailRow& row = decide(tail->facts);
  line(fmt::format("{} byte {}: {}", (*segments)[walk->segment].path, walk->offset, row.why));
  line(fmt::format("verdict: {}", verdict(row.what)));
  return row.what != wal::TailCase::damaged;
}

}  // namespace vencer
