#include "tests/sim/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace vencer::sim {
namespace {

struct Row {
  FaultKind kind;
  std::string_view name;
  FaultGroup group;
  double per_day;
};

constexpr std::array<Row, kFaultKinds> kRows = {{
    {FaultKind::power, "power", kCrash, 10},
    {FaultKind::kill, "kill", kCrash, 4},
    {FaultKind::recovery_crash, "recovery_crash", kCrash, 6},
    {FaultKind::snapshot_crash, "snapshot_crash", kCrash, 4},
    {FaultKind::stop, "stop", kCrash, 2},
    {FaultKind::write_error, "write_error", kDisk, 2},
    {FaultKind::write_errors, "write_errors", kDisk, 1},
    {FaultKind::read_error, "read_error", kDisk, 2},
    {FaultKind::full, "full", kDisk, 1},
    {FaultKind::lost_write, "lost_write", kDisk, 2},
    {FaultKind::misdirected, "misdirected", kDisk, 2},
    {FaultKind::bit_flips, "bit_flips", kDisk, 4},
    {FaultKind::bad_snapshot, "bad_snapshot", kDisk, 2},
    {FaultKind::step, "step", kClock, 3},
    {FaultKind::drift, "drift", kClock, 2},
    {FaultKind::starve, "starve", kClock, 6},
    {FaultKind::cut_one, "cut_one", kNet, 24},
    {FaultKind::cut_all, "cut_all", kNet, 4},
    {FaultKind::slow_reader, "slow_reader", kNet, 6},
    {FaultKind::resume_back, "resume_back", kNet, 8},
}};

constexpr std::array<std::pair<std::string_view, unsigned>, 6> kGroupNames = {{
    {"none", 0},
    {"crash", kCrash},
    {"disk", kDisk},
    {"clock", kClock},
    {"net", kNet},
    {"all", kAllFaults},
}};

const Row& row_of(FaultKind kind) {
  return kRows[static_cast<std::size_t>(kind)];
}

// Most outages are short.
WorldTime some_outage(model::Dice& dice) {
  if (dice.percent(5)) return dice.between(kHour, 14 * kHour);
  if (dice.percent(30)) return dice.between(kMinute, 40 * kMinute);
  return dice.between(50 * kMillisecond, 20 * kSecond);
}

// Half are small and slewed away, the rest beyond what is followed; forwards and backwards.
std::int64_t some_clock_step_ms(model::Dice& dice) {
  const std::int64_t most = dice.percent(50) ? 4 * 60'000 : 9 * 3'600'000;
  const std::int64_t by = dice.between(1, most);
  return dice.percent(50) ? by : -by;
}

void throw_parameters(model::Dice& dice, Fault& fault) {
  switch (fault.kind) {
    case FaultKind::power:
    case FaultKind::recovery_crash:
    case FaultKind::snapshot_crash:
      fault.a = dice.between(0, fault.kind == FaultKind::power ? 30 : 60);
      fault.b = some_outage(dice);
      break;
    case FaultKind::kill:
    case FaultKind::stop:
      fault.b = some_outage(dice);
      break;
    case FaultKind::write_error:
    case FaultKind::write_errors:
      fault.a = dice.between(0, 20);
      break;
    case FaultKind::read_error:
      fault.a = dice.between(0, 100);
      break;
    case FaultKind::full:
      fault.a = dice.between(kMinute, 3 * kHour);
      break;
    case FaultKind::lost_write:
    case FaultKind::misdirected:
      fault.a = dice.between(0, 20 * kMinute);
      break;
    case FaultKind::bit_flips:
    case FaultKind::bad_snapshot:
      fault.a = dice.between(1, 4);
      fault.b = some_outage(dice);
      break;
    case FaultKind::step:
      fault.a = some_clock_step_ms(dice);
      break;
    case FaultKind::drift:
      fault.a = dice.between(-2000, 2000);
      fault.b = dice.between(kMinute, 5 * kHour);
      break;
    case FaultKind::starve:
      fault.a = dice.between(10 * kMillisecond, 30 * kMinute);
      break;
    case FaultKind::slow_reader:
      fault.a = dice.between(kSecond, 2 * kHour);
      break;
    default:
      break;
  }
}

}  // namespace

std::string_view to_string(FaultKind kind) {
  return row_of(kind).name;
}

bool parse_faults(std::string_view text, unsigned* groups) {
  *groups = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    const auto known = std::find_if(kGroupNames.begin(), kGroupNames.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (known == kGroupNames.end()) return false;
    *groups |= known->second;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

std::string tell_groups(unsigned groups) {
  if (groups == 0) return "none";
  if (groups == kAllFaults) return "all";
  std::string text;
  for (const auto& [name, bits] : kGroupNames) {
    if (bits == 0 || bits == kAllFaults || (groups & bits) == 0) continue;
    if (!text.empty()) text += ',';
    text += name;
  }
  return text;
}

std::string tell(const Fault& fault) {
  return fmt::format("{:.3f} h {} {} {}",
                     static_cast<double>(fault.at) / static_cast<double>(kHour),
                     to_string(fault.kind), fault.a, fault.b);
}

std::vector<Fault> plan_faults(model::Dice dice, double hours, unsigned groups) {
  std::vector<Fault> plan;
  const double eagerness = dice.percent(30) ? 0.3 : dice.percent(40) ? 3 : 1;
  for (const Row& row : kRows) {
    // Each kind has dice of its own: without a group the others stay as they are.
    model::Dice own(dice.next());
    if ((row.group & groups) == 0) continue;
    const double mean_hours = 24 / (row.per_day * eagerness);
    double at = 0;
    while (true) {
      const double u = (static_cast<double>(own.next() >> 11) + 0.5) / 9007199254740992.0;
      at -= std::log(u) * mean_hours;
      if (at >= hours) break;
      Fault& fault = plan.emplace_back(
          Fault{row.kind, static_cast<WorldTime>(at * static_cast<double>(kHour)), 0, 0});
      throw_parameters(own, fault);
    }
  }
  std::stable_sort(plan.begin(), plan.end(),
                   [](const Fault& x, const Fault& y) { return x.at < y.at; });
  return plan;
}

}  // namespace vencer::sim
