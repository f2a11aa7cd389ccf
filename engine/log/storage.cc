#include "engine/log/storage.h"

#include <utility>

namespace vencer {

void File::begin_write(std::uint64_t token, std::uint64_t offset,
                       std::span<const std::byte> bytes) {
  written_.push_back({token, write_at(offset, bytes)});
}

void File::poll_writes(bool, std::vector<WriteDone>* done) {
  for (WriteDone& one : written_) done->push_back(std::move(one));
  written_.clear();
}

bool File::write_apart(int) {
  return false;
}

}  // namespace vencer
