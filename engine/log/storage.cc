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

std::string parent_of(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

bool File::write_apart(int) {
  return false;
}

}  // namespace vencer
