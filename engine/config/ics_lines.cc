#include "engine/config/ics_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config/diagnostics.h"

namespace vencer::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool in_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

std::string upper_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

class Splitter {
 public:
  Splitter(std::string_view text, std::string_view file) : rest_(text), file_(file) {
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  }

  Result<std::vector<IcsEvent>> split() {
    while (!rest_.empty()) {
      IcsLine line{number_ + 1, {}, next_joined()};
      if (line.text.empty()) continue;
      if (Status ok = take(std::move(line)); !ok) return ok.error();
    }
    if (!open_.empty()) {
      return ics_error(file_, open_.back().number, open_.back().name + " has no end");
    }
    if (!seen_calendar_) return ics_error(file_, 1, "is no iCalendar file: no BEGIN:VCALENDAR");
    return std::move(events_);
  }

 private:
  struct Component {
    std::string name;
    int number;
  };

  std::string_view next_line() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  // A line that begins with a blank goes on with the one before it.
  std::string next_joined() {
    std::string joined(next_line());
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) joined += next_line().substr(1);
    return joined;
  }

  Status take(IcsLine line) {
    const auto end = std::find_if_not(line.text.begin(), line.text.end(), in_name);
    line.name = upper_case({line.text.begin(), end});
    const bool is_property = end != line.text.end() && (*end == ':' || *end == ';');
    if (line.name.empty() || !is_property || line.text.find('\0') != std::string::npos) {
      return ics_error(file_, line.number, quoted(line.text) + " is no property 'NAME:value'");
    }
    if (line.name == "BEGIN") return begin(line);
    if (line.name == "END") return this->end(line);
    if (open_.empty()) return ics_error(file_, line.number, "stands outside BEGIN:VCALENDAR");
    if (open_.back().name == "VEVENT") events_.back().lines.push_back(std::move(line));
    return ok_status();
  }

  Status begin(const IcsLine& line) {
    constexpr std::size_t kNestingMax = 8;
    const std::string name = component_name(line);
    const bool is_calendar = name == "VCALENDAR";
    if (is_calendar != open_.empty()) {
      return ics_error(
          file_, line.number,
          is_calendar ? "BEGIN:VCALENDAR inside another one" : "stands outside BEGIN:VCALENDAR");
    }
    if (open_.size() >= kNestingMax) return ics_error(file_, line.number, "is nested too deep");
    seen_calendar_ = true;
    if (name == "VEVENT") {
      if (open_.size() > 1) {
        return ics_error(file_, line.number, "BEGIN:VEVENT inside " + open_.back().name);
      }
      events_.push_back({line.number, {}});
    }
    open_.push_back({name, line.number});
    return ok_status();
  }

  Status end(const IcsLine& line) {
    const std::string name = component_name(line);
    if (open_.empty() || open_.back().name != name) {
      return ics_error(file_, line.number,
                       fmt::format("END:{} where {} must be", quoted(name),
                                   open_.empty() ? "BEGIN:VCALENDAR" : "END:" + open_.back().name));
    }
    open_.pop_back();
    return ok_status();
  }

  static std::string component_name(const IcsLine& line) {
    return upper_case(std::string_view(line.text).substr(line.text.find(':') + 1));
  }

  std::string_view rest_;
  std::string_view file_;
  int number_ = 0;  // of the last line read
  std::vector<Component> open_;
  bool seen_calendar_ = false;
  std::vector<IcsEvent> events_;
};

}  // namespace

Error ics_error(std::string_view file, int line, std::string_view what) {
  return {Errc::invalid_document, fmt::format("{}:{}: {}", file, line, what)};
}

Result<std::vector<IcsEvent>> split_ics(std::string_view text, std::string_view file) {
  return Splitter(text, file).split();
}

}  // namespace vencer::config
