// Logging of the server: one line an occurrence, on stderr, as logfmt or JSON.
//
// Values are escaped here: spdlog's patterns do not, and a value may come from the network.
// Cost: a line is formatted where it is logged; not for per-command use.  Thread: any.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace vencer {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { logfmt, json };

struct LogField {
  LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
  LogField(std::string_view name, const char* text) : key(name), value(text) {}
  LogField(std::string_view name, const std::string& text) : key(name), value(text) {}
  LogField(std::string_view name, bool flag)
      : key(name), value(flag ? "true" : "false"), bare(true) {}
  template <typename Number>
  requires(std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>)
      LogField(std::string_view name, Number number)
      : key(name), value(std::to_string(number)), bare(true) {}

  std::string_view key;
  std::string value;
  bool bare = false;  // a number or truth value: not quoted
};
using LogFields = std::initializer_list<LogField>;

// Default: info, logfmt. Call before threads start.
void setup_logging(LogLevel level, LogFormat format);
void log_line(LogLevel level, std::string_view message, LogFields fields = {});

// "2026-04-01T09:00:00.250Z", by the machine's wall clock.
std::string utc_now();

// One line without its end; for tests. `time` as it shall stand there.
std::string format_log_line(LogFormat format, std::string_view time, LogLevel level,
                            std::string_view message, LogFields fields);

}  // namespace vencer
