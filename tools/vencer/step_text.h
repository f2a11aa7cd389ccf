// A step of the log in words: as one JSON object, or as lines for a person.
//
// JSON: group, step (counted from 1), name (GROUP.STEP, in the group), segment, offset (of its
// payload's header), kind, now, principal, skipped (a start goes past it); then by kind
//   commands         tenant, producer, commands [{number, kind, ticket, ...}]
//   tenant_document  tenant, id, version, bytes
//   settings         partition, clock, ticket_capacity, producer_capacity, skew_max_ms
//   advance          fired          background  done
//   touch            slot           consumer_at  consumer, position
//   delete_tenant    tenant
// and with --raw `payload`, in hex. What a step does not have is left out. Words that a document
// would give stand as "#3" where that document was not seen.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/core/step.h"
#include "engine/log/wal.h"
#include "tools/vencer/log_names.h"

namespace vencer::cli {

// Where a step lies.
struct StepPlace {
  std::uint64_t group = 0;
  std::uint64_t step = 0;  // counted from where the log begins
  StepName name;
  std::string segment;  // file name
  std::uint64_t offset = 0;
};

struct StepView {
  const StepPlace& place;
  const StepRecord& record;
  const Step* step = nullptr;  // none: it could not be read, because of
  std::string problem = {};
  TenantId document_of = kNoTenant;
  bool raw = false;
  bool skipped = false;
  // Of a commands step, those to be shown; empty: all.
  std::function<bool(const Command&)> wanted = {};
};

std::string_view kind_text(std::uint8_t step_kind);
std::string_view kind_text(CommandKind kind);

std::string step_json(const StepView& view, const LogNames& names);
std::string step_table_head();
// Several lines, without the last line end: a line for the step, one for each command.
std::string step_lines(const StepView& view, const LogNames& names);

// "create T-1 plan=A priority=Urgente", as it would be typed.
std::string command_line(const Command& command, const Names& names);

}  // namespace vencer::cli
