// Goal: whatever pieces the bytes come in, the same frames come out, 8-aligned, and memory follows
// what came. Method: random frames in random pieces, against the frames themselves.
#include "net/server/frame_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace vencer::testing {
namespace {

constexpr std::size_t kFrameBytesMax = 1 << 20;

struct Sent {
  std::uint64_t correlation;
  std::vector<std::byte> body;
};

void append(const Sent& frame, std::vector<std::byte>& stream) {
  std::byte head[kFrameHeaderBytes];
  FrameHeader header;
  header.length = static_cast<std::uint32_t>(frame.body.size());
  header.type = 3;
  header.correlation = frame.correlation;
  encode_frame_header(header, head);
  stream.insert(stream.end(), head, head + kFrameHeaderBytes);
  stream.insert(stream.end(), frame.body.begin(), frame.body.end());
}

// At most `bytes` of the stream, as much as the reader has room for.
std::size_t feed(FrameReader& reader, std::span<const std::byte> stream, std::size_t bytes) {
  const auto into = reader.prepare();
  const std::size_t n = std::min({bytes, stream.size(), into.size()});
  std::memcpy(into.data(), stream.data(), n);
  return n;
}

TEST(FrameReader, AnyPiecesGiveTheSameFrames) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<Sent> sent(1 + random() % 200);
    std::vector<std::byte> stream;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      sent[i].correlation = i;
      // Multiples of 4, so that many bodies do not lie 8-aligned in the stream; a few large ones.
      sent[i].body.resize(4 + random() % (i % 50 == 7 ? 300'000 : 400) / 4 * 4);
      for (std::byte& b : sent[i].body) b = static_cast<std::byte>(random());
      append(sent[i], stream);
    }
    FrameReader reader(kFrameBytesMax);
    std::size_t next = 0;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t piece = 1 + random() % (random() % 4 == 0 ? 100'000 : 700);
      const std::size_t n = feed(reader, std::span(stream).subspan(at), piece);
      ASSERT_GT(n, 0u);
      at += n;
      FrameReader::Problem problem;
      const auto batch = reader.take(n, &problem);
      ASSERT_EQ(problem.code, Errc::ok);
      if (batch == nullptr) continue;
      for (const RequestFrame& frame : batch->frames) {
        ASSERT_LT(next, sent.size());
        EXPECT_EQ(frame.correlation, sent[next].correlation);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frame.body.data()) % 8, 0u);
        ASSERT_TRUE(std::equal(frame.body.begin(), frame.body.end(), sent[next].body.begin(),
                               sent[next].body.end()));
        ++next;
      }
    }
    EXPECT_EQ(next, sent.size());
    EXPECT_EQ(reader.partial_bytes(), 0u);
  }
}

TEST(FrameReader, GoodFramesBeforeABadHeaderAreGivenOut) {
  std::vector<std::byte> stream;
  append({1, std::vector<std::byte>(64)}, stream);
  append({2, std::vector<std::byte>(kFrameBytesMax + 4)}, stream);
  FrameReader reader(kFrameBytesMax);
  FrameReader::Problem problem;
  const auto batch = reader.take(feed(reader, stream, 200), &problem);
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(batch->frames.size(), 1u);
  EXPECT_EQ(problem.code, Errc::frame_too_long);
  EXPECT_EQ(problem.header.correlation, 2u);
}

TEST(FrameReader, AnnouncedLengthTakesNoMemory) {
  std::vector<std::byte> stream;
  append({1, std::vector<std::byte>(kFrameBytesMax)}, stream);
  FrameReader reader(kFrameBytesMax);
  FrameReader::Problem problem;
  std::size_t at = 0;
  while (at < 200'000) {
    const std::size_t n = feed(reader, std::span(stream).subspan(at), 1'000);
    at += n;
    EXPECT_EQ(reader.take(n, &problem), nullptr);
    EXPECT_LE(at + reader.prepare().size(), std::max<std::size_t>(2 * at + 4096, 8192));
  }
}

}  // namespace
}  // namespace vencer::testing
