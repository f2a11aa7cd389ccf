// vencer events ...: the event segments of a data directory. The commands are in events_*.cc.
#include "tools/vencer/command.h"

namespace vencer::cli {
namespace {

const Registration registration(
    {.name = "events", .summary = "look at the event segments on the disk, without a server"});

}  // namespace
}  // namespace vencer::cli
