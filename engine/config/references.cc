#include "engine/config/references.h"

#include <fmt/format.h>

#include "engine/config/matches.h"

namespace vencer::config {
namespace {

template <typename Id>
std::optional<Id> read_id(const NameTable& names, const Cursor& at) {
  const auto name = at.name();
  const auto id = name ? names.use(at, *name) : std::nullopt;
  if (!id) return std::nullopt;
  return static_cast<Id>(*id);
}

// One name or a list of them, as bits; the bit of id n is n + shift.
std::uint64_t read_bits(const NameTable& names, const Cursor& at, unsigned shift) {
  const bool list = at.kind() == NodeKind::array;
  if (list && at.node().items.empty()) at.error("an empty list names nothing");
  std::uint64_t bits = 0;
  for (const Cursor& item : list ? at.items() : std::vector<Cursor>{at}) {
    const auto id = read_id<std::uint32_t>(names, item);
    if (id) bits |= std::uint64_t{1} << (*id + shift);
  }
  return bits;
}

}  // namespace

std::optional<StatusId> read_status_name(const Compilation& c, const Cursor& at) {
  return read_id<StatusId>(c.statuses, at);
}

std::optional<AttributeId> read_attribute_name(const Compilation& c, const Cursor& at) {
  return read_id<AttributeId>(c.attributes, at);
}

std::optional<AttributeId> read_closed_attribute(const Compilation& c, const Cursor& at) {
  const auto id = read_attribute_name(c, at);
  if (!id || !c.spec.attributes[*id].open) return id;
  at.error(fmt::format("{} is open; an attribute with a list of values is needed here",
                       quoted(c.spec.attributes[*id].name)));
  return std::nullopt;
}

std::optional<CalendarId> read_calendar_name(const Compilation& c, const Cursor& at) {
  return read_id<CalendarId>(c.calendars, at);
}

std::optional<RecipientId> read_recipient_name(const Compilation& c, const Cursor& at) {
  return read_id<RecipientId>(c.recipients, at);
}

std::uint64_t read_status_names(const Compilation& c, const Cursor& at) {
  return read_bits(c.statuses, at, 0);
}

std::uint16_t read_level_names(const Compilation& c, const Cursor& at) {
  return static_cast<std::uint16_t>(read_bits(c.levels, at, 1));
}

std::uint64_t read_activity_names(const Compilation& c, const Cursor& list) {
  return read_bits(c.activities, list, 0);
}

std::optional<std::int64_t> read_number(const Cursor& at, std::int64_t min, std::int64_t max) {
  const auto number = at.integer();
  if (!number) return std::nullopt;
  if (*number >= min && *number <= max) return number;
  at.error(fmt::format("{} is not between {} and {}", *number, min, max));
  return std::nullopt;
}

SetSpec read_set(const Compilation& c, const Cursor& table) {
  SetSpec set;
  if (table.kind() == NodeKind::table && table.node().members.empty()) table.error("sets nothing");
  for (const Cursor& member : table.members()) {
    if (member.key() == "status") {
      set.status = read_status_name(c, member).value_or(kNoId8);
      continue;
    }
    const auto id = c.attributes.find(member.key());
    if (!id) {
      if (!c.attributes.doubtful()) member.key_error(c.attributes.unknown(member.key()));
      continue;
    }
    const auto attribute = static_cast<AttributeId>(*id);
    const auto value = read_value(c, member, attribute);
    if (value) set.attributes.push_back({attribute, *value});
  }
  return set;
}

}  // namespace vencer::config
