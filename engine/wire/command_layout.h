// How CommandWriter lays out each table: FlatBuffers vtables (u16 size of the vtable, u16 size of
// the table, then the place of each field, 0 if it is absent), in the order of the fields in
// schema/vencer.fbs.
//
// Command: 0 vtable | 4 body | 8 key (24) | 32 body type | 36 expected_version | 40 occurred_at |
// 48 actor. A part at its end that nothing needs is cut off.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vencer::layout {

struct Layout {
  std::array<std::uint16_t, 8> words{};  // at most 6 fields
  std::size_t bytes = 0;                 // of the vtable
  std::size_t table_bytes = 0;
};

// bit 0: expected_version, bit 1: occurred_at, bit 2: actor.
inline constexpr std::size_t kCommandLayouts = 8;
constexpr Layout command(std::size_t present) {
  const bool version = (present & 1) != 0, occurred = (present & 2) != 0,
             actor = (present & 4) != 0;
  const std::uint16_t size = actor ? 56 : occurred ? 48 : version ? 40 : 33;
  Layout layout;
  layout.words = {16,
                  size,
                  8,
                  32,
                  4,
                  static_cast<std::uint16_t>(occurred ? 40 : 0),
                  static_cast<std::uint16_t>(version ? 36 : 0),
                  static_cast<std::uint16_t>(actor ? 48 : 0)};
  layout.bytes = 16;
  layout.table_bytes = (size + 7u) / 8 * 8;
  return layout;
}

// Bodies, behind the layouts of commands.
inline constexpr std::size_t kStatusAndAttributes = 8;  // create: 4 attributes | 8 status
inline constexpr std::size_t kOneByte = 9;              // set_status, activity: 4 the byte
inline constexpr std::size_t kAttributes = 10;          // set_attributes: 4 attributes
inline constexpr std::size_t kEscalate = 11;            // 4 recipient | 6 level
inline constexpr std::size_t kAcknowledge = 12;         // 4 clock | 8 timeout_ms
inline constexpr std::size_t kCount = 13;

inline constexpr std::array<Layout, kCount> all = {
    command(0),
    command(1),
    command(2),
    command(3),
    command(4),
    command(5),
    command(6),
    command(7),
    Layout{{8, 9, 8, 4}, 8, 12},
    Layout{{6, 5, 4}, 6, 8},
    Layout{{6, 8, 4}, 6, 8},
    Layout{{8, 7, 6, 4}, 8, 8},
    Layout{{8, 16, 4, 8}, 8, 16},
};

}  // namespace vencer::layout
