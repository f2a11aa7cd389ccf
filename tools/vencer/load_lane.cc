#include "tools/vencer/load_lane.h"

#include <vencer_generated.h>

#include <algorithm>
#include <utility>

namespace vencer {
namespace {

using std::chrono::steady_clock;

std::uint64_t us_between(LoadTime from, LoadTime to) {
  const auto span = std::chrono::duration_cast<std::chrono::microseconds>(to - from);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(span.count(), 0));
}

TimeMs wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

std::uint64_t LoadBudget::take(std::uint64_t wanted, LoadTime now) {
  if (for_ms_ > 0 && now >= began_ + std::chrono::milliseconds(for_ms_)) return 0;
  if (!bounded_) return wanted;
  const std::uint64_t taken = std::min(wanted, left_);
  left_ -= taken;
  return taken;
}

LoadLane::LoadLane(LoadSocket socket, const LoadRunOptions& options, const LoadOptions& workload,
                   LoadBudget& budget)
    : socket_(std::move(socket)),
      options_(options),
      budget_(budget),
      workload_(socket_.hello().names, workload),
      producer_(options.exactly_once ? ProducerId{workload.connection + 1, workload.key_base}
                                     : ProducerId{}),
      frame_(socket_.hello().names.tenant) {}

bool LoadLane::send_next(LoadTime from, LoadTime now) {
  if (lost_) return false;
  std::uint64_t count = options_.frame;
  if (options_.create_only) count = std::min(count, workload_.to_create());
  count = budget_.take(count, now);
  if (count == 0) return false;
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(flights_.size()));
    flights_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  flights_[place] = {from, count};
  fill(count);
  socket_.add(frame_.bytes(), place);
  sent_ += count;
  ++in_flight_;
  return true;
}

void LoadLane::fill(std::uint64_t count) {
  frame_.clear();
  if (!producer_.empty()) frame_.set_producer(producer_, sent_ + 1);
  CommandOptions command;
  TimeMs now = 0;
  const ServerHello& hello = socket_.hello().hello;
  if (hello.clock_source == ClockSource::input) {
    now = hello.now + static_cast<TimeMs>(us_between(budget_.began(), steady_clock::now()) / 1000);
    command.occurred_at = now;
  } else if (options_.workload.due_within_ms > 0) {
    now = wall_ms();
  }
  workload_.fill(frame_, count, command, now);
}

void LoadLane::flush() {
  if (lost_) return;
  if (const Status status = socket_.flush(); !status) lost_ = status.error();
}

void LoadLane::receive() {
  if (lost_) return;
  Status status = socket_.receive();
  const LoadTime now = steady_clock::now();
  while (status && !lost_) {
    const std::optional<LoadSocket::Frame> frame = socket_.next(&status);
    if (!frame) break;
    take_answer(*frame, now);
  }
  if (!status && !lost_) lost_ = status.error();
  flush();
}

void LoadLane::take_answer(const LoadSocket::Frame& frame, LoadTime now) {
  FrameReply reply;
  if (frame.header.type == static_cast<std::uint16_t>(wire::FrameType::commands_reply)) {
    reply = read_frame_reply(frame.body, outcomes_);
  } else {
    reply.error = read_failure(frame.body);
  }
  // What the server says about no frame in flight, it says before it closes the connection.
  const std::uint64_t place = frame.header.correlation;
  if (place >= flights_.size() || flights_[place].commands == 0) {
    lost_ = reply.ok() ? Error{Errc::internal, "an answer to a frame that was not sent"}
                       : std::move(reply.error);
    return;
  }
  const Flight flight = std::exchange(flights_[place], {});
  free_.push_back(static_cast<std::uint32_t>(place));
  --in_flight_;
  count(flight, reply, now);
  if (options_.rate == 0) send_next(now, now);
}

void LoadLane::count(const Flight& flight, const FrameReply& reply, LoadTime now) {
  last_answer_ = now;
  const std::uint64_t latency_us = us_between(flight.from, now);
  latency_.record(latency_us, flight.commands);
  if (options_.every_ms > 0) record_slice(flight, latency_us);
  commands_ += flight.commands;
  ++frames_;
  if (!reply.ok()) refused_[reply.error.code] += flight.commands;
  for (const CommandOutcome& outcome : reply.outcomes) {
    if (outcome.code != Errc::ok) ++refused_[outcome.code];
  }
}

void LoadLane::record_slice(const Flight& flight, std::uint64_t latency_us) {
  const std::uint64_t offset_ms = us_between(budget_.began(), flight.from) / 1000;
  const std::size_t slice = offset_ms / static_cast<std::uint64_t>(options_.every_ms);
  if (slice >= slices_.size()) slices_.resize(slice + 1);
  slices_[slice].commands += flight.commands;
  slices_[slice].latency.record(latency_us, flight.commands);
}

void LoadLane::add_to(LoadReport& report) const {
  report.commands += commands_;
  report.frames += frames_;
  report.latency.add(latency_);
  for (const auto& [code, count] : refused_) report.refused[code] += count;
  report.unknown += sent_ - commands_;
  if (report.slices.size() < slices_.size()) report.slices.resize(slices_.size());
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    report.slices[i].commands += slices_[i].commands;
    report.slices[i].latency.add(slices_[i].latency);
  }
  const std::chrono::duration<double> took = last_answer_ - budget_.began();
  report.seconds = std::max(report.seconds, took.count());
  if (lost_ && !report.lost) report.lost = lost_;
}

}  // namespace vencer
