// WordDesk: a tenant document on the real state machine, told in the desk's own words and local
// times. In one process, without a server: what is shown here is the arithmetic and the rules.
//
//   WordDesk desk(kDocument, "America/Santiago");
//   desk.at("2026-06-01 09:00").create("T", {{"priority", "Alto"}});
//   desk.at("2026-06-01 17:00:00.001");
//   EXPECT_EQ(desk.told("breached"), "breached resolution due 2026-06-01 17:00\n");
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/state_machine.h"

namespace vencer::test {

using Words = std::vector<std::pair<std::string, std::string>>;

class WordDesk {
 public:
  // A document that does not compile fails the test.
  explicit WordDesk(std::string_view document, std::string zone = "UTC");
  ~WordDesk();

  // Engine time moves there, and everything that falls due on the way is worked off at once: as
  // after an outage that lasted since the last call. Local time of the desk's zone.
  WordDesk& at(std::string_view local);
  // Millisecond by millisecond would take too long: from one deadline to the next, as a running
  // server does.
  WordDesk& live_until(std::string_view local);
  // When the next commands happened, if that was earlier than now.
  WordDesk& happened(std::string_view local);

  Errc create(std::string_view key, const Words& attributes = {}, std::string_view status = {});
  Errc status(std::string_view key, std::string_view status);
  Errc set(std::string_view key, const Words& attributes);
  Errc activity(std::string_view key, std::string_view activity);
  Errc acknowledge(std::string_view key);
  Errc merge(std::string_view key, std::string_view into);

  // A later document, and its re-evaluation of all tickets unless `slices` are wanted one by one.
  Errc put(std::string_view document, bool reevaluate = true);
  bool slice(std::uint64_t units);  // of the re-evaluation; false: nothing is left

  // The same log into a fresh machine, which goes on from there: a crash and a recovery.
  void crash_and_recover();

  // Events since the last call, one a line: "breached resolution due 2026-06-01 17:00 level N2".
  // `types`: words, separated by blanks; "": all.
  std::string told(std::string_view types = {});
  // "2026-06-01 17:00", or "none".
  std::string due(std::string_view key, std::string_view clock) const;
  DurationMs elapsed(std::string_view key, std::string_view clock) const;
  ClockPhase phase(std::string_view key, std::string_view clock) const;
  TimeMs instant(std::string_view local) const;

 private:
  struct Logged;
  class Log;
  Errc command(std::string_view key, Command command);
  std::vector<AttributeValue> values(const Words& words) const;
  const TenantSpec& spec() const;
  ClockView clock(std::string_view key, std::string_view clock) const;
  std::string local(TimeMs at) const;
  StepOutcome apply(std::unique_ptr<Logged> logged);

  std::string zone_;
  TimeMs now_ = 0;
  TimeMs occurred_at_ = kNever;
  std::deque<std::unique_ptr<Logged>> log_;
  std::unique_ptr<StateMachine> machine_;
  std::unique_ptr<Log> sink_;
};

}  // namespace vencer::test
