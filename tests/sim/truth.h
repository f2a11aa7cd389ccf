// Truth: what the committed history means, by two witnesses that never crash.
//
//   the twin    a StateMachine of its own that applies every committed step once: the one true
//               event stream, the results of each command, the digest that a restarted server must
//               have
//   the model   tests/model's naive Desk, everything on time: each ticket's events, each result,
//               and (documents that it knows) the state of every ticket
//
// Errors: the first thing that is wrong is kept in wrong(); what comes later is not looked at.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/core/state_machine.h"
#include "engine/log/wal.h"
#include "engine/wire/reply_codec.h"
#include "engine/wire/step_codec.h"
#include "tests/model/compare.h"

namespace vencer::sim {

struct TruthCounters {
  std::uint64_t steps = 0, commands = 0, refused = 0, events = 0, breaches = 0;
  std::uint64_t compared_events = 0;  // with the model
  std::uint64_t compared_states = 0;
  std::uint64_t documents = 0;
};

class Truth final : private Sink {
 public:
  explicit Truth(bool with_model) : with_model_(with_model) {}

  void step(const StepRecord& record);
  const std::string& wrong() const { return wrong_; }
  void complain(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
  }

  std::uint64_t last_sequence() const { return records_.size(); }
  std::span<const std::byte> record(std::uint64_t sequence) const {
    return records_[static_cast<std::size_t>(sequence - 1)];
  }
  const StateMachine& twin() const { return *twin_; }
  // Of the last step that did more than move time.
  TimeMs last_change_at() const { return last_change_at_; }

  // A reply (a whole frame) to a Commands frame whose body hashes to `body`: true if the history
  // has a step of this body that gives it, and which no other reply has used up.
  bool take_reply(std::uint64_t body, std::uint64_t correlation, const ReplyStamp& stamp,
                  std::span<const std::byte> frame);
  // A frame of this body was sent once more: it may be committed once more, not oftener.
  void sent(std::uint64_t body) { ++sent_[body]; }
  static std::uint64_t hash(std::span<const std::byte> bytes);

  // Compares with the model, if both have done all that was due. `whole`: the state too.
  void compare(bool whole);
  const TruthCounters& counters() const { return counters_; }

 private:
  struct Commit {
    std::vector<CommandResult> results;
    TimeMs now;
    std::uint64_t event_sequence;
  };
  void event(const Event& event) override;
  void result(const CommandResult& result) override { results_.push_back(result); }
  void model_step(const Step& step);
  void check_instant(const Event& event);

  const bool with_model_;
  std::unique_ptr<StateMachine> twin_ = std::make_unique<StateMachine>();
  StepDecoder decoder_;
  std::optional<model::Desk> desk_;
  std::vector<std::vector<std::byte>> records_;
  std::vector<CommandResult> results_;
  std::vector<model::Said> said_;  // of the twin, not compared yet
  std::vector<model::Said> model_said_;
  std::unordered_map<std::uint64_t, std::deque<Commit>> open_commits_;  // not answered yet
  std::unordered_map<std::uint64_t, std::uint64_t> sent_;               // and not committed
  TimeMs last_change_at_ = 0;
  TruthCounters counters_;
  std::string wrong_;
};

}  // namespace vencer::sim
