// The disk that fails: what a crash leaves, and damage that nobody is told of.
#include <algorithm>
#include <cstring>

#include "tests/sim/sim_disk.h"

namespace vencer::sim {
namespace {

std::string parent_of(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

}  // namespace

void SimDisk::calm() {
  crash_at_ = fail_at_ = fail_read_at_ = kNever;
  fails_on_ = full_ = false;
  silent_ = Silent::none;
}

void SimDisk::new_life() {
  calm();
  crashed_ = failed_ = false;
  locked_.clear();
  under_way_.clear();
  ++life_;
}

void SimDisk::restart_after_kill() {
  new_life();
}

void SimDisk::restart_after_power_loss() {
  std::vector<Write> cut = std::move(under_way_);
  new_life();
  ++counters_.power_losses;
  const std::size_t kept = dice_.below(unsynced_.size() + 1);
  counters_.dropped_names += unsynced_.size() - kept;
  for (std::size_t i = 0; i < kept; ++i) apply(unsynced_[i], &durable_);
  unsynced_.clear();
  // What lies in a directory that was not kept is gone with it. (In order: parents come first.)
  for (auto at = durable_.begin(); at != durable_.end();) {
    const std::string parent = parent_of(at->first);
    const bool there = parent.empty() || durable_.contains(parent);
    at = there ? std::next(at) : durable_.erase(at);
  }
  now_ = durable_;
  for (const auto& [path, inode] : now_) {
    if (inode != nullptr) settle(*inode);
  }
  // They may have gone to the disk in any order, and each as far as it liked.
  for (; !cut.empty(); cut.pop_back()) {
    std::swap(cut[dice_.below(cut.size())], cut.back());
    cut_off(*cut.back());
  }
}

void SimDisk::cut_off(const UnderWay& write) {
  Inode& inode = *write.inode;
  ++counters_.writes_cut_off;
  this->write(inode, write.offset, write.bytes);
  settle(inode);
}

// Power is lost: each sector that no sync covered is decided.
void SimDisk::settle(Inode& inode) {
  if (inode.dirty.empty() && inode.now.size == inode.platter.size) {
    inode.now = inode.platter;
    return;
  }
  const std::uint64_t size = dice_.percent(50) ? inode.now.size : inode.platter.size;
  const auto mood = static_cast<unsigned>(dice_.below(4));  // all old, new, garbage; each its own
  const std::size_t pages = (size + kPage - 1) / kPage;
  inode.platter.pages.resize(pages);
  for (const std::uint64_t page : inode.dirty) {
    if (page < pages) settle_page(inode, page, mood);
  }
  inode.platter.size = size;
  inode.now = inode.platter;
  inode.dirty.clear();
}

void SimDisk::settle_page(Inode& inode, std::uint64_t page, unsigned mood) {
  const PagePtr& fresh = page < inode.now.pages.size() ? inode.now.pages[page] : nullptr;
  const PagePtr& old = inode.platter.pages[page];
  auto kept = std::make_shared<Page>();
  kept->fill(std::byte{0});
  if (old != nullptr) *kept = *old;
  unsigned fates = 0;  // which there were
  for (std::size_t s = 0; s < kPage; s += kSector) {
    const auto fate = mood < 3 ? mood : static_cast<unsigned>(dice_.below(3));
    fates |= 1u << fate;
    if (fate == 0) ++counters_.dropped_sectors;
    if (fate == 1 && fresh == nullptr) std::memset(kept->data() + s, 0, kSector);
    if (fate == 1 && fresh != nullptr) std::memcpy(kept->data() + s, fresh->data() + s, kSector);
    if (fate != 2) continue;
    if (fresh != nullptr && std::memcmp(kept->data() + s, fresh->data() + s, kSector) == 0)
      continue;
    ++counters_.torn_sectors;
    for (std::size_t i = s; i < s + kSector; i += 8) {
      const std::uint64_t garbage = dice_.next();
      std::memcpy(kept->data() + i, &garbage, 8);
    }
  }
  if ((fates & (fates - 1)) != 0) ++counters_.torn_sectors;
  inode.platter.pages[page] = std::move(kept);
  inode.good.erase(page);
}

// A sync that failed: some pages are on the platter, and all are clean now, so that no later sync
// brings the others there though every reader still sees them. Power loss decides for itself.
void SimDisk::half_sync(Inode& inode) {
  if (crashed_) return;
  inode.platter.pages.resize(std::max(inode.platter.pages.size(), inode.now.pages.size()));
  inode.platter.size = std::max(inode.platter.size, inode.now.size);
  for (const std::uint64_t page : std::exchange(inode.dirty, {})) {
    if (dice_.percent(50)) put_on_platter(inode, page);
  }
}

void SimDisk::lose(Inode& inode, std::uint64_t page) {
  PagePtr& there = inode.platter.pages[page];
  inode.good[page] = inode.now.pages[page];
  inode.now.pages[page] = there;  // direct files have no page cache to hide it
}

// The writer is told that it is on the platter. It is not; or it is in another place of the file.
void SimDisk::write_silently(Inode& inode, std::uint64_t offset, std::span<const std::byte> bytes) {
  const Silent what = std::exchange(silent_, Silent::none);
  const std::set<std::uint64_t> dirty_before = inode.dirty;
  write(inode, offset, bytes);
  inode.dirty = dirty_before;
  inode.platter.pages.resize(inode.now.pages.size());
  inode.platter.size = std::max(inode.platter.size, inode.now.size);
  const std::uint64_t first = offset / kPage, pages = bytes.size() / kPage;
  if (what == Silent::lost) {
    ++counters_.lost_writes;
    for (std::uint64_t p = first; p < first + pages; ++p) lose(inode, p);
    return;
  }
  ++counters_.misdirected_writes;
  const std::uint64_t places = inode.now.pages.size() - pages;  // block 0 holds the file's header
  const std::uint64_t elsewhere = places == 0 ? 0 : 1 + dice_.below(places);
  for (std::uint64_t p = first; p < first + pages; ++p) lose(inode, p);
  for (std::uint64_t i = 0; i < pages; ++i) {
    const std::uint64_t victim = elsewhere + i;
    if (victim >= inode.now.pages.size()) break;
    // Where that falls on its own place again it is as it should be.
    inode.good.try_emplace(victim, inode.platter.pages[victim]);
    auto page = std::make_shared<Page>();
    std::memcpy(page->data(), bytes.data() + i * kPage, kPage);
    inode.platter.pages[victim] = inode.now.pages[victim] = std::move(page);
  }
}

// A write that went astray may have fallen on what it should have written, and one that was lost
// may have said what was there: no damage.
std::vector<SimDisk::Damage> SimDisk::damage() const {
  static const Page kZeros{};
  const auto is = [](const PagePtr& page) -> const Page& { return page ? *page : kZeros; };
  std::vector<Damage> all;
  for (const auto& [path, inode] : now_) {
    if (inode == nullptr) continue;
    const auto& there = inode->platter.pages;
    for (const auto& [page, good] : inode->good) {
      if (page < there.size() && is(there[page]) == is(good)) continue;
      all.push_back({path, page});
    }
  }
  return all;
}

SimDisk::PagePtr SimDisk::good_page(const std::string& path, std::uint64_t page_number) const {
  const auto at = now_.find(path);
  if (at == now_.end() || at->second == nullptr) return nullptr;
  const auto good = at->second->good.find(page_number);
  return good == at->second->good.end() ? page(path, page_number) : good->second;
}

void SimDisk::heal() {
  for (const auto& [path, inode] : now_) {
    if (inode == nullptr) continue;
    for (const auto& [page, good] : inode->good) {
      if (page < inode->platter.pages.size()) inode->platter.pages[page] = good;
      if (page < inode->now.pages.size()) inode->now.pages[page] = good;
    }
    inode->good.clear();
  }
}

std::optional<SimDisk::Damage> SimDisk::flip_a_bit(const std::string& of) {
  std::vector<std::pair<std::string, std::uint64_t>> places;  // pages with anything in them
  for (const auto& [path, inode] : now_) {
    if (inode == nullptr || (!of.empty() && path != of)) continue;
    for (std::uint64_t p = 0; p < inode->now.pages.size(); ++p) {
      if (inode->now.pages[p] != nullptr) places.emplace_back(path, p);
    }
  }
  if (places.empty()) return std::nullopt;
  const auto& [path, at] = dice_.of(places);
  Inode& inode = *now_.at(path);
  const std::uint64_t end = std::min<std::uint64_t>(kPage, inode.now.size - at * kPage);
  auto page = std::make_shared<Page>(*inode.now.pages[at]);
  (*page)[dice_.below(end)] ^= static_cast<std::byte>(1u << dice_.below(8));
  inode.good.try_emplace(at, inode.now.pages[at]);
  inode.now.pages[at] = page;
  if (at < inode.platter.pages.size()) inode.platter.pages[at] = std::move(page);
  ++counters_.flipped_bits;
  return Damage{path, at};
}

}  // namespace vencer::sim
