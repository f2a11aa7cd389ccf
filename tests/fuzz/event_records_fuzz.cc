// The bytes of one event, as segments hold them: what can be read is written and read again as the
// same event, and what a filter takes out of the bytes is what they say.
#include "engine/wire/event_record.h"
#include "tests/fuzz/byte_source.h"
#include "tests/unit/wire/samples.h"

namespace vencer::fuzz {
namespace {

void run(std::span<const std::byte> input) {
  const Aligned record(input);
  DecodedEvent event;
  if (!decode_event_record(record.span(), event)) return;
  FUZZ_CHECK(record_sequence(record.span()) == event.event.sequence, "");
  FUZZ_CHECK(record_tenant(record.span()) == event.event.tenant, "");
  FUZZ_CHECK(record_type(record.span()) == event.event.type, "");
  std::vector<std::byte> written;
  const std::size_t size = encode_event_record(event.event, written);
  FUZZ_CHECK(size == written.size(), "");
  DecodedEvent again;
  FUZZ_CHECK(decode_event_record(written, again), "what was written can be read");
  FUZZ_CHECK(test::same(event.event, again.event), "another event when written and read again");
}

Seeds seeds() {
  Seeds all;
  test::Random random(1);
  for (int i = 0; i < 40; ++i) {
    const test::RandomEvent made = test::random_event(random);
    encode_event_record(made.event, all.emplace_back());
  }
  std::vector<AttributeValue> attributes;
  encode_event_record(test::sample_breach(attributes), all.emplace_back());
  return all;
}

VENCER_FUZZ_TARGET(event_records, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
