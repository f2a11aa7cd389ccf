#include "engine/log/gentle_removal.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace vencer {
namespace {

constexpr std::string_view kGone = ".gone";

}  // namespace

void GentleRemoval::take(std::string path) {
  const std::lock_guard hold(mutex_);
  waiting_.push_back(std::move(path));
}

Status GentleRemoval::find_leftovers() {
  if (!storage_.exists(directory_)) return ok_status();
  auto names = storage_.list(directory_);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (name.ends_with(kGone)) take(directory_ + "/" + name);
  }
  return ok_status();
}

bool GentleRemoval::pending() const {
  const std::lock_guard hold(mutex_);
  return file_ != nullptr || !waiting_.empty();
}

// The new name is on the disk before the first byte goes.
Status GentleRemoval::begin(const std::string& path) {
  path_ = path;
  if (!path.ends_with(kGone)) {
    path_ += kGone;
    if (auto status = storage_.rename(path, path_); !status) return status;
    if (auto status = storage_.sync_directory(directory_); !status) return status;
  }
  auto file = storage_.open(path_, OpenMode::read_write);
  if (!file) return file.error();
  auto size = (*file)->size();
  if (!size) return size.error();
  left_ = *size;
  const std::lock_guard hold(mutex_);
  file_ = std::move(*file);
  return ok_status();
}

Result<bool> GentleRemoval::step() {
  if (file_ == nullptr) {
    std::string path;
    {
      const std::lock_guard hold(mutex_);
      if (waiting_.empty()) return false;
      path = std::move(waiting_.front());
      waiting_.pop_front();
    }
    if (auto status = begin(path); !status) return status.error();
    return true;
  }
  left_ -= std::min(left_, kStepBytes);
  Status status = left_ > 0 ? file_->truncate(left_) : storage_.remove(path_);
  if (!status || left_ == 0) {
    const std::lock_guard hold(mutex_);
    file_.reset();
  }
  if (!status) return status.error();
  return true;
}

}  // namespace vencer
