// One command of a verified Commands frame -> Command. Internal to engine/wire.
//
// Cost: O(1); the attributes are CommandBatch's to copy. Ids are as they stand in the bytes.
#pragma once

#include <vencer_generated.h>

#include <cstddef>

#include "engine/core/command.h"

namespace vencer {

// A kind that this build does not know stays as it is: no ticket has it (invalid_key).
TicketKey decode_key(const wire::Key& key);

using WireAttributes = flatbuffers::Vector<const wire::AttributeValue*>;
const WireAttributes* attributes_of(const wire::Command& command);

std::size_t reason_bytes_of(const wire::Command& command);

// All but the attributes and the content hash. `reason` points into the frame. A body that is
// missing or unknown leaves kind none.
Command decode_command(const wire::Command& from);

}  // namespace vencer
