// The sections of a vectors file that this program can run. Each lives in a file of its own,
// section_<name>.cc, and adds itself:
//
//   std::string run(Fields& fields, const Calendars& calendars) { ... }
//   const bool registered = register_section("between", run);
#pragma once

#include <string>
#include <string_view>

#include "tools/vectors/calendars.h"
#include "tools/vectors/fields.h"

namespace vencer::vectors {

// A case that asks for what the engine cannot do yet: counted as skipped, with the reason.
struct NotSupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Runs one case: empty if it passed, else what differs, for a person, several lines if need be.
// `id` and `note` are read by the caller; every other field must be asked for here, or the case
// fails. May throw FieldError or NotSupported.
using RunCase = std::string (*)(Fields& fields, const Calendars& calendars);

// For static initialisation; returns true.
bool register_section(std::string_view name, RunCase run);

// nullptr if no section of that name has been registered.
RunCase find_section(std::string_view name);

// Is it a section of the format at all? If find_section() does not know it, it is not supported
// yet.
bool is_section(std::string_view name);

}  // namespace vencer::vectors
