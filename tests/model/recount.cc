#include "tests/model/recount.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace vencer::model {
namespace {

Value value_of(const TicketView& ticket, AttributeId attribute) {
  for (const AttributeValue& value : ticket.attributes) {
    if (value.attribute == attribute) return value.value;
  }
  return 0;
}

// Of a running or paused promise that has a due time; windows are none.
bool counts(const TenantSpec& spec, const ClockView& clock) {
  return spec.clocks[clock.clock].kind == ClockKind::promise && !spec.clocks[clock.clock].retired &&
         (clock.phase == ClockPhase::running || clock.phase == ClockPhase::paused) &&
         clock.rule != kNoId16 && clock.due != kNever;
}

// Without a target a clock stops without a verdict; "ticket" is none where nothing was given.
bool had_target(const TenantSpec& spec, const ClockView& clock, TimeMs due_at) {
  if (clock.rule == kNoId16) return false;
  for (const TargetSpec& target : spec.rules[clock.rule].targets) {
    if (target.clock == clock.clock) return target.kind != TargetKind::ticket || due_at != kNever;
  }
  return false;
}

std::map<AttributeId, Value> as_map(const std::vector<AttributeValue>& values) {
  std::map<AttributeId, Value> map;
  for (const AttributeValue& value : values) map[value.attribute] = value.value;
  return map;
}

// A row as it can be compared.
using Line = std::tuple<TimeMs, Value, std::uint64_t, ClockId>;
std::vector<Line> lines_of(const std::vector<ClockRow>& rows, AttributeId order) {
  std::vector<Line> lines;
  for (const ClockRow& row : rows) {
    const auto values = as_map(row.attributes);
    const Value value = order == kNoId8 || !values.contains(order) ? 0 : values.at(order);
    lines.emplace_back(row.due, order == kNoId8 ? 0 : value - 1, row.key.low, row.clock);
  }
  return lines;
}

}  // namespace

void Recount::take(const Cycle& cycle, bool missed, DurationMs elapsed_ms) {
  const ClockId clock = std::get<1>(cycle);
  if (machine_.state().tenant(1)->clocks[clock].kind == ClockKind::window) return;
  given_[cycle] = Given{clock, missed, elapsed_ms};
}

// The key is another ticket's now.
void Recount::leave(std::uint64_t key) {
  for (auto at = given_.begin(); at != given_.end();) {
    const bool own = std::get<0>(at->first) == key;
    if (own) gone_.push_back(at->second);
    at = own ? given_.erase(at) : std::next(at);
  }
}

void Recount::listen(const std::vector<Said>& said) {
  for (const Said& told : said) {
    const Event& event = told.event;
    const std::vector<AttributeValue>& attributes = told.attributes;
    const auto freeze = [&](const auto& of) {
      for (auto& [cycle, given] : given_) {
        if (!of(cycle) || given.frozen) continue;
        given.frozen = true;
        given.attributes = as_map(attributes);
      }
    };
    const std::uint64_t key = event.ticket.low;
    const Cycle cycle{key, event.clock, event.cycle};
    switch (event.type) {
      case EventType::created:
        leave(key);
        break;
      case EventType::clock_met:
      case EventType::clock_missed:
        take(cycle, event.type == EventType::clock_missed, event.elapsed_ms);
        break;
      case EventType::imported:  // says nothing of what happened on the way
        leave(key);
        for (const ClockView& clock : view_of(key).clocks) {
          const bool missed = clock.phase == ClockPhase::missed;
          if (clock.cycle > 1) verdicts_ = false;  // those of the cycles before show nowhere
          if (!missed && clock.phase != ClockPhase::met) continue;
          if (!had_target(*machine_.state().tenant(1), clock, view_of(key).due_at)) continue;
          take({key, clock.clock, clock.cycle}, missed, clock.elapsed_ms);
        }
        if (view_of(key).closed_for_good) {
          freeze([&](const Cycle& one) { return std::get<0>(one) == key; });
        }
        break;
      case EventType::clock_resumed:
        given_.erase(cycle);
        break;
      case EventType::clock_started:
        freeze([&](const Cycle& one) {
          return std::get<0>(one) == key && std::get<1>(one) == event.clock;
        });
        break;
      case EventType::closed:
        freeze([&](const Cycle& one) { return std::get<0>(one) == key; });
        break;
      default:
        break;
    }
  }
}

TicketView Recount::view_of(std::uint64_t key) const {
  return machine_.state().view(machine_.state().find_ticket(1, {key, 0, KeyKind::number}));
}

std::vector<std::pair<Slot, TicketView>> Recount::tickets() const {
  std::vector<std::pair<Slot, TicketView>> open;
  for (std::uint64_t key = 1; key <= kKeys; ++key) {
    const Slot slot = machine_.state().find_ticket(1, {key, 0, KeyKind::number});
    if (slot == kNoSlot) continue;
    TicketView view = machine_.state().view(slot);
    if (!view.closed_for_good) open.emplace_back(slot, std::move(view));
  }
  return open;
}

std::string Recount::differ_counts() const {
  const TenantSpec& spec = *machine_.state().tenant(1);
  std::map<std::vector<Value>, std::map<Light, std::uint64_t>> expected;
  std::uint64_t dues[limits::forecast_buckets + 1] = {};
  const ForecastReport forecast = Queries(machine_.state()).forecast(1);
  for (const auto& [slot, ticket] : tickets()) {
    std::vector<Value> values;
    for (const AttributeId by : spec.count_by) values.push_back(value_of(ticket, by));
    ++expected[values][ticket.light];
    for (const ClockView& clock : ticket.clocks) {
      if (!counts(spec, clock) || clock.breached || clock.due < forecast.begin) continue;
      const TimeMs bucket = (clock.due - forecast.begin) / limits::forecast_bucket_ms;
      ++dues[std::min<TimeMs>(bucket, limits::forecast_buckets)];
    }
  }
  const auto report = Queries(machine_.state()).counts(1, spec.count_by);
  std::map<std::vector<Value>, std::map<Light, std::uint64_t>> counted;
  for (const CountsRow& row : report->rows) {
    auto& lights =
        counted[{row.values.begin(),
                 row.values.begin() + static_cast<std::ptrdiff_t>(spec.count_by.size())}];
    for (std::size_t i = 0; i < row.lights.size(); ++i) {
      if (row.lights[i] > 0) lights[static_cast<Light>(i)] = row.lights[i];
    }
  }
  if (counted != expected) return "counts by light differ\n";
  if (!std::equal(forecast.dues.begin(), forecast.dues.end(), std::begin(dues))) {
    return "forecast differs\n";
  }
  return {};
}

std::string Recount::differ_dues(Dice& dice) const {
  NextDueQuery query;
  query.tenant = 1;
  query.limit = static_cast<std::size_t>(dice.between(1, 8));
  if (dice.percent(50)) query.order = static_cast<AttributeId>(dice.below(3));
  if (dice.percent(30)) query.filter.statuses = dice.bits(8, 40);
  if (dice.percent(30)) query.filter.clocks = static_cast<std::uint32_t>(dice.bits(4, 60));
  if (dice.percent(30)) query.until = machine_.state().now() + dice.between(0, 48) * limits::kHour;
  if (dice.percent(30)) {
    query.filter.when.push_back({static_cast<AttributeId>(dice.below(2)),
                                 dice.percent(30),
                                 {dice.below(4), dice.below(4)}});
  }
  const TenantSpec& spec = *machine_.state().tenant(1);
  std::vector<Line> expected;
  for (const auto& [slot, ticket] : tickets()) {
    if (query.filter.statuses != 0 && (query.filter.statuses >> ticket.status & 1) == 0) continue;
    bool matches = true;
    for (const QueryMatch& when : query.filter.when) {
      const Value value = value_of(ticket, when.attribute);
      const bool among = std::count(when.values.begin(), when.values.end(), value) > 0;
      matches = matches && among != when.negated;
    }
    if (!matches) continue;
    for (const ClockView& clock : ticket.clocks) {
      if (!counts(spec, clock) || clock.breached || clock.due > query.until) continue;
      if (query.filter.clocks != 0 && (query.filter.clocks >> clock.clock & 1) == 0) continue;
      const Value order = query.order == kNoId8 ? 0 : value_of(ticket, query.order) - 1;
      expected.emplace_back(clock.due, order, ticket.key.low, clock.clock);
    }
  }
  std::sort(expected.begin(), expected.end());
  if (expected.size() > query.limit) expected.resize(query.limit);
  const NextDuePage page = Queries(machine_.state()).next_due(query);
  if (!page.complete) return "next due: not complete\n";
  return lines_of(page.rows, query.order) == expected ? "" : "next due differs\n";
}

std::string Recount::differ_overdue(Dice& dice) const {
  const TenantSpec& spec = *machine_.state().tenant(1);
  std::vector<std::tuple<TimeMs, Slot, ClockId, std::uint64_t>> expected;
  for (const auto& [slot, ticket] : tickets()) {
    for (const ClockView& clock : ticket.clocks) {
      if (counts(spec, clock) && clock.breached) {
        expected.emplace_back(clock.due, slot, clock.clock, ticket.key.low);
      }
    }
  }
  std::sort(expected.begin(), expected.end());
  OverdueQuery query;
  query.tenant = 1;
  query.limit = static_cast<std::size_t>(dice.between(1, 3));
  std::size_t at = 0;
  for (;;) {
    const OverduePage page = Queries(machine_.state()).overdue(query);
    if (page.overdue != expected.size()) return "overdue: another number\n";
    for (const ClockRow& row : page.rows) {
      if (at == expected.size() || std::get<0>(expected[at]) != row.due ||
          std::get<2>(expected[at]) != row.clock || std::get<3>(expected[at]) != row.key.low) {
        return "overdue differs\n";
      }
      ++at;
    }
    if (page.complete) return at == expected.size() ? "" : "overdue: some are missing\n";
    query.cursor = page.cursor;
  }
}

std::string Recount::differ_export() const {
  std::set<Slot> expected, shown;
  for (const auto& [slot, ticket] : tickets()) expected.insert(slot);
  Slot cursor = 0;
  for (bool complete = false; !complete;) {
    const ExportPage page = Queries(machine_.state()).export_open(1, cursor, 2);
    for (const Slot slot : page.slots) {
      if (!shown.insert(slot).second) return "export: a ticket twice\n";
    }
    cursor = page.cursor;
    complete = page.complete;
  }
  return shown == expected ? "" : "export differs\n";
}

std::string Recount::differ_attainment(AttributeId by) const {
  if (!verdicts_) return {};
  struct Sum {
    std::uint64_t met = 0, missed = 0;
    std::vector<DurationMs> elapsed;
  };
  std::map<std::pair<ClockId, Value>, Sum> expected;
  const auto take = [&](const Given& given, Value value) {
    Sum& sum = expected[{given.clock, value}];
    ++(given.missed ? sum.missed : sum.met);
    sum.elapsed.push_back(given.elapsed_ms);
  };
  const auto value_in = [&](const std::map<AttributeId, Value>& values) {
    return by == kNoId8 || !values.contains(by) ? Value{0} : values.at(by);
  };
  for (const Given& given : gone_) take(given, value_in(given.attributes));
  for (const auto& [cycle, given] : given_) {
    Value value = value_in(given.attributes);
    if (!given.frozen && by != kNoId8) {
      value = value_of(view_of(std::get<0>(cycle)), by);
    }
    take(given, value);
  }
  AttainmentQuery query;
  query.by = by;
  const auto rows = Queries(machine_.state()).attainment(1, query);
  if (!rows.ok() || rows->size() != expected.size()) return "attainment: other rows\n";
  for (const AttainmentRow& row : *rows) {
    const auto found = expected.find({row.clock, row.value});
    if (found == expected.end()) {
      return "attainment: a row too many\n";
    }
    Sum& sum = found->second;
    if (row.met != sum.met || row.missed != sum.missed) return "attainment: met or missed differ\n";
    std::sort(sum.elapsed.begin(), sum.elapsed.end());
    const DurationMs median = sum.elapsed[(sum.elapsed.size() + 1) / 2 - 1];
    if (std::abs(row.p50_ms - median) * 17 > median + 17) return "attainment: median is off\n";
  }
  return {};
}

std::string Recount::differ(Dice& dice) {
  if (machine_.state().tenant(1) == nullptr) return {};
  std::string text = differ_counts() + differ_dues(dice) + differ_overdue(dice) + differ_export() +
                     differ_attainment(kNoId8);
  if (values_) {
    for (const AttributeId by : machine_.state().tenant(1)->count_by) text += differ_attainment(by);
  }
  return text;
}

}  // namespace vencer::model
