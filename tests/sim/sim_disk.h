// SimDisk: a disk as the kernel shows it: a page cache, a platter below it, and what goes wrong.
//
//   write          goes to the page cache; a direct_sync file's is on the platter when it returns
//   begin_write    reaches the platter some time later (`later`), whatever was begun before it
//   sync           brings a file's pages to the platter; sync_directory the names
//   crash          at storage call number k, or at once. Of each 512-byte sector that no sync
//                  covered, or whose write was under way: the old, the new, or garbage; of the
//                  names, a prefix of the changes
//   kill           of the process: the page cache stays
//   errors         call k fails, once or from then on; reads too; a full disk
//   silent faults  a write that never reaches the platter, one that lands elsewhere, bits that flip
//                  at rest. What should be there is remembered: heal() is the operator's good copy
//
// Pages are shared and copied on write, zeros cost nothing: a crash is a swap of pointers.
// Thread: one.  Lives: longer than the Files it gave; those of an earlier life fail.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/log/storage.h"
#include "tests/model/dice.h"

namespace vencer::sim {

using model::Dice;

struct DiskCounters {
  std::uint64_t calls = 0, reads = 0;
  std::uint64_t power_losses = 0, torn_sectors = 0, dropped_sectors = 0, dropped_names = 0;
  std::uint64_t write_errors = 0, read_errors = 0, refused_full = 0;
  std::uint64_t lost_writes = 0, misdirected_writes = 0, flipped_bits = 0;
  std::uint64_t writes_beside = 0;    // begun while another was under way
  std::uint64_t writes_overtook = 0;  // done before one that was begun earlier
  std::uint64_t writes_cut_off = 0;   // under way when power was lost
};

class SimDisk final : public Storage {
 public:
  static constexpr std::uint64_t kNever = UINT64_MAX;
  static constexpr std::size_t kPage = 4096;
  static constexpr std::size_t kSector = 512;
  using Page = std::array<std::byte, kPage>;
  using PagePtr = std::shared_ptr<const Page>;  // null: zeros

  explicit SimDisk(std::uint64_t seed) : dice_(seed) {}

  // What is to go wrong, counted from now in calls that change something (reads: in reads).
  void crash_at(std::uint64_t call) { crash_at_ = counters_.calls + call; }
  void fail_at(std::uint64_t call, bool from_then_on) {
    fail_at_ = counters_.calls + call;
    fails_on_ = from_then_on;
  }
  void fail_read_at(std::uint64_t read) { fail_read_at_ = counters_.reads + read; }
  void read_well() { fail_read_at_ = kNever; }
  void set_full(bool full) { full_ = full; }
  enum class Silent { none, lost, misdirected };
  void do_silently(Silent what) { silent_ = what; }  // to the next direct write
  void calm();                                       // none of that any more; silent damage stays
  // A disk that lies for good, to see that it is found out: a sync of a directory does nothing; a
  // direct write is in the page cache when it returns.
  enum class Lie { none, directory_syncs, direct_writes };
  void always(Lie lie) { lie_ = lie; }
  bool crashed() const { return crashed_; }
  bool failing() const { return failed_; }  // an error was given since the last restart

  void power_off() { crashed_ = true; }
  void restart_after_power_loss();
  void restart_after_kill();

  // Silent damage: what should be there instead.
  struct Damage {
    std::string path;
    std::uint64_t page;
  };
  std::vector<Damage> damage() const;
  void heal();
  PagePtr good_page(const std::string& path, std::uint64_t page) const;  // as it should be
  // Flips one bit of a file at rest (`path` empty: of any); nothing if there is nothing in it.
  std::optional<Damage> flip_a_bit(const std::string& path = {});

  // Called with every direct write that has reached the platter (or that its writer was told has).
  std::function<void(const std::string& path, std::uint64_t offset,
                     std::span<const std::byte> bytes)>
      on_durable_write;
  // When a write that is under way is done: calls `what` after a while. None: at once, always.
  std::function<void(std::function<void()> what)> later;
  std::function<void()> on_write_done;  // of a write that was under way
  const DiskCounters& counters() const { return counters_; }
  std::vector<std::string> paths() const;
  std::vector<std::byte> content(
      const std::string& path) const;  // as a reader sees it; empty: none
  PagePtr page(const std::string& path, std::uint64_t page) const;
  std::uint64_t content_size(const std::string& path) const;

  // Storage.
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Status make_directory(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  bool exists(const std::string& path) override { return now_.contains(path); }
  Result<std::unique_ptr<StorageLock>> lock(const std::string& directory) override;
  std::uint64_t random_word() override { return dice_.next(); }
  std::string write_method(const std::string&) override { return "simulated"; }

 private:
  struct Content {
    std::uint64_t size = 0;
    std::vector<PagePtr> pages;
  };
  struct Inode {
    Content now;      // the page cache
    Content platter;  // what a sync covered
    std::set<std::uint64_t> dirty;
    std::map<std::uint64_t, PagePtr> good;  // of silently damaged pages of the platter
  };
  using InodePtr = std::shared_ptr<Inode>;        // null: a directory
  using Names = std::map<std::string, InodePtr>;  // by path
  using Change = std::vector<std::pair<std::string, std::optional<InodePtr>>>;
  class SimFile;
  class SimLock;
  struct UnderWay {
    std::string path;
    InodePtr inode;
    std::uint64_t token, offset;
    std::vector<std::byte> bytes;
    std::optional<Status> done = std::nullopt;
  };
  using Write = std::shared_ptr<UnderWay>;

  enum class Fate { go_on, partly, refuse };
  Fate next_call();
  Error error();
  Status read(const Inode& inode, std::uint64_t offset, std::span<std::byte> into);
  void write(Inode& inode, std::uint64_t offset, std::span<const std::byte> bytes);
  void resize(Inode& inode, std::uint64_t size);
  void sync(Inode& inode);
  void half_sync(Inode& inode);
  void settle(Inode& inode);
  void settle_page(Inode& inode, std::uint64_t page, unsigned mood);
  void write_direct(const std::string& path, Inode& inode, std::uint64_t offset,
                    std::span<const std::byte> bytes);
  void write_silently(Inode& inode, std::uint64_t offset, std::span<const std::byte> bytes);
  void let_go(const Write& write);
  void reach_platter(const Write& write);
  void cut_off(const UnderWay& write);
  void lose(Inode& inode, std::uint64_t page);
  void put_on_platter(Inode& inode, std::uint64_t page);
  static void apply(const Change& change, Names* names);
  Status change(Change change);
  void new_life();

  Dice dice_;
  DiskCounters counters_;
  Names now_, durable_;
  std::vector<Change> unsynced_;
  std::uint64_t crash_at_ = kNever, fail_at_ = kNever, fail_read_at_ = kNever;
  bool fails_on_ = false, full_ = false, crashed_ = false, failed_ = false;
  Silent silent_ = Silent::none;
  Lie lie_ = Lie::none;
  std::set<std::string> locked_;
  std::vector<Write> under_way_;  // as they were begun
  std::uint64_t life_ = 0;
};

}  // namespace vencer::sim
