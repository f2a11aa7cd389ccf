#include "engine/runtime/request.h"

namespace vencer {

std::byte* RequestBatch::add_stray(std::size_t size) {
  if (strays_used == strays.size()) strays.emplace_back();
  FrameBuffer& stray = strays[strays_used++];
  if (stray.size() < size) stray = FrameBuffer(size);
  return stray.data();
}

void GoesHome::operator()(RequestBatch* batch) const {
  std::unique_ptr<RequestBatch> owned(batch);
  if (const auto home = std::exchange(batch->home, nullptr)) home->give_back(std::move(owned));
}

RequestBatchPtr BatchPool::take() {
  std::unique_ptr<RequestBatch> batch;
  {
    std::lock_guard lock(mutex_);
    if (!spare_.empty()) {
      batch = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  if (batch == nullptr) batch = std::make_unique<RequestBatch>();
  batch->home = shared_from_this();
  return RequestBatchPtr(batch.release());
}

void BatchPool::give_back(std::unique_ptr<RequestBatch> batch) {
  batch->frames.clear();
  batch->strays_used = 0;
  batch->bytes = 0;
  std::size_t strays = 0;
  for (const FrameBuffer& stray : batch->strays) strays += stray.size();
  if (strays > kBufferBytesMax) batch->strays.clear();
  if (batch->buffer.size() > kBufferBytesMax) batch->buffer = {};
  std::lock_guard lock(mutex_);
  if (spare_.size() < kSpare) spare_.push_back(std::move(batch));
}

}  // namespace vencer
