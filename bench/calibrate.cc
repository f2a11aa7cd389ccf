// calibrate: what this machine can do at this minute; stands beside every table of figures.
#include <nlohmann/json.hpp>

#include <iostream>

#include "bench/harness/calibration.h"
#include "bench/harness/child.h"
#include "bench/harness/options.h"
#include "bench/harness/report.h"

int main(int argc, char** argv) {
  using namespace vencer::bench;
  end_cleanly_on_signals();
  CLI::App app("TCP ping-pong, 4 KiB O_DSYNC write and sequential read of this machine, now.",
               "calibrate");
  std::string scratch = "/tmp";
  double seconds = 1;
  bool json = false;
  app.add_option("--scratch", scratch, "a folder on the disk in question")->capture_default_str();
  app.add_option("--seconds", seconds, "for each")
      ->check(CLI::Range(0.01, 60.0))
      ->capture_default_str();
  app.add_flag("--json", json, "one object");
  if (const auto ended = parse_options(app, argc, argv)) return *ended;
  const Calibration c = calibrate(scratch, seconds);
  if (json) {
    const nlohmann::ordered_json out = {{"ping_pong_us", c.ping_pong_us},
                                        {"ping_pong_p99_us", c.ping_pong_p99_us},
                                        {"sync_write_us", c.sync_write_us},
                                        {"sync_write_p99_us", c.sync_write_p99_us},
                                        {"read_bytes_per_second", c.read_bytes_per_second}};
    std::cout << out.dump() << "\n";
  } else {
    std::cout << machine_text() << "\n" << to_text(c) << "\n";
  }
  return 0;
}
