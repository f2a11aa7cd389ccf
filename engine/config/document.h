// Tenant documents: TOML text -> TenantSpec, checked whole and refused whole.
//
// The only place that parses text; what it makes is logged compiled, so a replay never enters here.
// Each key, its default, unit and an example: README.md of this folder.
//
// Names keep the ids that they have in `previous` (the document in force, or nullptr for the
// first); new ones are appended; dropped ones are marked retired. Whether open tickets still use a
// dropped name is the state machine's to say (names_in_use).
//
// Cost: milliseconds (it loads time zones); never on a shard's thread.  Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/tenant.h"

namespace vencer {

struct CompiledDocument {
  TenantSpec spec;  // valid only if errors is empty
  std::vector<std::string>
      errors;  // "zen.toml:12:3: clock[1].start: 'agent_repli' is not ...; known: ..."
  std::vector<std::string> warnings;  // likewise: a rule that can never match, ...
  bool unchanged = false;             // same text as `previous`: spec is a copy of it
};

CompiledDocument compile_document(std::string_view text, std::string_view file,
                                  const TenantSpec* previous);

// The tenant's name alone ("" if the text does not parse that far): which `previous` to fetch.
std::string document_tenant_name(std::string_view text);

}  // namespace vencer
