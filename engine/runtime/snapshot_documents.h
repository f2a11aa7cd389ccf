// How compiled tenant documents stand in a snapshot: as in the log.
#pragma once

#include "engine/core/snapshot.h"

namespace vencer {

const SnapshotDocuments& snapshot_documents();  // lives for ever; any thread

}  // namespace vencer
