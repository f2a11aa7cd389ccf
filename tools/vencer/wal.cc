// vencer wal ...: a data directory's log, looked at and mended offline. The commands are in
// wal_*.cc.
#include "tools/vencer/command.h"

namespace vencer::cli {
namespace {

const Registration registration(
    {.name = "wal", .summary = "look at a log's files, mend or archive them, without a server"});

}  // namespace
}  // namespace vencer::cli
