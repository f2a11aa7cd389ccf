// A tenant's document as a person, or somebody who means harm, wrote it; behind a line "#next" the
// version that follows it.
//
// Holds: findings name their place; what is accepted keeps the promises of its spec, comes out of
// the log's bytes as it went in, is unchanged when put again, and runs in the state machine.
#include <vencer_paths.h>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/config/document.h"
#include "engine/config/files.h"
#include "engine/core/limits.h"
#include "engine/wire/step_codec.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/machine_run.h"

namespace vencer::fuzz {
namespace {

constexpr std::string_view kNext = "\n#next\n";
constexpr TimeMs kMorning = 1'780'322'400'000;  // 2026-06-01 14:00 UTC, a Monday

CompiledDocument compile(std::string_view text, const TenantSpec* previous) {
  CompiledDocument made = compile_document(text, "x", previous);
  for (const std::string& error : made.errors) FUZZ_CHECK(error.starts_with("x:"), error);
  if (!made.errors.empty()) return made;
  const Aligned bytes(encode_tenant(made.spec));
  const Result<TenantSpec> logged = decode_tenant(bytes.span());
  FUZZ_CHECK(logged.ok(), "accepted, but its bytes are refused: " + logged.error().message);
  FUZZ_CHECK(*logged == made.spec, "another document out of the log's bytes");
  FUZZ_CHECK(document_tenant_name(text) == made.spec.name, made.spec.name);
  return made;
}

void put(MachineRun& run, const TenantSpec& spec, TimeMs now) {
  Step step;
  step.kind = StepKind::tenant_document;
  step.now = now;
  step.document = &spec;
  FUZZ_CHECK(run.apply(step), "");
}

// A day of one ticket of each status, so that clocks start, warn, breach and escalate.
void live(MachineRun& run, TenantId tenant, const TenantSpec& spec, TimeMs now) {
  std::vector<Command> commands(spec.statuses.size() + 1);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    commands[i].kind = CommandKind::create;
    commands[i].key = {i + 1, 0, KeyKind::number};
    if (i > 0) commands[i].status = static_cast<StatusId>(i - 1);
  }
  Step step;
  step.kind = StepKind::commands;
  step.now = now;
  step.tenant = tenant;
  step.commands = commands;
  FUZZ_CHECK(run.apply(step), "");
  for (const DurationMs later : {limits::kHour, limits::kDay}) {
    for (const StepKind kind : {StepKind::advance, StepKind::background}) {
      Step time;
      time.kind = kind;
      time.now = now + later;
      time.limit = 500;
      run.apply(time);
    }
  }
}

void run(std::span<const std::byte> input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  const std::size_t cut = text.find(kNext);
  (void)missing_files(text);
  const CompiledDocument first = compile(text.substr(0, cut), nullptr);
  if (!first.errors.empty()) return;
  FUZZ_CHECK(compile(text.substr(0, cut), &first.spec).unchanged, "put again, it is unchanged");
  MachineRun run;
  Step settings_step;
  Settings settings;
  settings_step.kind = StepKind::settings;
  settings_step.settings = &settings;
  settings_step.now = kMorning;
  run.apply(settings_step);
  put(run, first.spec, kMorning);
  const TenantId tenant = run.outcome().tenant;
  FUZZ_CHECK(run.outcome().code == Errc::ok, "a first document is refused by the machine");
  live(run, tenant, first.spec, kMorning);
  if (cut == std::string_view::npos) return;
  const CompiledDocument next = compile(text.substr(cut + kNext.size()), &first.spec);
  if (!next.errors.empty()) return;
  put(run, next.spec, kMorning + 2 * limits::kDay);
  live(run, tenant, next.spec, kMorning + 2 * limits::kDay);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Seeds seeds() {
  const std::filesystem::path root = VENCER_SOURCE_DIR;
  Seeds all;
  for (const char* folder : {"tools/examples", "tests/corpus/valid", "tests/corpus/documents"}) {
    for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
      const std::string text = read_file(entry.path());
      if (entry.path().extension() != ".toml" || text.size() > (16 << 10)) continue;
      all.push_back(input_of(text));
    }
  }
  const std::string zen = read_file(root / "tools/examples/zen.toml");
  const std::string minimal = read_file(root / "tools/examples/minimal.toml");
  all.push_back(input_of(minimal + std::string(kNext) + minimal + "\n"));
  all.push_back(input_of(zen + std::string(kNext) + zen + "# changed\n"));
  return all;
}

VENCER_FUZZ_TARGET(documents, run, seeds);

}  // namespace
}  // namespace vencer::fuzz
