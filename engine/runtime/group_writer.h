// GroupWriter: the shard's hand on the open group: steps, replies and events go in here, in order.
//
// Lives: in the shard.  Thread: the shard's.  Holds: at most one open group; none while the commit
// role has all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/state_machine.h"
#include "engine/runtime/commit_group.h"
#include "engine/runtime/event_block_pool.h"
#include "engine/runtime/metrics.h"
#include "engine/wire/reply_codec.h"

namespace vencer {

// Whom a reply goes to.
struct ReplyAddress {
  ConnectionId connection;
  std::uint64_t correlation = 0;
  std::uint32_t request_bytes = 0;
};

class GroupWriter final : public Sink {
 public:
  // What is in a group before it is closed although as many as may are on their way already.
  static constexpr std::size_t kLargeBytes = 1 << 20;

  GroupWriter(GroupExchange& exchange, Metrics& metrics, std::size_t workers);

  // An open group with room for a step of so many bytes. False: wait for the commit role.
  bool ready_for(std::size_t step_bytes);
  bool has_open_group() const { return open_ != nullptr; }
  bool has_output() const { return open_ != nullptr && !open_->empty(); }
  // Hands the group over if the commit role is free or the group is large; true if it did.
  bool close_if_due();

  // Asks where the log stands behind all that was logged so far; what is logged from now on comes
  // behind it. Nothing: no group is free, try again in a later turn.
  std::shared_ptr<LogMark> mark_here();

  void log(const StepRecord& step);
  // `encode` appends one frame to the bytes that it gets.
  template <typename Encode>
  void reply(const ReplyAddress& to, Encode&& encode) {
    ReplyBatch& batch = replies_for(to.connection.worker);
    const std::size_t offset = batch.bytes.size();
    encode(to.correlation, batch.bytes);
    add_reply(batch, to, offset);
  }
  void fail(const ReplyAddress& to, Errc code, std::string_view message,
            std::span<const std::string> details = {});

  // Sink: events into the group, results into results().
  void event(const Event& event) override;
  void result(const CommandResult& result) override { results_.push_back(result); }
  std::vector<CommandResult>& results() { return results_; }

 private:
  ReplyBatch& replies_for(std::uint32_t worker);
  void add_reply(ReplyBatch& batch, const ReplyAddress& to, std::size_t offset);
  std::size_t open_bytes() const;
  void close();

  GroupExchange& exchange_;
  Metrics& metrics_;
  const std::size_t workers_;
  std::unique_ptr<CommitGroup> open_;
  std::vector<CommandResult> results_;
  EventBlockPool event_blocks_;
  // Of the last group: what to reserve.
  std::vector<std::size_t> reply_bytes_before_;  // by worker
  std::size_t event_bytes_before_ = 0;
  std::size_t events_before_ = 0;
};

}  // namespace vencer
