// Goal: altered bytes are never accepted silently, and a log is never cut below what is proven
// durable. Method: a small log; every single bit of it flipped in turn; files shortened, swapped,
// missing, of another log; garbage. Each must open with every proven group, or be refused with file
// and reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>

#include "engine/log/wal.h"
#include "engine/log/wal_format.h"
#include "engine/log/wal_segment.h"
#include "tests/unit/log/faulty_storage.h"
#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

using testing::FaultyStorage;
using testing::OwnedStep;
using wal::kBlockBytes;

class WalDamageTest : public ::testing::Test {
 protected:
  WalDamageTest() {
    EXPECT_TRUE(disk_.make_directory("/d").ok());
    options_.directory = "/d";
    options_.partition = 9;
    options_.segment_bytes = 3 * kBlockBytes;
    options_.create = true;
    options_.identity_high = 1;
    options_.identity_low = 2;
  }
  // n groups of one step each, so that step i is group i; two a segment.
  void build(int groups, bool seal) {
    auto wal = open(disk_);
    ASSERT_TRUE(wal.ok());
    for (int i = 1; i <= groups; ++i) {
      OwnedStep step;
      step.now = i;
      step.payload.assign(static_cast<std::size_t>(i) * 100, static_cast<std::byte>(i));
      Group group;
      group.append(step.record());
      ASSERT_TRUE((*wal)->submit(group).ok());
      written_.push_back(step);
    }
    if (seal) {
      ASSERT_TRUE((*wal)->seal().ok());
    }
  }
  Result<std::unique_ptr<Wal>> open(FaultyStorage& disk) {
    read_.clear();
    return Wal::open(disk, options_, testing::collect(&read_), &recovery_);
  }
  // Opens a changed copy: the message of the refusal, or "" with read_ a prefix of what was
  // written.
  template <typename Change>
  std::string with(Change change) {
    auto disk = disk_.copy();
    change(*disk);
    auto wal = open(*disk);
    if (!wal) return wal.error().message;
    EXPECT_LE(read_.size(), written_.size());
    EXPECT_TRUE(std::equal(read_.begin(), read_.end(), written_.begin()));
    return {};
  }
  // Gives every group the `durable` that a writer with several groups in flight would have given
  // it.
  template <typename Durable>
  void claim(Durable durable) {
    std::uint32_t chain = wal::chain_seed({1, 2, 9});
    for (std::uint64_t n = 1; disk_.bytes(path(n)) != nullptr; ++n) {
      for (const std::size_t at : {kBlockBytes, 2 * kBlockBytes}) {
        const auto block = std::span(*disk_.bytes(path(n))).subspan(at, kBlockBytes);
        wal::GroupHeader header;
        if (!wal::decode_group_header(block, &header)) continue;
        header.durable = durable(header.number);
        header.chain_before = chain;
        wal::seal_group(&header, block);
        chain = header.chain;
      }
    }
  }
  // Zeroes group n (two a segment), as if its write had been lost.
  static void lose(FaultyStorage& disk, std::uint64_t n) {
    const std::size_t at = (2 - n % 2) * kBlockBytes;
    const auto begin = disk.bytes(wal::segment_path("/d", (n + 1) / 2))->begin();
    std::fill_n(begin + static_cast<std::ptrdiff_t>(at), kBlockBytes, std::byte{0});
  }
  std::string path(std::uint64_t segment) const { return wal::segment_path("/d", segment); }
  // Flips every bit of a file; counts what came of it. `least`: steps that must be there if it
  // opens.
  void flip_all(std::uint64_t segment, std::size_t from, std::size_t to, std::size_t least) {
    for (std::size_t at = from; at < to; ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        const std::string refused = with([&](FaultyStorage& d) { d.flip(path(segment), at, bit); });
        if (!refused.empty()) {
          EXPECT_NE(refused.find("/d/wal-"), std::string::npos) << refused;
          ++refused_;
          continue;
        }
        ASSERT_GE(read_.size(), least) << "segment " << segment << " byte " << at << " bit " << bit;
        ASSERT_TRUE(recovery_.torn) << "silent: segment " << segment << " byte " << at;
        ++torn_;
      }
    }
  }

  FaultyStorage disk_{1};
  WalOptions options_;
  WalRecovery recovery_;
  std::vector<OwnedStep> written_, read_;
  std::uint64_t refused_ = 0, torn_ = 0;
};

TEST_F(WalDamageTest, EveryBitOfAnAcknowledgedSealedLog) {
  build(4, true);  // segments: 1 2 | 3 4 | seal
  for (std::uint64_t segment = 1; segment <= 3; ++segment) {
    flip_all(segment, 0, 2 * kBlockBytes, written_.size());
    if (HasFatalFailure()) return;
  }
  for (std::uint64_t segment = 1; segment <= 2; ++segment) {
    flip_all(segment, 2 * kBlockBytes, 3 * kBlockBytes, written_.size());
  }
  std::printf(
      "[          ] bit flips: %llu of %llu detected, %llu refused, %llu in the seal: torn\n",
      static_cast<unsigned long long>(refused_ + torn_),
      static_cast<unsigned long long>(8 * 8 * kBlockBytes),
      static_cast<unsigned long long>(refused_), static_cast<unsigned long long>(torn_));
  EXPECT_EQ(refused_,
            7 * 8 * kBlockBytes);  // all but the seal itself, which proves and is not proven
  EXPECT_EQ(torn_, 8 * kBlockBytes);
}

TEST_F(WalDamageTest, EveryBitOfTheLastUnsealedGroup) {
  build(3, false);  // 1 2 | 3
  flip_all(2, kBlockBytes, 2 * kBlockBytes, 2);
  EXPECT_EQ(refused_, 0u);
  EXPECT_EQ(torn_, 8 * kBlockBytes);
  flip_all(2, 2 * kBlockBytes, 3 * kBlockBytes, 3);  // the empty space behind it
  EXPECT_EQ(refused_, 0u);
}

TEST_F(WalDamageTest, TornTailIsKeptAside) {
  build(3, false);
  auto* bytes = disk_.bytes(path(2));
  std::fill(bytes->begin() + 4096 + 150, bytes->begin() + 8192, std::byte{0xee});
  const std::vector<std::byte> rest(bytes->begin() + 4096, bytes->begin() + 8192);
  ASSERT_TRUE(open(disk_).ok());
  EXPECT_EQ(read_.size(), 2u);
  EXPECT_TRUE(recovery_.torn);
  EXPECT_NE(recovery_.message.find("cut after group 2"), std::string::npos) << recovery_.message;
  ASSERT_NE(disk_.bytes(recovery_.torn_file), nullptr);
  EXPECT_EQ(*disk_.bytes(recovery_.torn_file), rest);
  ASSERT_TRUE(open(disk_).ok());  // and it is over
  EXPECT_FALSE(recovery_.torn);
  EXPECT_EQ(read_.size(), 2u);
}

TEST_F(WalDamageTest, FilesMissingShortenedSwappedForeign) {
  build(8, true);  // 1 2 | 3 4 | 5 6 | 7 8 | seal
  const auto missing = [&](std::uint64_t n) {
    return with([&](FaultyStorage& d) { (void)d.remove(path(n)); });
  };
  EXPECT_NE(missing(1).find("are missing"), std::string::npos);
  EXPECT_NE(missing(2).find("is missing"), std::string::npos);
  EXPECT_NE(missing(4).find("is missing"), std::string::npos);
  EXPECT_EQ(missing(5), "");  // only the seal was in it
  for (std::uint64_t n = 1; n <= 5; ++n) {
    for (const std::size_t size : {0u, 100u, 4096u, 5000u, 8192u, 12000u, 12287u}) {
      const std::string refused = with([&](FaultyStorage& d) { d.bytes(path(n))->resize(size); });
      // Cut inside the zeros of a middle file nothing is lost; the last file must be whole.
      EXPECT_FALSE(refused.empty() && read_.size() != 8) << n << " " << size;
      if (n == 5) {
        EXPECT_NE(refused, "") << size;
      }
    }
  }
  const auto swapped =
      with([&](FaultyStorage& d) { std::swap(*d.bytes(path(2)), *d.bytes(path(3))); });
  EXPECT_NE(swapped.find("the name says segment 2, the header 3"), std::string::npos) << swapped;
}

TEST_F(WalDamageTest, WrongPartitionIdentityVersion) {
  build(2, true);
  const auto header = [&](auto change) {
    return with([&](FaultyStorage& d) {
      auto* bytes = d.bytes(path(1));
      wal::SegmentHeader h;
      std::memcpy(&h, bytes->data(), sizeof h);
      change(h);
      wal::encode_segment_header(h, std::span<std::byte, kBlockBytes>(bytes->data(), kBlockBytes));
    });
  };
  const auto has = [](const std::string& text, const char* part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(header([](auto& h) { h.format_version = 3; }),
      "format version 3; this build reads versions 1 to 2");
  has(header([](auto& h) { h.flags = 6; }), "flags 0x6 are not known");
  has(header([](auto& h) { h.identity_low = 77; }), "another log");
  has(header([](auto& h) { h.partition = 4; }), "partition 4, not of 9");
  has(header([](auto& h) { h.magic = 5; }), "not a segment");
  has(header([](auto& h) { h.segment_bytes = 77; }), "makes no sense");
  has(header([](auto& h) { h.base_group = 9; }), "contradicts itself");
  has(with([&](FaultyStorage& d) {
        auto* bytes = d.bytes(path(1));
        const auto block = std::span(*bytes).subspan(kBlockBytes, kBlockBytes);
        wal::GroupHeader h;
        ASSERT_TRUE(wal::decode_group_header(block, &h));
        h.semantics_version = 12;
        wal::seal_group(&h, block);
      }),
      "semantics version 12; this build replays version 1");
}

// A whole older block at the place of a newer one (a write that was lost), and a block at the wrong
// place.
TEST_F(WalDamageTest, LostAndMisdirectedWrites) {
  build(8, true);
  for (std::uint64_t n = 1; n <= 4; ++n) {
    for (const std::size_t at : {kBlockBytes, 2 * kBlockBytes}) {
      const auto lost = with([&](FaultyStorage& d) {
        std::fill_n(d.bytes(path(n))->begin() + static_cast<std::ptrdiff_t>(at), kBlockBytes,
                    std::byte{0});
      });
      EXPECT_NE(lost.find("the log is damaged"), std::string::npos) << n << " " << at << lost;
      const auto misdirected = with([&](FaultyStorage& d) {
        const auto from = d.bytes(path(n % 4 + 1))->begin() + kBlockBytes;
        std::copy_n(from, kBlockBytes, d.bytes(path(n))->begin() + static_cast<std::ptrdiff_t>(at));
      });
      EXPECT_NE(misdirected.find("the log is damaged"), std::string::npos) << n << " " << at;
    }
  }
}

// A group that is whole, of this log and of the right number, but of another past: a stale block.
TEST_F(WalDamageTest, AnotherHistoryDoesNotFit) {
  build(4, true);
  auto other = disk_.copy();
  auto* bytes = other->bytes(path(1));
  wal::GroupHeader header;
  const auto first = std::span(*bytes).subspan(kBlockBytes, kBlockBytes);
  ASSERT_TRUE(wal::decode_group_header(first, &header));
  first[200] ^= std::byte{1};
  wal::seal_group(&header, first);
  const auto second = std::span(*bytes).subspan(2 * kBlockBytes, kBlockBytes);
  const std::uint32_t chain = header.chain;
  ASSERT_TRUE(wal::decode_group_header(second, &header));
  header.chain_before = chain;
  wal::seal_group(&header, second);
  EXPECT_NE(with([&](FaultyStorage& d) {
              std::ranges::copy(second, d.bytes(path(1))->begin() + 2 * kBlockBytes);
            }),
            "");
}

// Groups behind a missing one are in segments of their own: none of those may stay.
TEST_F(WalDamageTest, SegmentsBehindTheCutAreRemoved) {
  options_.segment_bytes = 2 * kBlockBytes;
  build(4, false);  // 1 | 2 | 3 | 4
  std::uint32_t chain = wal::chain_seed({1, 2, 9});
  for (std::uint64_t n = 1; n <= 4; ++n) {
    const auto block = std::span(*disk_.bytes(path(n))).subspan(kBlockBytes);
    wal::GroupHeader header;
    ASSERT_TRUE(wal::decode_group_header(block, &header));
    header.durable = 0;
    header.chain_before = chain;
    wal::seal_group(&header, block);
    chain = header.chain;
  }
  auto* lost = disk_.bytes(path(2));
  std::fill(lost->begin() + kBlockBytes, lost->end(), std::byte{0});
  ASSERT_TRUE(open(disk_).ok());
  EXPECT_TRUE(recovery_.torn);
  EXPECT_EQ(read_.size(), 1u);
  EXPECT_EQ(disk_.bytes(path(3)), nullptr);
  EXPECT_EQ(disk_.bytes(path(4)), nullptr);
  std::size_t kept = 0;
  for (const std::string& p : disk_.paths()) kept += p.ends_with(".torn");
  EXPECT_EQ(kept, 2u);
}

// The rule for up to three groups in flight, which may reach the disk in any order.
TEST_F(WalDamageTest, ThreeInFlight) {
  build(8, false);  // 1 2 | 3 4 | 5 6 | 7 8
  claim([](std::uint64_t n) { return n < 3 ? 0 : n - 3; });
  EXPECT_EQ(with([](FaultyStorage&) {}), "");
  EXPECT_EQ(read_.size(), 8u);
  EXPECT_EQ(recovery_.proven_group, 5u);                      // 6, 7 and 8 are rewritten
  EXPECT_EQ(with([](FaultyStorage& d) { lose(d, 6); }), "");  // 7 and 8 were quicker
  EXPECT_EQ(read_.size(), 5u);
  EXPECT_TRUE(recovery_.torn);
  EXPECT_NE(with([](FaultyStorage& d) { lose(d, 5); }).find("durable (up to 5)"),
            std::string::npos);
  // A second restart finds the same, with what the first one wrote again.
  auto disk = disk_.copy();
  lose(*disk, 7);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(open(*disk).ok());
    EXPECT_EQ(read_.size(), 6u);
    EXPECT_EQ(recovery_.torn, i == 0);
    EXPECT_EQ(recovery_.proven_group, i == 0 ? 5u : 6u);
  }
  // Even when no header proves it: nobody is four groups ahead of a missing one.
  claim([](std::uint64_t) { return 0; });
  EXPECT_EQ(with([](FaultyStorage& d) { lose(d, 6); }), "");
  const std::string ahead = with([](FaultyStorage& d) { lose(d, 4); });
  EXPECT_NE(ahead.find("further ahead"), std::string::npos) << ahead;
  EXPECT_NE(ahead.find("(group 8)"), std::string::npos) << ahead;
}

// Whatever lies in the files, open() returns; nothing is read outside of them (address sanitizer).
TEST_F(WalDamageTest, GarbageNeverCrashes) {
  build(8, true);
  std::mt19937_64 random(5);
  for (int i = 0; i < 3000; ++i) {
    (void)with([&](FaultyStorage& d) {
      for (std::uint64_t n = 1; n <= 5; ++n) {
        auto& bytes = *d.bytes(path(n));
        const std::size_t patches = random() % 3;
        for (std::size_t p = 0; p < patches; ++p) {
          const std::size_t at = random() % bytes.size();
          const std::size_t count = std::min(bytes.size() - at, random() % 5000);
          for (std::size_t b = 0; b < count; ++b) bytes[at + b] = static_cast<std::byte>(random());
        }
        if (random() % 4 == 0) bytes.resize(random() % (bytes.size() + 9000));
      }
    });
  }
}

// The same with checksums that hold: a hostile or broken writer. Lengths and counts are bounded.
TEST_F(WalDamageTest, HostileHeadersNeverCrash) {
  build(2, false);
  std::mt19937_64 random(6);
  for (int i = 0; i < 20'000; ++i) {
    auto disk = disk_.copy();
    const auto block = std::span(*disk->bytes(path(1))).subspan(kBlockBytes, kBlockBytes);
    wal::GroupHeader h;
    ASSERT_TRUE(wal::decode_group_header(block, &h));
    auto* words = reinterpret_cast<std::uint32_t*>(&h);
    words[9 + random() % 8] = static_cast<std::uint32_t>(random() >> (32 + random() % 32));
    auto* body = reinterpret_cast<std::uint32_t*>(block.data() + sizeof h);
    if (random() % 2 == 0)
      body[random() % 8] = static_cast<std::uint32_t>(random() >> (32 + random() % 32));
    h.length = random() % 4 == 0 ? h.length : kBlockBytes;
    if (h.length == kBlockBytes) wal::seal_group(&h, block);
    std::memcpy(block.data(), &h, sizeof h);
    (void)open(*disk);
  }
}

}  // namespace
}  // namespace vencer
