// The document that ships for a desk, as a story puts it.
#pragma once

#include <string>

namespace vencer::scenario {

// tools/examples/<desk>.toml, the files that it names inside it. Throws if there is no such file.
std::string desk_document(const std::string& desk);
// Zone of the first calendar in the text.
std::string zone_of(const std::string& document);

}  // namespace vencer::scenario
