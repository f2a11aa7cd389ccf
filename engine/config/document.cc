#include "engine/config/document.h"

#include <fmt/format.h>

#include "engine/config/sections.h"
#include "engine/config/zone.h"
#include "engine/core/limits.h"

namespace vencer {
namespace config {
namespace {

void read_format(Compilation&, const Cursor& at, TenantSpec&) {
  const auto format = at.integer();
  if (format && *format != 1) at.error(fmt::format("{} is not a format; write 1", *format));
}

void read_tenant(Compilation& c, const Cursor& at, TenantSpec& spec) {
  const auto name = at.name();
  if (!name) return;
  if (c.previous != nullptr && c.previous->name != *name) {
    at.error(fmt::format("{} is not the tenant of the version in force, {}", quoted(*name),
                         quoted(c.previous->name)));
  }
  spec.name = *name;
}

// In the order in which sections need each other.
constexpr Key<TenantSpec> kKeys[] = {
    {{"format", Need::required}, read_format},
    {{"tenant", Need::required}, read_tenant},
    {{"status", Need::required}, read_statuses},
    {{"level", Need::optional}, read_levels},
    {{"activity", Need::optional}, read_activities},
    {{"attribute", Need::optional}, read_attributes},
    {{"role", Need::optional}, read_roles},
    {{"events_on", Need::optional}, read_events_on},
    {{"file", Need::optional}, read_files},
    {{"calendar", Need::optional}, read_calendars},
    {{"recipient", Need::optional}, read_recipients},
    {{"ladder", Need::optional}, read_ladders},
    {{"clock", Need::optional}, read_clocks},
    {{"life", Need::optional}, read_life},
    {{"policy", Need::optional}, read_policies},
    {{"matrix", Need::optional}, read_matrix},
    {{"customers", Need::optional}, read_customers},
    {{"count_by", Need::optional}, read_count_by},
    {{"time_in_status", Need::optional}, read_time_in_status},
    {{"quota", Need::optional}, read_quota},
    {{"constraint", Need::optional}, read_constraints},
    {{"detector", Need::optional}, read_detectors},
    {{"digest", Need::optional}, read_digests},
    {{"calendar_event", Need::optional}, read_calendar_events},
};

// FNV-1a, 64 bits: tells an unchanged text from a changed one. Not for hostile input: whoever
// forges a collision of his own documents gets the earlier one.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return value;
}

// What is no list of names takes its default again unless this document says otherwise.
void set_defaults(TenantSpec& spec) {
  spec.version = spec.version + 1;
  spec.tzdata = tzdata_version();
  spec.rule_order.clear();
  spec.matrix = {};
  spec.customers = {};
  spec.time_in_status = {};
  spec.quota = {};
  spec.count_by.clear();
  spec.reopen_clock = kNoId8;
  spec.merged_status = kNoId8;
  spec.created_recipient = kNoId16;
  spec.survey_at_close = false;
  spec.initial_status = 0;
  spec.closed_status = kNoId8;
  spec.events_on = 0;
  spec.survey_status = kNoId8;
  spec.keep_closed_ms = limits::keep_closed_default_ms;
  spec.keep_keys_ms = limits::keep_keys_default_ms;
}

void compile(const Node& root, Diagnostics& diagnostics, CompiledDocument& result,
             const TenantSpec* previous) {
  Compilation c(diagnostics, previous);
  set_defaults(c.spec);
  const Cursor document(diagnostics, root);
  if (!document.member("status")) c.statuses.doubt();
  if (!document.member("level") && !c.spec.levels.empty()) {
    document.error(
        "the key 'level' is missing: the version in force has levels, and tickets on them");
  }
  read_keys(c, document, std::span<const Key<TenantSpec>>(kKeys), c.spec);
  if (diagnostics.any_errors()) return;
  link_step_names(c);
  check_usage(c);
  check_shadowed(c);
  check_restless(c);
  check_doubts(c);
  check_files(c);
  c.retire();
  result.spec = std::move(c.spec);
}

}  // namespace

void list_document_keys(KeyRows& rows) {
  list_keys(rows, "", std::span<const Key<TenantSpec>>(kKeys));
}

}  // namespace config

CompiledDocument compile_document(std::string_view text, std::string_view file,
                                  const TenantSpec* previous) {
  CompiledDocument result;
  const std::uint64_t source_hash = config::hash(text);
  if (previous != nullptr && previous->source_hash == source_hash) {
    result.spec = *previous;
    result.unchanged = true;
    return result;
  }
  config::Diagnostics diagnostics(file);
  if (text.size() > limits::document_bytes_max) {
    diagnostics.error({1, 1}, "",
                      fmt::format("the document has {} bytes; at most {}", text.size(),
                                  limits::document_bytes_max));
  } else {
    const auto parsed = config::parse_toml(text);
    if (const auto* root = std::get_if<config::Node>(&parsed)) {
      config::compile(*root, diagnostics, result, previous);
      result.spec.source_hash = source_hash;
    } else {
      const auto& fault = std::get<config::SyntaxError>(parsed);
      diagnostics.error(fault.at, "", "not TOML: " + fault.what);
    }
  }
  result.errors = diagnostics.errors();
  result.warnings = diagnostics.warnings();
  return result;
}

std::string document_tenant_name(std::string_view text) {
  if (text.size() > limits::document_bytes_max) return "";
  const auto parsed = config::parse_toml(text);
  const auto* root = std::get_if<config::Node>(&parsed);
  if (root == nullptr) return "";
  for (const config::Member& member : root->members) {
    if (member.key == "tenant" && member.value.kind == config::NodeKind::string) {
      return member.value.text;
    }
  }
  return "";
}

}  // namespace vencer
