// FaultyStorage: a disk in memory that crashes and fails on command, from a seed.
//
// Every call that changes something is counted. At call number crash_at the machine loses power:
// the call takes effect in part, this and all later calls fail, until restart(seed) decides what
// the disk kept: of every 512-byte sector that no sync covered, the old bytes, the new ones or
// garbage; of the names changed since their directory was synced, a prefix in order. At call number
// fail_at the call fails with an error (and may have taken effect in part), later ones go on.
//
// What a real disk may do and this one does not: lose what a sync covered. flip() does that by
// hand. Thread: one.  Lives: longer than the Files it gave.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/log/storage.h"

namespace vencer::testing {

class FaultyStorage final : public Storage {
 public:
  static constexpr std::uint64_t kNever = UINT64_MAX;

  explicit FaultyStorage(std::uint64_t seed) : random_(seed) {}

  void crash_at(std::uint64_t call) { crash_at_ = calls_ + call; }
  void fail_at(std::uint64_t call, Errc code = Errc::internal) {
    fail_at_ = calls_ + call;
    fail_code_ = code;
  }
  // Files that would be larger together than this: Errc::disk_full, and nothing is written.
  void capacity(std::uint64_t bytes) { capacity_ = bytes; }
  std::uint64_t used() const;
  // Writes that are begun stay under way until a poll lets some of them, in any order, reach the
  // disk; at a crash each of the rest may have done so, in part or not.
  void let_writes_wait(bool wait) { writes_wait_ = wait; }
  void calm() { crash_at_ = fail_at_ = kNever; }
  bool crashed() const { return crashed_; }
  std::uint64_t calls() const { return calls_; }
  // kill -9: what the page cache has is there.
  void kill() { restart(false); }
  // Power loss: see above.
  void lose_power() { restart(true); }

  // A disk of its own with the same files, all of them synced.
  std::unique_ptr<FaultyStorage> copy() const;
  void put(const std::string& path,
           std::vector<std::byte> content);  // as if it had always been there
  std::vector<std::byte>* bytes(const std::string& path);
  // What File::write_out was told of the file, call by call.
  struct WrittenOut {
    std::uint64_t offset, bytes;
  };
  std::vector<WrittenOut> written_out(const std::string& path) const;
  void flip(const std::string& path, std::uint64_t offset, unsigned bit);
  std::vector<std::string> paths() const;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Status make_directory(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  bool exists(const std::string& path) override;
  Result<std::unique_ptr<StorageLock>> lock(const std::string&) override {
    return std::make_unique<StorageLock>();  // nobody else is there
  }
  std::uint64_t random_word() override { return random_(); }
  std::string write_method(const std::string&) override { return "memory"; }

 private:
  static constexpr std::size_t kSector = 512;
  struct Inode {
    std::vector<std::byte> now;      // what a reader sees
    std::vector<std::byte> durable;  // what the last sync covered
    std::set<std::size_t> dirty;     // sectors written since
    std::vector<WrittenOut> written_out;
    std::uint64_t room() const { return now.size(); }
  };
  using Names = std::map<std::string, std::shared_ptr<Inode>>;  // null: a directory
  // What one call did to names; a null optional takes the name away.
  using Change = std::vector<std::pair<std::string, std::optional<std::shared_ptr<Inode>>>>;
  class MemoryFile;

  enum class Fate { go_on, partly, refuse };
  Fate next_call();
  Error error() const;
  Error no_such(const std::string& path) const;
  void restart(bool power_lost);
  void settle(Inode& inode);
  void write(Inode& inode, std::uint64_t offset, std::span<const std::byte> bytes);
  void resize(Inode& inode, std::uint64_t size);
  static void sync(Inode& inode);
  void half_sync(Inode& inode);
  static void apply(const Change& change, Names* names);
  Status change(Change change);

  std::mt19937_64 random_;
  Names now_, durable_;
  std::vector<Change> unsynced_;
  std::uint64_t calls_ = 0, crash_at_ = kNever, fail_at_ = kNever;
  Errc fail_code_ = Errc::internal;
  bool has_room(const Inode& inode, std::uint64_t size) const;

  std::uint64_t capacity_ = kNever;
  struct UnderWay {
    const MemoryFile* file;  // that began it
    std::shared_ptr<Inode> inode;
    std::uint64_t token, offset;
    std::vector<std::byte> bytes;
  };
  std::vector<UnderWay> under_way_;
  bool writes_wait_ = false;
  bool crashed_ = false;
  std::uint64_t life_ = 0;  // Files of an earlier life fail
};

}  // namespace vencer::testing
