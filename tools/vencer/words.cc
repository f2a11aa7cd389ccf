#include "tools/vencer/words.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "net/client/key.h"
#include "tools/vencer/times.h"

namespace vencer::cli {

Result<Words> parse_words(const std::vector<std::string>& words) {
  Words parsed;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{Errc::unknown_attribute, fmt::format("'{}' is not ATTR=VALUE", word)};
    }
    parsed.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return parsed;
}

std::vector<OptionSpec> with_command_options(std::vector<OptionSpec> options) {
  options.push_back({.name = "--occurred-at",
                     .help = "when it happened at the desk, if earlier than now",
                     .placeholder = "TIME"});
  options.push_back({.name = "--expected-version",
                     .help = "refuse it if the ticket has another version",
                     .placeholder = "N"});
  options.push_back(
      {.name = "--actor", .help = "who did it, a number of yours", .placeholder = "N"});
  return options;
}

Result<CommandOptions> command_options(const Invocation& call) {
  CommandOptions options;
  const Result<TimeMs> at = time_option(call, "--occurred-at");
  if (!at) return at.error();
  options.occurred_at = *at;
  if (call.given("--expected-version")) {
    const Result<std::uint64_t> version = call.number("--expected-version");
    if (!version) return version.error();
    options.expected_version = static_cast<std::uint32_t>(*version);
  }
  if (call.given("--actor")) {
    const Result<std::uint64_t> actor = call.number("--actor");
    if (!actor) return actor.error();
    options.actor = *actor;
  }
  return options;
}

Result<TimeMs> time_option(const Invocation& call, const std::string& name, TimeMs none) {
  if (!call.given(name)) return none;
  const Result<TimeMs> time = parse_time(call.text(name));
  if (!time) return Error{time.error().code, name + ": " + time.error().message};
  return time;
}

Status number_option(const Invocation& call, const std::string& name, std::uint64_t* into) {
  if (!call.given(name)) return ok_status();
  const Result<std::uint64_t> number = call.number(name);
  if (!number) return number.error();
  *into = *number;
  return ok_status();
}

Result<std::optional<TicketKey>> ticket_option(const Invocation& call) {
  if (!call.given("--ticket")) return std::optional<TicketKey>();
  const Result<TicketKey> key = parse_key(call.text("--ticket"));
  if (!key) return Error{key.error().code, "--ticket: " + key.error().message};
  return std::optional(*key);
}

Result<DurationMs> duration_option(const Invocation& call, const std::string& name,
                                   DurationMs none) {
  if (!call.given(name)) return none;
  const Result<DurationMs> duration = parse_duration(call.text(name));
  if (!duration) return Error{duration.error().code, name + ": " + duration.error().message};
  return duration;
}

int report(const Invocation& call, std::string_view what, std::string_view key,
           const Result<CommandReply>& reply, std::string_view whose) {
  if (!reply) return call.fail(what, reply.error());
  if (call.globals().output == Output::table) {
    print_line(fmt::format("{}: version {}, event {}{}{}", key, reply->version,
                           reply->event_sequence,
                           reply->clamped ? ", clamped to the ticket's last change" : "",
                           reply->repeated ? ", a repeat" : ""));
    return exit_ok;
  }
  JsonWriter json;
  json.begin_object().field(whose, key).field("version", reply->version);
  json.field("clamped", reply->clamped).field("repeated", reply->repeated);
  time_field(json, "now", reply->now);
  json.field("epoch", reply->epoch).field("event_sequence", reply->event_sequence).end_object();
  print_line(json.text());
  return exit_ok;
}

void time_field(JsonWriter& json, std::string_view name, TimeMs time) {
  if (time == kNever) return;
  json.field(name, time_text(time));
  json.field(std::string(name) + "_ms", time);
}

void attributes_field(JsonWriter& json, const Names& names,
                      std::span<const AttributeValue> attributes) {
  json.key("attributes").begin_object();
  for (const AttributeValue& attribute : attributes) {
    json.key(names.attribute_name(attribute.attribute));
    const bool open =
        attribute.attribute < names.attributes.size() && names.attributes[attribute.attribute].open;
    if (open) {
      json.value(attribute.value);
    } else {
      json.value(names.value_text(attribute.attribute, attribute.value));
    }
  }
  json.end_object();
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file.is_open()) text.assign(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad()) {
    return Error{Errc::invalid_document, fmt::format("cannot be read: {}", std::strerror(errno))};
  }
  return text;
}

void print_line(std::string_view line) {
  put_line(line);
  std::fflush(stdout);
}

void put_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

}  // namespace vencer::cli
