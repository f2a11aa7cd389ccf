#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <thread>

#include "net/client/client.h"
#include "tests/unit/client/fake_server.h"

namespace vencer {
namespace {

using test::FakePeer;
using test::FakeServer;
using test::Request;

Client connected(const FakeServer& server, std::size_t in_flight_max) {
  Result<Client> client = Client::connect(
      {.endpoint = server.endpoint(), .tenant = "zen", .frames_in_flight_max = in_flight_max});
  EXPECT_TRUE(client.ok());
  return std::move(client).value();
}

CommandFrame one(std::uint64_t key, std::size_t count = 1) {
  CommandFrame frame(7);
  for (std::size_t i = 0; i < count; ++i) frame.activity(number_key(key), 1);
  return frame;
}

TEST(ClientPipeline, FramesLeaveInOrderAndEachIsAnswered) {
  constexpr std::uint64_t kFrames = 2000;
  bool in_order = true;
  FakeServer server([&](FakePeer& peer) {
    peer.greet();
    CommandBatch batch;
    for (std::uint64_t i = 0; i < kFrames; ++i) {
      const Request request = peer.accept_commands();
      batch.decode(request.body);
      in_order = in_order && batch.commands[0].key.low == i;
    }
    peer.until_closed();
  });
  std::vector<std::uint64_t> answered;
  {
    Client client = connected(server, 16);
    for (std::uint64_t i = 0; i < kFrames; ++i) {
      CommandFrame frame = one(i, i % 3 + 1);
      ASSERT_TRUE(client
                      .submit(frame,
                              [&answered, i](const FrameReply& reply) {
                                ASSERT_TRUE(reply.ok());
                                EXPECT_EQ(reply.outcomes.size(), i % 3 + 1);
                                answered.push_back(i);
                              })
                      .ok());
    }
    ASSERT_TRUE(client.drain(10'000).ok());
  }
  server.wait();
  EXPECT_TRUE(in_order);
  ASSERT_EQ(answered.size(), kFrames);
  EXPECT_TRUE(std::is_sorted(answered.begin(), answered.end()));
}

// Answers find their frames whatever their order.
TEST(ClientPipeline, AnswersOutOfOrder) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    for (int round = 0; round < 20; ++round) {
      std::vector<Request> requests(8);
      for (Request& request : requests) request = peer.read();
      std::reverse(requests.begin(), requests.end());
      for (const Request& request : requests) peer.answer_commands(request);
    }
    peer.until_closed();
  });
  std::vector<std::uint64_t> answered;
  {
    Client client = connected(server, 8);
    for (std::uint64_t i = 0; i < 160; ++i) {
      CommandFrame frame = one(i);
      ASSERT_TRUE(
          client.submit(frame, [&answered, i](const FrameReply&) { answered.push_back(i); }).ok());
    }
    ASSERT_TRUE(client.drain(10'000).ok());
  }
  ASSERT_EQ(answered.size(), 160u);
  for (std::uint64_t i = 0; i < 160; ++i) EXPECT_EQ(answered[i], i / 8 * 8 + 7 - i % 8);
}

// A closed loop: each answer sends the next frame from within its callback.
TEST(ClientPipeline, CallbacksMaySubmitButNotCall) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    while (peer.accept_commands()) {
    }
  });
  Client client = connected(server, 1);
  std::promise<Errc> call_refused;
  std::promise<void> finished;
  int left = 50;
  std::function<void(const FrameReply&)> next = [&](const FrameReply&) {
    if (left == 50) call_refused.set_value(client.get("1").error().code);
    if (--left == 0) return finished.set_value();
    CommandFrame frame = one(1);
    EXPECT_TRUE(client.submit(frame, next).ok());
    // The only slot is taken now, and this thread cannot wait for it.
    CommandFrame more = one(2);
    EXPECT_EQ(client.submit(more, next).error().code, Errc::overloaded);
  };
  CommandFrame frame = one(1);
  ASSERT_TRUE(client.submit(frame, next).ok());
  EXPECT_EQ(call_refused.get_future().get(), Errc::overloaded);
  finished.get_future().wait();
  EXPECT_TRUE(client.drain(10'000).ok());
}

TEST(ClientPipeline, PrebuiltBytesAreSentAgainAndAgain) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    while (peer.accept_commands()) {
    }
  });
  Client client = connected(server, 4);
  CommandFrame frame = one(1, 5);
  const std::vector<std::byte> bytes(frame.bytes().begin(), frame.bytes().end());
  std::atomic<std::size_t> outcomes = 0;
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(client
                    .submit(std::span<const std::byte>(bytes),
                            [&](const FrameReply& reply) { outcomes += reply.outcomes.size(); })
                    .ok());
  }
  ASSERT_TRUE(client.drain(10'000).ok());
  EXPECT_EQ(outcomes, 200u);
}

TEST(ClientPipeline, ManyThreadsCallAtOnce) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    while (peer.accept_commands()) {
    }
  });
  Client client = connected(server, 3);
  std::atomic<int> ok = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) ok += client.activity("1", "agent_reply").ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ok, 400);
}

}  // namespace
}  // namespace vencer
