#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace vencer::testing {
namespace {

constexpr time_t kPatienceSeconds = 30;
using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

flatbuffers::Offset<wire::Command> encode(FlatBufferBuilder& builder, const TestCommand& command) {
  Offset<void> body;
  const std::array<wire::AttributeValue, 2> priority = {wire::AttributeValue(command.priority, 0),
                                                        wire::AttributeValue(command.again, 0)};
  const std::size_t given = command.again != 0 ? 2 : 1;
  const bool with_priority = command.priority != 0;
  switch (command.body) {
    case wire::CommandBody::CreateTicketCommand: {
      const auto attributes =
          with_priority ? builder.CreateVectorOfStructs(priority.data(), given) : 0;
      body = wire::CreateCreateTicketCommand(builder, command.status, attributes).Union();
      break;
    }
    case wire::CommandBody::SetAttributesCommand: {
      const auto attributes = builder.CreateVectorOfStructs(priority.data(), given);
      body = wire::CreateSetAttributesCommand(builder, attributes).Union();
      break;
    }
    case wire::CommandBody::SetStatusCommand:
      body = wire::CreateSetStatusCommand(builder, command.status).Union();
      break;
    default:
      break;
  }
  const wire::Key key(command.key, 0, wire::KeyKind::number);
  wire::CommandBuilder made(builder);
  made.add_key(&key);
  made.add_body_type(command.body);
  if (!body.IsNull()) made.add_body(body);
  if (command.occurred_at >= 0) made.add_occurred_at(command.occurred_at);
  return made.Finish();
}

}  // namespace

void report_wrong_frame(const Received& frame, wire::FrameType wanted) {
  std::string what = "wanted frame type " + std::to_string(static_cast<int>(wanted)) + ", got " +
                     std::to_string(frame.header.type);
  if (frame.type() == wire::FrameType::error) {
    const auto* failure = flatbuffers::GetRoot<wire::Failure>(frame.words.data());
    what += std::string(": ") + wire::EnumNameErrorCode(failure->code());
    if (failure->message() != nullptr) what += ": " + failure->message()->str();
    if (failure->details() != nullptr) {
      for (const auto* line : *failure->details()) what += "\n  " + line->str();
    }
  }
  throw std::runtime_error(what);
}

Buffer make_frame(wire::FrameType type, std::uint64_t correlation, FlatBufferBuilder& builder) {
  const std::size_t size = builder.GetSize();
  Buffer frame(kFrameHeaderBytes + (size + 7) / 8 * 8);
  FrameHeader header;
  header.length = static_cast<std::uint32_t>(frame.size() - kFrameHeaderBytes);
  header.type = static_cast<std::uint16_t>(type);
  header.correlation = correlation;
  encode_frame_header(header,
                      std::span<std::byte, kFrameHeaderBytes>(frame.data(), kFrameHeaderBytes));
  std::memcpy(frame.data() + kFrameHeaderBytes, builder.GetBufferPointer(), size);
  return frame;
}

Buffer commands_frame(std::uint64_t correlation, TenantId tenant,
                      const std::vector<TestCommand>& commands, std::uint64_t producer,
                      std::uint64_t first_number) {
  FlatBufferBuilder builder;
  std::vector<Offset<wire::Command>> offsets;
  for (const TestCommand& command : commands) offsets.push_back(encode(builder, command));
  const auto list = builder.CreateVector(offsets);
  const wire::Uuid id(0, producer);
  builder.Finish(
      wire::CreateCommands(builder, tenant, producer == 0 ? nullptr : &id, first_number, list));
  return make_frame(wire::FrameType::commands, correlation, builder);
}

Buffer hello_frame(std::uint64_t correlation, std::string_view tenant, std::uint64_t producer) {
  FlatBufferBuilder builder;
  const auto client = builder.CreateString("peer");
  const Offset<flatbuffers::String> name =
      tenant.empty() ? Offset<flatbuffers::String>() : builder.CreateString(tenant);
  const wire::Uuid id(0, producer);
  builder.Finish(wire::CreateHello(builder, client, name, producer == 0 ? nullptr : &id));
  return make_frame(wire::FrameType::hello, correlation, builder);
}

Buffer put_tenant_frame(std::uint64_t correlation, std::string_view text, bool check_only) {
  FlatBufferBuilder builder;
  const auto document = builder.CreateString(text);
  const auto file = builder.CreateString("test.toml");
  builder.Finish(wire::CreatePutTenant(builder, document, file, check_only));
  return make_frame(wire::FrameType::put_tenant, correlation, builder);
}

Buffer get_ticket_frame(std::uint64_t correlation, TenantId tenant, std::uint64_t number) {
  FlatBufferBuilder builder;
  const wire::Key key(number, 0, wire::KeyKind::number);
  builder.Finish(wire::CreateGetTicket(builder, tenant, &key));
  return make_frame(wire::FrameType::get_ticket, correlation, builder);
}

Buffer subscribe_frame(std::uint64_t correlation, TenantId tenant, wire::SubscribeFrom from,
                       std::uint64_t sequence, std::uint64_t types, std::uint64_t epoch,
                       std::uint32_t partition) {
  FlatBufferBuilder builder;
  builder.Finish(wire::CreateSubscribe(builder, tenant, from, sequence, epoch, types, partition));
  return make_frame(wire::FrameType::subscribe, correlation, builder);
}

Buffer unsubscribe_frame(std::uint64_t correlation) {
  FlatBufferBuilder builder;
  builder.Finish(wire::CreateUnsubscribe(builder));
  return make_frame(wire::FrameType::unsubscribe, correlation, builder);
}

Buffer accept_clock_frame(std::uint64_t correlation, std::uint32_t partition) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateAcceptClock(builder, partition));
  return make_frame(wire::FrameType::accept_clock, correlation, builder);
}

Buffer advance_frame(std::uint64_t correlation, TimeMs to, std::uint32_t partition) {
  FlatBufferBuilder builder;
  builder.Finish(wire::CreateAdvance(builder, to, partition));
  return make_frame(wire::FrameType::advance, correlation, builder);
}

Peer::Peer(std::uint16_t port, int receive_buffer_bytes)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof receive_buffer_bytes);
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
  }
}

Peer::~Peer() {
  ::close(socket_);
}

void Peer::send(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error(std::string("send: ") + std::strerror(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

std::size_t Peer::try_send(std::span<const std::byte> bytes) {
  const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

void Peer::end_sending() {
  ::shutdown(socket_, SHUT_WR);
}

bool Peer::read_whole(std::span<std::byte> into) {
  while (!into.empty()) {
    const ssize_t got = ::recv(socket_, into.data(), into.size(), 0);
    if (got < 0 && errno == EINTR) continue;  // a signal to the process: nothing was read
    if (got < 0) throw std::runtime_error(std::string("recv: ") + std::strerror(errno));
    if (got == 0) return false;
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

Received Peer::receive() {
  Received frame;
  std::byte head[kFrameHeaderBytes];
  if (!read_whole(head)) throw std::runtime_error("the server closed the connection");
  frame.header = decode_frame_header(head);
  frame.words.resize((frame.header.length + 7) / 8);
  if (!read_whole(std::as_writable_bytes(std::span(frame.words)).first(frame.header.length))) {
    throw std::runtime_error("the server closed the connection in the middle of a frame");
  }
  return frame;
}

bool Peer::at_end() {
  std::byte one;
  return !read_whole(std::span(&one, 1));
}

}  // namespace vencer::testing
