// Goal: hostile or broken input gets a typed error that says what was wrong, the connection is kept
// where that is safe, and nothing changes. Method: frames that no decent client sends; after each,
// the same or another connection is served.
#include <cstring>

#include "test_server.h"

namespace vencer::testing {
namespace {

class BadInput : public ::testing::Test {
 protected:
  BadInput() {
    server_.start();
    Peer peer(server_.port());
    tenant_ = greet(peer);
  }
  // The server serves others, and has not changed.
  void expect_served(Peer& peer) {
    const Received hello = peer.ask(hello_frame(99, "zen"));
    EXPECT_EQ(hello.as<wire::HelloReply>(wire::FrameType::hello_reply)->last_sequence(), 1u);
  }
  void expect_failure(const Received& frame, wire::ErrorCode code, std::uint64_t correlation) {
    EXPECT_EQ(frame.failure()->code(), code) << frame.failure()->message()->str();
    EXPECT_EQ(frame.header.correlation, correlation);
    EXPECT_GT(frame.failure()->message()->size(), 10u);
  }
  static Buffer with_header(Buffer frame, const std::function<void(FrameHeader&)>& change) {
    const auto head = std::span<std::byte, kFrameHeaderBytes>(frame.data(), kFrameHeaderBytes);
    FrameHeader header = decode_frame_header(head);
    change(header);
    encode_frame_header(header, head);
    return frame;
  }
  // A Failure, then the end of the stream.
  void expect_refused_and_closed(const Buffer& bytes, wire::ErrorCode code) {
    Peer peer(server_.port());
    peer.ask(hello_frame(1));
    expect_failure(peer.ask(bytes), code, 7);
    EXPECT_TRUE(peer.at_end());
    Peer other(server_.port());
    expect_served(other);
  }

  TestServer server_;
  TenantId tenant_ = kNoTenant;
};

TEST_F(BadInput, FrameThatIsTooLong) {
  expect_refused_and_closed(
      with_header(hello_frame(7), [](FrameHeader& h) { h.length = limits::frame_bytes_max + 8; }),
      wire::ErrorCode::frame_too_long);
}

TEST_F(BadInput, FrameOfAnotherProtocolVersion) {
  expect_refused_and_closed(with_header(hello_frame(7), [](FrameHeader& h) { h.version = 9; }),
                            wire::ErrorCode::protocol_version);
}

TEST_F(BadInput, FrameWithAnImpossibleLength) {
  expect_refused_and_closed(with_header(hello_frame(7), [](FrameHeader& h) { h.length = 0; }),
                            wire::ErrorCode::malformed_frame);
  expect_refused_and_closed(with_header(hello_frame(7), [](FrameHeader& h) { h.length = 13; }),
                            wire::ErrorCode::malformed_frame);
}

TEST_F(BadInput, RefusalArrivesAlthoughThePeerGoesOnSending) {
  Peer peer(server_.port());
  peer.ask(hello_frame(1));
  peer.send(with_header(hello_frame(7), [](FrameHeader& h) { h.length = 1u << 31; }));
  const Buffer flood(64 << 10);
  for (int i = 0; i < 16; ++i) peer.send(flood);
  expect_failure(peer.receive(), wire::ErrorCode::frame_too_long, 7);
}

TEST_F(BadInput, FrameThatIsCutOff) {
  Peer peer(server_.port());
  peer.ask(hello_frame(1));
  const Buffer frame = hello_frame(7);
  peer.send(std::span(frame).first(frame.size() - 5));
  peer.end_sending();
  expect_failure(peer.receive(), wire::ErrorCode::malformed_frame, 0);
  EXPECT_TRUE(peer.at_end());
}

TEST_F(BadInput, FirstFrameMustBeASmallHello) {
  Peer peer(server_.port());
  expect_failure(peer.ask(get_ticket_frame(7, tenant_, 1)), wire::ErrorCode::hello_required, 7);
  expect_served(peer);

  Peer large(server_.port());
  const Buffer frame = put_tenant_frame(7, std::string(100'000, '#'));
  expect_failure(large.ask(std::span(frame).first(kFrameHeaderBytes)),
                 wire::ErrorCode::frame_too_long, 7);
}

TEST_F(BadInput, BodyThatIsNoFlatBufferKeepsTheConnection) {
  Peer peer(server_.port());
  peer.ask(hello_frame(1));
  Buffer frame = commands_frame(7, tenant_, {{.key = 1, .priority = 1}});
  std::memset(frame.data() + kFrameHeaderBytes, 0xfe, frame.size() - kFrameHeaderBytes);
  expect_failure(peer.ask(frame), wire::ErrorCode::invalid_flatbuffer, 7);
  expect_served(peer);
}

TEST_F(BadInput, FrameTypeThatIsNoRequestKeepsTheConnection) {
  Peer peer(server_.port());
  peer.ask(hello_frame(1));
  for (const int type : {0, 2, 11, 12, 999}) {
    const auto changed = with_header(
        hello_frame(7), [&](FrameHeader& h) { h.type = static_cast<std::uint16_t>(type); });
    expect_failure(peer.ask(changed), wire::ErrorCode::unknown_frame_type, 7);
  }
  expect_served(peer);
}

TEST_F(BadInput, UnknownNames) {
  Peer peer(server_.port());
  expect_failure(peer.ask(hello_frame(7, "nobody")), wire::ErrorCode::unknown_tenant, 7);
  expect_failure(peer.ask(commands_frame(7, tenant_ + 1, {{.key = 1}})),
                 wire::ErrorCode::unknown_tenant, 7);
  expect_failure(peer.ask(get_ticket_frame(7, tenant_ + 1, 1)), wire::ErrorCode::unknown_tenant, 7);
  expect_failure(peer.ask(get_ticket_frame(7, tenant_, 1)), wire::ErrorCode::unknown_ticket, 7);
  expect_failure(peer.ask(subscribe_frame(7, tenant_ + 1, wire::SubscribeFrom::now)),
                 wire::ErrorCode::unknown_tenant, 7);
  // Within a frame each command has its own result.
  const auto results = results_of(
      peer.ask(commands_frame(8, tenant_,
                              {{.body = wire::CommandBody::SetStatusCommand, .key = 5, .status = 1},
                               {.key = 6, .status = 63},
                               {.key = 6, .priority = 9},
                               {.body = wire::CommandBody::NONE, .key = 6}})));
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].code(), wire::ErrorCode::unknown_ticket);
  EXPECT_EQ(results[1].code(), wire::ErrorCode::unknown_status);
  EXPECT_EQ(results[2].code(), wire::ErrorCode::unknown_value);
  EXPECT_EQ(results[3].code(), wire::ErrorCode::empty_command);
  expect_served(peer);
}

TEST_F(BadInput, BrokenDocumentGivesFileLineReason) {
  Peer peer(server_.port());
  peer.ask(hello_frame(1));
  const Received refused =
      peer.ask(put_tenant_frame(7, "format = 1\ntenant = \"zen\"\nstatus = 5\n"));
  expect_failure(refused, wire::ErrorCode::invalid_document, 7);
  ASSERT_NE(refused.failure()->details(), nullptr);
  EXPECT_EQ(refused.failure()->details()->Get(0)->str().find("test.toml:"), 0u);
  expect_failure(peer.ask(put_tenant_frame(8, "][ not toml")), wire::ErrorCode::invalid_document,
                 8);
  expect_served(peer);
}

TEST_F(BadInput, AdvanceIsForTheInputClock) {
  Peer peer(server_.port());
  peer.ask(hello_frame(1));
  expect_failure(peer.ask(advance_frame(7, kStart)), wire::ErrorCode::not_in_this_clock_mode, 7);
}

TEST(Connections, WhoSaysNothingIsClosed) {
  TestServer server;
  server.config.hello_timeout_ms = 1;
  server.start();
  Peer silent(server.port());
  EXPECT_TRUE(silent.at_end());
}

TEST(Connections, MoreThanAllowedAreRefused) {
  TestServer server;
  server.config.connections_max = 2;
  server.start();
  Peer first(server.port()), second(server.port());
  first.ask(hello_frame(1));
  second.ask(hello_frame(1));
  Peer third(server.port());
  EXPECT_EQ(third.receive().failure()->code(), wire::ErrorCode::overloaded);
  EXPECT_TRUE(third.at_end());
  first.ask(hello_frame(2)).as<wire::HelloReply>(wire::FrameType::hello_reply);
}

// Every frame of a conversation, with one byte changed: the server answers or closes, and lives.
TEST_F(BadInput, FlippedBytes) {
  const std::vector<Buffer> frames = {
      hello_frame(1, "zen"), commands_frame(2, tenant_, {{.key = 1, .priority = 1}}),
      get_ticket_frame(3, tenant_, 1), subscribe_frame(4, tenant_, wire::SubscribeFrom::now)};
  for (const Buffer& frame : frames) {
    for (std::size_t at = 0; at < frame.size(); at += 3) {
      Buffer changed = frame;
      changed[at] ^= std::byte{0x41};
      Peer peer(server_.port());
      peer.send(hello_frame(1));
      peer.send(changed);
      peer.end_sending();
      while (!peer.at_end()) {
      }
    }
  }
  Peer other(server_.port());
  other.ask(hello_frame(1, "zen")).as<wire::HelloReply>(wire::FrameType::hello_reply);
}

}  // namespace
}  // namespace vencer::testing
