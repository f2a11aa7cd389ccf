// The disk that works: files, names, the page cache.
#include "tests/sim/sim_disk.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace vencer::sim {
namespace {

std::string directory_of(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

bool all_zero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

class SimDisk::SimFile final : public File {
 public:
  SimFile(SimDisk& disk, std::string path, InodePtr inode, OpenMode mode)
      : disk_(disk),
        path_(std::move(path)),
        inode_(std::move(inode)),
        mode_(mode),
        life_(disk.life_) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (dead()) return disk_.error();
    const std::uint64_t size = inode_->now.size;
    if (offset >= size) return std::size_t{0};
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size - offset));
    if (Status s = disk_.read(*inode_, offset, into.first(count)); !s) return s.error();
    return count;
  }

  ~SimFile() override {
    if (!dead()) wait_for(begun_.size());
  }

  Status write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    if (mode_ == OpenMode::read) return Error{Errc::internal, "writing a file opened for reading"};
    if (bytes.empty()) return ok_status();
    if (Status s = may_write(offset, bytes); !s) return s;
    const Fate fate = dead() ? Fate::refuse : disk_.next_call();
    if (fate == Fate::refuse) return disk_.error();
    if (fate == Fate::partly) {
      write_a_part(offset, bytes);
      return disk_.error();
    }
    if (mode_ == OpenMode::direct_sync) {
      disk_.write_direct(path_, *inode_, offset, bytes);
    } else {
      disk_.write(*inode_, offset, bytes);
    }
    return ok_status();
  }

  bool write_apart(int) override {
    apart_ = mode_ == OpenMode::direct_sync && disk_.later != nullptr;
    return apart_;
  }

  void begin_write(std::uint64_t token, std::uint64_t offset,
                   std::span<const std::byte> bytes) override {
    if (!apart_) return File::begin_write(token, offset, bytes);
    const auto write = std::make_shared<UnderWay>(
        UnderWay{path_, inode_, token, offset, {bytes.begin(), bytes.end()}});
    begun_.push_back(write);
    if (const Status s = may_write(offset, bytes); !s) {
      write->done = s;
      return;
    }
    const Fate fate = dead() ? Fate::refuse : disk_.next_call();
    if (fate == Fate::go_on) return disk_.let_go(write);
    write->done = disk_.error();
    if (fate == Fate::refuse) return;
    if (disk_.crashed_) {
      disk_.under_way_.push_back(write);
    } else {
      write_a_part(offset, bytes);
    }
  }

  void poll_writes(bool wait, std::vector<WriteDone>* done) override {
    if (!apart_) return File::poll_writes(wait, done);
    if (wait) wait_for(1);
    std::erase_if(begun_, [&](const Write& one) {
      if (!one->done && dead()) one->done = disk_.error();
      if (one->done) done->push_back({one->token, *one->done});
      return one->done.has_value();
    });
  }

  Status sync() override {
    const Fate fate = dead() ? Fate::refuse : disk_.next_call();
    if (fate == Fate::refuse) return disk_.error();
    if (fate == Fate::partly) {
      disk_.half_sync(*inode_);
      return disk_.error();
    }
    disk_.sync(*inode_);
    return ok_status();
  }

  Status truncate(std::uint64_t size) override {
    const Fate fate = dead() ? Fate::refuse : disk_.next_call();
    if (fate == Fate::refuse) return disk_.error();
    if (fate == Fate::go_on || disk_.dice_.percent(50)) disk_.resize(*inode_, size);
    return fate == Fate::go_on ? ok_status() : Status(disk_.error());
  }

  Result<std::uint64_t> size() override {
    if (dead()) return disk_.error();
    return inode_->now.size;
  }

 private:
  bool dead() const { return disk_.crashed_ || life_ != disk_.life_; }

  Status may_write(std::uint64_t offset, std::span<const std::byte> bytes) {
    const bool direct = mode_ == OpenMode::direct_sync;
    if (direct && (offset % kPage != 0 || bytes.size() % kPage != 0 ||
                   reinterpret_cast<std::uintptr_t>(bytes.data()) % kPage != 0)) {
      return Error{Errc::internal, "a direct write that is not aligned"};
    }
    const bool grows = offset + bytes.size() > inode_->now.size;
    if (dead() || !disk_.full_ || !grows) return ok_status();
    ++disk_.counters_.refused_full;
    return Error{Errc::disk_full, path_ + ": no space left on device"};
  }

  void write_a_part(std::uint64_t offset, std::span<const std::byte> bytes) {
    const bool all = disk_.dice_.percent(50);
    const std::size_t part = all ? bytes.size() : disk_.dice_.below(bytes.size());
    disk_.write(*inode_, offset, bytes.first(part));
    if (mode_ == OpenMode::direct_sync) disk_.half_sync(*inode_);
  }

  // Time does not pass meanwhile: whoever waits is held up, and the world with it.
  void wait_for(std::size_t least) {
    const auto is_done = [](const Write& one) { return one->done.has_value(); };
    auto done = static_cast<std::size_t>(std::count_if(begun_.begin(), begun_.end(), is_done));
    for (; done < std::min(least, begun_.size()) && !dead(); ++done) {
      std::vector<Write> open;
      std::remove_copy_if(begun_.begin(), begun_.end(), std::back_inserter(open), is_done);
      disk_.reach_platter(disk_.dice_.of(open));
    }
  }

  SimDisk& disk_;
  const std::string path_;
  const InodePtr inode_;
  const OpenMode mode_;
  const std::uint64_t life_;
  bool apart_ = false;
  std::vector<Write> begun_;  // and not given back by poll_writes()
};

class SimDisk::SimLock final : public StorageLock {
 public:
  SimLock(SimDisk& disk, std::string directory) : disk_(disk), directory_(std::move(directory)) {}
  ~SimLock() override { disk_.locked_.erase(directory_); }

 private:
  SimDisk& disk_;
  const std::string directory_;
};

SimDisk::Fate SimDisk::next_call() {
  if (crashed_) return Fate::refuse;
  const std::uint64_t call = counters_.calls++;
  if (call == crash_at_) crashed_ = true;
  const bool fails = call == fail_at_ || (fails_on_ && call > fail_at_);
  if (fails && !crashed_) ++counters_.write_errors;
  failed_ = failed_ || fails;
  return crashed_ || fails ? Fate::partly : Fate::go_on;
}

Error SimDisk::error() {
  return crashed_ ? Error{Errc::internal, "the machine is off"}
                  : Error{Errc::internal, "input/output error"};
}

Status SimDisk::read(const Inode& inode, std::uint64_t offset, std::span<std::byte> into) {
  if (counters_.reads++ == fail_read_at_) {
    ++counters_.read_errors;
    failed_ = true;
    return Error{Errc::internal, "input/output error while reading"};
  }
  while (!into.empty()) {
    const std::size_t from = offset % kPage;
    const std::size_t count = std::min(kPage - from, into.size());
    const PagePtr& page = inode.now.pages[offset / kPage];
    if (page == nullptr) {
      std::memset(into.data(), 0, count);
    } else {
      std::memcpy(into.data(), page->data() + from, count);
    }
    into = into.subspan(count);
    offset += count;
  }
  return ok_status();
}

void SimDisk::resize(Inode& inode, std::uint64_t size) {
  const std::uint64_t before = inode.now.size;
  inode.now.size = size;
  inode.now.pages.resize((size + kPage - 1) / kPage);
  if (size > before) {
    for (std::uint64_t p = before / kPage; p * kPage < size; ++p) inode.dirty.insert(p);
    return;
  }
  inode.dirty.erase(inode.dirty.lower_bound(inode.now.pages.size()), inode.dirty.end());
  if (size % kPage == 0 || inode.now.pages.back() == nullptr) return;
  auto last = std::make_shared<Page>(*inode.now.pages.back());  // zeros behind the end
  std::fill(last->begin() + static_cast<std::ptrdiff_t>(size % kPage), last->end(), std::byte{0});
  inode.now.pages.back() = std::move(last);
  inode.dirty.insert(inode.now.pages.size() - 1);
}

void SimDisk::write(Inode& inode, std::uint64_t offset, std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  if (offset + bytes.size() > inode.now.size) resize(inode, offset + bytes.size());
  while (!bytes.empty()) {
    const std::uint64_t at = offset / kPage;
    const std::size_t from = offset % kPage;
    const std::size_t count = std::min(kPage - from, bytes.size());
    PagePtr& page = inode.now.pages[at];
    if (all_zero(bytes.first(count)) && (page == nullptr || count == kPage)) {
      page = nullptr;
    } else {
      auto fresh = page == nullptr ? std::make_shared<Page>() : std::make_shared<Page>(*page);
      if (page == nullptr) fresh->fill(std::byte{0});
      std::memcpy(fresh->data() + from, bytes.data(), count);
      page = std::move(fresh);
    }
    inode.dirty.insert(at);
    bytes = bytes.subspan(count);
    offset += count;
  }
}

void SimDisk::write_direct(const std::string& path, Inode& inode, std::uint64_t offset,
                           std::span<const std::byte> bytes) {
  if (silent_ != Silent::none) {
    write_silently(inode, offset, bytes);
  } else {
    write(inode, offset, bytes);
    if (lie_ != Lie::direct_writes) sync(inode);
  }
  if (on_durable_write) on_durable_write(path, offset, bytes);
}

void SimDisk::let_go(const Write& write) {
  counters_.writes_beside += under_way_.empty() ? 0 : 1;
  under_way_.push_back(write);
  later([this, write, life = life_] {
    if (life == life_ && !crashed_ && !write->done) reach_platter(write);
  });
}

void SimDisk::reach_platter(const Write& write) {
  counters_.writes_overtook += under_way_.front() == write ? 0 : 1;
  std::erase(under_way_, write);
  write_direct(write->path, *write->inode, write->offset, write->bytes);
  write->done = ok_status();
  if (on_write_done) on_write_done();
}

void SimDisk::put_on_platter(Inode& inode, std::uint64_t page) {
  if (page < inode.now.pages.size()) inode.platter.pages[page] = inode.now.pages[page];
  inode.good.erase(page);
}

void SimDisk::sync(Inode& inode) {
  inode.platter.size = inode.now.size;
  inode.platter.pages.resize(inode.now.pages.size());
  for (const std::uint64_t page : inode.dirty) put_on_platter(inode, page);
  inode.dirty.clear();
  inode.good.erase(inode.good.lower_bound(inode.now.pages.size()), inode.good.end());
}

void SimDisk::apply(const Change& change, Names* names) {
  for (const auto& [path, inode] : change) {
    if (inode) {
      (*names)[path] = *inode;
    } else {
      names->erase(path);
    }
  }
}

Status SimDisk::change(Change change) {
  const Fate fate = next_call();
  if (fate == Fate::refuse) return error();
  if (fate == Fate::partly && dice_.percent(50)) return error();
  apply(change, &now_);
  unsynced_.push_back(std::move(change));
  return fate == Fate::go_on ? ok_status() : Status(error());
}

Result<std::unique_ptr<File>> SimDisk::open(const std::string& path, OpenMode mode) {
  if (crashed_) return error();
  const auto at = now_.find(path);
  if (mode == OpenMode::create_new) {
    if (at != now_.end()) return Error{Errc::internal, path + ": exists"};
    if (Status made = change({{path, std::make_shared<Inode>()}}); !made) return made.error();
  } else if (at == now_.end() || at->second == nullptr) {
    return Error{Errc::internal, path + ": no such file"};
  }
  return std::unique_ptr<File>(std::make_unique<SimFile>(*this, path, now_[path], mode));
}

Result<std::vector<std::string>> SimDisk::list(const std::string& directory) {
  if (crashed_) return error();
  if (!now_.contains(directory)) return Error{Errc::internal, directory + ": no such directory"};
  std::vector<std::string> names;
  for (const auto& [path, inode] : now_) {
    if (directory_of(path) == directory) names.push_back(path.substr(directory.size() + 1));
  }
  return names;
}

Status SimDisk::make_directory(const std::string& path) {
  if (now_.contains(path)) return crashed_ ? Status(error()) : ok_status();
  return change({{path, InodePtr()}});
}

Status SimDisk::rename(const std::string& from, const std::string& to) {
  if (crashed_) return error();
  const auto at = now_.find(from);
  if (at == now_.end()) return Error{Errc::internal, from + ": no such file"};
  Change moved{{to, at->second}, {from, std::nullopt}};
  if (at->second == nullptr) {  // a directory, with what lies in it
    const std::string below = from + "/";
    for (auto it = now_.lower_bound(below); it != now_.end() && it->first.starts_with(below);
         ++it) {
      moved.emplace_back(to + "/" + it->first.substr(below.size()), it->second);
      moved.emplace_back(it->first, std::nullopt);
    }
  }
  return change(std::move(moved));
}

Status SimDisk::remove(const std::string& path) {
  if (crashed_) return error();
  if (!now_.contains(path)) return Error{Errc::internal, path + ": no such file"};
  return change({{path, std::nullopt}});
}

Status SimDisk::sync_directory(const std::string& path) {
  const Fate fate = next_call();
  if (fate != Fate::go_on) return error();
  if (lie_ == Lie::directory_syncs) return ok_status();
  std::vector<Change> others;
  for (Change& one : unsynced_) {
    const bool here = std::any_of(
        one.begin(), one.end(), [&](const auto& name) { return directory_of(name.first) == path; });
    if (here) {
      apply(one, &durable_);
    } else {
      others.push_back(std::move(one));
    }
  }
  unsynced_ = std::move(others);
  return ok_status();
}

Result<std::unique_ptr<StorageLock>> SimDisk::lock(const std::string& directory) {
  if (!locked_.insert(directory).second) {
    return Error{Errc::internal, directory + ": in use by another process"};
  }
  return std::unique_ptr<StorageLock>(std::make_unique<SimLock>(*this, directory));
}

std::vector<std::string> SimDisk::paths() const {
  std::vector<std::string> all;
  for (const auto& [path, inode] : now_) {
    if (inode != nullptr) all.push_back(path);
  }
  return all;
}

std::vector<std::byte> SimDisk::content(const std::string& path) const {
  const auto at = now_.find(path);
  if (at == now_.end() || at->second == nullptr) return {};
  const Content& now = at->second->now;
  std::vector<std::byte> bytes(now.pages.size() * kPage);
  for (std::size_t i = 0; i < now.pages.size(); ++i) {
    if (now.pages[i] != nullptr) std::memcpy(bytes.data() + i * kPage, now.pages[i]->data(), kPage);
  }
  bytes.resize(now.size);
  return bytes;
}

SimDisk::PagePtr SimDisk::page(const std::string& path, std::uint64_t page) const {
  const auto at = now_.find(path);
  if (at == now_.end() || at->second == nullptr) return nullptr;
  return page < at->second->now.pages.size() ? at->second->now.pages[page] : nullptr;
}

std::uint64_t SimDisk::content_size(const std::string& path) const {
  const auto at = now_.find(path);
  return at == now_.end() || at->second == nullptr ? 0 : at->second->now.size;
}

}  // namespace vencer::sim
