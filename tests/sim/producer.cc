#include "tests/sim/producer.h"

#include <fmt/format.h>

#include <algorithm>

namespace vencer::sim {
namespace {

constexpr std::size_t kPastMax = 32;

// The results in a reply, without the flag that says that they are told again.
std::vector<CommandResult> results_of(const wire::CommandsReply& reply) {
  std::vector<CommandResult> results;
  if (reply.results() == nullptr) return results;
  for (const wire::CommandResult* r : *reply.results()) {
    CommandResult result;
    result.code = static_cast<Errc>(r->code());
    result.detail = r->detail();
    result.clamped = (r->flags() & 1) != 0;
    result.version = r->version();
    results.push_back(result);
  }
  return results;
}

bool same(const CommandResult& a, const CommandResult& b) {
  return a.code == b.code && a.detail == b.detail && a.clamped == b.clamped &&
         a.version == b.version;
}

ReplyStamp stamp_of(const wire::CommandsReply& reply) {
  return {reply.now(), reply.epoch(), reply.event_sequence(),
          static_cast<std::uint8_t>(reply.durability())};
}

}  // namespace

Producer::Producer(Site& site, const ProducerId& id, const ProducerKnobs& knobs)
    : Peer(site), id_(id), knobs_(knobs) {}

void Producer::ask(OwnedCommand command) {
  queue_.push_back(std::move(command));
  pump();
}

void Producer::on_hello(const wire::HelloReply& hello) {
  if (!id_.empty() && hello.last_number() < acknowledged_) {
    site_.truth.complain(
        fmt::format("LOST: producer {} was answered up to number {}; the server knows {}", id_.low,
                    acknowledged_, hello.last_number()));
  }
  waiting_since_ = site_.world.now();
  pump();
}

void Producer::on_cut() {
  for (Flying& flying : flying_) flying.sent = false;
  if (!id_.empty()) return;
  // Done or not done: nobody will ever say.
  std::erase_if(flying_, [](const Flying& flying) { return flying.correlation != 0; });
}

void Producer::fill() {
  while (flying_.size() < knobs_.frames_in_flight && !queue_.empty()) {
    const std::size_t count =
        std::min<std::size_t>(queue_.size(), 1 + site_.dice.below(knobs_.commands_per_frame));
    writer_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      OwnedCommand& owned = queue_[i];
      owned.command.attributes = owned.attributes;
      owned.command.reason = owned.reason;
      writer_.add(owned.command);
    }
    Flying& flying = flying_.emplace_back();
    flying.first_number = next_number_;
    flying.commands = count;
    writer_.append_frame(site_.tenant_id, id_, id_.empty() ? 0 : next_number_, flying.frame);
    flying.body = Truth::hash(std::span(flying.frame).subspan(kFrameHeaderBytes));
    next_number_ += count;
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

void Producer::transmit(Flying& flying) {
  flying.sent = true;
  flying.correlation = ++last_correlation_;
  FrameHeader header = decode_frame_header(
      std::span<const std::byte, kFrameHeaderBytes>(flying.frame.data(), kFrameHeaderBytes));
  header.correlation = flying.correlation;
  encode_frame_header(
      header, std::span<std::byte, kFrameHeaderBytes>(flying.frame.data(), kFrameHeaderBytes));
  ++site_.counters.frames_sent;
  site_.truth.sent(flying.body);
  send(flying.frame);
}

void Producer::pump() {
  if (!greeted() || site_.tenant_id == kNoTenant) return;
  fill();
  for (std::size_t i = 0; i < flying_.size(); ++i) {
    if (flying_[i].sent) continue;
    const bool overtakes = !id_.empty() && i + 1 < flying_.size() && !flying_[i + 1].sent &&
                           site_.dice.percent(knobs_.reorder_percent);
    if (overtakes) {
      ++site_.counters.frames_reordered;
      transmit(flying_[i + 1]);
    }
    transmit(flying_[i]);
  }
  watch();
}

// All that was refused, together, after a while; a longer one each time.
void Producer::try_again() {
  if (std::exchange(trying_again_, true)) return;
  later(pause_, [this] {
    trying_again_ = false;
    pump();
  });
  pause_ = std::min(2 * pause_, kPauseMost);
}

// Nobody answers for too long: another connection.
void Producer::watch() {
  if (watching_ || flying_.empty()) return;
  watching_ = true;
  later(knobs_.patience, [this] {
    watching_ = false;
    if (flying_.empty()) return;
    if (greeted() && site_.world.now() - waiting_since_ >= knobs_.patience) {
      waiting_since_ = site_.world.now();
      hang_up();
    }
    watch();
  });
}

void Producer::on_frame(const FrameHeader& header, std::span<const std::byte> frame) {
  waiting_since_ = site_.world.now();
  const auto type = static_cast<wire::FrameType>(header.type);
  if (type == wire::FrameType::commands_reply) return answered(header.correlation, frame);
  if (type != wire::FrameType::error) {
    return site_.truth.complain("a producer gets a frame of type " + std::to_string(header.type));
  }
  const auto* failure = read<wire::Failure>(frame);
  if (failure == nullptr) return;
  ++site_.counters.refused;
  const auto flying = std::find_if(flying_.begin(), flying_.end(), [&](const Flying& f) {
    return f.correlation == header.correlation;
  });
  if (flying == flying_.end()) return;  // of a repeat
  const auto code = static_cast<Errc>(failure->code());
  switch (code) {
    case Errc::overloaded:
    case Errc::disk_full:
    case Errc::shutting_down:
      flying->sent = false;
      return try_again();
    default:
      break;
  }
  site_.truth.complain(fmt::format("a frame of commands is refused: {}: {}", to_string(code),
                                   failure->message() ? failure->message()->str() : ""));
}

void Producer::answered(std::uint64_t correlation, std::span<const std::byte> frame) {
  const auto* reply = read<wire::CommandsReply>(frame);
  if (reply == nullptr) return;
  const auto flying = std::find_if(flying_.begin(), flying_.end(),
                                   [&](const Flying& f) { return f.correlation == correlation; });
  if (flying == flying_.end()) {
    if (!check_repeat(correlation, frame)) {
      // Of a transmission that another one has overtaken.
      ++site_.counters.repeats_answered;
    }
    return;
  }
  const ReplyStamp stamp = stamp_of(*reply);
  if (!site_.truth.take_reply(flying->body, correlation, stamp, frame)) {
    return site_.truth.complain(fmt::format(
        "UNPROVEN: producer {}, number {}, is answered as of event {} and time {}: the durable "
        "history (up to event {}) gives no such answer",
        id_.low, flying->first_number, stamp.event_sequence, stamp.now,
        site_.truth.last_sequence()));
  }
  pause_ = kPauseLeast;
  std::vector<CommandResult> results = results_of(*reply);
  // It overtook another one, which is on its way: nothing of it was done.
  if (std::any_of(results.begin(), results.end(),
                  [](const CommandResult& r) { return r.code == Errc::gap; })) {
    flying->sent = false;
    return later(5 * kMillisecond, [this] { pump(); });
  }
  site_.counters.acknowledged += flying->commands;
  acknowledged_ = std::max(acknowledged_, flying->first_number + flying->commands - 1);
  past_.push_back({std::move(flying->frame), correlation, flying->body, std::move(results)});
  flying_.erase(flying);
  if (past_.size() > kPastMax) past_.pop_front();
  if (!id_.empty() && site_.dice.percent(knobs_.repeat_percent)) {
    Answered& again = past_[site_.dice.below(past_.size())];
    ++site_.counters.frames_repeated;
    site_.truth.sent(again.body);
    send(again.frame);
  }
  pump();
}

bool Producer::check_repeat(std::uint64_t correlation, std::span<const std::byte> frame) {
  const auto past = std::find_if(past_.begin(), past_.end(),
                                 [&](const Answered& p) { return p.correlation == correlation; });
  if (past == past_.end()) return false;
  const auto* reply = read<wire::CommandsReply>(frame);
  if (reply == nullptr) return false;
  ++site_.counters.repeats_answered;
  const std::vector<CommandResult> results = results_of(*reply);
  const bool alike = results.size() == past->results.size() &&
                     std::equal(results.begin(), results.end(), past->results.begin(), same);
  if (!alike) {
    site_.truth.complain(
        fmt::format("TWICE: a repeat of producer {} gets another result", id_.low));
  }
  if (!site_.truth.take_reply(past->body, correlation, stamp_of(*reply), frame)) {
    site_.truth.complain("UNPROVEN: a repeat is answered before its step is durable");
  }
  return true;
}

}  // namespace vencer::sim
