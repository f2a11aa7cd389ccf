// VencerServer: a vencerd of this build for a measurement, on a free port of loopback, its data in
// a folder of its own; and `vencer load` against it.
//
//   VencerServer server(scratch.path() / "data", {"--capacity", "2000000"});
//   server.put_tenant(kDeskDocument);
//   const LoadResult load = run_load(server, {"-n", "1000000", "-c", "50"}, log);
//
// Thread: main.  Errors: exceptions of type std::runtime_error that hold the server's last words: a
// measurement without a server has nothing to say.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/harness/child.h"
#include "net/client/client.h"

namespace vencer::bench {

// Eight attributes with lists of values, two clocks, sixteen targets, a ladder:
// bench/tenants/desk.toml. Nothing falls due within a day. Its tenant is called "desk".
std::filesystem::path desk_document();
// One clock of ten minutes. Its tenant is called "storm".
std::filesystem::path storm_document();
// One clock whose deadline the ticket brings. Its tenant is called "due".
std::filesystem::path due_document();

// Flags of a server that takes a snapshot only when it is told to.
extern const std::vector<std::string> kNoSnapshots;

// The first line of a file that a program writes as soon as it listens; throws with the end of its
// `log` if it ends before.
std::string wait_for_endpoint(const std::filesystem::path& ports, Child& program,
                              const std::filesystem::path& log);

class VencerServer {
 public:
  explicit VencerServer(const std::filesystem::path& data,
                        const std::vector<std::string>& flags = {});

  const std::string& endpoint() const { return endpoint_; }
  double start_seconds() const { return start_seconds_; }  // until it answered, replay included
  ProcessCost cost() const { return child_.cost(); }
  pid_t pid() const { return child_.pid(); }

  Client connect(const std::string& tenant) const;
  void put_tenant(const std::filesystem::path& document) const;
  SnapshotReply take_snapshot() const;  // waits for its end
  int stop();                           // as SIGTERM does
  void kill_hard();                     // kill -9: what a restart then finds is the files alone
  // A number of the last line of counters: after stop().
  double counter(const std::string& name) const;

 private:
  std::filesystem::path log_, ports_;
  double start_seconds_ = 0;
  Child child_;
  std::string endpoint_;
};

// What `vencer load -o json` printed.
struct LoadResult {
  nlohmann::json json;
  double commands_per_second() const { return json.value("commands_per_second", 0.0); }
  double latency_us(const char* quantile) const { return json["latency_us"].value(quantile, 0.0); }
  double commands() const { return json.value("commands", 0.0); }
};
std::vector<std::string> load_arguments(const std::string& endpoint, const std::string& tenant,
                                        const std::vector<std::string>& flags);
LoadResult run_load(const std::string& endpoint, const std::string& tenant,
                    const std::vector<std::string>& flags, const std::filesystem::path& log);
inline LoadResult run_load(const VencerServer& server, const std::string& tenant,
                           const std::vector<std::string>& flags,
                           const std::filesystem::path& log) {
  return run_load(server.endpoint(), tenant, flags, log);
}
// Fills tenant "desk" with so many tickets; keys from `base` on, in `connections` shares.
LoadResult fill_desk(const VencerServer& server, std::uint64_t tickets,
                     const std::filesystem::path& log);
inline constexpr int kFillConnections = 8;

// A vencer load that runs beside something else.
class LoadBeside {
 public:
  LoadBeside(const VencerServer& server, const std::string& tenant,
             const std::vector<std::string>& flags, const std::filesystem::path& folder);
  LoadResult finish();  // waits for its end

 private:
  std::filesystem::path out_;
  Child child_;
};

}  // namespace vencer::bench
