#include "tools/vencer/step_text.h"

#include <fmt/format.h>

#include "engine/log/wal_format.h"
#include "net/client/key.h"
#include "net/client/replies.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

constexpr std::size_t kHexBytesALine = 32;

bool about_ticket(CommandKind kind) {
  return kind != CommandKind::mute && kind != CommandKind::put_customer;
}

// A command's fields in the order of a command line; `out` writes them.
template <typename Out>
void describe(const Command& command, const Names& names, Out& out) {
  if (about_ticket(command.kind)) out.word("ticket", key_text(command.key));
  if (command.kind == CommandKind::put_customer) out.word("customer", key_text(command.key));
  out.word("status", names.status_name(command.status));
  out.word("activity", names.activity_name(command.activity));
  out.word("level", names.level_name(command.level));
  out.word("recipient", names.recipient_name(command.recipient));
  out.word("clock", names.clock_name(command.clock));
  if (command.kind == CommandKind::merge || command.kind == CommandKind::link) {
    if (command.link != LinkKind::none) out.word("link", to_string(command.link));
    out.word("other", key_text(command.other));
  }
  if (command.timeout_ms != 0) out.duration("timeout", command.timeout_ms);
  if (command.by_ms != 0) out.duration("by", command.by_ms);
  out.word("reason", command.reason);
  out.time("until", command.until);
  out.word("then_status", names.status_name(command.then_status));
  out.time("start_at", command.start_at);
  out.time("due_at", command.due_at);
  out.time("contract_until", command.contract_until);
  if (command.attribute != kNoId8) {
    const AttributeValue one{command.attribute, command.value};
    out.attributes(names, {&one, 1});
  }
  if (!command.attributes.empty()) out.attributes(names, command.attributes);
  if (command.quiet) out.flag("quiet");
  if (command.reapply) out.flag("reapply");
  out.time("occurred_at", command.occurred_at);
  if (command.expected_version != 0) out.number("expected_version", command.expected_version);
  if (command.actor != 0) out.number("actor", command.actor);
}

struct JsonOut {
  JsonWriter& json;
  void word(std::string_view name, std::string_view text) { json.field_if(name, text); }
  void number(std::string_view name, std::uint64_t value) { json.field(name, value); }
  void time(std::string_view name, TimeMs at) { time_field(json, name, at); }
  void duration(std::string_view name, DurationMs ms) {
    json.field(fmt::format("{}_ms", name), ms);
  }
  void flag(std::string_view name) { json.field(name, true); }
  void attributes(const Names& names, std::span<const AttributeValue> values) {
    attributes_field(json, names, values);
  }
};

struct LineOut {
  std::string text;
  void put(std::string_view name, std::string_view value) {
    text += fmt::format(" {}={}", name, value);
  }
  void word(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    // Whom it is about stands first and needs no name.
    if (name == "ticket" || name == "customer") {
      text += fmt::format(" {}", value);
    } else {
      put(name, value);
    }
  }
  void number(std::string_view name, std::uint64_t value) { put(name, std::to_string(value)); }
  void time(std::string_view name, TimeMs at) {
    if (at != kNever) put(name, time_text(at));
  }
  void duration(std::string_view name, DurationMs ms) { put(name, duration_text(ms)); }
  void flag(std::string_view name) { text += fmt::format(" {}", name); }
  void attributes(const Names& names, std::span<const AttributeValue> values) {
    for (const AttributeValue& value : values) {
      put(names.attribute_name(value.attribute), names.value_text(value.attribute, value.value));
    }
  }
};

std::string producer_text(const ProducerId& producer) {
  return key_text({producer.low, producer.high, KeyKind::uuid});
}

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(byte));
  return text;
}

std::string hex_lines(std::span<const std::byte> bytes, std::uint64_t offset) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += kHexBytesALine) {
    const auto part = bytes.subspan(at, std::min(kHexBytesALine, bytes.size() - at));
    text += fmt::format("\n{:>22}  {:08x}  {}", "", offset + at, hex(part));
  }
  return text;
}

std::string_view clock_word(ClockSource source) {
  return source == ClockSource::input ? "input" : "wall";
}

void settings_fields(JsonWriter& json, const Settings& settings) {
  json.field("partition", settings.partition).field("clock", clock_word(settings.clock_source));
  json.field("ticket_capacity", settings.ticket_capacity);
  json.field("producer_capacity", settings.producer_capacity);
  json.field("skew_max_ms", settings.skew_max_ms);
}

void commands_fields(JsonWriter& json, const StepView& view, const LogNames& names) {
  const Step& step = *view.step;
  const Names& words = names.of(step.tenant);
  json.field("tenant", names.tenant_text(step.tenant));
  const bool numbered = !step.producer.empty();
  if (numbered) json.field("producer", producer_text(step.producer));
  json.key("commands").begin_array();
  for (std::size_t i = 0; i < step.commands.size(); ++i) {
    const Command& command = step.commands[i];
    if (view.wanted && !view.wanted(command)) continue;
    json.begin_object();
    if (numbered) json.field("number", step.first_number + i);
    json.field("kind", kind_text(command.kind));
    JsonOut out{json};
    describe(command, words, out);
    json.end_object();
  }
  json.end_array();
}

void fields_by_kind(JsonWriter& json, const StepView& view, const LogNames& names) {
  const Step& step = *view.step;
  switch (step.kind) {
    case StepKind::settings:
      return settings_fields(json, *step.settings);
    case StepKind::commands:
      return commands_fields(json, view, names);
    case StepKind::advance:
      json.field("fired", step.limit);
      return;
    case StepKind::background:
      json.field("done", step.limit);
      return;
    case StepKind::consumer_at:
      json.field("consumer", step.consumer).field("position", step.position);
      return;
    case StepKind::tenant_document:
      json.field("tenant", step.document->name);
      if (view.document_of != kNoTenant) json.field("id", view.document_of);
      json.field("version", step.document->version).field("bytes", view.record.payload.size());
      return;
    case StepKind::touch:
      json.field("slot", step.slot);
      return;
    case StepKind::delete_tenant:
      json.field("tenant", names.tenant_text(step.tenant));
      return;
  }
}

std::string commands_note(const StepView& view, const LogNames& names) {
  const Step& step = *view.step;
  std::string text = names.tenant_text(step.tenant);
  if (step.producer.empty()) return text;
  text += fmt::format(", producer {}, number {}", producer_text(step.producer), step.first_number);
  if (step.commands.size() > 1) {
    text += fmt::format("..{}", step.first_number + step.commands.size() - 1);
  }
  return text;
}

std::string note_by_kind(const StepView& view, const LogNames& names) {
  const Step& step = *view.step;
  switch (step.kind) {
    case StepKind::settings:
      return fmt::format("partition {}, clock {}, {} tickets, {} producers, skew at most {}",
                         step.settings->partition, clock_word(step.settings->clock_source),
                         step.settings->ticket_capacity, step.settings->producer_capacity,
                         duration_text(step.settings->skew_max_ms));
    case StepKind::commands:
      return commands_note(view, names);
    case StepKind::advance:
      return fmt::format("{} fired", step.limit);
    case StepKind::background:
      return fmt::format("{} done", step.limit);
    case StepKind::consumer_at:
      return fmt::format("{} at {}", step.consumer, step.position);
    case StepKind::tenant_document:
      return fmt::format(
          "{}{}, version {}, {} bytes", step.document->name,
          view.document_of == kNoTenant ? "" : fmt::format(" (id {})", view.document_of),
          step.document->version, view.record.payload.size());
    case StepKind::touch:
      return fmt::format("slot {}", step.slot);
    case StepKind::delete_tenant:
      return names.tenant_text(step.tenant);
  }
  return "";
}

}  // namespace

std::string_view kind_text(std::uint8_t step_kind) {
  switch (static_cast<StepKind>(step_kind)) {
    case StepKind::settings:
      return "settings";
    case StepKind::commands:
      return "commands";
    case StepKind::advance:
      return "advance";
    case StepKind::background:
      return "background";
    case StepKind::consumer_at:
      return "consumer_at";
    case StepKind::tenant_document:
      return "tenant_document";
    case StepKind::touch:
      return "touch";
    case StepKind::delete_tenant:
      return "delete_tenant";
  }
  return "unknown";
}

std::string_view kind_text(CommandKind kind) {
  switch (kind) {
    case CommandKind::none:
      return "none";
    case CommandKind::create:
      return "create";
    case CommandKind::set_status:
      return "status";
    case CommandKind::set_attributes:
      return "set";
    case CommandKind::activity:
      return "activity";
    case CommandKind::escalate:
      return "escalate";
    case CommandKind::acknowledge:
      return "ack";
    case CommandKind::merge:
      return "merge";
    case CommandKind::link:
      return "link";
    case CommandKind::extend:
      return "extend";
    case CommandKind::set_due:
      return "set-due";
    case CommandKind::cancel:
      return "cancel";
    case CommandKind::put_customer:
      return "put-customer";
    case CommandKind::mute:
      return "mute";
  }
  return "unknown";
}

std::string command_line(const Command& command, const Names& names) {
  LineOut out;
  describe(command, names, out);
  return std::string(kind_text(command.kind)) + out.text;
}

std::string step_json(const StepView& view, const LogNames& names) {
  JsonWriter json;
  json.begin_object().field("group", view.place.group).field("step", view.place.step);
  json.field("name", step_name_text(view.place.name));
  json.field("segment", view.place.segment).field("offset", view.place.offset);
  json.field("kind", kind_text(view.record.kind));
  time_field(json, "now", view.record.now);
  if (view.record.principal != 0) json.field("principal", view.record.principal);
  if (view.skipped) json.field("skipped", true);
  if (view.step != nullptr) {
    fields_by_kind(json, view, names);
  } else {
    json.field("problem", view.problem);
  }
  if (view.raw) json.field("payload", hex(view.record.payload));
  return json.end_object().text();
}

std::string step_table_head() {
  return fmt::format("{:>10} {:>11}  {:<24}  {:<15}  {}", "GROUP", "STEP", "NOW", "KIND", "WHAT");
}

std::string step_lines(const StepView& view, const LogNames& names) {
  std::string note =
      view.step == nullptr ? "CANNOT BE READ: " + view.problem : note_by_kind(view, names);
  if (view.record.principal != 0) note += fmt::format(", principal {}", view.record.principal);
  if (view.skipped) note += ", SKIPPED by every start";
  std::string text =
      fmt::format("{:>10} {:>11}  {:<24}  {:<15}  {}", view.place.group, view.place.step,
                  time_text(view.record.now), kind_text(view.record.kind), note);
  if (view.step != nullptr && view.step->kind == StepKind::commands) {
    const Names& words = names.of(view.step->tenant);
    for (const Command& command : view.step->commands) {
      if (view.wanted && !view.wanted(command)) continue;
      text += fmt::format("\n{:>50}  {}", "", command_line(command, words));
    }
  }
  if (view.raw) {
    text += hex_lines(view.record.payload, view.place.offset + sizeof(wal::StepHeader));
  }
  return text;
}

}  // namespace vencer::cli
