#include "tools/vencerd/descriptors.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "engine/runtime/logging.h"

namespace vencer {
namespace {

// Segments of log and events, those being read, directories being synced, epolls, timers.
constexpr std::uint64_t kOwnDescriptors = 64;

}  // namespace

Status reserve_descriptors(ServerConfig* config) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return ok_status();
  }
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit more = limit;
    more.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &more) == 0) limit = more;
  }
  const std::uint64_t own = kOwnDescriptors + 4ull * config->io_threads;
  if (limit.rlim_cur <= own) {
    return Error{Errc::internal,
                 fmt::format("this process may open {} files, and needs more than {} for itself: "
                             "raise the limit (ulimit -n)",
                             limit.rlim_cur, own)};
  }
  const std::uint64_t room = limit.rlim_cur - own;
  if (config->connections_max > room) {
    log_line(LogLevel::warn,
             "fewer connections than asked for: the limit of open files leaves no more beside the "
             "log's own (ulimit -n)",
             {{"connections", room},
              {"asked", config->connections_max},
              {"open_files", static_cast<std::uint64_t>(limit.rlim_cur)}});
    config->connections_max = static_cast<std::uint32_t>(room);
  }
  return ok_status();
}

}  // namespace vencer
