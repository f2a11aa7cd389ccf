// What people read and write on the command line: times, durations, JSON, events.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "engine/core/lag.h"
#include "engine/core/limits.h"
#include "net/client/names.h"
#include "tools/vencer/event_text.h"
#include "tools/vencer/json.h"
#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

using nlohmann::json;

TEST(Times, Durations) {
  EXPECT_EQ(*parse_duration("250ms"), 250);
  EXPECT_EQ(*parse_duration("90"), 90'000);
  EXPECT_EQ(*parse_duration("90s"), 90'000);
  EXPECT_EQ(*parse_duration("30m"), 1'800'000);
  EXPECT_EQ(*parse_duration("8h"), 28'800'000);
  EXPECT_EQ(*parse_duration("2d"), 172'800'000);
  EXPECT_EQ(*parse_duration("1h30m"), 5'400'000);
  EXPECT_EQ(*parse_duration("1d12h"), 129'600'000);
  for (const char* text : {"", "h", "-1s", "1.5h", "1 h", "1w", "99999999999999999999s", "40000d",
                           "30m1h", "1h30", "99999999999"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
  EXPECT_EQ(duration_text(0), "0s");
  EXPECT_EQ(duration_text(250), "250ms");
  EXPECT_EQ(duration_text(1'250), "1.250s");
  EXPECT_EQ(duration_text(90'000), "1m 30s");
  EXPECT_EQ(duration_text(28'800'000), "8h");
  EXPECT_EQ(duration_text(-15 * limits::kMinute), "-15m");
  EXPECT_EQ(duration_text(2 * limits::kDay + 4 * limits::kHour + 5), "2d 4h");
}

TEST(Times, Instants) {
  EXPECT_EQ(*parse_time("1775034000000"), 1'775'034'000'000);
  EXPECT_EQ(*parse_time("2026-04-01T09:00:00Z"), 1'775'034'000'000);
  EXPECT_EQ(*parse_time("2026-04-01 09:00:00.250Z"), 1'775'034'000'250);
  EXPECT_EQ(*parse_time("2026-04-01T09:00Z"), 1'775'034'000'000);
  EXPECT_EQ(*parse_time("2026-04-01T06:00:00-03:00"), 1'775'034'000'000);
  EXPECT_EQ(*parse_time("2026-04-01 14:30:00.250+05:30"), 1'775'034'000'250);
  EXPECT_EQ(*parse_time("2026-03-31T22:00-11:00"), 1'775'034'000'000);
  EXPECT_EQ(*parse_time("100000000000"), 100'000'000'000);
  EXPECT_EQ(*parse_time("1970-01-02"), limits::kDay);
  for (const char* text :
       {"", "-5", "2026-02-29", "2026-13-01", "2026-04-01T24:00", "2026-04-01T09:61",
        "2026-04-01T09:00:00+2", "2026-04-01T09:00:00+24:00", "2026-04-01T09:00:00Z+02:00",
        "2026-04-01X09:00", "yesterday", "12 ", "2026-04-01T09:00:00", "2026-04-01Z", "0"}) {
    EXPECT_FALSE(parse_time(text).ok()) << text;
  }
  EXPECT_EQ(time_text(1'775'034'000'250), "2026-04-01T09:00:00.250Z");
}

// A deadline of "2026" was one of two seconds after 1970 began.
TEST(Times, AShortNumberIsNoInstant) {
  EXPECT_EQ(parse_time("2026").error().message, "2026 is a year? write 2026-01-01T00:00:00Z");
  for (const char* text : {"0", "20260401", "1775034000", "99999999999"}) {
    ASSERT_FALSE(parse_time(text).ok()) << text;
    EXPECT_NE(parse_time(text).error().message.find("fewer than 12 digits"), std::string::npos);
  }
  EXPECT_EQ(parse_time("2026-04-01T09:00").error().message,
            "'2026-04-01T09:00' says no zone; say Z for UTC or an offset: 2026-04-01T09:00Z, "
            "2026-04-01T09:00-03:00");
}

TEST(Times, WhatIsShownReadsBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto time =
        static_cast<TimeMs>(random() % static_cast<std::uint64_t>(limits::time_max_ms));
    ASSERT_EQ(*parse_time(time_text(time)), time) << time;
  }
}

// Against another reader of JSON: every text comes back; what is not UTF-8 is replaced, never
// passed on.
TEST(Json, TextIsEscaped) {
  std::mt19937_64 random(1);
  const std::string pieces[] = {"a",    "\"",   "\\", "\n", "\t", std::string(1, '\0'),
                                "\x1f", "\x7f", "é",  "好", "😀",  "</script>"};
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    for (std::uint64_t n = random() % 12; n > 0; --n) text += pieces[random() % std::size(pieces)];
    const std::string written = JsonWriter().value(text).text();
    ASSERT_EQ(json::parse(written).get<std::string>(), text);
    for (const char c : written) ASSERT_GE(static_cast<unsigned char>(c), 0x20);
  }
  for (int i = 0; i < 20'000; ++i) {
    std::string noise(random() % 8, ' ');
    for (char& c : noise) c = static_cast<char>(0x60 + random() % 0xa0);
    // nlohmann refuses invalid UTF-8.
    ASSERT_TRUE(json::accept(JsonWriter().value(noise).text())) << i;
  }
  EXPECT_EQ(JsonWriter()
                .value(std::string("a\xff"
                                   "b"))
                .text(),
            "\"a\\ufffdb\"");
}

TEST(Json, Structure) {
  JsonWriter writer;
  writer.begin_object().field("a", 1).field("b", true).key("c").begin_array().value(-2).value("x");
  writer.begin_object()
      .end_object()
      .null()
      .end_array()
      .field_if("d", "")
      .field("e", UINT64_MAX)
      .end_object();
  EXPECT_EQ(writer.text(), R"({"a":1,"b":true,"c":[-2,"x",{},null],"e":18446744073709551615})");
}

Names sample_names() {
  Names names;
  names.tenant = 1;
  names.tenant_name = "zen";
  names.statuses = {{"Nuevo", StatusCategory::fresh, false}};
  names.levels = {"Nivel 1", "Nivel 2"};
  names.attributes = {{"plan", false, {"Soporte Cloud"}, {}, false},
                      {"agent", true, {}, {}, false}};
  names.clocks = {{"resolution", {"75%", "due"}, false}};
  names.rules = {"tabla/Soporte Cloud/Urgente"};
  names.recipients = {{"agente", {{"", 1, "correo"}}},
                      {"guardia", {{"turno", kNoId8, "telefono"}}}};
  return names;
}

Event sample_escalation(std::span<const AttributeValue> attributes) {
  Event event;
  event.sequence = 9;
  event.emitted = 1'775'034'000'004;
  event.due = 1'775'034'000'000;
  event.tenant = 1;
  event.ticket = {0x312d54, 0, KeyKind::text};
  event.type = EventType::escalated;
  event.version = 2;
  event.clock = 0;
  event.step = 1;
  event.cycle = 1;
  event.rule = 0;
  event.level = 2;
  event.recipient = 0;
  event.route = 0;
  event.light = Light::red;
  event.status = 0;
  event.target_ms = 1000;
  event.elapsed_ms = 1001;
  event.overrun_ms = 1;
  event.attributes = attributes;
  return event;
}

TEST(EventText, JsonHasEveryWord) {
  const AttributeValue attributes[] = {{0, 1}, {1, 77}};
  const json event = json::parse(event_json(sample_escalation(attributes), 4, sample_names()));
  EXPECT_EQ(event["sequence"], 9);
  EXPECT_EQ(event["epoch"], 4);
  EXPECT_EQ(event["type"], "escalated");
  EXPECT_EQ(event["tenant"], "zen");
  EXPECT_EQ(event["ticket"], "T-1");
  EXPECT_EQ(event["emitted"], "2026-04-01T09:00:00.004Z");
  EXPECT_EQ(event["due_ms"], 1'775'034'000'000);
  EXPECT_EQ(event["lag_ms"], 3);  // allowed a millisecond behind due
  EXPECT_EQ(event["clock"], "resolution");
  EXPECT_EQ(event["cycle"], 1);
  EXPECT_EQ(event["rule"], "tabla/Soporte Cloud/Urgente");
  EXPECT_EQ(event["step"], "due");
  EXPECT_EQ(event["level"], "Nivel 2");
  EXPECT_EQ(event["recipient"], (json{{"name", "agente"}, {"to", "77"}, {"via", "correo"}}));
  EXPECT_EQ(event["light"], "red");
  EXPECT_EQ(event["status"], "Nuevo");
  EXPECT_EQ(event["overrun_ms"], 1);
  EXPECT_EQ(event["attributes"], (json{{"plan", "Soporte Cloud"}, {"agent", 77}}));
  EXPECT_FALSE(event.contains("activity"));
  EXPECT_FALSE(event.contains("at"));
}

TEST(EventText, UnknownIdsAndOtherTenantsStayNumbers) {
  Event event = sample_escalation({});
  event.tenant = 5;
  event.clock = 9;
  event.recipient = 33;
  const json shown = json::parse(event_json(event, 1, sample_names()));
  EXPECT_EQ(shown["tenant"], 5);
  EXPECT_EQ(shown["clock"], "#9");
  EXPECT_EQ(shown["recipient"], (json{{"name", "#33"}}));
}

TEST(EventText, Lag) {
  Event event = sample_escalation({});
  event.emitted = event.due + 10;
  event.elapsed_ms = 500;  // before due
  EXPECT_EQ(lag_ms(event), 10);
  event.type = EventType::warning;
  EXPECT_EQ(lag_ms(event), 10);
  event.type = EventType::breached;
  EXPECT_EQ(lag_ms(event), 9);
  event.emitted = event.due;  // of a date that had passed at the start: never negative
  event.type = EventType::warning;
  event.elapsed_ms = event.target_ms = 0;
  EXPECT_EQ(lag_ms(event), 0);
  event.type = EventType::clock_met;  // not caused by time
  EXPECT_EQ(lag_ms(event), kNever);
  event = sample_escalation({});
  event.step = kNoId8;  // by a command
  EXPECT_EQ(lag_ms(event), kNever);
}

TEST(EventText, RowHasColorOnlyWhereAsked) {
  const Event event = sample_escalation({});
  const std::string plain = event_row(event, sample_names(), false, false);
  EXPECT_EQ(plain.find('\033'), std::string::npos);
  EXPECT_NE(plain.find("T-1"), std::string::npos);
  EXPECT_NE(plain.find("Nivel 2"), std::string::npos);
  EXPECT_NE(event_row(event, sample_names(), true, false).find("\033[31m"), std::string::npos);
}

TEST(EventText, EveryoneOfARecipientIsNamed) {
  Names names = sample_names();
  names.recipients[1].routes.push_back({"respaldo", kNoId8, "correo"});
  names.recipients[1].routes.push_back({"jefe", kNoId8, "correo"});
  names.recipients[1].everyone = true;
  Event event = sample_escalation({});
  event.recipient = 1;
  event.route = 0;
  event.routes = 0b101;
  const json shown = json::parse(event_json(event, 1, names))["recipient"];
  EXPECT_EQ(shown["name"], "guardia");
  EXPECT_EQ(shown["to"], "turno");
  EXPECT_EQ(shown["routes"],
            (json{{{"to", "turno"}, {"via", "telefono"}}, {{"to", "jefe"}, {"via", "correo"}}}));
  EXPECT_NE(event_row(event, names, false, false).find("to guardia (turno, jefe)"),
            std::string::npos);
}

TEST(EventText, DigestWithItsRows) {
  Names names = sample_names();
  names.digests = {"vencidos"};
  const EventRow rows[] = {{{7, 0, KeyKind::number}, 1'775'034'000'000, 0, Light::red, 0},
                           {{8, 0, KeyKind::number}}};
  Event event;
  event.type = EventType::digest;
  event.tenant = 1;
  event.subject = 0;
  event.count = 3;
  event.overdue = 1;
  event.rows = rows;
  event.muted = true;
  const json shown = json::parse(event_json(event, 1, names));
  EXPECT_EQ(shown["subject"], "vencidos");
  EXPECT_EQ(shown["count"], 3);
  EXPECT_EQ(shown["overdue"], 1);
  EXPECT_EQ(shown["muted"], true);
  ASSERT_EQ(shown["rows"].size(), 2u);
  EXPECT_EQ(shown["rows"][0], (json{{"ticket", "7"},
                                    {"due", "2026-04-01T09:00:00.000Z"},
                                    {"due_ms", 1'775'034'000'000},
                                    {"clock", "resolution"},
                                    {"light", "red"},
                                    {"status", "Nuevo"}}));
  EXPECT_EQ(shown["rows"][1], (json{{"ticket", "8"}}));
  const std::string row = event_row(event, names, false, false);
  EXPECT_NE(row.find("vencidos, 3 tickets, 1 overdue, muted"), std::string::npos) << row;
}

TEST(EventText, LinksReasonsAndRules) {
  Names names = sample_names();
  names.constraints = {"evidencia"};
  Event event = sample_escalation({});
  event.type = EventType::linked;
  event.link = LinkKind::problem;
  event.other = {5, 0, KeyKind::number};
  json shown = json::parse(event_json(event, 1, names));
  EXPECT_EQ(shown["link"], "problem");
  EXPECT_EQ(shown["other"], "5");
  EXPECT_NE(event_row(event, names, false, false).find("problem 5"), std::string::npos);
  event = sample_escalation({});
  event.type = EventType::deadline_extended;
  event.reason = "espera";
  EXPECT_EQ(json::parse(event_json(event, 1, names))["reason"], "espera");
  event = sample_escalation({});
  event.type = EventType::step_refused;
  event.subject = 0;
  EXPECT_EQ(json::parse(event_json(event, 1, names))["subject"], "evidencia");
  event.type = EventType::contract_missing;
  event.customer = 77;
  EXPECT_EQ(json::parse(event_json(event, 1, names))["customer"], 77);
}

TEST(EventText, EventsOfTheTenantHaveNoTicket) {
  Event event;
  event.type = EventType::config_applied;
  event.tenant = 1;
  EXPECT_FALSE(json::parse(event_json(event, 1, sample_names())).contains("ticket"));
}

TEST(Words, AttributeEqualsValue) {
  EXPECT_EQ(*parse_words({"plan=Soporte Cloud", "a=", "b=c=d"}),
            (Words{{"plan", "Soporte Cloud"}, {"a", ""}, {"b", "c=d"}}));
  EXPECT_FALSE(parse_words({"plan"}).ok());
  EXPECT_FALSE(parse_words({"=x"}).ok());
}

}  // namespace
}  // namespace vencer::cli
