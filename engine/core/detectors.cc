#include "engine/core/detectors.h"

#include <algorithm>

#include "engine/core/assert.h"

namespace vencer {

static_assert((limits::detector_tickets_max & (limits::detector_tickets_max - 1)) == 0,
              "the ring grows by doubling up to it");
static_assert(limits::detector_count_max <= limits::detector_tickets_max);

std::size_t Detector::Hash::operator()(const Alike& alike) const {
  std::uint64_t hash = 0;
  for (const Value value : alike) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 32;
  }
  return static_cast<std::size_t>(hash);
}

bool Detector::observe(const DetectorSpec& spec, const Alike& alike, const TicketKey& ticket,
                       TimeMs now) {
  sweep(spec, now);
  if (size_ == limits::detector_tickets_max) drop_oldest_ticket();
  const SeriesId id = find_or_add(alike);
  Series& series = series_[id];
  if (series.silent && now - series.last_at >= spec.quiet_ms) series.silent = false;
  append(id, ticket, now);
  if (series.silent || series.count < spec.count) return false;
  series.silent = true;
  alarm_ = id;
  return true;
}

std::vector<TicketKey> Detector::alarm_tickets(std::size_t at_most) const {
  const Series& series = series_[alarm_];
  std::vector<TicketKey> tickets;
  std::uint64_t number = series.first;
  for (std::size_t left = std::min<std::size_t>(series.count, at_most); left > 0; --left) {
    tickets.push_back(entry(number).ticket);
    number = entry(number).next;
  }
  return tickets;
}

// What has left the window, and series that could not be told from new ones.
void Detector::sweep(const DetectorSpec& spec, TimeMs now) {
  while (size_ > 0 && now - entry(oldest_).at > spec.within_ms) drop_oldest_ticket();
  while (stalest_ != kNone && series_[stalest_].count == 0 &&
         now - series_[stalest_].last_at >= spec.quiet_ms) {
    forget(stalest_);
  }
}

void Detector::drop_oldest_ticket() {
  const Entry& dropped = entry(oldest_);
  if (dropped.series != kNone) {
    Series& series = series_[dropped.series];
    VENCER_ASSERT(series.first == oldest_ && series.count > 0);
    series.first = dropped.next;
    --series.count;
    if (series.count == 0 && !series.silent) forget(dropped.series);
  }
  ++oldest_;
  --size_;
}

void Detector::forget(SeriesId id) {
  Series& series = series_[id];
  std::uint64_t number = series.first;
  for (; series.count > 0; --series.count) {
    entry(number).series = kNone;
    number = entry(number).next;
  }
  by_alike_.erase(series.alike);
  unlink(id);
  free_.push_back(id);
}

Detector::SeriesId Detector::find_or_add(const Alike& alike) {
  const auto found = by_alike_.find(alike);
  if (found != by_alike_.end()) return found->second;
  if (by_alike_.size() == limits::detector_tickets_max) forget(stalest_);
  SeriesId id = static_cast<SeriesId>(series_.size());
  if (free_.empty()) {
    series_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
    series_[id] = {};
  }
  series_[id].alike = alike;
  by_alike_.emplace(alike, id);
  link_newest(id);
  return id;
}

void Detector::append(SeriesId id, const TicketKey& ticket, TimeMs now) {
  if (size_ == ring_.size()) {
    std::vector<Entry> wider(std::max<std::size_t>(16, 2 * ring_.size()));
    for (std::size_t i = 0; i < size_; ++i) {
      const std::uint64_t number = oldest_ + i;
      wider[number & (wider.size() - 1)] = entry(number);
    }
    ring_ = std::move(wider);
  }
  const std::uint64_t number = oldest_ + size_++;
  entry(number) = {now, ticket, 0, id};
  Series& series = series_[id];
  if (series.count == 0) {
    series.first = number;
  } else {
    entry(series.last).next = number;
  }
  series.last = number;
  series.last_at = now;
  ++series.count;
  unlink(id);
  link_newest(id);
}

void Detector::unlink(SeriesId id) {
  Series& series = series_[id];
  (series.older == kNone ? stalest_ : series_[series.older].newer) = series.newer;
  (series.newer == kNone ? newest_ : series_[series.newer].older) = series.older;
  series.older = series.newer = kNone;
}

void Detector::link_newest(SeriesId id) {
  series_[id].older = newest_;
  (newest_ == kNone ? stalest_ : series_[newest_].newer) = id;
  newest_ = id;
}

}  // namespace vencer
