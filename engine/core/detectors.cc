#include "engine/core/detectors.h"

#include <algorithm>
#include <utility>

#include "engine/core/assert.h"

namespace vencer {

static_assert((limits::detector_tickets_max & (limits::detector_tickets_max - 1)) == 0,
              "the ring grows by doubling up to it");
static_assert(limits::detector_count_max <= limits::detector_tickets_max);

namespace {
std::size_t hash_of(const Detector::Alike& alike) {
  std::uint64_t hash = 0;
  for (const Value value : alike) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 32;
  }
  return static_cast<std::size_t>(hash);
}
}  // namespace

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
  erase_from_index(series.alike);
  unlink(id);
  free_.push_back(id);
}

Detector::SeriesId Detector::find_or_add(const Alike& alike) {
  if (2 * (live_series_ + 1) > index_.size()) grow_index();
  if (const SeriesId known = index_[place_of(alike)]; known != kNone) return known;
  if (live_series_ == limits::detector_tickets_max) forget(stalest_);
  auto id = static_cast<SeriesId>(series_.size());
  if (free_.empty()) {
    series_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
    series_[id] = {};
  }
  series_[id].alike = alike;
  index_[place_of(alike)] = id;
  ++live_series_;
  link_newest(id);
  return id;
}

std::size_t Detector::place_of(const Alike& alike) const {
  const std::size_t mask = index_.size() - 1;
  std::size_t place = hash_of(alike) & mask;
  while (index_[place] != kNone && series_[index_[place]].alike != alike) {
    place = (place + 1) & mask;
  }
  return place;
}

void Detector::grow_index() {
  const std::vector<SeriesId> before = std::move(index_);
  index_.assign(std::max<std::size_t>(16, 2 * before.size()), kNone);
  for (const SeriesId id : before) {
    if (id != kNone) index_[place_of(series_[id].alike)] = id;
  }
}

// What stands behind the hole and would no longer be found moves into it.
void Detector::erase_from_index(const Alike& alike) {
  const std::size_t mask = index_.size() - 1;
  std::size_t hole = place_of(alike);
  for (std::size_t next = (hole + 1) & mask; index_[next] != kNone; next = (next + 1) & mask) {
    const std::size_t home = hash_of(series_[index_[next]].alike) & mask;
    if (((next - home) & mask) < ((next - hole) & mask)) continue;  // its home lies after the hole
    index_[hole] = index_[next];
    hole = next;
  }
  index_[hole] = kNone;
  --live_series_;
}

void Detector::reserve_entry() {
  if (size_ < ring_.size()) return;
  std::vector<Entry> wider(std::max<std::size_t>(16, 2 * ring_.size()));
  for (std::size_t i = 0; i < size_; ++i) {
    const std::uint64_t number = oldest_ + i;
    wider[number & (wider.size() - 1)] = entry(number);
  }
  ring_ = std::move(wider);
}

void Detector::append(SeriesId id, const TicketKey& ticket, TimeMs now) {
  reserve_entry();
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

void Detector::keep(std::vector<KeptSeries>* series, std::vector<KeptTicket>* tickets) const {
  std::vector<std::uint32_t> numbers(series_.size(), kForgotten);
  for (SeriesId id = stalest_; id != kNone; id = series_[id].newer) {
    numbers[id] = static_cast<std::uint32_t>(series->size());
    series->push_back({series_[id].alike, series_[id].last_at, series_[id].silent});
  }
  for (std::size_t i = 0; i < size_; ++i) {
    const Entry& each = entry(oldest_ + i);
    tickets->push_back(
        {each.at, each.ticket, each.series == kNone ? kForgotten : numbers[each.series]});
  }
}

bool Detector::restore(const std::vector<KeptSeries>& series,
                       const std::vector<KeptTicket>& tickets) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (find_or_add(series[i].alike) != i) return false;
    series_[i].silent = series[i].silent;
  }
  for (const KeptTicket& each : tickets) {
    if (each.series != kForgotten) {
      append(each.series, each.ticket, each.at);
      continue;
    }
    reserve_entry();
    entry(oldest_ + size_++) = {each.at, each.ticket, 0, kNone};
  }
  // Appending has put them in another order.
  stalest_ = newest_ = kNone;
  for (SeriesId id = 0; id < series_.size(); ++id) {
    series_[id].last_at = series[id].last_at;
    series_[id].older = series_[id].newer = kNone;
    link_newest(id);
  }
  return true;
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
