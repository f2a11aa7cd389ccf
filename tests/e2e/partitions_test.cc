// Goal: what holds of one partition when the process is killed holds of each of two: nothing that
// was acknowledged is lost or applied twice, and each stream is gapless, with the bytes of before.
//
// Method: a tenant in each partition of a real vencerd, both under load at once (CrashLoad); kill
// -9 after a drawn number of acknowledgements of either; started again without being told how many
// partitions there are.
#include <gtest/gtest.h>

#include <mutex>
#include <random>
#include <thread>

#include "tests/e2e/crash_load.h"
#include "tests/e2e/options.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kAcksMax = 2000;  // of one life of the server and one tenant, about

std::filesystem::path made(const std::filesystem::path& folder) {
  std::filesystem::create_directory(folder);
  return folder;
}

TEST(CrashOfPartitions, NothingIsLostOrTwiceInAnyOfTwo) {
  const TemporaryFolder folder;
  const std::uint64_t seed = e2e_options().seed;
  const std::filesystem::path data = folder.path() / "data";
  CrashLoad first(made(folder.path() / "first"), seed, "crash-a");
  CrashLoad second(made(folder.path() / "second"), seed + 1, "crash-b");
  std::mt19937_64 random(seed);
  const std::uint64_t cycles = (e2e_options().cycles + 1) / 2;
  for (std::uint64_t cycle = 0; cycle < cycles && !::testing::Test::HasFailure(); ++cycle) {
    SCOPED_TRACE("cycle " + std::to_string(cycle) + ", seed " + std::to_string(seed));
    Server server(data, cycle == 0 ? std::vector<std::string>{"--partitions", "2"}
                                   : std::vector<std::string>{});
    if (cycle == 0) {
      first.put_tenant(server);
      second.put_tenant(server);
    }
    EXPECT_EQ(connect(server.endpoint(), "crash-a").hello().partition, 0u);
    EXPECT_EQ(connect(server.endpoint(), "crash-b").hello().partition, 1u);
    first.check(server);
    second.check(server);
    std::once_flag killed;
    const auto kill = [&] { std::call_once(killed, [&] { server.kill_hard(); }); };
    const std::uint64_t acks = 1 + random() % kAcksMax, others = 1 + random() % kAcksMax;
    const std::jthread beside([&] { second.run(server, others, kill); });
    first.run(server, acks, kill);
  }
  Server last(data);
  first.check(last);
  second.check(last);
  EXPECT_EQ(last.stop(), 0) << last.log();
  EXPECT_GT(first.commands(), 0u);
  EXPECT_GT(second.commands(), 0u);
  report_figures("kill_cycles_of_two_partitions",
                 "\"cycles\":" + std::to_string(cycles) +
                     ",\"commands\":" + std::to_string(first.commands() + second.commands()) +
                     ",\"events\":" + std::to_string(first.events() + second.events()));
}

}  // namespace
}  // namespace vencer::testing
