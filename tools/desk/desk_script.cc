#include "tools/desk/desk_script.h"

#include <cmath>
#include <numbers>

namespace vencer {
namespace {

// Shares as real logs have them; times as an hour of theirs were a second.
constexpr double kNeverAnswered = 0.12;
constexpr double kWaits = 0.35;
constexpr double kReassigned = 0.44;
constexpr double kRaised = 0.044;
constexpr double kReopened = 0.04;
constexpr double kBurst = 0.03;  // of arrivals begin one
constexpr std::uint64_t kBurstTickets = 6;
constexpr double kBurstFaster = 20;

constexpr double kAnswerMedianS = 4, kAnswerSigma = 0.9;
constexpr double kWorkMedianS = 12, kWorkSigma = 0.7;
constexpr double kWaitMedianS = 6, kWaitSigma = 0.8;
constexpr double kReopenMeanS = 5;
constexpr DurationMs kSweptUpMs = 90'000;  // when somebody ends a ticket that nobody answered

}  // namespace

DeskScript::DeskScript(std::uint64_t seed, double tickets_per_second)
    : random_(seed), gap_s_(1 / tickets_per_second) {}

double DeskScript::uniform() {
  return static_cast<double>(random_() >> 11) * 0x1p-53;
}

DurationMs DeskScript::exponential(double mean_s) {
  return std::llround(-std::log(1 - uniform()) * mean_s * 1000);
}

DurationMs DeskScript::lognormal(double median_s, double sigma) {
  const double normal =
      std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * std::numbers::pi * uniform());
  return std::llround(median_s * std::exp(sigma * normal) * 1000);
}

void DeskScript::add(DurationMs at, std::uint64_t ticket, DeskAction::Kind kind) {
  actions_.push({at, order_++, ticket, kind, random_()});
}

DeskAction DeskScript::next() {
  while (actions_.empty() || actions_.top().at >= next_arrival_) arrive();
  const DeskAction action = actions_.top();
  actions_.pop();
  return action;
}

void DeskScript::arrive() {
  plan_ticket(next_arrival_);
  if (burst_left_ > 0) {
    --burst_left_;
  } else if (chance(kBurst)) {
    burst_left_ = kBurstTickets;
  }
  next_arrival_ += exponential(burst_left_ > 0 ? gap_s_ / kBurstFaster : gap_s_) + 1;
}

void DeskScript::plan_ticket(DurationMs at) {
  using Kind = DeskAction::Kind;
  const std::uint64_t ticket = ++tickets_;
  add(at, ticket, Kind::create);
  if (chance(kReassigned)) add(at + exponential(3), ticket, Kind::reassign);
  if (chance(kRaised)) add(at + exponential(6), ticket, Kind::raise);
  if (chance(kNeverAnswered)) {
    add(at + kSweptUpMs, ticket, Kind::resolve);
    return;
  }
  DurationMs time = at + lognormal(kAnswerMedianS, kAnswerSigma);
  add(time, ticket, Kind::agent_reply);
  add(time, ticket, Kind::start_work);
  if (chance(kWaits)) {
    time += lognormal(kWorkMedianS / 3, kWorkSigma);
    add(time, ticket, Kind::wait);
    time += lognormal(kWaitMedianS, kWaitSigma);
    add(time, ticket, Kind::customer_reply);
    add(time, ticket, Kind::start_work);
  }
  plan_end(time + lognormal(kWorkMedianS, kWorkSigma), ticket);
}

void DeskScript::plan_end(DurationMs at, std::uint64_t ticket) {
  using Kind = DeskAction::Kind;
  add(at, ticket, Kind::resolve);
  if (!chance(kReopened)) return;
  const DurationMs again = at + exponential(kReopenMeanS) + 1;
  add(again, ticket, Kind::customer_reply);
  add(again, ticket, Kind::start_work);
  add(again + lognormal(kWorkMedianS / 2, kWorkSigma), ticket, Kind::resolve);
}

}  // namespace vencer
