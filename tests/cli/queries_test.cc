// Goal: the subcommands that ask about many tickets, in each output, against a real server whose
// time is told to it.
#include "tests/cli/commands_fixture.h"

namespace vencer::testing {
namespace {

constexpr const char* kDocument = R"(
format = 1
tenant = "mesa"
status = [["Nuevo", "new"], ["Listo", "resolved"]]
count_by = ["plan"]
[attribute]
plan = ["A", "B"]
customer = "open:100"
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved"]
[[policy]]
name = "todo"
target = { resolution = "8h" }
calendar = "24x7"
ladder = "aviso"
[ladder.aviso]
steps = [ { at = "75%", warn = "turno" } ]
[recipient]
turno = [{ to = "turno", via = "correo" }]
)";

class Queries : public CommandsFixture {
 protected:
  void SetUp() override {
    start(kDocument, {"--clock", "input"});
    create("T-1", "A", "2026-04-01T08:00:00Z");
    create("T-2", "B", "2026-04-01T09:00:00Z");
    create("T-3", "A", "2026-04-01T10:00:00Z");
  }
  void create(const std::string& key, const std::string& plan, const std::string& at) const {
    const auto result = vencer({"create", key, "plan=" + plan, "--occurred-at", at});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  // It must succeed; its output.
  std::string out(const Arguments& arguments) const {
    const CommandResultText result = vencer(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }
  std::vector<json> lines(const Arguments& arguments) const { return lines_of(out(arguments)); }
};

TEST_F(Queries, EachAnswersInJsonLines) {
  auto due = lines({"next-due", "plan=A"});
  ASSERT_EQ(due.size(), 2u);
  EXPECT_EQ(due[0]["ticket"], "T-1");
  EXPECT_EQ(due[0]["due"], "2026-04-01T16:00:00.000Z");
  EXPECT_EQ(due[0]["left_ms"], 6 * 3'600'000);
  EXPECT_EQ(due[0]["attributes"]["plan"], "A");

  EXPECT_EQ(lines({"counts", "plan"}).size(), 2u);
  EXPECT_EQ(lines({"forecast", "--every", "24h"})[0]["due"], 3);

  out({"advance", "2026-04-01T16:30:00Z"});
  EXPECT_EQ(lines({"overdue"})[0]["ticket"], "T-1");
  EXPECT_EQ(lines({"next-due", "--within", "1h"})[0]["ticket"], "T-2");
  out({"status", "T-1", "Listo", "--occurred-at", "2026-04-01T16:30:00Z"});
  const auto attainment = lines({"attainment", "--by", "plan", "--daily"});
  ASSERT_EQ(attainment.size(), 1u);
  EXPECT_EQ(attainment[0]["day"], "2026-04-01");
  EXPECT_EQ(attainment[0]["missed"], 1);
  EXPECT_EQ(attainment[0]["plan"], "A");
  const auto tickets = lines({"export"});
  ASSERT_EQ(tickets.size(), 3u);
  EXPECT_EQ(tickets[0]["clocks"][0]["clock"], "resolution");
}

TEST_F(Queries, JsonSaysAsOfWhichEventItIsTrue) {
  const json counts = json::parse(out({"counts", "-o", "json"}));
  EXPECT_EQ(counts["open"], 3);
  EXPECT_EQ(counts["rows"][0]["green"], 3);
  EXPECT_EQ(counts["event_sequence"], 4);  // config_applied, three created
  const json due = json::parse(out({"next-due", "-o", "json", "--limit", "2"}));
  EXPECT_EQ(due["rows"].size(), 2u);
}

TEST_F(Queries, CsvHasAHeaderAndQuotesWhatNeedsIt) {
  create("a, \"b\"", "B", "2026-04-01T10:00:00Z");
  const std::string csv = out({"export", "-o", "csv"});
  EXPECT_EQ(csv.substr(0, csv.find('\n')),
            "ticket,status,level,light,version,created,changed,plan,customer,resolution,"
            "resolution due,resolution elapsed_ms,resolution breached");
  EXPECT_NE(csv.find("\n\"a, \"\"b\"\"\",Nuevo,,green,1,"), std::string::npos) << csv;
  EXPECT_EQ(vencer({"get", "T-1", "-o", "csv"}).exit_code, 2);
}

TEST_F(Queries, ATableHasAHeaderAndWhatItIsAsOf) {
  const std::string table = out({"next-due", "-o", "table"});
  EXPECT_EQ(table.substr(0, 6), "ticket");
  EXPECT_NE(table.find("3 clocks; as of 2026-04-01T10:00:00.000Z, event 4"), std::string::npos);
}

TEST_F(Queries, AValueThatIsNotSetIsADashInATable) {
  out({"create", "T-4", "--occurred-at", "2026-04-01T10:00:00Z"});
  const std::string table = out({"counts", "plan", "-o", "table"});
  EXPECT_NE(table.find("\n-  "), std::string::npos) << table;
  const std::string csv = out({"counts", "plan", "-o", "csv"});
  EXPECT_TRUE(csv.starts_with("plan,red,amber,green,none,open\n")) << csv;
  EXPECT_NE(csv.find("\n,0,0,1,0,1\n"), std::string::npos) << csv;
}

TEST_F(Queries, WhySaysItInPlainWords) {
  out({"advance", "2026-04-01T11:00:00Z"});
  const std::string why = out({"why", "T-1", "-o", "table"});
  EXPECT_NE(why.find("resolution is running."), std::string::npos) << why;
  EXPECT_NE(why.find("Rule \"todo\" applies: 8h in calendar \"24x7\""), std::string::npos) << why;
  EXPECT_NE(why.find("3h have elapsed; due 2026-04-01T16:00:00.000Z, in 5h."), std::string::npos);
  EXPECT_NE(why.find("Next: step \"75%\", at 2026-04-01T14:00:00.000Z."), std::string::npos);
  EXPECT_NE(why.find("It runs since 2026-04-01T08:00:00.000Z."), std::string::npos);
  const json clock = lines({"why", "T-1"})[0]["clocks"][0];
  EXPECT_EQ(clock["next"]["step"], "75%");
  EXPECT_EQ(clock["rule"], "todo");
}

TEST_F(Queries, WhatCannotBeAskedIsSaid) {
  EXPECT_EQ(vencer({"counts", "customer"}).exit_code, 1);  // not in count_by
  EXPECT_NE(vencer({"counts", "customer"}).err.find("plan"), std::string::npos);
  EXPECT_EQ(vencer({"next-due", "--limit", "0"}).exit_code, 2);
  EXPECT_EQ(vencer({"forecast", "--every", "7m"}).exit_code, 2);
  EXPECT_EQ(vencer({"overdue", "nada=1"}).exit_code, 1);
}

}  // namespace
}  // namespace vencer::testing
