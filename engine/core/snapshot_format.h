// The bytes of a snapshot, version 1. README.md has the table of what is in each section.
//
//   stream   sections, one after the other, the first `head`, the last `end`
//   section  kind, 1 byte; length of its content in bytes, 4; content
//
// Integers are little-endian, varints LEB128, instants as snapshot_bytes.h has them. Sections of
// records (from `producers` on) hold as many as the writer liked, whole ones, to their end.
//
// The order: head, tenants, consumers, then all documents; after these sections of the other kinds
// as they come; end. A ticket, customer, producer, detector or day of attainment comes once.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vencer {

inline constexpr std::uint32_t kSnapshotVersion = 1;

enum class SnapshotSection : std::uint8_t {
  head = 1,
  tenants = 2,
  consumers = 3,
  document = 4,    // one
  detector = 5,    // one
  attainment = 6,  // one day of one tenant
  producers = 7,
  customers = 8,
  tickets = 9,
  end = 10
};
inline constexpr const char* kSnapshotSectionNames[] = {
    "",           "head",      "tenants",   "consumers", "document", "detector",
    "attainment", "producers", "customers", "tickets",   "end"};
inline constexpr std::uint8_t kSnapshotSections = 10;

inline constexpr std::size_t kSectionHeaderBytes = 5;
// A writer begins another section beyond this; one record may be longer: a ticket of 32 clocks with
// all the run intervals there can be, a tenant with many jobs that each list their incidents.
inline constexpr std::size_t kSectionBytesUsual = std::size_t{256} << 10;
inline constexpr std::size_t kSectionBytesMax = std::size_t{1} << 30;

// A ticket's first byte after its slot: what the slot holds, kind of key - 1, and
struct TicketRecord {
  static constexpr std::uint8_t free = 0, open = 1, gone = 2;  // open: or closed and still kept
  static constexpr std::uint8_t state_mask = 3;
  static constexpr int key_kind_shift = 2;         // 2 bits
  static constexpr std::uint8_t stale = 1u << 4;   // under its tenant's document before
  static constexpr std::uint8_t extras = 1u << 5;  // they follow
  static constexpr std::uint8_t known = 0x3f;      // the bits that mean something
};

// A clock: its flags, then which fields differ from the usual. As init_clock() leaves it: one byte.
struct ClockRecord {
  static constexpr std::uint8_t untouched = 7;  // a phase that there is not
  static constexpr std::uint8_t cycle = 1, fired = 2, rule = 4, calendar = 8, ladder = 16;
  static constexpr std::uint8_t intervals = 32, counted = 64, target = 128;
};

// Which parts of a ticket's extras follow.
struct ExtrasRecord {
  static constexpr std::uint8_t pending = 1, start = 2, due = 4, merged = 8, status_time = 16;
  static constexpr std::uint8_t cascade = 32, clocks = 64, links = 128;
};

}  // namespace vencer
