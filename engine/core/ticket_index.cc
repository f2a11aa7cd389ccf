#include "engine/core/ticket_index.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/core/assert.h"

namespace vencer {

namespace {

__extension__ using Wide = unsigned __int128;

// Folded 64 x 64 multiplication (as in wyhash), with the factors kept in the result, so that a
// factor of 0 does not swallow the other.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return a ^ b ^ static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

std::uint64_t TicketIndex::hash(TenantId tenant, const TicketKey& key, std::uint64_t seed) {
  const std::uint64_t owner = std::uint64_t{tenant} << 8 | static_cast<std::uint64_t>(key.kind);
  const std::uint64_t text =
      mix(key.low ^ seed ^ 0x2d358dccaa6c78a5, key.high ^ 0x8bb84b93962eacc9);
  return mix(text ^ 0x4b33a62ed433d4a3, (owner + seed) * 0x9e3779b97f4a7c15 ^ 0x4d5a2da51de1aa47);
}

std::unique_ptr<TicketIndex::Segment> TicketIndex::make_segment(std::uint32_t depth) {
  auto segment = std::make_unique<Segment>();
  segment->cells = reinterpret_cast<Cells*>(cells_.take());
  segment->depth = depth;
  std::fill_n(segment->cells->cell, kCells, kEmpty);
  return segment;
}

TicketIndex::TicketIndex(std::uint32_t capacity, std::shared_ptr<PageSource> pages)
    : cells_(std::move(pages), sizeof(Cells)),
      // At this depth segments of a well spread index are less than a quarter full.
      depth_max_(std::min<std::uint32_t>(
          static_cast<std::uint32_t>(std::bit_width(capacity / (kFull / 2))) + 1, kDepthMax)) {
  segments_.push_back(make_segment(0));
  directory_.push_back(Door{segments_.back().get(), segments_.back()->cells});
}

// Well spread segments fill alike, so they split alike: there are a power of two of them, and all
// are a little less than full at most (by three times what they differ, the root of their size).
std::uint64_t TicketIndex::expected_bytes(std::uint64_t entries) {
  constexpr std::uint64_t kMostOnAverage = kFull - 3 * 60;
  return std::bit_ceil(
             std::max<std::uint64_t>(1, (entries + kMostOnAverage - 1) / kMostOnAverage)) *
         sizeof(Cells);
}

void TicketIndex::insert(std::uint64_t hash, Slot slot) {
  VENCER_ASSERT(slot != kNoSlot);
  const std::uint32_t tag = tag_of(hash);
  while (door_of(tag).segment->size == kFull && door_of(tag).segment->depth < depth_max_) {
    split(tag);
  }
  const Cell cell = Cell{tag} << 32 | slot;
  ++size_;
  Segment* segment = door_of(tag).segment;
  if (segment->size < kFull) [[likely]] {
    ++segment->size;
    return put(*door_of(tag).cells, cell);
  }
  while (segment->size == kFull) {
    if (segment->overflow == nullptr) {
      segment->overflow = make_segment(segment->depth);
      ++overflows_;
    }
    segment = segment->overflow.get();
  }
  ++segment->size;
  put(*segment->cells, cell);
}

bool TicketIndex::erase(std::uint64_t hash, Slot slot) {
  const std::uint32_t tag = tag_of(hash);
  const Cell cell = Cell{tag} << 32 | slot;
  Segment* segment = door_of(tag).segment;
  if (remove(*segment, cell)) {
    --size_;
    return true;
  }
  for (; segment->overflow != nullptr; segment = segment->overflow.get()) {
    if (!remove(*segment->overflow, cell)) continue;
    --size_;
    if (segment->overflow->size == 0) {
      cells_.give_back(reinterpret_cast<std::byte*>(segment->overflow->cells));
      segment->overflow = std::move(segment->overflow->overflow);
      --overflows_;
    }
    return true;
  }
  return false;
}

// An entry gives way to one that is further from its home.
void TicketIndex::put(Cells& cells, Cell cell) {
  std::uint32_t at = home_of(tag_in(cell));
  for (std::uint32_t distance = 0;; ++distance, at = (at + 1) & kCellMask) {
    Cell& here = cells.cell[at];
    if (here == kEmpty) {
      here = cell;
      return;
    }
    const std::uint32_t its_distance = distance_of(here, at);
    if (its_distance >= distance) continue;
    std::swap(here, cell);
    distance = its_distance;
  }
}

// Those behind it that are not at home move up by one.
bool TicketIndex::remove(Segment& segment, Cell cell) {
  std::uint32_t at = home_of(tag_in(cell));
  for (std::uint32_t distance = 0; segment.cells->cell[at] != cell;
       ++distance, at = (at + 1) & kCellMask) {
    const Cell here = segment.cells->cell[at];
    if (here == kEmpty || distance_of(here, at) < distance) return false;
  }
  for (;;) {
    const std::uint32_t next = (at + 1) & kCellMask;
    if (segment.cells->cell[next] == kEmpty || distance_of(segment.cells->cell[next], next) == 0)
      break;
    segment.cells->cell[at] = segment.cells->cell[next];
    at = next;
  }
  segment.cells->cell[at] = kEmpty;
  --segment.size;
  return true;
}

// Parts the cells of `lower` by a bit of the tag; `upper` is empty. From the start of a run on,
// cells stand in order of homes, and in a half none comes to lie further back than it lay: one
// walk.
void TicketIndex::part(Segment& lower, Segment& upper, Cell bit) {
  Cell cells[kCells];
  std::copy_n(lower.cells->cell, kCells, cells);
  std::fill_n(lower.cells->cell, kCells, kEmpty);
  lower.size = 0;
  std::uint32_t start = 0;
  while (cells[start] != kEmpty && distance_of(cells[start], start) != 0) ++start;
  std::uint32_t next[2] = {start, start};  // first free cell of either half, not wrapped
  for (std::uint32_t at = start; at < start + kCells; ++at) {
    const Cell cell = cells[at & kCellMask];
    if (cell == kEmpty) continue;
    const bool up = (cell & bit) != 0;
    const std::uint32_t to = std::max(at - distance_of(cell, at), next[up]);
    next[up] = to + 1;
    Segment& half = up ? upper : lower;
    half.cells->cell[to & kCellMask] = cell;
    ++half.size;
  }
}

// The segment of this tag gives the half of its entries that have the next bit of the tag set to a
// new one.
void TicketIndex::split(std::uint32_t tag) {
  if (door_of(tag).segment->depth == depth_) {
    const std::size_t before = directory_.size();
    directory_.resize(before * 2);
    for (std::size_t i = before; i-- > 0;)
      directory_[2 * i] = directory_[2 * i + 1] = directory_[i];
    ++depth_;
  }
  Segment& lower = *door_of(tag).segment;
  const Cell bit = Cell{1} << (63 - lower.depth);
  ++lower.depth;
  segments_.push_back(make_segment(lower.depth));
  Segment& upper = *segments_.back();
  part(lower, upper, bit);

  // The directory's entries of the old segment are neighbours; the upper half of them is the new
  // one's.
  const std::size_t span = std::size_t{1} << (depth_ - lower.depth);
  const std::size_t first = directory_index(tag) / (2 * span) * (2 * span);
  std::fill_n(directory_.begin() + static_cast<std::ptrdiff_t>(first + span), span,
              Door{&upper, upper.cells});
}

std::size_t TicketIndex::memory_bytes() const {
  return (segments_.size() + overflows_) * (sizeof(Segment) + sizeof(Cells)) +
         segments_.capacity() * sizeof segments_[0] + directory_.capacity() * sizeof directory_[0];
}

void TicketIndex::verify_segment(const Segment& segment, std::uint32_t prefix) const {
  std::uint32_t used = 0;
  for (std::uint32_t at = 0; at < kCells; ++at) {
    const Cell cell = segment.cells->cell[at];
    if (cell == kEmpty) continue;
    ++used;
    const std::uint32_t distance = distance_of(cell, at);
    const Cell previous = segment.cells->cell[(at - 1) & kCellMask];
    // No gap between home and cell, and none that is nearer its home stands before it.
    VENCER_ASSERT(distance == 0 || previous != kEmpty);
    VENCER_ASSERT(distance == 0 || distance_of(previous, at - 1) + 1 >= distance);
    VENCER_ASSERT(std::uint64_t{tag_in(cell)} >> (32 - segment.depth) == prefix);
  }
  VENCER_ASSERT(used == segment.size && used <= kFull);
}

void TicketIndex::verify() const {
  VENCER_ASSERT(directory_.size() == std::size_t{1} << depth_ && depth_ <= depth_max_);
  std::size_t entries = 0;
  std::size_t segments = 0;
  std::size_t overflows = 0;
  for (std::size_t i = 0; i < directory_.size();) {
    const Segment& segment = *directory_[i].segment;
    const std::size_t span = std::size_t{1} << (depth_ - segment.depth);
    VENCER_ASSERT(i % span == 0);
    for (std::size_t j = i; j < i + span; ++j) {
      VENCER_ASSERT(directory_[j].segment == &segment);
      VENCER_ASSERT(directory_[j].cells == segment.cells);
    }
    for (const Segment* s = &segment; s != nullptr; s = s->overflow.get()) {
      verify_segment(*s, static_cast<std::uint32_t>(i / span));
      VENCER_ASSERT(s == &segment || (s->size > 0 && segment.depth == depth_max_));
      entries += s->size;
      if (s != &segment) ++overflows;
    }
    ++segments;
    i += span;
  }
  VENCER_ASSERT(entries == size_ && segments == segments_.size() && overflows == overflows_);
}

}  // namespace vencer
