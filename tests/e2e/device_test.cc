// Goal: a device that fails ends the process, and nothing was acknowledged that it had not taken.
// Method: a real vencerd under load whose storage calls fail with EIO from a drawn one on: a failed
// write has reached the disk not at all, in part or whole, a failed sync has synced nothing
// (fault_shim.cc). Started again on a device that is well, it must hold what the clients were told.
#include <gtest/gtest.h>

#include <cerrno>
#include <random>

#include "tests/e2e/crash_load.h"
#include "tests/e2e/faults.h"
#include "tests/e2e/options.h"

namespace vencer::testing {
namespace {

constexpr int kRounds = 6;
constexpr int kExitLogFailed = 3;
constexpr int kExitCannotStart = 1;

class FailingDevice : public ::testing::Test {
 protected:
  FailingDevice()
      : data_(folder_.path() / "data"),
        load_(folder_.path(), e2e_options().seed),
        faults_(data_),
        random_(e2e_options().seed) {
    faults_->fail_errno = EIO;
  }
  Server start(std::vector<std::string> flags = {}) {
    return Server(data_, std::move(flags), {faults_.environment()});
  }

  TemporaryFolder folder_;
  const std::filesystem::path data_;
  CrashLoad load_;
  Faults faults_;
  std::mt19937_64 random_;
};

TEST_F(FailingDevice, EndsTheProcessAndNothingWasAcknowledged) {
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    faults_.calm();
    // In every other round three groups may be on their way to the device at once.
    Server server = round % 2 == 0 ? start() : start({"--groups-in-flight", "3"});
    ASSERT_FALSE(server.endpoint().empty()) << server.log();
    ASSERT_GT(faults_->calls.load(), 0u) << "the shim is not in the server";
    if (round == 0) load_.put_tenant(server);
    load_.check(server);
    if (HasFailure()) return;
    // Early, so that all kinds of calls come to be the first that fails.
    faults_->fail_from = faults_->calls + 1 + random_() % 60;
    load_.run(server, UINT64_MAX, [&] { server.process().wait(); });
    EXPECT_GT(faults_->failed.load(), 0u);
    EXPECT_EQ(server.process().wait(), kExitLogFailed) << server.log();
    EXPECT_NE(server.log().find("the process ends without an acknowledgement"), std::string::npos);
    EXPECT_NE(server.log().find("Input/output error"), std::string::npos) << server.log();
  }
  faults_.calm();
  Server well(data_);
  load_.check(well);
  EXPECT_EQ(well.stop(), 0);
  report_figures("failing_device",
                 "\"rounds\":" + std::to_string(kRounds) +
                     ",\"commands\":" + std::to_string(load_.commands()) +
                     ",\"failed_calls\":" + std::to_string(faults_->failed.load()));
}

// Every storage call of a start in turn: refused with the file and the reason, and fine again when
// the device is.
TEST_F(FailingDevice, AtAStartIsToldAndHarmsNothing) {
  {
    Server server = start();
    load_.put_tenant(server);
    load_.run(server, 500, [&] { server.kill_hard(); });
  }
  std::uint64_t refused = 0;
  for (std::uint64_t call = 1;; ++call) {
    SCOPED_TRACE(call);
    faults_->fail_from = faults_->calls + call;
    Server server = start();
    if (!server.endpoint().empty()) {
      server.kill_hard();
      break;
    }
    const int code = server.process().wait();
    if (code == kExitLogFailed) {
      // The start was over: its log is written to before it has said where it listens, where the
      // machine is busy.
      EXPECT_NE(server.log().find("the log was replayed"), std::string::npos) << server.log();
      EXPECT_NE(server.log().find("ends without an acknowledgement"), std::string::npos);
      break;
    }
    ++refused;
    EXPECT_EQ(code, kExitCannotStart) << server.log();
    EXPECT_NE(server.log().find("cannot start"), std::string::npos) << server.log();
    if (HasFailure()) return;
  }
  EXPECT_GT(refused, 5u);
  faults_.calm();
  Server well(data_);
  load_.check(well);
}

}  // namespace
}  // namespace vencer::testing
