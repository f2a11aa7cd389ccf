#include "engine/wire/command_writer.h"

#include <cstring>

#include "engine/wire/command_layout.h"
#include "engine/wire/frame.h"
#include "engine/wire/little_endian.h"
#include "engine/wire/wire_enums.h"

namespace vencer {
namespace {

constexpr std::size_t up_to_8(std::size_t bytes) {
  return (bytes + 7) / 8 * 8;
}

// The head of a body: 0 root | 4 layout of Commands (12) | 16 Commands: 16 layout | 20 tenant | 24
// commands and with a producer | 32 producer (16) | 48 first_number; then the list of commands.
constexpr std::size_t kRootAt = 16, kBareHead = 28, kNumberedHead = 56;
constexpr std::uint16_t kBareRoot[] = {12, 12, 4, 0, 0, 8};
constexpr std::uint16_t kNumberedRoot[] = {12, 40, 4, 16, 32, 8};

std::size_t command_layout(const Command& command) {
  return (command.expected_version != 0 ? 1u : 0u) | (command.occurred_at != kNever ? 2u : 0u) |
         (command.actor != 0 ? 4u : 0u);
}

// The hot layouts have no room for what few commands say.
bool is_rare(const Command& command) {
  switch (command.kind) {
    case CommandKind::create:
      return command.start_at != kNever || command.due_at != kNever || command.quiet;
    case CommandKind::set_status:
      return command.until != kNever || command.then_status != kNoId8;
    default:
      return command.kind > CommandKind::acknowledge;
  }
}

std::uint32_t offset(std::size_t from, std::size_t to) {
  return static_cast<std::uint32_t>(to - from);
}

}  // namespace

static_assert(layout::kCount <= 16);

void CommandWriter::clear() {
  tables_.clear();
  starts_.clear();
  std::memset(layout_at_, 0, sizeof layout_at_);
}

// Zeroed, 8-aligned in the end; valid until the next call.
std::byte* CommandWriter::grow(std::size_t bytes) {
  const std::size_t at = tables_.size();
  tables_.resize(at + up_to_8(bytes));
  return tables_.data() + at;
}

std::uint32_t CommandWriter::layout_at(std::size_t which) {
  if (layout_at_[which] == 0) {
    const auto at = static_cast<std::uint32_t>(tables_.size());
    std::memcpy(grow(layout::all[which].bytes), layout::all[which].words.data(),
                layout::all[which].bytes);
    layout_at_[which] = at + 1;
  }
  return layout_at_[which] - 1;
}

void CommandWriter::add(const Command& command) {
  VENCER_ASSERT(command.kind != CommandKind::none);
  const std::size_t which = command_layout(command);
  const std::uint32_t vtable = layout_at(which);
  const std::size_t at = tables_.size();
  std::byte* table = grow(layout::all[which].table_bytes);
  starts_.push_back(static_cast<std::uint32_t>(at));
  store_le(table, static_cast<std::int32_t>(at - vtable));
  store_le(table + 8, command.key.low);
  store_le(table + 16, command.key.high);
  store_le(table + 24, static_cast<std::uint8_t>(command.key.kind));
  store_le(table + 32, number(command_body_type(command.kind)));
  if ((which & 1) != 0) store_le(table + 36, command.expected_version);
  if ((which & 2) != 0) store_le(table + 40, command.occurred_at);
  if ((which & 4) != 0) store_le(table + 48, command.actor);
  if (is_rare(command)) {
    write_rare_body(command);
  } else {
    write_body(command);
  }
  store_le(tables_.data() + at + 4, offset(at + 4, body_at_));
}

// Behind the 12 bytes of a table that starts 8-aligned: the count, then the elements, 8-aligned.
void CommandWriter::write_attributes(std::size_t table_at, std::span<const AttributeValue> list) {
  constexpr std::size_t kListAt = 12, kElementBytes = 16;
  std::byte* table = tables_.data() + table_at;
  store_le(table + 4, offset(table_at + 4, table_at + kListAt));
  store_le(table + kListAt, static_cast<std::uint32_t>(list.size()));
  std::byte* element = table + kListAt + 4;
  for (const AttributeValue& from : list) {
    store_le(element, from.value);
    store_le(element + 8, from.attribute);
    element += kElementBytes;
  }
}

void CommandWriter::write_body(const Command& command) {
  std::size_t which = layout::kOneByte;
  std::size_t more = 0;  // the list of attributes
  switch (command.kind) {
    case CommandKind::create:
      which = layout::kStatusAndAttributes;
      break;
    case CommandKind::set_attributes:
      which = layout::kAttributes;
      break;
    case CommandKind::escalate:
      which = layout::kEscalate;
      break;
    case CommandKind::acknowledge:
      which = layout::kAcknowledge;
      break;
    default:
      break;
  }
  const bool has_list = which == layout::kStatusAndAttributes || which == layout::kAttributes;
  if (has_list) more = 16 + 16 * command.attributes.size() - layout::all[which].table_bytes;
  const std::uint32_t vtable = layout_at(which);
  body_at_ = tables_.size();
  std::byte* table = grow(layout::all[which].table_bytes + more);
  store_le(table, static_cast<std::int32_t>(body_at_ - vtable));
  switch (command.kind) {
    case CommandKind::create:
      store_le(table + 8, command.status);
      break;
    case CommandKind::set_status:
      store_le(table + 4, command.status);
      break;
    case CommandKind::activity:
      store_le(table + 4, command.activity);
      break;
    case CommandKind::escalate:
      store_le(table + 4, command.recipient);
      store_le(table + 6, command.level);
      break;
    case CommandKind::acknowledge:
      store_le(table + 4, command.clock);
      store_le(table + 8, command.timeout_ms);
      break;
    default:
      break;
  }
  if (has_list) write_attributes(body_at_, command.attributes);
}

void CommandWriter::append_frame(TenantId tenant, const ProducerId& producer,
                                 std::uint64_t first_number, std::vector<std::byte>& out) const {
  VENCER_ASSERT(out.size() % 8 == 0);
  const bool numbered = !producer.empty();
  const std::size_t list_at = numbered ? kNumberedHead : kBareHead;
  const std::size_t tables_at = up_to_8(list_at + 4 + 4 * starts_.size());
  const std::size_t begin = out.size();
  out.resize(begin + kFrameHeaderBytes + tables_at + tables_.size());
  std::byte* frame = out.data() + begin;
  encode_frame_header({static_cast<std::uint32_t>(tables_at + tables_.size()), kProtocolVersion,
                       number(wire::FrameType::commands), 0},
                      std::span<std::byte, kFrameHeaderBytes>(frame, kFrameHeaderBytes));
  std::byte* body = frame + kFrameHeaderBytes;
  store_le(body, static_cast<std::uint32_t>(kRootAt));
  std::memcpy(body + 4, numbered ? kNumberedRoot : kBareRoot, sizeof kBareRoot);
  std::byte* root = body + kRootAt;
  store_le(root, static_cast<std::int32_t>(kRootAt - 4));
  store_le(root + 4, tenant);
  store_le(root + 8, offset(kRootAt + 8, list_at));
  if (numbered) {
    store_le(root + 16, producer.high);
    store_le(root + 24, producer.low);
    store_le(root + 32, first_number);
  }
  store_le(body + list_at, static_cast<std::uint32_t>(starts_.size()));
  for (std::size_t i = 0; i < starts_.size(); ++i) {
    const std::size_t at = list_at + 4 + 4 * i;
    store_le(body + at, offset(at, tables_at + starts_[i]));
  }
  if (!tables_.empty()) std::memcpy(body + tables_at, tables_.data(), tables_.size());
}

}  // namespace vencer
