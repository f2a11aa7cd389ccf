// vencerd: the server. Ends by SIGTERM or SIGINT: cleanly, exit 0.
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "engine/runtime/clock.h"
#include "engine/runtime/logging.h"
#include "engine/runtime/replayer.h"
#include "engine/runtime/role.h"
#include "net/server/server.h"
#include "tools/vencerd/command_line.h"
#include "tools/vencerd/descriptors.h"
#include "tools/vencerd/metrics_line.h"
#include "tools/vencerd/ports_file.h"

namespace vencer {
namespace {

constexpr int kExitBadConfig = 1;
constexpr int kExitCannotStart = 1;
constexpr int kExitLogFailed = 3;

// A failed write or sync: what is acknowledged is on disk, nothing more may be. No destructor runs.
void end_process(const Error& error) {
  log_line(LogLevel::error,
           "the log could not be written; the process ends without an acknowledgement",
           {{"error", error.message}});
  ::_exit(kExitLogFailed);
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void report_clock(const PartitionSet& partitions, bool* reported) {
  const WallClockView wall = partitions.wall_clock();
  if (wall.suspect == *reported) return;
  *reported = wall.suspect;
  log_line(LogLevel::warn,
           *reported ? "clock_suspect: the wall clock is too far off and is not followed; if it is "
                       "right: vencer clock accept, or a start with --clock-accept yes"
                     : "the wall clock is followed again",
           {{"wall_lead_ms", wall.lead_ms}});
}

// Until a signal comes; they are blocked.
void serve(Server& server, const ServerConfig& config) {
  const sigset_t signals = stop_signals();
  const timespec second{1, 0};
  const std::chrono::milliseconds every(config.metrics_every_ms);
  auto next_metrics = std::chrono::steady_clock::now() + every;
  bool clock_reported = false;
  while (sigtimedwait(&signals, nullptr, &second) < 0) {
    report_clock(server.partitions(), &clock_reported);
    if (every.count() == 0 || std::chrono::steady_clock::now() < next_metrics) continue;
    next_metrics += every;
    log_metrics(server);
  }
}

Result<std::unique_ptr<Server>> try_start(Storage& storage, Clock& clock,
                                          const ServerConfig& config) {
  try {
    return Server::start(storage, clock, config, end_process);
  } catch (const std::bad_alloc&) {
    return Error{Errc::internal,
                 "not enough memory for a table of " + std::to_string(config.capacity) +
                     " tickets and what the log brings back; --capacity asks for less at the first "
                     "start of a data directory"};
  } catch (const std::system_error& thrown) {
    return no_thread(thrown);
  }
}

// Every thread is born with the stop signals blocked: one that blocked them itself could be hit
// before it came to that. So the start has a thread of its own, and this one waits for signals:
// while the log is replayed one of them ends the process at once, as nothing could be lost.
Result<std::unique_ptr<Server>> start(Storage& storage, Clock& clock, const ServerConfig& config) {
  sigset_t signals = stop_signals();
  sigaddset(&signals, SIGUSR1);  // started
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Result<std::unique_ptr<Server>> server = Error{Errc::internal, "not started"};
  const pthread_t waiting = pthread_self();
  std::thread starting;
  try {
    starting = std::thread([&] {
      server = try_start(storage, clock, config);
      pthread_kill(waiting, SIGUSR1);
    });
  } catch (const std::system_error& thrown) {
    return no_thread(thrown);
  }
  int signal = 0;
  sigwait(&signals, &signal);
  if (signal != SIGUSR1) {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    ::raise(signal);
    pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  }
  starting.join();
  return server;
}

int cannot_start(const std::string& why) {
  log_line(LogLevel::error, "cannot start", {{"error", why}});
  return kExitCannotStart;
}

int run(ServerConfig config) {
  note_replay_on_abort("vencerd");
  if (Status reserved = reserve_descriptors(&config); !reserved) {
    return cannot_start(reserved.error().message);
  }
  const std::unique_ptr<Storage> storage = make_posix_storage();
  SlewedClock clock;
  if (config.clock_accept) clock.accept_wall_clock();
  auto server = start(*storage, clock, config);
  if (!server) return cannot_start(server.error().message);
  // From here on, before anybody is told where to connect, a signal means a clean stop.
  const std::string address = (*server)->address();
  if (!config.ports_file.empty()) {
    if (Status written = write_ports_file(config.ports_file, address); !written) {
      return cannot_start(written.error().message);
    }
  }
  std::printf("vencerd %s listening on %s\n", VENCER_VERSION, address.c_str());
  std::fflush(stdout);
  log_line(LogLevel::info, "serving",
           {{"listen", address},
            {"data", config.data},
            {"partitions", (*server)->partitions().size()},
            {"durability", config.durability == Durability::sync ? "sync" : "none"}});
  serve(**server, config);
  const Status stopped = (*server)->stop();
  log_metrics(**server);
  if (!stopped && stopped.error().code == Errc::disk_full) {
    log_line(LogLevel::warn,
             "stopped; the disk is full, so that this could not be noted: nothing acknowledged is "
             "lost, the next start reads the log to its end",
             {{"error", stopped.error().message}});
    return 0;
  }
  if (!stopped) end_process(stopped.error());
  log_line(LogLevel::info, "stopped cleanly");
  return 0;
}

}  // namespace
}  // namespace vencer

int main(int argc, char** argv) {
  int exit_code = vencer::kExitBadConfig;
  const auto command_line = vencer::read_command_line(argc, argv, &exit_code);
  if (!command_line) return exit_code;
  if (command_line->check_only) {
    std::puts("the configuration is good");
    return 0;
  }
  vencer::setup_logging(command_line->config.log_level, command_line->config.log_format);
  return vencer::run(command_line->config);
}
