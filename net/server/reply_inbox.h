// ReplyInbox: where one partition's commit role puts the replies for one IO worker.
//
// One for each pair, so that partitions never wait for each other here.
// Thread: deliver() and events_published() the commit role's; take() and give_back() the worker's.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine/runtime/request.h"

namespace vencer {

// Told from the commit role's thread.
class ReplyInboxOwner {
 public:
  virtual ~ReplyInboxOwner() = default;
  virtual void replies_came() = 0;
  virtual void events_came() = 0;
};

class ReplyInbox final : public ReplyOutlet {
 public:
  explicit ReplyInbox(ReplyInboxOwner& owner) : owner_(owner) {}

  std::unique_ptr<ReplyBatch> deliver(std::unique_ptr<ReplyBatch> batch) override;
  void events_published() override { owner_.events_came(); }

  // What came, oldest first, into an empty list; give_back() empties it.
  void take(std::vector<std::unique_ptr<ReplyBatch>>& into);
  void give_back(std::vector<std::unique_ptr<ReplyBatch>>& drained);

 private:
  ReplyInboxOwner& owner_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ReplyBatch>> waiting_;
  std::vector<std::unique_ptr<ReplyBatch>> spare_;  // drained, to be filled again
};

}  // namespace vencer
