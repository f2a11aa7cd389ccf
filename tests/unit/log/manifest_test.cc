// Goal: a manifest comes back as it was written, and one that was altered, cut short, of another
// kind or leads out of its directory is refused with the line.
#include "engine/log/manifest.h"

#include <gtest/gtest.h>

#include <span>

#include "engine/log/crc32c.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer {
namespace {

Manifest sample() {
  Manifest manifest;
  manifest.kind = "backup";
  manifest.set("identity", "0123456789abcdeffedcba9876543210");
  manifest.set("last_group", 4711);
  manifest.files = {{"wal/wal-0000000000000001.seg", 65'536, 0x1a2b3c4d, true},
                    {"events/events-00000000000000000001.seg", 100, 7, false}};
  return manifest;
}

std::string refusal(const std::string& text) {
  const auto decoded = decode_manifest(text, "backup", "dir/MANIFEST");
  EXPECT_FALSE(decoded.ok());
  return decoded.ok() ? "" : decoded.error().message;
}

// With its checksum made right, as a person would who writes one by hand.
std::string signed_text(const std::string& lines) {
  char closing[32];
  const auto bytes = std::as_bytes(std::span(lines.data(), lines.size()));
  std::snprintf(closing, sizeof closing, "crc32c %08x\n", crc32c(0, bytes));
  return lines + closing;
}

TEST(Manifest, ComesBackAsItWas) {
  const std::string text = encode_manifest(sample());
  const auto back = decode_manifest(text, "backup", "dir/MANIFEST");
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->files, sample().files);
  EXPECT_EQ(back->fields, sample().fields);
  EXPECT_EQ(back->number("last_group"), 4711u);
  EXPECT_EQ(back->number("identity"), 0u);
  EXPECT_EQ(back->text("none"), "");
  EXPECT_EQ(back->find("events/events-00000000000000000001.seg")->bytes, 100u);
  EXPECT_EQ(encode_manifest(*back), text);
}

TEST(Manifest, EveryChangedByteAndEveryShorterTextIsRefused) {
  const std::string text = encode_manifest(sample());
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(decode_manifest(text.substr(0, i), "backup", "m").ok()) << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      const auto decoded = decode_manifest(changed, "backup", "m");
      // A digit's case is no change: the checksum's own line is not under it.
      EXPECT_TRUE(!decoded.ok() || encode_manifest(*decoded) == text) << i << " bit " << bit;
    }
  }
}

TEST(Manifest, RefusalsNameTheLine) {
  EXPECT_NE(refusal("").find("dir/MANIFEST: not a manifest"), std::string::npos);
  EXPECT_NE(refusal(signed_text("vencer archive 1\n")).find("not of a backup"), std::string::npos);
  EXPECT_NE(refusal(signed_text("vencer backup 2\n")).find("use the build that wrote it"),
            std::string::npos);
  for (const char* file : {"file ../x 1 2 plain", "file /x 1 2 plain", "file wal/../../x 1 2 plain",
                           "file x 1 2 lzma", "file x -1 2 plain", "file x 1 2"}) {
    const std::string why =
        refusal(signed_text("vencer backup 1\na b\n" + std::string(file) + "\n"));
    EXPECT_NE(why.find("line 3: '" + std::string(file)), std::string::npos) << why;
  }
}

TEST(Manifest, IsReplacedWhole) {
  testing::FaultyStorage disk(1);
  ASSERT_TRUE(disk.make_directory("/d").ok());
  ASSERT_TRUE(disk.sync_directory("").ok());
  EXPECT_FALSE(has_manifest(disk, "/d"));
  ASSERT_TRUE(write_manifest(disk, "/d", sample()).ok());
  Manifest more = sample();
  more.set("last_group", 5000);
  ASSERT_TRUE(write_manifest(disk, "/d", more).ok());
  disk.lose_power();
  const auto back = read_manifest(disk, "/d", "backup");
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->number("last_group"), 5000u);
}

}  // namespace
}  // namespace vencer
