#include "tools/vencer/import_map.h"

#include <fmt/core.h>
#include <toml++/toml.h>

#include <optional>
#include <set>

namespace vencer {
namespace {

// Reads one table key by key; keys that nobody asked for are found by finish(). The first fault
// sticks.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string path, std::string_view file,
              std::optional<Error>& error)
      : table_(table), path_(std::move(path)), file_(file), error_(error) {}

  void text(std::string_view key, ImportMap::Text& into, bool required = true) {
    const toml::node* node = find(key, required);
    if (node == nullptr) return;
    if (const auto value = node->value_exact<std::string>(); value && !value->empty()) {
      into = {*value, where(*node, key)};
    } else {
      fault(*node, key, "must be a text that is not empty");
    }
  }

  const toml::table* table(std::string_view key, bool required = true) {
    const toml::node* node = find(key, required);
    if (node == nullptr) return nullptr;
    if (node->is_table()) return node->as_table();
    fault(*node, key, "must be a table");
    return nullptr;
  }

  // "column" or { column = "column", words = { theirs = "ours" } }
  void column(std::string_view key, const toml::node& node, ImportMap::Column& into) {
    known_.insert(std::string(key));
    if (const auto name = node.value_exact<std::string>()) {
      into.name = {*name, where(node, key)};
      return;
    }
    if (!node.is_table()) return fault(node, key, "must be a column's name or a table");
    TableReader inner(*node.as_table(), path_ + std::string(key) + ".", file_, error_);
    inner.text("column", into.name);
    if (const toml::table* words = inner.table("words", false)) {
      TableReader reader(*words, path_ + std::string(key) + ".words.", file_, error_);
      for (const auto& [word, value] : *words) {
        ImportMap::Text ours;
        reader.text(word.str(), ours);
        into.words[std::string(word.str())] = ours.text;
      }
    }
    inner.finish();
  }

  void finish() {
    for (const auto& [key, node] : table_) {
      if (!known_.contains(std::string(key.str())))
        fault(node, key.str(), "is not a key of the mapping");
    }
  }

  void fault(const toml::node& node, std::string_view key, std::string_view what) {
    if (error_) return;
    error_ = Error{Errc::invalid_document, fmt::format("{}: {}", where(node, key), what)};
  }

  std::string where(const toml::node& node, std::string_view key) const {
    const toml::source_position at = node.source().begin;
    return fmt::format("{}:{}:{}: {}{}", file_, at.line, at.column, path_, key);
  }

 private:
  const toml::node* find(std::string_view key, bool required) {
    known_.insert(std::string(key));
    const toml::node* node = table_.get(key);
    if (node == nullptr && required) fault(table_, key, "is missing");
    return node;
  }

  const toml::table& table_;
  std::string path_;
  std::string_view file_;
  std::optional<Error>& error_;
  std::set<std::string> known_;
};

void read_row(const toml::table& table, std::string_view file, std::optional<Error>& error,
              ImportMap& map) {
  TableReader row(table, "row.", file, error);
  row.text("key", map.key);
  row.text("at", map.at);
  row.text("opened", map.opened, false);
  row.text("time", map.time_format);
  row.text("missing", map.missing, false);
  row.text("update", map.update);
  row.finish();
}

void read_attributes(const toml::table& table, std::string_view file, std::optional<Error>& error,
                     ImportMap& map) {
  TableReader reader(table, "attribute.", file, error);
  for (const auto& [name, node] : table) {
    ImportMap::Attribute attribute{{std::string(name.str()), reader.where(node, name.str())}, {}};
    reader.column(name.str(), node, attribute.column);
    map.attributes.push_back(std::move(attribute));
  }
}

void read_verdict(const toml::table& table, std::string_view file, std::optional<Error>& error,
                  ImportMap& map) {
  TableReader verdict(table, "verdict.", file, error);
  verdict.text("clock", map.clock);
  verdict.text("column", map.verdict_column);
  verdict.text("kept", map.kept);
  verdict.text("missed", map.missed);
  verdict.text("by", map.by);
  verdict.finish();
}

}  // namespace

Result<ImportMap> parse_import_map(std::string_view text, std::string_view file) {
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& fault) {
    const toml::source_position at = fault.source().begin;
    return Error{Errc::invalid_document,
                 fmt::format("{}:{}:{}: {}", file, at.line, at.column, fault.description())};
  }
  ImportMap map;
  std::optional<Error> error;
  TableReader reader(root, "", file, error);
  if (const toml::table* row = reader.table("row")) read_row(*row, file, error, map);
  if (const toml::node* status = root.get("status")) {
    reader.column("status", *status, map.status);
  } else {
    reader.fault(root, "status", "is missing");
  }
  if (const toml::table* table = reader.table("attribute"))
    read_attributes(*table, file, error, map);
  if (const toml::table* table = reader.table("verdict")) read_verdict(*table, file, error, map);
  reader.finish();
  if (error) return *error;
  return map;
}

}  // namespace vencer
