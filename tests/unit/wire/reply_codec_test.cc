// Replies, read back through the schema's own readers: what a client of another make would see.
#include "engine/wire/reply_codec.h"

#include <gtest/gtest.h>
#include <vencer_generated.h>

#include "engine/core/limits.h"
#include "engine/wire/event_record.h"
#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/frame.h"
#include "engine/wire/tenant_id.h"
#include "tests/unit/wire/samples.h"

namespace vencer {
namespace {

template <typename Table>
const Table* open(const Bytes& frame, wire::FrameType type) {
  const FrameHeader header = decode_frame_header(
      std::span<const std::byte, kFrameHeaderBytes>(frame.data(), kFrameHeaderBytes));
  EXPECT_EQ(check_frame_header(header, limits::frame_bytes_max), Errc::ok);
  EXPECT_EQ(header.type, static_cast<std::uint16_t>(type));
  EXPECT_EQ(header.length, frame.size() - kFrameHeaderBytes);
  EXPECT_EQ(frame.size() % 8, 0u);
  EXPECT_TRUE(verify_flatbuffer<Table>(test::body_of(frame), limits::frame_bytes_max));
  return flatbuffer_root<Table>(test::body_of(frame));
}

TEST(ReplyCodec, HelloCarriesTheNames) {
  const TenantSpec tenant = test::sample_tenant();
  ServerInfo info;
  info.server = "vencerd 0.1.0";
  info.partition = 1;
  info.epoch = 2;
  info.first_sequence = 3;
  info.last_sequence = 4;
  info.now = 5;
  info.clock_source = ClockSource::input;
  info.durability = 2;
  info.last_number = 6;
  Bytes out;
  encode_hello_reply(9, info, 11, &tenant, out);
  const auto* hello = open<wire::HelloReply>(out, wire::FrameType::hello_reply);
  EXPECT_EQ(hello->server()->str(), "vencerd 0.1.0");
  EXPECT_EQ(hello->partition(), 1u);
  EXPECT_EQ(hello->epoch(), 2u);
  EXPECT_EQ(hello->first_sequence(), 3u);
  EXPECT_EQ(hello->last_sequence(), 4u);
  EXPECT_EQ(hello->now(), 5);
  EXPECT_EQ(hello->clock_source(), wire::ClockSource::input);
  EXPECT_EQ(hello->durability(), wire::Durability::none);
  EXPECT_EQ(hello->frame_bytes_max(), limits::frame_bytes_max);
  EXPECT_EQ(hello->commands_per_frame_max(), limits::commands_per_frame_max);
  EXPECT_EQ(hello->last_number(), 6u);
  const wire::TenantNames* names = hello->tenant();
  ASSERT_NE(names, nullptr);
  EXPECT_EQ(names->id(), wire_tenant(1, 11));
  EXPECT_EQ(names->name()->str(), "zen");
  EXPECT_EQ(names->version(), tenant.version);
  ASSERT_EQ(names->statuses()->size(), tenant.statuses.size());
  EXPECT_EQ(names->statuses()->Get(2)->category(), wire::StatusCategory::pending);
  EXPECT_EQ(names->levels()->Get(1)->str(), "Nivel 2");
  ASSERT_EQ(names->activities()->size(), kBuiltinActivities + 1u);
  EXPECT_TRUE(names->activities()->Get(0)->reserved());   // created
  EXPECT_FALSE(names->activities()->Get(2)->reserved());  // agent_reply
  EXPECT_TRUE(names->activities()->Get(8)->reserved());   // reopened
  EXPECT_FALSE(names->activities()->Get(9)->reserved());
  EXPECT_EQ(names->attributes()->Get(0)->values()->Get(1)->str(), "Bajo");
  EXPECT_EQ(names->attributes()->Get(0)->aliases()->Get(0)->alias()->str(), "Alta");
  EXPECT_TRUE(names->attributes()->Get(2)->open());
  EXPECT_EQ(names->clocks()->size(), tenant.clocks.size());
  EXPECT_EQ(names->rules()->Get(1)->str(), tenant.rules[1].name);
  EXPECT_EQ(names->calendars()->Get(1)->str(), tenant.calendars[1].name);
  EXPECT_EQ(names->ladders()->Get(0)->str(), "compromiso");
  EXPECT_EQ(names->recipients()->Get(1)->routes()->Get(0)->via()->str(), "correo");
  EXPECT_EQ(names->recipients()->Get(1)->routes()->Get(1)->attribute(), 2);
  EXPECT_EQ(names->recipients()->Get(1)->everyone(), tenant.recipients[1].everyone);
  EXPECT_EQ(names->attributes()->Get(1)->role(),
            static_cast<std::uint8_t>(tenant.attributes[1].role));
  EXPECT_EQ(names->constraints()->Get(4)->str(), tenant.constraints[4].name);
  EXPECT_EQ(names->detectors()->Get(1)->str(), tenant.detectors[1].name);
  EXPECT_EQ(names->digests()->Get(0)->str(), tenant.digests[0].name);
  EXPECT_EQ(names->calendar_events()->Get(1)->str(), tenant.calendar_events[1].name);
}

TEST(ReplyCodec, CommandResults) {
  const CommandResult results[] = {{Errc::ok, 0, true, false, 4},
                                   {Errc::unknown_status, 9, false, true, 7}};
  Bytes out;
  encode_commands_reply(5, results, {1, 2, 3, 1}, out);
  encode_commands_reply(6, {}, {1, 2, 3, 2}, out);  // frames follow one another
  const std::size_t first_size =
      kFrameHeaderBytes +
      decode_frame_header(std::span<const std::byte, 16>(out.data(), 16)).length;
  const Bytes first(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(first_size));
  const Bytes second(out.begin() + static_cast<std::ptrdiff_t>(first_size), out.end());
  const auto* reply = open<wire::CommandsReply>(first, wire::FrameType::commands_reply);
  ASSERT_EQ(reply->results()->size(), 2u);
  EXPECT_EQ(reply->results()->Get(0)->flags(), 1);
  EXPECT_EQ(reply->results()->Get(0)->version(), 4u);
  EXPECT_EQ(reply->results()->Get(1)->code(), wire::ErrorCode::unknown_status);
  EXPECT_EQ(reply->results()->Get(1)->detail(), 9);
  EXPECT_EQ(reply->results()->Get(1)->flags(), 2);
  EXPECT_EQ(reply->now(), 1);
  EXPECT_EQ(reply->epoch(), 2u);
  EXPECT_EQ(reply->event_sequence(), 3u);
  // What the server keeps of what it says is done stands in each of its answers.
  EXPECT_EQ(reply->durability(), wire::Durability::sync);
  const auto* other = open<wire::CommandsReply>(second, wire::FrameType::commands_reply);
  EXPECT_EQ(other->results()->size(), 0u);
  EXPECT_EQ(other->durability(), wire::Durability::none);
}

TEST(ReplyCodec, Ticket) {
  TicketView view = test::sample_ticket();
  view.time_in_status = {{20'605, 2, 1000}, {20'606, 1, 86'400'000}};
  Bytes out;
  encode_ticket_reply(5, view, {1, 2, 3, 1}, out);
  const auto* ticket = open<wire::TicketReply>(out, wire::FrameType::ticket_reply);
  EXPECT_EQ(ticket->key()->low(), view.key.low);
  EXPECT_EQ(ticket->key()->kind(), wire::KeyKind::text);
  EXPECT_EQ(ticket->light(), wire::Light::amber);
  EXPECT_EQ(ticket->attributes()->Get(1)->value(), 99u);
  ASSERT_EQ(ticket->clocks()->size(), 2u);
  EXPECT_FALSE(ticket->clocks()->Get(0)->due().has_value());
  const wire::ClockState* clock = ticket->clocks()->Get(1);
  EXPECT_EQ(clock->phase(), wire::ClockPhase::running);
  EXPECT_EQ(clock->due(), view.clocks[1].due);
  EXPECT_EQ(clock->intervals()->size(), 2u);
  EXPECT_EQ(clock->intervals()->Get(1)->to(), kNever);
  ASSERT_EQ(ticket->time_in_status()->size(), 2u);
  EXPECT_EQ(ticket->time_in_status()->Get(0)->status(), 2);
  EXPECT_EQ(ticket->time_in_status()->Get(1)->day(), 20'606);
  EXPECT_EQ(ticket->time_in_status()->Get(1)->ms(), 86'400'000);
}

TEST(ReplyCodec, EventsAreTheRecords) {
  test::Random random(7);
  std::vector<test::RandomEvent> events;
  std::vector<Bytes> encoded(50);
  std::vector<std::span<const std::byte>> records;
  for (std::size_t i = 0; i < 50; ++i) {
    events.push_back(test::random_event(random));
    encode_event_record(events[i].event, encoded[i]);
    records.push_back(encoded[i]);
  }
  Bytes out;
  encode_events(5, 1, 2, records, 51, out);
  const auto* reply = open<wire::Events>(out, wire::FrameType::events);
  EXPECT_EQ(reply->partition(), 1u);
  EXPECT_EQ(reply->epoch(), 2u);
  EXPECT_EQ(reply->next_sequence(), 51u);
  ASSERT_EQ(reply->events()->size(), 50u);
  for (std::uint32_t i = 0; i < 50; ++i) {
    const wire::Event* got = reply->events()->Get(i);
    const Event& event = events[i].event;
    EXPECT_EQ(got->sequence(), event.sequence);
    EXPECT_EQ(got->due().value_or(kNever), event.due);
    EXPECT_EQ(got->at().value_or(kNever), event.at);
    EXPECT_EQ(got->key()->high(), event.ticket.high);
    EXPECT_EQ(static_cast<std::uint8_t>(got->type()), static_cast<std::uint8_t>(event.type));
    EXPECT_EQ(got->rule(), event.rule);
    EXPECT_EQ(got->recipient(), event.recipient);
    EXPECT_EQ(got->overrun_ms(), event.overrun_ms);
    EXPECT_EQ(size_of(got->attributes()), event.attributes.size());
    EXPECT_EQ(got->routes(), event.routes);
    EXPECT_EQ(got->subject(), event.subject);
    EXPECT_EQ(got->muted(), event.muted);
    EXPECT_EQ(got->other() != nullptr, !(event.other == TicketKey{}));
    EXPECT_EQ(got->customer(), event.customer);
    EXPECT_EQ(got->count(), event.count);
    EXPECT_EQ(got->overdue(), event.overdue);
    EXPECT_EQ(view_of(got->reason()), event.reason);
    ASSERT_EQ(size_of(got->rows()), event.rows.size());
    for (std::uint32_t row = 0; row < event.rows.size(); ++row) {
      EXPECT_EQ(got->rows()->Get(row)->key()->low(), event.rows[row].ticket.low);
      EXPECT_EQ(got->rows()->Get(row)->due().value_or(kNever), event.rows[row].due);
      EXPECT_EQ(got->rows()->Get(row)->status(), event.rows[row].status);
    }
  }
}

TEST(ReplyCodec, Failure) {
  const std::vector<std::string> details = {"a", "b"};
  Bytes out;
  encode_failure(5, {Errc::epoch_changed, "the stream begins anew", details, 4, 9}, out);
  const auto* failure = open<wire::Failure>(out, wire::FrameType::error);
  EXPECT_EQ(failure->code(), wire::ErrorCode::epoch_changed);
  EXPECT_EQ(failure->message()->str(), "the stream begins anew");
  EXPECT_EQ(failure->details()->Get(1)->str(), "b");
  EXPECT_EQ(failure->epoch(), 4u);
  EXPECT_EQ(failure->first_sequence(), 9u);
}

}  // namespace
}  // namespace vencer
