#include "tests/fuzz/disk_image.h"

namespace vencer::fuzz {
namespace {

constexpr std::size_t kFilesMax = 4;
constexpr std::uint32_t kFileBytesMax = 256 << 10;
constexpr std::size_t kRunsMax = 255;
constexpr std::size_t kZerosWorthARun = 12;  // fewer are cheaper spelled out

Input read_file(ByteSource& source) {
  Input file(source.take<std::uint32_t>() % (kFileBytesMax + 1));
  std::size_t at = 0;
  for (std::size_t runs = source.take<std::uint8_t>(); runs > 0; --runs) {
    at += source.take<std::uint16_t>();
    const auto bytes = source.take_bytes(source.take<std::uint16_t>());
    for (std::size_t i = 0; i < bytes.size() && at + i < file.size(); ++i) file[at + i] = bytes[i];
    at += bytes.size();
  }
  return file;
}

struct Run {
  std::size_t zeros, begin, end;
};

std::vector<Run> runs_of(const Input& file) {
  std::vector<Run> runs;
  std::size_t done = 0;
  for (std::size_t at = 0; at < file.size();) {
    if (file[at] == std::byte{0}) {
      ++at;
      continue;
    }
    std::size_t end = at, zeros = 0;
    for (std::size_t i = at; i < file.size() && i - at < UINT16_MAX && zeros < kZerosWorthARun;
         ++i) {
      zeros = file[i] == std::byte{0} ? zeros + 1 : 0;
      if (zeros == 0) end = i + 1;
    }
    for (; at - done > UINT16_MAX; done += UINT16_MAX) runs.push_back({UINT16_MAX, at, at});
    runs.push_back({at - done, at, end});
    done = at = end;
  }
  return runs;
}

void write_file(const Input& file, ByteSink& into) {
  const std::vector<Run> runs = runs_of(file);
  FUZZ_CHECK(file.size() <= kFileBytesMax && runs.size() <= kRunsMax, "a seed is too large");
  into.put(static_cast<std::uint32_t>(file.size())).put(static_cast<std::uint8_t>(runs.size()));
  for (const Run& run : runs) {
    into.put(static_cast<std::uint16_t>(run.zeros))
        .put(static_cast<std::uint16_t>(run.end - run.begin))
        .put(std::span(file).subspan(run.begin, run.end - run.begin));
  }
}

}  // namespace

Files read_image(ByteSource& source, std::span<const std::string> names) {
  Files files;
  for (std::size_t count = source.below(kFilesMax + 1); count > 0; --count) {
    const std::string& name = names[source.below(names.size())];
    files[name] = read_file(source);
  }
  return files;
}

void write_image(const Files& files, std::span<const std::string> names, ByteSink& into) {
  FUZZ_CHECK(files.size() <= kFilesMax, "a seed has too many files");
  into.put(static_cast<std::uint8_t>(files.size()));
  for (const auto& [path, bytes] : files) {
    const auto name = std::find(names.begin(), names.end(), path);
    FUZZ_CHECK(name != names.end(), path);
    into.put(static_cast<std::uint8_t>(name - names.begin()));
    write_file(bytes, into);
  }
}

Files files_of(testing::FaultyStorage& disk, const std::string& directory) {
  Files files;
  for (const std::string& path : disk.paths()) {
    if (path.starts_with(directory + "/")) files[path] = *disk.bytes(path);
  }
  return files;
}

void put_files(const Files& files, const std::string& directory, testing::FaultyStorage& disk) {
  (void)disk.make_directory(directory);
  (void)disk.sync_directory("");  // of a path without a second slash
  for (const auto& [path, bytes] : files) disk.put(path, bytes);
}

}  // namespace vencer::fuzz
