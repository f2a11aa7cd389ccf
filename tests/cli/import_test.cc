// Goal: a CSV, a mapping and a tenant's names become exactly the commands that import_plan.h
// promises, and every fault names its place. Method: small texts by hand; the summary is fed events
// by hand.
#include <gtest/gtest.h>

#include "tools/vencer/import_csv.h"
#include "tools/vencer/import_map.h"
#include "tools/vencer/import_plan.h"
#include "tools/vencer/import_summary.h"

namespace vencer {
namespace {

constexpr std::string_view kMap = R"(status = "state"
[row]
key = "id"
at = "updated"
opened = "opened"
time = "%Y-%m-%d %H:%M"
missing = "?"
update = "internal_note"
[attribute]
priority = { column = "prio", words = { "1" = "High" } }
team = "group"
[verdict]
clock = "resolution"
column = "ok"
kept = "yes"
missed = "no"
by = "priority"
)";
constexpr std::string_view kHeader = "id,state,updated,opened,prio,group,ok\n";

ImportNames names() {
  ImportNames names;
  names.tenant = "t";
  names.statuses = {"New", "Done"};
  names.activities = {"created", "customer_reply", "agent_reply", "internal_note"};
  names.clocks = {"first_response", "resolution"};
  names.attributes = {{"priority", false, {"High", "Low"}, {{"Lowest", 2}}},
                      {"team", true, {}, {}}};
  return names;
}

ImportMap map() {
  Result<ImportMap> parsed = parse_import_map(kMap, "m.toml");
  EXPECT_TRUE(parsed.ok()) << (parsed ? "" : parsed.error().message);
  return parsed.value();
}

CsvTable table(std::string_view rows) {
  Result<CsvTable> parsed = parse_csv(std::string(kHeader) + std::string(rows), "f.csv");
  EXPECT_TRUE(parsed.ok()) << (parsed ? "" : parsed.error().message);
  return parsed.value();
}

std::string csv_fault(std::string_view text) {
  const Result<CsvTable> parsed = parse_csv(text, "f.csv");
  return parsed ? "" : parsed.error().message;
}

std::string map_fault(std::string_view text) {
  const Result<ImportMap> parsed = parse_import_map(text, "m.toml");
  return parsed ? "" : parsed.error().message;
}

std::string plan_fault(std::string_view rows) {
  const Result<ImportPlan> plan = make_import_plan(table(rows), map(), names(), "UTC");
  return plan ? "" : plan.error().message;
}

TEST(Csv, QuotesCommasAndLineEnds) {
  const Result<CsvTable> parsed = parse_csv(
      "\xef\xbb\xbf"
      "a,b\r\n\"x,\"\"y\"\"\",\r\n\"two\nlines\",z",
      "f.csv");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->header, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(parsed->rows.size(), 2u);
  EXPECT_EQ(parsed->rows[0][0].text, "x,\"y\"");
  EXPECT_EQ(parsed->rows[0][1].text, "");
  EXPECT_EQ(parsed->rows[1][0].text, "two\nlines");
  EXPECT_EQ(parsed->rows[1][1].text, "z");
  EXPECT_EQ(parsed->where(parsed->rows[1][1]), "f.csv:4:8");
}

TEST(Csv, FaultsNameTheirPlace) {
  EXPECT_EQ(csv_fault(""), "f.csv:1:1: the file is empty; its first line must name the columns");
  EXPECT_EQ(csv_fault("a,b,a\n"), "f.csv:1:5: column 'a' stands twice");
  EXPECT_EQ(csv_fault("a,b\n1,2\n1\n"), "f.csv:3:1: the row has 1 cells, the header 2");
  EXPECT_EQ(csv_fault("a,b\n1,x\"y\n"), "f.csv:2:4: a quote inside a cell that is not quoted");
  EXPECT_EQ(csv_fault("a,b\n1,\"x\n"), "f.csv:2:3: the quote is never closed");
  EXPECT_EQ(csv_fault("a,b\n\"x\"y,1\n"), "f.csv:2:4: text after the closing quote");
}

TEST(ImportMapText, FaultsNameTheirPlace) {
  EXPECT_EQ(map_fault("status = \n").substr(0, 9), "m.toml:1:");
  EXPECT_EQ(map_fault("status = 'x'\n"), "m.toml:1:1: row: is missing");
  std::string text(kMap);
  text.replace(text.find("at = \"updated\""), 2, "ta");
  EXPECT_EQ(map_fault(text), "m.toml:2:1: row.at: is missing");
  text = kMap;
  text.replace(text.find("key = \"id\""), 10, "key = 5");
  EXPECT_EQ(map_fault(text), "m.toml:3:7: row.key: must be a text that is not empty");
  text = kMap;
  EXPECT_EQ(map_fault(text + "colour = 'red'\n"),
            "m.toml:18:10: verdict.colour: is not a key of the mapping");
}

TEST(ImportPlan, RowsGoByTimeThenPlaceAndBecomeCommands) {
  const CsvTable rows = table(
      "A,Done,2026-01-02 10:00,2026-01-01 09:00,Lowest,?,no\n"
      "A,New,2026-01-01 10:00,2026-01-01 09:00,1,g,yes\n"
      "B,Done,2026-01-01 10:00,2026-01-03 00:00,Low,?,yes\n");
  const Result<ImportPlan> plan = make_import_plan(rows, map(), names(), "UTC");
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  constexpr TimeMs kNine = 1767258000000, kTen = kNine + 3600000, kNextTen = kTen + 86400000;
  ASSERT_EQ(plan->incidents.size(), 2u);
  EXPECT_EQ(plan->incidents[0].key, "A");
  EXPECT_FALSE(plan->incidents[0].kept);
  EXPECT_EQ(plan->incidents[0].updates, 1u);
  EXPECT_EQ(plan->incidents[0].by, 2u);
  EXPECT_TRUE(plan->incidents[1].kept);
  ASSERT_EQ(plan->commands.size(), 6u);
  const auto expect = [&](std::size_t i, CommandKind kind, std::uint32_t incident, TimeMs at) {
    EXPECT_EQ(plan->commands[i].kind, kind) << i;
    EXPECT_EQ(plan->commands[i].incident, incident) << i;
    EXPECT_EQ(plan->commands[i].occurred_at, at) << i;
  };
  expect(0, CommandKind::create, 0, kNine);
  EXPECT_EQ(plan->commands[0].attributes,
            (std::vector<AttributeValue>{{0, 1}, {1, open_value("g")}}));
  expect(1, CommandKind::create, 1, kTen);  // opened_at lies after the row: the row's own time
  expect(2, CommandKind::set_status, 1, kTen);
  EXPECT_EQ(plan->commands[2].status, 1);
  expect(3, CommandKind::activity, 0, kNextTen);
  EXPECT_EQ(plan->commands[3].activity, 3);
  expect(4, CommandKind::set_attributes, 0, kNextTen);
  EXPECT_EQ(plan->commands[4].attributes, (std::vector<AttributeValue>{{0, 2}, {1, 0}}));
  expect(5, CommandKind::set_status, 0, kNextTen);
}

TEST(ImportPlan, TheProducerIsThatOfTheInput) {
  const std::string_view rows = "A,New,2026-01-01 10:00,?,1,g,yes\n";
  const auto producer = [&](std::string_view text, std::string_view zone) {
    return make_import_plan(table(text), map(), names(), zone)->producer;
  };
  EXPECT_EQ(producer(rows, "UTC"), producer(rows, "UTC"));
  EXPECT_NE(producer(rows, "UTC"), producer(rows, "America/Santiago"));
  EXPECT_NE(producer(rows, "UTC"), producer("A,New,2026-01-01 10:00,?,1,h,yes\n", "UTC"));
}

TEST(ImportPlan, TheZoneMovesTheInstants) {
  const CsvTable rows = table("A,New,2026-01-01 10:00,?,1,g,yes\n");
  const TimeMs utc = make_import_plan(rows, map(), names(), "UTC")->commands[0].occurred_at;
  const TimeMs there =
      make_import_plan(rows, map(), names(), "America/Santiago")->commands[0].occurred_at;
  EXPECT_EQ(there - utc, 3 * 3600 * 1000);  // UTC-3 in summer
}

TEST(ImportPlan, FaultsNameTheirPlace) {
  EXPECT_EQ(plan_fault("A,Gone,2026-01-01 10:00,?,1,g,yes\n"),
            "f.csv:2:3: there is no status 'Gone'; there are: New, Done");
  EXPECT_EQ(plan_fault("A,New,2026-01-01 10:00,?,7,g,yes\n"),
            "f.csv:2:26: '7' is not a value of attribute 'priority'; they are: High, Low");
  EXPECT_EQ(plan_fault("A,New,yesterday,?,1,g,yes\n").substr(0, 61),
            "f.csv:2:7: 'yesterday' is not a time of the form '%Y-%m-%d %H");
  EXPECT_EQ(plan_fault("A,New,2026-01-01 10:00,?,1,g,maybe\n"),
            "f.csv:2:30: 'maybe' is neither 'yes' nor 'no'");
  EXPECT_EQ(plan_fault(",New,2026-01-01 10:00,?,1,g,yes\n"), "f.csv:2:1: the key is empty");
  ImportMap other = map();
  other.clock.text = "closing";
  const Result<ImportPlan> plan = make_import_plan(table(""), other, names(), "UTC");
  EXPECT_EQ(plan.error().message,
            "m.toml:13:9: verdict.clock: there is no clock 'closing'; there are: first_response, "
            "resolution");
  EXPECT_EQ(make_import_plan(table(""), map(), names(), "Mars/Base").error().message,
            "'Mars/Base' is not an IANA time zone");
}

TEST(ImportSummaryText, LastVerdictCountsAndRowsWithoutTheirEventAreRefused) {
  const CsvTable rows = table(
      "A,New,2026-01-01 10:00,?,1,g,yes\nA,Done,2026-01-01 11:00,?,1,g,yes\n"
      "B,New,2026-01-01 10:00,?,Low,g,no\nB,Done,2026-01-01 11:00,?,Low,g,no\n"
      "B,Done,2026-01-01 12:00,?,Low,g,yes\nC,New,2026-01-01 13:00,?,Low,g,no\n");
  const ImportPlan plan = make_import_plan(rows, map(), names(), "UTC").value();
  ImportVerdicts verdicts(plan);
  const AttributeValue high[] = {{0, 1}}, low[] = {{0, 2}};
  const auto see = [&](std::size_t incident, EventType type, std::uint8_t id,
                       std::span<const AttributeValue> attributes) {
    Event event;
    event.type = type;
    if (type == EventType::activity_recorded) event.activity = id;
    if (type != EventType::activity_recorded) event.clock = id;
    event.attributes = attributes;
    verdicts.see(incident, event);
  };
  see(0, EventType::activity_recorded, 3, high);
  see(0, EventType::clock_missed, 1, high);
  see(0, EventType::clock_met, 1, high);     // reopened, then met
  see(0, EventType::clock_missed, 0, high);  // another clock
  see(1, EventType::activity_recorded, 3, low);
  see(1, EventType::activity_recorded, 2, low);  // another activity
  see(1, EventType::clock_missed, 1, low);
  EXPECT_EQ(to_json(summarize(plan, verdicts, names()), "priority"),
            R"({"incidents":3,"agree":1,"differ":1,"undecided":1,"refused":1,"differing":["B"],)"
            R"("by_priority":{"High":{"incidents":1,"agree":1,"differ":0,"undecided":0},)"
            R"("Low":{"incidents":2,"agree":0,"differ":1,"undecided":1}}})");
}

}  // namespace
}  // namespace vencer
