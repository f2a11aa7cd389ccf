// Bodies of reply frames -> the structs of replies.h. Verified: a server is believed no more than a
// client.
//
// Cost: O(bytes).  Errors: invalid_flatbuffer for bytes that do not verify; a Failure becomes its
// code and its sentence, with its details a line each below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/client/names.h"
#include "net/client/plain_events.h"
#include "net/client/replies.h"

namespace vencer {

namespace wire {
struct TicketReply;
}

struct HelloAnswer {
  ServerHello hello;
  Names names;
};

Result<HelloAnswer> read_hello(std::span<const std::byte> body);
Result<PutTenantReply> read_put_tenant(std::span<const std::byte> body);
Result<Ticket> read_ticket(std::span<const std::byte> body);
Ticket ticket_of(const wire::TicketReply& from);
Result<DeleteTenantReply> read_delete_tenant(std::span<const std::byte> body);
Result<SnapshotReply> read_snapshot_reply(std::span<const std::byte> body);
Result<ClockReply> read_clock_reply(std::span<const std::byte> body);
Result<AdvanceReply> read_advance(std::span<const std::byte> body);
struct StreamStart {
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::uint64_t next_sequence = 0;
  std::uint64_t first_sequence = 0;
};
Result<StreamStart> read_stream_start(std::span<const std::byte> body);
Error read_failure(std::span<const std::byte> body);

// `scratch` keeps the outcomes that the reply points to.
FrameReply read_frame_reply(std::span<const std::byte> body, std::vector<CommandOutcome>& scratch);

// Keeps its memory from batch to batch; the batch points into it.
class EventReader {
 public:
  Result<EventBatch> read(std::span<const std::byte> body);

 private:
  PlainEvents plain_;  // nearly always; else what follows
  std::vector<Event> events_;
  std::vector<AttributeValue> attributes_;
  std::vector<EventRow> rows_;
};

}  // namespace vencer
