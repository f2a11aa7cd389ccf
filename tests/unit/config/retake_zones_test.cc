// New tzdata: the same document with other transitions, by a logged step that replays.
#include <gtest/gtest.h>

#include <fstream>

#include "engine/config/retake_zones.h"
#include "engine/config/zone.h"
#include "engine/core/limits.h"
#include "engine/core/state_machine.h"
#include "tests/unit/config/support.h"

namespace vencer::config_test {
namespace {

namespace fs = std::filesystem;

constexpr TimeMs kMonday0830 = 1'780'317'000'000;  // 2026-06-01 08:30 in Santiago

const char* const kDocument = R"(format = 1
tenant = "t"
status = [["Nuevo", "new"], ["Hecho", "resolved"]]
[calendar.oficina]
zone = "America/Santiago"
weekly = { mon-fri = ["09:00-18:00"] }
[calendar.bogota]
zone = "America/Bogota"
weekly = { mon-fri = ["09:00-18:00"] }
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved"]
[[policy]]
name = "todo"
calendar = "oficina"
target = { resolution = "9h" }
)";

TenantSpec compiled() {
  const CompiledDocument document = compile_document(kDocument, "t.toml", nullptr);
  EXPECT_TRUE(document.errors.empty()) << joined(document.errors);
  return document.spec;
}

// The database after a decree: Santiago is an hour nearer to UTC, for ever.
ZoneSource after_decree() {
  return {[](std::string_view name) {
            Result<ZoneSpec> zone = load_zone(name);
            if (!zone || name != "America/Santiago") return zone;
            zone->initial_offset_s += 3600;
            for (ZoneTransition& transition : zone->transitions) transition.offset_s += 3600;
            return zone;
          },
          "2099a"};
}

TEST(RetakeZones, GivesTheNextVersionWithOtherTransitionsAndNothingElse) {
  const TenantSpec before = compiled();
  const Result<RetakenZones> retaken = retake_zones(before, after_decree());
  ASSERT_TRUE(retaken.ok()) << retaken.error().message;
  EXPECT_FALSE(retaken->unchanged);
  EXPECT_EQ(retaken->spec.version, 2u);
  EXPECT_EQ(retaken->spec.tzdata, "2099a");
  TenantSpec expected = before;
  expected.version = 2;
  expected.tzdata = "2099a";
  CalendarSpec& office = expected.calendars.at(id_of(expected.calendars, "oficina"));
  office.zone = *after_decree().load("America/Santiago");
  EXPECT_NE(office.zone, named(before.calendars, "oficina").zone);
  EXPECT_EQ(retaken->spec, expected);
}

TEST(RetakeZones, IsNoNewVersionIfNothingDiffers) {
  const TenantSpec before = compiled();
  const Result<RetakenZones> retaken = retake_zones(before, {load_zone, "2099a"});
  ASSERT_TRUE(retaken.ok());
  EXPECT_TRUE(retaken->unchanged);
  EXPECT_EQ(retaken->spec, before);
}

TEST(RetakeZones, SaysWhichZoneIsGone) {
  const ZoneSource empty{[](std::string_view) { return load_zone("Nowhere/Else"); }, "x"};
  const Result<RetakenZones> retaken = retake_zones(compiled(), empty);
  ASSERT_FALSE(retaken.ok());
  EXPECT_EQ(retaken.error().code, Errc::invalid_document);
}

class Quiet : public Sink {
 public:
  void event(const Event&) override {}
  void result(const CommandResult& result) override { EXPECT_EQ(result.code, Errc::ok); }
};

// A desk to which the steps of a log are applied.
class Desk {
 public:
  void settings() {
    Settings settings;
    settings.ticket_capacity = 16;
    Step step;
    step.kind = StepKind::settings;
    step.settings = &settings;
    machine_.apply(step, sink_);
  }
  void document(const TenantSpec& spec, TimeMs now) {
    Step step;
    step.kind = StepKind::tenant_document;
    step.now = now;
    step.document = &spec;
    const StepOutcome outcome = machine_.apply(step, sink_);
    ASSERT_EQ(outcome.code, Errc::ok);
    tenant_ = outcome.tenant;
  }
  void create(TimeMs now) {
    Command command;
    command.kind = CommandKind::create;
    command.key = key_;
    Step step;
    step.kind = StepKind::commands;
    step.now = now;
    step.tenant = tenant_;
    step.commands = {&command, 1};
    machine_.apply(step, sink_);
  }
  TimeMs due() {
    const Slot slot = machine_.find_ticket(tenant_, key_);
    if (machine_.needs_touch(slot)) {
      Step step;
      step.kind = StepKind::touch;
      step.now = machine_.now();
      step.slot = slot;
      machine_.apply(step, sink_);
    }
    return machine_.view(slot).clocks.at(0).due;
  }
  std::uint64_t digest() const { return machine_.digest(); }

 private:
  StateMachine machine_;
  Quiet sink_;
  TenantId tenant_ = kNoTenant;
  TicketKey key_{1, 0, KeyKind::number};
};

// Goal: what new tzdata does to an open ticket is in the log and nowhere else. Method: nine office
// hours from half an hour before opening end at closing time. By the new rules that was half an
// hour after opening: half an hour is left for Tuesday. The same steps give the same state,
// whatever database the machine has on which they are applied again.
TEST(RetakeZones, MovesADueByAStepThatReplays) {
  const TenantSpec first = compiled();
  const Result<RetakenZones> second = retake_zones(first, after_decree());
  ASSERT_TRUE(second.ok());
  Desk desk, replayed;
  for (Desk* each : {&desk, &replayed}) {
    each->settings();
    each->document(first, kMonday0830);
    each->create(kMonday0830);
    EXPECT_EQ(each->due(), kMonday0830 + 9 * limits::kHour + 30 * limits::kMinute);
    each->document(second->spec, kMonday0830 + limits::kHour);
    EXPECT_EQ(each->due(), kMonday0830 + 24 * limits::kHour);
  }
  EXPECT_EQ(desk.digest(), replayed.digest());
}

// Goal: new files count without a restart. Method: a database of one zone whose file is replaced.
TEST(InstalledZones, AreReadAnewEachTime) {
  const fs::path zones = fs::path(testing::TempDir()) / "retaken_zones";
  fs::create_directories(zones / "America");
  const auto install = [&](const char* like, const char* release) {
    fs::copy_file(fs::path("/usr/share/zoneinfo") / like, zones / "America/Santiago",
                  fs::copy_options::overwrite_existing);
    std::ofstream(zones / "tzdata.zi") << "# version " << release << "\n";
  };
  const Result<ZoneSpec> lima = load_zone("America/Lima");
  const Result<ZoneSpec> tokyo = load_zone("Asia/Tokyo");
  ASSERT_TRUE(lima.ok() && tokyo.ok());
  ASSERT_EQ(setenv("TZDIR", zones.c_str(), 1), 0);
  install("America/Lima", "2099a");
  const Result<ZoneSpec> before = load_zone_anew("America/Santiago");
  const std::string release = installed_zones().release;
  install("Asia/Tokyo", "2099b");
  const Result<ZoneSpec> after = installed_zones().load("America/Santiago");
  const std::string later = installed_zones().release;
  ASSERT_EQ(unsetenv("TZDIR"), 0);
  fs::remove_all(zones);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(before->transitions, lima->transitions);
  EXPECT_EQ(after->transitions, tokyo->transitions);
  EXPECT_EQ(after->name, "America/Santiago");
  EXPECT_EQ(release, "2099a");
  EXPECT_EQ(later, "2099b");
}

}  // namespace
}  // namespace vencer::config_test
