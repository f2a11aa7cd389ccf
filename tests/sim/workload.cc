#include "tests/sim/workload.h"

#include <algorithm>
#include <cmath>

namespace vencer::sim {
namespace {

constexpr TimeMs kHourMs = 3'600'000, kDayMs = 24 * kHourMs;
constexpr DurationMs kLocalMs = -4 * kHourMs;  // Santiago's winter, near enough for a profile

// Two humps with a lunch dip; nights are quiet, weekends nearly empty (the Italian helpdesk's
// shape).
constexpr double kByHour[24] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.4, 1.0, 2.4, 3.2, 3.0, 2.4,
                                1.4, 1.6, 2.6, 2.6, 2.0, 1.2, 0.6, 0.3, 0.2, 0.2, 0.1, 0.1};
constexpr double kByWeekday[7] = {1.3, 1.1, 1.0, 1.0, 0.9, 0.15, 0.1};  // from Monday
constexpr double kPi = 3.14159265358979323846;

}  // namespace

Workload::Workload(Site& site, Dice dice, const WorkKnobs& knobs, const TenantSpec& spec,
                   std::vector<Producer*> producers)
    : site_(site), dice_(dice), knobs_(knobs), spec_(spec), producers_(std::move(producers)) {}

double Workload::uniform() {
  return (static_cast<double>(dice_.next() >> 11) + 0.5) / 9007199254740992.0;
}

double Workload::normal() {
  return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * kPi * uniform());
}

double Workload::lognormal(double mu, double sigma) {
  return std::min(std::exp(mu + sigma * normal()), 1000.0) * knobs_.hours_scale;
}

// Of mean 1 (Marsaglia and Tsang; shape 1 / variance is above 1 here).
double Workload::gamma() {
  const double shape = 1 / knobs_.busyness_variance;
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (int i = 0; i < 100; ++i) {
    const double x = normal();
    const double v = std::pow(1 + c * x, 3);
    if (v <= 0) continue;
    if (std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v / shape;
  }
  return 1;
}

double Workload::rate_per_hour(TimeMs wall) const {
  const TimeMs local = wall + kLocalMs;
  const auto hour = static_cast<std::size_t>(local / kHourMs % 24);
  const auto weekday = static_cast<std::size_t>((local / kDayMs + 3) % 7);  // 1970 began a Thursday
  return knobs_.tickets_per_hour * kByHour[hour] * kByWeekday[weekday];
}

void Workload::later(double hours, std::function<void()> what) {
  site_.world.after(static_cast<WorldTime>(hours * static_cast<double>(kHour)),
                    [this, what = std::move(what)] {
                      if (!over_) what();
                    });
}

void Workload::begin() {
  next_arrival();
}

// Thinning: candidates at the highest rate there is, each taken with its hour's share.
void Workload::next_arrival() {
  const double highest = knobs_.tickets_per_hour * 3.2 * 1.3 * 3 * storm_times_;
  const std::uint64_t storms = storms_;
  later(-std::log(uniform()) / highest, [this, highest, storms] {
    if (storms != storms_) return;
    const TimeMs wall = site_.wall_ms();
    if (wall / kDayMs != busy_day_) {
      busy_day_ = wall / kDayMs;
      busyness_ = gamma();
    }
    if (storm_times_ > 1 && site_.world.now() >= storm_until_) storm_times_ = 1;
    const double rate = rate_per_hour(wall) * busyness_ * storm_times_;
    if (uniform() * highest < rate) arrive(false, kNever);
    next_arrival();
  });
}

void Workload::storm(WorldTime lasts, double times) {
  ++counters_.storms;
  storm_until_ = site_.world.now() + lasts;
  storm_times_ = times;
  ++storms_;
  next_arrival();
}

void Workload::bulk(std::size_t tickets) {
  ++counters_.bulks;
  for (std::size_t i = 0; i < tickets; ++i) arrive(false, kNever);
}

void Workload::import_old(std::size_t tickets) {
  ++counters_.imports;
  for (std::size_t i = 0; i < tickets; ++i) {
    arrive(true, site_.wall_ms() - dice_.between(kHourMs, 5 * kDayMs));
  }
}

void Workload::rush(std::size_t changes, WorldTime within) {
  if (over_ || tickets_.empty()) return;
  ++counters_.rushes;
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t ticket = dice_.below(tickets_.size());
    site_.world.after(dice_.between(0, within), [this, ticket] {
      if (over_) return;
      if (dice_.percent(40)) return reply(ticket);
      if (dice_.percent(30)) return pause(ticket);
      set_one(ticket, static_cast<AttributeId>(dice_.below(spec_.attributes.size())));
    });
  }
}

TicketKey Workload::some_ticket() {
  return tickets_.empty() ? TicketKey{1, 0, KeyKind::number}
                          : tickets_[dice_.below(tickets_.size())].key;
}

AttributeValue Workload::some_value(AttributeId attribute) {
  const AttributeSpec& spec = spec_.attributes[attribute];
  if (spec.open) return {attribute, 1 + dice_.below(40)};
  // The mix of priorities: most are the third.
  if (spec.role == AttributeRole::priority && spec.values.size() >= 4) {
    const std::uint64_t p = dice_.below(1000);
    return {attribute, p < 17 ? 1u : p < 54 ? 2u : p < 905 ? 3u : 4u};
  }
  return {attribute, 1 + dice_.below(spec.values.size())};
}

void Workload::arrive(bool quiet, TimeMs occurred_at) {
  const std::size_t at = tickets_.size();
  const TicketKey key{at + 1, 0, KeyKind::number};
  tickets_.push_back({key, dice_.below(producers_.size())});
  ++counters_.tickets;
  OwnedCommand create = about(at, CommandKind::create);
  for (AttributeId a = 0; a < spec_.attributes.size(); ++a) {
    if (spec_.attributes[a].retired || dice_.percent(15)) continue;
    create.attributes.push_back(some_value(a));
  }
  create.command.quiet = quiet;
  create.command.occurred_at = occurred_at;
  if (dice_.percent(3)) create.command.start_at = site_.wall_ms() + dice_.between(1, 3 * kHourMs);
  if (dice_.percent(10)) create.command.due_at = site_.wall_ms() + dice_.between(1, 4 * kDayMs);
  ask(at, std::move(create));
  live(at);
}

// What becomes of a ticket, thrown ahead.
void Workload::live(std::size_t ticket) {
  later(lognormal(-0.5, 1.2), [this, ticket] { reply(ticket); });
  double hours = lognormal(1.5, 1.3);
  if (dice_.percent(knobs_.pause_percent)) {
    later(hours * uniform(), [this, ticket] { pause(ticket); });
  }
  if (dice_.percent(knobs_.bump_percent)) {
    later(hours * uniform(), [this, ticket] {
      for (AttributeId a = 0; a < spec_.attributes.size(); ++a) {
        if (spec_.attributes[a].role == AttributeRole::priority) set_one(ticket, a);
      }
    });
  }
  while (dice_.percent(knobs_.reassign_percent)) {
    later(hours * uniform(), [this, ticket] {
      set_one(ticket, static_cast<AttributeId>(dice_.below(spec_.attributes.size())));
    });
  }
  later(hours, [this, ticket] { resolve(ticket); });
}

void Workload::reply(std::size_t ticket) {
  activity(ticket, "agent_reply");
  if (dice_.percent(50)) set_status(ticket, StatusCategory::open);
  if (dice_.percent(60)) {
    later(lognormal(0.5, 1), [this, ticket] {
      activity(ticket, dice_.percent(60) ? "customer_reply" : "internal_note");
    });
  }
  if (dice_.percent(knobs_.odd_percent * 3)) odd(ticket);
}

void Workload::pause(std::size_t ticket) {
  set_status(ticket, dice_.percent(70) ? StatusCategory::pending : StatusCategory::on_hold);
  later(lognormal(1.2, 1.6), [this, ticket] {
    activity(ticket, "customer_reply");
    set_status(ticket, StatusCategory::open);
    if (dice_.percent(30)) pause(ticket);
  });
}

void Workload::resolve(std::size_t ticket) {
  set_status(ticket, StatusCategory::resolved);
  tickets_[ticket].open = false;
  if (!tickets_[ticket].reopened && dice_.percent(knobs_.reopen_percent)) {
    tickets_[ticket].reopened = true;
    later(lognormal(2, 1), [this, ticket] {
      set_status(ticket, StatusCategory::open);
      live(ticket);
    });
  } else if (dice_.percent(40)) {
    later(lognormal(1, 1), [this, ticket] { set_status(ticket, StatusCategory::closed); });
  }
}

// The rarer commands, and news of what happened a while ago.
void Workload::odd(std::size_t ticket) {
  static constexpr CommandKind kKinds[] = {
      CommandKind::escalate,       CommandKind::acknowledge, CommandKind::extend,
      CommandKind::set_due,        CommandKind::cancel,      CommandKind::mute,
      CommandKind::set_attributes, CommandKind::set_status,  CommandKind::merge,
      CommandKind::link,           CommandKind::put_customer};
  const std::size_t kinds = std::size(kKinds) - (knobs_.links ? 0 : 3);
  OwnedCommand command = about(ticket, kKinds[dice_.below(kinds)]);
  rare(ticket, command);
  if (dice_.percent(20)) command.command.occurred_at = site_.wall_ms() - dice_.between(0, kHourMs);
  ask(ticket, std::move(command));
}

void Workload::rare(std::size_t, OwnedCommand& owned) {
  Command& c = owned.command;
  const TimeMs wall = site_.wall_ms();
  const auto some_attribute = [&] {
    return some_value(static_cast<AttributeId>(dice_.below(spec_.attributes.size())));
  };
  switch (c.kind) {
    case CommandKind::acknowledge:
      c.timeout_ms = dice_.between(0, 2 * kHourMs);
      break;
    case CommandKind::extend:
      c.clock = static_cast<ClockId>(dice_.below(spec_.clocks.size()));
      c.by_ms = dice_.between(-kHourMs, 4 * kHourMs);
      owned.reason = "agreed with the customer";
      break;
    case CommandKind::set_due:
      c.due_at = dice_.percent(80) ? wall + dice_.between(kHourMs, 3 * kDayMs) : kNever;
      break;
    case CommandKind::mute: {
      const AttributeValue value = some_attribute();
      c.attribute = value.attribute;
      c.value = value.value;
      c.until = wall + dice_.between(1, kDayMs);
      break;
    }
    case CommandKind::set_attributes:
      owned.attributes = {some_attribute()};
      break;
    case CommandKind::set_status:  // pending until
      for (StatusId s = 0; s < spec_.statuses.size(); ++s) {
        if (spec_.statuses[s].category == StatusCategory::pending) c.status = s;
      }
      c.until = wall + dice_.between(kHourMs / 2, kDayMs);
      break;
    case CommandKind::merge:
    case CommandKind::link:
      c.other = some_ticket();
      c.link = static_cast<LinkKind>(1 + dice_.below(3));
      break;
    case CommandKind::put_customer:
      c.key = {1 + dice_.below(40), 0, KeyKind::number};
      c.contract_until = dice_.percent(50) ? kNever : wall + dice_.between(1, 3 * kDayMs);
      c.reapply = dice_.percent(50);
      break;
    default:
      break;
  }
}

OwnedCommand Workload::about(std::size_t ticket, CommandKind kind) const {
  OwnedCommand owned;
  owned.command.kind = kind;
  owned.command.key = tickets_[ticket].key;
  return owned;
}

void Workload::ask(std::size_t ticket, OwnedCommand command) {
  producers_[tickets_[ticket].producer]->ask(std::move(command));
}

void Workload::set_status(std::size_t ticket, StatusCategory category) {
  std::vector<StatusId> fitting;
  for (StatusId s = 0; s < spec_.statuses.size(); ++s) {
    if (spec_.statuses[s].category == category) fitting.push_back(s);
  }
  if (fitting.empty()) return;
  OwnedCommand command = about(ticket, CommandKind::set_status);
  command.command.status = dice_.of(fitting);
  ask(ticket, std::move(command));
}

void Workload::set_one(std::size_t ticket, AttributeId attribute) {
  if (spec_.attributes[attribute].retired) return;
  OwnedCommand command = about(ticket, CommandKind::set_attributes);
  command.attributes = {some_value(attribute)};
  ask(ticket, std::move(command));
}

void Workload::activity(std::size_t ticket, const char* name) {
  OwnedCommand command = about(ticket, CommandKind::activity);
  for (ActivityId a = 0; a < spec_.activities.size(); ++a) {
    if (spec_.activities[a].name == name) command.command.activity = a;
  }
  if (dice_.percent(10)) {  // any that the desk knows
    command.command.activity = static_cast<ActivityId>(dice_.below(spec_.activities.size()));
  }
  if (command.command.activity != kNoId8) ask(ticket, std::move(command));
}

}  // namespace vencer::sim
