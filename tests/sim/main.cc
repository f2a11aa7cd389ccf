// vencer-sim: the whole engine on a simulated disk, clock and network, from a seed.
//
// Exit code: 0 all lives are right, 1 one is wrong (its replay command stands in the output), 2 the
// command line is. With --hunt, for engines with a bug put in on purpose: 0 found, 1 not found.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>

#include "tests/sim/life.h"
#include "tests/sim/report.h"
#include "tests/sim/shrink.h"

namespace {

using namespace vencer::sim;

struct Arguments {
  LifeOptions life;
  std::uint64_t seeds = 1;
  std::string faults = "all";
  std::string without;
  double minutes = 0;  // 0: as long as the seeds take
  int shrink_tries = 60;
  bool report = false, json = false, hunt = false;
};

bool read_arguments(int argc, char** argv, Arguments& args, int* code) {
  CLI::App app{"The real engine on a simulated disk, clock and network: one seed, one history."};
  app.add_option("--seed", args.life.seed, "the first seed")->capture_default_str();
  app.add_option("--seeds", args.seeds, "so many, one after the other")->capture_default_str();
  app.add_option("--hours", args.life.hours, "simulated hours of each")->capture_default_str();
  app.add_option("--minutes", args.minutes, "no new seed after so many minutes by the wall");
  app.add_option("--faults", args.faults, "none, all, or of crash,disk,clock,net")
      ->capture_default_str();
  app.add_option("--load", args.life.load, "tickets, times this")->capture_default_str();
  app.add_option("--without", args.without, "faults of the plan to leave out: 1,4-9");
  app.add_option("--shrink", args.shrink_tries, "lives to spend on making a failing one shorter")
      ->capture_default_str();
  app.add_flag("--tell", args.life.tell, "every fault and start, on stderr");
  app.add_flag("--report", args.report, "a table of figures at the end");
  app.add_flag("--hunt", args.hunt, "stop at the first life that is wrong; exit code 1 if none is");
  app.add_flag("--json", args.json, "the same as JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    *code = app.exit(error) == 0 ? 0 : 2;
    return false;
  }
  *code = 2;
  if (!parse_faults(args.faults, &args.life.faults)) {
    std::fprintf(stderr, "--faults %s: none, all, or a list of crash, disk, clock, net\n",
                 args.faults.c_str());
    return false;
  }
  if (!parse_positions(args.without, &args.life.without)) {
    std::fprintf(stderr, "--without %s: positions like 1,4-9\n", args.without.c_str());
    return false;
  }
  if (!(args.life.hours > 0 && args.life.hours <= 4000 && args.life.load > 0)) {
    std::fputs("--hours above 0, at most 4000; --load above 0\n", stderr);
    return false;
  }
  *code = 0;
  return true;
}

void tell_failure(const LifeOptions& options, const LifeResult& result, int tries) {
  std::printf("seed %llu is wrong after %.3f simulated hours: %s\n  replay: %s\n",
              static_cast<unsigned long long>(options.seed), result.hours, result.wrong.c_str(),
              replay_command(options).c_str());
  std::fflush(stdout);
  if (tries <= 0) return;
  const LifeOptions shorter = shrink(options, result, tries);
  const LifeResult again = Life(shorter).run();
  std::printf("  shorter (%zu of %zu faults): %s\n  replay: %s\n",
              again.planned_faults - shorter.without.size(), again.planned_faults,
              again.wrong.c_str(), replay_command(shorter).c_str());
}

// One line for the table of mutants.
int tell_catch(const Report& report, const LifeOptions& options, const std::string& wrong) {
  if (wrong.empty()) {
    std::printf("NOT FOUND in %.0f simulated hours\n", report.simulated_hours);
    return 1;
  }
  std::printf("found by seed %llu after %.1f simulated hours in all: %.160s\n",
              static_cast<unsigned long long>(options.seed), report.simulated_hours, wrong.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments args;
  int code = 0;
  if (!read_arguments(argc, argv, args, &code)) return code;
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
  Report report;
  report.first_seed = args.life.seed;
  report.faults = args.life.faults;
  std::uint64_t digest = 0;
  for (std::uint64_t i = 0; i < args.seeds; ++i) {
    if (args.minutes > 0 && seconds() > args.minutes * 60) break;
    LifeOptions options = args.life;
    options.seed = args.life.seed + i;
    const LifeResult result = Life(options).run();
    report.add(result);
    digest = digest * 31 + result.digest;
    if (result.wrong.empty()) continue;
    if (args.hunt) return tell_catch(report, options, result.wrong);
    code = 1;
    tell_failure(options, result, args.shrink_tries);
  }
  report.wall_seconds = seconds();
  if (args.hunt) return tell_catch(report, args.life, "");
  if (args.report || args.json) {
    report.log_bits = every_bit_of_a_log();
    report.snapshot_bits = every_bit_of_a_snapshot();
    report.event_bits = every_bit_of_event_segments();
  }
  if (args.report) std::fputs(report.table().c_str(), stdout);
  if (args.json) std::fputs(report.json().c_str(), stdout);
  std::printf("%llu lives from seed %llu, %.0f simulated hours in %.1f s, digest %016llx: %s\n",
              static_cast<unsigned long long>(report.seeds),
              static_cast<unsigned long long>(report.first_seed), report.simulated_hours,
              report.wall_seconds, static_cast<unsigned long long>(digest),
              code == 0 ? "nothing lost, nothing early, nothing twice" : "see above");
  return code;
}
