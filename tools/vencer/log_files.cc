#include "tools/vencer/log_files.h"

#include <fmt/format.h>

namespace vencer::cli {
namespace {

Result<std::string> inside(Storage& storage, std::string given, const char* name) {
  while (given.size() > 1 && given.ends_with('/')) given.pop_back();
  const std::string below = fmt::format("{}/{}", given, name);
  if (storage.exists(below)) return below;
  if (storage.exists(given)) return given;
  return Error{Errc::invalid_document, fmt::format("there is no directory '{}'", given)};
}

}  // namespace

Result<std::string> log_directory(Storage& storage, std::string given) {
  return inside(storage, std::move(given), "wal");
}

Result<std::string> events_directory(Storage& storage, std::string given) {
  return inside(storage, std::move(given), "events");
}

std::string file_name(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

}  // namespace vencer::cli
