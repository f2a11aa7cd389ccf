// A command travels from a socket through the core into the log and comes out as an event on
// another socket, with every placement of the roles on threads.
#include "test_server.h"

namespace vencer::testing {
namespace {

// Roles on threads, and how many threads serve sockets.
struct Layout {
  Placement placement;
  std::uint32_t io_threads;
};

class EndToEnd : public ::testing::TestWithParam<Layout> {
 protected:
  EndToEnd() : server(GetParam().placement) { server.config.io_threads = GetParam().io_threads; }
  TestServer server;
};

TEST_P(EndToEnd, CommandsBecomeEventsAndComeBackAfterRestart) {
  server.start();
  std::vector<std::string> seen;
  {
    Peer desk(server.port());
    const TenantId tenant = greet(desk);
    Peer board(server.port());
    board.ask(hello_frame(1, "zen"));
    const Received subscribed =
        board.ask(subscribe_frame(2, tenant, wire::SubscribeFrom::earliest));
    EXPECT_EQ(
        subscribed.as<wire::SubscribeReply>(wire::FrameType::subscribe_reply)->next_sequence(), 1u);

    const auto created =
        results_of(desk.ask(commands_frame(3, tenant, {{.key = 7, .priority = 1}})));
    ASSERT_EQ(created.size(), 1u);
    EXPECT_EQ(created[0].code(), wire::ErrorCode::ok);
    EXPECT_EQ(created[0].version(), 1u);
    server.set_time(kStart + 5'000);
    seen = read_events(board, 3);
    EXPECT_EQ(seen, (std::vector<std::string>{"1 config_applied 0 at 0", "2 created 7 at 0",
                                              "3 warning 7 at 5000"}));
    // A breach falls due when due has passed.
    server.set_time(kStart + 10'001);
    EXPECT_EQ(read_events(board, 1), (std::vector<std::string>{"4 breached 7 at 10001"}));
    seen.push_back("4 breached 7 at 10001");

    const Received ticket = desk.ask(get_ticket_frame(4, tenant, 7));
    const auto* view = ticket.as<wire::TicketReply>(wire::FrameType::ticket_reply);
    EXPECT_EQ(view->event_sequence(), 4u);
    EXPECT_EQ(view->light(), wire::Light::red);
    EXPECT_EQ(view->now(), kStart + 10'001);
  }
  server.restart_after_crash();
  Peer board(server.port());
  board.ask(hello_frame(1, "zen"));
  board.ask(subscribe_frame(2, 0, wire::SubscribeFrom::earliest));
  EXPECT_EQ(read_events(board, 4), seen);
  EXPECT_TRUE(server.fatal().empty());
}

TEST_P(EndToEnd, CleanStopAnswersEverythingAndSeals) {
  server.start();
  Peer desk(server.port());
  const TenantId tenant = greet(desk);
  constexpr std::uint64_t kFrames = 200;
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    desk.send(commands_frame(10 + i, tenant, {{.key = 100 + i, .priority = 2}}));
  }
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    const Received reply = desk.receive();
    EXPECT_EQ(reply.header.correlation, 10 + i);
    EXPECT_EQ(results_of(reply)[0].code(), wire::ErrorCode::ok);
  }
  std::thread stopping([&] { server.stop(); });
  EXPECT_TRUE(desk.at_end());
  desk.end_sending();
  stopping.join();
  server.start();
  EXPECT_TRUE(server.server().partition().wal_recovery().clean);
  EXPECT_EQ(server.server().partition().machine().ticket_count(), kFrames);
}

TEST_P(EndToEnd, OneFrameCarriesThousands) {
  server.config.slice = 100;
  server.start();
  Peer desk(server.port());
  const TenantId tenant = greet(desk);
  std::vector<TestCommand> commands;
  for (std::uint64_t i = 0; i < 3'000; ++i) commands.push_back({.key = i, .priority = 1 + i % 2});
  commands.push_back({.key = 0, .priority = 1});  // there already
  const auto results = results_of(desk.ask(commands_frame(3, tenant, commands)));
  ASSERT_EQ(results.size(), commands.size());
  for (std::size_t i = 0; i < 3'000; ++i) EXPECT_EQ(results[i].code(), wire::ErrorCode::ok);
  EXPECT_EQ(results.back().code(), wire::ErrorCode::ticket_exists);

  // A storm in slices: all of them warn, then the half with the short target breaches.
  Peer board(server.port());
  board.ask(hello_frame(1, "zen"));
  board.ask(subscribe_frame(2, tenant, wire::SubscribeFrom::now, 0,
                            1ull << static_cast<int>(wire::EventType::breached)));
  server.set_time(kStart + 40'000);
  const auto breached = read_events(board, 1'500);
  EXPECT_EQ(breached.size(), 1'500u);
}

INSTANTIATE_TEST_SUITE_P(Layouts, EndToEnd,
                         ::testing::Values(Layout{Placement::shared, 1},
                                           Layout{Placement::separate, 1},
                                           Layout{Placement::commit, 1},
                                           Layout{Placement::shared, 2},
                                           Layout{Placement::separate, 2}));

}  // namespace
}  // namespace vencer::testing
