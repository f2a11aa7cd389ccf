// Sample values for the tests of the codecs: fixed ones for golden files, random ones for round
// trips.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "engine/core/event.h"
#include "engine/core/state_machine.h"
#include "engine/core/tenant.h"
#include "engine/wire/reply_codec.h"

namespace vencer::test {

using Random = std::mt19937_64;

// Uniform in [low, high].
std::uint64_t pick(Random& random, std::uint64_t low, std::uint64_t high);
bool coin(Random& random);

// plain: what documents could say at first, the bytes of tests/golden/wire/v1; add_desk: what came
// since, over a plain one.
TenantSpec sample_plain_tenant();
TenantSpec sample_tenant();
TenantSpec plain_tenant(Random& random);
TenantSpec random_tenant(Random& random);
void add_desk(Random& random, TenantSpec& tenant);

// Fills `attributes`, which the event points into.
Event sample_breach(std::vector<AttributeValue>& attributes);
// plain: only what events told at first, the bytes of tests/golden/wire/v1.
Event plain_event(Random& random, std::vector<AttributeValue>& attributes);
struct RandomEvent {
  RandomEvent() = default;
  RandomEvent(RandomEvent&&) = default;  // the event points into what moves along
  Event event;
  std::vector<AttributeValue> attributes;
  std::vector<EventRow> rows;
  // Not std::string: a short one moves by copy.
  std::vector<char> reason_bytes;
};
RandomEvent random_event(Random& random);
bool same(const Event& a, const Event& b);

TicketView sample_ticket();

// A Commands frame with one command of each kind, the first six of them as at first; with a
// producer if asked.
Bytes sample_commands_frame(bool with_producer);

// Every request frame and every reply frame, by name: what golden files and corruption tests run
// over.
struct NamedFrame {
  std::string name;
  Bytes bytes;
};
std::vector<NamedFrame> sample_requests();
std::vector<NamedFrame> sample_replies();
// Of queries over many tickets, of backups: part of the two above.
void add_query_requests(std::vector<NamedFrame>& frames);
void add_query_replies(std::vector<NamedFrame>& frames, const ReplyStamp& stamp);
void add_backup_requests(std::vector<NamedFrame>& frames);
void add_backup_replies(std::vector<NamedFrame>& frames);

// The body of a whole frame, and its type.
std::span<const std::byte> body_of(const Bytes& frame);
std::uint16_t type_of(const Bytes& frame);

}  // namespace vencer::test
