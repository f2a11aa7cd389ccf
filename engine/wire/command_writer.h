// CommandWriter: commands -> the body of a Commands frame, written front to back.
//
// What flatc's builder would make, but several times as fast: the builder compares each table's
// layout with those before it; here every layout is known beforehand (command_layout.h) and written
// once a frame, when it is first used; a rare body carries its own (table_bytes.h). CommandBatch
// (request_codec.h) reads it back.
//
// Cost: about 20 ns a command of the hot kinds; memory is kept by clear(), so in steady state
// nothing is allocated. Thread: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/core/command.h"

namespace vencer {

class CommandWriter {
 public:
  void clear();
  // kind must be one that is known; content_hash is not part of the bytes.
  void add(const Command& command);
  std::size_t size() const { return starts_.size(); }

  // Appends header (with correlation id 0) and body. Without a producer commands carry no numbers.
  void append_frame(TenantId tenant, const ProducerId& producer, std::uint64_t first_number,
                    std::vector<std::byte>& out) const;

 private:
  static constexpr std::size_t kLayouts = 16;
  std::byte* grow(std::size_t bytes);
  std::uint32_t layout_at(std::size_t layout);
  void write_body(const Command& command);
  void write_rare_body(const Command& command);
  void write_attributes(std::size_t table_at, std::span<const AttributeValue> list);
  void write_list(std::size_t offset_at, std::span<const AttributeValue> list);
  void write_text(std::size_t offset_at, std::string_view text);

  std::vector<std::byte> tables_;           // layouts and tables, each 8-aligned
  std::vector<std::uint32_t> starts_;       // of each command's table, in tables_
  std::uint32_t layout_at_[kLayouts] = {};  // 1 + place in tables_; 0: not written yet
  std::size_t body_at_ = 0;                 // of the command that is being added
};

}  // namespace vencer
