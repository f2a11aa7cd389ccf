// vencer wal dump DIR: the steps of a log in words, up to its end or to where it is damaged.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "engine/log/manifest.h"
#include "engine/log/stored_file.h"
#include "engine/log/wal_reader.h"
#include "engine/runtime/data_directory.h"
#include "engine/wire/step_codec.h"
#include "tools/vencer/log_files.h"
#include "tools/vencer/step_text.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

constexpr const char* kName = "wal dump";

struct DumpOptions {
  bool json = false, raw = false;
  std::uint64_t from_group = 0, to_group = UINT64_MAX;
  std::uint64_t from_step = 0, to_step = UINT64_MAX;
  std::optional<StepName> name;  // just this one
  std::string tenant;
  std::optional<TicketKey> ticket;

  // Not every step is shown: seals, which have none, are not either.
  bool filtered() const {
    return !tenant.empty() || ticket || name || from_step != 0 || to_step != UINT64_MAX;
  }
};

class Dump {
 public:
  Dump(const Invocation& call, DumpOptions options) : call_(call), options_(std::move(options)) {}

  int run(Storage& storage, const std::string& directory) {
    find_skipped(storage, directory);
    archived_ = has_manifest(storage, directory);
    auto found = wal::load_until_damage(storage, directory);
    if (!found) return call_.fail(kName, found.error());
    if (found->segments.empty()) {
      if (found->damage) return damaged(found->damage->message);
      return call_.fail(kName, {Errc::internal, directory + ": there is no log here"});
    }
    segments_ = &found->segments;
    if (!wal::begins_with_first_group(found->segments)) {
      known_ = names_.begin_with_snapshot(storage, directory);
    }
    if (!options_.json) put_line(step_table_head());
    wal::Visit visit;
    visit.from_the_first = true;
    visit.step = [this](const StepRecord& record) { return on_step(record); };
    visit.group = [this](const wal::GroupPlace& place, std::span<const std::byte>) {
      on_group(place);
      return ok_status();
    };
    const auto walk = wal::walk_chain(directory, found->segments, visit);
    if (enough_) return finish();
    if (!walk) return damaged(walk.error().message);
    if (found->damage) return damaged(found->damage->message);
    return end(directory, *walk);
  }

 private:
  // A start goes past these; where there is no STREAM beside the log, it has none.
  void find_skipped(Storage& storage, const std::string& directory) {
    const std::string data = directory.substr(0, directory.find_last_of('/') + 1) + ".";
    const auto stream = read_stream_state(storage, data);
    if (stream) skipped_ = stream->skipped;
  }

  void on_group(const wal::GroupPlace& place) {
    if (place_.group == 0 && place.header.number > known_.group + 1) names_.begin_unknown();
    place_.group = place.header.number;
    place_.segment = file_name((*segments_)[place.segment].path);
    next_offset_ = place.offset + sizeof(wal::GroupHeader);
    if (place.header.steps == 0 && shown_group() && !options_.filtered()) seal(place);
  }

  Status on_step(const StepRecord& record) {
    ++place_.step;
    place_.name = record.name;
    place_.offset = next_offset_;
    next_offset_ += sizeof(wal::StepHeader) + wal::round_up(record.payload.size(), 8);
    enough_ = place_.group > options_.to_group || place_.step > options_.to_step;
    if (enough_) return Error{Errc::internal, "what follows was not asked for"};
    const bool named = !options_.name || *options_.name == record.name;
    const bool shown = named && shown_group() && place_.step >= options_.from_step;
    const auto kind = static_cast<StepKind>(record.kind);
    const bool names = kind == StepKind::tenant_document || kind == StepKind::delete_tenant;
    if (shown || names) look_at(record, shown);
    return ok_status();
  }

  bool shown_group() const {
    return place_.group >= options_.from_group && place_.group <= options_.to_group;
  }

  void look_at(const StepRecord& record, bool shown) {
    const auto step = decoder_.decode({record.kind, record.frame_type, record.now, record.principal,
                                       record.argument, record.payload});
    StepView view{.place = place_, .record = record, .raw = options_.raw};
    view.skipped = std::ranges::any_of(
        skipped_, [&](const SkippedStep& skipped) { return skipped.is(record); });
    any_shown_ = any_shown_ || shown;
    if (step) {
      view.step = &*step;
      view.document_of = names_.take(*step, place_.group);
      if (!shown || !wanted(*step, view)) return;
    } else {
      view.problem = step.error().message;
      ++unreadable_;
      if (!shown) return;
    }
    put_line(options_.json ? step_json(view, names_) : step_lines(view, names_));
  }

  // By tenant and ticket; says to the view which commands.
  bool wanted(const Step& step, StepView& view) const {
    const bool document = step.kind == StepKind::tenant_document;
    if (!options_.tenant.empty()) {
      const std::string of = document ? step.document->name : names_.tenant_text(step.tenant);
      if (of != options_.tenant) return false;
    }
    if (!options_.ticket) return true;
    if (step.kind != StepKind::commands) return false;
    view.wanted = [key = *options_.ticket](const Command& command) {
      if (command.kind == CommandKind::put_customer || command.kind == CommandKind::mute) {
        return false;
      }
      return command.key == key || command.other == key;
    };
    return std::any_of(step.commands.begin(), step.commands.end(), view.wanted);
  }

  void seal(const wal::GroupPlace& place) const {
    if (!options_.json) {
      return put_line(fmt::format("{:>10} {:>11}  {:<24}  {:<15}  group {} is durable",
                                  place.header.number, "", "", "seal", place.header.durable));
    }
    JsonWriter json;
    json.begin_object().field("group", place.header.number).field("segment", place_.segment);
    json.field("offset", place.offset).field("kind", "seal");
    json.field("durable", place.header.durable).end_object();
    put_line(json.text());
  }

  // What stands behind the last group: nothing, a torn write, a running server's, or damage.
  int end(const std::string& directory, const wal::Walk& walk) {
    auto tail = wal::look_behind(*segments_, walk);
    if (!tail) return damaged(tail.error().message);
    // A recovery may have cut an archive's last segment; its successor is not there.
    if (archived_) tail->facts.cut_short = false;
    const wal::TailRow& row = wal::decide(tail->facts);
    const std::string& path = (*segments_)[walk.segment].path;
    if (row.what == wal::TailCase::damaged || row.what == wal::TailCase::torn) {
      const auto goes_on = wal::chain_goes_on(*segments_, walk);
      if (!goes_on) return damaged(goes_on.error().message);
      if (*goes_on) {
        note(fmt::format("the log is being written; read up to group {}", walk.last_group));
        return finish();
      }
    }
    if (row.what == wal::TailCase::damaged) {
      const Error what = wal::damage(directory, path, walk.offset,
                                     fmt::format("group {} (step {}) should stand here: {}",
                                                 walk.last_group + 1, place_.step + 1, row.why));
      return damaged(what.message);
    }
    if (row.what == wal::TailCase::torn) {
      note(fmt::format("{} at byte {}: behind group {} {}; a start would cut here", path,
                       walk.offset, walk.last_group, row.why));
    }
    return finish();
  }

  static void note(const std::string& what) {
    std::fflush(stdout);
    fmt::print(stderr, "vencer: {}: {}\n", kName, what);
  }

  int damaged(const std::string& what) {
    if (options_.json) {
      JsonWriter json;
      json.begin_object().field("kind", "damage").field("after_group", place_.group);
      json.field("after_step", place_.step).field("reason", what).end_object();
      put_line(json.text());
    }
    std::fflush(stdout);
    return call_.fail(kName, {Errc::internal, what});
  }

  int finish() {
    std::fflush(stdout);
    if (options_.name && !any_shown_) {
      return call_.fail(
          kName, {Errc::internal, fmt::format("there is no step {}: the log ends "
                                              "with group {}",
                                              step_name_text(*options_.name), place_.group)});
    }
    if (options_.from_step == options_.to_step && place_.step < options_.to_step) {
      return call_.fail(kName, {Errc::internal, fmt::format("there is no step {}: the log has {}",
                                                            options_.to_step, place_.step)});
    }
    if (unreadable_ == 0) return exit_ok;
    return call_.fail(
        kName, {Errc::internal, fmt::format("{} steps are whole, but this build cannot read them; "
                                            "use the build that wrote them",
                                            unreadable_)});
  }

  const Invocation& call_;
  const DumpOptions options_;
  std::vector<wal::Segment>* segments_ = nullptr;
  StepDecoder decoder_;
  LogNames names_;
  WalPosition known_;  // names of before the log are those of a snapshot that stands here
  StepPlace place_;    // of the step being looked at
  std::uint64_t next_offset_ = 0;
  std::uint64_t unreadable_ = 0;
  std::vector<SkippedStep> skipped_;
  bool any_shown_ = false;
  bool archived_ = false;
  bool enough_ = false;
};

Result<DumpOptions> options_of(const Invocation& call) {
  DumpOptions options;
  options.json = call.globals().output != Output::table;
  options.raw = call.flag("--raw");
  options.tenant = call.globals().tenant;
  const std::pair<const char*, std::uint64_t*> numbers[] = {{"--from-group", &options.from_group},
                                                            {"--to-group", &options.to_group},
                                                            {"--from-step", &options.from_step},
                                                            {"--to-step", &options.to_step}};
  for (const auto& [name, into] : numbers) {
    if (Status status = number_option(call, name, into); !status) return status.error();
  }
  if (call.given("--step")) {
    options.name = parse_step_name(call.text("--step"));
  }
  if (options.name) {
    options.from_group = options.to_group = options.name->group;
  } else if (call.given("--step")) {
    if (Status status = number_option(call, "--step", &options.from_step); !status) {
      return status.error();
    }
    options.to_step = options.from_step;
  }
  auto ticket = ticket_option(call);
  if (!ticket) return ticket.error();
  options.ticket = *ticket;
  return options;
}

int run(Invocation& call) {
  auto options = options_of(call);
  if (!options) return call.usage(kName, options.error().message);
  const auto storage = make_posix_storage();
  const auto directory = log_directory(*storage, call.text("DIR"));
  if (!directory) return call.usage(kName, directory.error().message);
  StoredStorage view(*storage);
  return Dump(call, std::move(*options)).run(view, *directory);
}

const Registration registration(
    {.name = "wal dump",
     .summary = "the steps of a log in words: commands, documents, time",
     .details = "A JSON line or a line for each step, up to the end of the log or to where it is "
                "damaged. --tenant: only\nits commands and documents. Files are only read; a "
                "server may be running on them.\nExit code 1: the log is damaged, or holds a step "
                "that cannot be read.\nExample:\n  vencer wal dump /var/lib/vencerd --step 4711.3 "
                "--raw\n  vencer wal dump /var/lib/vencerd --tenant zen --ticket T-1",
     .options = {{"DIR", "the data directory, the log's in it, or an archive",
                  OptionKind::positional, true},
                 {.name = "--from-group", .help = "the first group shown", .placeholder = "N"},
                 {.name = "--to-group", .help = "the last one", .placeholder = "N"},
                 {.name = "--from-step",
                  .help = "the first step shown, counted from 1",
                  .placeholder = "N"},
                 {.name = "--to-step", .help = "the last one", .placeholder = "N"},
                 {.name = "--step",
                  .help = "just this one: by its number here, or as GROUP.STEP, as a replay that "
                          "failed names it",
                  .placeholder = "N"},
                 {.name = "--ticket", .help = "only commands about it", .placeholder = "KEY"},
                 {.name = "--raw",
                  .help = "each step's bytes in hex, too",
                  .kind = OptionKind::flag}},
     .run = run});

}  // namespace
}  // namespace vencer::cli
