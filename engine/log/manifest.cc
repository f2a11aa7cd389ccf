#include "engine/log/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "engine/log/crc32c.h"
#include "engine/log/wal_segment.h"

namespace vencer {
namespace {

constexpr std::size_t kManifestBytesMax = 64 << 20;

std::uint32_t crc_of(std::string_view text) {
  return crc32c(0, std::as_bytes(std::span(text.data(), text.size())));
}

template <typename Number>
bool parse(std::string_view text, Number* into, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *into, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// A name from a file that somebody may have written by hand must not lead out of the directory.
bool stays_inside(std::string_view name) {
  if (name.empty() || name.front() == '/') return false;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string_view part = name.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

bool parse_file(const std::vector<std::string_view>& words, Manifest::File* file) {
  if (words.size() != 5 || words[0] != "file" || !stays_inside(words[1])) return false;
  file->name = words[1];
  file->compressed = words[4] == "zstd";
  return parse(words[2], &file->bytes) && parse(words[3], &file->crc, 16) &&
         (file->compressed || words[4] == "plain");
}

}  // namespace

void Manifest::set(std::string_view name, std::string value) {
  for (auto& [known, old] : fields) {
    if (known != name) continue;
    old = std::move(value);
    return;
  }
  fields.emplace_back(name, std::move(value));
}

std::string Manifest::text(std::string_view name) const {
  for (const auto& [known, value] : fields) {
    if (known == name) return value;
  }
  return "";
}

std::uint64_t Manifest::number(std::string_view name) const {
  std::uint64_t value = 0;
  return parse(text(name), &value) ? value : 0;
}

const Manifest::File* Manifest::find(std::string_view name) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const File& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

std::string encode_manifest(const Manifest& manifest) {
  std::string text = fmt::format("vencer {} {}\n", manifest.kind, kManifestVersion);
  for (const auto& [name, value] : manifest.fields) text += fmt::format("{} {}\n", name, value);
  for (const Manifest::File& file : manifest.files) {
    text += fmt::format("file {} {} {:08x} {}\n", file.name, file.bytes, file.crc,
                        file.compressed ? "zstd" : "plain");
  }
  return text + fmt::format("crc32c {:08x}\n", crc_of(text));
}

Result<Manifest> decode_manifest(std::string_view text, std::string_view kind,
                                 const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    return Error{Errc::internal, fmt::format("{}: {}", path, why)};
  };
  const std::string_view head = text.substr(0, text.find('\n'));
  const auto first = words_of(head);
  unsigned version = 0;
  if (first.size() != 3 || first[0] != "vencer" || !parse(first[2], &version)) {
    return refuse("not a manifest: its first line should be 'vencer " + std::string(kind) + " 1'");
  }
  if (first[1] != kind) {
    return refuse(fmt::format("this is the manifest of a vencer {}, not of a {}", first[1], kind));
  }
  if (version != kManifestVersion) {
    return refuse(
        fmt::format("manifest of version {}; this build reads version {}: use the build "
                    "that wrote it",
                    version, kManifestVersion));
  }
  const std::size_t closing = text.rfind("crc32c ");
  std::uint32_t crc = 0;
  if (closing == std::string_view::npos || closing == 0 || text[closing - 1] != '\n' ||
      !text.ends_with('\n') ||
      !parse(text.substr(closing + 7, text.size() - closing - 8), &crc, 16)) {
    return refuse("the last line should be 'crc32c' and 8 hex digits: an unfinished copy?");
  }
  if (crc != crc_of(text.substr(0, closing))) {
    return refuse("it does not match its checksum: it was altered");
  }
  Manifest manifest;
  manifest.kind = kind;
  int number = 1;
  for (std::size_t at = head.size() + 1; at < closing;) {
    const std::size_t end = text.find('\n', at);
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.starts_with("file ")) {
      if (!parse_file(words_of(line), &manifest.files.emplace_back())) {
        return refuse(fmt::format("line {}: '{}' is not a file's line", number, line));
      }
      continue;
    }
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || space == 0) {
      return refuse(fmt::format("line {}: '{}' is not a name and a value", number, line));
    }
    manifest.set(line.substr(0, space), std::string(line.substr(space + 1)));
  }
  return manifest;
}

bool has_manifest(Storage& storage, const std::string& directory) {
  return storage.exists(directory + "/" + kManifestName);
}

Result<Manifest> read_manifest(Storage& storage, const std::string& directory,
                               std::string_view kind) {
  const std::string path = directory + "/" + kManifestName;
  auto file = storage.open(path, OpenMode::read);
  if (!file) return file.error();
  auto size = (*file)->size();
  if (!size) return size.error();
  if (*size > kManifestBytesMax) {
    return Error{Errc::limit, fmt::format("{}: {} bytes; a manifest has at most {}", path, *size,
                                          kManifestBytesMax)};
  }
  std::string text(*size, '\0');
  auto got = (*file)->read_at(0, std::as_writable_bytes(std::span(text)));
  if (!got) return got.error();
  return decode_manifest(std::string_view(text).substr(0, *got), kind, path);
}

Status write_manifest(Storage& storage, const std::string& directory, const Manifest& manifest) {
  const std::string text = encode_manifest(manifest);
  const std::span<const std::byte> pieces[] = {std::as_bytes(std::span(text))};
  return wal::write_whole_file(storage, directory, kManifestName, pieces, text.size());
}

}  // namespace vencer
