// The body of one request: two bytes of frame type, then what a client sent.
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/requests_read.h"
#include "tests/unit/wire/samples.h"

namespace vencer::fuzz {
namespace {

void run(std::span<const std::byte> input) {
  ByteSource source(input);
  const auto type = source.take<std::uint16_t>();
  const Aligned body(source.rest());
  (void)read_request(type, body.span());
}

Seeds seeds() {
  Seeds all;
  for (const test::NamedFrame& frame : test::sample_requests()) {
    all.push_back(
        ByteSink().put(test::type_of(frame.bytes)).put(test::body_of(frame.bytes)).take());
  }
  return all;
}

VENCER_FUZZ_TARGET(requests, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
