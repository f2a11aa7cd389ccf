#include "engine/runtime/data_directory.h"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace vencer {
namespace {

constexpr const char* kStateFormat =
    "vencer stream 1\nidentity {:016x} {:016x}\ncreated {}\nepoch {}\ndurability {}\nclean {}\n";
constexpr const char* kStateScan =
    "vencer stream 1\nidentity %16llx %16llx\ncreated %d\nepoch %llu\ndurability %7[a-z]\nclean "
    "%d\n";

std::string_view name_of(Durability durability) {
  return durability == Durability::sync ? "sync" : "none";
}

Error path_error(const std::string& path, std::string_view what) {
  return {Errc::internal, fmt::format("{}: {}", path, what)};
}

}  // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(Storage& storage,
                                                           const std::string& path) {
  if (Status made = storage.make_directory(path); !made) return made.error();
  auto lock = storage.lock(path);
  if (!lock) return lock.error();
  // Even if it was there before: a crash may have come between its making and this. With a stream
  // state in it, it was synced.
  if (!storage.exists(path + "/STREAM")) {
    if (Status synced = storage.sync_directory(parent_of(path)); !synced) return synced.error();
  }
  return std::unique_ptr<DataDirectory>(new DataDirectory(storage, path, std::move(*lock)));
}

bool DataDirectory::has_stream_state() const {
  return storage_.exists(path_ + "/STREAM");
}

Result<StreamState> DataDirectory::read_stream_state() const {
  const std::string path = path_ + "/STREAM";
  auto file = storage_.open(path, OpenMode::read);
  if (!file) return file.error();
  std::vector<std::byte> bytes(256);
  const auto size = (*file)->read_at(0, bytes);
  if (!size) return size.error();
  const std::string text(reinterpret_cast<const char*>(bytes.data()), *size);
  unsigned long long high = 0, low = 0, epoch = 0;
  char durability[8] = {};
  int created = 0, clean = 0;
  const int fields =
      std::sscanf(text.c_str(), kStateScan, &high, &low, &created, &epoch, durability, &clean);
  if (fields != 6 || epoch == 0) {
    return path_error(path, "not a stream state of this format; restore the file from a backup");
  }
  StreamState state;
  state.identity_high = high;
  state.identity_low = low;
  state.created = created != 0;
  state.epoch = epoch;
  state.durability = std::string_view(durability) == "none" ? Durability::none : Durability::sync;
  state.clean = clean != 0;
  return state;
}

Status DataDirectory::write_stream_state(const StreamState& state) {
  const std::string path = path_ + "/STREAM";
  const std::string fresh = path + ".new";
  const std::string text =
      fmt::format(kStateFormat, state.identity_high, state.identity_low, state.created ? 1 : 0,
                  state.epoch, name_of(state.durability), state.clean ? 1 : 0);
  if (storage_.exists(fresh)) {
    if (Status removed = storage_.remove(fresh); !removed) return removed;
  }
  auto file = storage_.open(fresh, OpenMode::create_new);
  if (!file) return file.error();
  if (Status s = (*file)->write_at(0, std::as_bytes(std::span(text))); !s) return s;
  if (Status s = (*file)->sync(); !s) return s;
  if (Status s = storage_.rename(fresh, path); !s) return s;
  return storage_.sync_directory(path_);
}

StreamState begin_run(const StreamState& last, Durability durability) {
  StreamState state = last;
  const bool lost_events = last.durability == Durability::none && !last.clean;
  if (lost_events) ++state.epoch;
  state.durability = durability;
  state.clean = false;
  return state;
}

}  // namespace vencer
