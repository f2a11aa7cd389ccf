// NameTable: the names of one kind (statuses, clocks, ...) and their ids.
//
// Ids are positions and append-only: a name of an earlier version keeps its id whether or not this
// document names it; it is live only if it does.  Cost: O(log n).  Thread: one.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/cursor.h"

namespace vencer::config {

class NameTable {
 public:
  // What one of them is called in messages ("a status"), all of them ("statuses"), and how many
  // there may be, those of earlier versions included.
  NameTable(std::string_view one, std::string_view many, std::size_t limit)
      : one_(one), many_(many), limit_(limit) {}

  // A name of an earlier version, in the order of ids.
  void remember(std::string_view name) { add(name, false, {}); }
  // A name that every tenant has.
  void add_builtin(std::string_view name) { add(name, true, {}); }

  // This document names it: its id, old or new. Nothing, after an error, if it stands twice or one
  // too many.
  std::optional<std::size_t> declare(const Cursor& at, std::string_view name);

  // Nothing if this document does not name it.
  std::optional<std::size_t> find(std::string_view name) const;
  // The same, complaining.
  std::optional<std::size_t> use(const Cursor& at, std::string_view name) const;
  std::string unknown(std::string_view name) const;  // the complaint: "'x' is not a status; ..."

  bool live(std::size_t id) const { return entries_[id].live; }
  bool builtin(std::size_t id) const { return live(id) && entries_[id].at == Mark{}; }
  std::size_t size() const { return entries_.size(); }
  std::size_t live_count() const { return live_; }
  std::vector<std::string_view> live_names() const;

  // The section could not be read: say nothing about names that are not found.
  void doubt() { doubtful_ = true; }
  bool doubtful() const { return doubtful_; }

 private:
  struct Entry {
    std::string name;
    bool live;
    Mark at;  // where this document names it
  };
  std::size_t add(std::string_view name, bool live, Mark at);

  std::string_view one_, many_;
  std::size_t limit_;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> ids_;
  std::size_t live_ = 0;
  bool doubtful_ = false;
};

}  // namespace vencer::config
