// What a peer sees while the server recovers: a typed answer with how far it has come, and no
// refused connection, neither before nor after.
#include "net/server/recovery_door.h"

#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

#include "engine/runtime/recovery_progress.h"
#include "test_server.h"

namespace vencer::testing {
namespace {

std::unique_ptr<RecoveryDoor> open_door(const RecoveryProgress& progress) {
  auto door = RecoveryDoor::open("127.0.0.1:0", [&progress] { return progress.text(); });
  EXPECT_TRUE(door.ok()) << door.error().message;
  return std::move(*door);
}

TEST(RecoveryDoor, SaysHowFarToEveryRequest) {
  RecoveryProgress progress;
  const auto door = open_door(progress);
  Peer peer(door->endpoint().port());
  const Received first = peer.ask(hello_frame(5, "zen"));
  EXPECT_EQ(first.failure()->code(), wire::ErrorCode::recovering);
  EXPECT_EQ(first.header.correlation, 5u);
  RecoveryProgress::Part& part = progress.of(0);
  part.enter(RecoveryProgress::Stage::snapshot);
  part.snapshot.expect(800);
  part.log.expect(200);  // it counts before its turn comes
  part.snapshot.read_to(430);
  part.tickets = 4'300'000;
  const Received second = peer.ask(hello_frame(6, "zen"));
  EXPECT_EQ(second.failure()->message()->str(),
            "the server is recovering: a snapshot is being read, 43 %, 4300000 tickets; try again");
  part.enter(RecoveryProgress::Stage::log);
  part.snapshot.finish();
  part.log.read_to(50);
  part.steps = 17;
  const Received third = peer.ask(get_ticket_frame(7, 1, 1));
  EXPECT_EQ(third.failure()->message()->str(),
            "the server is recovering: the log is being replayed, 85 %, 17 steps, 4300000 tickets; "
            "try again");
}

TEST(RecoveryDoor, WhatIsNoFrameIsToldAndEnds) {
  RecoveryProgress progress;
  const auto door = open_door(progress);
  Peer peer(door->endpoint().port());
  Buffer garbage(64, std::byte{0x47});
  const Received answer = peer.ask(garbage);
  EXPECT_NE(answer.failure()->code(), wire::ErrorCode::recovering);
  EXPECT_TRUE(peer.at_end());
  Peer other(door->endpoint().port());
  EXPECT_EQ(other.ask(hello_frame(1)).failure()->code(), wire::ErrorCode::recovering);
}

TEST(RecoveryDoor, MoreThanItsRoomWaitAndAreServedInTurn) {
  RecoveryProgress progress;
  const auto door = open_door(progress);
  std::vector<std::unique_ptr<Peer>> peers;
  for (std::size_t i = 0; i < RecoveryDoor::kConnectionsMax + 5; ++i) {
    peers.push_back(std::make_unique<Peer>(door->endpoint().port()));
    peers.back()->send(hello_frame(i));
  }
  for (std::size_t i = 0; i < peers.size(); ++i) {
    EXPECT_EQ(peers[i]->receive().failure()->code(), wire::ErrorCode::recovering);
    peers[i].reset();
  }
}

TEST(RecoveryDoor, TheSocketGoesOnListening) {
  RecoveryProgress progress;
  const auto door = open_door(progress);
  Peer before(door->endpoint().port());
  EXPECT_EQ(before.ask(hello_frame(1)).failure()->code(), wire::ErrorCode::recovering);
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor acceptor(context);
  acceptor.assign(door->endpoint().protocol(), door->release());
  Peer after(door->endpoint().port());  // connected, not yet accepted
  bool accepted = false;
  acceptor.async_accept(
      [&](boost::system::error_code error, boost::asio::ip::tcp::socket) { accepted = !error; });
  context.run();
  EXPECT_TRUE(accepted);
}

TEST(RecoveryDoor, AnAddressThatIsTakenIsAnError) {
  RecoveryProgress progress;
  const auto door = open_door(progress);
  const auto second = RecoveryDoor::open(door->address(), [] { return std::string(); });
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message.find(door->address()), std::string::npos);
}

}  // namespace
}  // namespace vencer::testing
