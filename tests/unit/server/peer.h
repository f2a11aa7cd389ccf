// Peer: a client as plain as can be: a blocking socket and FlatBuffers, nothing of net/client. It
// can send what no decent client would.
#pragma once

#include <flatbuffers/flatbuffers.h>
#include <vencer_generated.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/types.h"
#include "engine/wire/frame.h"

namespace vencer::testing {

using Buffer = std::vector<std::byte>;

// A whole frame as it came; the body is 8-aligned.
struct Received {
  FrameHeader header;
  std::vector<std::uint64_t> words;

  wire::FrameType type() const { return static_cast<wire::FrameType>(header.type); }
  // Verified; fails the test if it is of another type.
  template <typename Table>
  const Table* as(wire::FrameType expected) const;
  const wire::Failure* failure() const { return as<wire::Failure>(wire::FrameType::error); }
};

// Throws, which ends the test.
[[noreturn]] void report_wrong_frame(const Received& frame, wire::FrameType wanted);

Buffer make_frame(wire::FrameType type, std::uint64_t correlation,
                  flatbuffers::FlatBufferBuilder& builder);

// What one command is about; the rest has defaults.
struct TestCommand {
  wire::CommandBody body = wire::CommandBody::CreateTicketCommand;
  std::uint64_t key = 1;
  std::uint8_t status = 255;
  std::uint64_t priority = 0;     // attribute 0; 0: not given
  std::uint64_t again = 0;        // attribute 0 once more; 0: not given
  std::int64_t occurred_at = -1;  // -1: not given
};
Buffer commands_frame(std::uint64_t correlation, TenantId tenant,
                      const std::vector<TestCommand>& commands, std::uint64_t producer = 0,
                      std::uint64_t first_number = 0);
Buffer hello_frame(std::uint64_t correlation, std::string_view tenant = {},
                   std::uint64_t producer = 0);
Buffer put_tenant_frame(std::uint64_t correlation, std::string_view text, bool check_only = false);
Buffer get_ticket_frame(std::uint64_t correlation, TenantId tenant, std::uint64_t key);
Buffer subscribe_frame(std::uint64_t correlation, TenantId tenant, wire::SubscribeFrom from,
                       std::uint64_t sequence = 0, std::uint64_t types = 0, std::uint64_t epoch = 0,
                       std::uint32_t partition = 0);
Buffer unsubscribe_frame(std::uint64_t correlation);
Buffer accept_clock_frame(std::uint64_t correlation, std::uint32_t partition = 0);
Buffer advance_frame(std::uint64_t correlation, TimeMs to, std::uint32_t partition = 0);

class Peer {
 public:
  explicit Peer(std::uint16_t port, int receive_buffer_bytes = 0);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void send(std::span<const std::byte> bytes);
  std::size_t try_send(std::span<const std::byte> bytes);  // without waiting; how many fitted
  void end_sending();
  // Waits for a frame; fails the test after half a minute.
  Received receive();
  Received ask(std::span<const std::byte> frame) {
    send(frame);
    return receive();
  }
  // Waits for the server's end of the stream; true if nothing came before it.
  bool at_end();

 private:
  bool read_whole(std::span<std::byte> into);
  int socket_ = -1;
};

template <typename Table>
const Table* Received::as(wire::FrameType expected) const {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(words.data());
  flatbuffers::Verifier verifier(bytes, header.length);
  const bool good =
      header.type == static_cast<std::uint16_t>(expected) && verifier.VerifyBuffer<Table>(nullptr);
  if (!good) report_wrong_frame(*this, expected);
  return flatbuffers::GetRoot<Table>(bytes);
}

}  // namespace vencer::testing
