// Cursor: a value of the document, the path that leads to it, and where to complain about it.
//
// Its readers say what is wrong and give nothing when the value is of another type, so that the
// caller goes on to the next fault. Cheap to copy (a path). The nodes must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/diagnostics.h"
#include "engine/config/node.h"

namespace vencer::config {

class Cursor {
 public:
  Cursor(Diagnostics& diagnostics, const Node& root)
      : diagnostics_(&diagnostics), node_(&root), at_(root.at) {}

  const Node& node() const { return *node_; }
  NodeKind kind() const { return node_->kind; }
  const std::string& path() const { return path_; }
  // The key that led here ("" for items of a list and the root).
  const std::string& key() const { return key_; }
  Mark at() const { return at_; }

  void error(std::string_view what) const { diagnostics_->error(at_, path_, what); }
  void warning(std::string_view what) const { diagnostics_->warning(at_, path_, what); }
  // About the key instead of its value.
  void key_error(std::string_view what) const { diagnostics_->error(key_at_, path_, what); }
  const Diagnostics& diagnostics() const { return *diagnostics_; }

  // Of a table, in the order of the text; of a list. Anything else is an error and gives none.
  std::vector<Cursor> members() const;
  std::vector<Cursor> items() const;
  std::optional<Cursor> member(std::string_view key) const;  // no complaint

  // `example` shows what would be right: "8h".
  std::optional<std::string_view> string(std::string_view example) const;
  std::optional<std::int64_t> integer() const;
  std::optional<bool> boolean() const;
  // A name of the tenant's own: trimmed, printable, 1 to limits::name_bytes_max bytes.
  std::optional<std::string_view> name() const;
  bool check_name(std::string_view text) const;

  // "the number 8", "a list": for messages about what was found.
  std::string found() const;

 private:
  Cursor(const Cursor& parent, const Node& node, std::string path, std::string key, Mark key_at)
      : diagnostics_(parent.diagnostics_),
        node_(&node),
        path_(std::move(path)),
        key_(std::move(key)),
        at_(node.at),
        key_at_(key_at) {}
  Cursor into(const Member& member) const;

  Diagnostics* diagnostics_;
  const Node* node_;
  std::string path_;
  std::string key_;
  Mark at_;
  Mark key_at_;
};

}  // namespace vencer::config
