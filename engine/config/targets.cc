#include "engine/config/targets.h"

#include <fmt/format.h>

#include "engine/config/durations.h"
#include "engine/config/keys.h"
#include "engine/config/matches.h"

namespace vencer::config {
namespace {

// Kinds of targets that the format has words for and this version does not keep yet.
bool is_later(std::string_view text) {
  return text == "close of day" || text == "ticket" || text.ends_with(" business days") ||
         text.ends_with(" business day");
}

std::optional<DurationMs> read_target(const Cursor& at) {
  if (at.kind() == NodeKind::string && is_later(at.node().text)) {
    at.error(not_yet("the target " + quoted(at.node().text)));
    return std::nullopt;
  }
  if (at.kind() == NodeKind::time || at.kind() == NodeKind::date) {
    at.error(not_yet("an instant as a target"));
    return std::nullopt;
  }
  return read_duration(at, Days::refused);
}

class TableReader {
 public:
  TableReader(Compilation& c, const Policy& policy) : c_(c), policy_(policy) {}

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
    warn_of_gaps(at, attribute, named);
  }

 private:
  // A forgotten cell means no promise at all for those tickets: worth a word.
  void warn_of_gaps(const Cursor& at, AttributeId attribute, const std::vector<bool>& named) {
    const AttributeSpec& spec = c_.spec.attributes[attribute];
    for (Value value = 1; value <= spec.values.size(); ++value) {
      if (named[value] || !c_.values[attribute].live(value - 1)) continue;
      at.warning(fmt::format("has nothing for {} {}", spec.name, quoted(spec.values[value - 1])));
      return;
    }
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
    for (const Cursor& member : at.members()) {
      if (const auto id = c_.clocks.find(member.key())) {
        add(member, static_cast<ClockId>(*id), rule);
      } else if (!c_.clocks.doubtful() && !member.diagnostics().full()) {
        member.key_error(c_.clocks.unknown(member.key()));
      }
    }
  }

  void add(const Cursor& at, ClockId clock, RuleSpec& rule) {
    const auto target_ms = read_target(at);
    if (!target_ms) return;
    TargetSpec target;
    target.clock = clock;
    target.target_ms = *target_ms;
    target.calendar = policy_.calendar;
    target.ladder = policy_.ladder;
    rule.targets.push_back(std::move(target));
  }

  Compilation& c_;
  const Policy& policy_;
  std::vector<MatchSpec> cell_;
};

}  // namespace

void read_target_table(Compilation& c, const Cursor& at, Policy& policy) {
  if (policy.broken || policy.name.empty()) return;
  if (policy.names_clocks && policy.clocks.empty()) {
    at.error("`clocks` names no clock for these targets");
    return;
  }
  TableReader(c, policy).read(at, 0, policy.name);
}

}  // namespace vencer::config
