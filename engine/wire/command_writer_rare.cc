// CommandWriter: bodies that are too rare for a layout of their own.
#include <cstring>

#include "engine/wire/command_writer.h"
#include "engine/wire/little_endian.h"
#include "engine/wire/table_bytes.h"
#include "engine/wire/wire_enums.h"

namespace vencer {
namespace {

// Where a body's list or text is to be told of: its place in the table; 0: it has none.
struct Offsets {
  std::size_t list = 0, text = 0;
};

void put_instant(TableBytes& table, std::size_t field, TimeMs at) {
  if (at != kNever) table.put(field, at);
}

// Fields by their number in schema/vencer.fbs.
Offsets put_fields(const Command& command, TableBytes& table) {
  Offsets offsets;
  switch (command.kind) {
    case CommandKind::create:
      table.put(0, command.status);
      offsets.list = table.put(1, std::uint32_t{0});
      put_instant(table, 2, command.start_at);
      put_instant(table, 3, command.due_at);
      if (command.quiet) table.put(4, std::uint8_t{1});
      break;
    case CommandKind::set_status:
      table.put(0, command.status);
      put_instant(table, 1, command.until);
      table.put(2, command.then_status);
      break;
    case CommandKind::merge:
      table.put_key(0, command.other);
      break;
    case CommandKind::link:
      table.put(0, static_cast<std::uint8_t>(command.link));
      table.put_key(1, command.other);
      break;
    case CommandKind::extend:
      table.put(0, command.clock);
      table.put(1, command.by_ms);
      if (!command.reason.empty()) offsets.text = table.put(2, std::uint32_t{0});
      break;
    case CommandKind::set_due:
      table.put(0, command.clock);
      put_instant(table, 1, command.due_at);
      break;
    case CommandKind::put_customer:
      offsets.list = table.put(0, std::uint32_t{0});
      put_instant(table, 1, command.contract_until);
      if (command.reapply) table.put(2, std::uint8_t{1});
      break;
    case CommandKind::mute:
      table.put(0, command.attribute);
      table.put(1, command.value);
      table.put(2, command.until);
      break;
    default:
      break;
  }
  return offsets;
}

}  // namespace

void CommandWriter::write_rare_body(const Command& command) {
  TableBytes table;
  const Offsets offsets = put_fields(command, table);
  const std::size_t at = tables_.size();
  table.write(grow(table.size()));
  body_at_ = at + table.table_at();
  if (offsets.list != 0) write_list(body_at_ + offsets.list, command.attributes);
  if (offsets.text != 0) write_text(body_at_ + offsets.text, command.reason);
}

// 4 bytes of nothing, the count, then the elements, 8-aligned.
void CommandWriter::write_list(std::size_t offset_at, std::span<const AttributeValue> list) {
  constexpr std::size_t kElementBytes = 16;
  const std::size_t at = tables_.size();
  std::byte* bytes = grow(8 + kElementBytes * list.size());
  store_le(bytes + 4, static_cast<std::uint32_t>(list.size()));
  std::byte* element = bytes + 8;
  for (const AttributeValue& from : list) {
    store_le(element, from.value);
    store_le(element + 8, from.attribute);
    element += kElementBytes;
  }
  store_le(tables_.data() + offset_at, static_cast<std::uint32_t>(at + 4 - offset_at));
}

// The length, the bytes, and a zero.
void CommandWriter::write_text(std::size_t offset_at, std::string_view text) {
  const std::size_t at = tables_.size();
  std::byte* bytes = grow(4 + text.size() + 1);
  store_le(bytes, static_cast<std::uint32_t>(text.size()));
  std::memcpy(bytes + 4, text.data(), text.size());
  store_le(tables_.data() + offset_at, static_cast<std::uint32_t>(at - offset_at));
}

}  // namespace vencer
