#include "net/server/session.h"

#include <fmt/format.h>
#include <vencer_generated.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/wire/request_route.h"
#include "engine/wire/tenant_id.h"

namespace vencer {
namespace {

constexpr const char* kOverloaded =
    "too much waits for an answer already; read the answers, then go on";

std::string bad_header(const FrameReader::Problem& problem, std::size_t frame_bytes_max) {
  const FrameHeader& header = problem.header;
  switch (problem.code) {
    case Errc::protocol_version:
      return fmt::format("protocol version {}; this server speaks {}", header.version,
                         kProtocolVersion);
    case Errc::frame_too_long:
      return fmt::format("a frame of {} bytes; at most {} are taken here", header.length,
                         frame_bytes_max);
    default:
      return fmt::format("a frame of {} bytes: a length is a multiple of 4 and not 0",
                         header.length);
  }
}

std::string bad_body(Errc code, std::uint16_t type) {
  if (code == Errc::unknown_frame_type) return fmt::format("frame type {} is not a request", type);
  return fmt::format("the body of this frame (type {}) is not a valid FlatBuffer of that type",
                     type);
}

}  // namespace

Session::Session(SessionHost& host, ConnectionId id)
    : host_(host),
      id_(id),
      reader_(kFirstFrameBytesMax, host.batch_pool(0)),
      subscriptions_(host.encoders(), host.config().subscriptions_max) {}

bool Session::take(std::size_t bytes) {
  FrameReader::Problem problem;
  auto batch = reader_.take(bytes, &problem);
  const bool first = batch != nullptr && !greeted_ && problem.code == Errc::ok;
  if (first && host_.is_elsewhere(batch->frames.front())) {
    first_ = std::move(batch);
    return true;
  }
  if (batch != nullptr) process(std::move(batch));
  if (problem.code == Errc::ok) return true;
  refuse_bad_frame(problem);
  return false;
}

void Session::arrive(Luggage luggage) {
  reader_ = std::move(luggage.reader);
  process(std::move(luggage.frames));
}

void Session::end_of_input() {
  if (reader_.partial_bytes() == 0) return;
  host_.count_bad_frame();
  fail(0, Errc::malformed_frame, "the connection ended in the middle of a frame");
}

void Session::deliver(std::span<const std::byte> frame, std::uint32_t request_bytes, bool wanted) {
  VENCER_ASSERT(frames_in_flight_ > 0 && bytes_in_flight_ >= request_bytes);
  --frames_in_flight_;
  bytes_in_flight_ -= request_bytes;
  if (wanted) out_.insert(out_.end(), frame.begin(), frame.end());
}

void Session::fail(std::uint64_t correlation, Errc code, std::string_view message) {
  FailureInfo failure;
  failure.code = code;
  failure.message = message;
  encode_failure(correlation, failure, out_);
}

void Session::process(RequestBatchPtr batch) {
  batch->connection = id_;
  std::size_t kept = 0;
  for (RequestFrame& frame : batch->frames) {
    if (!admit(frame)) continue;
    batch->bytes += frame.body.size();
    batch->frames[kept++] = frame;
  }
  batch->frames.resize(kept);
  if (kept > 0) submit(std::move(batch));
}

// True: the frame is for the shard. Else it has been answered here.
bool Session::admit(RequestFrame& frame) {
  const auto type = static_cast<wire::FrameType>(frame.type);
  if (const Errc code = verify_request(frame.type, frame.body); code != Errc::ok) {
    host_.count_bad_frame();
    fail(frame.correlation, code, bad_body(code, frame.type));
    return false;
  }
  if (type == wire::FrameType::hello) {
    greeted_ = true;
    reader_.set_frame_bytes_max(limits::frame_bytes_max);
  } else if (!greeted_) {
    fail(frame.correlation, Errc::hello_required, "the first frame of a connection is a Hello");
    return false;
  }
  if (host_.stopping()) {
    fail(frame.correlation, Errc::shutting_down, "the server is stopping");
    return false;
  }
  if (type == wire::FrameType::unsubscribe) {
    subscriptions_.remove(frame.correlation, out_);
    return false;
  }
  if (type == wire::FrameType::backup || type == wire::FrameType::read_file) {
    copy_files(frame);
    return false;
  }
  if (!route(frame)) return false;
  if (type == wire::FrameType::subscribe) {
    subscriptions_.add(decode_subscribe(frame.body), frame.partition, frame.correlation,
                       host_.proxy(frame.partition).tenant_count(), out_);
    host_.note_subscriber(id_);
    return false;
  }
  // What follows a Hello is mostly for the same partition.
  if (type == wire::FrameType::hello) reader_.draw_from(host_.batch_pool(frame.partition));
  return take_credit(static_cast<std::uint32_t>(frame.body.size()), frame.correlation);
}

// To the partition that the request names. False: there is none, which has been answered.
bool Session::route(RequestFrame& frame) {
  const RequestRoute to = request_route(frame.type, frame.body);
  frame.partition = to.partition;
  if (!to.tenant_name.empty()) {
    // Nobody's: some shard has to say so.
    frame.partition = host_.tenants().find(to.tenant_name).value_or(0);
  }
  const bool numbered = to.tenant == kNoTenant || tenant_number(to.tenant) != kNoTenant;
  if (numbered && frame.partition < host_.partition_count()) return true;
  if (to.tenant != kNoTenant) {
    fail(frame.correlation, Errc::unknown_tenant,
         fmt::format("no tenant has the id {}; Hello with a tenant's name answers its id",
                     to.tenant));
  } else {
    no_partition(frame.correlation, to.partition);
  }
  return false;
}

bool Session::take_credit(std::uint32_t bytes, std::uint64_t correlation) {
  const ServerConfig& config = host_.config();
  if (frames_in_flight_ >= config.connection_frames_max ||
      bytes_in_flight_ + bytes > config.connection_bytes_max) {
    host_.count_overloaded(1);
    fail(correlation, Errc::overloaded, kOverloaded);
    return false;
  }
  ++frames_in_flight_;
  bytes_in_flight_ += bytes;
  return true;
}

// Past the shard, which has no part in it.
void Session::copy_files(const RequestFrame& frame) {
  BackupRequest request;
  request.connection = id_;
  request.correlation = frame.correlation;
  std::uint32_t partition = 0;
  if (static_cast<wire::FrameType>(frame.type) == wire::FrameType::read_file) {
    request.kind = BackupRequest::Kind::read;
    request.read = decode_read_file(frame.body);
    partition = request.read.partition;
    // The answer is what takes room here.
    request.request_bytes = std::min(request.read.length, kFilePartBytesMax);
  } else {
    const StartBackup start = decode_backup(frame.body);
    partition = start.partition;
    if (start.end) request.kind = BackupRequest::Kind::end;
  }
  if (partition >= host_.partition_count()) return no_partition(frame.correlation, partition);
  Backups* backups = host_.backups(partition);
  if (backups == nullptr) {
    return fail(frame.correlation, Errc::unknown_frame_type, "no backups are made here");
  }
  if (!take_credit(request.request_bytes, request.correlation)) return;
  backs_up_ = true;
  backups->submit(request);
}

void Session::end_backup() {
  if (!std::exchange(backs_up_, false)) return;
  for (std::uint32_t i = 0; i < host_.partition_count(); ++i) host_.backups(i)->drop(id_);
}

void Session::no_partition(std::uint64_t correlation, std::uint32_t partition) {
  fail(correlation, Errc::unknown_value,
       fmt::format("there is no partition {}; the last one is {}", partition,
                   host_.partition_count() - 1));
}

// All of one read goes as it is, unless its frames are for several partitions.
void Session::submit(RequestBatchPtr batch) {
  const std::uint32_t first = batch->frames.front().partition;
  for (std::size_t i = 1; i < batch->frames.size();) {
    const std::uint32_t other = batch->frames[i].partition;
    if (other == first) {
      ++i;
    } else {
      submit_whole(take_out(*batch, other));
    }
  }
  submit_whole(std::move(batch));
}

// The frames for that partition, in their order, with memory of their own.
RequestBatchPtr Session::take_out(RequestBatch& batch, std::uint32_t partition) {
  RequestBatchPtr out = host_.batch_pool(partition)->take();
  out->connection = batch.connection;
  out->principal = batch.principal;
  std::size_t kept = 0;
  for (const RequestFrame& frame : batch.frames) {
    if (frame.partition != partition) {
      batch.frames[kept++] = frame;
      continue;
    }
    RequestFrame& moved = out->frames.emplace_back(frame);
    std::byte* const body = out->add_stray(frame.body.size());
    std::memcpy(body, frame.body.data(), frame.body.size());
    moved.body = {body, frame.body.size()};
    out->bytes += frame.body.size();
    batch.bytes -= frame.body.size();
  }
  batch.frames.resize(kept);
  return out;
}

void Session::submit_whole(RequestBatchPtr batch) {
  if (host_.try_submit(batch->frames.front().partition, batch)) return;
  host_.count_overloaded(batch->frames.size());
  for (const RequestFrame& frame : batch->frames) {
    --frames_in_flight_;
    bytes_in_flight_ -= frame.body.size();
    fail(frame.correlation, Errc::overloaded,
         "the server has more work than it can queue; try again");
  }
}

void Session::refuse_bad_frame(const FrameReader::Problem& problem) {
  host_.count_bad_frame();
  fail(problem.header.correlation, problem.code,
       bad_header(problem, greeted_ ? limits::frame_bytes_max : kFirstFrameBytesMax));
}

}  // namespace vencer
