#include "engine/config/happenings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vencer::config {
namespace {

// By StatusCategory.
constexpr std::array<std::string_view, 7> kCategories = {
    "new", "open", "pending", "on_hold", "resolved", "closed", "cancelled"};

// "status:Nuevo" -> {"status", "Nuevo"}; a word without ':' has no kind.
struct Word {
  std::string_view kind, name;
};
Word split(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {"", text};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::uint64_t status_bit(const Compilation& c, const Cursor& at, std::string_view name) {
  const auto id = c.statuses.use(at, name);
  return id ? std::uint64_t{1} << *id : 0;
}

std::uint64_t category_bits(const Compilation& c, const Cursor& at, std::string_view word) {
  const auto category = category_of(word);
  if (!category) {
    at.error(fmt::format("{} is not a category{}", quoted(word), hint(word, category_words())));
    return 0;
  }
  const std::uint64_t mask = category_mask(c, *category);
  if (mask == 0 && !c.statuses.doubtful()) {
    at.warning(fmt::format("no status of this document is of category {}", quoted(word)));
  }
  return mask;
}

void read_happening(Compilation& c, const Cursor& at, std::string_view text, TriggerSpec& into) {
  const Word word = split(text);
  if (word.kind.empty()) {
    if (c.statuses.find(word.name) && !c.activities.find(word.name)) {
      at.error(fmt::format("{} is a status; write \"status:{}\"", quoted(text), text));
    } else if (const auto id = c.activities.use(at, word.name)) {
      into.activities |= std::uint64_t{1} << *id;
    }
  } else if (word.kind == "status") {
    into.statuses |= status_bit(c, at, word.name);
  } else if (word.kind == "category") {
    into.statuses |= category_bits(c, at, word.name);
  } else if (word.kind == "level") {
    const auto id = c.levels.use(at, word.name);
    if (id) into.levels = static_cast<std::uint16_t>(into.levels | (1u << (*id + 1)));
  } else if (word.kind == "set") {
    const auto id = c.attributes.use(at, word.name);
    if (id) into.attributes_set |= std::uint32_t{1} << *id;
  } else {
    at.error(
        fmt::format("{} is not a happening; write an activity, \"status:X\", \"category:X\", "
                    "\"level:X\" or \"set:attribute\"",
                    quoted(text)));
  }
}

}  // namespace

std::optional<StatusCategory> category_of(std::string_view word) {
  const auto found = std::find(kCategories.begin(), kCategories.end(), word);
  if (found == kCategories.end()) return std::nullopt;
  return static_cast<StatusCategory>(found - kCategories.begin());
}

std::vector<std::string_view> category_words() {
  return {kCategories.begin(), kCategories.end()};
}

std::uint64_t category_mask(const Compilation& c, StatusCategory category) {
  std::uint64_t mask = 0;
  for (std::size_t id = 0; id < c.spec.statuses.size(); ++id) {
    if (c.statuses.live(id) && c.spec.statuses[id].category == category) {
      mask |= std::uint64_t{1} << id;
    }
  }
  return mask;
}

TriggerSpec read_happenings(Compilation& c, const Cursor& list) {
  TriggerSpec triggers;
  for (const Cursor& item : list.items()) {
    const auto text = item.string("agent_reply");
    if (text) read_happening(c, item, *text, triggers);
  }
  return triggers;
}

std::uint64_t read_conditions(Compilation& c, const Cursor& list) {
  std::uint64_t mask = 0;
  for (const Cursor& item : list.items()) {
    const auto text = item.string("category:pending");
    if (!text) continue;
    const Word word = split(*text);
    if (word.kind == "status") {
      mask |= status_bit(c, item, word.name);
    } else if (word.kind == "category") {
      mask |= category_bits(c, item, word.name);
    } else {
      item.error(fmt::format("{} is not a condition; write \"status:X\" or \"category:X\"",
                             quoted(*text)));
    }
  }
  return mask;
}

}  // namespace vencer::config
