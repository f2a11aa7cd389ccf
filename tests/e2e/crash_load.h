// CrashLoad: two producers and a subscriber of one tenant on a real vencerd, what they were told
// (ExpectedState, in files outside the server), and whether a server that was started again holds
// to it.
//
// Thread: one drives it; writers have their own.  Errors: a broken promise is a test failure.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "tests/e2e/crash_model.h"
#include "tests/e2e/expected_state.h"
#include "tests/support/process.h"
#include "tests/support/stream.h"

namespace vencer::testing {

// What all writers of one life have come to: who kills waits here.
class Progress {
 public:
  void add(std::uint64_t acknowledged);
  void fail(std::string fault);  // a promise was broken
  void lose();                   // a connection was lost: the server has ended, or is about to
  // Until so many are acknowledged, or there will be no more.
  void wait_for(std::uint64_t acknowledged);
  std::string fault() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t acknowledged_ = 0;
  bool lost_ = false;
  std::string fault_;
};

class CrashLoad {
 public:
  // The expected state lies in `folder`, beside the server's data.
  CrashLoad(const std::filesystem::path& folder, std::uint64_t seed, std::string tenant = "crash")
      : seed_(seed), tenant_(std::move(tenant)), expected_(folder) {}

  void put_tenant(const Server& server);
  // Sends and reads until `acks` commands are acknowledged or the server has ended, then calls
  // `end`, which must see to it that the server ends.
  void run(Server& server, std::uint64_t acks, const std::function<void()>& end);
  // Every acknowledged command is there, once; the tickets are what the commands make of them; a
  // repeat is told as one; the events are gapless, those of before, none twice or early.
  void check(const Server& server);

  std::uint64_t commands() const;  // acknowledged so far
  std::uint64_t events() const { return expected_.last_sequence(); }
  const ExpectedState& expected() const { return expected_; }

 private:
  void check_producer(const Server& server, std::uint64_t producer);
  void check_tickets(Client& client, std::uint64_t producer,
                     const std::map<std::uint64_t, CrashTicket>& tickets);
  void check_events(const Server& server);

  const std::uint64_t seed_;
  const std::string tenant_;  // alone in its partition: its stream is the partition's
  ExpectedState expected_;
};

}  // namespace vencer::testing
