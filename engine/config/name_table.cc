#include "engine/config/name_table.h"

#include <fmt/format.h>

namespace vencer::config {

std::size_t NameTable::add(std::string_view name, bool live, Mark at) {
  const std::size_t id = entries_.size();
  entries_.push_back({std::string(name), live, at});
  ids_.emplace(name, id);
  if (live) ++live_;
  return id;
}

std::optional<std::size_t> NameTable::declare(const Cursor& at, std::string_view name) {
  if (!at.check_name(name)) return std::nullopt;
  const auto known = ids_.find(name);
  if (known != ids_.end()) {
    Entry& entry = entries_[known->second];
    if (entry.live) {
      at.error(entry.at == Mark{} ? fmt::format("{} is built in; choose another name", quoted(name))
                                  : fmt::format("{} is named twice, first in line {}", quoted(name),
                                                entry.at.line));
      return std::nullopt;
    }
    entry.live = true;
    entry.at = at.at();
    ++live_;
    return known->second;
  }
  if (entries_.size() >= limit_) {
    const std::size_t retired = entries_.size() - live_;
    std::string text =
        fmt::format("{} is one too many: at most {} {}", quoted(name), limit_, many_);
    if (retired > 0) text += fmt::format(", those of earlier versions counted ({})", retired);
    at.error(text);
    return std::nullopt;
  }
  return add(name, true, at.at());
}

std::optional<std::size_t> NameTable::find(std::string_view name) const {
  const auto known = ids_.find(name);
  if (known == ids_.end() || !entries_[known->second].live) return std::nullopt;
  return known->second;
}

std::optional<std::size_t> NameTable::use(const Cursor& at, std::string_view name) const {
  const auto id = find(name);
  if (!id && !doubtful_ && !at.diagnostics().full()) at.error(unknown(name));
  return id;
}

std::string NameTable::unknown(std::string_view name) const {
  return fmt::format("{} is not {} of this document{}", quoted(name), one_,
                     hint(name, live_names()));
}

std::vector<std::string_view> NameTable::live_names() const {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries_) {
    if (entry.live) names.push_back(entry.name);
  }
  return names;
}

}  // namespace vencer::config
