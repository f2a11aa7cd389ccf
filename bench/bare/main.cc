// bare: a server that does durable commands and nothing else, to show where the machine ends.
#include "bench/bare/bare_server.h"
#include "bench/harness/options.h"

namespace vencer::bench {
namespace {

int run(int argc, char** argv) {
  CLI::App app(
      "The limit of this machine for durable commands: wire, log and index of vencerd, a bare "
      "ticket and timer, one thread. Speaks to clients of vencerd with the help of one.",
      "bare");
  BareOptions options;
  app.add_option("--data", options.data, "an empty folder for its log")->required();
  app.add_option("--upstream", options.upstream,
                 "HOST:PORT of a vencerd, which answers all that is not a command")
      ->required();
  app.add_option("--ports-file", options.ports_file, "where it writes HOST:PORT")->required();
  app.add_option("--capacity", options.capacity, "tickets")
      ->check(CLI::Range(1u, 100'000'000u))
      ->capture_default_str();
  if (const auto ended = parse_options(app, argc, argv)) return *ended;
  run_bare_server(options);
  return 0;
}

}  // namespace
}  // namespace vencer::bench

int main(int argc, char** argv) {
  return vencer::bench::run_main("bare", vencer::bench::run, argc, argv);
}
