#include "engine/runtime/data_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/log/crc32c.h"

namespace vencer {
namespace {

// Version 1 had no checksum: read, never written.
constexpr unsigned kStateVersion = 2;
constexpr unsigned kUncheckedStateVersion = 1;
constexpr const char* kStateFormat =
    "vencer stream {}\nidentity {:016x} {:016x}\ncreated {}\nepoch {}\ndurability {}\nclean {}\n";
constexpr const char* kStateScan =
    "vencer stream %*9u\nidentity %16llx %16llx\ncreated %d\nepoch %llu\ndurability "
    "%7[a-z]\nclean "
    "%d\n%n";
constexpr std::size_t kClosingBytes = sizeof "crc32c 00000000\n" - 1;
constexpr std::string_view kSkipped = "skipped ";
constexpr std::uint64_t kStateBytesMax = 1 << 20;

std::string_view name_of(Durability durability) {
  return durability == Durability::sync ? "sync" : "none";
}

Error path_error(const std::string& path, std::string_view what) {
  return {Errc::internal, fmt::format("{}: {}", path, what)};
}

std::string closing_line(std::string_view text) {
  return fmt::format("crc32c {:08x}\n", crc32c(0, std::as_bytes(std::span(text))));
}

// Takes the closing line off. False: the text is not the one that it was made of.
bool check(std::string* text) {
  if (text->size() < kClosingBytes) return false;
  const std::string closing = text->substr(text->size() - kClosingBytes);
  text->resize(text->size() - kClosingBytes);
  return closing == closing_line(*text);
}

// The lines behind the fixed ones. False: they are not what write_stream_state() wrote.
bool read_skipped(std::string_view text, std::vector<SkippedStep>* into) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (!text.starts_with(kSkipped) || end == std::string_view::npos) return false;
    const auto skipped = parse_skipped_step(text.substr(kSkipped.size(), end - kSkipped.size()));
    if (!skipped) return false;
    into->push_back(*skipped);
    text.remove_prefix(end + 1);
  }
  return true;
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

Result<StreamState> read_stream_state(Storage& storage, const std::string& directory) {
  const std::string path = directory + "/STREAM";
  auto file = storage.open(path, OpenMode::read);
  if (!file) return file.error();
  const auto file_bytes = (*file)->size();
  if (!file_bytes) return file_bytes.error();
  std::vector<std::byte> bytes(std::min(*file_bytes, kStateBytesMax));
  const auto size = (*file)->read_at(0, bytes);
  if (!size) return size.error();
  std::string text(reinterpret_cast<const char*>(bytes.data()), *size);
  unsigned format = 0;
  const bool named = std::sscanf(text.c_str(), "vencer stream %9u\n", &format) == 1;
  if (named && format != kStateVersion && format != kUncheckedStateVersion) {
    return path_error(path, fmt::format("stream state of format version {}; this build reads "
                                        "versions {} and {}: use the build that wrote it",
                                        format, kUncheckedStateVersion, kStateVersion));
  }
  const bool checked = named && (format == kUncheckedStateVersion || check(&text));
  unsigned long long high = 0, low = 0, epoch = 0;
  char durability[8] = {};
  int created = 0, clean = 0, length = 0;
  const int fields = std::sscanf(text.c_str(), kStateScan, &high, &low, &created, &epoch,
                                 durability, &clean, &length);
  StreamState state;
  if (!checked || fields != 6 || epoch == 0 || length == 0 ||
      !read_skipped(std::string_view(text).substr(static_cast<std::size_t>(length)),
                    &state.skipped)) {
    return path_error(path,
                      "not a stream state: cut short or altered. Nothing was changed. Copy the "
                      "file again from where the directory comes from, or restore a backup");
  }
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
  std::string text = fmt::format(kStateFormat, kStateVersion, state.identity_high,
                                 state.identity_low, state.created ? 1 : 0, state.epoch,
                                 name_of(state.durability), state.clean ? 1 : 0);
  for (const SkippedStep& skipped : state.skipped) {
    text += fmt::format("{}{}\n", kSkipped, skipped_step_text(skipped));
  }
  text += closing_line(text);
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

bool may_lack_groups(const StreamState& state) {
  return state.durability == Durability::none && !state.clean;
}

StreamState begin_run(const StreamState& last, Durability durability) {
  StreamState state = last;
  if (may_lack_groups(last)) ++state.epoch;
  state.durability = durability;
  state.clean = false;
  return state;
}

}  // namespace vencer
