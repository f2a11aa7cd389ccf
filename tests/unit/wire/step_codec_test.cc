#include "engine/wire/step_codec.h"

#include <gtest/gtest.h>
#include <vencer_generated.h>

#include <functional>

#include "engine/wire/frame.h"
#include "tests/unit/wire/samples.h"

namespace vencer {
namespace {

TEST(StepCodec, SettingsComeBack) {
  Settings settings;
  settings.partition = 3;
  settings.clock_source = ClockSource::input;
  settings.ticket_capacity = 12'345;
  settings.producer_capacity = 17;
  settings.skew_max_ms = 1;
  const Result<Settings> back = decode_settings(encode_settings(settings));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, settings);
  EXPECT_EQ(*decode_settings(encode_settings(Settings{})), Settings{});
}

TEST(StepCodec, SettingsOutOfRangeAreRefused) {
  const auto refused = [](auto change) {
    Settings settings;
    change(settings);
    const Result<Settings> back = decode_settings(encode_settings(settings));
    return !back.ok() && back.error().code == Errc::invalid_flatbuffer;
  };
  EXPECT_TRUE(refused([](Settings& s) { s.clock_source = static_cast<ClockSource>(0); }));
  EXPECT_TRUE(refused([](Settings& s) { s.clock_source = static_cast<ClockSource>(3); }));
  EXPECT_TRUE(refused([](Settings& s) { s.ticket_capacity = 0; }));
  EXPECT_TRUE(refused([](Settings& s) { s.ticket_capacity = limits::tickets_max + 1; }));
  EXPECT_TRUE(refused([](Settings& s) { s.producer_capacity = 0; }));
  EXPECT_TRUE(refused([](Settings& s) { s.skew_max_ms = -1; }));
}

TEST(StepCodec, RandomTenantsComeBack) {
  test::Random random(1);
  for (int i = 0; i < 500; ++i) {
    const TenantSpec tenant = test::random_tenant(random);
    const Result<TenantSpec> back = decode_tenant(encode_tenant(tenant));
    ASSERT_TRUE(back.ok()) << back.error().message;
    ASSERT_EQ(*back, tenant) << i;
  }
}

// Every id that points outside its table, every number outside its range: refused by name.
TEST(StepCodec, TenantsThatPointOutsideAreRefused) {
  using Change = std::function<void(TenantSpec&)>;
  const Change changes[] = {
      [](TenantSpec& t) { t.name.clear(); },
      [](TenantSpec& t) { t.version = 0; },
      [](TenantSpec& t) { t.statuses.clear(); },
      [](TenantSpec& t) { t.statuses.resize(65); },
      [](TenantSpec& t) { t.statuses[1].category = static_cast<StatusCategory>(7); },
      [](TenantSpec& t) { t.levels.resize(16); },
      [](TenantSpec& t) { t.activities.resize(3); },
      [](TenantSpec& t) { t.activities[0].name = "other"; },
      [](TenantSpec& t) { t.initial_status = 4; },
      [](TenantSpec& t) { t.closed_status = 4; },
      [](TenantSpec& t) { t.survey_status = 254; },
      [](TenantSpec& t) { t.events_on = 1ull << kEventTypes; },
      [](TenantSpec& t) { t.keep_closed_ms = -1; },
      [](TenantSpec& t) { t.keep_keys_ms = INT64_MAX; },
      [](TenantSpec& t) { t.rule_order.push_back(3); },
      [](TenantSpec& t) { t.calendars.clear(); },
      [](TenantSpec& t) { t.calendars[0].always_open = false; },
      [](TenantSpec& t) { t.calendars[1].zone.initial_offset_s = 200'000; },
      [](TenantSpec& t) {
        t.calendars[1].zone.transitions = {{5, 0}, {5, 0}};
      },
      [](TenantSpec& t) {
        t.calendars[1].zone.transitions = {{INT64_MAX, 0}};
      },
      [](TenantSpec& t) {
        t.calendars[1].weekly[3] = {{-1, 5}};
      },
      [](TenantSpec& t) {
        t.calendars[1].breaks[3] = {{1, 1441}};
      },
      [](TenantSpec& t) { t.calendars[1].holidays = {INT32_MAX}; },
      [](TenantSpec& t) {
        t.calendars[1].yearly_holidays = {{13, 1}};
      },
      [](TenantSpec& t) {
        t.calendars[1].special = {{INT32_MIN, {}}};
      },
      [](TenantSpec& t) { t.attributes[0].role = static_cast<AttributeRole>(5); },
      [](TenantSpec& t) { t.attributes[0].value_retired.pop_back(); },
      [](TenantSpec& t) {
        t.attributes[0].aliases = {{"x", 3}};
      },
      [](TenantSpec& t) { t.clocks[0].start.activities = 1ull << 10; },
      [](TenantSpec& t) { t.clocks[0].stop.statuses = 1ull << 4; },
      [](TenantSpec& t) { t.clocks[0].reset.attributes_set = 1u << 3; },
      [](TenantSpec& t) { t.clocks[0].cancel.levels = 1; },
      [](TenantSpec& t) { t.clocks[0].cancel.levels = 1 << 3; },
      [](TenantSpec& t) { t.clocks[0].pause_while.statuses = 1ull << 4; },
      [](TenantSpec& t) { t.clocks[1].run_while.statuses = 1ull << 63; },
      [](TenantSpec& t) { t.clocks[0].on_change = static_cast<OnChange>(3); },
      [](TenantSpec& t) { t.clocks[0].step_names.resize(17); },
      [](TenantSpec& t) {
        t.rules[0].when = {{3, false, {1}}};
      },
      [](TenantSpec& t) {
        t.rules[0].when = {{0, false, {3}}};
      },
      [](TenantSpec& t) { t.rules[0].targets[0].clock = 2; },
      [](TenantSpec& t) { t.rules[0].targets[0].target_ms = -1; },
      [](TenantSpec& t) { t.rules[0].targets[0].target_ms = limits::target_max_ms + 1; },
      [](TenantSpec& t) { t.rules[0].targets[0].calendar = 2; },
      [](TenantSpec& t) { t.rules[0].targets[0].ladder = 1; },
      [](TenantSpec& t) { t.ladders[0].acknowledge_ms = -1; },
      [](TenantSpec& t) { t.ladders[0].steps.resize(17); },
      [](TenantSpec& t) { t.ladders[0].steps[0].anchor = static_cast<StepAnchor>(3); },
      [](TenantSpec& t) { t.ladders[0].steps[0].percent_milli = 1'000'001; },
      [](TenantSpec& t) { t.ladders[0].steps[0].offset_ms = -1; },
      [](TenantSpec& t) { t.ladders[0].steps[0].calendar = 2; },
      [](TenantSpec& t) { t.ladders[0].steps[0].level = 3; },
      [](TenantSpec& t) { t.ladders[0].steps[0].recipient = 2; },
      [](TenantSpec& t) { t.ladders[0].steps[0].set_status = 4; },
      [](TenantSpec& t) {
        t.ladders[0].steps[0].set_attributes = {{0, 3}};
      },
      [](TenantSpec& t) {
        t.ladders[0].steps[0].set_attributes = {{3, 1}};
      },
      [](TenantSpec& t) { t.ladders[0].steps[0].times = 101; },
      [](TenantSpec& t) {
        t.ladders[0].steps[0].times = 1, t.ladders[0].steps[0].every_ms = 59'999;
      },
      [](TenantSpec& t) { t.recipients[0].routes[0].calendar = 2; },
      [](TenantSpec& t) { t.recipients[0].routes[1].attribute = 3; },
      [](TenantSpec& t) { t.recipients[0].routes.resize(17); },
      [](TenantSpec& t) { t.clocks[0].kind = static_cast<ClockKind>(2); },
      [](TenantSpec& t) { t.clocks[0].start.attributes_changed = 1u << 3; },
      [](TenantSpec& t) {
        t.clocks[0].stop.became = {{0, 3}};
      },
      [](TenantSpec& t) {
        t.clocks[0].stop.became = {{3, 0}};
      },
      [](TenantSpec& t) { t.clocks[0].pause_while.levels = 1; },
      [](TenantSpec& t) {
        t.clocks[0].run_while.values = {{1, 3}};
      },
      [](TenantSpec& t) { t.clocks[0].at_end.status = 4; },
      [](TenantSpec& t) {
        t.clocks[0].at_end.attributes = {{3, 1}};
      },
      [](TenantSpec& t) { t.rules[0].targets[0].kind = static_cast<TargetKind>(5); },
      [](TenantSpec& t) { t.rules[0].targets[0].days = limits::business_days_max + 1; },
      [](TenantSpec& t) { t.rules[0].targets[0].instant = -1; },
      [](TenantSpec& t) { t.rules[0].targets[0].calendar_by = 2; },  // open
      [](TenantSpec& t) { t.rules[0].targets[0].calendars = {2}; },
      [](TenantSpec& t) {
        t.matrix = {kNoId8, 0, 1, 2, {1}};
      },
      [](TenantSpec& t) {
        t.matrix = {2, 0, 1, 2, {1, 2}};
      },
      [](TenantSpec& t) {
        t.matrix = {0, 3, 1, 2, {1, 2}};
      },
      [](TenantSpec& t) {
        t.matrix = {0, 0, 1, 0, {}};
      },
      [](TenantSpec& t) {
        t.matrix = {0, 0, 1, 2, {1, 2, 1}};
      },
      [](TenantSpec& t) {
        t.matrix = {0, 0, 1, 2, {1, 3}};
      },
      [](TenantSpec& t) { t.constraints.resize(256); },
      [](TenantSpec& t) { t.constraints[0].kind = static_cast<ConstraintKind>(5); },
      [](TenantSpec& t) { t.constraints[0].on.activities = 1ull << 10; },
      [](TenantSpec& t) {
        t.constraints[0].when = {{0, false, {3}}};
      },
      [](TenantSpec& t) { t.constraints[0].while_in.statuses = 1ull << 4; },
      [](TenantSpec& t) {
        t.constraints[1].match = {{3, false, {}}};
      },
      [](TenantSpec& t) { t.constraints[1].calendar = 2; },
      [](TenantSpec& t) { t.constraints[2].activities = 1ull << 10; },
      [](TenantSpec& t) {
        t.constraints[3].actors = {2, 1};
      },
      [](TenantSpec& t) { t.constraints[3].actors.assign(limits::actors_max + 1, 1); },
      [](TenantSpec& t) { t.constraints[4].per = 3; },
      [](TenantSpec& t) { t.constraints[4].per = kNoId8, t.constraints[4].retired = false; },
      [](TenantSpec& t) { t.constraints[4].statuses = 1ull << 4; },
      [](TenantSpec& t) { t.customers.defaults = 1u << 3; },
      [](TenantSpec& t) { t.customers.contract = static_cast<ContractRule>(3); },
      [](TenantSpec& t) { t.customers.recipient = 2; },
      [](TenantSpec& t) { t.detectors.resize(65); },
      [](TenantSpec& t) {
        t.detectors[0].when = {{3, false, {}}};
      },
      [](TenantSpec& t) {
        t.detectors[0].alike = {0, 1, 2, 0, 1};
      },
      [](TenantSpec& t) { t.detectors[0].alike = {3}; },
      [](TenantSpec& t) { t.detectors[0].count = 0, t.detectors[0].retired = false; },
      [](TenantSpec& t) { t.detectors[0].count = 1001; },
      [](TenantSpec& t) { t.detectors[0].within_ms = -1; },
      [](TenantSpec& t) { t.detectors[0].quiet_ms = -1; },
      [](TenantSpec& t) { t.detectors[0].recipient = 2; },
      [](TenantSpec& t) { t.digests.resize(17); },
      [](TenantSpec& t) { t.digests[0].at = static_cast<DigestTime>(2); },
      [](TenantSpec& t) { t.digests[0].calendar = 2; },
      [](TenantSpec& t) { t.digests[0].minute = 1440; },
      [](TenantSpec& t) { t.digests[0].list = static_cast<DigestList>(4); },
      [](TenantSpec& t) { t.digests[0].span_ms = -1; },
      [](TenantSpec& t) { t.digests[0].activities = 1ull << 10; },
      [](TenantSpec& t) {
        t.digests[0].when = {{0, false, {3}}};
      },
      [](TenantSpec& t) { t.digests[0].recipient = 2; },
      [](TenantSpec& t) { t.calendar_events.resize(65); },
      [](TenantSpec& t) { t.calendar_events[0].calendar = 2; },
      [](TenantSpec& t) { t.calendar_events[0].offset_ms = INT64_MIN; },
      [](TenantSpec& t) { t.calendar_events[0].recipient = 2; },
      [](TenantSpec& t) { t.time_in_status.calendar = 2; },
      [](TenantSpec& t) {
        t.time_in_status.when = {{3, false, {}}};
      },
      [](TenantSpec& t) {
        t.count_by = {0, 1, 0, 1};
      },
      [](TenantSpec& t) { t.count_by = {2}; },  // open
      [](TenantSpec& t) { t.count_by = {3}; },
      [](TenantSpec& t) {
        t.attributes[0].values.resize(limits::attribute_values_max);
        t.attributes[0].value_retired.resize(limits::attribute_values_max);
        t.count_by = {0, 1};
      },
      [](TenantSpec& t) { t.reopen_clock = 2; },
      [](TenantSpec& t) { t.reopen_clock = 0, t.clocks[0].kind = ClockKind::promise; },
      [](TenantSpec& t) { t.merged_status = 4; },
      [](TenantSpec& t) { t.created_recipient = 2; },
  };
  for (std::size_t i = 0; i < std::size(changes); ++i) {
    TenantSpec tenant = test::sample_tenant();
    changes[i](tenant);
    const Result<TenantSpec> back = decode_tenant(encode_tenant(tenant));
    ASSERT_FALSE(back.ok()) << "change " << i;
    EXPECT_EQ(back.error().code, Errc::invalid_document) << "change " << i;
  }
}

TEST(StepDecoder, Commands) {
  const Bytes frame = test::sample_commands_frame(true);
  StepDecoder decoder;
  StoredStep stored;
  stored.kind = static_cast<std::uint8_t>(StepKind::commands);
  stored.frame_type = test::type_of(frame);
  stored.now = 5;
  stored.principal = 6;
  stored.payload = test::body_of(frame);
  const Result<Step> step = decoder.decode(stored);
  ASSERT_TRUE(step.ok());
  EXPECT_EQ(step->kind, StepKind::commands);
  EXPECT_EQ(step->now, 5);
  EXPECT_EQ(step->principal, 6u);
  EXPECT_EQ(step->tenant, 1u);
  EXPECT_EQ(step->first_number, 1000u);
  EXPECT_EQ(step->commands.size(), 15u);
  stored.frame_type = static_cast<std::uint16_t>(wire::FrameType::hello);
  EXPECT_FALSE(decoder.decode(stored).ok());
}

TEST(StepDecoder, OtherKinds) {
  StepDecoder decoder;
  const auto decode = [&](StepKind kind, std::uint64_t argument,
                          std::span<const std::byte> payload) {
    StoredStep stored;
    stored.kind = static_cast<std::uint8_t>(kind);
    stored.argument = argument;
    stored.payload = payload;
    return decoder.decode(stored);
  };
  const TenantSpec tenant = test::sample_tenant();
  const auto document = encode_tenant(tenant);
  const auto settings = encode_settings({});
  const auto consumer = encode_consumer_at("board", 77);
  EXPECT_EQ(*decode(StepKind::tenant_document, 0, document)->document, tenant);
  EXPECT_EQ(*decode(StepKind::settings, 0, settings)->settings, Settings{});
  EXPECT_EQ(decode(StepKind::advance, 9, {})->limit, 9u);
  EXPECT_EQ(decode(StepKind::background, 8, {})->limit, 8u);
  EXPECT_EQ(decode(StepKind::touch, 7, {})->slot, 7u);
  EXPECT_FALSE(decode(StepKind::touch, kNoSlot, {}).ok());
  EXPECT_EQ(decode(StepKind::delete_tenant, 6, {})->tenant, 6u);
  EXPECT_FALSE(decode(StepKind::delete_tenant, 1ull << 32, {}).ok());
  const Result<Step> at = decode(StepKind::consumer_at, 0, consumer);
  EXPECT_EQ(at->consumer, "board");
  EXPECT_EQ(at->position, 77u);
  EXPECT_FALSE(decode(static_cast<StepKind>(0), 0, {}).ok());
  EXPECT_FALSE(decode(static_cast<StepKind>(200), 0, {}).ok());
  EXPECT_FALSE(decode(StepKind::settings, 0, {}).ok());
  EXPECT_FALSE(decode(StepKind::consumer_at, 0, {}).ok());
  EXPECT_FALSE(decode(StepKind::tenant_document, 0, {}).ok());
}

}  // namespace
}  // namespace vencer
