#include "tests/sim/operator.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/query.h"
#include "engine/wire/frame_builder.h"
#include "engine/wire/query_codec.h"

namespace vencer::sim {
namespace {

constexpr std::uint64_t kPutCorrelation = 5;
constexpr WorldTime kTriesAgain = 2 * kSecond;

template <typename Reply>
ReplyStamp stamp_of(const Reply& reply) {
  return {reply.now(), reply.epoch(), reply.event_sequence()};
}

}  // namespace

void Operator::on_hello(const wire::HelloReply&) {
  put_next();
}

void Operator::on_cut() {
  putting_ = false;
}

void Operator::put(std::string document) {
  documents_.push_back(std::move(document));
  put_next();
}

void Operator::put_next() {
  if (!greeted() || putting_ || documents_.empty()) return;
  putting_ = true;
  flatbuffers::FlatBufferBuilder builder;
  const auto text = builder.CreateString(documents_.front());
  builder.Finish(wire::CreatePutTenant(builder, text));
  send(wire::FrameType::put_tenant, kPutCorrelation, builder);
}

void Operator::ask_about(const TicketKey& ticket) {
  if (!greeted() || site_.tenant_id == kNoTenant) return;
  ++site_.counters.queries;
  asked_ = ticket;
  flatbuffers::FlatBufferBuilder builder;
  const wire::Key key = wire_key(ticket);
  builder.Finish(wire::CreateGetTicket(builder, site_.tenant_id, &key));
  send(wire::FrameType::get_ticket, ++correlation_, builder);
}

void Operator::ask_for_forecast() {
  if (!greeted() || site_.tenant_id == kNoTenant) return;
  ++site_.counters.queries;
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateGetForecast(builder, site_.tenant_id));
  send(wire::FrameType::get_forecast, ++correlation_, builder);
}

void Operator::ask_for_counts() {
  if (!greeted() || site_.tenant_id == kNoTenant) return;
  ++site_.counters.queries;
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateGetCounts(builder, site_.tenant_id));
  send(wire::FrameType::get_counts, ++correlation_, builder);
}

void Operator::ask_for_snapshot() {
  if (!greeted()) return;
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateTakeSnapshot(builder, 0));
  snapshot_correlation_ = ++correlation_;
  send(wire::FrameType::take_snapshot, snapshot_correlation_, builder);
}

void Operator::on_frame(const FrameHeader& header, std::span<const std::byte> frame) {
  switch (static_cast<wire::FrameType>(header.type)) {
    case wire::FrameType::put_tenant_reply: {
      const auto* reply = read<wire::PutTenantReply>(frame);
      if (reply == nullptr) return;
      site_.tenant_id = reply->tenant();
      putting_ = false;
      if (!documents_.empty()) documents_.pop_front();
      return put_next();
    }
    case wire::FrameType::ticket_reply:
      return check_ticket(header.correlation, frame);
    case wire::FrameType::forecast_reply:
      return check_forecast(header.correlation, frame);
    case wire::FrameType::counts_reply:
      return check_counts(header.correlation, frame);
    case wire::FrameType::snapshot_reply:
      return check_snapshot(frame);
    case wire::FrameType::error:
      return on_refusal(header.correlation, frame);
    default:
      site_.truth.complain("an operator gets a frame of type " + std::to_string(header.type));
  }
}

void Operator::on_refusal(std::uint64_t correlation, std::span<const std::byte> frame) {
  const auto* failure = read<wire::Failure>(frame);
  if (failure == nullptr) return;
  const auto code = static_cast<Errc>(failure->code());
  const bool passes = code == Errc::reevaluation_running || code == Errc::overloaded ||
                      code == Errc::disk_full || code == Errc::shutting_down;
  // One is being taken; or it was given up, for whatever befell the disk: the next one comes.
  if (correlation == snapshot_correlation_) return;
  if (correlation != kPutCorrelation) {
    if (passes || code == Errc::unknown_ticket) return;
    site_.truth.complain(fmt::format("a question is refused: {}", to_string(code)));
    return;
  }
  putting_ = false;
  if (passes) return later(kTriesAgain, [this] { put_next(); });
  ++documents_refused_;
  std::string why = failure->message() ? failure->message()->str() : "";
  if (const auto* details = failure->details()) {
    for (const auto* line : *details) why += "; " + line->str();
  }
  site_.truth.complain(fmt::format("a document is refused: {}: {}", to_string(code), why));
}

bool Operator::stands_at(TimeMs now, std::uint64_t event_sequence) const {
  const StateMachine& twin = site_.truth.twin();
  return twin.now() == now && twin.event_sequence() == event_sequence &&
         site_.truth.last_change_at() < now && !twin.background_pending() &&
         twin.next_deadline() > now;
}

void Operator::compare(std::span<const std::byte> frame, std::span<const std::byte> expected,
                       const char* what) {
  ++site_.counters.queries_checked;
  if (std::equal(frame.begin(), frame.end(), expected.begin(), expected.end())) return;
  site_.truth.complain(fmt::format("{} are not what the committed history gives", what));
}

void Operator::check_ticket(std::uint64_t correlation, std::span<const std::byte> frame) {
  const auto* reply = read<wire::TicketReply>(frame);
  if (reply == nullptr || correlation != correlation_) return;
  const ReplyStamp stamp = stamp_of(*reply);
  if (stamp.event_sequence > site_.truth.last_sequence()) {
    return site_.truth.complain("UNPROVEN: a ticket is shown as of an event that is not durable");
  }
  const Slot slot = site_.truth.twin().find_ticket(site_.tenant_id, asked_);
  if (slot == kNoSlot || !stands_at(stamp.now, stamp.event_sequence)) return;
  Bytes expected;
  encode_ticket_reply(correlation, site_.truth.twin().view(slot), stamp, expected);
  compare(frame, expected, "a ticket's values");
}

void Operator::check_forecast(std::uint64_t correlation, std::span<const std::byte> frame) {
  const auto* reply = read<wire::ForecastReply>(frame);
  if (reply == nullptr || correlation != correlation_) return;
  const ReplyStamp stamp = stamp_of(*reply);
  if (!stands_at(stamp.now, stamp.event_sequence)) return;
  Bytes expected;
  encode_forecast_reply(correlation, Queries(site_.truth.twin()).forecast(site_.tenant_id), stamp,
                        expected);
  compare(frame, expected, "a forecast's counts");
}

// Complete is what rests on durable groups and events alone.
void Operator::check_snapshot(std::span<const std::byte> frame) {
  const auto* reply = read<wire::SnapshotReply>(frame);
  if (reply == nullptr) return;
  if (reply->event_sequence() > site_.truth.last_sequence()) {
    site_.truth.complain("UNPROVEN: a snapshot is complete as of an event that is not durable");
  }
}

void Operator::check_counts(std::uint64_t correlation, std::span<const std::byte> frame) {
  const auto* reply = read<wire::CountsReply>(frame);
  if (reply == nullptr || correlation != correlation_) return;
  const ReplyStamp stamp = stamp_of(*reply);
  if (!stands_at(stamp.now, stamp.event_sequence)) return;
  const auto report = Queries(site_.truth.twin()).counts(site_.tenant_id, {});
  if (!report) return;
  Bytes expected;
  encode_counts_reply(correlation, {}, *report, stamp, expected);
  compare(frame, expected, "the counts");
}

}  // namespace vencer::sim
