#include "tests/unit/log/faulty_storage.h"

#include <algorithm>
#include <cstdlib>

namespace vencer::testing {
namespace {

std::string directory_of(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

}  // namespace

class FaultyStorage::MemoryFile final : public File {
 public:
  MemoryFile(FaultyStorage& disk, std::shared_ptr<Inode> inode, OpenMode mode)
      : disk_(disk), inode_(std::move(inode)), mode_(mode), life_(disk.life_) {}

  ~MemoryFile() override {
    std::vector<WriteDone> ignored;
    while (!dead() && own_writes() > 0) poll_writes(true, &ignored);
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (dead()) return disk_.error();
    if (offset >= inode_->now.size()) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(into.size(), inode_->now.size() - offset);
    std::copy_n(inode_->now.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
    return count;
  }

  Status write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    if (mode_ == OpenMode::read) return Error{Errc::internal, "writing a file opened for reading"};
    if (bytes.empty()) return ok_status();
    const std::uint64_t end = offset + bytes.size();
    if (!disk_.has_room(*inode_, end)) return Error{Errc::disk_full, "no space left on device"};
    const bool direct = mode_ == OpenMode::direct_sync;
    if (direct && (offset % 4096 != 0 || bytes.size() % 4096 != 0 ||
                   reinterpret_cast<std::uintptr_t>(bytes.data()) % 4096 != 0)) {
      return Error{Errc::internal, "a direct write that is not aligned"};
    }
    const Fate fate = dead() ? Fate::refuse : disk_.next_call();
    if (fate == Fate::refuse) return disk_.error();
    if (fate == Fate::partly) {
      const std::size_t part =
          disk_.random_() % 2 == 0 ? bytes.size() : disk_.random_() % bytes.size();
      disk_.write(*inode_, offset, bytes.first(part));
      if (direct) disk_.half_sync(*inode_);
      return disk_.error();
    }
    disk_.write(*inode_, offset, bytes);
    if (direct) FaultyStorage::sync(*inode_);
    return ok_status();
  }

  void begin_write(std::uint64_t token, std::uint64_t offset,
                   std::span<const std::byte> bytes) override {
    if (!disk_.writes_wait_ || dead()) return File::begin_write(token, offset, bytes);
    disk_.under_way_.push_back({this, inode_, token, offset, {bytes.begin(), bytes.end()}});
  }

  bool write_apart(int) override { return disk_.writes_wait_; }

  void poll_writes(bool wait, std::vector<WriteDone>* done) override {
    File::poll_writes(wait, done);
    bool go_on = wait && done->empty();
    while (own_writes() > 0 && !dead() &&
           (std::exchange(go_on, false) || disk_.random_() % 2 == 0)) {
      std::size_t pick = disk_.random_() % own_writes();
      auto& all = disk_.under_way_;
      const auto at = std::ranges::find_if(
          all, [&](const UnderWay& one) { return one.file == this && pick-- == 0; });
      const UnderWay one = std::move(*at);
      all.erase(at);
      done->push_back({one.token, write_aligned(one)});
    }
    if (dead() && done->empty()) done->push_back({0, disk_.error()});
  }

  Status sync() override {
    const Fate fate = dead() ? Fate::refuse : disk_.next_call();
    if (fate == Fate::refuse) return disk_.error();
    if (fate == Fate::partly) {
      disk_.half_sync(*inode_);
      return disk_.error();
    }
    FaultyStorage::sync(*inode_);
    return ok_status();
  }

  Status truncate(std::uint64_t size) override {
    const Fate fate = dead() ? Fate::refuse : disk_.next_call();
    if (fate == Fate::refuse) return disk_.error();
    if (fate == Fate::go_on || disk_.random_() % 2 == 0) disk_.resize(*inode_, size);
    return fate == Fate::go_on ? ok_status() : Status(disk_.error());
  }

  void write_out(std::uint64_t offset, std::uint64_t bytes) override {
    inode_->written_out.push_back({offset, bytes});
  }

  Result<std::uint64_t> size() override {
    if (dead()) return disk_.error();
    return inode_->now.size();
  }

 private:
  std::size_t own_writes() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        disk_.under_way_, [&](const UnderWay& one) { return one.file == this; }));
  }
  Status write_aligned(const UnderWay& one) {
    auto* block = static_cast<std::byte*>(std::aligned_alloc(4096, one.bytes.size()));
    std::ranges::copy(one.bytes, block);
    const Status status = write_at(one.offset, {block, one.bytes.size()});
    std::free(block);
    return status;
  }
  bool dead() const { return disk_.crashed_ || life_ != disk_.life_; }

  FaultyStorage& disk_;
  std::shared_ptr<Inode> inode_;
  OpenMode mode_;
  std::uint64_t life_;
};

FaultyStorage::Fate FaultyStorage::next_call() {
  if (crashed_) return Fate::refuse;
  const std::uint64_t call = calls_++;
  if (call == crash_at_) crashed_ = true;
  return call == crash_at_ || call == fail_at_ ? Fate::partly : Fate::go_on;
}

Error FaultyStorage::error() const {
  return crashed_ ? Error{Errc::internal, "the machine is off"}
                  : Error{fail_code_, "the disk fails"};
}

Error FaultyStorage::no_such(const std::string& path) const {
  return Error{Errc::internal, path + ": no such file"};
}

std::uint64_t FaultyStorage::used() const {
  std::uint64_t total = 0;
  for (const auto& [path, inode] : now_) total += inode == nullptr ? 0 : inode->room();
  return total;
}

bool FaultyStorage::has_room(const Inode& inode, std::uint64_t size) const {
  return size <= inode.room() || used() + size - inode.room() <= capacity_;
}

void FaultyStorage::restart(bool power_lost) {
  crashed_ = false;
  crash_at_ = fail_at_ = kNever;
  ++life_;
  for (const UnderWay& one : std::exchange(under_way_, {})) {
    if (random_() % 3 == 0) continue;
    write(*one.inode, one.offset, one.bytes);
    if (!power_lost) sync(*one.inode);
  }
  if (!power_lost) return;
  const std::size_t kept = unsynced_.empty() ? 0 : random_() % (unsynced_.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) apply(unsynced_[i], &durable_);
  unsynced_.clear();
  // What lies in a directory that was not kept is gone with it. (In order: parents come first.)
  for (auto at = durable_.begin(); at != durable_.end();) {
    const std::string parent = directory_of(at->first);
    at = parent.empty() || durable_.contains(parent) ? std::next(at) : durable_.erase(at);
  }
  now_ = durable_;
  for (const auto& [path, inode] : now_) {
    if (inode != nullptr) settle(*inode);
  }
}

void FaultyStorage::settle(Inode& inode) {
  const std::size_t size = random_() % 2 == 0 ? inode.now.size() : inode.durable.size();
  const int mood = static_cast<int>(random_() % 4);  // all old, all new, all garbage, each its own
  std::vector<std::byte> kept = inode.durable;
  kept.resize(size);
  for (const std::size_t sector : inode.dirty) {
    const int fate = mood < 3 ? mood : static_cast<int>(random_() % 3);
    for (std::size_t i = sector * kSector; i < std::min((sector + 1) * kSector, size); ++i) {
      if (fate == 1) kept[i] = i < inode.now.size() ? inode.now[i] : std::byte{0};
      if (fate == 2) kept[i] = static_cast<std::byte>(random_());
    }
  }
  inode.now = inode.durable = std::move(kept);
  inode.dirty.clear();
}

void FaultyStorage::resize(Inode& inode, std::uint64_t size) {
  const std::size_t before = inode.now.size();
  inode.now.resize(size);
  for (std::size_t s = before / kSector; s * kSector < size && before < size; ++s) {
    inode.dirty.insert(s);
  }
  if (size < before)
    inode.dirty.erase(inode.dirty.lower_bound(size / kSector + 1), inode.dirty.end());
}

void FaultyStorage::write(Inode& inode, std::uint64_t offset, std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  if (offset + bytes.size() > inode.now.size()) resize(inode, offset + bytes.size());
  std::copy(bytes.begin(), bytes.end(), inode.now.begin() + static_cast<std::ptrdiff_t>(offset));
  for (std::size_t s = offset / kSector; s * kSector < offset + bytes.size(); ++s) {
    inode.dirty.insert(s);
  }
}

void FaultyStorage::sync(Inode& inode) {
  inode.durable.resize(inode.now.size());
  for (const std::size_t sector : inode.dirty) {
    const std::size_t end = std::min((sector + 1) * kSector, inode.now.size());
    for (std::size_t i = sector * kSector; i < end; ++i) inode.durable[i] = inode.now[i];
  }
  inode.dirty.clear();
}

// A sync that failed: some sectors are on the disk, and all are clean now, so that no later sync
// brings the others there though every reader still sees them.
void FaultyStorage::half_sync(Inode& inode) {
  const std::set<std::size_t> dirty = std::exchange(inode.dirty, {});
  for (const std::size_t sector : dirty) {
    if (random_() % 2 == 0) inode.dirty.insert(sector);
  }
  if (!crashed_) {
    sync(inode);
    return;
  }
  inode.dirty = dirty;  // power loss decides
}

void FaultyStorage::apply(const Change& change, Names* names) {
  for (const auto& [path, inode] : change) {
    if (inode) {
      (*names)[path] = *inode;
    } else {
      names->erase(path);
    }
  }
}

Status FaultyStorage::change(Change change) {
  const Fate fate = next_call();
  if (fate == Fate::refuse) return error();
  if (fate == Fate::partly && random_() % 2 == 0) return error();
  apply(change, &now_);
  unsynced_.push_back(std::move(change));
  return fate == Fate::go_on ? ok_status() : Status(error());
}

Result<std::unique_ptr<File>> FaultyStorage::open(const std::string& path, OpenMode mode) {
  if (crashed_) return error();
  const auto at = now_.find(path);
  if (mode == OpenMode::create_new) {
    if (at != now_.end()) return Error{Errc::internal, path + ": exists"};
    if (auto status = change({{path, std::make_shared<Inode>()}}); !status) return status.error();
  } else if (at == now_.end() || at->second == nullptr) {
    return no_such(path);
  }
  return std::unique_ptr<File>(std::make_unique<MemoryFile>(*this, now_[path], mode));
}

Result<std::vector<std::string>> FaultyStorage::list(const std::string& directory) {
  if (crashed_) return error();
  if (!now_.contains(directory)) return no_such(directory);
  std::vector<std::string> names;
  for (const auto& [path, inode] : now_) {
    if (directory_of(path) == directory) names.push_back(path.substr(directory.size() + 1));
  }
  return names;
}

Status FaultyStorage::make_directory(const std::string& path) {
  if (now_.contains(path)) return crashed_ ? Status(error()) : ok_status();
  return change({{path, std::shared_ptr<Inode>()}});
}

Status FaultyStorage::rename(const std::string& from, const std::string& to) {
  const auto at = now_.find(from);
  if (at == now_.end()) return crashed_ ? error() : no_such(from);
  return change({{to, at->second}, {from, std::nullopt}});
}

Status FaultyStorage::remove(const std::string& path) {
  if (!now_.contains(path)) return crashed_ ? error() : no_such(path);
  return change({{path, std::nullopt}});
}

Status FaultyStorage::sync_directory(const std::string& path) {
  const Fate fate = next_call();
  if (fate != Fate::go_on) return error();
  const std::string named = path == "/" ? "" : path;
  std::vector<Change> others;
  for (Change& one : unsynced_) {
    const bool here =
        std::ranges::any_of(one, [&](const auto& n) { return directory_of(n.first) == named; });
    if (here) {
      apply(one, &durable_);
    } else {
      others.push_back(std::move(one));
    }
  }
  unsynced_ = std::move(others);
  return ok_status();
}

bool FaultyStorage::exists(const std::string& path) {
  return now_.contains(path);
}

std::vector<std::byte>* FaultyStorage::bytes(const std::string& path) {
  const auto at = now_.find(path);
  return at == now_.end() || at->second == nullptr ? nullptr : &at->second->now;
}

std::vector<FaultyStorage::WrittenOut> FaultyStorage::written_out(const std::string& path) const {
  const auto at = now_.find(path);
  if (at == now_.end() || at->second == nullptr) return {};
  return at->second->written_out;
}

std::unique_ptr<FaultyStorage> FaultyStorage::copy() const {
  auto other = std::make_unique<FaultyStorage>(calls_);
  for (const auto& [path, inode] : now_) {
    if (inode == nullptr) {
      other->now_[path] = other->durable_[path] = nullptr;
    } else {
      other->put(path, inode->now);
    }
  }
  return other;
}

void FaultyStorage::put(const std::string& path, std::vector<std::byte> content) {
  auto inode = std::make_shared<Inode>();
  inode->durable = content;
  inode->now = std::move(content);
  now_[path] = durable_[path] = std::move(inode);
}

void FaultyStorage::flip(const std::string& path, std::uint64_t offset, unsigned bit) {
  Inode& inode = *now_.at(path);
  inode.now.at(offset) ^= static_cast<std::byte>(1u << bit);
  if (offset < inode.durable.size()) inode.durable[offset] ^= static_cast<std::byte>(1u << bit);
}

std::vector<std::string> FaultyStorage::paths() const {
  std::vector<std::string> all;
  for (const auto& [path, inode] : now_) all.push_back(path);
  return all;
}

}  // namespace vencer::testing
