// BareServer: the limit of the machine for durable commands: one thread, plain sockets, the wire
// and the log of the product, and a BareTable in the place of its engine.
//
// Commands are read, verified, applied, logged in groups and answered when their group is durable,
// as vencerd does; several groups are on their way to the disk at once (io_uring), the next one
// fills meanwhile. All other frames go to a vencerd behind it (`upstream`), so that every client
// of the product can talk to it. It keeps its log as long as it runs and reads none.
//
// Thread: one, and one more that makes log segments ready.  Errors: std::runtime_error: it is a
// measuring instrument, and ends.
#pragma once

#include <cstdint>
#include <string>

namespace vencer::bench {

struct BareOptions {
  std::string data;      // an empty folder
  std::string upstream;  // HOST:PORT of the vencerd that answers what is not a command
  std::string ports_file;
  std::uint32_t capacity = 16'000'000;
};

// Until SIGTERM.
void run_bare_server(const BareOptions& options);

}  // namespace vencer::bench
