// EventLogFiles: the EventLog that EventLog::open returns.
//
// From open() to finish_replay() it walks what is on the disk beside the replayed events, record by
// record, and builds its index as it goes; from the first difference in length (a record missing or
// torn) it writes. What is cut off for that stays as long as it is in nobody's way: it may prove
// that the log lacks something. Then it appends. Only what was walked or written is ever read.
// Lives: from start to stop.  Thread: replay, finish_replay, append, sync from the events role;
// the rest from any.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "engine/log/event_segment.h"
#include "engine/log/gentle_removal.h"

namespace vencer::events {

class EventLogFiles final : public EventLog {
 public:
  EventLogFiles(Storage& storage, const EventLogOptions& options);
  Status load();

  Status begin_replay(std::uint64_t after, std::uint32_t crc, MissingEvents missing) override;
  Status replay(const EventBytes& event) override;
  Status durable_through(std::uint64_t sequence) override;
  Status check_end() override;
  Status finish_replay() override;
  Status append(std::span<const EventBytes> events) override;
  std::uint64_t unwritten_bytes() const override {
    return unwritten_.load(std::memory_order_acquire);
  }
  Status sync() override;
  void begin_segment() override { segment_at_ = next_; }
  Result<std::uint32_t> sync_through(std::uint64_t sequence) override;
  bool sync_failed() const override;
  bool write_out() override;
  Result<bool> tidy() override;
  std::uint64_t first_sequence() const override { return first_.load(std::memory_order_acquire); }
  std::uint64_t last_sequence() const override { return last_.load(std::memory_order_acquire); }
  Result<Batch> read_from(std::uint64_t sequence, std::size_t max_bytes) const override;
  std::uint64_t replay_compared() const override { return compared_; }
  std::uint64_t replay_written() const override { return rewritten_; }
  std::uint64_t unvouched_from() const override { return unvouched_from_; }

 private:
  // event_replay.cc
  Status start_walk(std::uint64_t sequence);
  Status walk_to(std::uint64_t after, std::uint32_t crc);
  Status open_walk();
  Result<std::optional<std::span<const std::byte>>> walk_next(std::uint64_t sequence);
  Status replay_one(const EventBytes& event);
  Status end_walk();
  Status write_missing(const EventBytes& event);
  Status put_missing(const EventBytes& event);
  Status cut();
  Status drop_from(std::size_t segment);
  Status drop_behind(std::uint64_t through);
  // event_replay_again.cc
  Status write_again(std::uint64_t sequence);
  Status flush_again();
  Status end_again();
  Error unvouched() const;
  // event_replay_end.cc
  struct Place {
    std::uint64_t segment = 0;  // its first event
    std::uint64_t offset = 0, sequence = 0;
  };
  Result<std::optional<Place>> whole_behind();
  Result<bool> begins_whole(const Segment& segment) const;
  Error groups_missing(const Place& place, const char* how) const;
  // event_proof.cc
  Result<std::optional<Place>> last_whole(const Segment& segment, std::uint64_t offset,
                                          std::uint64_t sequence) const;
  Status look_for_proof(std::uint64_t sequence);
  Status load_proof();
  Status keep_proof();
  Status drop_proof();
  // event_log.cc
  Status sync_segments(std::uint64_t sequence);
  Status flush();
  Status put(const EventBytes& event);
  Status make_place(const EventBytes& event);
  Status wait_for_segment(const EventBytes& event);
  TimeMs time_of(const EventBytes& event) const;
  Status roll(std::uint64_t first, TimeMs time);
  void apply_retention();
  bool oldest_is_too_old() const;
  Status fail(const Status& status);
  // event_index.cc
  Status index(const Segment& segment) const;
  std::optional<Segment> unindexed(std::uint64_t sequence) const;  // the one that may hold it
  // event_log.cc
  struct View {  // of a segment, taken under the lock
    std::string path;
    std::uint64_t end = 0;
    Mark from;
  };
  Result<Batch> read_file(const View& view, std::uint64_t sequence, std::uint64_t last,
                          std::size_t max_bytes) const;

  Storage& storage_;
  const EventLogOptions options_;
  const std::uint32_t seed_;

  mutable std::mutex mutex_;              // guards segments_, synced_through_, sync_failed_
  mutable std::deque<Segment> segments_;  // mutable: a reader may find that an index is wanted
  std::uint64_t synced_through_ = 0;
  std::optional<Error> sync_failed_;
  GentleRemoval removal_;
  struct {                       // Thread: tidy's.
    std::uint64_t segment = 0;   // its first event; 0: none yet
    std::uint64_t offset = 0;    // up to here it was handed to the disk
    std::shared_ptr<File> file;  // of it, once there was something to hand over
  } written_out_;
  std::atomic<std::uint64_t> first_{1}, last_{0}, unwritten_{0};

  // Thread: events.
  std::shared_ptr<File> file_;       // of segments_.back(), while writing
  std::vector<std::byte> buffer_;    // records not yet written
  bool disk_full_ = false;           // as this call of append has found
  std::uint64_t buffer_at_ = 0;      // their offset in the file
  std::uint64_t waiting_first_ = 0;  // no file: what buffer_ begins with,
  TimeMs waiting_time_ = kNever;     // and when that was
  std::uint64_t next_ = 1;           // sequence expected
  std::uint64_t segment_at_ = 0;     // this event begins one: the one before is a snapshot's last
  bool started_ = false;             // next_ is known
  std::uint64_t replayed_from_ = UINT64_MAX;  // not changed behind the replay
  bool finished_ = false;                     // replay is over
  std::size_t walk_ = 0;                      // segment being compared
  std::unique_ptr<RecordReader> reader_;      // of it; null: writing
  std::optional<std::uint64_t> cut_at_;       // its end, not yet made so
  std::deque<Segment> behind_;                // cut off, not yet deleted
  std::optional<Place> proof_;                // the last whole event of what is cut off
  bool proof_kept_ = false;                   // in its file
  bool proof_file_ = false;                   // is there
  struct Held {
    std::uint64_t sequence;
    std::vector<std::byte> bytes;
  };
  std::deque<Held> held_;              // missing ones of groups that may not be durable
  std::uint64_t durable_through_ = 0;  // this one is
  std::unique_ptr<File> again_file_;   // of what was compared, to write it again
  std::size_t again_segment_ = 0;
  std::uint64_t again_at_ = 0;     // of again_
  std::uint64_t again_first_ = 0;  // event in it
  std::vector<std::byte> again_;
  std::uint64_t unvouched_from_ = 0;  // as unvouched_from(); not changed behind the replay
  std::uint64_t compared_ = 0, rewritten_ = 0;
  std::optional<Error> failed_;
};

}  // namespace vencer::events
