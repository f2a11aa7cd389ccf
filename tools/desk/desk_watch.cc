#include "tools/desk/desk_watch.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace vencer {
namespace {

TimeMs wall_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string time_of_day(TimeMs time) {
  const std::time_t seconds = time / 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec,
                     time % 1000);
}

}  // namespace

std::vector<EventType> DeskWatch::types() {
  return {EventType::warning, EventType::breached, EventType::escalated};
}

void DeskWatch::changing(const std::string& key) {
  const std::lock_guard lock(mutex_);
  changed_at_[key] = wall_now();
}

DurationMs DeskWatch::lag_of(const Event& event) const {
  if (event.due == kNever) return 0;
  TimeMs allowed = event.type == EventType::warning ? event.due : event.due + 1;
  const auto changed = changed_at_.find(key_text(event.ticket));
  if (changed != changed_at_.end()) allowed = std::max(allowed, changed->second);
  return std::max<DurationMs>(event.emitted - allowed, 0);
}

void DeskWatch::see(const EventBatch& batch) {
  const TimeMs here = wall_now();
  const std::lock_guard lock(mutex_);
  for (const Event& event : batch.events) {
    if (!key_text(event.ticket).starts_with(prefix_)) {
      ++of_others_;
      continue;
    }
    if (event.type == EventType::warning) ++warnings_;
    if (event.type == EventType::breached) ++breaches_;
    if (event.type == EventType::escalated) ++escalations_;
    lags_.push_back(lag_of(event));
    print(event, here);
  }
}

void DeskWatch::print(const Event& event, TimeMs here) const {
  std::string what = names_->clock_name(event.clock);
  const std::string step = names_->step_name(event.clock, event.step);
  if (!step.empty()) what += " " + step;
  if (event.type == EventType::escalated && event.level != 0) {
    what += " -> " + names_->level_name(event.level);
  }
  std::string routing;
  for (const char* name : {"priority", "plan"}) {
    const Result<AttributeId> id = names_->attribute_id(name);
    if (!id) continue;
    for (const AttributeValue& value : event.attributes) {
      if (value.attribute != *id) continue;
      routing += (routing.empty() ? "" : ", ") + names_->value_text(*id, value.value);
    }
  }
  fmt::print("{}  {:<10} {:<14} {:<36} {:<28} lag {} ms, here {} ms\n", time_of_day(event.emitted),
             event.type == EventType::breached ? "BREACH" : to_string(event.type),
             key_text(event.ticket), what, routing, lag_of(event),
             std::max<DurationMs>(here - event.emitted, 0));
  std::fflush(stdout);
}

void DeskWatch::end(const Error& error) {
  const std::lock_guard lock(mutex_);
  ended_ = error.message.empty() ? std::string(to_string(error.code)) : error.message;
}

std::uint64_t DeskWatch::breaches() const {
  const std::lock_guard lock(mutex_);
  return breaches_;
}

bool DeskWatch::ended() const {
  const std::lock_guard lock(mutex_);
  return !ended_.empty();
}

std::string DeskWatch::summary() const {
  const std::lock_guard lock(mutex_);
  std::string text =
      fmt::format("{} warnings, {} breaches, {} escalations", warnings_, breaches_, escalations_);
  if (!lags_.empty()) {
    std::vector<DurationMs> sorted = lags_;
    std::sort(sorted.begin(), sorted.end());
    text += fmt::format("; lag ms: p50 {}, p99 {}, max {}", sorted[sorted.size() / 2],
                        sorted[sorted.size() * 99 / 100], sorted.back());
  }
  if (of_others_ > 0) text += fmt::format("; {} events of other tickets", of_others_);
  if (!ended_.empty()) text += "; the stream ended: " + ended_;
  return text;
}

}  // namespace vencer
