// What comes out of a socket: a byte that says in which pieces, then the stream. The reader must
// give the same frames whatever the pieces, take memory for what came and not for what a header
// announces, and give out frames that requests can be read from.
#include <optional>

#include "net/server/frame_reader.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/requests_read.h"
#include "tests/unit/wire/samples.h"

namespace vencer::fuzz {
namespace {

constexpr std::size_t kFrameBytesMax = 1 << 16;

struct Seen {
  struct Frame {
    std::uint16_t type;
    std::uint64_t correlation;
    Input body;
    bool operator==(const Frame&) const = default;
  };
  std::vector<Frame> frames;
  std::optional<Errc> problem;
  bool operator==(const Seen&) const = default;
};

template <typename NextSize>
Seen read(std::span<const std::byte> stream, NextSize next_size) {
  Seen seen;
  FrameReader reader(kFrameBytesMax);
  while (!stream.empty()) {
    const std::span<std::byte> room = reader.prepare();
    FUZZ_CHECK(!room.empty(), "there is always room for one more byte");
    const std::size_t size = std::min({room.size(), stream.size(), next_size()});
    std::memcpy(room.data(), stream.data(), size);
    stream = stream.subspan(size);
    FrameReader::Problem problem;
    const RequestBatchPtr batch = reader.take(size, &problem);
    if (batch != nullptr) {
      for (const RequestFrame& frame : batch->frames) {
        FUZZ_CHECK(reinterpret_cast<std::uintptr_t>(frame.body.data()) % 8 == 0, "");
        seen.frames.push_back(
            {frame.type, frame.correlation, {frame.body.begin(), frame.body.end()}});
      }
    }
    if (problem.code != Errc::ok) {
      seen.problem = problem.code;
      break;
    }
    FUZZ_CHECK(reader.partial_bytes() <= kFrameBytesMax + kFrameHeaderBytes, "");
  }
  return seen;
}

void run(std::span<const std::byte> input) {
  ByteSource source(input);
  std::uint64_t pattern = source.take<std::uint8_t>();
  const auto piece = [&pattern]() -> std::size_t {
    pattern = pattern * 6364136223846793005u + 1442695040888963407u;
    const std::uint64_t drawn = pattern >> 33;
    return 1 + (drawn % 4 == 0 ? drawn % 4096 : drawn % 24);
  };
  const Seen whole = read(source.rest(), [] { return SIZE_MAX; });
  FUZZ_CHECK(read(source.rest(), piece) == whole, "the pieces of a stream change its frames");
  for (const Seen::Frame& frame : whole.frames) {
    const Aligned body(frame.body);
    (void)read_request(frame.type, body.span());
  }
}

Seeds seeds() {
  Seeds all;
  ByteSink conversation;
  conversation.put<std::uint8_t>(7);
  for (const test::NamedFrame& frame : test::sample_requests()) {
    conversation.put(std::span<const std::byte>(frame.bytes));
    all.push_back(
        ByteSink().put<std::uint8_t>(1).put(std::span<const std::byte>(frame.bytes)).take());
  }
  all.push_back(conversation.take());
  return all;
}

VENCER_FUZZ_TARGET(frames, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
