// The state of a machine as a snapshot's bytes, checksums already believed: one byte that says in
// which pieces they are fed, then the stream.
//
// Holds: refused with words, or restored alike whatever the pieces; a snapshot of what was restored
// restores to the same state; and both machines go on alike.
#include <algorithm>

#include "engine/core/limits.h"
#include "engine/core/snapshot.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/machine_run.h"
#include "tests/fuzz/wire_documents.h"
#include "tests/model/machine.h"
#include "tests/model/story.h"

namespace vencer::fuzz {
namespace {

constexpr std::size_t kSeedBytesMax = 96 << 10;

Status restore(StateMachine& machine, std::span<const std::byte> stream, std::size_t piece) {
  const WireDocuments documents;
  SnapshotReader reader(&machine, documents, stream.size());
  while (!stream.empty()) {
    const std::size_t size = std::min(piece, stream.size());
    if (Status fed = reader.feed(stream.first(size)); !fed) return fed;
    stream = stream.subspan(size);
  }
  return reader.finish();
}

Input snapshot_of(StateMachine& machine) {
  const WireDocuments documents;
  Input bytes;
  machine.begin_snapshot(documents, &bytes);
  while (!machine.snapshot_slice(3, &bytes)) {
  }
  return bytes;
}

// Two days, and a command for each tenant.
void go_on(MachineRun& run) {
  Command command;
  command.kind = CommandKind::set_status;
  command.key = {1, 0, KeyKind::number};
  command.status = 1;
  for (TenantId tenant = 1; tenant <= std::min(run.machine().tenant_count(), 3u); ++tenant) {
    Step step;
    step.kind = StepKind::commands;
    step.tenant = tenant;
    step.commands = {&command, 1};
    run.apply(step);
  }
  for (const DurationMs later : {limits::kHour, limits::kDay, limits::kDay}) {
    for (const StepKind kind : {StepKind::advance, StepKind::background}) {
      Step step;
      step.kind = kind;
      step.now = run.machine().now() + later;
      step.limit = 500;
      run.apply(step);
    }
  }
}

void run(std::span<const std::byte> input) {
  ByteSource source(input);
  const std::size_t piece = 1 + source.take<std::uint8_t>();
  MachineRun first, whole, again;
  if (const Status restored = restore(first.machine(), source.rest(), piece); !restored) {
    FUZZ_CHECK(!restored.error().message.empty(), "a refusal says why");
    FUZZ_CHECK(!restore(whole.machine(), source.rest(), SIZE_MAX), "in one piece it is accepted");
    return;
  }
  const std::uint64_t digest = first.machine().digest();
  FUZZ_CHECK(restore(whole.machine(), source.rest(), SIZE_MAX), "in one piece it is refused");
  FUZZ_CHECK(whole.machine().digest() == digest, "in one piece it is another state");
  const Input taken = snapshot_of(first.machine());
  const Status restored = restore(again.machine(), taken, 1000);
  FUZZ_CHECK(restored.ok(), "a snapshot of it is refused: " + restored.error().message);
  FUZZ_CHECK(again.machine().digest() == digest, "a snapshot of it is another state");
  go_on(first);
  go_on(again);
  FUZZ_CHECK(first.told() == again.told(), "they tell different things");
  FUZZ_CHECK(first.machine().digest() == again.machine().digest(), "they end differently");
}

Seeds seeds() {
  Seeds all;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    const model::Story story = model::make_story(seed);
    if (story.settings.clock_source != ClockSource::wall) continue;
    model::Machine machine(story.settings);
    std::size_t left = 10 + seed * 2;
    for (const model::Op& op : story.ops) {
      if (left-- == 0) break;
      machine.advance_in_time(op.at);
      if (op.kind == model::Op::Kind::document) {
        machine.document(story.documents[op.document], op.at);
      } else if (op.kind == model::Op::Kind::command) {
        machine.command(op);
      }
    }
    const Input taken = snapshot_of(machine.state());
    if (taken.size() > kSeedBytesMax) continue;
    all.push_back(ByteSink()
                      .put(static_cast<std::uint8_t>(seed * 16))
                      .put(std::span<const std::byte>(taken))
                      .take());
  }
  return all;
}

VENCER_FUZZ_TARGET(snapshots, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
