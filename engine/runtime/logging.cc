#include "engine/runtime/logging.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <iterator>
#include <memory>

namespace vencer {
namespace {

LogFormat chosen_format = LogFormat::logfmt;

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      break;
  }
  return spdlog::level::err;
}

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      break;
  }
  return "error";
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = spdlog::stderr_logger_mt("vencer");
    made->set_pattern("%v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

// Inside quotes, for both formats: their escapes agree.
std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '"' || c == '=' || c == '\\') return true;
  }
  return false;
}

}  // namespace

std::string utc_now() {
  const auto now = std::chrono::system_clock::now();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)), millis.count() % 1000);
}

void setup_logging(LogLevel level, LogFormat format) {
  chosen_format = format;
  logger().set_level(spdlog_level(level));
}

void log_line(LogLevel level, std::string_view message, LogFields fields) {
  if (!logger().should_log(spdlog_level(level))) return;
  logger().log(spdlog_level(level), "{}",
               format_log_line(chosen_format, utc_now(), level, message, fields));
}

std::string format_log_line(LogFormat format, std::string_view time, LogLevel level,
                            std::string_view message, LogFields fields) {
  std::string line;
  auto out = std::back_inserter(line);
  if (format == LogFormat::json) {
    fmt::format_to(out, R"({{"time":"{}","level":"{}","msg":"{}")", time, level_name(level),
                   escaped(message));
    for (const LogField& field : fields) {
      if (field.bare) {
        fmt::format_to(out, R"(,"{}":{})", escaped(field.key), field.value);
      } else {
        fmt::format_to(out, R"(,"{}":"{}")", escaped(field.key), escaped(field.value));
      }
    }
    line += '}';
    return line;
  }
  fmt::format_to(out, R"(time={} level={} msg="{}")", time, level_name(level), escaped(message));
  for (const LogField& field : fields) {
    if (!field.bare && needs_quotes(field.value)) {
      fmt::format_to(out, R"( {}="{}")", field.key, escaped(field.value));
    } else {
      fmt::format_to(out, " {}={}", field.key, field.value);
    }
  }
  return line;
}

}  // namespace vencer
