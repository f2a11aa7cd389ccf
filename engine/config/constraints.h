// One [[constraint]] while it is read.
#pragma once

#include <optional>
#include <vector>

#include "engine/config/compilation.h"
#include "engine/config/keys.h"

namespace vencer::config {

// needs = ["evidencia", { activity = "approval", by = "role:supervisor" }]
struct NeededActivity {
  ActivityId activity = 0;
  std::optional<std::vector<std::uint64_t>> by;
};

struct ConstraintDraft {
  ConstraintSpec spec;
  bool forbids_happening = false;  // forbid = true
  std::vector<NeededActivity> needs;
  bool in_order = false;
};

// The keys that say what is constrained, of which a constraint has one: constraint_kinds.cc.
void read_forbid(Compilation& c, const Cursor& at, ConstraintDraft& draft);
void read_only(Compilation& c, const Cursor& at, ConstraintDraft& draft);
void read_needs(Compilation& c, const Cursor& at, ConstraintDraft& draft);
void read_actors(Compilation& c, const Cursor& at, ConstraintDraft& draft);
void read_limit(Compilation& c, const Cursor& at, ConstraintDraft& draft);
void list_constraint_kind_keys(KeyRows& rows);

}  // namespace vencer::config
