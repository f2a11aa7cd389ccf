// Producers, documents, the input clock, overload: what the server answers.
#include <filesystem>

#include "test_server.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kProducer = 42;

TEST(Producers, RepeatGetsTheFirstResultAlsoAfterARestart) {
  TestServer server;
  server.start();
  TenantId tenant = kNoTenant;
  {
    Peer peer(server.port());
    tenant = greet(peer);
    const auto first =
        results_of(peer.ask(commands_frame(3, tenant, {{.key = 1, .priority = 1}}, kProducer, 1)));
    EXPECT_EQ(first[0].code(), wire::ErrorCode::ok);
    EXPECT_EQ(first[0].flags() & 2, 0);
  }
  for (int restart = 0; restart < 2; ++restart) {
    Peer peer(server.port());
    const Received hello = peer.ask(hello_frame(1, "zen", kProducer));
    EXPECT_EQ(hello.as<wire::HelloReply>(wire::FrameType::hello_reply)->last_number(), 1u);
    const auto again =
        results_of(peer.ask(commands_frame(3, tenant, {{.key = 1, .priority = 1}}, kProducer, 1)));
    EXPECT_EQ(again[0].code(), wire::ErrorCode::ok);
    EXPECT_EQ(again[0].flags() & 2, 2);
    const Received gap =
        peer.ask(commands_frame(4, tenant, {{.key = 2, .priority = 1}}, kProducer, 5));
    if (gap.type() == wire::FrameType::error) {
      EXPECT_EQ(gap.failure()->code(), wire::ErrorCode::gap);
    } else {
      EXPECT_EQ(results_of(gap)[0].code(), wire::ErrorCode::gap);
    }
    server.restart_after_crash();
  }
}

TEST(Commands, AnAttributeGivenTwiceIsRefused) {
  TestServer server;
  server.start();
  Peer peer(server.port());
  const TenantId tenant = greet(peer);
  const auto set = wire::CommandBody::SetAttributesCommand;
  const auto results =
      results_of(peer.ask(commands_frame(3, tenant,
                                         {{.key = 1, .priority = 1, .again = 2},
                                          {.key = 1, .priority = 1},
                                          {.body = set, .key = 1, .priority = 2, .again = 2}})));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].code(), wire::ErrorCode::attribute_twice);
  EXPECT_EQ(results[0].detail(), 0);
  EXPECT_EQ(results[1].code(), wire::ErrorCode::ok) << "the first was not created";
  EXPECT_EQ(results[2].code(), wire::ErrorCode::attribute_twice);
  const Received ticket = peer.ask(get_ticket_frame(4, tenant, 1));
  EXPECT_EQ(ticket.as<wire::TicketReply>(wire::FrameType::ticket_reply)->version(), 1u);
}

TEST(Documents, CheckedUnchangedAndReplaced) {
  TestServer server;
  server.start();
  Peer peer(server.port());
  peer.ask(hello_frame(1));
  const auto put = [&](const std::string& text, bool check_only) {
    return peer.ask(put_tenant_frame(2, text, check_only));
  };
  const auto reply_type = wire::FrameType::put_tenant_reply;
  EXPECT_EQ(put(kDocument, true).as<wire::PutTenantReply>(reply_type)->name()->str(), "zen");
  EXPECT_EQ(peer.ask(hello_frame(3, "zen")).failure()->code(), wire::ErrorCode::unknown_tenant);
  EXPECT_EQ(put(kDocument, false).as<wire::PutTenantReply>(reply_type)->version(), 1u);
  const Received same = put(kDocument, false);
  EXPECT_TRUE(same.as<wire::PutTenantReply>(reply_type)->unchanged());
  EXPECT_EQ(same.as<wire::PutTenantReply>(reply_type)->version(), 1u);
  const Received changed = put(std::string(kDocument) + "# another text\n", false);
  EXPECT_EQ(changed.as<wire::PutTenantReply>(reply_type)->version(), 2u);
  const Received hello = peer.ask(hello_frame(4, "zen"));
  const auto* names = hello.as<wire::HelloReply>(wire::FrameType::hello_reply)->tenant();
  EXPECT_EQ(names->version(), 2u);
  EXPECT_EQ(names->statuses()->Get(3)->name()->str(), "Resuelto");
}

// Open tickets come under the new document, as of its commit; a query need not wait for that.
TEST(Documents, NewTargetsReachOpenTickets) {
  TestServer server;
  server.config.slice = 1;
  server.start();
  std::string longer = kDocument;
  longer.replace(longer.find("[\"10s\"]"), 7, "[\"30s\"]");
  {
    Peer peer(server.port());
    const TenantId tenant = greet(peer);
    std::vector<TestCommand> commands;
    for (std::uint64_t i = 0; i < 200; ++i) commands.push_back({.key = i, .priority = 1});
    peer.ask(commands_frame(3, tenant, commands));
    peer.send(put_tenant_frame(4, longer));
    peer.receive().as<wire::PutTenantReply>(wire::FrameType::put_tenant_reply);
    for (const std::uint64_t key : {199, 0}) {
      const Received ticket = peer.ask(get_ticket_frame(5, tenant, key));
      const auto* view = ticket.as<wire::TicketReply>(wire::FrameType::ticket_reply);
      EXPECT_EQ(view->clocks()->Get(0)->due(), kStart + 30'000);
    }
  }
  server.restart_after_crash();
  server.set_time(kStart + 29'999);
  Peer board(server.port());
  board.ask(hello_frame(1, "zen"));
  board.ask(subscribe_frame(2, 0, wire::SubscribeFrom::now, 0,
                            1ull << static_cast<int>(wire::EventType::breached)));
  server.set_time(kStart + 30'001);
  EXPECT_EQ(read_events(board, 200).back().substr(4), "breached 199 at 30001");
}

TEST(Documents, PutAtOnceByManyGetOneVersionEach) {
  TestServer server;
  server.start();
  std::vector<std::unique_ptr<Peer>> peers;
  constexpr std::uint32_t kPeers = 4;
  for (std::uint32_t i = 0; i < kPeers; ++i) {
    peers.push_back(std::make_unique<Peer>(server.port()));
    peers.back()->ask(hello_frame(1));
  }
  for (std::uint32_t i = 0; i < kPeers; ++i) {
    peers[i]->send(put_tenant_frame(2, std::string(kDocument) + "# number " + std::to_string(i)));
  }
  std::uint64_t versions = 0;
  for (const auto& peer : peers) {
    versions |=
        1ull
        << peer->receive().as<wire::PutTenantReply>(wire::FrameType::put_tenant_reply)->version();
  }
  EXPECT_EQ(versions, 0b11110u);
}

TEST(InputClock, TimeIsWhatCommandsSay) {
  TestServer server;
  server.config.clock = ClockSource::input;
  server.config.slice = 7;
  server.start();
  Peer peer(server.port());
  const TenantId tenant = greet(peer);
  EXPECT_EQ(results_of(peer.ask(commands_frame(3, tenant, {{.key = 1, .priority = 1}})))[0].code(),
            wire::ErrorCode::occurred_at_required);
  std::vector<TestCommand> commands;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    commands.push_back({.key = i, .priority = 1, .occurred_at = kStart + static_cast<TimeMs>(i)});
  }
  peer.send(commands_frame(4, tenant, commands));
  // Pipelined behind the commands, and before the next one: the order holds, in slices too.
  peer.send(advance_frame(5, kStart + 60'000));
  peer.send(
      commands_frame(6, tenant, {{.key = 500, .priority = 1, .occurred_at = kStart + 60'001}}));
  EXPECT_EQ(results_of(peer.receive()).size(), 100u);
  const Received advanced = peer.receive();
  const auto* reply = advanced.as<wire::AdvanceReply>(wire::FrameType::advance_reply);
  EXPECT_EQ(reply->now(), kStart + 60'000);
  EXPECT_EQ(reply->fired(), 200u);           // a warning and a breach each
  EXPECT_EQ(reply->event_sequence(), 301u);  // config_applied, created, warning, breached
  EXPECT_EQ(results_of(peer.receive())[0].code(), wire::ErrorCode::ok);
  // Going back is no error and moves nothing.
  const Received stood = peer.ask(advance_frame(7, kStart));
  EXPECT_EQ(stood.as<wire::AdvanceReply>(wire::FrameType::advance_reply)->now(), kStart + 60'001);
}

TEST(InputClock, DirectoryRemembersItsClockSource) {
  TestServer server;
  server.config.clock = ClockSource::input;
  server.start();
  server.stop();
  server.config.clock = ClockSource::wall;
  EXPECT_NE(server.start_error().find("--clock input"), std::string::npos);
  server.config.clock = ClockSource::input;
  server.config.capacity = 77;  // kept as it was, with a warning
  server.start();
  EXPECT_EQ(server.server().partition().machine().settings().ticket_capacity, 4096u);
}

TEST(DataDirectory, OneServerAtATime) {
  TestServer server;
  server.start();
  TestServer second;
  second.config.data = server.config.data;
  EXPECT_NE(second.start_error().find("in use"), std::string::npos);
}

// Goal: nothing queues without bound. Method: more frames in flight than the credit of a
// connection, sent in one piece, so that they arrive before any is answered.
TEST(Overload, BeyondTheCreditOfAConnectionIsAnsweredAtOnce) {
  TestServer server(Placement::separate);
  server.config.connection_frames_max = 10;
  server.start();
  Peer peer(server.port());
  const TenantId tenant = greet(peer);
  Buffer burst;
  constexpr std::uint64_t kFrames = 2'000;
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    const Buffer frame = commands_frame(i, tenant, {{.key = i, .priority = 1}});
    burst.insert(burst.end(), frame.begin(), frame.end());
  }
  peer.send(burst);
  std::size_t done = 0, overloaded = 0;
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    const Received reply = peer.receive();
    if (reply.type() == wire::FrameType::error) {
      EXPECT_EQ(reply.failure()->code(), wire::ErrorCode::overloaded);
      ++overloaded;
    } else {
      EXPECT_EQ(results_of(reply)[0].code(), wire::ErrorCode::ok);
      ++done;
    }
  }
  EXPECT_GE(done, 10u);
  EXPECT_GT(overloaded, 0u);
  const Received hello = peer.ask(hello_frame(1, "zen"));
  EXPECT_EQ(hello.as<wire::HelloReply>(wire::FrameType::hello_reply)->last_sequence(), 1 + done);
}

TEST(Overload, PeerThatDoesNotReadIsNotReadFrom) {
  TestServer server;
  server.config.outbound_bytes_max = 64 << 10;
  server.start();
  Peer peer(server.port(), 4096);
  greet(peer);
  const Buffer ask = hello_frame(3, "zen");  // its answer is larger
  // Ends when neither the server nor the sockets take more; far below what they would if it read
  // on.
  constexpr std::size_t kFar = 5'000'000;
  std::size_t sent = 0, part = ask.size();
  while (sent < kFar && part == ask.size()) {
    part = peer.try_send(ask);
    if (part == ask.size()) ++sent;
  }
  ASSERT_LT(sent, kFar);
  for (std::size_t i = 0; i < sent; ++i) peer.receive();
  // It is read from again, from where it stopped.
  peer.send(std::span(ask).subspan(part));
  EXPECT_EQ(peer.receive().header.correlation, 3u);
}

}  // namespace
}  // namespace vencer::testing
