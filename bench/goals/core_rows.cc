// Rows about the core alone, from the Google Benchmark programs, and the CPU of a command on the
// shard's thread.
#include <bench_paths.h>
#include <fmt/core.h>

#include "bench/goals/row.h"
#include "bench/harness/figures.h"

namespace vencer::bench {
namespace {

// Runs a program of build/bench; its JSON.
nlohmann::json run_json(const Context& context, const std::string& program,
                        const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {std::string(VENCER_BINARY_DIR "/bench/") + program};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const Ran ran = run_program(arguments, context.log);
  nlohmann::json json = nlohmann::json::parse(ran.out, nullptr, false);
  if (ran.exit_code != 0 || json.is_discarded()) throw std::runtime_error(program + " failed");
  return json;
}

// `field` of each repetition of each benchmark whose name begins with `part`; no aggregates.
std::vector<double> figures_of(const nlohmann::json& json, const std::string& part,
                               const char* field) {
  std::vector<double> figures;
  for (const auto& each : json["benchmarks"]) {
    if (!each["name"].get<std::string>().starts_with(part)) continue;
    if (each.value("run_type", "iteration") != "iteration" || !each.contains(field)) continue;
    figures.push_back(each[field].get<double>());
  }
  return figures;
}

nlohmann::json google(const Context& context, const std::string& program, const std::string& filter,
                      int rounds) {
  return run_json(context, program,
                  {"--benchmark_filter=" + filter, "--benchmark_format=json",
                   "--benchmark_repetitions=" + std::to_string(rounds)});
}

// The goals hold at 1 M and 10 M; 100 M is for information, and takes minutes and gigabytes.
constexpr std::uint64_t kWheelHuge = 100'000'000;
constexpr std::uint64_t kRowsAtSize = 10'000'000;  // of --tickets: then what is huge is measured

std::vector<Line> wheel_at(const Context& context, std::uint64_t timers) {
  struct Part {
    const char *what, *name;
    double must, stretch;
    bool judged = true;
  };
  const bool huge = timers == kWheelHuge;
  const auto json = google(context, "wheel_bench",
                           fmt::format("(insert|cancel|reschedule|storm)<Wheel.*>/{}/", timers),
                           huge ? 1 : context.rounds);
  std::vector<Line> lines;
  for (const Part& part :
       {Part{"insert", "insert<Wheel>", 25, 12},
        Part{"cancel, ids known ahead as in a batch", "cancel<Wheel, 16>", 20, 10},
        Part{"cancel, one by one", "cancel<Wheel>", 20, 10, false},
        Part{"reschedule, ids known ahead", "reschedule<Wheel, 16>", 35, 18},
        Part{"reschedule, one by one", "reschedule<Wheel>", 35, 18, false},
        Part{"storm fire, over one second", "storm<Wheel>", 25, 12},
        Part{"storm fire, one millisecond", "equal_storm<Wheel>", 25, 12}}) {
    const bool judged = part.judged && !huge;
    lines.push_back({fmt::format("{} M timers: {}{}", timers / 1'000'000, part.what,
                                 judged ? "" : " (for information)"),
                     {false, part.must, part.stretch, "ns"},
                     figures_of(json, part.name, "ns_per_timer")});
  }
  return lines;
}

std::vector<Line> wheel(const Context& context) {
  std::vector<std::uint64_t> sizes = {1'000'000};
  if (!context.quick) sizes.push_back(10'000'000);
  if (!context.quick && context.tickets >= kRowsAtSize) sizes.push_back(kWheelHuge);
  std::vector<Line> lines;
  for (const std::uint64_t timers : sizes) {
    const auto more = wheel_at(context, timers);
    lines.insert(lines.end(), more.begin(), more.end());
  }
  return lines;
}

std::vector<double> nanoseconds_each(std::vector<double> per_second) {
  for (double& each : per_second) each = 1e9 / each;
  return per_second;
}

Line create_at(const Context& context, std::uint64_t tickets, int rounds) {
  const auto json = google(context, "core_bench", fmt::format("^create/{}/", tickets), rounds);
  Line line;
  line.runs = nanoseconds_each(figures_of(json, "create/", "items_per_second"));
  line.detail = "batches of 64, pages made ready by another thread";
  return line;
}

std::vector<Line> create(const Context& context) {
  constexpr std::uint64_t kSmall = 1u << 20, kLarge = 10u << 20, kHuge = 100u << 20;
  const std::uint64_t tickets = context.quick ? kSmall : kLarge;
  Line large = create_at(context, tickets, context.rounds);
  large.what = "create, core alone, at 10 M";
  large.goal = {false, 400, 250, "ns"};
  large.note = scaled(tickets, 10'000'000, "open tickets");
  Line huge;
  if (!context.quick && context.tickets >= kRowsAtSize) huge = create_at(context, kHuge, 1);
  huge.what = "create, core alone, at 100 M";
  huge.goal = {false, 600, 350, "ns"};
  if (huge.runs.empty()) huge.note = "with --tickets 10000000 and 21 GiB of free memory";
  return {large, huge};
}

std::vector<Line> shard_cpu(const Context& context) {
  Line line{"CPU of a status change on the shard's own thread",
            {false, 310, 190, "ns"},
            {},
            {},
            "--threads separate, 200 k tickets, frames of 128; commit and sockets have their own "
            "threads"};
  FreshServer fresh(context, 1'000'000, {"--threads", "separate"});
  (void)run_load(
      *fresh.server, "desk",
      {"--create-only", "--tickets", "200000", "--base", "7", "-c", "8", "--frame", "64"},
      context.log);
  for (int round = 0; round < context.rounds; ++round) {
    const double before = fresh.server->cost().by_thread["shard"];
    const LoadResult load = run_load(
        *fresh.server, "desk",
        {"-c", "8", "-P", "2", "--frame", "128", "--base", "7", "--existing", "200000", "--mix",
         "status=1", "--for", fmt::format("{}ms", static_cast<int>(context.seconds * 1000))},
        context.log);
    const double cpu = fresh.server->cost().by_thread["shard"] - before;
    line.runs.push_back(cpu * 1e9 / load.commands());
    line.detail = human(load.commands_per_second()) + "/s meanwhile";
  }
  return {line};
}

std::vector<Line> growth(const Context& context) {
  Line cpu{"longest single create while the table grows, CPU of its thread",
           {false, 2, 0.5, "ms"},
           {},
           {},
           scaled(context.tickets, 100'000'000, "tickets")};
  for (int round = 0; round < context.rounds; ++round) {
    const auto json =
        run_json(context, "growth", {"--tickets", std::to_string(context.tickets), "--json"});
    cpu.runs.push_back(json["longest_cpu_us"].get<double>() / 1000);
    cpu.detail = fmt::format(
        "core alone, pages made ready by another thread; by the wall clock {:.2f} ms (neighbours "
        "included), p99.99 {:.1f} us",
        json["longest_wall_us"].get<double>() / 1000, json["p9999_us"].get<double>());
  }
  return {cpu};
}

std::vector<Line> calendar(const Context& context) {
  const auto json = google(context, "calendar_bench", "^(add|between)/", context.rounds);
  std::vector<Line> lines;
  for (const char* what : {"add", "between"}) {
    // The worst distance and calendar of each repetition would need their order: all of them, then
    // the most.
    std::vector<double> all = figures_of(json, std::string(what) + "/", "cpu_time");
    const Spread spread = spread_of(all);
    lines.push_back({std::string(what) + ", the slowest distance",
                     {false, 30, 15, "ns"},
                     {spread.most},
                     "median of all distances " + human(spread.median, "ns")});
  }
  return lines;
}

}  // namespace

std::vector<Row> core_rows() {
  return {{"wheel", "wheel at 10 M timers", wheel},
          {"cpu", "CPU of a durable command on the shard's core", shard_cpu},
          {"create", "create, core alone", create},
          {"growth", "longest single command during growth", growth},
          {"calendar", "calendar add / between, any distance", calendar}};
}

}  // namespace vencer::bench
