// A hostile log whose checksums are right: payloads of steps through the decoder into the state
// machine.
//
//   steps, each: u8 kind | u8 frame type | u32 milliseconds later | u16 argument | u16 bytes |
//   payload
//
// Holds: what decodes may be applied; the same steps on a second machine give the same events,
// results and digest; documents come out of their bytes as they went in.
#include <vencer_generated.h>

#include <functional>
#include <string>

#include "engine/wire/command_writer.h"
#include "engine/wire/frame.h"
#include "engine/wire/step_codec.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/machine_run.h"
#include "tests/model/story.h"
#include "tests/unit/wire/samples.h"

namespace vencer::fuzz {
namespace {

constexpr int kStepsMax = 64;
constexpr auto kCommands = static_cast<std::uint8_t>(wire::FrameType::commands);

struct Record {
  StoredStep step;
  Aligned payload;
};

std::vector<std::unique_ptr<Record>> read_records(ByteSource& source) {
  std::vector<std::unique_ptr<Record>> records;
  TimeMs now = model::kStoryBegin;
  while (!source.empty() && records.size() < kStepsMax) {
    StoredStep step;
    step.kind = source.take<std::uint8_t>();
    step.frame_type = source.take<std::uint8_t>();
    now += source.take<std::uint32_t>();
    step.now = now;
    step.argument = source.take<std::uint16_t>();
    const std::size_t bytes = source.take<std::uint16_t>();
    auto record = std::make_unique<Record>(Record{step, Aligned(source.take_bytes(bytes))});
    record->step.payload = record->payload.span();
    records.push_back(std::move(record));
  }
  return records;
}

// A shard touches tickets that it has found: the argument is a key here.
bool find_touched(const StateMachine& machine, std::uint64_t argument, Step* step) {
  if (!machine.has_settings() || machine.tenant(1) == nullptr) return false;
  step->slot = machine.find_ticket(1, {argument, 0, KeyKind::number});
  return step->slot != kNoSlot && machine.needs_touch(step->slot);
}

void run_all(const std::vector<std::unique_ptr<Record>>& records, MachineRun& run) {
  StepDecoder decoder;
  for (const auto& record : records) {
    Result<Step> step = decoder.decode(record->step);
    if (!step) {
      FUZZ_CHECK(!step.error().message.empty(), "an error has words");
      continue;
    }
    if (step->kind == StepKind::touch &&
        !find_touched(run.machine(), record->step.argument, &*step)) {
      continue;
    }
    if (step->kind == StepKind::tenant_document) {
      const std::vector<std::byte> again = encode_tenant(*step->document);
      const Aligned payload(again);
      const Result<TenantSpec> decoded = decode_tenant(payload.span());
      FUZZ_CHECK(decoded.ok(), decoded.error().message);
      FUZZ_CHECK(*decoded == *step->document, "another document when written and read again");
    }
    run.apply(*step);
  }
}

void run(std::span<const std::byte> input) {
  ByteSource source(input);
  const auto records = read_records(source);
  MachineRun first, second;
  run_all(records, first);
  run_all(records, second);
  FUZZ_CHECK(first.told() == second.told(), "two runs tell different things");
  FUZZ_CHECK(
      !first.machine().has_settings() || first.machine().digest() == second.machine().digest(),
      "two runs end in different states");
}

class Log {
 public:
  void add(StepKind kind, std::uint32_t later_ms, std::uint16_t argument,
           std::span<const std::byte> payload = {}) {
    sink_.put(static_cast<std::uint8_t>(kind))
        .put(kCommands)
        .put(later_ms)
        .put(argument)
        .put(static_cast<std::uint16_t>(payload.size()))
        .put(payload);
  }
  void add(const Command& command, std::uint32_t later_ms) {
    CommandWriter writer;
    writer.add(command);
    std::vector<std::byte> frame;
    writer.append_frame(1, {}, 0, frame);
    add(StepKind::commands, later_ms, 0, std::span(frame).subspan(kFrameHeaderBytes));
  }
  Input take() { return sink_.take(); }

 private:
  ByteSink sink_;
};

// The first commands of random stories, and a log of samples of every kind.
Seeds seeds() {
  Seeds all;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const model::Story story = model::make_story(seed);
    Log log;
    log.add(StepKind::settings, 0, 0, encode_settings(story.settings));
    TimeMs now = model::kStoryBegin;
    int left = 24;
    for (const model::Op& op : story.ops) {
      if (--left == 0) break;
      const auto later = static_cast<std::uint32_t>(std::max<TimeMs>(op.at - now, 0));
      now = std::max(now, op.at);
      if (op.kind == model::Op::Kind::document) {
        log.add(StepKind::tenant_document, later, 0, encode_tenant(story.documents[op.document]));
        log.add(StepKind::background, 0, 1000);
      } else if (op.kind == model::Op::Kind::command) {
        log.add(op.asked(), later);
      } else {
        log.add(StepKind::advance, later, 1000);
      }
    }
    log.add(StepKind::advance, 86'400'000, 1000);
    all.push_back(log.take());
  }
  Log samples;
  samples.add(StepKind::settings, 0, 0, encode_settings({}));
  samples.add(StepKind::tenant_document, 1, 0, encode_tenant(test::sample_tenant()));
  const Bytes frame = test::sample_commands_frame(true);
  samples.add(StepKind::commands, 1, 0, test::body_of(frame));
  samples.add(StepKind::consumer_at, 1, 0, encode_consumer_at("board", 7));
  samples.add(StepKind::touch, 1, 1);
  samples.add(StepKind::delete_tenant, 1, 1);
  samples.add(StepKind::background, 1, 100);
  all.push_back(samples.take());
  return all;
}

VENCER_FUZZ_TARGET(steps, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
