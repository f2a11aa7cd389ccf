#include "engine/config/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "engine/config/durations.h"
#include "engine/config/keys.h"
#include "engine/config/matches.h"
#include "engine/core/calendar_local_time.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

// "30 business days", "1 business day"; nothing if it is another kind of text.
std::optional<std::string_view> business_days_of(std::string_view text) {
  for (const std::string_view unit : {" business days", " business day"}) {
    if (text.ends_with(unit)) return text.substr(0, text.size() - unit.size());
  }
  return std::nullopt;
}

bool read_business_days(const Cursor& at, std::string_view digits, TargetSpec& target) {
  target.kind = TargetKind::business_days;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), target.days);
  if (error == std::errc{} && end == digits.data() + digits.size() && target.days >= 1 &&
      target.days <= limits::business_days_max) {
    return true;
  }
  at.error(
      fmt::format("{} is not a number of business days between 1 and {}; write \"30 business "
                  "days\"",
                  quoted(digits), limits::business_days_max));
  return false;
}

// A local time is one of the zone of the policy's calendar; one that comes twice means the last.
bool read_instant(const Compilation& c, const Cursor& at, TargetSpec& target) {
  target.kind = TargetKind::instant;
  target.instant = at.node().integer;
  const CalendarSpec& calendar = c.spec.calendars[target.calendar];
  if (!at.node().boolean && calendar.always_open) {
    at.error(
        fmt::format("{} is local time, and the calendar \"24x7\" is of no zone; write {}Z for "
                    "UTC, or another offset",
                    at.node().text, at.node().text));
    return false;
  }
  if (!at.node().boolean) target.instant = LocalTime(calendar.zone).last_at(target.instant);
  if (target.instant > limits::time_min_ms && target.instant < limits::time_max_ms) return true;
  at.error(fmt::format("{} is not between 1970 and 2400", at.node().text));
  return false;
}

// How much time there is, without whose: the kind of the target and its measure.
bool read_measure(const Compilation& c, const Cursor& at, TargetSpec& target) {
  if (at.kind() == NodeKind::date_time) return read_instant(c, at, target);
  if (at.kind() == NodeKind::date || at.kind() == NodeKind::time) {
    at.error(
        fmt::format("{} is no instant; write day and time: 2026-12-31T18:00:00", at.node().text));
    return false;
  }
  const std::string_view text =
      at.kind() == NodeKind::string ? std::string_view(at.node().text) : std::string_view();
  if (const auto digits = business_days_of(text)) return read_business_days(at, *digits, target);
  if (text == "close of day") {
    target.kind = TargetKind::close_of_day;
    return true;
  }
  if (text == "ticket") {
    target.kind = TargetKind::ticket;
    return true;
  }
  const auto ms = read_duration(at, Days::refused);
  target.target_ms = ms.value_or(0);
  return ms.has_value();
}

// Days of "24x7" are those of UTC, which no desk means.
void check_days(const Cursor& at, const TargetSpec& target) {
  const bool by_day =
      target.kind == TargetKind::business_days || target.kind == TargetKind::close_of_day;
  if (by_day && target.calendar == kAlwaysOpen) {
    at.warning("counts days of UTC, because its calendar is \"24x7\"; name a calendar of the desk");
  }
}

class TableReader {
 public:
  TableReader(Compilation& c, const Policy& policy)
      : c_(c), policy_(policy), first_rule_(c.spec.rule_order.size()) {}

  void read(const Cursor& at, std::size_t depth, const std::string& path) {
    if (depth == policy_.by.size()) {
      read_cell(at, path);
      return;
    }
    const AttributeId attribute = policy_.by[depth];
    const AttributeSpec& spec = c_.spec.attributes[attribute];
    if (at.kind() != NodeKind::table) {
      at.error(fmt::format("must be a table by {}, is {}", quoted(spec.name), at.found()));
      return;
    }
    if (c_.values[attribute].doubtful()) return;
    std::vector<bool> named(spec.values.size() + 1);
    for (const Cursor& member : at.members()) {
      const auto value = find_value(c_, attribute, member.key());
      if (!value) {
        member.key_error(fmt::format("{} is not a value of {}{}", quoted(member.key()),
                                     quoted(spec.name),
                                     hint(member.key(), c_.values[attribute].live_names())));
        continue;
      }
      named[*value] = true;
      cell_.push_back({attribute, false, {*value}});
      read(member, depth + 1, path + "/" + spec.values[*value - 1]);
      cell_.pop_back();
    }
    note_gap(at, attribute, named);
  }

 private:
  // What other rules give those tickets is known only when all are read.
  void note_gap(const Cursor& at, AttributeId attribute, const std::vector<bool>& named) {
    TableGap gap{at, policy_.when, attribute, {}, first_rule_, 0};
    gap.when.insert(gap.when.end(), cell_.begin(), cell_.end());
    for (Value value = 1; value < named.size(); ++value) {
      if (!named[value] && c_.values[attribute].live(value - 1)) gap.values.push_back(value);
    }
    if (!gap.values.empty()) c_.table_gaps.push_back(std::move(gap));
  }

  void read_cell(const Cursor& at, const std::string& path) {
    RuleSpec* rule = c_.declare(c_.rules, c_.spec.rules, at, path);
    RuleSpec fresh;
    fresh.name = path;
    fresh.when = policy_.when;
    fresh.when.insert(fresh.when.end(), cell_.begin(), cell_.end());
    if (policy_.names_clocks) {
      read_spans(at, fresh);
    } else {
      read_named_spans(at, fresh);
    }
    if (rule == nullptr) return;
    *rule = std::move(fresh);
    const auto id = static_cast<RuleId>(rule - c_.spec.rules.data());
    c_.spec.rule_order.push_back(id);
    c_.rule_places.insert_or_assign(id, at);
  }

  // ["1h", "8h"] in the order of `clocks`; "8h" alone if there is one.
  void read_spans(const Cursor& at, RuleSpec& rule) {
    const bool list = at.kind() == NodeKind::array;
    const std::vector<Cursor> spans = list ? at.items() : std::vector<Cursor>{at};
    if (spans.size() != policy_.clocks.size()) {
      at.error(
          fmt::format("{} target(s) for {} clock(s); write one for each, in the order of "
                      "`clocks`",
                      spans.size(), policy_.clocks.size()));
      return;
    }
    for (std::size_t i = 0; i < spans.size(); ++i) add(spans[i], policy_.clocks[i], rule);
  }

  // { first_response = "1h", resolution = "8h" }
  void read_named_spans(const Cursor& at, RuleSpec& rule) {
    if (at.kind() != NodeKind::table) {
      at.error(
          fmt::format("must be a table of clocks such as {{ resolution = \"8h\" }}, is {}; or "
                      "name the clocks in `clocks`",
                      at.found()));
      return;
    }
    if (at.node().members.empty()) at.error("names no clock");
    // A clock's own name goes before that of its group: { etapa = "48h", "etapa/Pruebas" = "8h" }.
    for (const bool groups : {false, true}) {
      for (const Cursor& member : at.members()) {
        if (c_.clock_groups.contains(member.key()) != groups) continue;
        add(member, find_clocks(c_, member, member.key()), rule);
      }
    }
  }

  void add(const Cursor& at, const std::vector<ClockId>& clocks, RuleSpec& rule) {
    TargetSpec target;
    target.calendar = policy_.calendar;
    target.calendar_by = policy_.calendar_by;
    target.calendars = policy_.calendars;
    target.ladder = policy_.ladder;
    if (clocks.empty() || !read_measure(c_, at, target)) return;
    check_days(at, target);
    for (const ClockId clock : clocks) {
      if (std::any_of(rule.targets.begin(), rule.targets.end(),
                      [&](const TargetSpec& other) { return other.clock == clock; })) {
        continue;
      }
      target.clock = clock;
      rule.targets.push_back(target);
    }
  }

  Compilation& c_;
  const Policy& policy_;
  std::vector<MatchSpec> cell_;
  std::size_t first_rule_;
};

}  // namespace

void read_target_table(Compilation& c, const Cursor& at, Policy& policy) {
  if (policy.broken || policy.name.empty()) return;
  if (policy.names_clocks && policy.clocks.empty()) {
    at.error("`clocks` names no clock for these targets");
    return;
  }
  const std::size_t first_gap = c.table_gaps.size();
  TableReader(c, policy).read(at, 0, policy.name);
  for (std::size_t i = first_gap; i < c.table_gaps.size(); ++i) {
    c.table_gaps[i].last_rule = c.spec.rule_order.size();
  }
}

}  // namespace vencer::config
