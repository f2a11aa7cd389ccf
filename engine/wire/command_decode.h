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

// All but the content hash; the attributes, absent if there are none, are returned. `reason` points
// into the frame. A body that is missing or unknown leaves kind none.
const WireAttributes* decode_command(const wire::Command& from, Command& into);

}  // namespace vencer
