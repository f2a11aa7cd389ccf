#include "engine/runtime/replay_pipeline.h"

#include <cstring>
#include <new>
#include <utility>

#include "engine/runtime/role.h"

namespace vencer {

Error no_memory_to_recover() {
  return {Errc::internal,
          "not enough memory: what the data directory holds does not fit into what this process "
          "may have. Nothing is wrong with the data and nothing of it is lost. Give the process "
          "more (ulimit -v, the cgroup's or the service's limit), end other programs, or start on "
          "a larger machine"};
}

class ReplayPipeline::DirectEvents final : public EventTaker {
 public:
  explicit DirectEvents(EventLog& events) : events_(events) {}
  Status take(const EventBytes& event) override { return events_.replay(event); }
  Status durable_through(std::uint64_t sequence) override {
    return events_.durable_through(sequence);
  }

 private:
  EventLog& events_;
};

class ReplayPipeline::QueuedEvents final : public EventTaker {
 public:
  explicit QueuedEvents(BoundedQueue<Made>& queue) : queue_(queue) {}

  // The queue takes none any more when comparing has failed; the error is told by the other end.
  Status take(const EventBytes& event) override {
    if (block_ == nullptr) {
      block_ = std::make_unique<EventBlock>();
      block_->first_sequence = event.sequence;
      block_->bytes.reserve(kBatchBytes + kBatchBytes / 8);
    }
    block_->bytes.insert(block_->bytes.end(), event.bytes.begin(), event.bytes.end());
    block_->ends.push_back(static_cast<std::uint32_t>(block_->bytes.size()));
    if (block_->bytes.size() >= kBatchBytes) hand_over();
    return ok_status();
  }
  Status durable_through(std::uint64_t sequence) override {
    durable_through_ = sequence;
    return ok_status();
  }
  void hand_over() {
    if (block_ != nullptr) (void)queue_.push({std::move(block_), durable_through_});
  }

 private:
  BoundedQueue<Made>& queue_;
  std::unique_ptr<EventBlock> block_;
  std::uint64_t durable_through_ = 0;
};

ReplayPipeline::ReplayPipeline(StateMachine& machine, EventLog& events, ReplayedLog log,
                               RecoveryProgress::Part& progress, bool threads)
    : machine_(machine), events_(events), log_(std::move(log)), progress_(progress) {
  if (!threads) {
    direct_ = std::make_unique<DirectEvents>(events);
    replayer_ = std::make_unique<Replayer>(machine, direct_.get(), log_, &progress);
    return;
  }
  apply_thread_ = std::thread([this] {
    begin_thread("replay");
    guarded([this] { apply_all(); });
    blocks_.close();
  });
  try {
    compare_thread_ = std::thread([this] {
      begin_thread("replay-events");
      guarded([this] { compare_all(); });
      blocks_.stop();
    });
  } catch (...) {
    leave();  // the destructor does not come, and a thread that nobody joined would abort
    throw;
  }
}

ReplayPipeline::~ReplayPipeline() {
  leave();
}

void ReplayPipeline::leave() {
  if (!apply_thread_.joinable()) return;
  fail(std::move(left_));
  steps_.close();
  if (!compare_thread_.joinable()) blocks_.stop();
  apply_thread_.join();
  if (compare_thread_.joinable()) compare_thread_.join();
}

void ReplayPipeline::fail(Status&& status) {
  const std::lock_guard hold(mutex_);
  if (failure_) failure_ = std::move(status);
  failed_.store(true, std::memory_order_release);
  steps_.stop();
}

Status ReplayPipeline::failure() const {
  const std::lock_guard hold(mutex_);
  return failure_;
}

// An exception that left a thread would abort, and the abort blame the step that met it.
template <typename Work>
void ReplayPipeline::guarded(const Work& work) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    fail(std::move(no_memory_));
  }
}

Status ReplayPipeline::take(const StepRecord& step) {
  if (replayer_ != nullptr) return replayer_->apply(step);
  StepRecord& record = filling_.records.emplace_back(step);
  const std::size_t words = (step.payload.size() + 7) / 8;
  filling_.at.push_back(filling_.words.size());
  filling_.words.resize(filling_.words.size() + words);
  if (words > 0) {
    std::memcpy(filling_.words.data() + filling_.at.back(), step.payload.data(),
                step.payload.size());
  }
  record.payload = step.payload;
  const std::size_t bytes =
      filling_.words.size() * sizeof(std::uint64_t) + filling_.records.size() * sizeof(StepRecord);
  if (bytes < kBatchBytes || hand_over()) return ok_status();
  return failure();
}

bool ReplayPipeline::hand_over() {
  Steps batch = std::exchange(filling_, {});
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    batch.records[i].payload = std::as_bytes(std::span(batch.words))
                                   .subspan(batch.at[i] * 8, batch.records[i].payload.size());
  }
  filling_.words.reserve(batch.words.size() + batch.words.size() / 8);
  filling_.records.reserve(batch.records.size());
  filling_.at.reserve(batch.at.size());
  return steps_.push(std::move(batch));
}

void ReplayPipeline::apply_all() {
  QueuedEvents events(blocks_);
  Replayer replayer(machine_, &events, log_, &progress_);
  while (auto batch = steps_.pop()) {
    if (failed_.load(std::memory_order_acquire)) break;
    for (const StepRecord& record : batch->records) {
      if (Status applied = replayer.apply(record); !applied) {
        fail(std::move(applied));
        break;
      }
    }
  }
  events.hand_over();
}

void ReplayPipeline::compare_all() {
  const auto compare = [this](const Made& made) -> Status {
    if (Status s = events_.durable_through(made.durable_through); !s) return s;
    const EventBlock& block = *made.block;
    for (std::size_t i = 0; i < block.count(); ++i) {
      if (Status s = events_.replay({block.first_sequence + i, block.record(i)}); !s) return s;
    }
    return ok_status();
  };
  while (auto made = blocks_.pop()) {
    Status compared = compare(*made);
    if (compared) continue;
    fail(std::move(compared));
    return;
  }
}

Status ReplayPipeline::finish() {
  replayer_.reset();
  if (apply_thread_.joinable()) {
    if (!filling_.records.empty()) (void)hand_over();
    steps_.close();
    apply_thread_.join();
    compare_thread_.join();
  }
  return failure();
}

}  // namespace vencer
