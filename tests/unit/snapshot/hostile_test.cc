// Goal: bytes that no engine wrote are refused with section and offset, or make a machine whose
// state can be read; never a crash, never what sanitizers see. Method: every prefix, every flipped
// bit and every byte put to its extremes of a small snapshot that has every kind of section.
#include "engine/core/calendar_store.h"
#include "engine/core/snapshot_bytes.h"
#include "tests/support/mapped_pages.h"
#include "tests/support/saved_state.h"
#include "tests/unit/snapshot/office.h"

namespace vencer::test {
namespace {

// A restored machine, if the bytes can be one, is read whole: that touches every id in it.
Status try_restore(const SavedState& saved, std::span<const std::byte> bytes,
                   std::uint64_t* digest = nullptr) {
  // To compile a calendar costs more than all the rest.
  static const auto calendars = std::make_shared<CalendarStore>(CalendarStore::Keep::all);
  StateMachine restored(calendars, std::make_shared<MappedPages>());
  Status status = saved.restore(&restored, bytes, SIZE_MAX);
  if (!status.ok()) return status;
  const std::uint64_t found = restored.digest();
  if (digest != nullptr) *digest = found;
  SavedState again;
  again.take(restored);
  return status;
}

class HostileSnapshot : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 160; ++i) office_.step();
    saved_.take(office_.machine());
  }
  Office office_{12};
  SavedState saved_;
};

TEST(Snapshot, an_office_has_every_kind_of_section) {
  Office office(12);
  for (int i = 0; i < 1000; ++i) office.step();
  SavedState saved;
  saved.take(office.machine());
  std::uint32_t seen = 0;
  for (std::size_t at = 0; at + 5 <= saved.bytes.size();) {
    seen |= 1u << std::to_integer<unsigned>(saved.bytes[at]);
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      size |= std::to_integer<std::size_t>(saved.bytes[at + 1 + i]) << (8 * i);
    }
    at += 5 + size;
  }
  EXPECT_EQ(seen, 0x7feu);
}

TEST_F(HostileSnapshot, cut_off_anywhere_it_is_refused) {
  for (std::size_t size = 0; size < saved_.bytes.size(); ++size) {
    const Status status = try_restore(saved_, std::span(saved_.bytes).first(size));
    ASSERT_FALSE(status.ok()) << size;
    EXPECT_NE(status.error().message.find("byte"), std::string::npos) << status.error().message;
  }
}

class FlippedBit : public HostileSnapshot, public testing::WithParamInterface<unsigned> {};

TEST_P(FlippedBit, is_refused_or_read) {
  std::size_t refused = 0;
  std::vector<std::byte> bytes = saved_.bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] ^= static_cast<std::byte>(1u << GetParam());
    if (!try_restore(saved_, bytes).ok()) ++refused;
    bytes[i] = saved_.bytes[i];
  }
  EXPECT_GT(refused, 100u) << "lengths, ids and kinds are checked";
}

INSTANTIATE_TEST_SUITE_P(bits, FlippedBit, testing::Range(0u, 8u));

TEST_F(HostileSnapshot, a_byte_of_any_extreme_is_refused_or_read) {
  std::vector<std::byte> bytes = saved_.bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const unsigned value : {0x00u, 0x7fu, 0x80u, 0xffu}) {
      bytes[i] = static_cast<std::byte>(value);
      (void)try_restore(saved_, bytes).ok();
    }
    bytes[i] = saved_.bytes[i];
  }
}

TEST_F(HostileSnapshot, says_where) {
  std::vector<std::byte> bytes = saved_.bytes;
  bytes[5] = std::byte{2};
  const Status version = try_restore(saved_, bytes);
  ASSERT_FALSE(version.ok());
  EXPECT_EQ(version.error().message,
            "snapshot, byte 6: section head, which begins at 0: version of the snapshot, this "
            "build reads 1 (2)");
  bytes = saved_.bytes;
  bytes.insert(bytes.end(), saved_.bytes.begin(), saved_.bytes.end());
  const Status behind = try_restore(saved_, bytes);
  ASSERT_FALSE(behind.ok());
  EXPECT_NE(behind.error().message.find("a section behind the end"), std::string::npos);
}

TEST_F(HostileSnapshot, announces_no_more_than_its_bytes_can_hold) {
  std::vector<std::byte> bytes;
  {
    SnapshotBytes content;
    Put put(&content);
    put.varint(1);               // version
    put.varint(0);               // partition
    put.byte(1);                 // clock source
    put.varint((1u << 28) - 1);  // capacity
    put.varint(0);
    put.zigzag(0);
    put.instant(kT0, 0);
    put.varint(0);
    put.instant(kT0, 0);
    put.varint((1u << 28) - 1);  // slots
    put.flush();
    bytes = {std::byte{1}, static_cast<std::byte>(content.size()), {}, {}, {}};
    bytes.insert(bytes.end(), content.begin(), content.end());
  }
  const Status status = try_restore(saved_, bytes);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("slots of tickets (268435455)"), std::string::npos)
      << status.error().message;
}

}  // namespace
}  // namespace vencer::test
