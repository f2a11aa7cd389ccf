// What several subcommands have in common: ATTR=VALUE words, the options of every ticket command,
// printing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/client/client.h"
#include "tools/vencer/command.h"
#include "tools/vencer/json.h"

namespace vencer::cli {

// "plan=Soporte Cloud" ...; an empty value clears. An error for a word without '='.
Result<Words> parse_words(const std::vector<std::string>& words);

// --occurred-at TIME, --expected-version N, --actor N: what every ticket command takes.
std::vector<OptionSpec> with_command_options(std::vector<OptionSpec> options);
Result<CommandOptions> command_options(const Invocation& call);

// An instant or a duration from an option; `none` if it is not given. The error names the option.
Result<TimeMs> time_option(const Invocation& call, const std::string& name, TimeMs none = kNever);
Result<DurationMs> duration_option(const Invocation& call, const std::string& name,
                                   DurationMs none = 0);

// A whole number into `into`, which stays as it is if the option is not given.
Status number_option(const Invocation& call, const std::string& name, std::uint64_t* into);
// --ticket KEY.
Result<std::optional<TicketKey>> ticket_option(const Invocation& call);

// The outcome of a command, as the output asks: one line for a person, or one JSON object. whose:
// the name of the key in it.
int report(const Invocation& call, std::string_view what, std::string_view key,
           const Result<CommandReply>& reply, std::string_view whose = "ticket");

// Fields "<name>" (ISO-8601, UTC) and "<name>_ms"; nothing for kNever.
void time_field(JsonWriter& json, std::string_view name, TimeMs time);
// {"name": value, ...}: closed values as words, open ones as numbers.
void attributes_field(JsonWriter& json, const Names& names,
                      std::span<const AttributeValue> attributes);

// "what: why" of a failure of the command line itself (a file, a word).
Result<std::string> read_file(const std::string& path);

void print_line(std::string_view line);
// Not flushed: there may be millions.
void put_line(std::string_view line);

}  // namespace vencer::cli
