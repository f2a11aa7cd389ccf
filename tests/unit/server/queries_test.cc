// Goal: a query travels from a client through the shard and back, pages and cursors included.
// Method: a small desk on a server in this process, its clock moved by hand; what the queries count
// is held against a naive recount in tests/model.
#include <fmt/format.h>

#include "net/client/client.h"
#include "test_server.h"

namespace vencer::testing {
namespace {

constexpr const char* kMesa = R"(
format = 1
tenant = "mesa"
status = [["Nuevo", "new"], ["Abierto", "open"], ["Listo", "resolved"], ["Cerrado", "closed"]]
count_by = ["priority", "team"]
[attribute]
priority = ["Alta", "Baja"]
team = ["N1", "N2"]
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved"]
[[policy]]
name = "tabla"
by = ["priority"]
clocks = ["resolution"]
calendar = "24x7"
ladder = "aviso"
[policy.target]
Alta = ["10m"]
Baja = ["2h"]
[ladder.aviso]
steps = [{ at = "50%", warn = "mesa" }]
[recipient]
mesa = [{ to = "mesa", via = "correo" }]
)";

constexpr DurationMs kMinuteMs = 60'000;

class QueriesOverTheWire : public ::testing::Test {
 protected:
  QueriesOverTheWire() {
    server_.start();
    Result<Client> first = Client::connect({.endpoint = endpoint()});
    EXPECT_TRUE(first.ok() && first->put_tenant(kMesa, "mesa.toml").ok());
    Result<Client> client = Client::connect({.endpoint = endpoint(), .tenant = "mesa"});
    EXPECT_TRUE(client.ok()) << (client.ok() ? "" : client.error().message);
    client_ = std::make_unique<Client>(std::move(*client));
  }
  std::string endpoint() { return fmt::format("127.0.0.1:{}", server_.port()); }
  void at(DurationMs after) { server_.set_time(kStart + after); }
  void create(const std::string& key, const std::string& priority, const std::string& team) {
    const auto reply = client_->create(key, {{"priority", priority}, {"team", team}});
    ASSERT_TRUE(reply.ok()) << reply.error().message;
  }
  void set_status(const std::string& key, const std::string& status) {
    const auto reply = client_->set_status(key, status);
    ASSERT_TRUE(reply.ok()) << reply.error().message;
  }
  static std::string keys_of(const std::vector<ClockRow>& rows) {
    std::string text;
    for (const ClockRow& row : rows) {
      text.append(text.empty() ? "" : " ").append(key_text(row.key));
    }
    return text;
  }

  TestServer server_;
  std::unique_ptr<Client> client_;
};

TEST_F(QueriesOverTheWire, CountsByLightAndAttribute) {
  create("A-1", "Alta", "N1");
  create("A-2", "Alta", "N2");
  create("B-1", "Baja", "N1");
  at(6 * kMinuteMs);  // the warning of Alta
  const auto counts = client_->counts({"team"});
  ASSERT_TRUE(counts.ok()) << counts.error().message;
  ASSERT_EQ(counts->rows.size(), 2u);
  EXPECT_EQ(counts->rows[0].values[0], 1u);  // N1: one amber, one green
  EXPECT_EQ(counts->rows[0].lights, (std::array<std::uint64_t, kLights>{0, 1, 1, 0}));
  EXPECT_EQ(counts->rows[1].lights, (std::array<std::uint64_t, kLights>{0, 0, 1, 0}));
  EXPECT_EQ(counts->open, 3u);
  EXPECT_EQ(counts->by_status, (std::vector<std::uint64_t>{3, 0, 0, 0}));
  EXPECT_EQ(counts->as_of.now, kStart + 6 * kMinuteMs);
  EXPECT_EQ(client_->counts()->rows.size(), 1u);
  EXPECT_EQ(client_->counts({"team", "priority"})->rows.size(), 3u);
  EXPECT_EQ(client_->counts({"estado"}).error().code, Errc::unknown_attribute);
}

TEST_F(QueriesOverTheWire, NextDueOverdueAndForecast) {
  create("B-1", "Baja", "N2");
  create("A-1", "Alta", "N2");
  create("A-2", "Alta", "N1");
  NextDueOptions options;
  options.order = "team";
  auto due = client_->next_due(options);
  ASSERT_TRUE(due.ok()) << due.error().message;
  EXPECT_EQ(keys_of(due->rows), "A-2 A-1 B-1");
  EXPECT_EQ(due->rows[0].due, kStart + 10 * kMinuteMs);
  options.limit = 1;
  EXPECT_EQ(keys_of(client_->next_due(options)->rows), "A-2");
  options = {};
  options.filter.where = {{"team!", "N1"}};
  options.until = kStart + 60 * kMinuteMs;
  EXPECT_EQ(keys_of(client_->next_due(options)->rows), "A-1");
  auto forecast = client_->forecast();
  ASSERT_TRUE(forecast.ok());
  EXPECT_EQ(forecast->dues.size(), limits::forecast_buckets);
  const auto span = [&](TimeMs due_at) {
    return static_cast<std::size_t>((due_at - forecast->begin) / forecast->span_ms);
  };
  EXPECT_EQ(forecast->dues[span(kStart + 10 * kMinuteMs)], 2u);
  EXPECT_EQ(forecast->dues[span(kStart + 120 * kMinuteMs)], 1u);
  EXPECT_EQ(forecast->overdue, 0u);

  at(11 * kMinuteMs);
  auto overdue = client_->overdue({}, 1);
  ASSERT_TRUE(overdue.ok()) << overdue.error().message;
  EXPECT_EQ(overdue->rows.size(), 1u);
  EXPECT_TRUE(overdue->more);
  EXPECT_EQ(overdue->overdue, 2u);
  EXPECT_EQ(overdue->rows[0].light, Light::red);
  EXPECT_EQ(client_->overdue()->rows.size(), 2u);
  TicketFilter filter;
  filter.where = {{"team", "N1"}, {"team", ""}};
  EXPECT_EQ(keys_of(client_->overdue(filter)->rows), "A-2");
  filter = {};
  filter.statuses = {"Abierto"};
  EXPECT_TRUE(client_->overdue(filter)->rows.empty());
  EXPECT_EQ(keys_of(client_->next_due()->rows), "B-1");
}

TEST_F(QueriesOverTheWire, AttainmentTakesBackWhatIsReopened) {
  create("A-1", "Alta", "N1");
  create("A-2", "Alta", "N2");
  at(4 * kMinuteMs);
  set_status("A-1", "Listo");
  at(20 * kMinuteMs);
  set_status("A-2", "Listo");
  AttainmentOptions options;
  options.by = "team";
  auto reply = client_->attainment(options);
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  ASSERT_EQ(reply->rows.size(), 2u);
  EXPECT_EQ(reply->rows[0].met, 1u);
  EXPECT_NEAR(static_cast<double>(reply->rows[0].p50_ms), 4 * kMinuteMs, 4 * kMinuteMs * 0.06);
  EXPECT_EQ(reply->rows[1].missed, 1u);
  set_status("A-1", "Abierto");
  options = {};
  options.by_day = true;
  reply = client_->attainment(options);
  ASSERT_EQ(reply->rows.size(), 1u);
  EXPECT_EQ(reply->rows[0].met + reply->rows[0].missed, 1u);
  EXPECT_EQ(reply->rows[0].day, kStart / 86'400'000);
}

TEST_F(QueriesOverTheWire, ExportShowsEveryOpenTicketOnce) {
  for (int i = 1; i <= 25; ++i) create(fmt::format("T-{}", i), "Alta", i % 2 == 0 ? "N1" : "N2");
  set_status("T-7", "Cerrado");
  std::vector<std::string> keys;
  std::uint32_t from = 0;
  for (bool complete = false; !complete;) {
    const auto page = client_->export_page(from, 10);
    ASSERT_TRUE(page.ok()) << page.error().message;
    EXPECT_LE(page->tickets.size(), 10u);
    for (const Ticket& ticket : page->tickets) {
      keys.push_back(key_text(ticket.key));
      EXPECT_EQ(ticket.attributes.size(), 2u);
      EXPECT_EQ(ticket.clocks.size(), 1u);
    }
    complete = page->complete;
    from = page->next;
  }
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(keys.size(), 24u);
  EXPECT_EQ(std::unique(keys.begin(), keys.end()), keys.end());
  EXPECT_EQ(std::count(keys.begin(), keys.end(), "T-7"), 0);
}

TEST_F(QueriesOverTheWire, ATicketSaysWhichStepComesNext) {
  create("A-1", "Alta", "N1");
  EXPECT_EQ(client_->get("A-1")->clocks[0].next_step, 0);
  at(6 * kMinuteMs);
  EXPECT_EQ(client_->get("A-1")->clocks[0].next_step, kNoId8);  // the breach
}

TEST_F(QueriesOverTheWire, CountsOutliveACrash) {
  create("A-1", "Alta", "N1");
  at(11 * kMinuteMs);
  set_status("A-1", "Listo");
  create("A-2", "Alta", "N1");
  at(30 * kMinuteMs);
  ASSERT_EQ(client_->overdue()->rows.size(), 1u);
  client_.reset();
  server_.restart_after_crash();
  Result<Client> client = Client::connect({.endpoint = endpoint(), .tenant = "mesa"});
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(keys_of(client->overdue()->rows), "A-2");
  EXPECT_EQ(client->counts()->open, 2u);
  EXPECT_EQ(client->attainment()->rows.at(0).missed, 1u);
}

}  // namespace
}  // namespace vencer::testing
