// Detector: tickets that are alike within a sliding window, for one detector of a tenant ("mass
// incident").
//
// It remembers the tickets of the window in order of time, one list for all, and chains those that
// are alike. An alarm goes off when `count` alike lie within `within_ms`, both ends counting; then
// that series is silent until `quiet_ms` have passed without a new one.
//
// Choices where semantics.md is silent: a value that is not set is alike to another that is not
// set; what came during the silence still counts in the window when the detector is armed again; a
// document that changes what a detector looks at (when, alike, within, creations or escalations)
// begins it anew; a quiet import is not counted.
//
// Bounded, whatever the values: at most limits::detector_tickets_max tickets and as many series;
// beyond that the oldest is forgotten first. The order of forgetting is that of the log.
//
// Cost: observe O(1) amortised.  Memory: 48 bytes a ticket in the window, about 150 a series.
// Thread: the shard's.  Time: engine time, which never decreases.
#pragma once

#include <array>
#include <vector>

#include "engine/core/limits.h"
#include "engine/core/tenant.h"
#include "engine/core/types.h"

namespace vencer {

class Detector {
 public:
  using Alike = std::array<Value, limits::detector_alike_max>;  // 0 beyond the detector's own

  // A ticket that matches, at `now`. Does the alarm go off?
  bool observe(const DetectorSpec& spec, const Alike& alike, const TicketKey& ticket, TimeMs now);

  // After an alarm, until the next observe: how many tickets of its series lie in the window, and
  // the first of them, oldest first.
  std::uint64_t alarm_count() const { return series_[alarm_].count; }
  std::vector<TicketKey> alarm_tickets(std::size_t at_most) const;

  std::size_t tickets() const { return size_; }
  std::size_t series() const { return live_series_; }

  // For snapshots. All series, that of the least last_at first, under numbers from 0 on; then all
  // tickets, oldest first, each with the number of its series, or kForgotten.
  struct KeptSeries {
    Alike alike{};
    TimeMs last_at = 0;
    bool silent = false;
  };
  struct KeptTicket {
    TimeMs at = 0;
    TicketKey ticket;
    std::uint32_t series = 0;
  };
  static constexpr std::uint32_t kForgotten = 0xffffffff;
  void keep(std::vector<KeptSeries>* series, std::vector<KeptTicket>* tickets) const;
  // Into one that was never used. False: two series are alike.
  bool restore(const std::vector<KeptSeries>& series, const std::vector<KeptTicket>& tickets);

  // fn(word) over all state, for the digest.
  template <typename Fn>
  void for_each_word(Fn&& fn) const;

 private:
  using SeriesId = std::uint32_t;
  static constexpr SeriesId kNone = 0xffffffff;
  struct Entry {
    TimeMs at = 0;
    TicketKey ticket;
    std::uint64_t next = 0;   // number of the next one alike, if this is not the last
    SeriesId series = kNone;  // none: its series was forgotten
  };
  static_assert(sizeof(Entry) == 48);
  struct Series {
    Alike alike{};
    std::uint64_t first = 0;  // numbers of its oldest and newest entry, if count > 0
    std::uint64_t last = 0;
    std::uint32_t count = 0;
    bool silent = false;
    TimeMs last_at = 0;
    SeriesId older = kNone;  // by last_at: all series in one list
    SeriesId newer = kNone;
  };
  static_assert(sizeof(Series) == 72);

  Entry& entry(std::uint64_t number) { return ring_[number & (ring_.size() - 1)]; }
  const Entry& entry(std::uint64_t number) const { return ring_[number & (ring_.size() - 1)]; }
  void sweep(const DetectorSpec& spec, TimeMs now);
  void drop_oldest_ticket();
  void forget(SeriesId id);
  SeriesId find_or_add(const Alike& alike);
  std::size_t place_of(const Alike& alike) const;  // in index_: where it is, or would be
  void grow_index();
  void erase_from_index(const Alike& alike);
  void reserve_entry();
  void append(SeriesId id, const TicketKey& ticket, TimeMs now);
  void unlink(SeriesId id);
  void link_newest(SeriesId id);

  std::vector<Entry> ring_;  // by number; a power of two
  std::uint64_t oldest_ = 0;
  std::size_t size_ = 0;
  std::vector<Series> series_;  // ids are reused; none of them reaches an output
  std::vector<SeriesId> free_;
  std::vector<SeriesId> index_;  // by hash of alike, linear probing, at most half full
  std::size_t live_series_ = 0;
  SeriesId stalest_ = kNone;
  SeriesId newest_ = kNone;
  SeriesId alarm_ = kNone;
};

template <typename Fn>
void Detector::for_each_word(Fn&& fn) const {
  fn(std::uint64_t{size_});
  for (std::size_t i = 0; i < size_; ++i) {
    const Entry& each = entry(oldest_ + i);
    fn(static_cast<std::uint64_t>(each.at));
    fn(each.ticket.low);
    fn(each.ticket.high);
    fn(std::uint64_t{static_cast<std::uint8_t>(each.ticket.kind)} |
       std::uint64_t{each.series == kNone} << 8);
    if (each.series == kNone) continue;
    for (const Value value : series_[each.series].alike) fn(value);
  }
  for (SeriesId id = stalest_; id != kNone; id = series_[id].newer) {
    const Series& each = series_[id];
    for (const Value value : each.alike) fn(value);
    fn(static_cast<std::uint64_t>(each.last_at));
    fn(std::uint64_t{each.count} << 1 | (each.silent ? 1u : 0u));
  }
}

}  // namespace vencer
