// The index beside a std::map that knows which slot each key has.
#include "engine/core/ticket_index.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/unit/wheel/twin.h"

namespace vencer {
namespace {

using Name = std::tuple<TenantId, std::uint64_t, std::uint64_t, KeyKind>;

Name name_of(TenantId tenant, const TicketKey& key) {
  return {tenant, key.low, key.high, key.kind};
}

// Index and oracle; keys lie by slot, as in the ticket table.
class Book {
 public:
  explicit Book(std::uint32_t capacity, std::uint64_t hash_mask = ~std::uint64_t{0})
      : index_(capacity), hash_mask_(hash_mask) {}

  Slot find(TenantId tenant, const TicketKey& key) const {
    compared_ = 0;
    return index_.find(hash(tenant, key), [&](Slot slot) {
      ++compared_;
      return names_[slot] == name_of(tenant, key);
    });
  }
  void insert(TenantId tenant, const TicketKey& key) {
    const auto slot = static_cast<Slot>(names_.size());
    names_.push_back(name_of(tenant, key));
    oracle_[names_.back()] = slot;
    index_.insert(hash(tenant, key), slot);
  }
  bool erase(TenantId tenant, const TicketKey& key) {
    const auto it = oracle_.find(name_of(tenant, key));
    if (it == oracle_.end()) return false;
    const Slot slot = it->second;
    oracle_.erase(it);
    return index_.erase(hash(tenant, key), slot);
  }
  Slot expected(TenantId tenant, const TicketKey& key) const {
    const auto it = oracle_.find(name_of(tenant, key));
    return it == oracle_.end() ? kNoSlot : it->second;
  }
  void check_all() const {
    index_.verify();
    ASSERT_EQ(index_.size(), oracle_.size());
    for (const auto& [name, slot] : oracle_) {
      const auto& [tenant, low, high, kind] = name;
      ASSERT_EQ(find(tenant, TicketKey{low, high, kind}), slot);
    }
  }
  const TicketIndex& index() const { return index_; }
  std::size_t compared() const { return compared_; }

 private:
  std::uint64_t hash(TenantId tenant, const TicketKey& key) const {
    return TicketIndex::hash(tenant, key) & hash_mask_;
  }
  TicketIndex index_;
  std::uint64_t hash_mask_;
  std::vector<Name> names_;
  std::map<Name, Slot> oracle_;
  mutable std::size_t compared_ = 0;
};

TicketKey some_key(Dice& dice, std::int64_t keys) {
  const auto number = static_cast<std::uint64_t>(dice.between(0, keys - 1));
  switch (dice.between(0, 3)) {
    case 0:
      return TicketKey{number, 0, KeyKind::text};
    case 1:
      return TicketKey{number * 0x9e3779b97f4a7c15, number, KeyKind::uuid};
    default:
      return TicketKey{number, 0, KeyKind::number};
  }
}

// hash_mask: fewer bits of hash, more collisions. The upper 32 count.
void churn(std::uint64_t seed, std::int64_t keys, std::uint64_t hash_mask, int steps) {
  SCOPED_TRACE(testing::Message() << "seed " << seed << " mask " << std::hex << hash_mask);
  Dice dice(seed);
  Book book(50'000, hash_mask);
  for (int n = 0; n < steps; ++n) {
    const auto tenant = static_cast<TenantId>(dice.between(1, 3));
    const TicketKey key = some_key(dice, keys);
    const Slot found = book.find(tenant, key);
    ASSERT_EQ(found, book.expected(tenant, key));
    // Waves of growth and shrinking.
    const bool grow = (n / (steps / 5)) % 2 == 0;
    if (found == kNoSlot ? grow || dice.one_in(4) : !grow || dice.one_in(4)) {
      if (found == kNoSlot) {
        book.insert(tenant, key);
      } else {
        ASSERT_TRUE(book.erase(tenant, key));
      }
    }
    if (n % (steps / 10) == 0) book.check_all();
  }
  book.check_all();
}

TEST(TicketIndex, MatchesMap) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) churn(seed, 20'000, ~std::uint64_t{0}, 200'000);
}

// Homes in sixteen cells, or in sixteen segments' first cells: long shifts, runs over the edge.
TEST(TicketIndex, MatchesMapWhenHashesAreBad) {
  churn(1, 300, std::uint64_t{0xf} << 32, 20'000);
  churn(2, 300, std::uint64_t{0xf} << 40, 20'000);
  churn(3, 2'000, std::uint64_t{0xff} << 56, 20'000);
  churn(4, 300, std::uint64_t{0xffe} << 32, 20'000);
}

// All hashes alike: what no split can part goes to overflow segments, and comes back out.
TEST(TicketIndex, EqualHashesAreBounded) {
  Book book(100'000, 0);
  constexpr std::uint64_t kKeys = 9'000;
  for (std::uint64_t k = 0; k < kKeys; ++k) book.insert(1, TicketKey{k, 0, KeyKind::number});
  book.index().verify();
  EXPECT_LT(book.index().memory_bytes(), 1u << 20);
  for (std::uint64_t k = 0; k < kKeys; k += 100) {
    const TicketKey key{k, 0, KeyKind::number};
    ASSERT_EQ(book.find(1, key), static_cast<Slot>(k));
  }
  for (std::uint64_t k = 0; k < kKeys; ++k) {
    ASSERT_TRUE(book.erase(1, TicketKey{(k * 7) % kKeys, 0, KeyKind::number}));
  }
  EXPECT_EQ(book.index().size(), 0u);
  book.index().verify();
}

// A find reads the ticket of nearly nobody but the one it looks for.
TEST(TicketIndex, FewFalseCandidates) {
  Book book(200'000);
  constexpr std::uint64_t kKeys = 200'000;
  for (std::uint64_t k = 0; k < kKeys; ++k) book.insert(1, TicketKey{k, 0, KeyKind::number});
  book.index().verify();
  std::size_t compared = 0;
  for (std::uint64_t k = 0; k < 2 * kKeys; ++k) {
    const Slot found = book.find(1, TicketKey{k, 0, KeyKind::number});
    ASSERT_EQ(found, k < kKeys ? static_cast<Slot>(k) : kNoSlot);
    compared += book.compared();
  }
  EXPECT_LT(compared, kKeys + 100);
  EXPECT_LT(book.index().memory_bytes() / kKeys, 19u);
}

TEST(TicketIndex, TakesWhatWasExpected) {
  for (const std::uint32_t keys : {300u, 3'300u, 100'000u, 120'000u, 200'000u}) {
    Book book(keys);
    for (std::uint64_t k = 0; k < keys; ++k) book.insert(1, TicketKey{k, 0, KeyKind::number});
    const std::uint64_t expected = TicketIndex::expected_bytes(keys);
    EXPECT_GE(book.index().memory_bytes(), expected) << keys;
    EXPECT_LT(book.index().memory_bytes(), expected + expected / 50) << keys;  // its directory
  }
}

TEST(TicketIndex, MoreThanItsCapacity) {
  Book book(10);
  for (std::uint64_t k = 0; k < 60'000; ++k) book.insert(1, TicketKey{k, 0, KeyKind::number});
  book.check_all();
}

TEST(TicketIndex, EraseOfTheUnknownIsFalse) {
  TicketIndex index(100);
  const std::uint64_t hash = TicketIndex::hash(1, TicketKey{5, 0, KeyKind::number});
  EXPECT_FALSE(index.erase(hash, 3));
  index.insert(hash, 3);
  EXPECT_FALSE(index.erase(hash, 4));
  EXPECT_TRUE(index.erase(hash, 3));
  EXPECT_EQ(index.size(), 0u);
}

// The tag of free cells is an ordinary tag too.
TEST(TicketIndex, TagOfAllOnes) {
  TicketIndex index(100);
  const std::uint64_t hash = ~std::uint64_t{0};
  const auto is_three = [](Slot slot) {
    EXPECT_NE(slot, kNoSlot);
    return slot == 3;
  };
  EXPECT_EQ(index.find(hash, is_three), kNoSlot);
  index.insert(hash, 2);
  index.insert(hash, 3);
  EXPECT_EQ(index.find(hash, is_three), 3u);
  EXPECT_TRUE(index.erase(hash, 3));
  EXPECT_EQ(index.find(hash, is_three), kNoSlot);
}

// Every part of a name and the seed reach the bits that the index goes by.
TEST(TicketIndexHash, EveryPartCounts) {
  std::set<std::uint64_t> seen;
  std::size_t hashed = 0;
  const auto add = [&](TenantId tenant, const TicketKey& key, std::uint64_t seed = 0) {
    seen.insert(TicketIndex::hash(tenant, key, seed) >> 32);
    ++hashed;
  };
  for (const KeyKind kind : {KeyKind::number, KeyKind::uuid, KeyKind::text, KeyKind::text_hash}) {
    for (TenantId tenant = 1; tenant < 20; ++tenant) add(tenant, TicketKey{7, 9, kind});
  }
  for (int bit = 0; bit < 64; ++bit) {
    add(1, TicketKey{std::uint64_t{1} << bit, 0, KeyKind::number});
    add(1, TicketKey{0, std::uint64_t{1} << bit, KeyKind::number});
    add(1, TicketKey{1234, 5678, KeyKind::number}, std::uint64_t{1} << bit);
  }
  EXPECT_EQ(seen.size(), hashed);
}

// A factor of 0 in the hash's multiplication must not make all of the other half alike.
TEST(TicketIndexHash, NoWordSwallowsTheOther) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t high = 0; high < 1000; ++high) {
    seen.insert(TicketIndex::hash(1, TicketKey{0x2d358dccaa6c78a5, high, KeyKind::uuid}) >> 32);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

}  // namespace
}  // namespace vencer
