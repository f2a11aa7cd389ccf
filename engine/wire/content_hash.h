// Content hash of a command: tells a repeat of a producer's number from the same number with
// another command in it (number_reused).
//
// Over every decoded field, not over bytes: the same command may be encoded in more ways than one.
// The hash is kept with a producer's results, which are state, so it is part of the semantics
// version: the tests pin it. Not for hostile input: a producer who forges a collision cheats only
// itself.
//
// Cost: a multiplication a field.
#pragma once

#include <cstdint>

#include "engine/core/command.h"

namespace vencer {

std::uint32_t content_hash(const Command& command);

}  // namespace vencer
