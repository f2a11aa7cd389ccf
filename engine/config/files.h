// Files that a document names (`holidays_ics`) travel inside it, as [file."NAME"] text = "...": the
// server that compiles it sees no file of whoever wrote it, and another text is another document.
// A program that has the files adds them with these two before it sends the document.
//
// Cost: O(text).  Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

namespace vencer {

// Names that the document's calendars want and that it does not hold yet, each once, in the order
// of the text: paths relative to the document. None if it is no TOML: compile_document() tells.
std::vector<std::string> missing_files(std::string_view document);

// The document with a file's text at its end, where no line of its own moves.
// Errc::invalid_document if `text` is not UTF-8.
Result<std::string> with_file(std::string_view document, std::string_view name,
                              std::string_view text);

}  // namespace vencer
