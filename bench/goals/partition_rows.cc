// Rows about several partitions in one process: the same load on one and on two.
#include <fmt/core.h>

#include <fstream>
#include <sstream>

#include "bench/goals/row.h"
#include "bench/harness/figures.h"

namespace vencer::bench {
namespace {

constexpr const char* kTenants[] = {"desk-a", "desk-b"};
constexpr int kConnectionsEach = 25;            // of a tenant
constexpr std::uint64_t kFilledEach = 100'000;  // tickets before the mix
constexpr std::uint64_t kRoom = 4'000'000;

// The desk's document under another name.
std::filesystem::path document_of(const std::string& tenant, const std::filesystem::path& folder) {
  std::ifstream in(desk_document());
  std::ostringstream text;
  text << in.rdbuf();
  std::string document = text.str();
  const std::string name = "tenant = \"desk\"";
  document.replace(document.find(name), name.size(), "tenant = \"" + tenant + "\"");
  const std::filesystem::path path = folder / (tenant + ".toml");
  std::ofstream(path) << document;
  return path;
}

// A server with both tenants, filled; in one partition or in one each.
struct DeskServer {
  DeskServer(const Context& context, int partitions) : folder(context.scratch) {
    const std::string placement = partitions == 1 ? "desk-*=0" : "desk-a=0,desk-b=1";
    server = std::make_unique<VencerServer>(
        folder.path() / "data",
        context.server_flags(
            kRoom, {"--partitions", std::to_string(partitions), "--placement", placement}));
    for (const char* tenant : kTenants) {
      server->put_tenant(document_of(tenant, folder.path()));
      (void)run_load(*server, tenant,
                     {"--create-only", "--tickets", std::to_string(kFilledEach), "--base", "7",
                      "-c", std::to_string(kConnectionsEach), "--frame", "64"},
                     context.log);
    }
  }
  ScratchFolder folder;
  std::unique_ptr<VencerServer> server;
};

struct Rate {
  double per_second = 0;
  double cpu_us = 0;  // the server's, a command
};

// The mix on both tenants at once, a generator each, closed loop, one frame in flight a connection.
Rate mixed(const Context& context, DeskServer& desk, int frame) {
  const std::vector<std::string> flags = {
      "-c",         std::to_string(kConnectionsEach),
      "-P",         "1",
      "--frame",    std::to_string(frame),
      "--base",     "7",
      "--existing", std::to_string(kFilledEach),
      "--mix",      "status=30,activity=40,attributes=25",
      "--for",      fmt::format("{}ms", static_cast<int>(context.seconds * 1000))};
  const ScratchFolder beside(context.scratch);
  const double cpu_before = desk.server->cost().cpu_seconds;
  LoadBeside other(*desk.server, kTenants[1], flags, beside.path());
  const LoadResult first = run_load(*desk.server, kTenants[0], flags, context.log);
  const LoadResult second = other.finish();
  const double cpu = desk.server->cost().cpu_seconds - cpu_before;
  return {first.commands_per_second() + second.commands_per_second(),
          cpu * 1e6 / (first.commands() + second.commands())};
}

std::vector<Line> partitions(const Context& context) {
  struct Measured {
    std::vector<double> rates, cpu_us;
    void add(const Rate& rate) {
      rates.push_back(rate.per_second);
      cpu_us.push_back(rate.cpu_us);
    }
  };
  DeskServer one(context, 1), two(context, 2);
  std::vector<Line> lines;
  for (const int frame : {128, 16}) {
    Measured in_one, in_two;
    for (int round = 0; round < context.rounds; ++round) {
      in_one.add(mixed(context, one, frame));
      in_two.add(mixed(context, two, frame));
    }
    lines.push_back(
        {fmt::format("frames of {}, two partitions over one (for information)", frame),
         {true, 1, 1, "x"},
         ratios(in_two.rates, in_one.rates),
         fmt::format("{}/s over {}/s; the server's CPU {:.2f} us a command, {:.2f} with one",
                     spread_text(spread_of(in_two.rates)), spread_text(spread_of(in_one.rates)),
                     spread_of(in_two.cpu_us).median, spread_of(in_one.cpu_us).median)});
  }
  return lines;
}

}  // namespace

std::vector<Row> partition_rows() {
  return {
      {"partitions", "commands/s with two partitions / with one, on the two cores", partitions}};
}

}  // namespace vencer::bench
